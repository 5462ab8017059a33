//! A plugin from the command line down: its kinds are known to probes, the plan shows it, a sweep runs
//! it, and what it could not tell leaves the item open.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use seaworthy_tests::report::item;
use seaworthy_tests::scene::Scene;

const ITEM: &str = "operations/no-queue-is-deep";

/// A scene with a plugin that prints this answer.
fn scene(answer: &str) -> Scene {
    let scene = Scene::new().unwrap();
    scene
        .write(
            "list.md",
            "# Launch\n\n## Operations\n\n- [ ] No queue is deep\n",
        )
        .unwrap();
    scene.write("answer.json", answer).unwrap();
    scene
        .write(
            "queue.json",
            r#"{"type": "object", "additionalProperties": false, "required": ["ref"],
                "properties": {"ref": {"type": "string"}, "depth": {"type": "integer"}}}"#,
        )
        .unwrap();
    scene
        .write(
            "probes/queue/not-deep/probe.yaml",
            "title: The queue is not deep\nsubject: queue\nassert:\n  - that: queue.depth < 10\n    message: \"{queue.ref} holds {queue.depth}\"\nwhy: It is late.\nfix: Work it off.\n",
        )
        .unwrap();
    for (name, expect, depth) in [("shallow", "pass", 3), ("deep", "fail", 30)] {
        let case = format!("expect: {expect}\nfact: {{ ref: a, depth: {depth} }}\n");
        scene
            .write(&format!("probes/queue/not-deep/cases/{name}.yaml"), &case)
            .unwrap();
    }
    let unknown = "expect: inconclusive\nfact: { ref: a }\nunknown: { depth: \"denied: 403\" }\n";
    scene
        .write("probes/queue/not-deep/cases/unknown.yaml", unknown)
        .unwrap();
    scene
        .write(
            "bindings.yaml",
            "- item: \"No queue is deep\"\n  probes:\n    - use: queue/not-deep\n",
        )
        .unwrap();
    scene
        .write(
            "seaworthy.yaml",
            "service: shop\nenvironment: test\nprobes: [probes]\nbindings: [bindings.yaml]\ntargets:\n  plugins:\n    - name: queues\n      run: [cat, answer.json]\n      facts: { queue: queue.json }\n",
        )
        .unwrap();
    scene
}

fn answer(facts: &str) -> String {
    format!(r#"{{"schema": "seaworthy.exec-facts/v1", "facts": [{facts}]}}"#)
}

const SHALLOW: &str = r#"{"kind": "queue", "name": "a", "value": {"ref": "a", "depth": 3}}"#;
const DEEP: &str = r#"{"kind": "queue", "name": "b", "value": {"ref": "b", "depth": 30}}"#;
const WRONG: &str = r#"{"kind": "queue", "name": "c", "value": {"ref": "c", "depth": "deep"}}"#;

#[test]
fn what_a_plugin_tells_decides_an_item() {
    for (facts, result) in [
        (SHALLOW.to_owned(), "pass"),
        (format!("{SHALLOW}, {DEEP}"), "fail"),
        (format!("{SHALLOW}, {WRONG}"), "inconclusive"),
        (String::new(), "inconclusive"),
    ] {
        let scene = scene(&answer(&facts));
        let report = scene
            .run(&["sweep", "list.md", "--format", "json"])
            .unwrap()
            .json()
            .unwrap();
        assert_eq!(
            item(&report, ITEM)["result"],
            result,
            "{}",
            item(&report, ITEM)
        );
    }
    let scene = scene("no JSON");
    let report = scene
        .run(&["sweep", "list.md", "--format", "json"])
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(item(&report, ITEM)["result"], "inconclusive");
}

#[test]
fn a_run_with_a_plugin_is_replayed_without_it() {
    let scene = scene(&answer(SHALLOW));
    scene.run(&["sweep", "list.md"]).unwrap();
    let run = seaworthy_tests::command::bundle(&scene.path("runs")).unwrap();
    std::fs::remove_file(scene.path("answer.json")).unwrap();
    std::fs::remove_file(scene.path("seaworthy.yaml")).unwrap();
    let ran = scene.run(&["replay", run.to_str().unwrap()]).unwrap();
    assert!(
        ran.stdout.starts_with("identical: "),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
}

#[test]
fn the_plan_shows_it_and_runs_nothing() {
    let scene = scene(&answer(SHALLOW));
    std::fs::remove_file(scene.path("answer.json")).unwrap();
    let ran = scene.run(&["plan", "list.md"]).unwrap();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout
            .contains("exec/queues for queue\n    RUN [\"cat\", \"answer.json\"] in this folder"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_schema_that_will_not_do_is_told_at_its_target() {
    let scene = scene(&answer(SHALLOW));
    scene
        .write("queue.json", r#"{"type": "object", "properties": {}}"#)
        .unwrap();
    let ran = scene.run(&["sweep", "list.md"]).unwrap();
    assert_eq!(ran.code, 78);
    assert!(ran.stderr.contains("seaworthy.yaml:7:7: the schema queue.json of queue: at /: `additionalProperties: false` is wanted"), "{}", ran.stderr);
}

#[test]
fn cases_run_over_the_kinds_of_plugins() {
    let scene = scene(&answer(SHALLOW));
    let ran = scene
        .run(&["probes", "test", "probes", "--config", "seaworthy.yaml"])
        .unwrap();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stdout.contains("1 probes, 3 cases: 3 as expected"),
        "{}",
        ran.stdout
    );
    let ran = scene.run(&["probes", "explain", "queue/not-deep"]).unwrap();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}
