//! What preflights that were made up let pass.

use super::{Exchange, Gap, OriginKind, Preflight, conclude, odd_asks, requested, whom};
use crate::http::head::Fields;
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

#[test]
fn what_passes_and_what_only_seems_to() {
    const ALLOW: &str = "Access-Control-Allow-Origin: https://own.example";
    const CREDENTIALS: &str = "Access-Control-Allow-Credentials: true";
    for (lists, any_method, any_header, authorization, literal, malformed) in [
        ("", false, false, false, false, 0),
        (
            "Access-Control-Allow-Methods: GET, PUT",
            false,
            false,
            false,
            false,
            0,
        ),
        (
            "Access-Control-Allow-Methods: *",
            true,
            false,
            false,
            false,
            0,
        ),
        (
            "Access-Control-Allow-Methods: SEAWORTHY",
            true,
            false,
            false,
            false,
            0,
        ),
        (
            "Access-Control-Allow-Headers: *",
            false,
            true,
            false,
            false,
            0,
        ),
        (
            "Access-Control-Allow-Headers: X-Seaworthy",
            false,
            true,
            false,
            false,
            0,
        ),
        (
            "Access-Control-Allow-Headers: *, Authorization",
            false,
            true,
            true,
            false,
            0,
        ),
        // With credentials a star is a name like any other.
        (
            &format!("Access-Control-Allow-Headers: *\n{CREDENTIALS}"),
            false,
            false,
            false,
            true,
            0,
        ),
        (
            &format!("Access-Control-Allow-Methods: *\n{CREDENTIALS}"),
            false,
            false,
            false,
            true,
            0,
        ),
        (
            "Access-Control-Allow-Headers: a; b",
            false,
            false,
            false,
            false,
            1,
        ),
        (
            "Access-Control-Allow-Methods: GET POST",
            false,
            false,
            false,
            false,
            1,
        ),
        (
            "Access-Control-Allow-Methods: ,GET,,",
            false,
            false,
            false,
            false,
            0,
        ),
    ] {
        let separator = if lists.is_empty() { "" } else { "\n" };
        let found = of(204, &format!("{ALLOW}{separator}{lists}")).unwrap();
        assert_eq!(
            (
                found.any_method,
                found.any_header,
                found.authorization,
                found.literal_wildcard,
                found.malformed.len()
            ),
            (
                Some(any_method),
                Some(any_header),
                authorization,
                literal,
                malformed
            ),
            "{lists}"
        );
        assert!(
            !format!("{:?} {:?}", found.methods, found.headers)
                .to_lowercase()
                .contains("seaworthy")
        );
    }
    // Fetch wants a status of success, and an origin that is allowed.
    assert_eq!(of(302, ALLOW), None);
    assert_eq!(of(204, "Access-Control-Allow-Methods: *"), None);
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
