//! What a person reads at a glance: the verdict first, then what blocks and how to mend it, then
//! what could not be decided, the scores, and where the evidence is.
//!
//! A status is told by a word and an icon, never by colour alone.

mod blockers;
mod changes;
mod items;
mod page;
mod people;
mod probe;
mod summary;
mod undecided;

use crate::input::{Detail, Format, Options, Render, Report, ReportError, no_facts};
use page::{Page, Tone};
use seaworthy_model::{Outcome, ResultKind};

pub use probe::render_probe;
pub(crate) use summary::reasons;

pub(crate) const FORMAT: Format = Format {
    name: "text",
    describe: "the verdict, what blocks and how to mend it, for people",
    file: "report.txt",
    cites: no_facts,
    compares: true,
    render: Render::Whole(render),
};

#[expect(clippy::unnecessary_wraps, reason = "every format has this signature")]
fn render(report: &Report<'_>, options: &Options) -> Result<String, ReportError> {
    let mut page = Page::new(options);
    summary::headline(&mut page, report);
    blockers::critical(&mut page, report);
    undecided::critical(&mut page, report);
    blockers::others(&mut page, report);
    summary::categories(&mut page, report.score);
    summary::counts(&mut page, report.results);
    summary::unassessed(&mut page, report.unassessed, options.detail);
    people::waivers(&mut page, report.waivers);
    people::sign_offs(&mut page, report);
    changes::list(&mut page, report);
    if options.detail == Detail::All {
        items::list(&mut page, report);
    }
    summary::footer(&mut page, report, options.detail);
    Ok(page.into_text())
}

/// The word for a result, the same in every format for people.
pub(crate) const fn result_word(kind: ResultKind) -> &'static str {
    match kind {
        ResultKind::Fail => "fail",
        ResultKind::Inconclusive => "inconclusive",
        ResultKind::Pending => "pending",
        ResultKind::Skipped => "skipped",
        ResultKind::Waived => "waived",
        ResultKind::Attested => "attested",
        ResultKind::Pass => "pass",
        ResultKind::NotApplicable => "not applicable",
        ResultKind::NotDue => "not due",
    }
}

const fn result_sign(kind: ResultKind) -> (char, Tone) {
    match kind {
        ResultKind::Fail => ('✗', Tone::Bad),
        ResultKind::Inconclusive => ('?', Tone::Open),
        ResultKind::Pending => ('○', Tone::Open),
        ResultKind::Skipped => ('-', Tone::Open),
        ResultKind::Waived => ('~', Tone::Open),
        ResultKind::Attested | ResultKind::Pass => ('✓', Tone::Good),
        ResultKind::NotApplicable | ResultKind::NotDue => ('·', Tone::Quiet),
    }
}

const fn outcome_sign(outcome: Outcome) -> (char, &'static str, Tone) {
    match outcome {
        Outcome::Pass => ('✓', "pass", Tone::Good),
        Outcome::Fail => ('✗', "fail", Tone::Bad),
        Outcome::NotApplicable => ('·', "not applicable", Tone::Quiet),
        Outcome::Inconclusive => ('?', "inconclusive", Tone::Open),
    }
}

/// `1 item`, `2 items`.
#[must_use]
pub fn count(number: usize, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {one}{plural}")
}
