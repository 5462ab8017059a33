//! Waivers: two people, one failure, an end within the policy; listed whatever becomes of them.

use crate::team::{REPLICAS, Team};
use std::fs;

#[test]
fn the_same_failure_tomorrow_is_waived_and_another_is_not() {
    let team = Team::new();
    team.attest_all();
    team.break_platform();
    let file = team.waive(&team.sweep(1, &[]).run);
    team.approve(&file);
    let swept = team.sweep(3, &[]);
    assert_eq!(
        (swept.decision(), swept.rule()),
        ("CONDITIONAL", "critical_waived")
    );
    assert_eq!(swept.result(REPLICAS).0, "waived");
    assert_eq!(swept.record["waivers"][0]["state"], "used");
    assert!(
        team.ran(3, &["replay", &swept.run])
            .stdout
            .starts_with("identical")
    );

    team.replace("k8s/shop.yaml", "minReplicas: 2", "minReplicas: 1");
    let other = team.sweep(1, &[]);
    assert_eq!(
        other.result(REPLICAS).0,
        "fail",
        "one replica is another failure than two"
    );
    assert_eq!(other.record["waivers"][0]["state"], "unused");

    team.replace("k8s/shop.yaml", "minReplicas: 1", "minReplicas: 3");
    let mended = team.sweep(0, &[]);
    assert_eq!(mended.record["waivers"][0]["state"], "unused");
}

#[test]
fn a_waiver_ends_at_its_instant_in_utc() {
    let team = Team::new();
    team.attest_all();
    team.break_platform();
    let file = team.waive(&team.sweep(1, &[]).run);
    team.approve(&file);
    let until = team.says(&file)["until"].as_str().unwrap().to_owned();
    let before: String = format!("{}.5Z", until.trim_end_matches('Z'));
    let state = |as_of: &str, code| {
        let swept = team.sweep(code, &["--as-of", as_of]);
        let state = swept.record["waivers"][0]["state"]
            .as_str()
            .unwrap()
            .to_owned();
        (swept.result(REPLICAS).0.to_owned(), state)
    };
    assert_eq!(state(&until, 1), ("fail".into(), "expired".into()));
    assert_eq!(state(&before, 1).1, "expired", "half a second later");
    let made = team.says(&file)["made_at"].as_str().unwrap().to_owned();
    assert_eq!(
        state("1999-01-01T00:00:00Z", 1).1,
        "invalid",
        "it is dated {made}"
    );
}

#[test]
fn who_asks_does_not_approve_and_who_approves_is_named() {
    let team = Team::new();
    team.attest_all();
    team.break_platform();
    let file = team.waive(&team.sweep(1, &[]).run);
    let open = team.sweep(1, &[]);
    assert_eq!(open.result(REPLICAS).0, "fail");
    assert!(
        open.refused()[0].contains("it is not approved"),
        "{:?}",
        open.refused()
    );

    let approve = |name: &str, wanted: &str| {
        let key = format!("keys/{name}.pem");
        let error = team.refused(78, &["approve", &file, "--key", &key]);
        assert!(error.contains(wanted), "{error}");
    };
    approve("bob", "somebody else has to approve it");
    approve("eve", "is not listed under people.signers");
    team.replace("seaworthy.yaml", ", approves_waivers: true", "");
    approve("ada", "Ada may not approve waivers");
    team.replace(
        "seaworthy.yaml",
        "[Engineering Lead]",
        "[Engineering Lead], approves_waivers: true",
    );
    team.approve(&file);
    let once = fs::read(team.path(&file)).unwrap();
    team.approve(&file);
    assert_eq!(
        once,
        fs::read(team.path(&file)).unwrap(),
        "approving twice changes nothing"
    );
    assert_eq!(team.sweep(3, &[]).result(REPLICAS).0, "waived");

    // Ada may approve, but not what she asked for.
    fs::remove_file(team.path(&file)).unwrap();
    let run = team.sweep(1, &[]).run;
    let mut arguments = vec!["waive", &run, REPLICAS, "--because", "x", "--until", "5d"];
    arguments.extend(["--key", "keys/ada.pem"]);
    let own = team.ran(0, &arguments).stdout.trim().to_owned();
    let error = team.refused(78, &["approve", &own, "--key", "keys/ada.pem"]);
    assert!(error.contains("Ada asked for this waiver"), "{error}");
    assert_eq!(team.sweep(1, &[]).result(REPLICAS).0, "fail");
}

