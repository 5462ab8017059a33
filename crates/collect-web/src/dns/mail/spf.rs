//! SPF records: their grammar, and how many look-ups one costs (RFC 7208).

use std::net::{Ipv4Addr, Ipv6Addr};

/// A parsed record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spf {
    /// The mechanisms that cost a look-up, `include` apart.
    pub(super) lookups: usize,
    /// The domains that `include` names.
    pub(super) includes: Vec<String>,
    /// The domain that `redirect` names; it counts only where there is no `all`.
    pub(super) redirect: Option<String>,
    /// `+all`, `-all`, `~all` or `?all`.
    pub(super) all: Option<String>,
}

/// Whether `text` is meant as an SPF record (§4.5): the version alone, or with a space after it.
pub(super) fn is_spf(text: &str) -> bool {
    let version = text
        .get(..6)
        .is_some_and(|start| start.eq_ignore_ascii_case("v=spf1"));
    version
        && text
            .get(6..)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Reads a record (§4.6.1).
///
/// # Errors
///
/// What breaks the grammar: receivers then take the record for a permanent error (§4.6).
pub(super) fn parse(text: &str) -> Result<Spf, String> {
    let mut spf = Spf::default();
    let mut explained = false;
    for term in text.split(' ').skip(1).filter(|term| !term.is_empty()) {
        if let Some((name, value)) = modifier(term) {
            match name.to_ascii_lowercase().as_str() {
                "redirect" if spf.redirect.is_some() => {
                    return Err("redirect stands in it twice".to_owned());
                }
                "redirect" => spf.redirect = Some(domain(value, term)?),
                "exp" if explained => return Err("exp stands in it twice".to_owned()),
                "exp" => {
                    domain(value, term)?;
                    explained = true;
                }
                _ => {}
            }
            continue;
        }
        // What follows `all` is never reached, and yet has to be well-formed.
        mechanism(term, &mut spf)?;
    }
    Ok(spf)
}

/// `name "=" value`, before any `:` or `/`.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let rest = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    (starts && rest).then_some((name, value))
}

fn mechanism(term: &str, spf: &mut Spf) -> Result<(), String> {
    let (qualifier, rest) = match term.chars().next() {
        Some(sign @ ('+' | '-' | '~' | '?')) => (sign, term.get(1..).unwrap_or_default()),
        _ => ('+', term),
    };
    let end = rest.find([':', '/']).unwrap_or(rest.len());
    let (name, argument) = rest.split_at(end);
    let bad = || format!("{term} is malformed");
    match name.to_ascii_lowercase().as_str() {
        "all" if argument.is_empty() => {
            spf.all.get_or_insert(format!("{qualifier}all"));
        }
        "include" => {
            let target = argument.strip_prefix(':').ok_or_else(bad)?;
            spf.includes.push(domain(target, term)?);
        }
        "exists" => {
            domain(argument.strip_prefix(':').ok_or_else(bad)?, term)?;
            spf.lookups += 1;
        }
        "a" | "mx" => {
            let target = argument.strip_prefix(':');
            let (target, lengths) = split_lengths(target.unwrap_or(argument));
            if argument.starts_with(':') {
                domain(target, term)?;
            } else if !target.is_empty() {
                return Err(bad());
            }
            lengths_fit(lengths).ok_or_else(bad)?;
            spf.lookups += 1;
        }
        "ptr" => {
            if let Some(target) = argument.strip_prefix(':') {
                domain(target, term)?;
            } else if !argument.is_empty() {
                return Err(bad());
            }
            spf.lookups += 1;
        }
        "ip4" => network::<Ipv4Addr>(argument, 32).ok_or_else(bad)?,
        "ip6" => network::<Ipv6Addr>(argument, 128).ok_or_else(bad)?,
        _ => return Err(format!("{term} is no mechanism of SPF")),
    }
    Ok(())
}

/// A domain, or one with macros (§7.1), which is not looked into.
fn domain(text: &str, term: &str) -> Result<String, String> {
    let sound = !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && (text.contains('%')
            || text
                .trim_end_matches('.')
                .split('.')
                .all(|label| (1..=63).contains(&label.len())));
    if sound {
        Ok(text.trim_end_matches('.').to_ascii_lowercase())
    } else {
        Err(format!("{term} names no domain"))
    }
}

fn split_lengths(text: &str) -> (&str, &str) {
    text.split_at(text.find('/').unwrap_or(text.len()))
}

/// `["/" 0-32] ["//" 0-128]`
fn lengths_fit(text: &str) -> Option<()> {
    let (four, six) = text.split_once("//").unwrap_or((text, ""));
    let within =
        |text: &str, most: u8| text.is_empty() || length(text).is_some_and(|length| length <= most);
    let four = four
        .strip_prefix('/')
        .map_or(four.is_empty(), |four| !four.is_empty() && within(four, 32));
    (four && within(six, 128)).then_some(())
}

fn network<A: std::str::FromStr>(argument: &str, most: u8) -> Option<()> {
    let text = argument.strip_prefix(':')?;
    let (address, prefix) = text
        .split_once('/')
        .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    address.parse::<A>().ok()?;
    prefix
        .is_none_or(|prefix| length(prefix).is_some_and(|length| length <= most))
        .then_some(())
}

fn length(text: &str) -> Option<u8> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{is_spf, parse};
    use proptest::prelude::*;

    #[test]
    fn records_by_their_version() {
        for (text, wanted) in [
            ("v=spf1", true),
            ("V=SPF1 -all", true),
            ("v=spf10 -all", false),
            ("v=spf2.0/pra -all", false),
            ("spf1", false),
        ] {
            assert_eq!(is_spf(text), wanted, "{text}");
        }
    }

    #[test]
    fn records_by_their_grammar() {
        let good = parse("v=spf1 a mx:mail.example.com/24//64 ptr exists:%{i}.example.com include:_SPF.example.com ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all").unwrap();
        assert_eq!(
            (good.lookups, good.includes),
            (4, vec!["_spf.example.com".to_owned()])
        );
        assert_eq!(good.all.as_deref(), Some("~all"));
        let redirected = parse("v=spf1 redirect=other.example unknown=x").unwrap();
        assert_eq!(redirected.redirect.as_deref(), Some("other.example"));
        assert_eq!(parse("v=spf1 all").unwrap().all.as_deref(), Some("+all"));
        for bad in [
            "v=spf1 ip4:192.0.2.256",
            "v=spf1 ip4:192.0.2.0/33",
            "v=spf1 ip4",
            "v=spf1 include:",
            "v=spf1 all:x",
            "v=spf1 a/33",
            "v=spf1 a/",
            "v=spf1 mx:/24",
            "v=spf1 nonsense",
            "v=spf1 ip6:192.0.2.1",
            "v=spf1 redirect=a.example redirect=b.example",
            "v=spf1 include:a..example",
            "v=spf1 - all",
            "v=spf1 ipv4:192.0.2.1",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,80}", terms in "[-+~?a-z0-9:/.%=]{0,60}") {
            let _ = (is_spf(&text), parse(&text));
            let _ = parse(&format!("v=spf1 {terms}"));
        }
    }
}
