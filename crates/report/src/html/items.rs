//! Every box of the checklist, by section, each with its verdicts behind it, and the filter over
//! them.

use super::shown::{Group, Shown};
use super::verdicts;
use super::words::{badge, count, grouped, item_anchor, mark, result, t};
use crate::input::Report;
use crate::item::ItemSummary;
use crate::select;
use maud::{Markup, html};
use seaworthy_model::{ItemKind, Outcome, PlannedItem, ProbeId, ResultKind};
use std::collections::BTreeMap;

pub(super) fn section(report: &Report<'_>, shown: &Shown<'_>) -> Markup {
    let sections = sections(report);
    let planned = select::planned(report);
    html! {
        section id="items" aria-labelledby="items-title" {
            h2 id="items-title" { "Items" }
            (filter(report.results, &sections))
            p.none id="nothing-found" hidden { "No item fits the filter." }
            @for (name, items) in &sections {
                section.part {
                    h3 { (t(name)) " " span.number { (grouped(items.len())) } }
                    ul.items {
                        @for item in items {
                            (row(report, item, planned.get(&item.id).copied(), shown))
                        }
                    }
                }
            }
        }
    }
}

/// The sections in the checklist's order; a title that comes back later is another section.
fn sections<'a>(report: &Report<'a>) -> Vec<(&'a str, Vec<&'a ItemSummary>)> {
    let mut sections: Vec<(&str, Vec<&ItemSummary>)> = Vec::new();
    for item in report.results {
        match sections.last_mut() {
            Some((name, items)) if *name == item.section => items.push(item),
            _ => sections.push((&item.section, vec![item])),
        }
    }
    sections
}

/// Shown by the script alone: without one it could do nothing.
fn filter(results: &[ItemSummary], sections: &[(&str, Vec<&ItemSummary>)]) -> Markup {
    html! {
        form.filter id="filter" role="search" aria-label="Filter the items" hidden {
            div.field.search {
                label for="search" { "Search" }
                input id="search" type="search" autocomplete="off" spellcheck="false"
                    placeholder="title, subject, message, probe …";
            }
            div.field {
                label for="mark" { "Mark" }
                select id="mark" {
                    option value="" { "any" }
                    option value="critical" { "critical" }
                    option value="important" { "important" }
                }
            }
            div.field {
                label for="part" { "Section" }
                select id="part" {
                    option value="" { "all sections" }
                    @for (index, (name, _)) in sections.iter().enumerate() {
                        option value=(index) { (t(name)) }
                    }
                }
            }
            fieldset {
                legend { "Result" }
                @for (kind, number) in select::counts(results) {
                    label.choice {
                        input type="checkbox" name="result" value=(kind);
                        (badge(result(kind))) " " (number)
                    }
                }
            }
            div.actions {
                output id="found" for="search mark part" { (count(results.len(), "item")) }
                button type="button" id="unfold" { "Open all shown" }
                button type="reset" { "Clear" }
            }
        }
    }
}

fn row(
    report: &Report<'_>,
    item: &ItemSummary,
    planned: Option<&PlannedItem>,
    shown: &Shown<'_>,
) -> Markup {
    let anchor = item_anchor(&item.id);
    let depth = planned.map_or(0, |planned| usize::from(planned.item.parent.is_some()));
    let group = item.kind == ItemKind::Group;
    html! {
        li class={ "item" @if depth > 0 { " nested" } @if group { " group" } }
            data-result=(item.result) data-mark=[item.mark.map(|m| match m { seaworthy_model::Mark::Critical => "critical", seaworthy_model::Mark::Important => "important" })] {
            @if group {
                div.row id=(anchor) { (head(item)) }
            } @else {
                details id=(anchor) {
                    summary.row { (head(item)) }
                    div.body { (body(report, item, planned, shown)) }
                }
            }
        }
    }
}

fn head(item: &ItemSummary) -> Markup {
    let quiet = matches!(item.result, ResultKind::NotDue) || item.kind == ItemKind::Group;
    html! {
        (badge(result(item.result)))
        span.title { (t(&item.title)) " " (mark(item.mark)) @if item.optional { " " span.mark.optional { "optional" } } }
        @if !quiet {
            @if let Some(text) = select::told(item) { span.told { (t(&text)) } }
        }
    }
}

fn body(
    report: &Report<'_>,
    item: &ItemSummary,
    planned: Option<&PlannedItem>,
    shown: &Shown<'_>,
) -> Markup {
    html! {
        p.fine {
            a href={ "#" (item_anchor(&item.id)) } { "Link to this item" }
            " · " code { (t(item.id.as_str())) } " · " (item.phase)
            @if let Some(category) = &item.category { " · scored under " (t(category)) }
            @if item.counted > 0 { " · " (item.credited) " of " (item.counted) " subjects earn credit" }
        }
        @if let Some(planned) = planned { (wanted(item, planned)) }
        @if let Some(groups) = shown.items.get(&item.id) {
            @for (id, group) in worst_first(groups) {
                (verdicts::group(report.plan.probes.get(*id), id.as_str(), group, shown))
            }
        }
    }
}

/// The groups of an item: what fails, then what is not known, then the rest.
fn worst_first<'a, 'b>(
    groups: &'b BTreeMap<&'a ProbeId, Group<'a>>,
) -> Vec<(&'b &'a ProbeId, &'b Group<'a>)> {
    let mut sorted: Vec<_> = groups.iter().collect();
    sorted.sort_by_key(|(_, group)| match group.worst() {
        Outcome::Fail => 0,
        Outcome::Inconclusive => 1,
        Outcome::Pass => 2,
        Outcome::NotApplicable => 3,
    });
    sorted
}

/// What is still wanted of whom, where the machine alone does not decide.
fn wanted(item: &ItemSummary, planned: &PlannedItem) -> Markup {
    html! {
        @if let Some(rule) = &planned.rule {
            @if let Some(attest) = &rule.attest {
                p {
                    "A person speaks for this item"
                    @if let Some(role) = &attest.role { ": the " strong { (t(role)) } }
                    @if let Some(days) = attest.within_days { ", not longer than " (days) " days ago" }
                    "."
                }
            }
            @if !rule.unbuilt.is_empty() {
                ul.plain {
                    @for family in &rule.unbuilt {
                        li { "Not looked at yet: " strong { (t(&family.family)) } ", " (t(&family.check)) }
                    }
                }
            }
        } @else if item.kind == ItemKind::Leaf {
            p { "No binding says how this item is decided." }
        }
    }
}
