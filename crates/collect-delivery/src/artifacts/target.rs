//! The target kind `artifacts`: which files CI left, what each is for, and which release and age
//! they must be of.

use super::release::{Age, Source};
use jiff::SignedDuration;
use schemars::JsonSchema;
use seaworthy_collect::{TargetKind, schema_of};
use seaworthy_model::Target;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The kind of target.
pub(super) const KIND: &str = "artifacts";

/// What reports are about; each kind has a collector and a kind of subject of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Tests,
    Coverage,
    Scans,
    Load,
    Records,
    Queries,
}

impl Kind {
    /// The greatest age of its reports where the configuration gives none.
    fn usual_age(self) -> Age {
        let days = if self == Self::Records { 30 } else { 7 };
        Age(SignedDuration::from_hours(days * 24))
    }
}

/// What a report is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    /// Unit tests.
    Unit,
    /// Integration tests.
    Integration,
    /// End-to-end tests.
    E2e,
    /// Smoke tests.
    Smoke,
    /// The final tests in staging.
    Staging,
    /// Tests of the migrations.
    Migrations,
    /// A run of the migrations' rollback.
    MigrationRollback,
    /// Coverage of tests.
    Coverage,
    /// Linters.
    Lint,
    /// Static analysis.
    Sast,
    /// Scanners that attack the running service.
    Dast,
    /// Scanners of dependencies.
    Dependencies,
    /// Scanners of secrets.
    Secrets,
    /// Scanners of container images.
    Images,
    /// Load tests.
    Load,
    /// The load result that others are compared with.
    Baseline,
    /// Load tests over WebSocket connections.
    Websocket,
    /// Load tests of the matching engine.
    MatchingEngine,
    /// Counts of the database's statements over a load test.
    Queries,
    /// A restoration of the database.
    RestoreDatabase,
    /// A restoration of the secrets.
    RestoreSecrets,
    /// A restoration of the configuration.
    RestoreConfiguration,
    /// The backup tool's own status.
    Backup,
    /// A copy of the backup in another place.
    BackupCopy,
}

impl Role {
    /// The kind of reports that are for this.
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Unit
            | Self::Integration
            | Self::E2e
            | Self::Smoke
            | Self::Staging
            | Self::Migrations
            | Self::MigrationRollback => Kind::Tests,
            Self::Coverage => Kind::Coverage,
            Self::Lint
            | Self::Sast
            | Self::Dast
            | Self::Dependencies
            | Self::Secrets
            | Self::Images => Kind::Scans,
            Self::Load | Self::Baseline | Self::Websocket | Self::MatchingEngine => Kind::Load,
            Self::RestoreDatabase
            | Self::RestoreSecrets
            | Self::RestoreConfiguration
            | Self::Backup
            | Self::BackupCopy => Kind::Records,
            Self::Queries => Kind::Queries,
        }
    }

    /// The name as the configuration writes it.
    pub(crate) fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::String(name)) => name,
            _ => String::new(),
        }
    }
}

/// One pattern of files, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Patterns {
    /// One file or glob.
    One(String),
    /// Several.
    Many(#[schemars(length(min = 1))] Vec<String>),
}

impl Patterns {
    fn list(&self) -> Vec<String> {
        match self {
            Self::One(pattern) => vec![pattern.clone()],
            Self::Many(patterns) => patterns.clone(),
        }
    }
}

/// The reports of one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Reports {
    /// Files or globs: `reports/unit/**/*.xml`.
    Files(Patterns),
    /// Files, with what is special about them.
    Full(Full),
}

/// Files with what is special about them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Full {
    /// Files or globs of the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    files: Option<Patterns>,
    /// Files or globs of each service; each service is judged by itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    services: BTreeMap<String, Patterns>,
    /// `any`: reports of another commit count too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    /// The commit that these files were made from, in place of the target's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made_from: Option<String>,
    /// The greatest age, in place of the target's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_age: Option<String>,
}

/// The reports that CI left for one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Spec {
    /// The folder that files are named from; by default the configuration file's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<String>,
    /// The commit that is released, in full or abbreviated: the hash itself, `env:NAME`,
    /// `file:PATH`, or `any` where reports of any commit count. Restorations and backups are of
    /// no commit; their time counts.
    commit: String,
    /// The commit that reports were made from which do not say so themselves; written like
    /// `commit`. CI that tests and sweeps in one job gives the same here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made_from: Option<String>,
    /// The greatest age of a report: `24h`, `30d`. By default `7d`, for restorations and backups
    /// `30d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_age: Option<String>,
    /// The reports by what they are for.
    #[schemars(length(min = 1))]
    roles: BTreeMap<Role, Reports>,
}

