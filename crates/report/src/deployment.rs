//! The deployment report that the checklist asks for, filled in from the run: the decision, each
//! phase with its boxes, the score table, deviations, sign-offs and contacts.

use crate::inert::{LONGEST, markdown};
use crate::input::{Format, Options, Render, Report, ReportError, no_facts};
use crate::select;
use crate::text::{reasons, result_word};
use seaworthy_model::{Checklist, ItemKind, ItemResult, Phase, Waiver};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(crate) const FORMAT: Format = Format {
    name: "deployment",
    describe: "the checklist's deployment report, filled in as far as the run knows",
    file: "deployment.md",
    cites: no_facts,
    compares: true,
    brief: false,
    render: Render::Whole(render),
};

fn render(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    let checklist = seaworthy_checklist::parse(report.checklist)?.checklist;
    let mut out = String::new();
    head(&mut out, report, &checklist);
    phases(&mut out, report);
    score(&mut out, report);
    deviations(&mut out, report);
    sign_offs(&mut out, report);
    contacts(&mut out, &checklist);
    Ok(out)
}

fn md(text: &str) -> String {
    markdown(text, LONGEST)
}

// Writing to a String does not fail, so the results of `write!` are let go throughout.

fn head(out: &mut String, report: &Report<'_>, checklist: &Checklist) {
    let run = &report.plan.run;
    let _ = write!(
        out,
        "# Deployment report: {} {}\n\n| | |\n|---|---|\n| environment | {} |\n| phase | {} |\n| as of | {} |\n| run | {} |\n| checklist | {} |\n| decision | **{}** |\n| score | {} of 10, at least {} wanted |\n| evidence | {} ({}) |\n",
        md(&run.service),
        md(&run.release),
        md(&run.environment),
        run.phase,
        run.as_of,
        md(&run.id),
        md(&checklist.title),
        md(&report.gate.decision.to_string()),
        md(report.score.overall.as_deref().unwrap_or("none")),
        md(&report.score.minimum),
        md(report.bundle),
        if report.sealed {
            "sealed"
        } else {
            "not sealed"
        },
    );
    let reasons = reasons(report);
    if !reasons.is_empty() {
        out.push_str("\n## Why\n\n");
        for reason in reasons {
            let _ = writeln!(out, "- {}", md(&reason));
        }
    }
    if let Some(previous) = report.previous {
        let _ = write!(
            out,
            "\nThe run before was {} of release {}: {}, score {}.\n",
            md(&previous.run.id),
            md(&previous.run.release),
            md(&previous.decision.to_string()),
            md(previous.overall.as_deref().unwrap_or("none")),
        );
    }
}

/// Every phase with its boxes by result; of the run's own phase, each box that is not done.
fn phases(out: &mut String, report: &Report<'_>) {
    let mut by_phase: BTreeMap<Phase, Vec<&ItemResult>> = BTreeMap::new();
    for item in report
        .results
        .iter()
        .filter(|item| item.kind == ItemKind::Leaf)
    {
        by_phase.entry(item.phase).or_default().push(item);
    }
    out.push_str("\n## Phases\n\n| phase | items | results |\n|---|---:|---|\n");
    for phase in Phase::ALL {
        let items = by_phase.get(&phase).map_or(&[][..], Vec::as_slice);
        let sums: Vec<String> = select::count_kinds(items.iter().map(|item| item.result))
            .into_iter()
            .map(|(kind, number)| format!("{number} {}", result_word(kind)))
            .collect();
        let _ = writeln!(out, "| {phase} | {} | {} |", items.len(), sums.join(", "));
    }
    let current = report.plan.run.phase;
    let _ = write!(out, "\n### Not done in {current}\n\n");
    let mut open = 0;
    for item in by_phase.get(&current).into_iter().flatten() {
        if select::is_undecided(item.result) || item.result == seaworthy_model::ResultKind::Fail {
            open += 1;
            let told = select::told(item).unwrap_or_default();
            let _ = writeln!(
                out,
                "- [ ] {}: **{}**, {}",
                md(&item.title),
                result_word(item.result),
                md(&told)
            );
        }
    }
    if open == 0 {
        out.push_str("Every item is done.\n");
    }
}

/// The checklist's own table, filled in.
fn score(out: &mut String, report: &Report<'_>) {
    if report.score.categories.is_empty() {
        return;
    }
    out.push_str("\n## Production readiness score\n\n| Category | Weight | Score (0-10) |\n|---|---:|---:|\n");
    for category in &report.score.categories {
        let shown = category.score.as_deref().unwrap_or("not assessed");
        let _ = writeln!(
            out,
            "| {} | {}% | {} |",
            md(&category.name),
            category.weight,
            md(shown)
        );
    }
    let _ = writeln!(
        out,
        "| **Total** | **{}%** | **{}** |",
        report.score.assessed_weight,
        md(report.score.overall.as_deref().unwrap_or("none"))
    );
}

fn deviations(out: &mut String, report: &Report<'_>) {
    out.push_str("\n## Deviations\n\n");
    let mut waivers: Vec<&Waiver> = report.people.waivers.iter().collect();
    waivers.sort_by_key(|waiver| waiver.until);
    if report.waivers.is_empty() && waivers.is_empty() {
        out.push_str("None.\n");
        return;
    }
    out.push_str("| waiver | item | because | until | asked for by | approved by |\n|---|---|---|---|---|---|\n");
    for waiver in &waivers {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            md(&waiver.id),
            md(waiver.item.as_str()),
            md(&waiver.because),
            waiver.until,
            md(&waiver.requester),
            md(&waiver.approver)
        );
    }
    let known = |id: &str| waivers.iter().any(|waiver| waiver.id == id);
    for used in report.waivers.iter().filter(|used| !known(&used.id)) {
        let detail = used.detail.as_deref().unwrap_or_default();
        let _ = writeln!(
            out,
            "| {} | {} | {} | | | |",
            md(&used.id),
            md(used.item.as_str()),
            md(detail)
        );
    }
}

fn sign_offs(out: &mut String, report: &Report<'_>) {
    let boxes: Vec<&ItemResult> = report
        .results
        .iter()
        .filter(|item| item.kind == ItemKind::SignOff)
        .collect();
    if boxes.is_empty() && report.people.attestations.is_empty() {
        return;
    }
    out.push_str("\n## Attestations and sign-offs\n\n");
    for attestation in report.people.attestations {
        let _ = writeln!(
            out,
            "- {} ({}) on {}: {} ({})",
            md(&attestation.by),
            md(&attestation.role),
            attestation.made_at,
            md(&attestation.statement),
            md(attestation.item.as_str())
        );
    }
    let signed = |item: &ItemResult| {
        let mut due = report.people.sign_offs.iter();
        due.find(|due| due.item == item.id)?.signed.as_ref()
    };
    for item in boxes {
        let state = match signed(item) {
            Some(signed) => format!("signed by {} on {}", md(&signed.by), signed.made_at),
            None => result_word(item.result).to_owned(),
        };
        let _ = writeln!(out, "- {}: {state}", md(&item.title));
    }
}

fn contacts(out: &mut String, checklist: &Checklist) {
    if checklist.contacts.is_empty() {
        return;
    }
    out.push_str("\n## Emergency contacts\n\n");
    for contact in &checklist.contacts {
        let state = if contact.complete() {
            "complete"
        } else {
            "**not complete**"
        };
        let _ = writeln!(out, "- {}: {state}", md(&contact.role));
    }
}