#[test]
fn what_no_waiver_may_be_is_refused_when_it_is_asked_for() {
    let team = Team::new();
    let sound = team.sweep(2, &[]).run;
    team.break_platform();
    let broken = team.sweep(1, &[]).run;
    let check = |code: i32, run: &str, item: &str, more: &str, wanted: &str| {
        let line = format!("waive {run} {item} --because x --key keys/bob.pem{more}");
        team.complains(code, &line, wanted);
    };
    let rotas = "security/rotas-are-agreed";
    check(64, &broken, REPLICAS, "", "--until");
    check(
        64,
        &broken,
        REPLICAS,
        " --until 31d",
        "a critical item be waived for 30 days",
    );
    check(
        64,
        &broken,
        REPLICAS,
        " --until 2199-01-01",
        "for 30 days at the most",
    );
    check(64, &broken, REPLICAS, " --until 2020-01-01", "has passed");
    check(
        64,
        &sound,
        REPLICAS,
        " --until 5d",
        "is pass in that run; a waiver covers only",
    );
    check(64, &broken, rotas, " --until 5d", "is pending in that run");
    check(
        64,
        &broken,
        rotas,
        " --until 91d",
        "for 90 days at the most",
    );
    let near = "did you mean kubernetes-configuration/min-replicas-3?";
    check(
        64,
        &broken,
        "kubernetes-configuration/min-replicas-4",
        " --until 5d",
        near,
    );
    let near = "did you mean shop/Deployment/api?";
    check(
        64,
        &broken,
        REPLICAS,
        " --until 5d --subject shop/Deployment/apo",
        near,
    );
    check(
        74,
        "runs/run-none",
        REPLICAS,
        " --until 5d",
        "runs/run-none",
    );
    team.write(&format!("{broken}/content/checklist.md"), "# changed");
    check(
        74,
        &broken,
        REPLICAS,
        " --until 5d",
        "was changed since it was sealed",
    );
    assert!(!team.path(".seaworthy").exists(), "nothing was written");
}

#[test]
fn a_policy_may_allow_fewer_days_than_a_waiver_has() {
    let team = Team::new();
    team.attest_all();
    team.break_platform();
    let file = team.waive(&team.sweep(1, &[]).run);
    team.approve(&file);
    let policy = include_str!("../../../config/policy/default.yaml");
    let strict = policy.replace(
        "waiver_max_days_critical: 30",
        "waiver_max_days_critical: 10",
    );
    assert_ne!(policy, strict);
    team.write("policy.yaml", &strict);
    team.replace(
        "seaworthy.yaml",
        "checklist: list.md",
        "checklist: list.md\npolicy: policy.yaml",
    );
    let swept = team.sweep(1, &[]);
    assert_eq!(swept.record["waivers"][0]["state"], "invalid");
    assert_eq!(swept.result(REPLICAS).0, "fail");
}

#[test]
fn a_waiver_is_for_one_environment() {
    let team = Team::new();
    team.attest_all();
    team.break_platform();
    let file = team.waive(&team.sweep(1, &[]).run);
    team.approve(&file);
    team.replace(
        "seaworthy.yaml",
        "environment: production",
        "environment: staging",
    );
    let swept = team.sweep(1, &[]);
    assert_eq!(swept.result(REPLICAS).0, "fail");
    assert!(
        swept.refused()[0].contains("for the environment production"),
        "{:?}",
        swept.refused()
    );
}
