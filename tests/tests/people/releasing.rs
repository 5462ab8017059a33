//! The release gate: sign-offs over one sealed bundle, and what tightens a gate.

use crate::team::{FAR, Team};
use seaworthy_sign::{Envelope, PrivateKey};
use serde_json::Value;
use std::fs;

/// A team whose platform is ready.
fn ready() -> (Team, String) {
    let team = Team::new();
    team.attest_all();
    let swept = team.sweep(0, &[]);
    (team, swept.run)
}

fn gate(team: &Team, code: i32, run: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["gate", run, "--format", "json"];
    arguments.extend(more);
    team.ran(code, &arguments).json().unwrap()
}

#[test]
fn a_release_is_ready_once_everybody_has_signed_off() {
    let (team, run) = ready();
    let open = gate(&team, 2, &run, &[]);
    assert_eq!(open["gate"]["decision"], "INCOMPLETE");
    assert_eq!(open["gate"]["kind"], "release");
    assert_eq!(open["technical"]["decision"], "READY");
    assert_eq!(
        open["gate"]["reasons"][1]["message"],
        "Security Lead has not signed off"
    );

    assert_eq!(team.sign_off(&run, "Engineering Lead", "ada").code, 0);
    let half = gate(&team, 2, &run, &[]);
    assert_eq!(half["sign_offs"][0]["signed"]["by"], "Ada");
    assert_eq!(half["sign_offs"][1]["signed"], Value::Null);
    assert_eq!(team.sign_off(&run, "security-lead", "bob").code, 0);
    let done = gate(&team, 0, &run, &[]);
    assert_eq!(done["gate"]["decision"], "READY");
    let text = team.ran(0, &["gate", &run]).stdout;
    assert!(
        text.starts_with("READY: shop 1.4.0 for production"),
        "{text}"
    );
    let kept = fs::read(team.path(&run).join("exports/gate.json")).unwrap();
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(kept["gate"], done["gate"]);

    // Every report of the run tells who signed.
    let shown = |format: &str| team.ran(0, &["report", &run, "--format", format]).stdout;
    let report: Value = serde_json::from_str(&shown("json")).unwrap();
    assert_eq!(report["sign_offs"], done["sign_offs"]);
    assert!(shown("html").contains("Ada, on "));
    assert!(shown("markdown").contains("- Security Lead: ✓ Bob on "));
    assert!(shown("deployment").contains("signed by Ada on "));
    let text = shown("text");
    assert!(
        text.contains("✓ Security Lead: Bob at ") && text.contains("; key"),
        "{text}"
    );

    // The sign-offs lie in the team's folder and beside the run; either is enough.
    fs::remove_dir_all(team.path(".seaworthy/sign-offs")).unwrap();
    gate(&team, 0, &run, &[]);
    fs::remove_dir_all(team.path(&run).join("signoffs")).unwrap();
    gate(&team, 2, &run, &[]);
    let report = team
        .ran(0, &["report", &run, "--format", "json"])
        .json()
        .unwrap();
    assert_eq!(report["sign_offs"][0].get("signed"), None);
}

