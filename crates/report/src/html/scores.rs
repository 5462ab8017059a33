//! The categories as a picture: a bar for each, as thick as it weighs.

use super::verdict::hundredths;
use super::words::{count, icon, t};
use crate::input::Report;
use maud::{Markup, html};
use seaworthy_model::CategoryScore;

pub(super) fn present(report: &Report<'_>) -> bool {
    !report.score.categories.is_empty()
}

pub(super) fn section(report: &Report<'_>) -> Markup {
    let minimum = hundredths(Some(&report.score.minimum));
    html! {
        @if present(report) {
            section id="scores" aria-labelledby="scores-title" {
                h2 id="scores-title" { "Scores" }
                p.lead {
                    "Each bar is as thick as its category weighs. The line marks the minimum of "
                    (t(&report.score.minimum)) " that the whole must reach."
                }
                ul.scores {
                    @for category in &report.score.categories { (one(category, minimum)) }
                }
            }
        }
    }
}

fn one(category: &CategoryScore, minimum: u32) -> Markup {
    let reached = hundredths(category.score.as_deref());
    let (class, sign, remark) = match (&category.score, category.low) {
        (None, _) => ("open", "unknown", "nothing assessed"),
        (Some(_), true) => ("bad", "fail", "low"),
        (Some(_), false) if reached < minimum => ("open", "waived", "under the minimum"),
        (Some(_), false) => ("good", "pass", "good"),
    };
    let thick = 6 + category.weight.min(100) * 3 / 4;
    html! {
        li class=(class) {
            span.name { (t(&category.name)) }
            span.weight { (category.weight) " % of the whole" }
            svg.bar viewBox="0 0 100 10" preserveAspectRatio="none" width="100%" height=(thick) aria-hidden="true" {
                rect.track x="0" y="0" width="100" height="10" {}
                rect.reached x="0" y="0" width=(reached) height="10" {}
                line.minimum x1=(minimum) y1="0" x2=(minimum) y2="10" {}
            }
            span.score {
                strong { (t(category.score.as_deref().unwrap_or("–"))) }
                span.remark { (icon(sign)) (remark) }
            }
            span.leaves {
                (category.counted) " of " (count(category.leaves as usize, "item")) " assessed"
            }
        }
    }
}
