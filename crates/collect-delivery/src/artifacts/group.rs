//! One group of reports: each file is opened, told by its content, read as far as it goes, and
//! held against the release. What a kind of reports says is left to its reader.

use super::broken::Broken;
use super::files;
use super::format::{Format, format_of};
use super::input::Input;
use super::release::{Origin, Wanted};
use super::target::Group;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::Path;

/// A report as facts show it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ReportFact {
    /// The file.
    pub(crate) file: String,
    /// Its format, told from its content: `JUnit XML`, `SARIF` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<String>,
    /// The SHA-256 of its bytes, in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) sha256: Option<String>,
    /// The commit that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) commit: Option<String>,
    /// What names that commit: `report` or `configuration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) commit_from: Option<String>,
    /// When it was made (RFC 3339, UTC): what it says itself, else when the file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) made_at: Option<String>,
    /// It counts: it was read to its end, and is of the release and new enough.
    pub(crate) counts: bool,
    /// Why it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) objection: Option<String>,
}

/// The reports of a group.
#[derive(Debug)]
pub(crate) struct Read<T> {
    /// Every report that was opened.
    pub(crate) reports: Vec<ReportFact>,
    /// What the reports that are of the release said, also those that broke off.
    pub(crate) good: Vec<T>,
    /// What keeps the whole from being known, the most telling first.
    pub(crate) holes: Vec<String>,
}

/// Opens and reads every report of `group`. `read` puts what it finds into a fresh `T` and gives
/// the origin that the report names; what was found before it broke off stays.
pub(crate) fn read<T: Default>(
    group: &Group,
    as_of: Timestamp,
    read: impl Fn(Format, &mut Input, &mut T, &mut Origin) -> Result<(), Broken>,
) -> Read<T> {
    let listed = files::list(group);
    let mut out = Read {
        reports: Vec::new(),
        good: Vec::new(),
        holes: listed.holes,
    };
    let resolved = |source: &Option<super::release::Source>| {
        source
            .as_ref()
            .map(super::release::Source::resolve)
            .transpose()
    };
    let (commit, made_from) = match (resolved(&group.commit), resolved(&group.made_from)) {
        (Ok(commit), Ok(made_from)) => (commit, made_from),
        (Err(why), _) | (_, Err(why)) => {
            out.holes.insert(0, why);
            return out;
        }
    };
    let wanted = Wanted {
        commit,
        max_age: group.max_age,
        as_of,
    };
    for path in &listed.files {
        let (mut found, mut origin) = (T::default(), Origin::default());
        let (format, digest, outcome) = one(group, path, |format, input| {
            read(format, input, &mut found, &mut origin)
        });
        let file = path.display().to_string();
        let commit = origin.commit.clone().or_else(|| made_from.clone());
        let at = origin.at.or_else(|| written(path));
        let objection = wanted.objection(&file, commit.as_deref(), at);
        let broken = outcome.err().map(|broken| broken.story(&file));
        let why = objection.clone().or_else(|| broken.clone());
        out.reports.push(ReportFact {
            format: format.map(|format| format.name().to_owned()),
            sha256: digest,
            commit_from: commit.as_ref().map(|_| {
                let from = if origin.commit.is_some() {
                    "report"
                } else {
                    "configuration"
                };
                from.to_owned()
            }),
            commit,
            made_at: at.map(|at| at.to_string()),
            counts: why.is_none(),
            objection: why.clone(),
            file,
        });
        if objection.is_none() {
            out.good.push(found);
        }
        out.holes.extend(why);
    }
    // A report of another release says more than one that broke off.
    out.holes.sort_by_key(|hole| !hole.starts_with("stale: "));
    out
}

fn one(
    group: &Group,
    path: &Path,
    read: impl FnOnce(Format, &mut Input) -> Result<(), Broken>,
) -> (Option<Format>, Option<String>, Result<(), Broken>) {
    let mut input = match Input::open(path) {
        Ok(input) => input,
        Err(broken) => return (None, None, Err(broken)),
    };
    let head = match input.head() {
        Ok(head) => head,
        Err(broken) => return (None, None, Err(broken)),
    };
    let format = format_of(&head);
    let outcome = match format {
        None if head.iter().all(u8::is_ascii_whitespace) => {
            Err(Broken::unparsed(None, "it is empty"))
        }
        None => Err(Broken::unparsed(None, "it is in none of the known formats")),
        Some(format) if format.kind() != group.role.kind() => Err(Broken::unparsed(
            None,
            format!(
                "it is {}, which is no report for the role {}",
                format.name(),
                group.role.name()
            ),
        )),
        Some(format) => read(format, &mut input),
    };
    match (input.digest(), outcome) {
        (Ok(digest), outcome) => (format, Some(digest), outcome),
        (Err(broken), Ok(())) => (format, None, Err(broken)),
        (Err(_), Err(broken)) => (format, None, Err(broken)),
    }
}

fn written(path: &Path) -> Option<Timestamp> {
    let modified = path.metadata().ok()?.modified().ok()?;
    Timestamp::try_from(modified).ok()
}
