//! Every authoritative server asked by itself, and the names that only seem to be there.

use super::dns::{NAME, check};
use super::responder::{Responder, Zone};
use super::support::{collect, says};
use seaworthy_model::Fact;
use serde_json::{Value, json};

/// What every server of the zone holds.
const BASE: [&str; 6] = [
    "example.com NS ns1.example.com.",
    "example.com NS ns2.example.com.",
    "example.com SOA ns1.example.com. hostmaster.example.com. 7 3600 600 86400 300",
    "ns1.example.com A 127.0.0.1",
    "ns2.example.com A 127.0.0.2",
    "api.team.example.com A 192.0.2.1",
];

/// What is said of the domain when the first server holds [`BASE`] and `first`, the second what is
/// given.
async fn look(first: &[&str], second: Zone) -> Fact {
    let lines: Vec<&str> = BASE.iter().chain(first).copied().collect();
    let port = Responder::start_each(vec![Zone::new("com", &lines), second]).await;
    let spec = json!({
        "domain": NAME,
        "nameserver": format!("127.0.0.1:{port}"),
        "authority_port": port,
    });
    let collected = collect("web/zone", "domain", spec).await;
    assert_eq!(collected.unassessed, []);
    let [fact] = <[Fact; 1]>::try_from(collected.facts).unwrap();
    fact
}

fn holding(more: &[&str]) -> Zone {
    let lines: Vec<&str> = BASE.iter().chain(more).copied().collect();
    Zone::new("com", &lines)
}

#[tokio::test]
async fn servers_that_agree_are_seen_whole() {
    let fact = look(&[], holding(&[])).await;
    // The server of the zone above serves this one too, and so shows no delegation.
    let unknown: Vec<&String> = fact.unknown.keys().collect();
    assert_eq!(unknown, ["delegation"]);
    says(
        &fact,
        &[
            ("/apex", json!("example.com")),
            (
                "/name_servers",
                json!(["ns1.example.com", "ns2.example.com"]),
            ),
            ("/dangling", json!([])),
            ("/lame", json!([])),
            ("/differing", json!([])),
            ("/serials_differ", json!(false)),
            ("/servers/1/state", json!("answers")),
            ("/servers/1/serial", json!(7)),
            ("/servers/1/answers/A", json!(["192.0.2.1"])),
            ("/servers/1/answers/CAA", json!([])),
        ],
    );
    let reproduce = fact.provenance.reproduce.unwrap();
    assert!(
        reproduce.contains("dig @127.0.0.2 -p ") && reproduce.contains("+norecurse"),
        "{reproduce}"
    );
}

#[tokio::test]
async fn what_one_server_says_otherwise_is_told() {
    let caa = "api.team.example.com CAA 0 issue \"a.example\"";
    let fact = look(&[caa], holding(&["api.team.example.com A 192.0.2.2"])).await;
    let differing = fact.value["differing"].as_array().unwrap();
    let records: Vec<&str> = differing
        .iter()
        .map(|one| one["record"].as_str().unwrap())
        .collect();
    assert_eq!(records, ["A", "CAA"]);
    let told = differing[1]["answers"].to_string();
    assert!(told.contains("0 issue") && told.contains("none"), "{told}");
    assert!(
        differing[0]["answers"]
            .to_string()
            .contains("192.0.2.1, 192.0.2.2")
    );
}

#[tokio::test]
async fn a_server_that_does_not_serve_the_zone_is_lame() {
    for second in [
        // It knows of no such zone; it answers without authority.
        Zone::new("com", &["other.com A 192.0.2.9"]),
        holding(&["example.com SOA !LAME"]),
    ] {
        let fact = look(&[], second).await;
        let lame = fact.value["lame"].as_array().unwrap();
        assert!(
            lame.len() == 1 && lame[0].as_str().unwrap().starts_with("ns2.example.com"),
            "{lame:?}"
        );
        says(&fact, &[("/servers/1/state", json!("lame"))]);
    }
}

