//! A second program, `tests/second/recompute.py`, which shares no code with the first, finds the
//! same score and gate from the results: of real runs, and of thousands of generated items. And
//! it finds a result, a score or a gate that was changed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect should end"
)]

mod generated;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use seaworthy_tests::command::{Ran, bundle};
use seaworthy_tests::scene::Scene;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the second program over bundles; gives what it says of each, and its exit code.
fn recompute(bundles: &[PathBuf]) -> (Vec<Value>, i32) {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("second/recompute.py");
    let output = Command::new("python3")
        .arg("-I")
        .arg(program)
        .args(bundles)
        .output()
        .unwrap();
    let ran = Ran::from_output(&output).unwrap();
    let lines = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let said: Vec<Value> = lines.collect();
    assert_eq!(said.len(), bundles.len(), "{}", ran.stderr);
    (said, ran.code)
}

#[test]
fn the_demo_comes_to_the_same() {
    let scene = Scene::new().unwrap();
    scene.run(&["demo", "--out", "runs"]).unwrap();
    let demo = bundle(&scene.path("runs")).unwrap();
    let (said, code) = recompute(std::slice::from_ref(&demo));
    assert_eq!(
        (code, &said[0]["wrong"]),
        (0, &serde_json::json!([])),
        "{said:?}"
    );
    assert_eq!(said[0]["decision"], "NOT_READY");
}

