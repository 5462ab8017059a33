//! From a draft to a fact: its provenance, its place, and the object as evidence.

use crate::build::Draft;
use crate::object::Origin;
use jiff::Timestamp;
use seaworthy_collect::Sink;
use seaworthy_model::{Fact, Location, Provenance, SubjectRef};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The looking that a fact comes of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looking<'a> {
    /// The target's name.
    pub(crate) target: &'a str,
    /// The collector's id.
    pub(crate) collector: &'a str,
    /// The present instant.
    pub(crate) at: Timestamp,
    /// The commands that show what was rendered, by the files that it was made from.
    pub(crate) renderings: Option<&'a BTreeMap<String, String>>,
}

/// Makes a fact of a draft and keeps its object as evidence. An object of a cluster leaves its uid
/// and version in the fact.
pub(crate) fn fact(draft: Draft, looking: Looking<'_>, sink: &Sink) -> Fact {
    let artifact = |object| sink.artifact("object", "application/json", object);
    let artifacts = draft.object.map(artifact);
    let mut value = draft.value;
    let mut reproduce = None;
    let mut location = None;
    match draft.origin {
        Some(Origin::File(place)) => {
            // The lines of a template are not those of what it renders to.
            let rendering = looking.renderings.and_then(|all| all.get(&place.file));
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
    Fact {
        subject: SubjectRef {
            kind: draft.kind.to_owned(),
            name: draft.name,
        },
        value,
        unknown: draft.unknown,
        places: draft.places,
        provenance: Provenance {
            target: looking.target.to_owned(),
            collector: looking.collector.to_owned(),
            at: looking.at,
            attempts: Vec::new(),
            artifacts: artifacts.into_iter().collect(),
            reproduce,
        },
        location,
    }
}

/// A command that shows the object; none for a text that is no file, such as `<stdin>`.
fn listing(location: &Location) -> Option<String> {
    if location.file.starts_with('<') {
        return None;
    }
    let file = location.file.replace('\'', "'\\''");
    Some(format!("sed -n '{},$p' '{file}'", location.line))
}
