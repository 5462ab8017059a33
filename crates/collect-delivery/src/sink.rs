//! How the collectors of a checkout hand over what they saw: facts with their provenance, and
//! what could not be read.

use crate::repository::target::Spec;
use seaworthy_collect::{Collector, Context, Sink, Trouble, fact_value};
use seaworthy_model::{Fact, Location, Provenance, ReasonCode, SubjectRef, Target, Unassessed};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A fact without its provenance.
pub(crate) struct Draft {
    kind: &'static str,
    name: String,
    value: Result<Value, Trouble>,
    unknown: BTreeMap<String, String>,
    location: Option<Location>,
}

impl Draft {
    /// A fact about `kind name`; the fields in `unknown` are taken out of it.
    pub(crate) fn new<T: Serialize>(
        kind: &'static str,
        name: &str,
        fact: &T,
        unknown: BTreeMap<String, String>,
        location: Option<Location>,
    ) -> Self {
        let mut value = fact_value(fact);
        if let Ok(Value::Object(fields)) = &mut value {
            for field in unknown.keys() {
                fields.shift_remove(field);
            }
        }
        Self {
            kind,
            name: name.to_owned(),
            value,
            unknown,
            location,
        }
    }
}

/// What a look brought: facts, and what could not be read with the kinds that it could have held.
pub(crate) type Looked = (Vec<Draft>, Vec<(Vec<String>, String)>);

/// Looks on a thread of its own, since reading files would hold up the connections of other
/// collectors, and puts what was seen into the sink.
pub(crate) async fn put(
    collector: &dyn Collector,
    target: &Target,
    context: &Context,
    sink: &Sink,
    look: impl FnOnce() -> Looked + Send + 'static,
) {
    let unassessed = |kinds: Vec<String>, reason: ReasonCode, detail: String| Unassessed {
        target: target.name.clone(),
        request: collector.id().to_owned(),
        kinds,
        reason,
        detail,
        location: target.location.clone(),
        attempts: Vec::new(),
    };
    let all = || {
        collector
            .facts()
            .iter()
            .map(|schema| schema.kind.to_owned())
            .collect()
    };
    let (drafts, holes) = match tokio::task::spawn_blocking(look).await {
        Ok(looked) => looked,
        Err(error) => {
            let what = format!("failed to look at {}: {error}", target.name);
            sink.unassessed(unassessed(all(), ReasonCode::CollectorFailed, what));
            return;
        }
    };
    for (kinds, why) in holes {
        let reason = ReasonCode::leading(&why).unwrap_or(ReasonCode::CollectorFailed);
        sink.unassessed(unassessed(kinds, reason, why));
    }
    let path = Spec::of(target).map(|spec| spec.path).unwrap_or_default();
    for draft in drafts {
        match draft.value {
            Ok(value) => sink.fact(Fact {
                subject: SubjectRef {
                    kind: draft.kind.to_owned(),
                    name: draft.name,
                },
                value,
                unknown: draft.unknown,
                places: seaworthy_model::Places::default(),
                provenance: Provenance {
                    target: target.name.clone(),
                    collector: collector.id().to_owned(),
                    at: context.now(),
                    attempts: Vec::new(),
                    artifacts: Vec::new(),
                    reproduce: draft
                        .location
                        .as_ref()
                        .map(|place| {
                            format!(
                                "sed -n '{},$p' '{}'",
                                place.line,
                                place.file.replace('\'', "'\\''")
                            )
                        })
                        .or_else(|| {
                            Some(format!("git -C '{}' ls-files", path.replace('\'', "'\\''")))
                        }),
                },
                location: draft.location,
            }),
            Err(trouble) => {
                let kinds = vec![draft.kind.to_owned()];
                sink.unassessed(unassessed(kinds, trouble.reason, trouble.detail));
            }
        }
    }
}
