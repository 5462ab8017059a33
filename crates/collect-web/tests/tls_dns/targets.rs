//! What is said about entries of `endpoints:` and `domains:`.

use seaworthy_collect_web::{collectors, target_kinds};
use seaworthy_model::Target;
use serde_json::{Value, json};

fn check(kind: &str, entry: Value, wanted: &[(&str, &str)]) {
    let kinds = target_kinds();
    let kind = kinds.iter().find(|known| known.kind == kind).unwrap();
    let complaints = (kind.check)(&entry);
    assert_eq!(complaints.len(), wanted.len(), "{entry}: {complaints:?}");
    for ((pointer, complaint), (wanted_pointer, part)) in complaints.iter().zip(wanted) {
        assert_eq!(pointer, wanted_pointer, "{complaint}");
        assert!(complaint.contains(part), "{part:?} is not in {complaint:?}");
    }
}

#[test]
fn good_entries_pass() {
    for entry in [
        json!({"url": "https://api.example.com"}),
        json!({"url": "http://127.0.0.1:8080/x"}),
        json!({"url": "https://[::1]:8443"}),
        json!({"url": "https://bücher.example", "server_name": "xn--bcher-kva.example"}),
        json!({
            "url": "https://api.example.com", "addresses": ["192.0.2.1", "[2001:db8::1]:8443", "2001:db8::2"],
            "ca_file": "ca.pem", "resolver": "192.0.2.53", "own_origin": "https://app.example.com",
            "cors": {"paths": ["/api"]}, "health": "/healthz", "paths": ["/login?x=1"],
            "headers": {"Authorization": "env:TOKEN"},
        }),
    ] {
        check("endpoint", entry, &[]);
    }
    check(
        "endpoint",
        json!({"url": "https://192.0.2.1", "server_name": "bücher.example"}),
        &[],
    );
    check("domain", json!({"domain": "*.example.com"}), &[]);
    for bad in [
        "a.*.example.com",
        "*",
        "*.",
        "a..example.com",
        "example.com..",
        "**.example.com",
    ] {
        check(
            "domain",
            json!({"domain": bad}),
            &[("/domain", "no domain name")],
        );
    }
    check(
        "domain",
        json!({"domain": "API.example.com.", "nameserver": "192.0.2.53:5353", "issuers": ["a.example"], "wildcard": true}),
        &[],
    );
}

#[test]
fn bad_entries_are_pointed_at() {
    check(
        "endpoint",
        json!({"url": "api.example.com"}),
        &[("/url", "is no URL")],
    );
    check(
        "endpoint",
        json!({"url": "ftp://api.example.com"}),
        &[("/url", "http or https")],
    );
    check(
        "endpoint",
        json!({"url": "https://u:hunter2@a.example"}),
        &[("/url", "user name or password")],
    );
    check(
        "endpoint",
        json!({"url": "https://a.example", "headers": {"X": "hunter2", "bad name": "env:X"}}),
        &[
            ("/headers/X", "env:NAME"),
            ("/headers/bad name", "no header name"),
        ],
    );
    check(
        "endpoint",
        json!({"url": "https://a.example", "addresses": ["a.example:443"], "resolver": "x", "health": "healthz", "own_origin": "https://a.example/"}),
        &[
            ("/addresses/0", "no address"),
            ("/resolver", "no address"),
            ("/health", "no path"),
            ("/own_origin", "no origin"),
        ],
    );
    check(
        "endpoint",
        json!({"url": "https://a.example", "colour": "red"}),
        &[("", "unknown field `colour`")],
    );
    check(
        "domain",
        json!({"domain": "192.0.2.1"}),
        &[("/domain", "no domain name")],
    );
    check(
        "domain",
        json!({"domain": "a.example", "nameserver": "ns.example"}),
        &[("/nameserver", "no address")],
    );
}

#[test]
fn no_complaint_repeats_a_secret() {
    for kind in target_kinds() {
        for entry in [
            json!({"url": "https://u:hunter2@a.example"}),
            json!({"url": "https://a.example", "headers": {"X": "hunter2"}}),
        ] {
            for (_, complaint) in (kind.check)(&entry) {
                assert!(!complaint.contains("hunter2"), "{complaint}");
            }
        }
    }
}

#[test]
fn names_come_from_the_entry() {
    for kind in target_kinds() {
        let (entry, wanted) = match kind.kind {
            "endpoint" => (
                json!({"url": "https://api.example.com:8443/x"}),
                "api.example.com:8443",
            ),
            "host" => (json!({"host": "db.example.com"}), "db.example.com"),
            "tls_service" => (
                json!({"host": "db.example.com", "starttls": "postgres"}),
                "db.example.com:5432",
            ),
            _ => (json!({"domain": "API.Example.com"}), "api.example.com"),
        };
        assert_eq!((kind.default_name)(&entry).as_deref(), Some(wanted));
        assert_eq!((kind.default_name)(&json!({})), None);
    }
}

#[test]
fn a_plan_says_what_will_be_asked() {
    let target = |kind: &str, spec: Value| Target {
        name: "it".into(),
        kind: kind.into(),
        labels: Default::default(),
        spec: spec.into(),
        location: None,
    };
    let collectors = collectors();
    let find = |id: &str| {
        collectors
            .iter()
            .find(|collector| collector.id() == id)
            .unwrap()
    };
    let endpoint = target(
        "endpoint",
        json!({"url": "https://a.example", "addresses": ["192.0.2.1"]}),
    );
    assert_eq!(
        find("web/tls").describe(&endpoint),
        [
            "TLS: a handshake, one that asks for no name, one for a certificate with another kind of key, two in a row (the first with a GET, whose Date is read), and at most 150 hellos of old versions, suites and groups, with a.example:443 at 192.0.2.1:443"
        ]
    );
    assert!(!find("web/tls").accepts(&target("endpoint", json!({"url": "http://a.example"}))));
    let domain = target(
        "domain",
        json!({"domain": "a.example", "nameserver": "192.0.2.53:53"}),
    );
    assert!(
        find("web/dns")
            .describe(&domain)
            .concat()
            .contains("192.0.2.53:53")
    );
}
