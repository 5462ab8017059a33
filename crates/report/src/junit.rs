//! JUnit XML, as xunit-plugin's `junit-10.xsd` describes it and CI servers read it.
//!
//! A section of the checklist is a suite, an item a case. A failure is a `failure`; what could not
//! be decided is an `error`, since a reader must not take it for passed; what is waived, does not
//! apply, is not due or was left out is `skipped`, with the reason.

use crate::inert::{LONGEST, line};
use crate::input::{Format, Options, Render, Report, ReportError, no_facts};
use crate::select;
use crate::text::result_word;
use maud::{Markup, PreEscaped, html};
use seaworthy_model::{ItemKind, ItemResult, Outcome, ResultKind, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(crate) const FORMAT: Format = Format {
    name: "junit",
    describe: "JUnit XML, for CI servers: a case for each item",
    file: "junit.xml",
    cites: no_facts,
    compares: false,
    brief: false,
    render: Render::Whole(render),
};

/// Verdicts of an item that its output names, worst first.
const VERDICTS: usize = 20;

#[expect(clippy::unnecessary_wraps, reason = "every format has this signature")]
fn render(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    let items: Vec<&ItemResult> = report
        .results
        .iter()
        .filter(|item| item.kind != ItemKind::Group)
        .collect();
    let mut suites: BTreeMap<&str, Vec<&ItemResult>> = BTreeMap::new();
    for item in &items {
        suites.entry(&item.section).or_default().push(item);
    }
    // The template writes XML as well as HTML: no element here is one that HTML leaves open.
    let document = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        testsuites name={ "seaworthy " (xml(&report.plan.run.service)) } tests=(items.len())
            failures=(number(&items, Kind::Failure)) errors=(number(&items, Kind::Error)) {
            @for (section, items) in &suites { (PreEscaped("\n")) (suite(report, section, items)) }
        }
        (PreEscaped("\n"))
    };
    Ok(document.into_string())
}

/// How JUnit has a result.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Passed,
    Failure,
    Error,
    Skipped,
}

const fn kind(result: ResultKind) -> Kind {
    match result {
        ResultKind::Fail => Kind::Failure,
        ResultKind::Inconclusive | ResultKind::Pending => Kind::Error,
        ResultKind::Skipped
        | ResultKind::Waived
        | ResultKind::NotApplicable
        | ResultKind::NotDue => Kind::Skipped,
        ResultKind::Attested | ResultKind::Pass => Kind::Passed,
    }
}

fn number(items: &[&ItemResult], wanted: Kind) -> usize {
    let of_kind = |item: &&&ItemResult| kind(item.result) == wanted;
    items.iter().filter(of_kind).count()
}

fn suite(report: &Report<'_>, section: &str, items: &[&ItemResult]) -> Markup {
    let run = &report.plan.run;
    let mut titles: BTreeMap<String, usize> = BTreeMap::new();
    for item in items {
        *titles.entry(xml(&item.title)).or_default() += 1;
    }
    let overall = report.score.overall.as_deref().unwrap_or("none");
    html! {
        testsuite name=(xml(section)) tests=(items.len())
            failures=(number(items, Kind::Failure)) errors=(number(items, Kind::Error))
            skipped=(number(items, Kind::Skipped)) timestamp=(run.as_of) {
            properties {
                property name="seaworthy.run" value=(xml(&run.id)) {}
                property name="seaworthy.release" value=(xml(&run.release)) {}
                property name="seaworthy.environment" value=(xml(&run.environment)) {}
                property name="seaworthy.decision" value=(report.gate.decision) {}
                property name="seaworthy.score" value=(xml(overall)) {}
                property name="seaworthy.evidence" value=(xml(report.bundle)) {}
            }
            @for item in items {
                @let twins = titles.get(&xml(&item.title)).is_some_and(|number| *number > 1);
                (PreEscaped("\n"))
                (case(report, section, item, twins))
            }
            (PreEscaped("\n"))
        }
    }
}

/// Names are unique within a suite: twins have their ids behind them.
fn case(report: &Report<'_>, section: &str, item: &ItemResult, twins: bool) -> Markup {
    let mut name = xml(&item.title);
    if twins || name.is_empty() {
        let _ = write!(name, " ({})", xml(item.id.as_str()));
    }
    let class = if section.is_empty() {
        "checklist"
    } else {
        section
    };
    let told = select::told(item).unwrap_or_else(|| result_word(item.result).to_owned());
    html! {
        testcase classname=(xml(class)) name=(name) {
            @match kind(item.result) {
                Kind::Failure => { failure type=(item.result) message=(xml(&told)) { (xml(&told)) } }
                Kind::Error => { error type=(item.result) message=(xml(&told)) { (xml(&told)) } }
                Kind::Skipped => { skipped type=(item.result) message=(xml(&told)) {} }
                Kind::Passed => {}
            }
            system-out { (output(report, item)) }
        }
    }
}

/// What the item stands on: its id, its verdicts with their places, and the facts in the bundle.
fn output(report: &Report<'_>, item: &ItemResult) -> String {
    let mut out = format!("item: {}\nresult: {}\n", xml(item.id.as_str()), item.result);
    for verdict in item.verdicts.iter().take(VERDICTS) {
        // Writing to a String does not fail.
        let _ = writeln!(
            out,
            "{} {} {}",
            verdict.verdict,
            xml(verdict.probe.as_str()),
            xml(&verdict.subject.name)
        );
        details(&mut out, report, verdict);
    }
    if item.verdicts.len() > VERDICTS {
        let more = item.verdicts.len() - VERDICTS;
        let _ = writeln!(out, "and {more} more verdicts in {}", xml(report.bundle));
    }
    out
}

fn details(out: &mut String, report: &Report<'_>, verdict: &Verdict) {
    if let Some(message) = &verdict.message {
        let _ = writeln!(out, "  {}", xml(message));
    }
    if let Some(location) = &verdict.location {
        let _ = writeln!(out, "  at {}", xml(&location.to_string()));
    }
    if let Some(cite) = verdict.facts.first() {
        let place = format!("{}/{}", report.bundle, cite.path());
        let _ = writeln!(out, "  evidence: {} line {}", xml(&place), cite.line);
    }
    if verdict.verdict == Outcome::Fail
        && let Some(command) = &verdict.reproduce
    {
        let _ = writeln!(out, "  $ {}", xml(command));
    }
}

/// Text without what XML 1.0 cannot hold even as a reference; the template escapes the rest.
fn xml(text: &str) -> String {
    line(text, LONGEST).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
