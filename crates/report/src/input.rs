//! What a report is made of, and how a format is described.

use seaworthy_checklist::ChecklistError;
use seaworthy_model::{
    Attestation, Decision, Digest, Fact, FactCite, Gate, ItemId, ItemResult, Plan, ProbeId,
    ProbeSpec, ResultKind, RunInfo, Score, SignOffState, Unassessed, Verdict, Waiver, WaiverUse,
};
use std::collections::{BTreeMap, BTreeSet};

/// The content of a bundle, from a sweep that has just ended or read back from disk.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The resolved plan: run, targets, probes with their risks and remedies.
    pub plan: &'a Plan,
    /// The checklist's bytes as the run read them.
    pub checklist: &'a [u8],
    /// A result for each item, in the checklist's order.
    pub results: &'a [ItemResult],
    /// The weighted score.
    pub score: &'a Score,
    /// The gate.
    pub gate: &'a Gate,
    /// What became of each waiver.
    pub waivers: &'a [WaiverUse],
    /// What could not be read.
    pub unassessed: &'a [Unassessed],
    /// What people said, its signatures checked.
    pub people: People<'a>,
    /// The run before this one, where there is one at hand.
    pub previous: Option<&'a Previous>,
    /// The facts that the format asked for, with their artifacts.
    pub evidence: &'a Evidence,
    /// The bytes of `SHA256SUMS`, which a sealed bundle has.
    pub sums: Option<&'a [u8]>,
    /// The bundle's folder as seen from where the report will be read; links begin with it.
    pub bundle: &'a str,
    /// Whether the bundle is sealed. A report of an unsealed one says so.
    pub sealed: bool,
}

/// The words of people that the run took into account.
#[derive(Clone, Copy, Debug, Default)]
pub struct People<'a> {
    /// The attestations.
    pub attestations: &'a [Attestation],
    /// The waivers; what became of each is in [`Report::waivers`].
    pub waivers: &'a [Waiver],
    /// The roles whose sign-off is due, with the signatures beside the bundle that bind it and were
    /// made with a key that the run's plan trusts. What they decide is the release gate's.
    pub sign_offs: &'a [SignOffState],
}

/// What a report tells of the run before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// The run.
    pub run: RunInfo,
    /// What its gate decided.
    pub decision: Decision,
    /// Its score, as it was shown.
    pub overall: Option<String>,
    /// What became of each item, with the title that it had.
    pub results: BTreeMap<ItemId, (ResultKind, String)>,
}

/// Facts and raw artifacts, as much of them as a format shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Facts by their place in the bundle.
    pub facts: BTreeMap<FactCite, Fact>,
    /// Artifacts of those facts, by digest.
    pub artifacts: BTreeMap<Digest, Vec<u8>>,
}

/// What a single `probe` command found, without checklist and bundle.
#[derive(Clone, Copy, Debug)]
pub struct ProbeReport<'a> {
    /// The verdicts. Their cites have shard 0, and their lines count `facts` from 1.
    pub verdicts: &'a [Verdict],
    /// The facts.
    pub facts: &'a [Fact],
    /// What could not be read.
    pub unassessed: &'a [Unassessed],
    /// The probes that were asked, for their titles and remedies.
    pub probes: &'a BTreeMap<ProbeId, ProbeSpec>,
}

/// How a report is to look. Nothing here changes what it says of any item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether the reader is a terminal that shows ANSI colours.
    pub color: bool,
    /// The reader's width in columns; taken between 40 and 120.
    pub width: usize,
    /// How much is told.
    pub detail: Detail,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: false,
            width: 100,
            detail: Detail::Brief,
        }
    }
}

/// How much a report for people tells. Formats for programs always tell everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// What stands in the way, and sums of the rest.
    #[default]
    Brief,
    /// Every item too.
    All,
}

/// A form in which a report can be had.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for, in a line of help.
    pub describe: &'static str,
    /// The name of its file in a bundle's `exports/`.
    pub file: &'static str,
    /// The facts that it shows of a report; most formats name facts by their place alone.
    pub cites: fn(&Report<'_>) -> BTreeSet<FactCite>,
    /// Whether it tells what is otherwise than in the run before.
    pub compares: bool,
    /// Puts a report into it.
    pub render: fn(&Report<'_>, &Options) -> Result<String, ReportError>,
}

/// For formats that show no fact.
pub(crate) fn no_facts(_report: &Report<'_>) -> BTreeSet<FactCite> {
    BTreeSet::new()
}

/// A report could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The checklist in the bundle is none.
    #[error("failed to read the checklist that the run kept: {0}")]
    Checklist(#[from] ChecklistError),
    /// The format is a statement about `SHA256SUMS`, and there are none.
    #[error("the bundle is not sealed, so there is nothing to make a statement about")]
    NotSealed,
    /// The ticked checklist is not UTF-8, although its source is.
    #[error("failed to write the checklist back as UTF-8")]
    NotUtf8,
    /// A value could not be put into JSON.
    #[error("failed to write the report as JSON: {0}")]
    Json(#[from] serde_json::Error),
}
