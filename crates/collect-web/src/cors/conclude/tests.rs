//! What follows from exchanges that were made up.

use super::{CorsResource, Exchange, Gap, OriginKind, conclude};
use crate::exchange::head::Fields;
use std::collections::BTreeMap;

const OWN: &str = "https://own.example";
const EVIL: &str = "https://evil.example";

fn exchange(kind: OriginKind, origin: &str, headers: &[(&str, &str)]) -> Exchange {
    let mut fields = Fields::default();
    for (name, value) in headers {
        fields.push(name, value);
    }
    Exchange::new((kind, origin), ("GET", false), "page", 200, &fields)
}

fn of(exchanges: Vec<Exchange>, gaps: &[Gap]) -> (CorsResource, BTreeMap<String, String>) {
    let mut resource = CorsResource {
        exchanges,
        ..CorsResource::default()
    };
    let unknown = conclude(&mut resource, gaps, &[]);
    (resource, unknown)
}

const ALLOW: &str = "Access-Control-Allow-Origin";
const CREDENTIALS: &str = "Access-Control-Allow-Credentials";

#[test]
fn no_headers_at_all_is_same_origin_only() {
    let (found, unknown) = of(
        vec![
            exchange(OriginKind::Own, OWN, &[]),
            exchange(OriginKind::Foreign, "https://evil.example", &[]),
        ],
        &[],
    );
    assert!(found.applies == Some(false) && unknown.is_empty());
    assert_eq!(
        (found.wildcard, found.reflects, found.missing_vary),
        (Some(false), Some(false), Some(false))
    );
    assert_eq!(found.own_allowed, Some(false));
}

/// The Boolean fields that are true after the own origin got no header and one got these.
fn check(kind: OriginKind, origin: &str, headers: &[(&str, &str)], wanted: &str) {
    let exchanges = vec![
        exchange(OriginKind::Own, OWN, &[]),
        exchange(kind, origin, headers),
    ];
    let value = serde_json::to_value(of(exchanges, &[]).0).unwrap();
    let fields = value.as_object().unwrap().iter();
    let set: Vec<&str> = fields
        .filter(|(name, value)| **value == true && *name != "applies")
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(set.join(" "), wanted, "{origin} {headers:?}");
}

#[test]
fn each_mistake_is_told_apart() {
    let vary = ("Vary", "Accept, ORIGIN");
    let foreign = |headers: &[(&str, &str)], wanted| {
        check(OriginKind::Foreign, EVIL, headers, wanted);
    };
    foreign(&[(ALLOW, "*")], "wildcard");
    foreign(
        &[(ALLOW, "*"), (CREDENTIALS, "true")],
        "wildcard wildcard_with_credentials credentials_to_strangers",
    );
    foreign(&[(ALLOW, "*"), (CREDENTIALS, "True")], "wildcard");
    foreign(&[(ALLOW, EVIL)], "reflects missing_vary");
    foreign(&[(ALLOW, EVIL), vary], "reflects");
    foreign(&[(ALLOW, OWN)], "missing_vary");
    // Browsers refuse two lines.
    foreign(&[(ALLOW, EVIL), (ALLOW, "*"), vary], "");
    check(
        OriginKind::Null,
        "null",
        &[(ALLOW, "null"), (CREDENTIALS, "true"), ("vary", "*")],
        "trusts_null credentials_to_strangers",
    );
    for (kind, origin, wanted) in [
        (
            OriginKind::Suffix,
            "https://evil-own.example",
            "trusts_lookalike",
        ),
        (
            OriginKind::PlainHttp,
            "http://own.example",
            "trusts_plain_http",
        ),
        (
            OriginKind::Port,
            "https://own.example:8443",
            "trusts_other_port",
        ),
        (
            OriginKind::Subdomain,
            "https://x.own.example",
            "trusts_subdomain",
        ),
    ] {
        check(kind, origin, &[(ALLOW, origin), vary], wanted);
    }
}