#[tokio::test]
async fn who_refuses_or_is_silent_is_neither_lame_nor_good() {
    for (second, state, told) in [
        (Zone::new("net", &[]), "refuses", "Refused"),
        (
            holding(&["example.com SOA !SERVFAIL"]),
            "refuses",
            "Server Failure",
        ),
        (
            holding(&["example.com SOA !SILENCE"]),
            "silent",
            "no answer within",
        ),
    ] {
        let fact = look(&[], second).await;
        says(
            &fact,
            &[
                ("/servers/1/state", json!(state)),
                ("/lame", Value::Null),
                ("/differing", Value::Null),
            ],
        );
        for field in ["lame", "differing"] {
            let why = &fact.unknown[field];
            assert!(
                why.contains("ns2.example.com")
                    && why.to_lowercase().contains(&told.to_lowercase()),
                "{why}"
            );
        }
    }
    // One record set that is not given leaves open whether it is the same.
    let fact = look(&[], holding(&["api.team.example.com CAA !SERVFAIL"])).await;
    says(&fact, &[("/lame", json!([])), ("/differing", Value::Null)]);
    assert!(
        fact.unknown["differing"].contains("CAA of api.team.example.com"),
        "{:?}",
        fact.unknown
    );
}

#[tokio::test]
async fn a_name_server_without_an_address_dangles() {
    let fact = look(
        &["example.com NS ns3.gone.com."],
        holding(&["example.com NS ns3.gone.com."]),
    )
    .await;
    says(&fact, &[("/dangling", json!(["ns3.gone.com"]))]);
    // One whose addresses are not known does not, and may be lame.
    let more = ["example.com NS ns3.gone.com.", "ns3.gone.com A !SERVFAIL"];
    let fact = look(&more, holding(&more)).await;
    says(&fact, &[("/dangling", Value::Null), ("/lame", Value::Null)]);
    assert!(
        fact.unknown["dangling"].contains("ns3.gone.com"),
        "{:?}",
        fact.unknown
    );
}

#[tokio::test]
async fn a_domain_whose_zone_is_not_found_is_not_assessed() {
    for line in [
        "team.example.com NS !SERVFAIL",
        "api.team.example.com A 192.0.2.1",
    ] {
        let responder = Responder::start(Zone::new("com", &[line])).await;
        let spec = json!({"domain": NAME, "nameserver": responder.address.to_string()});
        let collected = collect("web/zone", "domain", spec).await;
        assert_eq!(
            (collected.facts.len(), collected.unassessed.len()),
            (0, 1),
            "{line}"
        );
    }
}

#[tokio::test]
async fn an_alias_to_nowhere_and_its_time_to_live_are_told() {
    let dangling = [
        "api.team.example.com CNAME gone.cdn.com",
        "cdn.com A 192.0.2.1",
    ];
    check(
        &dangling,
        json!({}),
        &[
            ("/dangling_alias", json!("gone.cdn.com")),
            ("/ttls", json!({})),
        ],
    )
    .await;
    let good = [
        "api.team.example.com CNAME edge.cdn.com",
        "edge.cdn.com A 192.0.2.1",
    ];
    check(
        &good,
        json!({}),
        &[("/dangling_alias", Value::Null), ("/ttls/A", json!(300))],
    )
    .await;
    // A target that exists and has no addresses is no target to take over.
    let bare = [
        "api.team.example.com CNAME edge.cdn.com",
        "edge.cdn.com TXT \"x\"",
    ];
    check(&bare, json!({}), &[("/dangling_alias", Value::Null)]).await;
    let failing = [
        "api.team.example.com CNAME edge.cdn.com",
        "edge.cdn.com A !SERVFAIL",
    ];
    let fact = check(&failing, json!({}), &[("/dangling_alias", Value::Null)]).await;
    assert!(
        fact.unknown.contains_key("dangling_alias"),
        "{:?}",
        fact.unknown
    );
}

#[tokio::test]
async fn names_that_nobody_published_are_told() {
    let exists = "api.team.example.com A 192.0.2.1";
    let none = [
        ("/wildcard_below", json!(false)),
        ("/wildcard_beside", json!(false)),
    ];
    check(&[exists], json!({}), &none).await;
    // As a server answers from *.team.example.com.
    let beside = "seaworthy-does-not-exist.team.example.com AAAA 2001:db8::1";
    check(
        &[exists, beside],
        json!({}),
        &[
            ("/wildcard_below", json!(false)),
            ("/wildcard_beside", json!(true)),
        ],
    )
    .await;
    let below = "seaworthy-does-not-exist.api.team.example.com CNAME edge.cdn.com";
    let edge = "edge.cdn.com A 192.0.2.1";
    check(
        &[exists, below, edge],
        json!({}),
        &[
            ("/wildcard_below", json!(true)),
            ("/wildcard_beside", json!(false)),
        ],
    )
    .await;
    let failing = "seaworthy-does-not-exist.team.example.com A !REFUSED";
    let fact = check(
        &[exists, failing],
        json!({}),
        &[("/wildcard_beside", Value::Null)],
    )
    .await;
    assert!(
        fact.unknown.contains_key("wildcard_beside"),
        "{:?}",
        fact.unknown
    );
}

