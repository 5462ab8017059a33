//! What stands in the way: critical items that fail, with the risk and the remedy, and critical
//! items without an answer, by what they wait for.

use super::verdicts;
use super::words::{badge, count, icon, item_anchor, prose, result, t};
use crate::input::Report;
use crate::item::ItemSummary;
use crate::select;
use maud::{Markup, html};
use seaworthy_model::ProbeId;
use std::collections::BTreeSet;

/// Blockers that are told in full; of more, what was found.
const TOLD: usize = 30;
/// Probes of a blocker that are told here.
const PROBES: usize = 3;
/// Titles of undecided items under one reason.
const TITLES: usize = 60;

/// Whether anything is critical and stands in the way.
pub(super) fn present(report: &Report<'_>) -> bool {
    !select::blockers(report).is_empty() || !select::undecided(report).is_empty()
}

pub(super) fn section(report: &Report<'_>) -> Markup {
    let blockers = select::blockers(report);
    html! {
        @if present(report) {
            section id="blockers" aria-labelledby="blockers-title" {
                h2 id="blockers-title" { "Blockers" }
                @if blockers.is_empty() {
                    p { "No critical item fails." }
                } @else {
                    p.lead {
                        (count(blockers.len(), "critical item"))
                        @if blockers.len() == 1 { " fails." } @else { " fail." }
                        " Any one of them is enough to stop the release."
                    }
                    (cards(report, &blockers))
                }
                (undecided(report))
            }
        }
    }
}

fn cards<'a>(report: &Report<'a>, blockers: &[&'a ItemSummary]) -> Markup {
    let mut told = BTreeSet::new();
    html! {
        ol.cards {
            @for (index, item) in blockers.iter().enumerate() {
                @let news = item.verdicts.failing().keys().any(|probe| !told.contains(*probe));
                @if index < TOLD && news {
                    (card(report, item, &mut told))
                } @else {
                    li.card.short {
                        p.title { (icon("fail")) (link(item)) }
                        @if let Some(text) = select::told(item) { p { (t(&text)) } }
                    }
                }
            }
        }
    }
}

fn card<'a>(
    report: &Report<'a>,
    item: &'a ItemSummary,
    told: &mut BTreeSet<&'a ProbeId>,
) -> Markup {
    let found = item.verdicts.failing();
    html! {
        li.card {
            h3 { (icon("fail")) (link(item)) }
            p.where { (t(&item.section)) }
            @for (probe, failing) in found.iter().take(PROBES) {
                @if let Some(first) = failing.held.first() {
                    div.finding {
                        p.found {
                            (t(&verdicts::message(first)))
                            @if failing.number > 1 {
                                span.more { " and " (count(failing.number - 1, "more")) " like it" }
                            }
                        }
                        (verdicts::place(first))
                        @if let Some(spec) = report.plan.probes.get(probe) {
                            @if told.insert(probe) {
                                dl.advice {
                                    div { dt { "Risk" } dd { (prose(&spec.why)) } }
                                    div { dt { "Fix" } dd { (prose(&spec.fix)) } }
                                }
                            }
                        }
                        (verdicts::command(first))
                    }
                }
            }
            @if found.len() > PROBES {
                p.more { "and " (count(found.len() - PROBES, "more probe")) ", see " (link(item)) }
            }
        }
    }
}

fn link(item: &ItemSummary) -> Markup {
    html! { a href={ "#" (item_anchor(&item.id)) } { (t(&item.title)) } }
}

/// Critical items without an answer, grouped by what is missing.
fn undecided(report: &Report<'_>) -> Markup {
    let items = select::undecided(report);
    let planned = select::planned(report);
    html! {
        @if !items.is_empty() {
            h3 { "Undecided" }
            p.lead {
                (count(items.len(), "critical item")) " without an answer, and no answer is never a pass."
            }
            ul.waiting {
                @for (reason, group) in select::by_reason(&items) {
                    @let names = select::waited_for(reason, &group, &planned);
                    @let label = reason.map_or_else(|| "no reason given".to_owned(), |reason| reason.to_string());
                    li {
                        details {
                            summary {
                                (icon("unknown"))
                                strong { (label) } ": " (count(group.len(), "item"))
                                @if !names.is_empty() {
                                    span.names {
                                        @for (name, number) in &names {
                                            " " span.tag { (t(name)) " " b { (number) } }
                                        }
                                    }
                                }
                            }
                            ul.plain {
                                @for item in group.iter().take(TITLES) {
                                    li {
                                        (badge(result(item.result))) " " (link(item))
                                        @if let Some(message) = &item.message { p.told { (t(message)) } }
                                    }
                                }
                            }
                            @if group.len() > TITLES {
                                p.more { "and " (group.len() - TITLES) " more in the list of items" }
                            }
                        }
                    }
                }
            }
        }
    }
}