#[test]
fn an_estate_that_trusts_all_of_its_hosts_trusts_no_lookalike() {
    let origins = [
        (OriginKind::Suffix, "https://evil-app.shop.example"),
        (OriginKind::Sibling, "https://seaworthy.shop.example"),
        (OriginKind::Suffix, "https://evilshop.example"),
    ];
    for (allowed, lookalikes) in [
        (&origins[..1], "https://evil-app.shop.example"),
        (&origins[..2], ""),
        (&origins[..], "https://evilshop.example"),
    ] {
        let exchanges = origins.map(|(kind, origin)| {
            let headers = [(ALLOW, origin), (CREDENTIALS, "true"), ("Vary", "Origin")];
            let is_allowed = allowed.iter().any(|(_, one)| *one == origin);
            exchange(kind, origin, if is_allowed { &headers } else { &[] })
        });
        let mut resource = CorsResource {
            own_origin: "https://app.shop.example".to_owned(),
            exchanges: exchanges.to_vec(),
            ..CorsResource::default()
        };
        assert!(conclude(&mut resource, &[], &[]).is_empty());
        assert_eq!(resource.lookalikes.join(" "), lookalikes);
        assert_eq!(resource.credentialed, resource.lookalikes);
        assert_eq!(resource.trusts_lookalike, Some(!lookalikes.is_empty()));
    }
    // What ends like the own host, and nothing is known of the names beside it.
    let gap = Gap {
        kind: Some(OriginKind::Sibling),
        why: "timeout".to_owned(),
    };
    for (origin, known) in [
        ("https://evil-app.shop.example", None),
        ("https://evilshop.example", Some(true)),
    ] {
        let mut resource = CorsResource {
            own_origin: "https://app.shop.example".to_owned(),
            exchanges: vec![exchange(OriginKind::Suffix, origin, &[(ALLOW, origin)])],
            ..CorsResource::default()
        };
        let unknown = conclude(&mut resource, std::slice::from_ref(&gap), &[]);
        assert_eq!(resource.trusts_lookalike, known, "{origin}");
        assert!(unknown.contains_key("trusts_sibling"));
    }
}

#[test]
fn values_that_no_browser_matches() {
    for (value, malformed) in [
        ("*", false),
        ("null", false),
        (OWN, false),
        ("https://other.example:8443", false),
        ("*.own.example", true),
        ("https://*.own.example", true),
        ("https://own.example/", true),
        ("https://OWN.example", true),
        ("https://a.example, https://b.example", true),
        ("own.example", true),
        ("", true),
    ] {
        let (found, _) = of(
            vec![exchange(OriginKind::Foreign, EVIL, &[(ALLOW, value)])],
            &[],
        );
        assert_eq!(!found.malformed.unwrap().is_empty(), malformed, "{value}");
        assert_eq!(found.reflects, Some(false), "{value}");
    }
}

#[test]
fn one_fixed_origin_needs_no_vary() {
    let fixed = |kind, origin| exchange(kind, origin, &[(ALLOW, OWN)]);
    let (found, _) = of(
        vec![
            fixed(OriginKind::Own, OWN),
            fixed(OriginKind::Foreign, "https://evil.example"),
        ],
        &[],
    );
    assert_eq!(
        (found.missing_vary, found.own_allowed),
        (Some(false), Some(true))
    );
}

#[test]
fn a_gap_makes_unknown_what_was_not_found() {
    let gap = |kind| Gap {
        kind,
        why: "status 429".to_owned(),
    };
    let (found, unknown) = of(
        vec![exchange(OriginKind::Null, "null", &[(ALLOW, "null")])],
        &[gap(Some(OriginKind::Foreign))],
    );
    assert_eq!((found.trusts_null, found.reflects), (Some(true), None));
    assert_eq!(
        unknown.get("reflects").map(String::as_str),
        Some("status 429")
    );
    assert!(unknown.contains_key("wildcard") && !unknown.contains_key("trusts_null"));
    // No such origin was tried.
    assert_eq!(found.trusts_plain_http, None);
    assert!(!unknown.contains_key("trusts_plain_http"));
    let (found, unknown) = of(
        vec![exchange(OriginKind::Foreign, "https://e", &[(ALLOW, "*")])],
        &[gap(None)],
    );
    assert_eq!(found.wildcard, Some(true));
    for path in [
        "reflects",
        "trusts_lookalike",
        "missing_vary",
        "own_allowed",
    ] {
        assert!(unknown.contains_key(path), "{path}");
    }
}