/// The files that make one subject, with what they must be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) role: Role,
    pub(crate) service: Option<String>,
    pub(crate) root: PathBuf,
    pub(crate) patterns: Vec<String>,
    /// The commit that is released; `None` where any counts.
    pub(crate) commit: Option<Source>,
    pub(crate) made_from: Option<Source>,
    pub(crate) max_age: Age,
}

impl Group {
    /// `unit`, or `lint/api` for a service's own.
    pub(crate) fn name(&self) -> String {
        match &self.service {
            Some(service) => format!("{}/{service}", self.role.name()),
            None => self.role.name(),
        }
    }
}

/// The target kind.
pub(crate) fn target_kind() -> TargetKind {
    TargetKind {
        kind: KIND,
        key: KIND,
        summary: "the reports that CI left: tests, coverage, scans, load, restorations",
        schema: schema_of::<Spec>(),
        default_name: |_| Some(KIND.to_owned()),
        check,
        paths: &["root"],
    }
}

fn check(entry: &Value) -> Vec<(String, String)> {
    let spec = match Spec::deserialize(entry) {
        Ok(spec) => spec,
        Err(error) => return vec![(String::new(), error.to_string())],
    };
    let mut complaints = Vec::new();
    let mut commit = |pointer: String, text: &Option<String>| {
        if let Some(text) = text
            && text != "any"
            && Source::parse(text).is_none()
        {
            let what = format!(
                "{text:?} is no commit; write its hash (7 to 40 hexadecimal digits, or 64), env:NAME, file:PATH or any"
            );
            complaints.push((pointer, what));
        }
    };
    commit("/commit".to_owned(), &Some(spec.commit.clone()));
    commit("/made_from".to_owned(), &spec.made_from);
    for (role, reports) in &spec.roles {
        if let Reports::Full(full) = reports {
            let at = format!("/roles/{}", role.name());
            commit(format!("{at}/commit"), &full.commit);
            commit(format!("{at}/made_from"), &full.made_from);
        }
    }
    let mut age = |pointer: String, text: &Option<String>| {
        if let Some(text) = text
            && Age::parse(text).is_none()
        {
            complaints.push((
                pointer,
                format!("{text:?} is no age; write it like 24h or 30d"),
            ));
        }
    };
    age("/max_age".to_owned(), &spec.max_age);
    for (role, reports) in &spec.roles {
        let at = format!("/roles/{}", role.name());
        if let Reports::Full(full) = reports {
            age(format!("{at}/max_age"), &full.max_age);
        }
    }
    for (role, reports) in &spec.roles {
        if let Reports::Full(full) = reports
            && full.files.is_none()
            && full.services.is_empty()
        {
            let what = "give files, or files by services".to_owned();
            complaints.push((format!("/roles/{}", role.name()), what));
        }
    }
    complaints
}

/// The groups of files of one kind that a target names; none where the entry is not what
/// [`target_kind`] checks for.
pub(crate) fn groups(target: &Target, kind: Kind) -> Vec<Group> {
    let Ok(spec) = Spec::deserialize(&target.spec) else {
        return Vec::new();
    };
    let root = spec
        .root
        .as_ref()
        .map_or_else(|| beside(target), PathBuf::from);
    let mut groups = Vec::new();
    for (role, reports) in &spec.roles {
        if role.kind() != kind {
            continue;
        }
        let full = match reports {
            Reports::Files(files) => Full {
                files: Some(files.clone()),
                ..Full::default()
            },
            Reports::Full(full) => full.clone(),
        };
        let commit = full.commit.as_ref().unwrap_or(&spec.commit);
        let made_from = full.made_from.as_ref().or(spec.made_from.as_ref());
        let max_age = full.max_age.as_ref().or(spec.max_age.as_ref());
        let group = |service: Option<&String>, patterns: &Patterns| Group {
            role: *role,
            service: service.cloned(),
            root: root.clone(),
            patterns: patterns.list(),
            // What restores or backs up is bound to a time, not to a commit, unless the role says so.
            commit: if kind == Kind::Records && full.commit.is_none() {
                None
            } else {
                Source::parse(commit)
            },
            made_from: made_from.and_then(|text| Source::parse(text)),
            max_age: max_age
                .and_then(|text| Age::parse(text))
                .unwrap_or_else(|| kind.usual_age()),
        };
        groups.extend(full.files.iter().map(|files| group(None, files)));
        let services = full.services.iter();
        groups.extend(services.map(|(service, files)| group(Some(service), files)));
    }
    groups
}

/// The folder of the configuration file.
fn beside(target: &Target) -> PathBuf {
    let file = target.location.as_ref().map(|place| Path::new(&place.file));
    match file.and_then(Path::parent) {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