#[test]
fn generated_results_come_to_the_same() {
    const RUNS: usize = 200;
    let folder = tempfile::tempdir().unwrap();
    let mut runner = TestRunner::deterministic();
    let world = generated::world();
    let bundles: Vec<PathBuf> = (0..RUNS)
        .map(|number| {
            let made = world.new_tree(&mut runner).unwrap().current();
            generated::seal(folder.path(), number, &made)
        })
        .collect();
    let (said, code) = recompute(&bundles);
    let wrong: Vec<_> = said
        .iter()
        .filter(|one| one["wrong"] != serde_json::json!([]))
        .collect();
    assert_eq!((code, wrong.len()), (0, 0), "{wrong:?}");
    let mut decisions: BTreeMap<String, usize> = BTreeMap::new();
    for one in &said {
        *decisions
            .entry(one["decision"].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    // A generator that reaches one decision only would prove little.
    assert_eq!(decisions.len(), 4, "{decisions:?}");
    assert!(decisions.values().all(|count| *count >= 3), "{decisions:?}");
}

#[test]
fn what_was_changed_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut runner = TestRunner::deterministic();
    let made = generated::world().new_tree(&mut runner).unwrap().current();
    let dir = generated::seal(folder.path(), 0, &made);
    let check = |wanted: &str| {
        let (said, code) = recompute(std::slice::from_ref(&dir));
        assert_eq!(code, 1, "{wanted}: {said:?}");
        assert!(
            said[0]["wrong"].to_string().contains(wanted),
            "{wanted}: {said:?}"
        );
    };
    let results = dir.join("content/results/00.jsonl.gz");
    let good = fs::read(&results).unwrap();
    let mut text = String::new();
    GzDecoder::new(&good[..]).read_to_string(&mut text).unwrap();
    let changed = text.replacen("\"kind\":\"leaf\"", "\"kind\":\"sign_off\"", 1);
    assert_ne!(changed, text);
    let mut gz = GzEncoder::new(fs::File::create(&results).unwrap(), Compression::fast());
    gz.write_all(changed.as_bytes()).unwrap();
    gz.finish().unwrap();
    check("is found");
    fs::write(&results, good).unwrap();

    let run = dir.join("content/run.json");
    let good = fs::read_to_string(&run).unwrap();
    let mut document: Value = serde_json::from_str(&good).unwrap();
    let was = document["gate"]["decision"].as_str().unwrap().to_owned();
    document["gate"]["decision"] = if was == "READY" {
        "CONDITIONAL"
    } else {
        "READY"
    }
    .into();
    fs::write(&run, document.to_string()).unwrap();
    check("the decision");
    document["gate"]["decision"] = was.into();
    document["score"]["overall"] = "11.0".into();
    fs::write(&run, document.to_string()).unwrap();
    check("the score");
}

/// A checklist with something due in three phases, one of them critical.
const PHASES: &str = "# Launch\n\n## Security\n\n- [ ] Rotas are agreed\n\n### T=0: Deployment\n\n\
    - [ ] Traffic is watched\n\n### T+1 Hour: Watch\n\n- [ ] 🔴 Error rates are normal\n";

/// Sweeps the three phases one after the other.
fn phases(scene: &Scene) -> Vec<PathBuf> {
    scene.configure("  kubernetes: []\n").unwrap();
    scene.write("list.md", PHASES).unwrap();
    let mut chain: Vec<PathBuf> = Vec::new();
    for phase in ["pre-deployment", "t0", "t+1h"] {
        let arguments = [
            "sweep", "list.md", "--quiet", "--phase", phase, "--format", "json",
        ];
        let ran = scene.run(&arguments).unwrap();
        assert!(ran.code < 4, "{phase}: {}", ran.stderr);
        let id = ran.json().unwrap()["run"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        chain.push(scene.path(&format!("runs/run-{id}")));
    }
    chain
}

#[test]
fn the_phases_of_a_release_come_to_the_same() {
    let scene = Scene::new().unwrap();
    let chain = phases(&scene);
    let (said, code) = recompute(&chain);
    assert_eq!(code, 0, "{said:?}");
    assert!(
        said.iter().all(|one| one["wrong"] == serde_json::json!([])),
        "{said:?}"
    );
    assert!(
        said.iter().all(|one| one["decision"] == "INCOMPLETE"),
        "{said:?}"
    );
}

#[test]
fn a_chain_that_was_changed_is_found() {
    let scene = Scene::new().unwrap();
    let chain = phases(&scene);
    // Each change, to the last run or to the one before it, and what is said of the last.
    let run = chain[2].join("content/run.json");
    let plan = chain[2].join("content/plan.json");
    let sums = chain[1].join("SHA256SUMS");
    let check = |path: &Path, wanted: &str, change: &dyn Fn(&str) -> String| {
        let good = fs::read_to_string(path).unwrap();
        let changed = change(&good);
        assert_ne!(changed, good, "{wanted}");
        fs::write(path, changed).unwrap();
        let (said, code) = recompute(&chain);
        assert_eq!(code, 1, "{wanted}: {said:?}");
        let wrong = said[2]["wrong"].to_string();
        assert!(wrong.contains(wanted), "{wanted}: {wrong}");
        fs::write(path, good).unwrap();
        assert_eq!(recompute(&chain).1, 0, "{wanted}");
    };
    let edited = |text: &str, change: &dyn Fn(&mut Value)| {
        let mut document: Value = serde_json::from_str(text).unwrap();
        change(&mut document);
        document.to_string()
    };
    let other = format!("sha256:{}", "0".repeat(64));
    check(&sums, "another digest", &|text| text.replacen('a', "b", 1));
    check(&run, "name different runs", &|text| {
        edited(text, &|run| {
            run["previous"]["digest"] = other.as_str().into()
        })
    });
    check(&run, "name different runs", &|text| {
        edited(text, &|run| run["previous"] = Value::Null)
    });
    check(&plan, "another instant", &|text| {
        edited(text, &|plan| {
            plan["terms"]["before"]["as_of"] = "2020-01-01T00:00:00Z".into();
        })
    });
    check(&run, "the decision", &|text| {
        edited(text, &|run| run["gate"]["decision"] = "READY".into())
    });
    // Where both files agree, the run before still has another digest.
    for path in [&run, &plan] {
        let text = fs::read_to_string(path).unwrap();
        let changed = edited(&text, &|document| {
            for place in ["/previous/digest", "/terms/before/digest"] {
                if let Some(digest) = document.pointer_mut(place) {
                    *digest = other.as_str().into();
                }
            }
        });
        fs::write(path, changed).unwrap();
    }
    let (said, code) = recompute(&chain);
    let wrong = said[2]["wrong"].to_string();
    assert_eq!(code, 1, "{said:?}");
    assert!(
        wrong.contains("the run before it has another digest"),
        "{wrong}"
    );
}
