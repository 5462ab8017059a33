//! Attestations: expiry at the instant, one release, document, role, key; never over a failure.

use crate::team::{FAR, PENTEST, REPLICAS, ROTAS, Team};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn an_attestation_decides_an_item_and_is_kept_in_the_bundle() {
    let team = Team::new();
    assert_eq!(
        team.sweep(2, &[]).result(PENTEST),
        ("pending", "attestation_missing")
    );
    let ran = team.attest(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let swept = team.sweep(0, &[]);
    assert_eq!(swept.result(PENTEST).0, "attested");
    assert_eq!(swept.record["attestations"][0]["state"], "used");

    let kept = team.path(&swept.run).join("content/attestations");
    let kept: Vec<_> = fs::read_dir(kept).unwrap().collect();
    assert_eq!(kept.len(), 1);
    let bytes = fs::read(kept[0].as_ref().unwrap().path()).unwrap();
    assert_eq!(bytes, fs::read(team.path(ran.stdout.trim())).unwrap());
    assert!(bytes.len() < 2_000, "small enough to review");

    // The bundle needs neither the team's folder nor its configuration.
    fs::remove_dir_all(team.path(".seaworthy")).unwrap();
    fs::remove_file(team.path("seaworthy.yaml")).unwrap();
    let replayed = team.ran(0, &["replay", &swept.run]).stdout;
    assert!(replayed.starts_with("identical"), "{replayed}");
}

#[test]
fn an_attestation_ends_at_its_instant_in_utc() {
    let team = Team::new();
    team.attest_all();
    let at = |instant: &str, code| {
        let swept = team.sweep(code, &["--as-of", instant]);
        let (result, reason) = swept.result(PENTEST);
        (result.to_owned(), reason.to_owned())
    };
    // The rule of this item wants it no older than a year, so the second one shows the end.
    let rotas = |instant: &str, code| {
        team.sweep(code, &["--as-of", instant])
            .result(ROTAS)
            .0
            .to_owned()
    };
    assert_eq!(rotas("2198-12-31T23:59:59.999999999Z", 2), "attested");
    assert_eq!(rotas(FAR, 2), "inconclusive");
    // The same instant in another zone.
    assert_eq!(rotas("2199-01-01T01:00:00+01:00", 2), "inconclusive");
    assert_eq!(at(FAR, 2), ("inconclusive".into(), "stale".into()));
}

#[test]
fn an_attestation_is_for_one_release() {
    let team = Team::new();
    team.attest_all();
    assert_eq!(team.sweep(0, &[]).decision(), "READY");
    let other = team.sweep(2, &["--release", "1.5.0"]);
    assert_eq!(other.result(PENTEST), ("inconclusive", "stale"));
    assert_eq!(other.record["attestations"][0]["state"], "stale");
}

#[test]
fn an_attestation_never_overrides_a_failing_probe() {
    let team = Team::new();
    team.attest_all();
    team.break_platform();
    for more in [&[][..], &["--not-applicable"]] {
        let mut arguments = vec!["attest", REPLICAS, "--role", "engineering-lead"];
        arguments.extend(["--statement", "it is well", "--key", "keys/ada.pem"]);
        arguments.extend(["--until", FAR]);
        arguments.extend(more);
        let file = team.ran(0, &arguments).stdout;
        let swept = team.sweep(1, &[]);
        assert_eq!(swept.result(REPLICAS).0, "fail");
        assert_eq!(swept.rule(), "critical_fails");
        fs::remove_file(team.path(file.trim())).unwrap();
    }
}

#[test]
fn not_applicable_needs_a_person_who_says_why() {
    let team = Team::new();
    let job = "\
apiVersion: batch/v1
kind: Job
metadata: { name: nightly, namespace: shop }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: nightly, image: registry.example.com/shop/nightly:1.0.0 }]
";
    team.write("k8s/shop.yaml", job);
    let silent = team.sweep(2, &[]);
    assert_eq!(silent.result(REPLICAS).0, "inconclusive");
    let mut arguments = vec!["attest", REPLICAS, "--role", "engineering-lead"];
    arguments.extend([
        "--statement",
        "the shop is a nightly job",
        "--not-applicable",
    ]);
    arguments.extend(["--until", FAR, "--key", "keys/ada.pem"]);
    team.ran(0, &arguments);
    let swept = team.sweep(2, &[]);
    let attested = ("not_applicable", "attested_not_applicable");
    assert_eq!(swept.result(REPLICAS), attested);
    assert_eq!(swept.item(REPLICAS)["message"], "the shop is a nightly job");
}

