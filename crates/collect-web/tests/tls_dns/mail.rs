//! What the facts say of a domain's mail.

use super::responder::{Responder, Zone};
use super::support::{collect, says};
use seaworthy_collect::Collected;
use seaworthy_model::Fact;
use serde_json::{Value, json};

const NAME: &str = "mail.team.example.com";

async fn ask(lines: &[&str]) -> Collected {
    let responder = Responder::start(Zone::new("com", lines)).await;
    let spec = json!({"domain": NAME, "nameserver": responder.address.to_string()});
    collect("web/mail", "domain", spec).await
}

async fn check(lines: &[&str], wanted: &[(&str, Value)]) -> Fact {
    let collected = ask(lines).await;
    assert_eq!(collected.unassessed, []);
    let [fact] = <[Fact; 1]>::try_from(collected.facts).unwrap();
    says(&fact, wanted);
    fact
}

#[tokio::test]
async fn a_domain_that_sends_mail_is_seen_whole() {
    let fact = check(
        &[
            "mail.team.example.com MX 20 b.example.com.",
            "mail.team.example.com MX 10 a.example.com.",
            "a.example.com A 192.0.2.1",
            "b.example.com AAAA 2001:db8::1",
            "mail.team.example.com TXT \"v=spf1 mx include:spf.example.com -all\"",
            "spf.example.com TXT \"v=spf1 a exists:%{i}.x.example.com ?all\"",
            "_dmarc.example.com TXT \"v=DMARC1; p=none; sp=reject; aspf=s; rua=mailto:d@example.com\"",
        ],
        &[
            ("/mx", json!(["10 a.example.com", "20 b.example.com"])),
            ("/null_mx", json!(false)),
            ("/mx_unresolved", json!([])),
            ("/spf_error", Value::Null),
            ("/spf_lookups", json!(4)),
            ("/spf_all", json!("-all")),
            ("/dmarc_at", json!("example.com")),
            ("/dmarc_policy", json!("reject")),
            ("/dmarc_percent", json!(100)),
            ("/dmarc_strict_dkim", json!(false)),
            ("/dmarc_strict_spf", json!(true)),
            ("/dmarc_reports", json!(["mailto:d@example.com"])),
        ],
    )
    .await;
    assert_eq!(fact.unknown, Default::default());
    assert!(
        fact.provenance
            .reproduce
            .unwrap()
            .contains("_dmarc.mail.team.example.com TXT")
    );
}

#[tokio::test]
async fn what_is_wrong_with_spf_is_said() {
    let many: Vec<String> = (0..11)
        .map(|number| format!("include:i{number}.x.com"))
        .collect();
    let mut lines = vec![format!(
        "mail.team.example.com TXT \"v=spf1 {} -all\"",
        many.join(" ")
    )];
    lines.extend(
        (0..11).map(|number| format!("i{number}.x.com TXT \"v=spf1 ip4:192.0.2.{number} -all\"")),
    );
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    check(
        &lines,
        &[("/spf_lookups", json!(11)), ("/spf_error", Value::Null)],
    )
    .await;

    let spf = |text: &str| format!("mail.team.example.com TXT \"{text}\"");
    for (records, pointer, wanted) in [
        (
            vec!["v=spf1 -all", "v=spf1 mx -all"],
            "/spf_error",
            json!("2 SPF records where one may be"),
        ),
        (vec!["v=spf1 all"], "/spf_all", json!("+all")),
        (
            vec!["v=spf1 ip4:192.0.2.0/99 -all"],
            "/spf_error",
            json!("mail.team.example.com: ip4:192.0.2.0/99 is malformed"),
        ),
        (
            vec!["v=spf1 include:none.example.com -all"],
            "/spf_error",
            json!("mail.team.example.com: none.example.com has 0 SPF records"),
        ),
        (
            vec!["v=spf1 redirect=mail.team.example.com"],
            "/spf_error",
            json!("mail.team.example.com: a loop through mail.team.example.com"),
        ),
        (vec!["another text"], "/spf", json!([])),
    ] {
        let lines: Vec<String> = records.into_iter().map(spf).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        check(&lines, &[(pointer, wanted)]).await;
    }
}

