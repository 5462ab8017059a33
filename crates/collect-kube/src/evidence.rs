//! From a draft to a fact: its provenance, its place, and the object as evidence.

use crate::build::Draft;
use crate::object::Origin;
use jiff::Timestamp;
use seaworthy_collect::{Artifact, Sink};
use seaworthy_model::{ArtifactRef, Digest, Fact, Location, Provenance, SubjectRef};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The looking that a fact comes of.
#[derive(Clone, Debug)]
pub(crate) struct Looking {
    /// The target's name.
    pub(crate) target: String,
    /// The collector's id.
    pub(crate) collector: &'static str,
    /// The present instant.
    pub(crate) at: Timestamp,
    /// The commands that show what was rendered, by the files that it was made from.
    pub(crate) renderings: BTreeMap<String, String>,
}

/// A fact, and the object that it was read from as evidence.
pub(crate) struct Evident {
    pub(crate) fact: Fact,
    object: Option<Artifact>,
}

impl Evident {
    /// Puts both into the sink.
    pub(crate) fn put(self, sink: &Sink) {
        if let Some(object) = self.object {
            sink.keep(object);
        }
        sink.fact(self.fact);
    }
}

/// Makes a fact of a draft. An object of a cluster leaves its uid and version in the fact.
pub(crate) fn evident(draft: Draft, looking: &Looking) -> Evident {
    let object = draft.object.map(|bytes| Artifact {
        digest: Digest::of(&bytes),
        bytes,
    });
    let artifacts = object.as_ref().map(|object| ArtifactRef {
        label: "object".to_owned(),
        media_type: "application/json".to_owned(),
        digest: object.digest.clone(),
    });
    let mut value = draft.value;
    let mut reproduce = None;
    let mut location = None;
    match draft.origin {
        Some(Origin::File(place)) => {
            // The lines of a template are not those of what it renders to.
            let rendering = looking.renderings.get(&place.file);
            reproduce = rendering.cloned().or_else(|| listing(&place));
            location = Some(place);
        }
        Some(Origin::Cluster {
            uid,
            resource_version,
        }) => {
            reproduce = draft.reproduce;
            if let Value::Object(fields) = &mut value {
                fields.insert("uid".to_owned(), json!(uid));
                fields.insert("resource_version".to_owned(), json!(resource_version));
            }
        }
        None => {}
    }
    let fact = Fact {
        subject: SubjectRef {
            kind: draft.kind.to_owned(),
            name: draft.name,
        },
        value,
        unknown: draft.unknown,
        places: draft.places,
        provenance: Provenance {
            target: looking.target.clone(),
            collector: looking.collector.to_owned(),
            at: looking.at,
            attempts: Vec::new(),
            artifacts: artifacts.into_iter().collect(),
            reproduce,
        },
        location,
    };
    Evident { fact, object }
}

/// A command that shows the object; none for a text that is no file, such as `<stdin>`.
fn listing(location: &Location) -> Option<String> {
    if location.file.starts_with('<') {
        return None;
    }
    let file = location.file.replace('\'', "'\\''");
    Some(format!("sed -n '{},$p' '{file}'", location.line))
}
