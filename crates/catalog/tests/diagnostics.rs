//! Every fault of a probe or a case is told at its file, line and column, with what to do.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod support;

use seaworthy_catalog::{Cases, Catalog};
use std::fmt::Write as _;
use support::{file, schemas};

/// The diagnostics of one probe, each with the line it points at and a caret under the place.
fn told(text: &str) -> String {
    let source = file("k8s/p/probe.yaml", text);
    let loaded = Catalog::load([&source], &schemas());
    let mut out = String::new();
    for diagnostic in &loaded.diagnostics {
        writeln!(out, "{diagnostic}").unwrap();
        let line = usize::try_from(diagnostic.position.line).unwrap();
        let column = usize::try_from(diagnostic.position.column).unwrap();
        writeln!(out, "    | {}", text.lines().nth(line - 1).unwrap_or("")).unwrap();
        writeln!(out, "    | {:>column$}", "^").unwrap();
    }
    assert_eq!(loaded.catalog.is_empty(), !loaded.diagnostics.is_empty());
    out
}

fn with_assertions(assertions: &[&str]) -> String {
    let mut text = "title: t\nsubject: workload\nassert:\n".to_owned();
    for that in assertions {
        writeln!(text, "  - that: {that}\n    message: m").unwrap();
    }
    text + "why: w\nfix: f\n"
}

#[test]
fn keys_and_types() {
    insta::assert_snapshot!(told(
        "titel: t\nsubject: workload\nparams:\n  min: { type: integer, defualt: 3 }\nassert:\n  - that: true\n    mesage: m\nwhy: 3\nfix: f\n"
    ));
}

#[test]
fn blank_and_missing_parts() {
    insta::assert_snapshot!(
        [
            told(""),
            told("title: ' '\nsubject: workload\nassert: []\nwhy: w\nfix: ''\nwhere_reason: r\n"),
            told("title: t\nsubject: worklaod\nassert: [{that: 'true', message: m}]\nwhy: w\nfix: f\n"),
            told("title: t\n  bad: [\n"),
            told("title: t\n---\ntitle: u\n"),
            told("title: t\ntitle: u\n"),
        ]
        .join("--\n")
    );
}

#[test]
fn parameters() {
    insta::assert_snapshot!(told(
        "title: t\nsubject: workload\nparams:\n  min: { type: int, default: three }\n  age: { type: duration, default: 30 }\n  odd-name: { type: int }\n  unread: { type: bool, default: true }\nassert:\n  - that: workload.replicas >= params.mim\n    message: \"{params.min} {params.age} {params.max}\"\nwhy: w\nfix: f\n"
    ));
}

#[test]
fn fields() {
    insta::assert_snapshot!(told(&with_assertions(&[
        "workload.replica >= 3",
        "\"workload.autoscaler.min_replica >= 3 && workload.autoscaler.zzz == 1\"",
        "workload.containers.exists(c, c.limit.cpu_millis > 0)",
        "workload.containers.name == 'x'",
        "workload.ref.name == 'x'",
        "has(workload.replicas)",
        "has(workload.autoscalr) && has(workload.labels.app)",
        "|\n      workload.scalable &&\n      workload.containers[0].nam == 'x'",
        ">-\n      workload.scalable &&\n      workload.containers['x'].name == 'x'",
        "workload['ref'] == 'x'",
        "workloads.scalable",
        "replicas > 3",
    ])));
}

#[test]
fn types() {
    insta::assert_snapshot!(told(&with_assertions(&[
        "workload.replicas",
        "workload.autoscaler",
        "workload.replicas == '3'",
        "workload.ref > 3",
        "workload.scalable && workload.replicas",
        "workload.containers.all(c, c.name)",
        "workload.kind == 'DaemonSet'",
        "workload.strategy in ['roling', 'recreate']",
        "workload.replicas in ['a']",
        "workload.labels.contains('x')",
        "workload.containers.contains('x')",
        "size(workload.replicas) > 0",
        "workload.replicas + 'x' == 'x'",
        "\"(workload.scalable ? 1 : 'x') == 1\"",
        "\"[1, 'x'] == [1]\"",
        "workload.replicas.exists(x, x)",
        "\"'autoscaler' in workload\"",
    ])));
}

#[test]
fn syntax() {
    let faults = [
        "workload.replicas >= ",
        "workload.replicas = 3",
        "workload.replicas >= 3.5",
        "workload.replicas >= 3u",
        "workload.ref == 'x",
        "workload.ref == \"a\\qb\"",
        "workload.autoscaler != null",
        "(workload.scalable",
        "workload.scalable)",
        "workload.scalable & workload.scalable",
        "workload.ref.matches('x')",
        "workload.ref.startWith('x')",
        "frobnicate(1)",
        "has(workload)",
        "workload.containers.all(workload, true)",
        "workload.containers.all(c.name, true)",
        "workload.?autoscaler",
        "workload.ref == “x”",
        "size() == 0",
        "99999999999999999999 > 1",
        "{'a': 1} == 1",
    ];
    // Without quotes of their own, so that what YAML makes of them is not in the way.
    let literal = faults.map(|fault| format!("|\n      {fault}"));
    insta::assert_snapshot!(told(&with_assertions(
        &literal.each_ref().map(String::as_str)
    )));
}