#[tokio::test]
async fn what_is_wrong_with_mx_and_dmarc_is_said() {
    check(
        &["mail.team.example.com MX 0 ."],
        &[("/null_mx", json!(true)), ("/mx_unresolved", json!([]))],
    )
    .await;
    check(
        &[
            "mail.team.example.com MX 5 gone.example.com.",
            "mail.team.example.com MX 6 alias.example.com.",
            "alias.example.com CNAME a.example.com",
            "a.example.com A 192.0.2.1",
        ],
        &[(
            "/mx_unresolved",
            json!(["gone.example.com", "alias.example.com"]),
        )],
    )
    .await;
    for (texts, error) in [
        (vec!["v=DMARC1; p=all"], "p=all is no policy"),
        (
            vec!["v=DMARC1; p=none", "v=DMARC1; p=reject"],
            "2 DMARC records where one may be, so that none counts",
        ),
    ] {
        let lines: Vec<String> = texts
            .iter()
            .map(|text| format!("_dmarc.mail.team.example.com TXT \"{text}\""))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        check(
            &lines,
            &[
                ("/dmarc_error", json!(error)),
                ("/dmarc_policy", Value::Null),
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn what_was_not_answered_about_mail_is_unknown() {
    let spf = "mail.team.example.com TXT \"v=spf1 include:spf.example.com -all\"";
    let fact = check(
        &[
            spf,
            "spf.example.com TXT !SERVFAIL",
            "_dmarc.mail.team.example.com TXT !REFUSED",
            "mail.team.example.com MX !SILENCE",
        ],
        &[
            ("/spf_all", json!("-all")),
            ("/spf_lookups", Value::Null),
            ("/dmarc", Value::Null),
            ("/mx", Value::Null),
        ],
    )
    .await;
    let unknown: Vec<&str> = fact.unknown.keys().map(String::as_str).collect();
    for field in [
        "spf_error",
        "spf_lookups",
        "dmarc",
        "dmarc_policy",
        "mx",
        "mx_unresolved",
    ] {
        assert!(unknown.contains(&field), "{field}: {unknown:?}");
    }
    assert!(!unknown.contains(&"spf_all"));
    let faults = ["MX !SERVFAIL", "TXT !SERVFAIL"].map(|fault| format!("{NAME} {fault}"));
    let all: Vec<&str> = faults
        .iter()
        .map(String::as_str)
        .chain(["_dmarc.mail.team.example.com TXT !SERVFAIL"])
        .collect();
    assert_eq!(ask(&all).await.facts.len(), 0);
}

#[tokio::test]
async fn where_the_two_generations_of_receivers_differ_is_noted() {
    const OLD: &str = "receivers that go by the public suffix list (RFC 7489) find";
    let note = |rest: &str| json!([format!("{OLD} {rest}")]);
    for (lines, wanted) in [
        (
            vec!["_dmarc.team.example.com TXT \"v=DMARC1; p=reject\""],
            note("no record, those of RFC 9989 the record of team.example.com"),
        ),
        (
            vec!["_dmarc.com TXT \"v=DMARC1; p=reject; psd=y\""],
            note("no record, those of RFC 9989 the record of com"),
        ),
        (
            vec![
                "_dmarc.example.com TXT \"v=DMARC1; p=reject\"",
                "_dmarc.com TXT \"v=DMARC1; p=none; psd=y\"",
            ],
            Value::Null,
        ),
        (
            vec!["_dmarc.example.com TXT \"v=DMARC1; p=reject; pct=50\""],
            json!(["pct is no tag of RFC 9989, whose receivers pass over it"]),
        ),
    ] {
        check(&lines, &[("/dmarc_notes", wanted)]).await;
    }
}

#[tokio::test]
async fn reports_and_encryption_are_told_beside() {
    let fact = check(
        &[
            "mail.team.example.com MX 0 .",
            "_dmarc.example.com TXT \"v=DMARC1; p=reject; rua=mailto:a@example.com,mailto:b@taker.com!10m,mailto:c@other.com\"",
            "example.com._report._dmarc.taker.com TXT \"v=DMARC1\"",
            "_mta-sts.mail.team.example.com TXT \"v=STSv1; id=1;\"",
            "_smtp._tls.mail.team.example.com TXT \"v=TLSRPTv1; rua=nowhere\"",
        ],
        &[
            ("/dmarc_reports_refused", json!(["mailto:c@other.com"])),
            ("/mta_sts", json!(["v=STSv1; id=1;"])),
            ("/mta_sts_error", Value::Null),
            (
                "/tls_rpt_error",
                json!("\"nowhere\" in rua is neither a mailto nor an https URI"),
            ),
            ("/tls_rpt_reports", Value::Null),
        ],
    )
    .await;
    assert_eq!(fact.unknown, Default::default());
    check(
        &["mail.team.example.com MX 0 ."],
        &[
            ("/mta_sts", json!([])),
            ("/tls_rpt", json!([])),
            ("/dmarc_reports_refused", Value::Null),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_a_public_suffix_might_say_holds_nothing_up() {
    let fact = check(
        &["mail.team.example.com MX 0 .", "_dmarc.com TXT !REFUSED"],
        &[("/dmarc", json!([])), ("/dmarc_organisation", json!(NAME))],
    )
    .await;
    assert_eq!(fact.unknown, Default::default());
    let note = fact.value["dmarc_notes"][0].as_str().unwrap();
    assert!(
        note.contains("com, a public suffix") && note.contains("Refused"),
        "{note}"
    );
    // What stands between may end the walk, so that nothing is known without it.
    let fact = check(
        &[
            "mail.team.example.com MX 0 .",
            "_dmarc.team.example.com TXT !SERVFAIL",
            "_dmarc.example.com TXT \"v=DMARC1; p=reject\"",
        ],
        &[("/dmarc", Value::Null)],
    )
    .await;
    assert!(fact.unknown.contains_key("dmarc_policy"));
    // Nobody asks further where the organisation itself has spoken.
    let fact = check(
        &[
            "mail.team.example.com MX 0 .",
            "_dmarc.example.com TXT \"v=DMARC1; p=reject\"",
            "_dmarc.com TXT !SERVFAIL",
        ],
        &[
            ("/dmarc_policy", json!("reject")),
            ("/dmarc_notes", Value::Null),
        ],
    )
    .await;
    assert_eq!(fact.unknown, Default::default());
}