/// What is said of the delegation when the zone above, at a server of its own, answers so.
async fn delegated(above: &str, more: &[&str]) -> Fact {
    let lines = [&["com NS ns.com.", "ns.com A 127.0.0.3"], more].concat();
    let lines: Vec<&str> = BASE.iter().copied().chain(lines).collect();
    let zones = vec![
        Zone::new("com", &lines),
        Zone::new("com", &lines),
        Zone::new("com", &[&format!("example.com NS {above}")]),
    ];
    let port = Responder::start_each(zones).await;
    let spec = json!({
        "domain": NAME,
        "nameserver": format!("127.0.0.1:{port}"),
        "authority_port": port,
    });
    let collected = collect("web/zone", "domain", spec).await;
    assert_eq!(collected.unassessed, []);
    let [fact] = <[Fact; 1]>::try_from(collected.facts).unwrap();
    fact
}

#[tokio::test]
async fn the_zone_above_is_held_against_the_zone() {
    const BOTH: &str = "!DELEGATION ns1.example.com=127.0.0.1,ns2.example.com=127.0.0.2";
    let none: [&str; 0] = [];
    for (above, only_parent, only_zone, missing, differing) in [
        (BOTH, &none[..], &none[..], &none[..], 0),
        (
            "!DELEGATION ns1.example.com=127.0.0.1",
            &none,
            &["ns2.example.com"],
            &none,
            0,
        ),
        (
            "!DELEGATION ns1.example.com=127.0.0.1,ns2.example.com=127.0.0.2,old.example.net",
            &["old.example.net"],
            &none,
            &none,
            0,
        ),
        (
            "!DELEGATION ns1.example.com=127.0.0.1,ns2.example.com",
            &none,
            &none,
            &["ns2.example.com"],
            0,
        ),
        (
            "!DELEGATION ns1.example.com=127.0.0.1,ns2.example.com=192.0.2.99",
            &none,
            &none,
            &none,
            1,
        ),
    ] {
        let fact = delegated(above, &["old.example.net A 127.0.0.2"]).await;
        says(
            &fact,
            &[
                ("/delegation/parent", json!("com")),
                ("/delegation/only_parent", json!(only_parent)),
                ("/delegation/only_zone", json!(only_zone)),
                ("/delegation/missing_glue", json!(missing)),
            ],
        );
        let found = &fact.value["delegation"]["differing_glue"];
        assert_eq!(found.as_array().unwrap().len(), differing, "{found}");
        let asked = fact.value["delegation"]["asked"].as_str().unwrap();
        assert!(asked.starts_with("ns.com [127.0.0.3:"), "{asked}");
        let command = fact.provenance.reproduce.as_deref().unwrap();
        assert!(command.contains("dig @127.0.0.3 -p "), "{command}");
    }
}

#[tokio::test]
async fn a_delegation_that_is_not_seen_is_unknown() {
    for (above, told) in [
        ("!REFUSED", "Refused"),
        ("!SERVFAIL", "Server Failure"),
        ("!SILENCE", "no answer within"),
        ("ns1.example.com.", "serves example.com"),
        ("!REFERRAL", "does not refer"),
    ] {
        let fact = delegated(above, &[]).await;
        says(&fact, &[("/delegation", Value::Null), ("/lame", json!([]))]);
        let why = &fact.unknown["delegation"];
        assert!(
            why.to_lowercase().contains(&told.to_lowercase()) && why.contains("127.0.0.3"),
            "{above}: {why}"
        );
    }
    // A server that only the zone above names is asked too.
    let above =
        "!DELEGATION ns1.example.com=127.0.0.1,ns2.example.com=127.0.0.2,ns3.example.com=127.0.0.3";
    let fact = delegated(above, &["ns3.example.com A 127.0.0.3"]).await;
    let lame = fact.value["lame"].as_array().unwrap();
    assert!(
        lame.len() == 1 && lame[0].as_str().unwrap().starts_with("ns3."),
        "{lame:?}"
    );
}
