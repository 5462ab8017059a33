//! Preflights (Fetch §4.8): what an origin that is allowed may do, tried with a method and a header
//! that nobody uses, and for a private network.

use super::facts::{Exchange, Preflight};
use super::gap::Gap;
use super::origins::OriginKind;
use crate::exchange::ask::Ask;
use crate::exchange::head::is_token;
use crate::exchange::reproduce::quote;
use hyper::Method;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// A method that no service has (RFC 9110 §16.1 lets anybody make one up).
const ODD_METHOD: &str = "SEAWORTHY";

/// A header that no service reads.
const ODD_HEADER: &str = "x-seaworthy";

/// Whose preflights tell most: the own origin and the first stranger, as far as they are allowed.
pub(super) fn whom(exchanges: &[Exchange]) -> Vec<(OriginKind, String)> {
    let allowed = |own: bool| {
        let of = |one: &&Exchange| (one.kind == OriginKind::Own) == own && one.allows();
        let found = exchanges.iter().filter(|one| one.on == "page").find(of);
        found.map(|one| (one.kind, one.origin.clone()))
    };
    [allowed(true), allowed(false)]
        .into_iter()
        .flatten()
        .collect()
}

/// A preflight for each thing that nobody asks for; one by one, since a server that refuses one of them
/// says nothing of the others.
pub(super) fn odd_asks(url: &Url, origin: &str) -> Vec<Ask> {
    let of = |headers: &[(&'static str, &str)]| Ask {
        method: Method::OPTIONS,
        headers: std::iter::once(&("origin", origin))
            .chain(headers)
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        ..Ask::get(url)
    };
    vec![
        of(&[("access-control-request-method", ODD_METHOD)]),
        of(&[
            ("access-control-request-method", "GET"),
            ("access-control-request-headers", ODD_HEADER),
        ]),
        of(&[
            ("access-control-request-method", "GET"),
            ("access-control-request-private-network", "true"),
        ]),
    ]
}

/// What the preflight of every origin asks for: a request that carries credentials in a header.
pub(super) const USUAL: [(&str, &str); 2] = [
    ("access-control-request-method", "GET"),
    ("access-control-request-headers", "authorization"),
];

/// What a preflight asks for that comes before a request that writes; that request itself is never sent.
pub(super) const WRITING: [(&str, &str); 2] = [
    ("access-control-request-method", "PUT"),
    ("access-control-request-headers", "content-type"),
];

/// The words for curl that send the preflight in which `seen` was answered, or the usual one.
pub(super) fn words(seen: Option<&Exchange>) -> Vec<String> {
    let asked = |field: &str, (name, usual): (&str, &str)| {
        let sent = seen.and_then(|one| one.requested.get(field));
        let value = sent.map_or(usual, String::as_str);
        let line = format!("{name}: {value}");
        format!("-H {}", quote(&line))
    };
    vec![
        "-X OPTIONS".to_owned(),
        asked("method", USUAL[0]),
        asked("headers", USUAL[1]),
    ]
}

/// The Access-Control-Request- fields of a request, by what follows that; none of the usual preflight,
/// which needs no telling.
pub(super) fn requested(ask: &Ask) -> BTreeMap<String, String> {
    let of = |(name, value): &(&'static str, String)| {
        let name = name.strip_prefix("access-control-request-")?;
        Some((name.to_owned(), value.clone()))
    };
    let all = ask.headers.iter().filter(|(name, _)| *name != "origin");
    if ask.method != Method::OPTIONS || all.map(|(name, value)| (*name, value.as_str())).eq(USUAL) {
        return BTreeMap::new();
    }
    ask.headers.iter().filter_map(of).collect()
}

impl Exchange {
    /// Whether the origin is allowed, by its name or by `*`.
    fn allows(&self) -> bool {
        self.names_origin() || self.is_wildcard()
    }

    /// Whether a preflight for the origin passes; what it lets through is said by the lists.
    fn passes(&self) -> bool {
        self.method == "OPTIONS" && self.allows() && (200..300).contains(&self.status)
    }

    fn asked(&self, field: &str, value: &str) -> bool {
        self.requested.get(field).is_some_and(|own| own == value)
    }
}

/// What follows from the preflights of all exchanges; `missing` is one that got no answer.
pub(super) fn conclude(
    exchanges: &[Exchange],
    missing: Option<&Gap>,
    unknown: &mut BTreeMap<String, String>,
) -> Option<Preflight> {
    let passing: Vec<&Exchange> = exchanges.iter().filter(|one| one.passes()).collect();
    if passing.is_empty() {
        if let Some(gap) = missing {
            unknown.insert("preflight".to_owned(), gap.why.clone());
        }
        return None;
    }
    let of = |list: fn(&Exchange) -> Option<&str>| -> BTreeSet<&str> {
        let lists = passing.iter().filter_map(|one| list(one));
        let members = lists.flat_map(members);
        members.filter(|member| is_token(member)).collect()
    };
    let methods = of(|one| one.allow_methods.as_deref());
    let headers: BTreeSet<String> = of(|one| one.allow_headers.as_deref())
        .into_iter()
        .map(str::to_ascii_lowercase)
        .collect();
    // What was seen is certain; that there was nothing is certain where one was answered so, or where
    // none is missing.
    let mut settle = |path: &str, (field, odd): (&str, &str), found: bool| {
        let seen = found || passing.iter().any(|one| one.asked(field, odd));
        match missing.filter(|_| !seen) {
            Some(gap) => {
                unknown.insert(format!("preflight.{path}"), gap.why.clone());
                None
            }
            None => Some(found),
        }
    };
    let any = |field: &str, odd: &str, list: fn(&Exchange) -> Option<&str>| {
        let mut asked = passing.iter().filter(|one| one.asked(field, odd));
        asked.any(|one| {
            let mut members = list(one).into_iter().flat_map(members);
            members.any(|member| {
                member.eq_ignore_ascii_case(odd) || (member == "*" && !one.allow_credentials)
            })
        })
    };
    let any_method = any("method", ODD_METHOD, |one| one.allow_methods.as_deref());
    let any_header = any("headers", ODD_HEADER, |one| one.allow_headers.as_deref());
    let let_in: BTreeSet<&String> = passing
        .iter()
        .filter(|one| one.asked("private-network", "true"))
        .filter(|one| one.allow_private_network.as_deref() == Some("true"))
        .map(|one| &one.origin)
        .collect();
    let star = |list: &Option<String>| {
        list.iter()
            .flat_map(|text| members(text))
            .any(|one| one == "*")
    };
    Some(Preflight {
        any_method: settle("any_method", ("method", ODD_METHOD), any_method),
        any_header: settle("any_header", ("headers", ODD_HEADER), any_header),
        private_network: settle(
            "private_network",
            ("private-network", "true"),
            !let_in.is_empty(),
        )
        .map(|_| let_in.into_iter().cloned().collect()),
        authorization: headers.contains("authorization"),
        literal_wildcard: passing.iter().any(|one| {
            one.allow_credentials && (star(&one.allow_methods) || star(&one.allow_headers))
        }),
        malformed: malformed(&passing).into_iter().collect(),
        methods: named(methods, ODD_METHOD),
        headers: named(headers.iter().map(String::as_str), ODD_HEADER),
    })
}

/// The members of a list; empty ones are none (RFC 9110 §5.6.1).
fn members(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// What is named, without what we made up ourselves.
fn named<'a>(all: impl IntoIterator<Item = &'a str>, odd: &str) -> Vec<String> {
    let real = all.into_iter().filter(|one| !one.eq_ignore_ascii_case(odd));
    real.map(str::to_owned).collect()
}

fn malformed(passing: &[&Exchange]) -> BTreeSet<String> {
    let lists = passing.iter().flat_map(|one| {
        [
            ("access-control-allow-methods", one.allow_methods.as_deref()),
            ("access-control-allow-headers", one.allow_headers.as_deref()),
        ]
    });
    let wrong = |text: &&str| !members(text).all(is_token);
    lists
        .filter_map(|(name, text)| Some((name, text.filter(wrong)?)))
        .map(|(name, text)| format!("{name}: {text}"))
        .collect()
}

#[cfg(test)]
mod tests;