#[test]
fn a_signature_of_the_future_is_none_yet() {
    let (team, run) = ready();
    assert_eq!(team.sign_off(&run, "Engineering Lead", "ada").code, 0);
    fs::remove_dir_all(team.path(".seaworthy/sign-offs")).unwrap();
    let folder = team.path(&run).join("signoffs");
    let file = fs::read_dir(folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let signed = Envelope::from_json(&fs::read(&file).unwrap()).unwrap();
    let mut statement: Value = serde_json::from_slice(signed.unverified_payload()).unwrap();
    statement["predicate"]["made_at"] = FAR.into();
    let payload = serde_json::to_vec(&statement).unwrap();
    let mut ahead = Envelope::new(signed.payload_type(), payload);
    let pem = fs::read_to_string(team.path("keys/ada.pem")).unwrap();
    ahead.sign(&PrivateKey::from_pem(&pem, None).unwrap());
    fs::write(&file, ahead.to_json()).unwrap();

    let answer = gate(&team, 2, &run, &[]);
    assert_eq!(answer["sign_offs"][0]["signed"], Value::Null);
    let report = team.ran(0, &["report", &run, "--format", "json"]);
    let report = report.json().unwrap();
    assert_eq!(report["sign_offs"], answer["sign_offs"]);
}

#[test]
fn a_sign_off_is_over_one_run_alone() {
    let (team, first) = ready();
    team.sign_off(&first, "Engineering Lead", "ada");
    team.sign_off(&first, "Security Lead", "bob");
    let second = team.sweep(0, &[]).run;
    let answer = gate(&team, 2, &second, &[]);
    let message = answer["gate"]["reasons"][0]["message"].as_str().unwrap();
    assert!(message.contains("is over another bundle"), "{message}");
}

#[test]
fn nobody_signs_for_another_or_over_what_was_changed() {
    let (team, run) = ready();
    let check = |code: i32, role: &str, name: &str, wanted: &str| {
        let ran = team.sign_off(&run, role, name);
        assert_eq!(ran.code, code, "{}", ran.stderr);
        assert!(ran.stderr.contains(wanted), "{}", ran.stderr);
    };
    check(
        78,
        "Security Lead",
        "ada",
        "Ada may not speak as security-lead",
    );
    check(78, "Security Lead", "eve", "is not listed");
    check(64, "Security Led", "bob", "did you mean security-lead?");
    check(
        64,
        "dpo",
        "bob",
        "there are engineering-lead, security-lead",
    );
    check(0, "Security Lead", "bob", "signs off the run");
    check(74, "Security Lead", "bob", "exists already");

    // A key that is trusted no more takes its sign-off with it.
    team.replace(
        "seaworthy.yaml",
        "key: keys/bob.pub.pem",
        "key: keys/eve.pub.pem",
    );
    let answer = gate(&team, 2, &run, &[]);
    let refused = answer["refused"].as_array().unwrap();
    assert!(
        !refused.is_empty()
            && refused.iter().all(|one| {
                one["reason"]
                    .as_str()
                    .unwrap()
                    .contains("which is not trusted here")
            }),
        "{refused:?}"
    );

    team.write(&format!("{run}/content/checklist.md"), "# changed");
    check(
        74,
        "Engineering Lead",
        "ada",
        "was changed since it was sealed",
    );
    assert!(team.refused(74, &["gate", &run]).contains("was changed"));
}

#[test]
fn a_run_that_stands_on_keys_of_its_own_is_released_by_nobody() {
    // Eve's key stood in the configuration of the sweep, and does not in that of the gate.
    let team = Team::new();
    let eve = "key: keys/ada.pub.pem, roles: [Engineering Lead]";
    let listed = format!(
        "{eve}, approves_waivers: true }}\n    - {{ name: Eve, key: keys/eve.pub.pem, roles: [security-lead]"
    );
    team.replace(
        "seaworthy.yaml",
        &format!("{eve}, approves_waivers: true"),
        &listed,
    );
    let line = format!(
        "attest security/penetration-testing-completed --role security-lead --statement x --document reports/pentest.txt --until {FAR} --key keys/eve.pem"
    );
    team.ran(0, &line.split(' ').collect::<Vec<_>>());
    let run = team.sweep(0, &[]).run;
    assert_eq!(team.sign_off(&run, "Engineering Lead", "ada").code, 0);
    assert_eq!(team.sign_off(&run, "Security Lead", "bob").code, 0);
    gate(&team, 0, &run, &[]);
    team.replace(
        "seaworthy.yaml",
        "\n    - { name: Eve, key: keys/eve.pub.pem, roles: [security-lead] }",
        "",
    );
    let answer = gate(&team, 2, &run, &[]);
    let message = answer["gate"]["reasons"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("which the configuration does not trust"),
        "{message}"
    );
}

#[test]
fn a_waived_critical_is_conditional_in_both_gates() {
    let team = Team::new();
    team.attest_all();
    team.break_platform();
    let file = team.waive(&team.sweep(1, &[]).run);
    team.approve(&file);
    let run = team.sweep(3, &[]).run;
    team.sign_off(&run, "Engineering Lead", "ada");
    team.sign_off(&run, "Security Lead", "bob");
    assert_eq!(gate(&team, 3, &run, &[])["gate"]["decision"], "CONDITIONAL");
    let strict = gate(&team, 1, &run, &["--fail-on", "waived"]);
    assert_eq!(strict["gate"]["reasons"][0]["rule"], "fail_on");
    assert_eq!(strict["tightening"]["fail_on"][0], "waived");
}

#[test]
fn what_tightens_a_sweep_is_sealed_with_it() {
    let (team, run) = ready();
    let plan = |run: &str| -> Value {
        let bytes = fs::read(team.path(run).join("content/plan.json")).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let strict = team.sweep(1, &["--fail-on", "attested,fail"]);
    assert_eq!(strict.rule(), "fail_on");
    assert_eq!(
        plan(&strict.run)["terms"]["tightening"]["fail_on"][0],
        "fail"
    );
    assert!(
        team.ran(1, &["replay", &strict.run])
            .stdout
            .starts_with("identical")
    );

    let same = team.sweep(
        0,
        &[
            "--baseline",
            &run,
            "--min-score",
            "9.5",
            "--fail-on",
            "fail",
        ],
    );
    assert_eq!(same.decision(), "READY");
    team.break_platform();
    let worse = team.sweep(1, &["--baseline", &run]);
    let rules: Vec<_> = worse.report["gate"]["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason["rule"].as_str().unwrap())
        .collect();
    assert!(rules.contains(&"worse_than_baseline"), "{rules:?}");
    let loose = team.sweep(1, &["--min-score", "0"]);
    assert_eq!(loose.rule(), "critical_fails");

    let answer = gate(&team, 1, &worse.run, &["--baseline", &run]);
    assert_eq!(
        answer["tightening"]["baseline"]["run"],
        run.trim_start_matches("runs/run-")
    );
    for (more, wanted) in [
        (["--fail-on", "fial"], "did you mean fail?"),
        (["--fail-on", "pass"], "--fail-on takes"),
        (["--min-score", "11"], "from 0 to 10"),
        (["--min-score", "high"], "from 0 to 10"),
    ] {
        let error = team.refused(64, &["gate", &run, more[0], more[1]]);
        assert!(error.contains(wanted), "{error}");
    }
    let error = team.refused(74, &["sweep", "--baseline", "runs/run-none"]);
    assert!(error.contains("runs/run-none"), "{error}");
}

#[test]
fn a_run_of_the_past_is_released_by_nobody() {
    let team = Team::new();
    team.attest_all();
    let past = team.sweep(2, &["--as-of", "2020-01-01T00:00:00Z"]);
    team.sign_off(&past.run, "Engineering Lead", "ada");
    team.sign_off(&past.run, "Security Lead", "bob");
    gate(&team, 2, &past.run, &[]);

    // A run that judges a time to come: the clock stands before it.
    let ahead = team.sweep(2, &["--as-of", FAR]).run;
    let answer = gate(&team, 2, &ahead, &[]);
    let rules = answer["gate"]["reasons"].as_array().unwrap();
    assert!(
        rules
            .iter()
            .any(|reason| reason["rule"] == "clock_set_back"),
        "{rules:?}"
    );
}

#[test]
fn a_gate_belongs_to_the_service_of_its_configuration() {
    let (team, run) = ready();
    team.replace("seaworthy.yaml", "service: shop", "service: bank");
    let error = team.refused(78, &["gate", &run]);
    assert!(
        error.contains("is of the service shop, the configuration of bank"),
        "{error}"
    );
}
