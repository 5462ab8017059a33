//! What a report is made of, and how a format is described.

use crate::item::ItemSummary;
use seaworthy_checklist::ChecklistError;
use seaworthy_model::{
    Attestation, Decision, Digest, Fact, FactCite, Gate, ItemId, ItemResult, Plan, ProbeId,
    ProbeSpec, ResultKind, RunInfo, Score, SignOffState, Unassessed, Verdict, VerdictRef, Waiver,
    WaiverUse,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::ops::ControlFlow;

/// The content of a bundle, from a sweep that has just ended or read back from disk.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The resolved plan: run, targets, probes with their risks and remedies.
    pub plan: &'a Plan,
    /// The checklist's bytes as the run read them.
    pub checklist: &'a [u8],
    /// A result for each item, in the checklist's order.
    pub results: &'a [ItemSummary],
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
#[derive(Clone, Copy)]
pub struct ProbeReport<'a> {
    /// The verdicts. Their cites have shard 0, and their lines count `facts` from 1.
    pub verdicts: &'a dyn VerdictSource,
    /// The facts, in the order in which the cites count them.
    pub facts: &'a dyn FactSource,
    /// What could not be read.
    pub unassessed: &'a [Unassessed],
    /// The probes that were asked, for their titles and remedies.
    pub probes: &'a BTreeMap<ProbeId, ProbeSpec>,
}

/// Verdicts in the order in which they are shown.
pub trait VerdictSource {
    /// Hands over the verdicts one after the other, as often as they are asked for, until `take`
    /// breaks off.
    fn each(&self, take: &mut dyn FnMut(VerdictRef<'_>) -> ControlFlow<()>);
}

impl VerdictSource for Vec<Verdict> {
    fn each(&self, take: &mut dyn FnMut(VerdictRef<'_>) -> ControlFlow<()>) {
        let mut verdicts = self.as_slice().iter().map(VerdictRef::from);
        // Broken off or not, there is nothing left to do.
        let _ = verdicts.try_for_each(take);
    }
}

/// Facts, which may be too many to be held as they are.
pub trait FactSource {
    /// How many there are.
    fn count(&self) -> usize;

    /// Hands over each as compact JSON, until `take` breaks off.
    ///
    /// # Errors
    ///
    /// When one cannot be had.
    fn each(&self, take: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> io::Result<()>;
}

impl FactSource for Vec<Fact> {
    fn count(&self) -> usize {
        self.len()
    }

    fn each(&self, take: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> io::Result<()> {
        for fact in self {
            if take(&serde_json::to_vec(fact)?).is_break() {
                break;
            }
        }
        Ok(())
    }
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
    pub render: Render,
}

/// The items of a report with every verdict, in the checklist's order.
pub trait Items {
    /// Begins with the first item.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    fn stream(&self) -> Result<Box<dyn ItemStream<'_> + '_>, ReportError>;
}

/// Gives one item after the other, and one verdict after the other of each.
pub trait ItemStream<'a> {
    /// The next item. Its verdicts come by [`Self::next_verdict`], whatever it holds itself; those
    /// of the item before that were not asked for are passed over.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn next_item(&mut self) -> Result<Option<Cow<'a, ItemResult>>, ReportError>;

    /// The next verdict of the item that was given last.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn next_verdict(&mut self) -> Result<Option<Cow<'a, Verdict>>, ReportError>;
}

impl Items for &[ItemResult] {
    fn stream(&self) -> Result<Box<dyn ItemStream<'_> + '_>, ReportError> {
        Ok(Box::new(AtHand {
            items: self.iter(),
            verdicts: [].iter(),
        }))
    }
}

/// Items in memory.
struct AtHand<'a> {
    items: std::slice::Iter<'a, ItemResult>,
    verdicts: std::slice::Iter<'a, Verdict>,
}

impl<'a> ItemStream<'a> for AtHand<'a> {
    fn next_item(&mut self) -> Result<Option<Cow<'a, ItemResult>>, ReportError> {
        let item = self.items.next();
        self.verdicts = item.map_or([].iter(), |item| item.verdicts.as_slice().iter());
        Ok(item.map(Cow::Borrowed))
    }

    fn next_verdict(&mut self) -> Result<Option<Cow<'a, Verdict>>, ReportError> {
        Ok(self.verdicts.next().map(Cow::Borrowed))
    }
}

/// How a format is written.
#[derive(Clone, Copy, Debug)]
pub enum Render {
    /// Made of the report, which has the first verdicts of each item and the sums of the rest.
    Whole(fn(&Report<'_>, &Options) -> Result<String, ReportError>),
    /// Made of every verdict, item after item: no more than one verdict is held.
    ItemByItem {
        /// Whether it reads the verdicts of the report too; where it does not, the report's items
        /// may come without any.
        sums: bool,
        /// Writes it.
        write: fn(&Report<'_>, &dyn Items, &mut dyn Write) -> Result<(), ReportError>,
    },
}

impl Format {
    /// Whether it needs the verdicts of the report's items.
    #[must_use]
    pub const fn sums(&self) -> bool {
        match self.render {
            Render::Whole(_) => true,
            Render::ItemByItem { sums, .. } => sums,
        }
    }

    /// Writes a report, with `items` for a format that goes item by item.
    ///
    /// # Errors
    ///
    /// When an item cannot be had, when the format cannot hold the report, or when `out` refuses.
    pub fn write(
        &self,
        report: &Report<'_>,
        items: &dyn Items,
        options: &Options,
        out: &mut dyn Write,
    ) -> Result<(), ReportError> {
        match self.render {
            Render::Whole(render) => out.write_all(render(report, options)?.as_bytes())?,
            Render::ItemByItem { write, .. } => write(report, items, out)?,
        }
        Ok(())
    }
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
    /// The report is not UTF-8, although all that it is made of is.
    #[error("failed to write the report as UTF-8")]
    NotUtf8,
    /// A value could not be put into JSON.
    #[error("failed to write the report as JSON: {0}")]
    Json(serde_json::Error),
    /// An item cannot be read from the bundle.
    #[error("failed to read the results: {0}")]
    Item(Box<dyn std::error::Error + Send + Sync>),
    /// The report cannot be written where it goes.
    #[error("{0}")]
    Write(#[from] io::Error),
}

impl From<serde_json::Error> for ReportError {
    fn from(error: serde_json::Error) -> Self {
        if error.is_io() {
            Self::Write(error.into())
        } else {
            Self::Json(error)
        }
    }
}
