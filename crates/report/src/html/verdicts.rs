//! What a verdict stands on, as every part of the page shows it: message, place, command, facts.

use super::shown::{Group, Shown};
use super::words::{badge, fact_anchor, grouped, outcome, prose, reference, t};
use crate::inert;
use maud::{Markup, html};
use seaworthy_model::{FactCite, Outcome, ProbeSpec, Verdict};

/// Facts that one verdict names.
const CITES: usize = 8;

/// What was found, else the subject.
pub(super) fn message(verdict: &Verdict) -> String {
    match (&verdict.message, verdict.reason) {
        (Some(message), _) => message.clone(),
        (None, Some(reason)) => reason.to_string(),
        (None, None) => verdict.subject.to_string(),
    }
}

/// Where the subject stands in a file.
pub(super) fn place(verdict: &Verdict) -> Markup {
    html! {
        @if let Some(location) = &verdict.location {
            p.place { "at " code { (t(&location.to_string())) } }
        }
    }
}

/// A command that shows the same.
pub(super) fn command(verdict: &Verdict) -> Markup {
    html! {
        @if let Some(command) = &verdict.reproduce {
            details.see {
                summary { "See it yourself" }
                pre { code { (inert::line(command, 4 * inert::LONGEST)) } }
            }
        }
    }
}

/// The verdicts of one probe of an item: sums, the worst of them, and the rule. Where all is well
/// it is folded.
pub(super) fn group(
    spec: Option<&ProbeSpec>,
    id: &str,
    group: &Group<'_>,
    shown: &Shown<'_>,
) -> Markup {
    let head = html! {
        span.property {
            @match spec { Some(spec) => (t(&spec.title)), None => (t(id)) }
            " " code { (t(id)) }
        }
        span.sums {
            @for (kind, number) in &group.sums {
                (badge(outcome(*kind))) " " (grouped(*number)) " "
            }
        }
    };
    html! {
        @if matches!(group.worst(), Outcome::Fail | Outcome::Inconclusive) {
            div.probe { (head) (listed(spec, group, shown)) }
        } @else {
            details.probe { summary { (head) } (listed(spec, group, shown)) }
        }
    }
}

fn listed(spec: Option<&ProbeSpec>, group: &Group<'_>, shown: &Shown<'_>) -> Markup {
    html! {
        ul.verdicts {
            @for verdict in &group.shown { (one(verdict, shown)) }
        }
        @if group.rest() > 0 {
            p.more {
                (grouped(group.rest())) " more of this probe are in the bundle: "
                code { "gzip -dc content/results/*.jsonl.gz" }
            }
        }
        @if let Some(spec) = spec { (rule(spec)) }
    }
}

fn one(verdict: &Verdict, shown: &Shown<'_>) -> Markup {
    html! {
        li {
            p.found {
                (badge(outcome(verdict.verdict)))
                @if verdict.waived { " " span.tag { "waived" } }
                " " span.subject { (t(&verdict.subject.name)) }
            }
            @if verdict.message.is_some() || verdict.reason.is_some() {
                p.told { (t(&message(verdict))) }
            }
            p.cites {
                @if let Some(location) = &verdict.location {
                    "at " code { (t(&location.to_string())) } " "
                }
                @if !verdict.facts.is_empty() {
                    "on "
                    @for cite in verdict.facts.iter().take(CITES) { (fact(*cite, shown)) " " }
                    @if verdict.facts.len() > CITES { "and " (verdict.facts.len() - CITES) " more" }
                }
            }
            (command(verdict))
            @if let Some(fingerprint) = &verdict.fingerprint {
                p.fingerprint { "fingerprint " code { (t(fingerprint.as_str())) } }
            }
        }
    }
}

/// A fact by its place in the bundle; a link, where the page shows it.
fn fact(cite: FactCite, shown: &Shown<'_>) -> Markup {
    let name = format!("fact {}:{}", cite.shard, cite.line);
    html! {
        @if shown.facts.contains(&cite) {
            a href={ "#" (fact_anchor(cite)) } { (name) }
        } @else {
            code { (name) }
        }
    }
}

/// The rule itself: what is asserted, why, how to mend it, and where it comes from.
fn rule(spec: &ProbeSpec) -> Markup {
    html! {
        details.rule {
            summary { "The rule and the fix" }
            dl.advice {
                div { dt { "Risk" } dd { (prose(&spec.why)) } }
                div { dt { "Fix" } dd { (prose(&spec.fix)) } }
                @if let Some(filter) = &spec.where_ {
                    div { dt { "Applies" } dd { code { (t(filter)) } } }
                }
                div {
                    dt { "Asserts" }
                    dd { @for assertion in &spec.assertions { code.block { (t(&assertion.that)) } } }
                }
                @if !spec.controls.is_empty() {
                    div { dt { "Controls" } dd { (t(&spec.controls.join(", "))) } }
                }
                @if !spec.references.is_empty() {
                    div { dt { "Read" } dd { ul.plain { @for address in &spec.references { li { (reference(address)) } } } } }
                }
            }
        }
    }
}
