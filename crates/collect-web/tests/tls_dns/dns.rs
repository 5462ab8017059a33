//! What the facts say of domains, and what they leave unknown.

use super::responder::{Responder, Zone};
use super::support::{artifact, collect, says};
use seaworthy_collect::Collected;
use seaworthy_model::{Fact, ReasonCode};
use serde_json::{Value, json};

pub(crate) const NAME: &str = "api.team.example.com";

/// Asks about [`NAME`] in the zone `com` with these lines; `more` goes into the target's entry.
async fn ask(lines: &[&str], more: Value) -> Collected {
    let responder = Responder::start(Zone::new("com", lines)).await;
    let mut spec = json!({"domain": NAME, "nameserver": responder.address.to_string()});
    spec.as_object_mut()
        .unwrap()
        .extend(more.as_object().cloned().unwrap_or_default());
    collect("web/dns", "domain", spec).await
}

pub(crate) async fn check(lines: &[&str], more: Value, wanted: &[(&str, Value)]) -> Fact {
    let collected = ask(lines, more).await;
    assert_eq!(collected.unassessed, []);
    let [fact] = <[Fact; 1]>::try_from(collected.facts).unwrap();
    says(&fact, wanted);
    fact
}

#[tokio::test]
async fn a_domain_is_seen_whole() {
    let collected = ask(
        &[
            "api.team.example.com A 1.1.1.1",
            "api.team.example.com A 10.0.0.1",
            "api.team.example.com AAAA 2606:4700::1111",
            "api.team.example.com AAAA ::1",
            "api.team.example.com TXT \"v=spf1 -all\"",
            "api.team.example.com TXT \"token=\" \"abc\"",
            "example.com CAA 0 issue \"letsencrypt.org; validationmethods=dns-01\"",
            "example.com CAA 0 iodef \"mailto:security@example.com\"",
        ],
        json!({"expect_txt": ["token=abc", "token=def"], "issuers": ["LetsEncrypt.org", "other.example"]}),
    )
    .await;
    let fact = &collected.facts[0];
    assert_eq!(fact.subject.to_string(), format!("domain {NAME}"));
    assert_eq!(fact.unknown, Default::default());
    says(
        fact,
        &[
            ("/name", json!(NAME)),
            ("/exists", json!(true)),
            ("/a", json!(["1.1.1.1", "10.0.0.1"])),
            ("/aaaa", json!(["::1", "2606:4700::1111"])),
            ("/private_addresses", json!(["10.0.0.1", "::1"])),
            ("/txt", json!(["token=abc", "v=spf1 -all"])),
            ("/expected_txt_missing", json!(["token=def"])),
            ("/caa/found_at", json!("example.com")),
            ("/caa/allowed", json!(["letsencrypt.org"])),
            ("/caa/restricts", json!(true)),
            ("/caa/iodef", json!(["mailto:security@example.com"])),
            (
                "/caa/records/1/parameters/validationmethods",
                json!("dns-01"),
            ),
            ("/issuers", json!(["letsencrypt.org", "other.example"])),
            ("/issuers_forbidden", json!(["other.example"])),
            ("/issuers_unlisted", json!([])),
        ],
    );
    let transcript = artifact(&collected, fact);
    assert!(
        transcript.contains("example.com. 300 IN CAA 0 issue \"letsencrypt.org"),
        "{transcript}"
    );
    assert!(
        fact.provenance
            .reproduce
            .as_deref()
            .unwrap()
            .starts_with("dig @127.0.0.1 -p ")
    );
}

