//! What preflights that were made up let pass.

use super::{Exchange, Gap, OriginKind, Preflight, conclude, odd_asks, requested, whom};
use crate::exchange::head::Fields;
use std::collections::BTreeMap;
use url::Url;

const OWN: &str = "https://own.example";

/// The preflights that `whom` is asked about, each answered with the same headers.
fn answered(status: u16, headers: &str) -> Vec<Exchange> {
    let url = Url::parse("https://api.example/").unwrap();
    let asks = odd_asks(&url, OWN);
    let exchange = |ask| {
        let mut fields = Fields::default();
        for line in headers.lines() {
            let (name, value) = line.split_once(": ").unwrap();
            fields.push(name, value);
        }
        let mut exchange = Exchange::new(
            (OriginKind::Own, OWN),
            ("OPTIONS", false),
            "page",
            status,
            &fields,
        );
        exchange.requested = requested(ask);
        exchange
    };
    asks.iter().map(exchange).collect()
}

fn of(status: u16, headers: &str) -> Option<Preflight> {
    let mut unknown = BTreeMap::new();
    let found = conclude(&answered(status, headers), None, &mut unknown);
    assert!(unknown.is_empty());
    found
}

/// What is true of preflights that allow the own origin and answer with these lists.
fn check(lists: &str, wanted: &str) {
    let allow = format!("Access-Control-Allow-Origin: {OWN}");
    let found = of(204, format!("{allow}\n{lists}").trim_end()).unwrap();
    let set: Vec<&str> = [
        (found.any_method == Some(true), "any_method"),
        (found.any_header == Some(true), "any_header"),
        (found.authorization, "authorization"),
        (found.literal_wildcard, "literal_wildcard"),
        (!found.malformed.is_empty(), "malformed"),
    ]
    .into_iter()
    .filter(|(is, _)| *is)
    .map(|(_, name)| name)
    .collect();
    assert_eq!(set.join(" "), wanted, "{lists}");
    let named = format!("{:?} {:?}", found.methods, found.headers).to_lowercase();
    assert!(!named.contains("seaworthy"), "{named}");
}

#[test]
fn what_passes_and_what_only_seems_to() {
    const METHODS: &str = "Access-Control-Allow-Methods";
    const HEADERS: &str = "Access-Control-Allow-Headers";
    const CREDENTIALS: &str = "Access-Control-Allow-Credentials: true";
    check("", "");
    check(&format!("{METHODS}: GET, PUT"), "");
    check(&format!("{METHODS}: ,GET,,"), "");
    check(&format!("{METHODS}: *"), "any_method");
    check(&format!("{METHODS}: SEAWORTHY"), "any_method");
    check(&format!("{METHODS}: GET POST"), "malformed");
    check(&format!("{HEADERS}: *"), "any_header");
    check(&format!("{HEADERS}: X-Seaworthy"), "any_header");
    check(
        &format!("{HEADERS}: *, Authorization"),
        "any_header authorization",
    );
    check(&format!("{HEADERS}: a; b"), "malformed");
    // With credentials a star is a name like any other.
    for list in [METHODS, HEADERS] {
        check(&format!("{list}: *\n{CREDENTIALS}"), "literal_wildcard");
    }
    // Fetch wants a status of success, and an origin that is allowed.
    let allow = format!("Access-Control-Allow-Origin: {OWN}");
    assert_eq!(of(302, &allow), None);
    assert_eq!(of(204, &format!("{METHODS}: *")), None);
}

#[test]
fn a_private_network_is_opened_by_true_alone() {
    for (value, wanted) in [
        ("true", vec![OWN.to_owned()]),
        ("True", vec![]),
        ("1", vec![]),
    ] {
        let headers = format!(
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Private-Network: {value}"
        );
        assert_eq!(
            of(200, &headers).unwrap().private_network,
            Some(wanted),
            "{value}"
        );
    }
}

#[test]
fn a_gap_leaves_open_what_was_not_seen() {
    let gap = Gap {
        kind: None,
        why: "status 500".to_owned(),
    };
    let mut unknown = BTreeMap::new();
    let headers = "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: *";
    let but_the_first = answered(200, headers).split_off(1);
    let found = conclude(&but_the_first, Some(&gap), &mut unknown).unwrap();
    assert_eq!((found.any_method, found.any_header), (None, Some(true)));
    let open: Vec<&str> = unknown.keys().map(String::as_str).collect();
    assert_eq!(open, ["preflight.any_method"]);
    unknown.clear();
    assert_eq!(conclude(&answered(200, ""), Some(&gap), &mut unknown), None);
    assert_eq!(unknown["preflight"], "status 500");
}

#[test]
fn only_who_is_allowed_is_asked_about() {
    assert_eq!(whom(&answered(200, "")), []);
    let own = answered(200, "Access-Control-Allow-Origin: https://own.example");
    assert_eq!(whom(&own), [(OriginKind::Own, OWN.to_owned())]);
}
