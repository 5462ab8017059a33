//! One self-contained page that people read: the verdict and what stands in its way first, then
//! scores, changes, the words of people, phases, every item, and the evidence behind it.
//!
//! It loads nothing and asks nobody: the policy in its head allows one script and one style by
//! their digests. With scripts off everything is there but the filter. However many subjects a
//! run has, the page shows sums and the worst of them, and names the place of the rest.

mod blockers;
mod facts;
mod history;
mod items;
mod people;
mod scores;
mod shown;
mod verdict;
mod verdicts;
mod words;

use crate::input::{Format, Options, Render, Report, ReportError};
use crate::select;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use seaworthy_model::FactCite;
use sha2::{Digest as _, Sha256};
use shown::Shown;
use std::collections::BTreeSet;
use words::t;

pub(crate) const FORMAT: Format = Format {
    name: "html",
    describe: "one self-contained page for people: verdict, scores, every item, its evidence",
    file: "report.html",
    cites,
    compares: true,
    brief: false,
    render: Render::Whole(render),
};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

fn cites(report: &Report<'_>) -> BTreeSet<FactCite> {
    Shown::choose(report).facts
}

#[expect(clippy::unnecessary_wraps, reason = "every format has this signature")]
fn render(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    let shown = Shown::choose(report);
    let run = &report.plan.run;
    let title = format!(
        "{}: {}",
        words::decision(report.gate.decision).word,
        select::of_what(run)
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (t(&title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (words::icons())
                a.skip href="#main" { "Skip to the verdict" }
                (verdict::masthead(report))
                div.frame {
                    (contents(report))
                    main id="main" tabindex="-1" {
                        (verdict::section(report))
                        (blockers::section(report))
                        (scores::section(report))
                        (history::changes(report))
                        (people::section(report))
                        (history::phases(report))
                        (items::section(report, &shown))
                        (facts::unassessed(report))
                        (facts::section(report, &shown))
                    }
                }
                (footer(report))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    Ok(page.into_string())
}

/// Nothing is loaded, sent or embedded; the one style and the one script are known by digest.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// Links to the sections, in the order of the page.
fn contents(report: &Report<'_>) -> Markup {
    let links = [
        ("verdict", "Verdict", true),
        ("blockers", "Blockers", blockers::present(report)),
        ("scores", "Scores", scores::present(report)),
        ("changes", "Changes", true),
        ("deviations", "Deviations", true),
        ("words", "Attestations", true),
        ("phases", "Phases", true),
        ("items", "Items", true),
        ("unseen", "Not seen", !report.unassessed.is_empty()),
        ("evidence", "Evidence", true),
    ];
    html! {
        nav.contents aria-label="Sections" {
            ul {
                @for (id, name, _) in links.iter().filter(|(_, _, present)| *present) {
                    li { a href={ "#" (id) } { (name) } }
                }
            }
        }
    }
}

fn footer(report: &Report<'_>) -> Markup {
    html! {
        footer.colophon {
            p {
                "Made by Seaworthy " (t(&report.plan.run.tool_version))
                " from the " @if report.sealed { "sealed" } @else { "unsealed" } " bundle "
                code { (t(report.bundle)) }
                ". The bundle is the evidence; this page only shows it."
            }
        }
    }
}