#[test]
fn what_was_tampered_with_or_is_not_allowed_is_listed_and_never_counts() {
    let team = Team::new();
    let file = team.attest(&[]).stdout.trim().to_owned();
    let sound = fs::read_to_string(team.path(&file)).unwrap();
    let refused = |wanted: &str| {
        let swept = team.sweep(2, &[]);
        assert_eq!(swept.result(PENTEST).0, "pending", "{wanted}");
        let reasons = swept.refused();
        assert!(
            reasons.len() == 1 && reasons[0].contains(wanted),
            "{reasons:?}"
        );
        assert!(swept.stderr.contains("does not count"), "{}", swept.stderr);
        team.ran(1, &["people"]);
    };

    team.write("reports/pentest.txt", "another report");
    refused("is another one than was signed");
    fs::remove_file(team.path("reports/pentest.txt")).unwrap();
    refused("cannot be read");
    team.write("reports/pentest.txt", "no finding above medium");

    team.write(&file, &sound[..sound.len() / 2]);
    refused("no DSSE envelope");
    let at = sound.find("\"payload\": \"").unwrap() + 12;
    let changed = if &sound[at..=at] == "e" { "f" } else { "e" };
    team.write(
        &file,
        &format!("{}{changed}{}", &sound[..at], &sound[at + 1..]),
    );
    refused("was changed after it was signed");
    team.write(&file, &sound);

    team.replace("seaworthy.yaml", "roles: [security-lead]", "roles: [dpo]");
    refused("Bob may not speak as security-lead, only as dpo");
    team.replace(
        "seaworthy.yaml",
        "roles: [dpo]",
        "roles: [security-lead], until: 2020-01-01",
    );
    refused("the key of Bob ended at 2020-01-01T00:00:00Z");
    team.replace("seaworthy.yaml", ", until: 2020-01-01", "");
    team.replace(
        "seaworthy.yaml",
        "key: keys/bob.pub.pem",
        "key: keys/eve.pub.pem",
    );
    refused("which is not trusted here");
    team.replace(
        "seaworthy.yaml",
        "key: keys/eve.pub.pem",
        "key: keys/bob.pub.pem",
    );
    team.replace(
        "list.md",
        "Penetration testing completed",
        "Penetration testing <!-- id: pt --> completed",
    );
    let swept = team.sweep(2, &[]);
    assert!(
        swept.refused()[0].contains("the checklist has no item"),
        "{:?}",
        swept.refused()
    );
}

#[test]
fn a_symbolic_link_is_no_statement() {
    let team = Team::new();
    let file = team.attest(&[]).stdout.trim().to_owned();
    let elsewhere = team.path("elsewhere");
    fs::rename(team.path(&file), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, team.path(&file)).unwrap();
    let swept = team.sweep(2, &[]);
    assert_eq!(swept.result(PENTEST).0, "pending");
    assert!(
        swept.refused()[0].contains("no regular file"),
        "{:?}",
        swept.refused()
    );
}

#[test]
fn a_statement_changed_within_the_bundle_is_found_by_replay() {
    let team = Team::new();
    team.attest_all();
    let swept = team.sweep(0, &[]);
    let kept = team.path(&swept.run).join("content/attestations");
    for entry in fs::read_dir(kept).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("\"sig\": \"M", "\"sig\": \"N")).unwrap();
    }
    assert!(
        team.refused(74, &["replay", &swept.run])
            .contains("other results")
    );
    assert!(
        team.refused(74, &["gate", &swept.run])
            .contains("was changed")
    );
}

