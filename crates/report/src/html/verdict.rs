//! The top of the page: what was swept, what the gate decided, the score, and what would change
//! the decision.

use super::words::{badge, count, decision, icon, result, t};
use crate::input::Report;
use crate::item::ItemSummary;
use crate::select;
use crate::text::reasons;
use maud::{Markup, html};
use seaworthy_model::{Gate, GateKind, GateRule};
use std::collections::BTreeSet;

/// Which service, release and environment.
pub(super) fn masthead(report: &Report<'_>) -> Markup {
    let run = &report.plan.run;
    html! {
        header.masthead {
            p.brand { "Seaworthy" }
            h1 {
                (t(&run.service)) " " span.release { (t(&run.release)) }
            }
            p.route {
                "for " strong { (t(&run.environment)) }
                ", " (run.phase)
                ", as of " time datetime=(run.as_of) { (run.as_of.strftime("%-d %B %Y, %H:%M UTC")) }
            }
        }
    }
}

/// The decision with its reasons, the score and the counts.
pub(super) fn section(report: &Report<'_>) -> Markup {
    let look = decision(report.gate.decision);
    html! {
        section id="verdict" class={ "verdict " (look.class) } aria-labelledby="verdict-title" {
            div.decided {
                p.kind {
                    @match report.gate.kind {
                        GateKind::Technical => "The technical gate says",
                        GateKind::Release => "The release gate says",
                    }
                }
                h2 id="verdict-title" { span.disc { (icon(look.icon)) } (look.word) }
                @let reasons = reasons(report);
                @if reasons.is_empty() {
                    p { "Nothing stands in the way." }
                } @else {
                    ul.reasons { @for reason in reasons { li { (t(&reason)) } } }
                }
                @if !report.sealed {
                    p.warning { (icon("unknown")) "The bundle is not sealed: this run did not come to its end." }
                }
            }
            (gauge(report))
            (change(report.gate, report))
        }
        (tally(report.results))
    }
}

/// The score as a half circle with the minimum marked.
fn gauge(report: &Report<'_>) -> Markup {
    let score = report.score;
    let reached = hundredths(score.overall.as_deref());
    let wanted = hundredths(Some(&score.minimum));
    html! {
        div.gauge {
            svg viewBox="0 0 120 66" width="240" height="132" aria-hidden="true" {
                path.track d="M10 60a50 50 0 0 1 100 0" pathLength="100" {}
                @if reached > 0 {
                    path.reached d="M10 60a50 50 0 0 1 100 0" pathLength="100"
                        stroke-dasharray={ (reached) " 200" } {}
                }
                line.minimum x1="4" y1="60" x2="17" y2="60"
                    transform={ "rotate(" (wanted * 180 / 100) " 60 60)" } {}
            }
            p.figure {
                @match &score.overall {
                    Some(overall) => { strong { (t(overall)) } " out of 10" }
                    None => { strong { "–" } " nothing assessed" }
                }
            }
            p.least {
                "at least " (t(&score.minimum)) " wanted; "
                (score.assessed_weight) " of " (score.total_weight) " parts of the weight assessed"
            }
        }
    }
}

/// A score such as `7.9` in hundredths of ten; 0 for none.
pub(super) fn hundredths(score: Option<&str>) -> u32 {
    let Some((whole, part)) = score.and_then(|score| score.split_once('.')) else {
        return 0;
    };
    let whole: u32 = whole.parse().unwrap_or(0);
    let part = part
        .chars()
        .next()
        .and_then(|c| c.to_digit(10))
        .unwrap_or(0);
    whole.saturating_mul(10).saturating_add(part).min(100)
}

/// What would have to happen for another decision, by the rules that speak against READY.
fn change(gate: &Gate, report: &Report<'_>) -> Markup {
    let rules: BTreeSet<GateRule> = gate.reasons.iter().map(|reason| reason.rule).collect();
    let days = report.plan.policy.waiver_max_days_critical;
    html! {
        @if !rules.is_empty() {
            div.change {
                h3 { "What would change it" }
                ol {
                    @for rule in rules {
                        li { (t(&remedy(rule, report, days))) }
                    }
                }
            }
        }
    }
}

fn remedy(rule: GateRule, report: &Report<'_>, days: i64) -> String {
    match rule {
        GateRule::CriticalFails => format!(
            "Mend the {}. One that must stay for now can be waived for up to {days} days by two people, which makes the decision conditional.",
            count(select::blockers(report).len(), "blocker")
        ),
        GateRule::CriticalUndecided => format!(
            "Get an answer for {}: configure the missing target, give access, or let the right person attest.",
            count(select::undecided(report).len(), "critical item")
        ),
        GateRule::TooLittleAssessed => {
            "Let more of the checklist be assessed: a category that is left out entirely counts as not known.".to_owned()
        }
        GateRule::ScoreUnderMinimum => format!(
            "Raise the score to {}; the scores below show which category loses most.",
            report.score.minimum
        ),
        GateRule::FailOn => {
            "Mend the items whose result was not to occur, or ask for less with --fail-on.".to_owned()
        }
        GateRule::UnderMinScore => "Raise the score to what --min-score asks for.".to_owned(),
        GateRule::WorseThanBaseline => {
            "Bring back what was better in the run that is the baseline.".to_owned()
        }
        GateRule::ClockSetBack => {
            "Set the clock right and sweep again: it stands before what is known to have been.".to_owned()
        }
        GateRule::WordEnded => {
            "Renew what has ended: let the person attest or the two people waive again, and sweep.".to_owned()
        }
        GateRule::SignOffMissing => {
            "Let every role sign the sealed run: seaworthy sign-off RUN --role ROLE.".to_owned()
        }
        GateRule::Historical => {
            "Sweep again without --as-of: a look at the past cannot clear a release of today.".to_owned()
        }
        GateRule::CriticalWaived => {
            "Mend what is waived before its waiver ends; until then the decision stays conditional.".to_owned()
        }
    }
}

/// All items by result: one bar, and a legend that filters the list.
fn tally(results: &[ItemSummary]) -> Markup {
    let counts = select::counts(results);
    let mut from = 0;
    let bars: Vec<(usize, usize, &str)> = counts
        .iter()
        .map(|(kind, number)| {
            let start = from;
            from += number;
            (start, *number, result(*kind).icon)
        })
        .collect();
    html! {
        section.tally aria-label="Items by result" {
            @if from > 0 {
                svg viewBox={ "0 0 " (from) " 10" } preserveAspectRatio="none" width="100%" height="14" aria-hidden="true" {
                    @for (start, number, name) in bars {
                        rect class={ "part " (name) } x=(start) y="0" width=(number) height="10" {}
                    }
                }
            }
            ul {
                @for (kind, number) in counts {
                    li {
                        a href="#items" data-filter=(kind) {
                            (badge(result(kind))) " " strong { (number) }
                        }
                    }
                }
            }
        }
    }
}
