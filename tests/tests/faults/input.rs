//! Files too large to be meant, and a broken file among good ones.

use super::{CHECKLIST, MEMORY, assert_sound, deployment};
use anyhow::{Context, Result};
use seaworthy_tests::report::{item, texts, verdicts_of};
use seaworthy_tests::scene::Scene;
use std::fs::File;

/// A file of `length` bytes that takes no room on the disk.
fn hollow(scene: &Scene, name: &str, length: u64) -> Result<()> {
    let file = File::create(scene.path(name))?;
    file.set_len(length).context("failed to make a large file")
}

#[test]
fn a_checklist_that_is_too_large_is_refused_with_its_size_and_the_limit() -> Result<()> {
    let scene = Scene::new()?;
    let items = "- [ ] An item of a checklist that never ends, and says so at some length\n";
    let text = format!("# L\n\n{}", items.repeat(10_000_000 / items.len()));
    scene.write("10-mb.md", &text)?;
    hollow(&scene, "100-mb.md", 100_000_000)?;
    hollow(&scene, "more.md", 100_000_001)?;
    for (file, size) in [
        ("10-mb.md", text.len().to_string()),
        ("100-mb.md", "100000000".to_owned()),
        ("more.md", "100000001".to_owned()),
    ] {
        for command in ["sweep", "plan", "bind"] {
            let ran = scene.run(&[command, file])?;
            assert_sound(&ran);
            assert_eq!(ran.code, 78, "{command} {file}: {}", ran.stderr);
            assert!(
                ran.stderr.contains(file) && ran.stderr.contains(&size),
                "{}",
                ran.stderr
            );
        }
    }
    assert!(!scene.path("runs").exists(), "nothing was begun");
    Ok(())
}

#[test]
fn other_files_that_are_too_large_are_told_too() -> Result<()> {
    let scene = Scene::new()?;
    hollow(&scene, "large.yaml", 100_000_000)?;
    for (arguments, code) in [
        (&["plan", "--config", "large.yaml"][..], 78),
        (&["probe", "k8s", "--manifests", "large.yaml"], 2),
        (&["probe", "headers", "--from-file", "large.yaml"], 2),
        (
            &[
                "probe",
                "chain",
                "--from-file",
                "large.yaml",
                "--server-name",
                "a.test",
            ],
            2,
        ),
    ] {
        let ran = scene.run(arguments)?;
        assert_sound(&ran);
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.stderr);
        let told = format!("{}{}", ran.stdout, ran.stderr);
        assert!(told.contains("large.yaml"), "{told}");
    }
    Ok(())
}

#[test]
fn a_broken_manifest_keeps_its_folder_from_passing_and_hides_no_fault_beside_it() -> Result<()> {
    let scene = Scene::new()?;
    scene.write("list.md", CHECKLIST)?;
    scene.write("k8s/a.yaml", &deployment("sound"))?;
    let broken = deployment("broken").replace("{ app: broken }", "{ app: [");
    scene.write("k8s/b.yaml", &broken)?;
    scene.configure("  kubernetes:\n    - name: manifests\n      manifests: k8s\n")?;
    let sweep = ["sweep", "list.md", "--format", "json"];

    let ran = scene.run(&sweep)?;
    assert_sound(&ran);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let report = ran.json()?;
    let found = item(&report, MEMORY);
    assert_eq!(found["result"], "inconclusive");
    assert_eq!(found["reason"], "unparsed");
    let verdicts = verdicts_of(&report, "k8s/memory-requests-limits");
    assert_eq!(texts(&verdicts, "verdict"), ["inconclusive", "pass"]);
    let missed = &report["unassessed"][0];
    assert_eq!(missed["location"]["file"], "k8s/b.yaml");
    assert!(missed["location"]["line"].is_u64(), "{missed}");
    let detail = missed["detail"].as_str().context("a detail")?;
    assert!(detail.starts_with("k8s/b.yaml:"), "{detail}");

    let unlimited = deployment("worker").replace("limits:", "claims:");
    scene.write("k8s/c.yaml", &unlimited)?;
    let ran = scene.run(&sweep)?;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let report = ran.json()?;
    assert_eq!(item(&report, MEMORY)["result"], "fail");

    for path in ["k8s", "k8s/b.yaml"] {
        let probe = ["probe", "k8s", "--manifests", path];
        let probe = [&probe[..], &["--probes", "k8s/memory-requests-limits"]].concat();
        let ran = scene.run(&probe)?;
        let wanted = if path == "k8s" { 1 } else { 2 };
        assert_eq!(ran.code, wanted, "{path}: {}", ran.stdout);
        assert!(ran.stdout.contains("k8s/b.yaml:"), "{}", ran.stdout);
    }
    Ok(())
}
