//! Domains in SPF records: `domain-spec` with its macros (RFC 7208 §7.1).

/// The letters of macros that may stand in a domain: `c`, `r` and `t` are for explanations alone (§7.2).
const LETTERS: &str = "slodiphv";

/// A domain in lower case, without a dot at its end; one with macros is not looked into.
///
/// # Errors
///
/// What names no domain, as a sentence about its term.
pub(super) fn domain(text: &str, term: &str) -> Result<String, String> {
    let plain = without_macros(text, LETTERS);
    let plain = plain.ok_or_else(|| format!("{term} has a malformed macro"))?;
    let name = text.strip_suffix('.').unwrap_or(text);
    let labels = text.contains('%') || name.split('.').all(|label| (1..=63).contains(&label.len()));
    // It ends in a macro, or in the dot and label of a top-level domain.
    let ends = plain.ends_with('%')
        || plain
            .strip_suffix('.')
            .unwrap_or(&plain)
            .rsplit_once('.')
            .is_some_and(|(_, top)| is_top(top));
    if labels && ends && name.len() <= 253 {
        Ok(name.to_ascii_lowercase())
    } else {
        Err(format!(
            "{term} names no domain{}",
            if text.parse::<std::net::Ipv4Addr>().is_ok() {
                " (an address belongs into ip4)"
            } else {
                ""
            }
        ))
    }
}

/// Whether the value of a modifier that nobody knows is well-formed (§6).
///
/// # Errors
///
/// What is not, as a sentence about its term.
pub(super) fn macros(text: &str, term: &str) -> Result<(), String> {
    let plain = without_macros(text, "slodiphcrtv");
    let found = plain.map(|_| ());
    found.ok_or_else(|| format!("{term} has a malformed macro"))
}

/// The text with `%` in place of each macro; `None` where one is malformed, or a character is none that
/// may stand there.
fn without_macros(text: &str, letters: &str) -> Option<String> {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if next != '%' {
            if !next.is_ascii_graphic() {
                return None;
            }
            plain.push(next);
            rest = rest.get(1..)?;
            continue;
        }
        let expanded = rest.get(1..)?;
        rest = match expanded.strip_prefix('{') {
            Some(inside) => {
                let (inside, after) = inside.split_once('}')?;
                is_macro(inside, letters).then_some(after)?
            }
            None => expanded.strip_prefix(['%', '_', '-'])?,
        };
        plain.push('%');
    }
    Some(plain)
}

/// What stands within `%{…}`: a letter, a count that is not zero, `r`, and delimiters.
fn is_macro(inside: &str, letters: &str) -> bool {
    let Some(letter) = inside.chars().next() else {
        return false;
    };
    let rest = inside.get(letter.len_utf8()..).unwrap_or_default();
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let count = rest.strip_suffix(after).unwrap_or_default();
    let zero = !count.is_empty() && count.bytes().all(|digit| digit == b'0');
    let after = after.strip_prefix(['r', 'R']).unwrap_or(after);
    letters.contains(letter.to_ascii_lowercase())
        && !zero
        && after.chars().all(|c| ".-+,/_=".contains(c))
}

/// `toplabel`: letters, digits and hyphens within, and not digits alone.
fn is_top(label: &str) -> bool {
    let within = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    label.bytes().all(within)
        && !label.is_empty()
        && !label.starts_with('-')
        && !label.ends_with('-')
        && !label.bytes().all(|byte| byte.is_ascii_digit())
}
