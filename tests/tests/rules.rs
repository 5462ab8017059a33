//! The rules of verdicts, score and gates, and the tests that hold them: each test that
//! `tests/rules.yaml` names exists. And two rules that no test of a single part can hold.

use anyhow::{Context, Result};
use seaworthy_tests::command::bundle;
use seaworthy_tests::named;
use seaworthy_tests::scene::Scene;

#[test]
fn every_rule_has_a_test_that_exists() -> Result<()> {
    let rules = named::list("tests/rules.yaml")?;
    assert!(rules.iter().all(|rule| rule["rule"].is_string()));
    named::exist(&rules)
}

/// A sealed run of a checklist with one item that nobody can decide.
fn swept(scene: &Scene) -> Result<String> {
    scene.configure("  kubernetes: []\n")?;
    scene.write("list.md", "# Launch\n\n- [ ] 🔴 Rotas are agreed\n")?;
    let ran = scene.run(&["sweep", "list.md", "--quiet"])?;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let dir = bundle(&scene.path("runs"))?;
    Ok(dir.to_str().context("a path")?.to_owned())
}

#[test]
fn the_exit_code_is_the_same_in_every_format() -> Result<()> {
    let scene = Scene::new()?;
    let run = swept(&scene)?;
    for format in seaworthy_report::FORMATS {
        let name = format.name;
        let sweep = [
            "sweep", "list.md", "--quiet", "--out", name, "--format", name,
        ];
        let ran = scene.run(&sweep)?;
        assert_eq!(ran.code, 2, "{name}: {}", ran.stderr);
        let ran = scene.run(&["report", &run, "--format", name])?;
        assert_eq!(ran.code, 2, "{name}: {}", ran.stderr);
    }
    Ok(())
}

#[test]
fn a_key_that_cannot_verify_is_told() -> Result<()> {
    let scene = Scene::new()?;
    let run = swept(&scene)?;
    let made = scene.run(&["key", "new", "--out", "own.pem"])?;
    assert_eq!(made.code, 0, "{}", made.stderr);
    let signed = scene.run(&["sign", &run, "--key", "own.pem"])?;
    assert_eq!(signed.code, 0, "{}", signed.stderr);
    scene.write("text.pem", "not a key\n")?;
    let cases = [
        ("missing.pem", 74, "failed to read missing.pem"),
        ("text.pem", 78, "found no PEM block"),
        ("own.pem", 78, "wanted a public key"),
    ];
    for (key, code, wanted) in cases {
        let ran = scene.run(&["verify", &run, "--trusted-key", key])?;
        assert_eq!(ran.code, code, "{key}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains(wanted), "{key}: {}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{key}: {}", ran.stdout);
    }
    let ran = scene.run(&["verify", &run, "--trusted-key", "own.pub.pem"])?;
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    Ok(())
}
