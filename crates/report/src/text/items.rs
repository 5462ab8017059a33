//! Every box of the checklist with its result, by section.

use super::page::Page;
use super::{count, result_sign, result_word};
use crate::input::Report;
use crate::item::ItemSummary;
use seaworthy_model::{ItemKind, Mark, ResultKind};

/// All items in the checklist's order.
pub(super) fn list(page: &mut Page, report: &Report<'_>) {
    let mut section = None;
    for item in report.results {
        if section != Some(item.section.as_str()) {
            section = Some(&item.section);
            page.heading(&item.section);
        }
        one(page, item);
    }
}

fn one(page: &mut Page, item: &ItemSummary) {
    let (sign, tone) = result_sign(item.result);
    let mark = match item.mark {
        Some(Mark::Critical) => "[critical] ",
        Some(Mark::Important) => "[important] ",
        None => "",
    };
    let lead = format!("{sign} {:<14}", result_word(item.result));
    page.lead(0, &lead, tone, &format!("{mark}{}", item.title));
    let told = item.message.clone();
    let told = told.or_else(|| item.reason.map(|reason| reason.to_string()));
    // A group is its worst leaf, which says why just below.
    if let Some(told) = told
        && item.kind != ItemKind::Group
        && item.result != ResultKind::NotDue
    {
        page.text(17, &told);
    } else if item.result == ResultKind::Pass && item.kind == ItemKind::Leaf {
        page.text(
            17,
            &format!("on {}", count(item.verdicts.total(), "verdict")),
        );
    }
}
