//! What a person wants to know of a probe, as data; how it is shown is left to the command line
//! and to the generated pages.

use crate::expr::{ReadPath, Type, reads};
use crate::{Cases, Catalog};
use seaworthy_model::{Digest, Outcome, ProbeId, ProbeSpec};
use serde::Serialize;
use std::collections::BTreeSet;

/// A probe explained.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation<'c> {
    /// The probe.
    pub probe: &'c ProbeSpec,
    /// The digest of the specification.
    pub digest: Digest,
    /// The file, as messages show it.
    pub file: Option<&'c str>,
    /// The fields of the fact that its conditions read.
    pub reads: Vec<FieldRead>,
    /// Its cases.
    pub cases: Vec<CaseSummary<'c>>,
}

/// A field that a probe reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldRead {
    /// The path: `autoscaler.min_replicas`, `has(autoscaler)`, `containers[].name`.
    pub path: String,
    /// What the collector says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A case in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseSummary<'c> {
    /// The case's name.
    pub name: &'c str,
    /// The verdict that is expected.
    pub expect: Outcome,
    /// A part of the expected message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<&'c str>,
}

/// Explains the probe with `id`, if there is one.
#[must_use]
pub fn explain<'c>(
    catalog: &'c Catalog,
    cases: &'c Cases,
    id: &'c ProbeId,
) -> Option<Explanation<'c>> {
    let probe = catalog.get(id)?;
    let kind = catalog.kind(&probe.spec().subject)?;
    let conditions = probe.assertions.iter().map(|assertion| &assertion.that);
    let paths: BTreeSet<ReadPath> = conditions.chain(&probe.applies).flat_map(reads).collect();
    Some(Explanation {
        probe: probe.spec(),
        digest: probe.digest(),
        file: catalog.file(id),
        reads: paths
            .iter()
            .map(|path| FieldRead {
                path: path.to_string(),
                description: description(kind, path),
            })
            .collect(),
        cases: cases
            .of(id)
            .map(|case| CaseSummary {
                name: &case.id.name,
                expect: case.expect,
                message: case.message.as_deref(),
            })
            .collect(),
    })
}

fn description(kind: &Type, path: &ReadPath) -> Option<String> {
    let mut kind = kind.clone();
    let mut description = None;
    for step in &path.steps {
        if let Some(field) = kind.field(step) {
            description.clone_from(&field.description);
        }
        kind = kind.step(step);
    }
    description
}
