//! The checklist's own post-mortem, filled in from the run: what is known is written under its
//! questions, what only people know is left to them.

use crate::changes::Changes;
use crate::inert::{LONGEST, markdown};
use crate::input::{Format, Options, Render, Report, ReportError, no_facts};
use crate::select;
use crate::text::{reasons, result_word};
use seaworthy_model::{Checklist, Contact, ItemResult, Mark, ResultKind};
use std::collections::BTreeSet;
use std::fmt::Write as _;

pub(crate) const FORMAT: Format = Format {
    name: "postmortem",
    describe: "the checklist's post-mortem, filled in as far as the run knows",
    file: "postmortem.md",
    cites: no_facts,
    compares: true,
    brief: false,
    render: Render::Whole(render),
};

/// Records under one question.
const SHOWN: usize = 30;
/// The questions where a checklist has none of its own.
const QUESTIONS: [&str; 7] = [
    "What happened?",
    "What was the impact?",
    "What was the root cause?",
    "How was it detected?",
    "How was it resolved?",
    "What will we do to prevent this in the future?",
    "Action items",
];

fn render(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    let checklist = seaworthy_checklist::parse(report.checklist)?.checklist;
    let run = &report.plan.run;
    let mut out = format!(
        "# Post-mortem: {} {} for {}\n\nFrom the run {} ({}), as of {}. The evidence is in {}.\n",
        md(&run.service),
        md(&run.release),
        md(&run.environment),
        md(&run.id),
        run.phase,
        run.as_of,
        md(report.bundle),
    );
    let questions: Vec<&str> = match checklist.post_mortem.as_slice() {
        [] => QUESTIONS.to_vec(),
        own => own.iter().map(String::as_str).collect(),
    };
    for question in questions {
        let _ = write!(out, "\n## {}\n\n", md(question));
        out.push_str(&answer(question, report, &checklist));
    }
    Ok(out)
}

/// What the run knows of a question, by its words; of another question nothing.
fn answer(question: &str, report: &Report<'_>, checklist: &Checklist) -> String {
    let question = question.to_lowercase();
    let has = |word: &str| question.contains(word);
    if has("action") {
        actions(report, &checklist.contacts)
    } else if has("happened") {
        happened(report)
    } else if has("impact") {
        impact(report)
    } else if has("cause") {
        causes(report)
    } else if has("detect") {
        detected(report)
    } else if has("resolve") {
        resolved(report)
    } else if has("prevent") {
        prevention(report)
    } else {
        to_write("")
    }
}

fn to_write(what: &str) -> String {
    format!("_To be written by a person{what}._\n")
}

fn md(text: &str) -> String {
    markdown(text, LONGEST)
}

/// Failures, critical ones first.
fn failures<'a>(report: &Report<'a>) -> Vec<&'a ItemResult> {
    let mut items = select::blockers(report);
    items.extend(select::other_failures(report));
    items
}

fn listed(out: &mut String, lines: &[String]) {
    for line in lines.iter().take(SHOWN) {
        let _ = writeln!(out, "- {line}");
    }
    if lines.len() > SHOWN {
        let _ = writeln!(out, "- and {} more", lines.len() - SHOWN);
    }
}

fn happened(report: &Report<'_>) -> String {
    let mut out = format!(
        "The gate said {}.\n\n",
        md(&report.gate.decision.to_string())
    );
    let reasons: Vec<String> = reasons(report).iter().map(|reason| md(reason)).collect();
    listed(&mut out, &reasons);
    let _ = write!(out, "\n{}", to_write(": the course of events, with times"));
    out
}

fn impact(report: &Report<'_>) -> String {
    let mut subjects: BTreeSet<String> = BTreeSet::new();
    for item in failures(report) {
        for verdict in select::failing(item).into_values().flatten() {
            subjects.insert(md(&verdict.subject.to_string()));
        }
    }
    let subjects: Vec<String> = subjects.into_iter().collect();
    let mut out = format!("{} subjects failed a check:\n\n", subjects.len());
    listed(&mut out, &subjects);
    let _ = write!(
        out,
        "\n{}",
        to_write(": who could not do what, and for how long")
    );
    out
}

