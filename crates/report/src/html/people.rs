//! The words of people: waivers by their end, attestations, and the sign-offs that are wanted.

use super::words::{Look, badge, icon, item_anchor, result, t};
use crate::input::Report;
use crate::item::ItemSummary;
use crate::select;
use jiff::Timestamp;
use maud::{Markup, html};
use seaworthy_model::{Claim, ItemId, ItemKind, SignOff, Waiver, WaiverState, WaiverUse};
use std::collections::BTreeMap;

/// Records of one kind that are shown.
const SHOWN: usize = 300;

pub(super) fn section(report: &Report<'_>) -> Markup {
    html! {
        (deviations(report))
        section id="words" aria-labelledby="words-title" {
            h2 id="words-title" { "Attestations and sign-offs" }
            (attestations(report))
            (sign_offs(report))
        }
    }
}

/// Waivers, the one that ends first on top; those whose document is not at hand come last.
fn deviations(report: &Report<'_>) -> Markup {
    let documents: BTreeMap<&str, &Waiver> = report
        .people
        .waivers
        .iter()
        .map(|waiver| (waiver.id.as_str(), waiver))
        .collect();
    let mut waivers: Vec<(&WaiverUse, Option<&Waiver>)> = report
        .waivers
        .iter()
        .map(|used| (used, documents.get(used.id.as_str()).copied()))
        .collect();
    waivers.sort_by_key(|(used, document)| {
        let until = document.map(|document| document.until);
        (until.is_none(), until, used.id.clone())
    });
    html! {
        section id="deviations" aria-labelledby="deviations-title" {
            h2 id="deviations-title" { "Deviations" }
            @if waivers.is_empty() {
                p.none { "No failure is waived." }
            } @else {
                p.lead { "Failures that two people agreed to live with for a while, by the day on which that ends." }
                ul.records { @for (used, document) in waivers.iter().take(SHOWN) { (waiver(report, used, *document)) } }
            }
        }
    }
}

fn waiver(report: &Report<'_>, used: &WaiverUse, document: Option<&Waiver>) -> Markup {
    let look = |class, icon, word| Look { class, icon, word };
    let look = match used.state {
        WaiverState::Used => look("open", "waived", "in use"),
        WaiverState::Unused => look("quiet", "none", "unused"),
        WaiverState::Expired => look("bad", "fail", "expired"),
        WaiverState::Invalid => look("bad", "fail", "invalid"),
    };
    html! {
        li {
            p.found {
                (badge(look)) " "
                (item(report, &used.item))
            }
            @if let Some(document) = document {
                p.told { (t(&document.because)) }
                p.fine {
                    "until " strong { (date(document.until)) }
                    (left(report.plan.run.as_of, document.until))
                    "; asked for by " (t(&document.requester)) ", approved by " (t(&document.approver))
                    @if let Some(subject) = &document.subject { "; only " (t(subject)) }
                }
            }
            @if let Some(detail) = &used.detail { p.told { (t(detail)) } }
            p.fine { "waiver " code { (t(&used.id)) } }
        }
    }
}

/// An item by its title, with a link; by its id where the checklist has none such.
fn item(report: &Report<'_>, id: &ItemId) -> Markup {
    html! {
        @match report.results.iter().find(|item| item.id == *id) {
            Some(item) => { a href={ "#" (item_anchor(id)) } { (t(&item.title)) } }
            None => { code { (t(id.as_str())) } }
        }
    }
}

fn attestations(report: &Report<'_>) -> Markup {
    let mut attestations: Vec<_> = report.people.attestations.iter().collect();
    attestations.sort_by_key(|attestation| attestation.until);
    html! {
        h3 { "Attestations" }
        @if attestations.is_empty() {
            p.none { "Nobody has attested anything for this run." }
        }
        ul.records {
            @for attestation in attestations.iter().take(SHOWN) {
                li {
                    p.found {
                        (icon("attested"))
                        (item(report, &attestation.item))
                        @if attestation.claim == Claim::NotApplicable { " " span.tag { "does not apply" } }
                    }
                    p.told { (t(&attestation.statement)) }
                    p.fine {
                        (t(&attestation.by)) ", " (t(&attestation.role)) ", on " (date(attestation.made_at))
                        "; for release " (t(&attestation.release)) ", until " strong { (date(attestation.until)) }
                        (left(report.plan.run.as_of, attestation.until))
                        "; key " code { (t(&attestation.key_id)) }
                        @if let Some(document) = &attestation.document { "; document " code { (t(document.as_str())) } }
                    }
                }
            }
        }
    }
}

/// The boxes in which people sign; they come after the sealed bundle.
fn sign_offs(report: &Report<'_>) -> Markup {
    let boxes: Vec<&ItemSummary> = report
        .results
        .iter()
        .filter(|item| item.kind == ItemKind::SignOff)
        .collect();
    html! {
        @if !boxes.is_empty() {
            h3 { "Sign-offs" }
            ul.records {
                @for item in boxes {
                    li {
                        @match signature(report, item) {
                            Some(signed) => {
                                p.found { (badge(look_of_signed())) " " (t(&item.title)) }
                                p.fine {
                                    (t(&signed.by)) ", on " (date(signed.made_at))
                                    ", when the technical gate said " (t(&signed.decision.to_string()))
                                    "; key " code { (t(&signed.key_id)) }
                                }
                            }
                            None => {
                                p.found { (badge(result(item.result))) " " (t(&item.title)) }
                                @if let Some(text) = select::told(item) { p.fine { (t(&text)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The signature beside the bundle for one of its boxes.
fn signature<'a>(report: &Report<'a>, item: &ItemSummary) -> Option<&'a SignOff> {
    let due = report.people.sign_offs.iter();
    due.filter(|due| due.item == item.id)
        .find_map(|due| due.signed.as_ref())
}

fn look_of_signed() -> Look {
    Look {
        class: "good",
        icon: "attested",
        word: "signed",
    }
}

fn date(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// How long is left at the run's own instant; no clock is asked.
fn left(as_of: Timestamp, until: Timestamp) -> String {
    let days = (until.as_second() - as_of.as_second()).div_euclid(86_400);
    match days {
        ..0 => " (over)".to_owned(),
        0 => " (less than a day left)".to_owned(),
        1 => " (1 day left)".to_owned(),
        days => format!(" ({days} days left)"),
    }
}
