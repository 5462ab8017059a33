//! What follows from all exchanges with a resource taken together: a sighting is certain, that
//! there was none is certain only where every exchange got an answer.

use super::facts::{CorsResource, Exchange};
use super::gap::Gap;
use super::origins::{OriginKind, same_site};
use super::preflight;
use std::collections::{BTreeMap, BTreeSet};

/// Works out what follows from the exchanges; gives the paths that stay unknown.
/// `odd` are the gaps of preflights for what nobody asks for.
pub(crate) fn conclude(
    resource: &mut CorsResource,
    gaps: &[Gap],
    odd: &[Gap],
) -> BTreeMap<String, String> {
    let mut unknown = BTreeMap::new();
    // Lent, and given back at the end: there are many.
    let exchanges = std::mem::take(&mut resource.exchanges);
    let mut settled = Settled {
        gaps,
        unknown: &mut unknown,
    };
    let any = |_: OriginKind| true;
    let applies = exchanges.iter().any(|e| e.allow_origin.is_some());
    resource.applies = settled.on("applies", &any, applies);
    let wildcards = || exchanges.iter().filter(|exchange| exchange.is_wildcard());
    resource.wildcard = settled.on("wildcard", &any, wildcards().next().is_some());
    let open = wildcards().any(|exchange| exchange.allow_credentials);
    resource.wildcard_with_credentials = settled.on("wildcard_with_credentials", &any, open);
    by_kind(resource, &exchanges, &mut settled);
    // Where that got no answer, nobody knows whose a name below the own domain is.
    let unasked = || gaps.iter().any(|gap| gap.kind == Some(OriginKind::Sibling));
    let estate = resource.trusts_sibling.unwrap_or_else(unasked);
    let ours = |exchange: &Exchange| estate && same_site(&exchange.origin, &resource.own_origin);
    let strangers: Vec<&Exchange> = exchanges.iter().filter(|one| !ours(one)).collect();
    let (lookalikes, credentialed) = (lookalikes(&strangers), credentialed(&strangers));
    let found = !lookalikes.is_empty();
    resource.trusts_lookalike = settled.on("trusts_lookalike", &looks_alike, found);
    resource.lookalikes = lookalikes.into_iter().collect();
    let found = !credentialed.is_empty();
    resource.credentials_to_strangers = settled.on("credentials_to_strangers", &any, found);
    resource.credentialed = credentialed.into_iter().collect();
    let malformed: BTreeSet<&str> = exchanges.iter().filter_map(Exchange::malformed).collect();
    resource.malformed = settled
        .on("malformed", &any, !malformed.is_empty())
        .map(|_| malformed.into_iter().map(str::to_owned).collect());
    // One that was not seen might be longer.
    settled.on("preflight_max_age", &any, false);
    resource.preflight_max_age = longest_age(&exchanges).filter(|_| gaps.is_empty());
    resource.missing_vary = settled.on("missing_vary", &any, missing_vary(&exchanges));
    let missing = gaps.iter().chain(odd).next();
    resource.preflight = preflight::conclude(&exchanges, missing, &mut unknown);
    resource.exchanges = exchanges;
    unknown
}

/// What is certain in spite of the gaps.
struct Settled<'a> {
    gaps: &'a [Gap],
    unknown: &'a mut BTreeMap<String, String>,
}

impl Settled<'_> {
    /// A sighting is certain; that there was none is certain only without a gap among the origins that
    /// it is `about`.
    fn on(&mut self, path: &str, about: &dyn Fn(OriginKind) -> bool, found: bool) -> Option<bool> {
        let mut gaps = self.gaps.iter();
        let gap = gaps.find(|gap| gap.kind.is_none_or(about));
        match gap {
            Some(gap) if !found => {
                self.unknown.insert(path.to_owned(), gap.why.clone());
                None
            }
            Some(_) | None => Some(found),
        }
    }
}

