//! Where the run stands in time: what changed since the run before, and the phases of the
//! deployment.

use super::words::{Look, badge, count, decision, item_anchor, result, t};
use crate::changes::Changes;
use crate::input::{Previous, Report};
use crate::item::ItemSummary;
use crate::select;
use maud::{Markup, html};
use seaworthy_model::{ItemKind, Phase, ResultKind};
use std::collections::BTreeMap;

/// Changed items that are named one by one, of each kind.
const NAMED: usize = 100;

/// What is otherwise than in the run before.
pub(super) fn changes(report: &Report<'_>) -> Markup {
    html! {
        section id="changes" aria-labelledby="changes-title" {
            h2 id="changes-title" { "Changes" }
            @match report.previous {
                None => { p.none { "There is no earlier run to compare with." } }
                Some(previous) => (since(report, previous)),
            }
        }
    }
}

fn since(report: &Report<'_>, previous: &Previous) -> Markup {
    let now = &report.plan.run;
    let then = &previous.run;
    let changes = Changes::since(report, previous);
    let score = |score: &Option<String>| t(score.as_deref().unwrap_or("–"));
    html! {
        p.lead {
            "Since " code { (t(&then.id)) } " of "
            time datetime=(then.as_of) { (then.as_of.strftime("%-d %B %Y, %H:%M UTC")) }
            @if then.release != now.release { ", release " (t(&then.release)) }
            ": " (badge(decision(previous.decision))) " " (score(&previous.overall))
            span.arrow { " then, " } (badge(decision(report.gate.decision))) " " (score(&report.score.overall)) " now."
        }
        @if changes.is_empty() {
            p { "No item has another result." }
        }
        (list("Worse", &known(&changes.worse)))
        (list("Better", &known(&changes.better)))
        (list("New in the checklist", &changes.new.iter().map(|item| (*item, None)).collect::<Vec<_>>()))
        @if !changes.gone.is_empty() {
            h3 { "No longer in the checklist: " (changes.gone.len()) }
            ul.plain { @for title in changes.gone.iter().take(NAMED) { li { (t(title)) } } }
        }
    }
}

fn known<'a>(
    items: &[(&'a ItemSummary, ResultKind)],
) -> Vec<(&'a ItemSummary, Option<ResultKind>)> {
    let items = items.iter();
    items.map(|(item, before)| (*item, Some(*before))).collect()
}

fn list(title: &str, items: &[(&ItemSummary, Option<ResultKind>)]) -> Markup {
    html! {
        @if !items.is_empty() {
            h3 { (title) ": " (items.len()) }
            ul.plain.changed {
                @for (item, before) in items.iter().take(NAMED) {
                    li {
                        @if let Some(before) = before { (badge(result(*before))) span.arrow { " → " } }
                        (badge(result(item.result))) " "
                        a href={ "#" (item_anchor(&item.id)) } { (t(&item.title)) }
                    }
                }
            }
            @if items.len() > NAMED { p.more { "and " (items.len() - NAMED) " more" } }
        }
    }
}

/// The eight phases with their items; the run's own is marked.
pub(super) fn phases(report: &Report<'_>) -> Markup {
    let mut by_phase: BTreeMap<Phase, Vec<&ItemSummary>> = BTreeMap::new();
    for item in report
        .results
        .iter()
        .filter(|item| item.kind != ItemKind::Group)
    {
        by_phase.entry(item.phase).or_default().push(item);
    }
    html! {
        section id="phases" aria-labelledby="phases-title" {
            h2 id="phases-title" { "Phases" }
            p.lead { "Each phase has a run and a gate of its own. This run is the gate of " strong { (report.plan.run.phase) } "." }
            ol.phases {
                @for phase in Phase::ALL {
                    @let items = by_phase.get(&phase).map_or(&[][..], Vec::as_slice);
                    @let current = phase == report.plan.run.phase;
                    li.current[current] aria-current=[current.then_some("step")] {
                        span.name { (phase) }
                        span.number { (count(items.len(), "item")) }
                        @if current { (sums(items)) } @else { span.later { "not due in this run" } }
                    }
                }
            }
        }
    }
}

fn sums(items: &[&ItemSummary]) -> Markup {
    let owned: Vec<ResultKind> = items.iter().map(|item| item.result).collect();
    let looks: Vec<(Look, usize)> = select::count_kinds(owned)
        .into_iter()
        .map(|(kind, number)| (result(kind), number))
        .collect();
    html! { span.sums { @for (look, number) in looks { (badge(look)) " " (number) " " } } }
}
