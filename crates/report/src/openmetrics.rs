//! OpenMetrics 1.0 text, for a Prometheus textfile collector or a push gateway: the decision, the
//! scores, and how many items have each result.

use crate::inert::{LONGEST, line};
use crate::input::{Format, Options, Render, Report, ReportError, no_facts};
use seaworthy_model::{Decision, ItemKind, ItemResult, Mark, Outcome, ResultKind};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(crate) const FORMAT: Format = Format {
    name: "openmetrics",
    describe: "OpenMetrics, for Prometheus: decision, scores, items by result",
    file: "metrics.prom",
    cites: no_facts,
    compares: false,
    brief: false,
    render: Render::Whole(render),
};

const DECISIONS: [Decision; 4] = [
    Decision::Ready,
    Decision::Conditional,
    Decision::NotReady,
    Decision::Incomplete,
];

#[expect(clippy::unnecessary_wraps, reason = "every format has this signature")]
fn render(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    let run = &report.plan.run;
    let phase = run.phase.to_string();
    let mut page = Page {
        out: String::new(),
        common: labels(&[
            ("service", &run.service),
            ("environment", &run.environment),
            ("release", &run.release),
            ("phase", &phase),
        ]),
    };
    page.family(
        "seaworthy_run",
        "info",
        "The run that these figures are of.",
    );
    page.sample(
        "seaworthy_run_info",
        &[("run", &run.id), ("version", &run.tool_version)],
        "1",
    );
    page.family(
        "seaworthy_run_timestamp_seconds",
        "gauge",
        "The instant that the run judges by.",
    );
    page.line("# UNIT seaworthy_run_timestamp_seconds seconds");
    page.sample(
        "seaworthy_run_timestamp_seconds",
        &[],
        &run.as_of.as_second().to_string(),
    );
    gate(&mut page, report);
    score(&mut page, report);
    items(&mut page, report.results);
    verdicts(&mut page, report.results);
    page.family(
        "seaworthy_unassessed",
        "gauge",
        "Things that could not be looked at.",
    );
    page.sample(
        "seaworthy_unassessed",
        &[],
        &report.unassessed.len().to_string(),
    );
    waivers(&mut page, report);
    page.line("# EOF");
    Ok(page.out)
}

fn gate(page: &mut Page, report: &Report<'_>) {
    page.family("seaworthy_gate", "stateset", "The decision of the gate.");
    for decision in DECISIONS {
        let value = if decision == report.gate.decision {
            "1"
        } else {
            "0"
        };
        page.sample(
            "seaworthy_gate",
            &[("seaworthy_gate", &decision.to_string())],
            value,
        );
    }
}

fn score(page: &mut Page, report: &Report<'_>) {
    let score = report.score;
    page.family("seaworthy_score", "gauge", "The score, from 0 to 10.");
    page.decimal("seaworthy_score", &[], score.overall.as_deref());
    page.family(
        "seaworthy_score_minimum",
        "gauge",
        "The score that is wanted.",
    );
    page.decimal("seaworthy_score_minimum", &[], Some(&score.minimum));
    page.family(
        "seaworthy_assessed_weight",
        "gauge",
        "The weight of the assessed categories.",
    );
    page.sample(
        "seaworthy_assessed_weight",
        &[],
        &score.assessed_weight.to_string(),
    );
    page.family(
        "seaworthy_category_score",
        "gauge",
        "The score of a category, from 0 to 10.",
    );
    // Two categories of one name would be one series twice.
    let categories: BTreeMap<&str, _> = score
        .categories
        .iter()
        .map(|category| (category.name.as_str(), category))
        .collect();
    for (name, category) in &categories {
        page.decimal(
            "seaworthy_category_score",
            &[("category", name)],
            category.score.as_deref(),
        );
    }
    page.family(
        "seaworthy_category_weight",
        "gauge",
        "The weight of a category in per cent.",
    );
    for (name, category) in &categories {
        page.sample(
            "seaworthy_category_weight",
            &[("category", name)],
            &category.weight.to_string(),
        );
    }
}

