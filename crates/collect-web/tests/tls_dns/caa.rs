//! CAA records as no zone file would write them, and very many of them.

use super::dns::{NAME, check};
use super::responder::{Responder, Zone};
use super::support::{collect, says};
use serde_json::{Value, json};

/// CAA data by its octets, as the responder takes it.
fn octets(flags: u8, tag: &str, value: &str) -> String {
    let length = u8::try_from(tag.len()).unwrap();
    let all = [&[flags, length], tag.as_bytes(), value.as_bytes()].concat();
    let all: Vec<String> = all.iter().map(|octet| format!("{octet:02x}")).collect();
    format!("api.team.example.com CAA \\# {}", all.join(" "))
}

#[tokio::test]
async fn an_odd_tag_counts_and_costs_nothing_beside_it() {
    let good = "api.team.example.com CAA 0 issue \"a.example\"";
    for tag in ["x-odd", "averylongtagofmorethanfifteen", "tag.with.dots"] {
        let odd = octets(0, tag, "x");
        let wanted = [
            ("/caa/allowed", json!(["a.example"])),
            ("/issuers_forbidden", json!([])),
        ];
        let issuers = json!({"issuers": ["a.example"]});
        check(&[good, &odd], issuers.clone(), &wanted).await;
        // Critical, it forbids all that is beside it.
        let wanted = [
            ("/caa/forbids_all", json!(true)),
            ("/caa/unknown_critical", json!([tag])),
            ("/issuers_forbidden", json!(["a.example"])),
        ];
        check(&[good, &octets(128, tag, "x")], issuers, &wanted).await;
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_read_leaves_caa_unknown() {
    let exists = "api.team.example.com A 1.1.1.1";
    let good = "api.team.example.com CAA 0 issue \"a.example\"";
    for octets in ["00", "00 00 61", "00 09 69 73"] {
        let bad = format!("api.team.example.com CAA \\# {octets}");
        let fact = check(&[exists, good, &bad], json!({}), &[("/caa", Value::Null)]).await;
        assert!(
            fact.unknown["caa"].contains("malformed"),
            "{:?}",
            fact.unknown
        );
    }
}

#[tokio::test]
async fn a_report_address_that_is_none_is_malformed() {
    for (value, malformed) in [
        ("mailto:security@example.com", false),
        ("https://report.example.com/caa", false),
        ("security@example.com", true),
        ("mailto:nobody", true),
        ("ftp://example.com", true),
    ] {
        let line = format!("api.team.example.com CAA 0 iodef \"{value}\"");
        check(
            &[&line],
            json!({}),
            &[("/caa/records/0/malformed", json!(malformed))],
        )
        .await;
    }
}

#[tokio::test]
async fn more_than_a_hundred_records_come_whole_over_tcp() {
    let lines: Vec<String> = (0..150)
        .map(|number| format!("api.team.example.com CAA 0 issue \"ca-{number}.example\""))
        .chain(["api.team.example.com CAA !TRUNCATED".to_owned()])
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let fact = check(
        &lines,
        json!({"issuers": ["ca-149.example"]}),
        &[("/issuers_forbidden", json!([]))],
    )
    .await;
    assert_eq!(fact.value["caa"]["records"].as_array().unwrap().len(), 150);
}

#[tokio::test]
async fn the_states_of_dnssec_are_told_apart() {
    const ROOT: &str = ". SOA !SECURE";
    for (faults, root, state) in [
        (["!SECURE"; 3], ROOT, json!("secure")),
        (["!INSECURE"; 3], ROOT, json!("insecure")),
        (["!SECURE", "!SECURE", "!INSECURE"], ROOT, json!("insecure")),
        (["!INSECURE"; 3], ". SOA !INSECURE", json!("indeterminate")),
        (["!BOGUS"; 3], ROOT, json!("bogus")),
        // One record set that is signed wrongly is enough, whatever is not answered beside it.
        (["!SECURE", "!BOGUS", "!SECURE"], ROOT, json!("bogus")),
        (["!SERVFAIL", "!SECURE", "!BOGUS"], ROOT, json!("bogus")),
        (["!SERVFAIL", "!SECURE", "!SECURE"], ROOT, Value::Null),
        (["!REFUSED", "!SECURE", "!SECURE"], ROOT, Value::Null),
        (["!SECURE", "!SILENCE", "!SECURE"], ROOT, Value::Null),
    ] {
        let kinds = ["SOA", "A", "AAAA"].into_iter().zip(faults);
        let lines: Vec<String> = kinds
            .map(|(kind, fault)| format!("api.team.example.com {kind} {fault}"))
            .chain([root.to_owned(), "api.team.example.com TXT \"x\"".to_owned()])
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let responder = Responder::start(Zone::new(".", &lines)).await;
        let spec = json!({"domain": NAME, "nameserver": responder.address.to_string()});
        let collected = collect("web/dns", "domain", spec).await;
        says(&collected.facts[0], &[("/dnssec", state.clone())]);
        assert_eq!(
            collected.facts[0].unknown.contains_key("dnssec"),
            state.is_null()
        );
    }
}

#[tokio::test]
async fn a_name_that_is_signed_wrongly_is_told_of_though_nothing_of_it_is_answered() {
    let lines: Vec<String> = ["A", "AAAA", "TXT", "CAA", "SOA"]
        .map(|kind| format!("api.team.example.com {kind} !BOGUS"))
        .into();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let responder = Responder::start(Zone::new(".", &lines)).await;
    let spec = json!({"domain": NAME, "nameserver": responder.address.to_string()});
    let collected = collect("web/dns", "domain", spec).await;
    let fact = &collected.facts[0];
    says(
        fact,
        &[
            ("/dnssec", json!("bogus")),
            ("/a", Value::Null),
            ("/exists", Value::Null),
        ],
    );
    for field in ["a", "aaaa", "txt", "caa", "exists"] {
        assert!(
            fact.unknown[field].contains("the server failed"),
            "{:?}",
            fact.unknown
        );
    }
}

/// `*.` in front of a name asks for the rules of wildcards, whether the target says so or not.
#[tokio::test]
async fn a_wildcard_in_the_name_goes_by_the_rules_of_wildcards() {
    let lines = [
        "api.team.example.com CAA 0 issue \"a.example\"",
        "api.team.example.com CAA 0 issuewild \";\"",
    ];
    let responder = Responder::start(Zone::new("com", &lines)).await;
    for (domain, forbidden) in [
        (NAME.to_owned(), json!([])),
        (format!("*.{NAME}"), json!(["a.example"])),
        (format!("*.{}.", NAME.to_uppercase()), json!(["a.example"])),
    ] {
        let spec = json!({
            "domain": domain,
            "nameserver": responder.address.to_string(),
            "issuers": ["a.example"],
        });
        let collected = collect("web/dns", "domain", spec).await;
        let wanted = [
            ("/name", json!(NAME)),
            ("/issuers_forbidden", forbidden.clone()),
        ];
        says(&collected.facts[0], &wanted);
    }
}