#[tokio::test]
async fn caa_is_climbed_to_the_letter() {
    let exists = "api.team.example.com A 1.1.1.1";
    let found = |at: Value| [("/caa/found_at", at)];
    // The nearest record set wins, and it alone.
    check(
        &[
            exists,
            "team.example.com CAA 0 issue \"a.example\"",
            "example.com CAA 0 issue \"b.example\"",
        ],
        json!({}),
        &[
            ("/caa/found_at", json!("team.example.com")),
            ("/caa/allowed", json!(["a.example"])),
        ],
    )
    .await;
    // The top-level domain is asked too; the root is not.
    check(
        &[exists, "com CAA 0 issue \"a.example\""],
        json!({}),
        &found(json!("com")),
    )
    .await;
    let none = check(
        &[exists],
        json!({"issuers": ["a.example"]}),
        &found(Value::Null),
    )
    .await;
    assert_eq!(none.unknown, Default::default());
    // A name that does not exist is climbed from as well.
    check(
        &["example.com CAA 0 issue \"a.example\""],
        json!({}),
        &[
            ("/exists", json!(false)),
            ("/caa/found_at", json!("example.com")),
        ],
    )
    .await;
}

#[tokio::test]
async fn aliases_are_followed_and_never_climbed_from() {
    // The target's own records count.
    check(
        &[
            "api.team.example.com CNAME edge.cdn.com",
            "edge.cdn.com CAA 0 issue \"a.example\"",
            "edge.cdn.com A 1.1.1.1",
        ],
        json!({}),
        &[
            ("/caa/found_at", json!(NAME)),
            ("/caa/aliases", json!(["edge.cdn.com"])),
            ("/aliases", json!(["edge.cdn.com"])),
            ("/a", json!(["1.1.1.1"])),
        ],
    )
    .await;
    // Those of the target's parent do not; those of the name's own parent do.
    check(
        &[
            "api.team.example.com CNAME edge.cdn.com",
            "edge.cdn.com A 1.1.1.1",
            "cdn.com CAA 0 issue \"a.example\"",
            "example.com CAA 0 issue \"b.example\"",
        ],
        json!({}),
        &[
            ("/caa/found_at", json!("example.com")),
            ("/caa/allowed", json!(["b.example"])),
        ],
    )
    .await;
    // A parent may be an alias in turn.
    check(
        &[
            "team.example.com CNAME other.com",
            "other.com CAA 0 issue \"a.example\"",
        ],
        json!({}),
        &[
            ("/caa/found_at", json!("team.example.com")),
            ("/caa/aliases", json!(["other.com"])),
        ],
    )
    .await;
    // The server refuses to speak of a target beyond its zone: nothing is known.
    let fact = check(
        &[
            "api.team.example.com CNAME edge.cdn.net",
            "api.team.example.com TXT \"x\"",
            "example.com CAA 0 issue \"a.example\"",
        ],
        json!({}),
        &[("/caa", Value::Null), ("/txt", json!(["x"]))],
    )
    .await;
    assert!(
        fact.unknown["caa"].contains("REFUSED") || fact.unknown["caa"].contains("Refused"),
        "{:?}",
        fact.unknown
    );
    let fact = check(
        &[
            "api.team.example.com CNAME a.com",
            "a.com CNAME api.team.example.com",
            "api.team.example.com TXT \"x\"",
        ],
        json!({}),
        &[],
    )
    .await;
    assert!(
        fact.unknown["caa"].contains("perhaps a loop"),
        "{:?}",
        fact.unknown
    );
}

#[tokio::test]
async fn what_was_not_answered_is_unknown_and_never_absent() {
    for (fault, told) in [
        ("!SERVFAIL", "the server failed"),
        ("!REFUSED", "does not answer this client"),
        ("!NOTIMP", "does not understand"),
        ("!SILENCE", "no answer within"),
        ("!GARBAGE", "is it a name server?"),
        ("!OTHER-QUESTION", "an answer to another question"),
        ("!REFERRAL", "only refers to the servers of com."),
        ("!LAME", "neither authoritative for it nor a resolver"),
        ("!TRUNCATED-TWICE", "cut off over TCP too"),
    ] {
        // A fault in the middle of the climb hides whatever is nearer than the parent's records.
        let middle = format!("team.example.com CAA {fault}");
        let a = format!("api.team.example.com A {fault}");
        let fact = check(
            &[
                &middle,
                &a,
                "example.com CAA 0 issue \"a.example\"",
                "api.team.example.com AAAA 2606:4700::1",
            ],
            json!({"issuers": ["a.example"]}),
            &[
                ("/caa", Value::Null),
                ("/issuers_forbidden", Value::Null),
                ("/a", Value::Null),
                ("/aaaa", json!(["2606:4700::1"])),
                ("/private_addresses", Value::Null),
                ("/txt", json!([])),
            ],
        )
        .await;
        for field in [
            "caa",
            "issuers_forbidden",
            "issuers_unlisted",
            "a",
            "private_addresses",
        ] {
            assert!(
                fact.unknown[field].contains(told),
                "{fault} {field}: {}",
                fact.unknown[field]
            );
        }
    }
}