fn causes(report: &Report<'_>) -> String {
    let lines: Vec<String> = failures(report)
        .iter()
        .map(|item| {
            let told = select::told(item).unwrap_or_default();
            format!("{}: {}", md(&item.title), md(&told))
        })
        .collect();
    let mut out = String::from("What failed at the time, as candidates:\n\n");
    listed(&mut out, &lines);
    let _ = write!(
        out,
        "\n{}",
        to_write(": which of them, and why it was possible")
    );
    out
}

fn detected(report: &Report<'_>) -> String {
    let mut probes: BTreeSet<String> = BTreeSet::new();
    for item in failures(report) {
        for probe in select::failing(item).into_keys() {
            let title = report
                .plan
                .probes
                .get(probe)
                .map_or("", |spec| spec.title.as_str());
            probes.insert(format!("{} ({})", md(title), md(probe.as_str())));
        }
    }
    let probes: Vec<String> = probes.into_iter().collect();
    let mut out = format!(
        "By the sweep of {}, through these probes:\n\n",
        report.plan.run.as_of
    );
    listed(&mut out, &probes);
    let _ = write!(
        out,
        "\n{}",
        to_write(": what was noticed elsewhere, by whom, and when")
    );
    out
}

/// What was worse in the run before.
fn resolved(report: &Report<'_>) -> String {
    let Some(previous) = report.previous else {
        return to_write("; there is no earlier run to compare with");
    };
    let better = Changes::since(report, previous).better.into_iter();
    let lines: Vec<String> = better
        .filter(|(item, _)| {
            matches!(
                item.result,
                ResultKind::Pass | ResultKind::Attested | ResultKind::Waived
            )
        })
        .map(|(item, before)| {
            format!(
                "{}: {} → {}",
                md(&item.title),
                result_word(before),
                result_word(item.result)
            )
        })
        .collect();
    let mut out = format!("Better than in the run {}:\n\n", md(&previous.run.id));
    listed(&mut out, &lines);
    let _ = write!(out, "\n{}", to_write(": what was done, and by whom"));
    out
}

fn prevention(report: &Report<'_>) -> String {
    let mut lines = Vec::new();
    let mut told = BTreeSet::new();
    for item in failures(report) {
        for probe in select::failing(item).into_keys() {
            if let Some(spec) = report.plan.probes.get(probe).filter(|_| told.insert(probe)) {
                lines.push(format!("{} Risk: {}", md(&spec.title), md(&spec.why)));
            }
        }
    }
    let mut out = String::from("Keep these in every sweep:\n\n");
    listed(&mut out, &lines);
    let _ = write!(out, "\n{}", to_write(": what changes in how we work"));
    out
}

/// A row for each fix. Owner and day are for people to fill in; the contacts are those of the
/// checklist.
fn actions(report: &Report<'_>, contacts: &[Contact]) -> String {
    let mut out = String::from("| action | for | urgency | owner | by |\n|---|---|---|---|---|\n");
    let mut told = BTreeSet::new();
    for item in failures(report) {
        for probe in select::failing(item).into_keys() {
            if told.len() >= SHOWN {
                break;
            }
            if let Some(spec) = report.plan.probes.get(probe).filter(|_| told.insert(probe)) {
                let urgency = match item.mark {
                    Some(Mark::Critical) => "critical",
                    Some(Mark::Important) => "important",
                    None => "other",
                };
                let _ = writeln!(
                    out,
                    "| {} | {} | {urgency} | | |",
                    md(&spec.fix),
                    md(&item.title)
                );
            }
        }
    }
    let complete: Vec<&Contact> = contacts
        .iter()
        .filter(|contact| contact.complete())
        .collect();
    if !contacts.is_empty() {
        let _ = write!(
            out,
            "\nOf {} emergency contacts in the checklist {} are complete.\n",
            contacts.len(),
            complete.len()
        );
    }
    out
}
