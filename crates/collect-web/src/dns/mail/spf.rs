//! SPF records: their grammar, and how many look-ups one costs (RFC 7208).

mod domain;

use domain::domain;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A parsed record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spf {
    /// The mechanisms that cost a look-up, `include` apart.
    pub(super) lookups: usize,
    /// What `include` names.
    pub(super) includes: Vec<Include>,
    /// What `a`, `mx` and `exists` name, each of which a receiver looks up.
    pub(super) named: Vec<Named>,
    /// A network that is let in and wider than what anybody is given; the first.
    pub(super) open: Option<String>,
    /// The domain that `redirect` names; it counts only where there is no `all`.
    pub(super) redirect: Option<String>,
    /// `+all`, `-all`, `~all` or `?all`.
    pub(super) all: Option<String>,
}

/// An `include`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Include {
    pub(super) domain: String,
    /// Whether who is let in there is let in here: the qualifier is `+`, or there is none.
    pub(super) passes: bool,
}

/// A mechanism that is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// `a`, `mx` or `exists`.
    pub(super) mechanism: &'static str,
    /// Its domain; that of the record itself where it has none.
    pub(super) domain: Option<String>,
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
                // It means nothing here, and yet has to be well-formed.
                _ => domain::macros(value, term)?,
            }
            continue;
        }
        // What follows `all` is never reached (§5.1), and yet has to be well-formed.
        let mut beyond = Spf::default();
        let reached = spf.all.is_none();
        mechanism(term, if reached { &mut spf } else { &mut beyond })?;
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
            spf.includes.push(Include {
                domain: domain(target, term)?,
                passes: qualifier == '+',
            });
        }
        "exists" => {
            let target = domain(argument.strip_prefix(':').ok_or_else(bad)?, term)?;
            spf.look_up("exists", Some(target));
        }
        "a" | "mx" => {
            let target = argument.strip_prefix(':');
            let (target, lengths) = split_lengths(target.unwrap_or(argument));
            let named = match (argument.starts_with(':'), target) {
                (true, target) => Some(domain(target, term)?),
                (false, "") => None,
                (false, _) => return Err(bad()),
            };
            lengths_fit(lengths).ok_or_else(bad)?;
            let is_mx = name.eq_ignore_ascii_case("mx");
            spf.look_up(if is_mx { "mx" } else { "a" }, named);
        }
        "ptr" => {
            if let Some(target) = argument.strip_prefix(':') {
                domain(target, term)?;
            } else if !argument.is_empty() {
                return Err(bad());
            }
            spf.lookups += 1;
        }
        "ip4" | "ip6" => {
            // Nobody is given more than a /8 or, of IPv6, a /12 (IANA address space registries).
            let (length, given) = if name.eq_ignore_ascii_case("ip4") {
                (network::<Ipv4Addr>(argument, 32), 8)
            } else {
                (network::<Ipv6Addr>(argument, 128), 12)
            };
            if length.ok_or_else(bad)? < given && qualifier == '+' {
                spf.open.get_or_insert(term.to_owned());
            }
        }
        _ => return Err(format!("{term} is no mechanism of SPF")),
    }
    Ok(())
}

impl Spf {
    fn look_up(&mut self, mechanism: &'static str, domain: Option<String>) {
        self.lookups += 1;
        self.named.push(Named { mechanism, domain });
    }
}

/// Parts the lengths of prefixes off the end; a domain may hold slashes of its own (§7.1).
fn split_lengths(text: &str) -> (&str, &str) {
    let digits = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    // What ends in a number behind `slash` ends before it.
    let before = |text: &str, slash: &str| {
        let end = digits(text);
        let rest = text.get(..end)?;
        (end < text.len()).then(|| rest.strip_suffix(slash).map(str::len))?
    };
    let six = before(text, "//").unwrap_or(text.len());
    let rest = text.get(..six).unwrap_or(text);
    let four = before(rest, "/").filter(|at| !rest.get(..*at).is_some_and(|r| r.ends_with('/')));
    text.split_at(four.unwrap_or(six))
}

/// `["/" 0-32] ["//" 0-128]`
fn lengths_fit(text: &str) -> Option<()> {
    let (four, six) = match text.split_once("//") {
        Some((four, six)) => (four, Some(six)),
        None => (text, None),
    };
    if !four.is_empty() {
        length(four.strip_prefix('/')?, 32)?;
    }
    six.map_or(Some(()), |six| length(six, 128).map(|_| ()))
}

/// The length of the prefix of a network.
fn network<A: std::str::FromStr>(argument: &str, most: u8) -> Option<u8> {
    let text = argument.strip_prefix(':')?;
    let (address, prefix) = text
        .split_once('/')
        .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    address.parse::<A>().ok()?;
    prefix.map_or(Some(most), |prefix| length(prefix, most))
}

/// A number without zeros before it.
fn length(text: &str, most: u8) -> Option<u8> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text == "0" || !text.starts_with('0');
    let length = (digits && plain).then(|| text.parse().ok()).flatten();
    length.filter(|length| *length <= most)
}

#[cfg(test)]
mod tests;