/// What each kind of origin is allowed.
fn by_kind(resource: &mut CorsResource, exchanges: &[Exchange], settled: &mut Settled<'_>) {
    let only = |kind: OriginKind| move |own: OriginKind| own == kind;
    let named = |kind: OriginKind| !allowed(exchanges, kind).is_empty();
    let mut wildcards = exchanges.iter().filter(|exchange| exchange.is_wildcard());
    let own = named(OriginKind::Own) || wildcards.any(|e| e.kind == OriginKind::Own);
    resource.own_allowed = settled.on("own_allowed", &only(OriginKind::Own), own);
    let reflects = named(OriginKind::Foreign);
    resource.reflects = settled.on("reflects", &only(OriginKind::Foreign), reflects);
    let gaps = settled.gaps;
    // Not every endpoint has every origin to try.
    let tried = |kind: OriginKind| {
        exchanges.iter().any(|exchange| exchange.kind == kind)
            || gaps.iter().any(|gap| gap.kind == Some(kind))
    };
    for (field, path, kind) in [
        (&mut resource.trusts_null, "trusts_null", OriginKind::Null),
        (
            &mut resource.trusts_plain_http,
            "trusts_plain_http",
            OriginKind::PlainHttp,
        ),
        (
            &mut resource.trusts_other_port,
            "trusts_other_port",
            OriginKind::Port,
        ),
        (
            &mut resource.trusts_subdomain,
            "trusts_subdomain",
            OriginKind::Subdomain,
        ),
        (
            &mut resource.trusts_sibling,
            "trusts_sibling",
            OriginKind::Sibling,
        ),
    ] {
        if tried(kind) {
            *field = settled.on(path, &only(kind), named(kind));
        }
    }
    if tried(OriginKind::Localhost) {
        let local = allowed(exchanges, OriginKind::Localhost);
        let found = settled.on("localhost", &only(OriginKind::Localhost), !local.is_empty());
        resource.localhost = found.map(|_| local.into_iter().collect());
    }
}

/// The origins of a kind that are allowed by name.
fn allowed(exchanges: &[Exchange], kind: OriginKind) -> BTreeSet<String> {
    let named = |one: &&Exchange| one.kind == kind && one.names_origin();
    let named = exchanges.iter().filter(named);
    named.map(|one| one.origin.clone()).collect()
}

fn longest_age(exchanges: &[Exchange]) -> Option<i64> {
    let preflights = exchanges.iter().filter(|e| e.method == "OPTIONS");
    preflights.filter_map(|exchange| exchange.max_age).max()
}

/// What could show that a look-alike is allowed, or that it is none.
fn looks_alike(kind: OriginKind) -> bool {
    kind.is_lookalike() || kind == OriginKind::Sibling
}

/// The origins that are allowed by name and only look like the own one.
fn lookalikes(exchanges: &[&Exchange]) -> BTreeSet<String> {
    let looks = |one: &&&Exchange| one.kind.is_lookalike() && one.names_origin();
    let allowed = exchanges.iter().filter(looks);
    allowed.map(|one| one.origin.clone()).collect()
}

fn credentialed(exchanges: &[&Exchange]) -> BTreeSet<String> {
    let stranger = |kind: OriginKind| {
        kind.is_lookalike()
            || matches!(
                kind,
                OriginKind::Foreign | OriginKind::Null | OriginKind::PlainHttp
            )
    };
    exchanges
        .iter()
        .filter(|exchange| exchange.allow_credentials)
        .filter_map(|exchange| {
            if exchange.is_wildcard() {
                Some("*".to_owned())
            } else {
                (stranger(exchange.kind) && exchange.names_origin())
                    .then(|| exchange.origin.clone())
            }
        })
        .collect()
}

/// Whether the answers to actual requests differ by origin, and one that allows lacks
/// `Vary: Origin`. Preflights are not kept by shared caches.
fn missing_vary(exchanges: &[Exchange]) -> bool {
    let groups = [
        ("page", false),
        ("page", true),
        ("not_found", false),
        ("not_found", true),
    ];
    groups.into_iter().any(|(on, credentials)| {
        let same =
            move |e: &&Exchange| e.on == on && e.method == "GET" && e.credentials == credentials;
        let actual = || exchanges.iter().filter(same);
        let answers: BTreeSet<Option<&str>> = actual()
            .map(|exchange| exchange.allow_origin.as_deref())
            .collect();
        answers.len() > 1
            && actual().any(|exchange| {
                exchange.allow_origin.is_some() && !exchange.is_wildcard() && !exchange.vary_origin
            })
    })
}

#[cfg(test)]
mod tests;