#[tokio::test]
async fn what_goes_wrong_over_tcp_is_unknown_and_ends_in_time() {
    for (fault, told) in [
        ("!TCP-CUT", "eof"),
        ("!TCP-RESET", "reset"),
        ("!TCP-DRIP", "no answer within"),
        ("!TCP-HANG", "no answer within"),
    ] {
        let line = format!("api.team.example.com A {fault}");
        let lines = [line.as_str(), "api.team.example.com AAAA 2606:4700::1"];
        let wanted = [("/a", Value::Null), ("/aaaa", json!(["2606:4700::1"]))];
        let fact = check(&lines, json!({}), &wanted).await;
        let why = &fact.unknown["a"];
        assert!(
            why.contains("over TCP") && why.contains(told),
            "{fault}: {why}"
        );
    }
}

#[tokio::test]
async fn a_private_address_that_was_seen_counts_whatever_else_is_unknown() {
    let fact = check(
        &[
            "api.team.example.com A 10.0.0.1",
            "api.team.example.com AAAA !SERVFAIL",
        ],
        json!({}),
        &[("/private_addresses", json!(["10.0.0.1"]))],
    )
    .await;
    assert!(fact.unknown.contains_key("aaaa"));
}

#[tokio::test]
async fn large_answers_come_over_tcp_and_old_servers_are_asked_without_edns() {
    let mut lines: Vec<String> = (0..150)
        .map(|n| format!("example.com CAA 0 issue \"ca{n:03}.example\""))
        .collect();
    lines.push("example.com CAA !TRUNCATED".into());
    lines.push("api.team.example.com A !NO-EDNS".into());
    lines.push("api.team.example.com A 1.1.1.1".into());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let fact = check(&lines, json!({}), &[("/a", json!(["1.1.1.1"]))]).await;
    assert_eq!(fact.value["caa"]["allowed"].as_array().unwrap().len(), 150);
}

#[tokio::test]
async fn a_domain_of_which_nothing_was_answered_is_not_assessed() {
    let collected = collect(
        "web/dns",
        "domain",
        json!({"domain": NAME, "nameserver": "127.0.0.1:1"}),
    )
    .await;
    assert_eq!(collected.facts, []);
    assert_eq!(collected.unassessed[0].reason, ReasonCode::Unreachable);
    assert_eq!(collected.unassessed[0].kinds, ["domain"]);
    assert!(collected.unassessed[0].detail.contains("127.0.0.1:1"));
}

#[tokio::test]
async fn a_wildcard_is_asked_about_by_its_own_records() {
    let lines = [
        "api.team.example.com CAA 0 issue \"a.example\"",
        "api.team.example.com CAA 0 issuewild \";\"",
    ];
    check(
        &lines,
        json!({"issuers": ["a.example"]}),
        &[
            ("/caa/forbids_all", json!(false)),
            ("/issuers_forbidden", json!([])),
        ],
    )
    .await;
    check(
        &lines,
        json!({"issuers": ["a.example"], "wildcard": true}),
        &[
            ("/caa/forbids_all", json!(true)),
            ("/issuers_forbidden", json!(["a.example"])),
            ("/wildcard", json!(true)),
        ],
    )
    .await;
}

#[tokio::test]
async fn control_characters_in_records_do_not_reach_the_fact() {
    let fact = check(&["api.team.example.com TXT \"a\\027[2Jb\""], json!({}), &[]).await;
    let text = fact.value["txt"][0].as_str().unwrap();
    assert!(!text.chars().any(char::is_control), "{text:?}");
}
