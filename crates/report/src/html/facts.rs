//! The evidence that the page shows: facts with how they were come by, raw artifacts folded, and
//! what could not be seen at all.

use super::shown::Shown;
use super::words::{count, fact_anchor, grouped, icon, t};
use crate::inert;
use crate::input::Report;
use maud::{Markup, html};
use seaworthy_model::{ArtifactRef, Attempt, Fact, FactCite, Unassessed};
use std::collections::BTreeSet;

/// The most characters of one fact or artifact; the rest is in the bundle.
const LONGEST: usize = 6_000;
/// The most characters of all of them.
const ALL: usize = 1_200_000;
/// Things not seen that are named.
const UNSEEN: usize = 200;

/// What was asked for and could not be read.
pub(super) fn unassessed(report: &Report<'_>) -> Markup {
    let unseen = report.unassessed;
    html! {
        @if !unseen.is_empty() {
            section id="unseen" aria-labelledby="unseen-title" {
                h2 id="unseen-title" { "Not seen" }
                p.lead { (count(unseen.len(), "thing")) " could not be looked at. Items that they could have decided are inconclusive." }
                ul.records { @for record in unseen.iter().take(UNSEEN) { (one_unseen(record)) } }
                @if unseen.len() > UNSEEN {
                    p.more { "and " (grouped(unseen.len() - UNSEEN)) " more in " code { "content/unassessed.jsonl" } }
                }
            }
        }
    }
}

fn one_unseen(record: &Unassessed) -> Markup {
    html! {
        li {
            p.found { (icon("unknown")) strong { (t(&record.target)) } ": " (record.reason) }
            p.told { (t(&record.detail)) }
            p.fine {
                "asked by " code { (t(&record.request)) } " for " (t(&record.kinds.join(", ")))
                @if let Some(location) = &record.location { "; " code { (t(&location.to_string())) } }
            }
            (attempts(&record.attempts))
        }
    }
}

/// The tries at a request: when, where, and what was met.
fn attempts(attempts: &[Attempt]) -> Markup {
    html! {
        @if !attempts.is_empty() {
            ul.plain.attempts {
                @for attempt in attempts.iter().take(20) {
                    li {
                        time datetime=(attempt.at) { (attempt.at.strftime("%H:%M:%S")) } " "
                        @if let Some(address) = &attempt.address { code { (t(address)) } ": " }
                        (t(&attempt.outcome))
                        @if attempt.count > 1 { ", " (attempt.count) " requests in a row" }
                        ", " (attempt.millis) " ms"
                        @if let Some(error) = &attempt.error { ": " (t(error)) }
                    }
                }
            }
        }
    }
}

/// The facts that verdicts above refer to, in the order of the bundle.
pub(super) fn section(report: &Report<'_>, shown: &Shown<'_>) -> Markup {
    let mut room = ALL;
    let mut told = BTreeSet::new();
    html! {
        section id="evidence" aria-labelledby="evidence-title" {
            h2 id="evidence-title" { "Evidence" }
            p.lead {
                "Facts that the verdicts above stand on, with their place in the bundle: shard 0, line 12 is line 12 of "
                code { "content/facts/00.jsonl.gz" } ". Other facts are there too."
            }
            ul.facts {
                @for (cite, fact) in &report.evidence.facts {
                    @if shown.facts.contains(cite) {
                        (one(report, *cite, fact, &mut room, &mut told))
                    }
                }
            }
            (provenance(report))
        }
    }
}

fn one<'a>(
    report: &'a Report<'_>,
    cite: FactCite,
    fact: &'a Fact,
    room: &mut usize,
    told: &mut BTreeSet<&'a str>,
) -> Markup {
    let from = &fact.provenance;
    let value = serde_json::to_string_pretty(&fact.value).unwrap_or_default();
    html! {
        li {
            details id=(fact_anchor(cite)) {
                summary.row {
                    span.cite { "fact " (cite.shard) ":" (cite.line) }
                    span.title { (t(&fact.subject.kind)) " " strong { (t(&fact.subject.name)) } }
                }
                div.body {
                    p.fine {
                        "seen by " code { (t(&from.collector)) } " on target " strong { (t(&from.target)) }
                        " at " time datetime=(from.at) { (from.at.strftime("%-d %B %Y, %H:%M:%S UTC")) }
                        @if let Some(location) = &fact.location { ", " code { (t(&location.to_string())) } }
                    }
                    (attempts(&from.attempts))
                    (raw(&inert::json(value), room))
                    @for (path, reason) in fact.unknown.iter().take(50) {
                        p.fine { "not known: " code { (t(path)) } ", " (t(reason)) }
                    }
                    @for artifact in from.artifacts.iter().take(10) {
                        (self::artifact(report, artifact, room, told))
                    }
                    @if let Some(command) = &from.reproduce {
                        p.fine { "the same by hand" }
                        pre { code { (inert::line(command, 4 * inert::LONGEST)) } }
                    }
                }
            }
        }
    }
}

/// A raw artifact, folded: once in full, then by its digest alone.
fn artifact<'a>(
    report: &Report<'_>,
    artifact: &'a ArtifactRef,
    room: &mut usize,
    told: &mut BTreeSet<&'a str>,
) -> Markup {
    let bytes = report.evidence.artifacts.get(&artifact.digest);
    let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
    html! {
        details.raw {
            summary { (t(&artifact.label)) }
            p.fine { (t(&artifact.media_type)) ", " code { "content/blobs/sha256/" (t(artifact.digest.hex())) } }
            @match text {
                Some(text) if told.insert(artifact.digest.as_str()) => (raw(&inert::lines(text), room)),
                Some(_) => { p.fine { "shown above" } }
                None => { p.fine { "not shown here: it is in the bundle" } }
            }
        }
    }
}

fn raw(text: &str, room: &mut usize) -> Markup {
    let longest = LONGEST.min(*room);
    let cut: String = text.chars().take(longest).collect();
    *room = room.saturating_sub(cut.len());
    let whole = cut.len() == text.len();
    html! {
        pre { code { (cut) } }
        @if !whole { p.fine { "cut here; the whole is in the bundle" } }
    }
}

/// How the run can be checked and judged again.
fn provenance(report: &Report<'_>) -> Markup {
    let run = &report.plan.run;
    html! {
        h3 { "Check it yourself" }
        pre { code {
            "cd " (t(report.bundle)) "\n"
            "sha256sum --check --strict --quiet SHA256SUMS   # nothing was changed\n"
            "seaworthy replay .                              # judging again gives the same"
        } }
        dl.advice {
            div { dt { "Run" } dd { code { (t(&run.id)) } } }
            div { dt { "Probes" } dd { code { (t(run.catalog_digest.as_str())) } } }
            div { dt { "Policy" } dd { code { (t(run.policy_digest.as_str())) } } }
        }
    }
}
