//! The collector as the engine drives it.

use crate::support::deployment;
use jiff::Timestamp;
use seaworthy_collect::{Budgets, Collector, Context, Sink};
use seaworthy_collect_kube::{collectors, target_kinds};
use seaworthy_model::Target;
use seaworthy_yaml::{Dialect, Limits, Schema, parse};
use serde_json::{Value, json};

fn target(spec: Value) -> Target {
    Target {
        name: "shop".to_owned(),
        kind: "kubernetes".to_owned(),
        labels: Default::default(),
        spec: spec.into(),
        location: None,
    }
}

fn only() -> Box<dyn Collector> {
    let mut all = collectors().into_iter();
    all.find(|collector| collector.id() == "k8s/manifests")
        .unwrap()
}

#[tokio::test]
async fn it_collects_what_its_target_names() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("api.yaml"), deployment("", "", "")).unwrap();
    let path = folder.path().display().to_string();
    let collector = only();
    let context = Context::new(Timestamp::UNIX_EPOCH, Budgets::default(), || {
        Timestamp::UNIX_EPOCH
    });
    for spec in [json!({"manifests": path}), json!({"manifests": [path]})] {
        let target = target(spec);
        assert!(collector.accepts(&target));
        assert!(collector.describe(&target).concat().contains(&path));
        let sink = Sink::new();
        collector.collect(&target, &context, &sink).await;
        let collected = sink.take();
        assert_eq!(collected.unassessed, []);
        let workload = collected
            .facts
            .iter()
            .find(|fact| fact.subject.kind == "workload")
            .unwrap();
        assert_eq!(workload.subject.name, "shop/Deployment/api");
        assert_eq!(workload.provenance.collector, collector.id());
        assert_eq!(workload.provenance.artifacts.len(), 1);
    }
    assert!(!collector.accepts(&target(json!({"context": "prod"}))));
}

#[test]
fn every_fact_fits_its_schema() {
    let text = deployment("replicas: 2", "", "livenessProbe: {tcpSocket: {port: 1}}")
        + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n"
        + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        + "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {}\n"
        + "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: p, namespace: shop}\nspec: {selector: {}, maxUnavailable: 1}\n"
        + "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h, namespace: shop}\nspec: {scaleTargetRef: {kind: Deployment, name: api}, maxReplicas: 3}\n"
        + include_str!("every-kind.yaml");
    let collected = crate::support::read(&text);
    let schemas = only().facts();
    for schema in &schemas {
        let compiled = Schema::compile(&schema.schema).unwrap();
        let of_kind = collected
            .facts
            .iter()
            .filter(|fact| fact.subject.kind == schema.kind);
        let mut seen = 0;
        for fact in of_kind {
            seen += 1;
            let text = fact.value.to_string();
            let parsed = parse(text.as_bytes(), Dialect::Core, &Limits::default());
            assert_eq!(compiled.check(&parsed.documents[0]), [], "{text}");
        }
        assert!(seen > 0, "no fact of kind {}", schema.kind);
    }
}

#[test]
fn the_target_has_a_schema_and_a_name() {
    let kinds = target_kinds();
    let kind = &kinds[0];
    assert_eq!((kind.kind, kind.key), ("kubernetes", "kubernetes"));
    assert_eq!(
        (kind.default_name)(&json!({"manifests": ["deploy", "more"]})),
        Some("deploy".to_owned())
    );
    assert_eq!(kind.schema["additionalProperties"], json!(false));
    assert!(Schema::compile(&kind.schema).is_ok());
}
