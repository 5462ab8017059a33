//! Who signed this run off, and what became of the waivers.

use super::page::{Page, Tone};
use crate::input::Report;
use seaworthy_model::{WaiverState, WaiverUse};

/// Every waiver with what became of it.
pub(super) fn waivers(page: &mut Page, waivers: &[WaiverUse]) {
    if waivers.is_empty() {
        return;
    }
    page.heading("Waivers");
    for waiver in waivers {
        let (sign, word, tone) = match waiver.state {
            WaiverState::Used => ("~", "used", Tone::Open),
            WaiverState::Unused => ("·", "unused", Tone::Quiet),
            WaiverState::Expired => ("✗", "expired", Tone::Bad),
            WaiverState::Invalid => ("✗", "invalid", Tone::Bad),
        };
        let mut text = format!("{word}: {} for {}", waiver.id, waiver.item);
        if let Some(detail) = &waiver.detail {
            text.push_str(": ");
            text.push_str(detail);
        }
        page.lead(0, sign, tone, &text);
    }
}

/// The roles whose sign-off is due, once somebody signed: before that the gate says that all are
/// missing.
pub(super) fn sign_offs(page: &mut Page, report: &Report<'_>) {
    let due = report.people.sign_offs;
    if due.iter().all(|due| due.signed.is_none()) {
        return;
    }
    page.heading("Sign-offs");
    for due in due {
        match &due.signed {
            Some(signed) => {
                let text = format!(
                    "{}: {} at {}, when the technical gate said {}; key {}",
                    due.role, signed.by, signed.made_at, signed.decision, signed.key_id
                );
                page.lead(0, "✓", Tone::Good, &text);
            }
            None => page.lead(0, "○", Tone::Open, &format!("{}: missing", due.role)),
        }
    }
}
