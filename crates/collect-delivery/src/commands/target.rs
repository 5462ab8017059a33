//! The target kind `command`.

use schemars::JsonSchema;
use seaworthy_collect::{TargetKind, program_complaints, schema_of};
use seaworthy_model::Target;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The kind of target.
pub(super) const KIND: &str = "command";

/// What a command prints on standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Prints {
    /// Whatever it likes; only its exit status counts.
    #[default]
    Nothing,
    /// A report of tests: JUnit XML, TAP, `go test -json` or CTRF.
    Tests,
    /// A report of a scan: SARIF, or one of the scanners' own formats.
    Scan,
}

/// A command of the team's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spec {
    /// The program and its arguments. There is no shell: nothing is expanded.
    #[schemars(length(min = 1))]
    pub(crate) run: Vec<String>,
    /// What it is for: `smoke`, `lint`, `registration`, `login`, `listing`, `orders`, `wallet`,
    /// `refuses-start`, or a word of the team's own bindings.
    pub(crate) purpose: String,
    /// The folder that it runs in; by default where the sweep runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) folder: Option<String>,
    /// Its environment, besides PATH: values, or references `env:NAME` and `file:PATH`. Nothing
    /// else is inherited.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) environment: BTreeMap<String, String>,
    /// What it prints.
    #[serde(default)]
    pub(crate) prints: Prints,
    /// A text that its output must hold, such as the name of a variable that is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) says: Option<String>,
    /// The longest it may take, in seconds; 50 by default. A longer one needs a greater
    /// `budgets.target` too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 3600))]
    pub(crate) timeout: Option<u64>,
    /// The most memory of each of its processes, in MiB; 1024 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65536))]
    pub(crate) memory_mib: Option<u64>,
}

impl Spec {
    /// Reads a target; `None` where the entry is not what [`target_kind`] checks for.
    pub(super) fn of(target: &Target) -> Option<Self> {
        Self::deserialize(&target.spec)
            .ok()
            .filter(|spec: &Self| !spec.run.is_empty())
    }
}

/// The target kind.
pub(crate) fn target_kind() -> TargetKind {
    TargetKind {
        kind: KIND,
        key: "commands",
        summary: "a command of the team's: a smoke suite, a flow, a linter; it is run",
        schema: schema_of::<Spec>(),
        default_name: |entry| entry.get("purpose")?.as_str().map(str::to_owned),
        check,
        paths: &["folder"],
    }
}

fn check(entry: &Value) -> Vec<(String, String)> {
    match Spec::deserialize(entry) {
        Ok(spec) => program_complaints(&spec.run, &spec.environment),
        Err(error) => vec![(String::new(), error.to_string())],
    }
}
