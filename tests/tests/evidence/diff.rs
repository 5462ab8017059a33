//! Two runs side by side: each change is laid to what made it.

use crate::sealed::Sealed;
use serde_json::Value;
use std::path::Path;

const MEMORY: &str = "kubernetes/memory-requests-limits";

fn diff(sealed: &Sealed, before: &Path, after: &Path) -> (i32, Value) {
    let arguments = [
        "diff",
        before.to_str().unwrap(),
        after.to_str().unwrap(),
        "--format",
        "json",
    ];
    let ran = sealed.scene.run(&arguments).unwrap();
    assert!(ran.code < 2, "{}", ran.stderr);
    (ran.code, ran.json().unwrap())
}

/// Why an item changed, in the causes' own words.
fn causes<'a>(diff: &'a Value, item: &str) -> Vec<&'a Value> {
    let items = diff["items"].as_array().unwrap();
    let found = items.iter().find(|one| one["item"] == item);
    let found = found.unwrap_or_else(|| panic!("{item} did not change: {diff:#}"));
    found["causes"].as_array().unwrap().iter().collect()
}

fn why(diff: &Value, item: &str) -> Vec<String> {
    let mut why: Vec<String> = causes(diff, item)
        .iter()
        .map(|cause| cause["why"].as_str().unwrap().to_owned())
        .collect();
    why.dedup();
    why
}

#[test]
fn the_same_platform_did_not_change() {
    let sealed = Sealed::new();
    let (a, b) = (sealed.sweep("a", &[]), sealed.sweep("b", &[]));
    let (code, same) = diff(&sealed, &a, &b);
    assert_eq!(
        (code, same["items"].as_array().unwrap().len()),
        (0, 0),
        "{same:#}"
    );
    assert_eq!(same["schema"], "seaworthy.diff/v1");
    assert_eq!(same["unchanged"], 3);
}

#[test]
fn a_fact_that_changed_is_named_with_both_values() {
    let sealed = Sealed::new();
    let before = sealed.sweep("a", &[]);
    let mended = std::fs::read_to_string(sealed.scene.path("manifests/good.yaml")).unwrap();
    sealed
        .scene
        .write("manifests/bare.yaml", &mended.replace("good", "bare"))
        .unwrap();
    let after = sealed.sweep("b", &[]);
    let (code, found) = diff(&sealed, &before, &after);
    assert_eq!(code, 1);
    assert_eq!(why(&found, MEMORY), ["fact"]);
    let detail = causes(&found, MEMORY)[0]["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("fail → pass") && detail.contains("memory"),
        "{detail}"
    );
    assert_eq!(
        causes(&found, MEMORY)[0]["subject"],
        "workload default/Deployment/bare"
    );
    let ran = sealed
        .scene
        .run(&["diff", before.to_str().unwrap(), after.to_str().unwrap()])
        .unwrap();
    assert!(
        ran.stdout.contains("fail → pass: Memory requests/limits"),
        "{}",
        ran.stdout
    );
    // The other way round it fails, and says what the fact was.
    assert_eq!(why(&diff(&sealed, &after, &before).1, MEMORY), ["fact"]);
}

#[test]
fn sight_that_was_lost_or_gained_is_no_change_of_the_platform() {
    let sealed = Sealed::new();
    let before = sealed.sweep("a", &[]);
    sealed
        .scene
        .write("manifests/broken.yaml", "kind: Deployment\nmetadata: [\n")
        .unwrap();
    let after = sealed.sweep("b", &[]);
    let (_, lost) = diff(&sealed, &before, &after);
    assert_eq!(why(&lost, MEMORY), ["sight_lost"]);
    let (_, gained) = diff(&sealed, &after, &before);
    assert_eq!(why(&gained, MEMORY), ["sight_gained"]);
}

#[test]
fn subjects_and_items_that_come_and_go_are_named() {
    let sealed = Sealed::new();
    let before = sealed.sweep("a", &[]);
    std::fs::remove_file(sealed.scene.path("manifests/bare.yaml")).unwrap();
    let list = std::fs::read_to_string(sealed.scene.path("checklist.md")).unwrap();
    let list = list.replace(
        "- [ ] HTTPS enforced on all endpoints",
        "- [ ] Rate limiting",
    );
    sealed.scene.write("checklist.md", &list).unwrap();
    let after = sealed.sweep("b", &[]);
    let (_, found) = diff(&sealed, &before, &after);
    assert_eq!(why(&found, MEMORY), ["subject"]);
    assert_eq!(
        why(&found, "security/https-enforced-on-all-endpoints"),
        ["removed"]
    );
    assert_eq!(why(&found, "security/rate-limiting"), ["added"]);
}

#[test]
fn a_rule_that_changed_is_told_from_a_fact_that_did() {
    let sealed = Sealed::new();
    let scene = &sealed.scene;
    let probe = |name: &str| {
        format!(
            "title: A workload has a good name\nsubject: workload\nassert:\n  - {{ that: workload.name != \"{name}\", \
             message: \"it is called {name}\" }}\nwhy: because\nfix: rename it\n"
        )
    };
    let bindings = "- item: Memory requests/limits\n  probes:\n    - use: team/name\n";
    scene.write("bindings.yaml", bindings).unwrap();
    let more = ["--probes", "pack", "--bindings", "bindings.yaml"];
    scene
        .write("pack/team/name/probe.yaml", &probe("other"))
        .unwrap();
    let before = sealed.sweep("a", &more);
    scene
        .write("pack/team/name/probe.yaml", &probe("good"))
        .unwrap();
    let after = sealed.sweep("b", &more);
    let (_, found) = diff(&sealed, &before, &after);
    assert_eq!(why(&found, MEMORY), ["rule"], "{found:#}");
    let said: Vec<_> = causes(&found, MEMORY)
        .iter()
        .map(|cause| cause["detail"].to_string())
        .collect();
    assert!(said.concat().contains("the probe was changed"), "{said:?}");
    assert!(
        said.concat()
            .contains("by the rule of the first run it would still be pass"),
        "{said:?}"
    );
}