#[test]
fn an_all_over_what_may_be_empty() {
    insta::assert_snapshot!(told(&with_assertions(&[
        "workload.containers.all(c, has(c.limits))",
        "size(workload.containers) > 0 && workload.containers.all(c, c.ports.all(p, p > 1024))",
    ])));
    assert_eq!(
        told(&with_assertions(&[
            "size(workload.containers) > 0",
            "workload.containers.all(c, has(c.limits))",
            "workload.containers.all(c, size(c.ports) == 0 || c.ports.all(p, p > 1024))",
        ])),
        ""
    );
}

#[test]
fn messages() {
    insta::assert_snapshot!(told(
        "title: t\nsubject: workload\nwhere: workload.scalable\nwhere_reason: \"{workload.reff} is not\"\nassert:\n  - that: 'true'\n    message: \"{workload.ref\"\n  - that: 'true'\n    message: \"a } b\"\n  - that: 'true'\n    message: \"{workload} has {size(workload.container)}\"\nwhy: w\nfix: f\n"
    ));
}

const GOOD: &str = "title: The autoscaler keeps enough replicas\nsubject: workload\nwhere: workload.scalable\nwhere_reason: \"{workload.ref} is not scalable\"\nparams: { min: { type: int, default: 3 } }\nassert:\n  - that: has(workload.autoscaler)\n    message: \"{workload.ref} has no autoscaler\"\n  - that: workload.autoscaler.min_replicas >= params.min\n    message: \"{workload.autoscaler.min_replicas} replicas, {params.min} wanted\"\nwhy: w\nfix: f\n";

#[test]
fn a_broken_probe_hides_no_other() {
    let sources = [
        file("k8s/broken/probe.yaml", "title: ["),
        file("k8s/good/probe.yaml", GOOD),
        file("k8s/Bad_Name/probe.yaml", GOOD),
        file("lonely/probe.yaml", GOOD),
        file("k8s/other/probe.yml", GOOD),
        file("k8s/good/README.md", "words"),
        file("k8s/latin/probe.yaml", "title: t"),
        seaworthy_catalog::Source::new("mine", "k8s/good/probe.yaml", GOOD.as_bytes().to_vec()),
        seaworthy_catalog::Source::new("mine", "k8s/bytes/probe.yaml", vec![0xff, 0xfe, 0x00]),
    ];
    let loaded = Catalog::load(&sources, &schemas());
    let ids: Vec<&str> = loaded
        .catalog
        .probes()
        .map(|p| p.spec().id.as_str())
        .collect();
    assert_eq!(ids, ["k8s/good"]);
    assert_eq!(loaded.catalog.suggest("k8s/godo"), Some("k8s/good"));
    let told: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_is_stable_in_a_failure() {
    let text = with_assertions(&[
        "workload.autoscaler.min_replicas >= workload.autoscaler.current_replicas",
        "has(workload.autoscaler) && workload.generation > 1",
        "\"[workload.autoscaler] == []\"",
        "workload.containers.exists(c, has(c.limits) && c.limits.cpu_millis > 0)",
    ]);
    let source = file("k8s/p/probe.yaml", &text);
    let loaded = Catalog::load([&source], &schemas());
    let probe = loaded.catalog.probes().next().unwrap();
    // A replay compiles from the sealed specification and reads the same.
    let again = seaworthy_catalog::CompiledProbe::compile(probe.spec()).unwrap();
    assert_eq!(again.digest(), probe.digest());
    let stable: Vec<String> = probe
        .spec()
        .assertions
        .iter()
        .map(|a| a.stable_reads.join(" "))
        .collect();
    assert_eq!(
        stable,
        [
            "autoscaler.min_replicas",
            "has(autoscaler)",
            "autoscaler.max_replicas autoscaler.min_replicas autoscaler.ref",
            "has(containers[].limits) containers[].limits.cpu_millis",
        ]
    );
}

#[test]
fn cases() {
    let base = "fact:\n  ref: api\n  kind: Deployment\n  replicas: 3\n  scalable: true\n  containers: []\n  labels: {}\n  generation: 1\n";
    let sources = [
        file("k8s/good/probe.yaml", GOOD),
        file(
            "k8s/good/cases/typo.yaml",
            &format!("expect: fial\nwith: {{ mni: 3 }}\n{base}"),
        ),
        file(
            "k8s/good/cases/param.yaml",
            &format!("expect: fail\nwith: {{ mni: 3, min: x }}\n{base}"),
        ),
        file(
            "k8s/good/cases/fact.yaml",
            "expect: pass\nfact:\n  ref: 3\n  kind: DaemonSet\n  replcas: 3\n  containers:\n    - nam: a\n",
        ),
        file(
            "k8s/good/cases/unknown.yaml",
            &format!(
                "expect: inconclusive\nunknown: {{ autoscalr: '403', 'containers[].limit': '403' }}\n{base}"
            ),
        ),
        file("k8s/good/cases/bare.yaml", "expect: pass\n"),
    ];
    let loaded = Catalog::load(&sources, &schemas());
    assert_eq!(loaded.diagnostics, []);
    let (_, diagnostics) = Cases::load(&sources, &loaded.catalog, &schemas());
    let told: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}
