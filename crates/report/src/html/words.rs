//! The words, icons and addresses of the page. Text from outside is made inert here and escaped
//! by the template; a status is always an icon and a word.

use crate::inert;
use crate::text::result_word;
use maud::{Markup, html};
use seaworthy_model::{Decision, FactCite, ItemId, Mark, Outcome, ResultKind};
use std::fmt::Write as _;

/// Text from outside on one line; what steers or hides is shown as its code point.
pub(super) fn t(text: &str) -> String {
    inert::line(text, inert::LONGEST)
}

/// The same, with what stands between back quotes as code.
pub(super) fn prose(text: &str) -> Markup {
    let text = t(text);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd quote quotes nothing.
    let paired = parts.len() % 2 == 1;
    html! {
        @for (index, part) in parts.iter().enumerate() {
            @if !paired && index > 0 { "`" }
            @if paired && index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// How a status looks: the class that colours it, its icon and its word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) class: &'static str,
    pub(super) icon: &'static str,
    pub(super) word: &'static str,
}

const fn look(class: &'static str, icon: &'static str, word: &'static str) -> Look {
    Look { class, icon, word }
}

pub(super) const fn decision(decision: Decision) -> Look {
    match decision {
        Decision::Ready => look("good", "pass", "Ready"),
        Decision::Conditional => look("open", "waived", "Conditionally ready"),
        Decision::NotReady => look("bad", "fail", "Not ready"),
        Decision::Incomplete => look("open", "unknown", "Incomplete"),
    }
}

pub(super) const fn result(kind: ResultKind) -> Look {
    let word = result_word(kind);
    match kind {
        ResultKind::Fail => look("bad", "fail", word),
        ResultKind::Inconclusive => look("open", "unknown", word),
        ResultKind::Pending => look("open", "pending", word),
        ResultKind::Skipped => look("open", "skipped", word),
        ResultKind::Waived => look("open", "waived", word),
        ResultKind::Attested => look("good", "attested", word),
        ResultKind::Pass => look("good", "pass", word),
        ResultKind::NotApplicable | ResultKind::NotDue => look("quiet", "none", word),
    }
}

pub(super) const fn outcome(outcome: Outcome) -> Look {
    match outcome {
        Outcome::Pass => look("good", "pass", "pass"),
        Outcome::Fail => look("bad", "fail", "fail"),
        Outcome::NotApplicable => look("quiet", "none", "not applicable"),
        Outcome::Inconclusive => look("open", "unknown", "inconclusive"),
    }
}

/// A status as a badge.
pub(super) fn badge(look: Look) -> Markup {
    html! { span class={ "badge " (look.class) } { (icon(look.icon)) (look.word) } }
}

pub(super) fn icon(name: &str) -> Markup {
    html! {
        svg.icon width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" {
            use href={ "#icon-" (name) } {}
        }
    }
}

/// The mark of an item, where it has one.
pub(super) fn mark(mark: Option<Mark>) -> Markup {
    html! {
        @match mark {
            Some(Mark::Critical) => { span.mark.critical { "critical" } }
            Some(Mark::Important) => { span.mark { "important" } }
            None => {}
        }
    }
}

/// The icons, drawn once and used by name.
pub(super) fn icons() -> Markup {
    const DRAWN: [(&str, &str); 8] = [
        ("pass", "M3 8.5 6.5 12 13 4.5"),
        ("fail", "M4 4l8 8M12 4l-8 8"),
        (
            "unknown",
            "M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.6M8 12.4v.2",
        ),
        (
            "pending",
            "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2 1.3",
        ),
        ("skipped", "M3 4l5 4-5 4zM12 4v8"),
        ("waived", "M2 9c2-3 4-3 6 0s4 3 6 0"),
        ("attested", "M3 12.5l1-3L11 2.5l2 2-7 7zM9.5 4l2 2M8 13.5h5"),
        ("none", "M4 8h8"),
    ];
    html! {
        svg.icons width="0" height="0" aria-hidden="true" {
            @for (name, path) in DRAWN {
                symbol id={ "icon-" (name) } viewBox="0 0 16 16" {
                    path d=(path) fill="none" stroke="currentColor" stroke-width="2"
                        stroke-linecap="round" stroke-linejoin="round" {}
                }
            }
        }
    }
}

/// `1 item`, `2 items`.
pub(super) fn count(number: usize, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", grouped(number))
}

/// `12,345`.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The anchor of an item. Ids are mostly slugs; anything else is encoded, so that no two meet.
pub(super) fn item_anchor(id: &ItemId) -> String {
    let mut out = String::from("item/");
    for byte in id.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "~{byte:02x}");
        }
    }
    out
}

/// The anchor of a fact: its place in the bundle.
pub(super) fn fact_anchor(cite: FactCite) -> String {
    format!("fact-{:02}-{}", cite.shard, cite.line)
}

/// A link, where the address is one of the web; anything else stays text.
pub(super) fn reference(address: &str) -> Markup {
    let plain = |c: char| c.is_ascii_graphic() && !"\"'<>`\\".contains(c);
    let is_link = address.starts_with("https://") || address.starts_with("http://");
    html! {
        @if is_link && address.len() < 500 && address.chars().all(plain) {
            a href=(address) rel="noreferrer noopener" { (address) }
        } @else {
            (t(address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_become_links() {
        let check = |address: &str, link: bool| {
            let markup = reference(address).into_string();
            assert_eq!(markup.contains("<a "), link, "{markup}");
        };
        check("https://www.rfc-editor.org/rfc/rfc5280#section-6", true);
        check("javascript:alert(1)", false);
        check("https://a\" onclick=\"alert(1)", false);
        check("RFC 5280, section 6", false);
    }

    #[test]
    fn back_quotes_make_code_only_in_pairs() {
        let check = |text: &str, wanted: &str| assert_eq!(prose(text).into_string(), wanted);
        check("send `a<b` once", "send <code>a&lt;b</code> once");
        check("an odd ` quote", "an odd ` quote");
        check("``", "<code></code>");
    }

    #[test]
    fn anchors_of_different_items_differ() {
        let anchor = |id: &str| item_anchor(&ItemId::from(id));
        assert_eq!(anchor("security/tls-1.2"), "item/security/tls-1.2");
        assert_eq!(anchor("a b"), "item/a~20b");
        assert_ne!(anchor("a~20b"), anchor("a b"));
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, wanted) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), wanted);
        }
    }
}
