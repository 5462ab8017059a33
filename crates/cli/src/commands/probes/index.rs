//! The list of probes: what each asserts in a line, and what it takes. The one of the built-in
//! probes is generated into `probes/index.json` and embedded.

use crate::failure::Failure;
use seaworthy_catalog::Catalog;
use seaworthy_model::{ParamSpec, ProbeId, ProbeSpec};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The name of the format; the index is what `probes list --format json` prints.
const SCHEMA: &str = "seaworthy.probes/v1";

/// The probes of a catalog, by id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Index {
    schema: String,
    probes: Vec<Row>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Row {
    id: ProbeId,
    title: String,
    subject: String,
    params: BTreeMap<String, ParamSpec>,
    controls: Vec<String>,
    references: Vec<String>,
}

/// The index of the built-in probes.
pub(super) fn built_in() -> Result<Index, Failure> {
    serde_json::from_str(seaworthy_probes::index())
        .map_err(|error| Failure::internal(format!("the index of the built-in probes: {error}")))
}

impl Index {
    /// The index of the probes in `catalog`.
    pub(crate) fn of(catalog: &Catalog) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            probes: catalog.probes().map(|probe| row(probe.spec())).collect(),
        }
    }

    /// For programs.
    pub(crate) fn json(&self) -> Result<String, Failure> {
        serde_json::to_string_pretty(self)
            .map(|text| text + "\n")
            .map_err(|error| Failure::internal(format!("the list of probes: {error}")))
    }

    /// For people: a line each.
    pub(super) fn text(&self) -> String {
        let ids = self.probes.iter().map(|row| row.id.as_str().len());
        let widest = ids.max().unwrap_or(0);
        let mut text = String::new();
        for row in &self.probes {
            let _ = writeln!(
                text,
                "{:<widest$}  {:<18}  {}",
                row.id.as_str(),
                row.subject,
                row.title
            );
        }
        let _ = writeln!(
            text,
            "\n{} probes; `seaworthy probes explain PROBE` tells more",
            self.probes.len()
        );
        text
    }
}

fn row(spec: &ProbeSpec) -> Row {
    Row {
        id: spec.id.clone(),
        title: spec.title.clone(),
        subject: spec.subject.clone(),
        params: spec.params.clone(),
        controls: spec.controls.clone(),
        references: spec.references.clone(),
    }
}
