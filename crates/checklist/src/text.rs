//! Small pure functions over an item's flattened text: tidying, marks, optional phrases, slugs.
//!
//! Which text belongs to which item is found in `outline`; how slugs become ids, in `id`.

use seaworthy_model::Mark;

use crate::repair::repaired;

/// Longest title kept, in characters. A title is copied into the path of every item beneath it,
/// so that without a bound a small file could fill the memory.
const MAX_TITLE: usize = 300;

/// Longest slug of one title, in bytes.
const MAX_SLUG: usize = 96;

/// Text fit to be shown on one line: mojibake repaired, white space collapsed, nothing in it
/// that could drive a terminal or turn the direction of the text around, and not too long.
pub(crate) fn tidy(text: &str) -> String {
    let text: String = repaired(text)
        .chars()
        .map(|c| if is_control(c) { ' ' } else { c })
        .collect();
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    clipped(out)
}

fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn clipped(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_TITLE) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// The mark in an item's text, the more serious if there are two, and the text without them.
pub(crate) fn take_mark(text: &str) -> (Option<Mark>, String) {
    let mark = if text.contains('🔴') {
        Mark::Critical
    } else if text.contains('🟡') {
        Mark::Important
    } else {
        return (None, text.to_owned());
    };
    let without = text
        .replace(['🔴', '🟡'], " ")
        .replace("( )", " ")
        .replace('\u{FE0F}', "");
    (Some(mark), tidy(&without))
}

/// A heading's text without the symbols before and after it; as it is if it has nothing else.
pub(crate) fn undecorated(text: &str) -> String {
    let bare = text.trim_matches(|c: char| c.is_whitespace() || is_symbol(c));
    if bare.is_empty() { text } else { bare }.to_owned()
}

/// Arrows, technical and other symbols, dingbats, emoji, and what joins or varies them.
fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{FE0F}' | '\u{200D}' | '\u{20E3}')
}

/// The phrase in parentheses that makes an item optional: `optional`, `if …`, `where possible`
/// and their like.
pub(crate) fn optional_phrase(text: &str) -> Option<String> {
    const WHOLE: [&str; 6] = [
        "where possible",
        "where applicable",
        "where needed",
        "when applicable",
        "when needed",
        "as applicable",
    ];
    text.split('(').skip(1).find_map(|after| {
        let phrase = after.split(')').next()?.trim();
        let lower = phrase.to_lowercase();
        let first = lower.split([' ', ',', ';', ':']).next();
        (matches!(first, Some("optional" | "if")) || WHOLE.contains(&lower.as_str()))
            .then(|| phrase.to_owned())
    })
}

/// Lower-case letters and digits of any script, everything between them a single `-`; empty for
/// a text that has none.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::new();
    let mut gap = false;
    for c in text.chars() {
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        if slug.len() >= MAX_SLUG {
            break;
        }
        if gap && !slug.is_empty() {
            slug.push('-');
        }
        gap = false;
        slug.extend(c.to_lowercase());
    }
    slug
}

#[cfg(test)]
mod tests {
    use seaworthy_model::Mark;

    use super::{optional_phrase, slug, take_mark, tidy, undecorated};

    #[test]
    fn slugs() {
        for (text, wanted) in [
            ("Min replicas: 3+", "min-replicas-3"),
            (
                "Horizontal Pod Autoscaler (HPA) configured",
                "horizontal-pod-autoscaler-hpa-configured",
            ),
            ("Deployment (T=0)", "deployment-t-0"),
            ("CI/CD Pipeline", "ci-cd-pipeline"),
            ("  ", ""),
            ("***", ""),
            ("Größe prüfen", "größe-prüfen"),
            ("バックアップ 済み", "バックアップ-済み"),
        ] {
            assert_eq!(slug(text), wanted);
        }
        assert!(slug(&"long ".repeat(100)).len() < 110);
    }

    #[test]
    fn optional_phrases() {
        for (text, wanted) in [
            ("Canary deployment configured (optional)", Some("optional")),
            (
                "GitOps configured (ArgoCD/FluxCD) (optional)",
                Some("optional"),
            ),
            ("PCI DSS (if handling cards)", Some("if handling cards")),
            ("Feature Flags (If Applicable)", Some("If Applicable")),
            (
                "Read-only root filesystem (where possible)",
                Some("where possible"),
            ),
            ("Deploy workflow (dev)", None),
            ("Security scan (gosec) passes", None),
            ("Optional dependencies pinned", None),
            ("Whether it works (iffy)", None),
            ("unclosed (if needed", Some("if needed")),
        ] {
            assert_eq!(optional_phrase(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn marks_are_taken_out_of_the_text() {
        for (text, mark, title) in [
            ("🔴 TLS", Some(Mark::Critical), "TLS"),
            ("TLS 🟡 valid", Some(Mark::Important), "TLS valid"),
            ("TLS (🔴)", Some(Mark::Critical), "TLS"),
            ("🟡🔴 both", Some(Mark::Critical), "both"),
            ("✅ none", None, "✅ none"),
        ] {
            assert_eq!(take_mark(text), (mark, title.to_owned()));
        }
    }

    #[test]
    fn headings_lose_their_decorations() {
        assert_eq!(undecorated("✅ Security ⚠️"), "Security");
        assert_eq!(undecorated("🚀"), "🚀");
        assert_eq!(undecorated("1. Security"), "1. Security");
    }

    #[test]
    fn what_is_shown_cannot_drive_a_terminal() {
        assert_eq!(tidy("a\u{1b}[31mred\r\n\tb\u{202e}c"), "a [31mred b c");
        assert_eq!(tidy(&"x".repeat(1000)).chars().count(), 301);
    }
}
