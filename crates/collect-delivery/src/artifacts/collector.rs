//! The collectors of reports: one for each kind, so that a target is asked only for the kinds of
//! subjects that its roles can hold.

use super::draft::Draft;
use super::target::{self, Group, Kind};
use super::{coverage, load, queries, records, scans, tests};
use jiff::Timestamp;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, Trouble};
use seaworthy_model::{Fact, FactSchema, Provenance, ReasonCode, SubjectRef, Target, Unassessed};
use serde_json::Value;
use std::collections::BTreeMap;

/// A collector of one kind of reports.
#[derive(Clone, Copy)]
pub(crate) struct Artifacts {
    pub(crate) id: &'static str,
    pub(crate) subject: &'static str,
    pub(crate) kind: Kind,
    pub(crate) schema: fn() -> FactSchema,
    pub(crate) look: fn(&Group, Timestamp) -> Draft,
}

/// Every collector of reports.
pub(crate) const ALL: &[Artifacts] = &[
    Artifacts {
        id: "delivery/tests",
        subject: tests::SUBJECT,
        kind: Kind::Tests,
        schema: tests::schema,
        look: tests::look,
    },
    Artifacts {
        id: "delivery/coverage",
        subject: coverage::SUBJECT,
        kind: Kind::Coverage,
        schema: coverage::schema,
        look: coverage::look,
    },
    Artifacts {
        id: "delivery/scans",
        subject: scans::SUBJECT,
        kind: Kind::Scans,
        schema: scans::schema,
        look: scans::look,
    },
    Artifacts {
        id: "delivery/load",
        subject: load::SUBJECT,
        kind: Kind::Load,
        schema: load::schema,
        look: load::look,
    },
    Artifacts {
        id: "delivery/records",
        subject: records::SUBJECT,
        kind: Kind::Records,
        schema: records::schema,
        look: records::look,
    },
    Artifacts {
        id: "delivery/queries",
        subject: queries::SUBJECT,
        kind: Kind::Queries,
        schema: queries::schema,
        look: queries::look,
    },
];

impl Collector for Artifacts {
    fn id(&self) -> &'static str {
        self.id
    }

    fn target_kind(&self) -> &'static str {
        target::KIND
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![(self.schema)()]
    }

    fn accepts(&self, target: &Target) -> bool {
        !target::groups(target, self.kind).is_empty()
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        let groups = target::groups(target, self.kind);
        let lines = groups.iter().map(|group| {
            let root = group.root.display();
            format!(
                "read {} below {root}: the reports of {}",
                group.patterns.join(", "),
                group.name()
            )
        });
        lines.collect()
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            for group in target::groups(target, self.kind) {
                let (look, as_of, name) = (self.look, context.as_of, group.name());
                // Reading files would hold up the connections of other collectors.
                let looked = tokio::task::spawn_blocking(move || look(&group, as_of)).await;
                let draft = looked.map_err(|error| {
                    Trouble::new(
                        ReasonCode::CollectorFailed,
                        format!("failed to read the reports of {name}: {error}"),
                    )
                });
                match draft.and_then(|draft| Ok((draft.value?, draft.unknown))) {
                    Ok((value, unknown)) => {
                        sink.fact(self.fact(target, context, name, value, unknown));
                    }
                    Err(trouble) => sink.unassessed(Unassessed {
                        target: target.name.clone(),
                        request: self.id.to_owned(),
                        kinds: vec![self.subject.to_owned()],
                        reason: trouble.reason,
                        detail: trouble.detail,
                        location: target.location.clone(),
                        attempts: trouble.attempts,
                    }),
                }
            }
        })
    }
}

impl Artifacts {
    fn fact(
        &self,
        target: &Target,
        context: &Context,
        name: String,
        value: Value,
        unknown: BTreeMap<String, String>,
    ) -> Fact {
        let files: Vec<String> = value
            .get("reports")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|report| report.get("file")?.as_str())
            .map(|file| format!("'{}'", file.replace('\'', "'\\''")))
            .take(20)
            .collect();
        Fact {
            subject: SubjectRef {
                kind: self.subject.to_owned(),
                name,
            },
            value,
            unknown,
            location: target.location.clone(),
            places: seaworthy_model::Places::default(),
            provenance: Provenance {
                target: target.name.clone(),
                collector: self.id.to_owned(),
                at: context.now(),
                attempts: Vec::new(),
                artifacts: Vec::new(),
                reproduce: (!files.is_empty()).then(|| format!("sha256sum {}", files.join(" "))),
            },
        }
    }
}
