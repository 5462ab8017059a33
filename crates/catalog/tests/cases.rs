//! Cases run, are held against their expectation, and fill the matrix.

mod support;

use seaworthy_catalog::{Cases, Catalog, Source, explain, run_cases};
use seaworthy_model::ProbeId;
use support::{file, schemas};

const MIN: &str = "title: The autoscaler keeps enough replicas
subject: workload
where: workload.scalable
where_reason: \"{workload.ref} is not scalable\"
params: { min: { type: int, default: 3 }, age: { type: duration, default: 30d } }
assert:
  - that: has(workload.autoscaler)
    message: \"{workload.ref} has no autoscaler\"
  - that: workload.autoscaler.min_replicas >= params.min && params.age > 0
    message: \"{workload.autoscaler.min_replicas} replicas, {params.min} wanted within {params.age}\"
why: w
fix: f
";

const LIMITS: &str = "title: Every container has a limit
subject: workload
params: { least: { type: int } }
assert:
  - that: size(workload.containers) > 0 && workload.containers.all(c, has(c.limits) && c.limits.cpu_millis >= params.least)
    message: \"{workload.containers.filter(c, !has(c.limits)).map(c, c.name).join(', ')} without limit\"
why: w
fix: f
";

fn case(head: &str, rest: &str) -> String {
    format!(
        "{head}\nfact:\n  ref: api\n  kind: Deployment\n  replicas: 3\n  labels: {{}}\n  generation: 1\n{rest}"
    )
}

fn pack() -> Vec<Source> {
    let scalable =
        "  scalable: true\n  containers: [{ name: app, ports: [], limits: { cpu_millis: 100 } }]\n";
    let hpa = "  autoscaler: { ref: api, min_replicas: 2, current_replicas: 2 }\n";
    vec![
        file("k8s/min/probe.yaml", MIN),
        file(
            "k8s/min/cases/none.yaml",
            &case("expect: fail\nmessage: api has no", scalable),
        ),
        file(
            "k8s/min/cases/two.yaml",
            &case(
                "expect: fail\nmessage: 2 replicas, 3 wanted within 30d",
                &format!("{scalable}{hpa}"),
            ),
        ),
        file(
            "k8s/min/cases/enough.yaml",
            &case(
                "expect: pass\nwith: { min: 2 }",
                &format!("{scalable}{hpa}"),
            ),
        ),
        file(
            "k8s/min/cases/denied.yaml",
            &case(
                "expect: inconclusive\nmessage: '403'\nunknown: { autoscaler: 403 listing }",
                scalable,
            ),
        ),
        file(
            "k8s/min/cases/fixed.yaml",
            &case(
                "expect: not_applicable\nmessage: api is not scalable",
                "  scalable: false\n  containers: []\n",
            ),
        ),
        file("k8s/limits/probe.yaml", LIMITS),
        file(
            "k8s/limits/cases/set.yaml",
            &case("expect: pass\nwith: { least: 50 }", scalable),
        ),
        file(
            "k8s/limits/cases/unset.yaml",
            &case(
                "expect: fail\nmessage: b, c without\nwith: { least: 50 }",
                "  scalable: false\n  containers: [{ name: a, ports: [], limits: { cpu_millis: 50 } }, { name: b, ports: [] }, { name: c, ports: [] }]\n",
            ),
        ),
        file(
            "k8s/limits/cases/hidden.yaml",
            &case(
                "expect: inconclusive\nwith: { least: 50 }\nunknown: { 'containers[].limits': '403' }",
                scalable,
            ),
        ),
    ]
}

#[test]
fn every_probe_runs_over_every_case_of_its_kind() {
    let sources = pack();
    let loaded = Catalog::load(&sources, &schemas());
    assert_eq!(loaded.diagnostics, []);
    let (cases, diagnostics) = Cases::load(&sources, &loaded.catalog, &schemas());
    assert_eq!(diagnostics, []);
    let report = run_cases(&loaded.catalog, &cases);
    assert_eq!(report.failures, []);
    assert_eq!(report.ran, 8);
    insta::assert_snapshot!(report.matrix.to_string());
}

#[test]
fn a_case_that_comes_out_otherwise_is_told() {
    let mut sources = pack();
    for (path, from, to) in [
        ("k8s/min/cases/none.yaml", "expect: fail", "expect: pass"),
        ("k8s/min/cases/two.yaml", "3 wanted", "4 wanted"),
    ] {
        let source = sources
            .iter_mut()
            .find(|source| source.path == path)
            .unwrap();
        let text = String::from_utf8(source.bytes.to_vec())
            .unwrap()
            .replace(from, to);
        source.bytes = text.into_bytes().into();
    }
    let loaded = Catalog::load(&sources, &schemas());
    let (cases, _) = Cases::load(&sources, &loaded.catalog, &schemas());
    let told: Vec<String> = run_cases(&loaded.catalog, &cases)
        .failures
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_probe_is_explained() {
    let sources = pack();
    let loaded = Catalog::load(&sources, &schemas());
    let (cases, _) = Cases::load(&sources, &loaded.catalog, &schemas());
    let id = ProbeId("k8s/min".into());
    let explanation = explain(&loaded.catalog, &cases, &id).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&explanation).unwrap());
    assert!(explain(&loaded.catalog, &cases, &ProbeId("k8s/gone".into())).is_none());
}

#[test]
fn digests_follow_the_content_alone() {
    let sources = pack();
    let first = Catalog::load(&sources, &schemas()).catalog;
    let again = Catalog::load(sources.iter().rev(), &schemas()).catalog;
    assert_eq!(first.digest(), again.digest());
    let changed = [file(
        "k8s/min/probe.yaml",
        &MIN.replace("default: 3", "default: 2"),
    )];
    let changed = Catalog::load(&changed, &schemas()).catalog;
    let id = ProbeId("k8s/min".into());
    assert_ne!(
        first.get(&id).unwrap().digest(),
        changed.get(&id).unwrap().digest()
    );
}