fn items(page: &mut Page, results: &[ItemResult]) {
    page.family(
        "seaworthy_items",
        "gauge",
        "Items of the checklist by result and mark.",
    );
    let mut counts: BTreeMap<(ResultKind, &str), u64> = BTreeMap::new();
    for kind in ResultKind::ALL {
        for mark in ["critical", "important", "none"] {
            counts.insert((kind, mark), 0);
        }
    }
    for item in results.iter().filter(|item| item.kind != ItemKind::Group) {
        let mark = match item.mark {
            Some(Mark::Critical) => "critical",
            Some(Mark::Important) => "important",
            None => "none",
        };
        *counts.entry((item.result, mark)).or_default() += 1;
    }
    for ((kind, mark), number) in counts {
        let result = kind.to_string();
        page.sample(
            "seaworthy_items",
            &[("result", &result), ("mark", mark)],
            &number.to_string(),
        );
    }
}

fn verdicts(page: &mut Page, results: &[ItemResult]) {
    page.family(
        "seaworthy_verdicts",
        "gauge",
        "Verdicts by probe; one that several items use counts for each.",
    );
    let mut counts: BTreeMap<(String, Outcome), u64> = BTreeMap::new();
    for verdict in results.iter().flat_map(|item| &item.verdicts) {
        *counts
            .entry((value(verdict.probe.as_str()), verdict.verdict))
            .or_default() += 1;
    }
    for ((probe, outcome), number) in counts {
        let verdict = outcome.to_string();
        page.sample(
            "seaworthy_verdicts",
            &[("probe", &probe), ("verdict", &verdict)],
            &number.to_string(),
        );
    }
}

/// When waivers end, so that an alert can come before.
fn waivers(page: &mut Page, report: &Report<'_>) {
    page.family(
        "seaworthy_waiver_end_timestamp_seconds",
        "gauge",
        "When a waiver ends.",
    );
    page.line("# UNIT seaworthy_waiver_end_timestamp_seconds seconds");
    let ends: BTreeMap<(String, String), i64> = report
        .people
        .waivers
        .iter()
        .map(|waiver| {
            (
                (value(&waiver.id), value(waiver.item.as_str())),
                waiver.until.as_second(),
            )
        })
        .collect();
    for ((id, item), end) in ends {
        page.sample(
            "seaworthy_waiver_end_timestamp_seconds",
            &[("waiver", &id), ("item", &item)],
            &end.to_string(),
        );
    }
}

struct Page {
    out: String,
    common: String,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.line(&format!("# TYPE {name} {kind}"));
        self.line(&format!("# HELP {name} {help}"));
    }

    fn sample(&mut self, name: &str, own: &[(&str, &str)], value: &str) {
        let own = labels(own);
        let comma = if own.is_empty() { "" } else { "," };
        let text = format!("{name}{{{}{comma}{own}}} {value}", self.common);
        self.line(&text);
    }

    /// A figure that is a decimal text; one that is none is left out.
    fn decimal(&mut self, name: &str, own: &[(&str, &str)], text: Option<&str>) {
        let is_decimal = |text: &&str| {
            !text.is_empty()
                && text.chars().all(|c| c.is_ascii_digit() || c == '.')
                && text.parse::<f64>().is_ok()
        };
        if let Some(text) = text.filter(is_decimal) {
            self.sample(name, own, text);
        }
    }
}

fn labels(pairs: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (index, (name, text)) in pairs.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        // Writing to a String does not fail.
        let _ = write!(out, "{comma}{name}=\"{}\"", escaped(text));
    }
    out
}

fn value(text: &str) -> String {
    line(text, LONGEST)
}

/// A label's value: backslash, quote and line break are escaped; `line` leaves no break.
fn escaped(text: &str) -> String {
    value(text).replace('\\', "\\\\").replace('"', "\\\"")
}