#[test]
fn what_would_never_count_is_not_signed() {
    let team = Team::new();
    let said = |code: i32, item: &str, role: &str, key: &str, more: &str, wanted: &str| {
        let line = format!("attest {item} --role {role} --key {key} --statement x {more}");
        team.complains(code, &line, wanted);
    };
    let far = "--until 2199-01-01 --document reports/pentest.txt";
    let bob = |code: i32, more: &str, wanted: &str| {
        said(code, PENTEST, "security-lead", "keys/bob.pem", more, wanted);
    };
    bob(64, "", "--until");
    bob(64, "--until 2020-01-01", "has passed");
    bob(64, "--until whenever", "--until wants an instant");
    bob(64, &format!("{far} --by Ada"), "the key is that of Bob");
    bob(64, "--until 2199-01-01", "asks for a document");
    bob(74, "--until 30d --document none", "failed to read none");

    let item = |item: &str, wanted: &str| {
        said(64, item, "security-lead", "keys/bob.pem", far, wanted);
    };
    item(
        "security/penetration-testing-complete",
        "did you mean security/penetration-testing-completed?",
    );
    item("sign-off/engineering-lead", "`seaworthy sign-off RUN");

    let key = |code: i32, role: &str, key: &str, wanted: &str| {
        said(code, PENTEST, role, key, far, wanted);
    };
    key(
        64,
        "securty-lead",
        "keys/bob.pem",
        "did you mean security-lead?",
    );
    key(
        78,
        "security-lead",
        "keys/ada.pem",
        "Ada may not speak as security-lead",
    );
    key(
        64,
        "engineering-lead",
        "keys/ada.pem",
        "asks for the role security-lead",
    );
    key(
        78,
        "security-lead",
        "keys/eve.pem",
        "is not listed under people.signers",
    );
    key(
        74,
        "security-lead",
        "keys/nobody.pem",
        "failed to read keys/nobody.pem",
    );
    key(
        78,
        "security-lead",
        "keys/bob.pub.pem",
        "found a PEM block `PUBLIC KEY`",
    );
    key(78, "security-lead", "list.md", "found no PEM block");
    assert!(!team.path(".seaworthy").exists(), "nothing was written");

    team.attest(&[]);
    let again = team.attest(&[]);
    assert_eq!(again.code, 74);
    assert!(again.stderr.contains("exists already"), "{}", again.stderr);
}

#[test]
fn a_key_is_for_its_owner_alone_and_never_overwritten() {
    let team = Team::new();
    let mode = fs::metadata(team.path("keys/ada.pem"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = fs::read(team.path("keys/ada.pem")).unwrap();
    let error = team.refused(74, &["key", "new", "--out", "keys/ada.pem"]);
    assert!(error.contains("never overwritten"), "{error}");
    fs::remove_file(team.path("keys/ada.pem")).unwrap();
    let error = team.refused(74, &["key", "new", "--out", "keys/ada.pem"]);
    assert!(error.contains("keys/ada.pub.pem exists already"), "{error}");
    fs::write(team.path("keys/ada.pem"), before).unwrap();

    let arguments = ["key", "new", "--out", "k.pem", "--passphrase", "env:WORD"];
    assert_eq!(team.ran_with("WORD", "correct horse", &arguments).code, 0);
    let text = fs::read_to_string(team.path("k.pem")).unwrap();
    assert!(
        text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"),
        "{text}"
    );
    let public = team.ran(0, &["key", "show", "k.pub.pem"]).stdout;
    let show = ["key", "show", "k.pem", "--passphrase", "env:WORD"];
    assert_eq!(team.ran_with("WORD", "correct horse", &show).stdout, public);
    let wrong = team.ran_with("WORD", "wrong", &show);
    assert_eq!(wrong.code, 78);
    assert!(wrong.stderr.contains("does not open"), "{}", wrong.stderr);
    assert!(
        team.refused(64, &["key", "show", "k.pem"])
            .contains("give --passphrase")
    );
    let leaked = team.refused(64, &["key", "show", "k.pem", "--passphrase", "hunter2"]);
    assert!(
        leaked.contains("wanted prompt, env:NAME or file:PATH"),
        "{leaked}"
    );
}
