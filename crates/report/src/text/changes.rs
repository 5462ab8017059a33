//! What is otherwise than in the run before.

use super::page::{Page, Tone};
use super::{count, result_word};
use crate::changes::Changes;
use crate::input::{Detail, Report};
use crate::item::ItemSummary;
use seaworthy_model::ResultKind;

/// Changed items of each kind that are named where not all are wanted.
const NAMED: usize = 5;

/// What changed since the run before, where there is one at hand.
pub(super) fn list(page: &mut Page, report: &Report<'_>) {
    let Some(previous) = report.previous else {
        return;
    };
    page.heading(&format!("Since the run {}", previous.run.id));
    let score = |score: &Option<String>| score.as_deref().unwrap_or("no score").to_owned();
    let then = (previous.decision, score(&previous.overall));
    let now = (report.gate.decision, score(&report.score.overall));
    let text = format!(
        "{} with {} then, {} with {} now",
        then.0, then.1, now.0, now.1
    );
    page.text(2, &text);
    let changes = Changes::since(report, previous);
    if changes.is_empty() {
        page.text(2, "no item has another result");
    }
    changed(page, ("✗", Tone::Bad, "worse"), &changes.worse);
    changed(page, ("✓", Tone::Good, "better"), &changes.better);
    for (number, what) in [
        (changes.new.len(), "new in the checklist"),
        (changes.gone.len(), "no longer in it"),
    ] {
        if number > 0 {
            page.text(2, &format!("{} {what}", count(number, "item")));
        }
    }
}

fn changed(
    page: &mut Page,
    (sign, tone, word): (&str, Tone, &str),
    items: &[(&ItemSummary, ResultKind)],
) {
    let shown = match page.detail() {
        Detail::Brief => NAMED,
        Detail::All => items.len(),
    };
    for (item, before) in items.iter().take(shown) {
        let (before, now) = (result_word(*before), result_word(item.result));
        let text = format!("{word}: {} ({before} → {now})", item.title);
        page.lead(0, sign, tone, &text);
    }
    if items.len() > shown {
        page.text(
            2,
            &format!("and {} more that are {word}", items.len() - shown),
        );
    }
}
