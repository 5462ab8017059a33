//! `document`: what is known of one document that launch needs.

use schemars::JsonSchema;
use serde::Serialize;

/// A document that a launch needs, by a rule of `rules/documents.yaml`. There is one for each
/// rule, found or not.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct DocumentFact {
    /// The rule's id: `disaster-recovery-plan`, `runbook-rollback` …
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// The rule's id.
    pub(crate) rule: String,
    /// A document or a section is there that may be it.
    pub(crate) found: bool,
    /// The file, with the line of the section where it is one; of several candidates the one that
    /// lacks least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<String>,
    /// Its title, or the section's heading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    /// Other candidates, at most ten.
    pub(crate) others: Vec<String>,
    /// What it lacks: headings, steps, commands, content, or blanks that were never filled in.
    pub(crate) defects: Vec<String>,
    /// Links within the repository that lead nowhere: `docs/dr.md:12: ../gone.md`.
    pub(crate) dead_links: Vec<String>,
    /// The day on which it was last reviewed (ISO 8601), by its front matter, its text, or else
    /// the last commit that changed it; unknown where none tells.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) reviewed_on: String,
    /// What tells of that day: `document`, or `history`, where it is the last change to the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reviewed_from: Option<String>,
    /// How many days ago that was; unknown with it.
    #[serde(default)]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) reviewed_days: i64,
    /// Within how many days the rule wants it reviewed; absent where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) review_within: Option<i64>,
    /// The recovery time objective, in minutes, the shortest where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rto_minutes: Option<i64>,
    /// The recovery point objective, in minutes, the shortest where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rpo_minutes: Option<i64>,
    /// How often backups are made, by any document, in minutes; 0 is continuously. The most
    /// frequent one, so that base backups beside a log archive do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backup_minutes: Option<i64>,
    /// How long backups are kept, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retention_minutes: Option<i64>,
    /// How often restoring is tested, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) restore_test_minutes: Option<i64>,
    /// How many people or roles its tables of contacts list.
    pub(crate) contacts: i64,
    /// What the tables of contacts lack: `Primary: no phone`.
    pub(crate) contacts_missing: Vec<String>,
    /// What its diagrams show: the globs of the configuration or of its front matter, else the folder
    /// that each lies in.
    pub(crate) diagrams_show: Vec<String>,
    /// Diagrams that are older than what they show, at most 20: `docs/net.svg of 2026-01-02 shows
    /// deploy/net.yaml, which was changed on 2026-05-01`.
    pub(crate) diagrams_behind: Vec<String>,
    /// How many days the newest change of what a diagram shows came after the diagram, the worst of them;
    /// 0 where none is older. A diagram is of the day on which it was last changed, or its document last
    /// reviewed. Absent where there is no diagram, and where no rule asks for one; unknown where the
    /// history does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) diagrams_behind_days: Option<i64>,
    /// The releases of a change log, newest first, at most 50.
    pub(crate) releases: Vec<String>,
    /// Releases of a change log under which nothing stands.
    pub(crate) empty_releases: Vec<String>,
    /// The change log has an entry for the version that is released; unknown where the
    /// configuration names none.
    #[serde(default)]
    pub(crate) has_release: bool,
    /// The version that is released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
}

/// Where the alerts of the repository send whoever is called.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct AlertRunbooks {
    /// `alerts`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// How many alerting rules the YAML files of the repository hold.
    pub(crate) alerts: i64,
    /// Alerts without a `runbook_url`, at most 20.
    pub(crate) without: Vec<String>,
    /// Alerts whose `runbook_url` names a file of the repository that is not there, at most 20.
    pub(crate) dead: Vec<String>,
    /// True: every `runbook_url` leads into the repository. Unknown where one leads elsewhere,
    /// which is not followed.
    #[serde(default)]
    pub(crate) all_inside: bool,
}
