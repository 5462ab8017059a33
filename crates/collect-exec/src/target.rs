//! The target kind `plugin`: a program, and the kinds of subjects that it tells of.

use schemars::JsonSchema;
use seaworthy_collect::{TargetKind, program_complaints, schema_of};
use seaworthy_model::Target;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The kind of target.
pub(crate) const KIND: &str = "plugin";

/// The longest that a plugin may take where the configuration says nothing, in seconds: less than
/// a target has.
const USUAL_SECONDS: u64 = 50;

/// A collector of the team's own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spec {
    /// The program and its arguments. There is no shell: nothing is expanded.
    #[schemars(length(min = 1))]
    pub(crate) run: Vec<String>,
    /// The kinds of subjects that it tells of, each with the file of its JSON Schema, relative to
    /// this file.
    #[schemars(length(min = 1))]
    pub(crate) facts: BTreeMap<String, String>,
    /// What it is told besides, as it stands here. No secret belongs here: it is kept as evidence.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) input: Map<String, Value>,
    /// The folder that it runs in; by default where the sweep runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) folder: Option<String>,
    /// Its environment, besides PATH: values, or references `env:NAME` and `file:PATH`. Nothing
    /// else is inherited.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) environment: BTreeMap<String, String>,
    /// The longest that it may take, in seconds; 50 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 3600))]
    pub(crate) timeout: Option<u64>,
    /// The most memory of each of its processes, in MiB; 1024 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65536))]
    pub(crate) memory_mib: Option<u64>,
}

impl Spec {
    /// Reads a target; `None` where the entry is not what [`target_kind`] checks for.
    pub(crate) fn of(target: &Target) -> Option<Self> {
        let spec = Self::deserialize(&target.spec).ok();
        spec.filter(|spec| !spec.run.is_empty())
    }

    /// The longest that it may take, in seconds.
    pub(crate) fn seconds(&self) -> u64 {
        self.timeout.unwrap_or(USUAL_SECONDS)
    }

    /// The most memory of each of its processes, in MiB.
    pub(crate) fn mebibytes(&self) -> u64 {
        self.memory_mib.unwrap_or(1024)
    }
}

/// The target kind.
pub(crate) fn target_kind() -> TargetKind {
    TargetKind {
        kind: KIND,
        key: "plugins",
        summary: "a collector of the team's own, in any language; it is run",
        schema: schema_of::<Spec>(),
        default_name: |_| None,
        check,
        paths: &["folder"],
    }
}

fn check(entry: &Value) -> Vec<(String, String)> {
    let spec = match Spec::deserialize(entry) {
        Ok(spec) => spec,
        Err(error) => return vec![(String::new(), error.to_string())],
    };
    let mut complaints = program_complaints(&spec.run, &spec.environment);
    for kind in spec.facts.keys().filter(|kind| !is_kind(kind)) {
        let what = "a kind of subject is a variable in probes: lower-case letters, digits and _";
        complaints.push((format!("/facts/{kind}"), what.to_owned()));
    }
    complaints
}

/// Whether `kind` can be a variable, and is none of those that expressions have already.
fn is_kind(kind: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    kind.starts_with(|c: char| c.is_ascii_lowercase())
        && kind.len() <= 64
        && kind.bytes().all(fits)
        && !matches!(kind, "params" | "true" | "false" | "in" | "has")
}

#[cfg(test)]
mod tests {
    use super::check;
    use serde_json::json;

    #[test]
    fn what_a_schema_cannot_say() {
        for (entry, pointer) in [
            (json!({"run": [""], "facts": {"queue": "q.json"}}), "/run"),
            (
                json!({"run": ["a"], "facts": {"Queue": "q.json"}}),
                "/facts/Queue",
            ),
            (
                json!({"run": ["a"], "facts": {"params": "q.json"}}),
                "/facts/params",
            ),
            (
                json!({"run": ["a"], "facts": {"queue": "q.json"}, "environment": {"API_TOKEN": "hunter2"}}),
                "/environment/API_TOKEN",
            ),
        ] {
            let found = check(&entry);
            assert_eq!(found.len(), 1, "{entry}: {found:?}");
            assert_eq!(found[0].0, pointer);
            assert!(!found[0].1.contains("hunter2"));
        }
        let good = json!({"run": ["a"], "facts": {"queue": "q.json"}, "environment": {"API_TOKEN": "env:T"}});
        assert_eq!(check(&good), []);
    }
}
