//! Where the fields of a fact stand in the text that it was read from.

use crate::support::{fact, read};

/// Checks that each field has the place of a part of the text, which is there once: of a field that
/// is absent, the nearest around it.
#[track_caller]
fn check(text: &str, subject: &str, fields: &[(&str, &str)]) {
    let collected = read(text);
    assert_eq!(collected.unassessed, [], "{text}");
    let places = &fact(&collected, subject).places;
    for (field, part) in fields {
        assert_eq!(text.matches(part).count(), 1, "{part} in\n{text}");
        let before = text.split(part).next().unwrap();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
        let place = places.nearest(field).unwrap();
        let place = (place.0 as usize, place.1 as usize);
        assert_eq!(place, (line, column), "{field} at {part} of\n{text}");
    }
}

const BLOCK: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      hostNetwork: true
      containers:
        - name: first
          image: registry.example.com/first:1
        - image: registry.example.com/second:1
          name: second
          resources:
            limits: {cpu: '1', memory: 1Gi}
          securityContext:
            # é moves a byte and no character
            privileged: true
";

#[test]
fn a_field_stands_at_its_key_and_an_absent_one_at_what_is_around_it() {
    let containers = "spec.template.spec.containers";
    let field = |rest: &str| format!("{containers}{rest}");
    check(
        BLOCK,
        "workload shop/Deployment/api",
        &[
            ("spec.replicas", "replicas: 2"),
            ("spec.template.spec.hostNetwork", "hostNetwork"),
            ("spec.template.spec.hostPID", "spec:\n      hostNetwork"),
            (&field("[0].image"), "image: registry.example.com/first"),
            (&field("[0].resources.limits.cpu"), "name: first"),
            (&field("[1]"), "image: registry.example.com/second"),
            (&field("[1].resources.limits.cpu"), "cpu"),
            (&field("[1].resources.requests.cpu"), "resources"),
            (&field("[1].securityContext.privileged"), "privileged"),
            (
                &field("[1].securityContext.runAsNonRoot"),
                "securityContext",
            ),
            // As the Pod Security Standards name it.
            (&field("[second].securityContext.privileged"), "privileged"),
        ],
    );
}

#[test]
fn json_lists_and_later_documents_have_places_too() {
    let pod = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},
  "spec": {"containers": [{"name": "c", "image": "i",
    "securityContext": {"privileged": true}}]}}"#;
    let field = "spec.containers[0].securityContext.privileged";
    let subject = "workload default/Pod/a";
    check(pod, subject, &[(field, "\"privileged\"")]);
    let list = format!(
        "# a comment\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\n---\n\
         apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {{name: s}}\n  \
         spec: {{ports: [{{port: 80}}]}}\n- {pod}\n"
    );
    check(
        &list,
        subject,
        &[(field, "\"privileged\""), ("spec.hostIPC", "\"spec\"")],
    );
    check(
        &list,
        "service default/Service/s",
        &[("spec.ports", "ports")],
    );
    let typed = "apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n  spec:\n    \
                 hostPID: true\n    containers: [{name: c, image: i}]\n";
    check(typed, subject, &[("spec.hostPID", "hostPID")]);
}

#[test]
fn what_an_alias_repeats_stands_where_it_is_written() {
    let text = "\
apiVersion: v1
kind: Pod
metadata: {name: a}
x-common: &common
  privileged: true
x-more: &more {readOnlyRootFilesystem: true}
spec:
  containers:
    - {name: one, image: i, securityContext: *common}
    - name: two
      image: i
      securityContext:
        <<: [*more]
        runAsNonRoot: true
";
    check(
        text,
        "workload default/Pod/a",
        &[
            (
                "spec.containers[0].securityContext.privileged",
                "privileged",
            ),
            (
                "spec.containers[1].securityContext.readOnlyRootFilesystem",
                "readOnlyRootFilesystem",
            ),
            (
                "spec.containers[1].securityContext.runAsNonRoot",
                "runAsNonRoot",
            ),
        ],
    );
}

#[test]
fn a_template_of_an_unknown_kind_is_found_where_it_is() {
    let text = "\
apiVersion: example.com/v1
kind: Fleet
metadata: {name: f}
spec:
  groups:
    - pod:
        spec:
          hostIPC: true
          containers: [{name: c, image: i}]
";
    check(
        text,
        "workload default/Fleet/f",
        &[("spec.groups[0].pod.spec.hostIPC", "hostIPC")],
    );
}

#[test]
fn the_two_kinds_of_autoscalers_call_their_fields_differently() {
    let hpa = "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: h, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  minReplicas: 2
  maxReplicas: 3
  metrics: []
";
    check(
        hpa,
        "autoscaler shop/HorizontalPodAutoscaler/h",
        &[
            ("spec.minReplicas", "minReplicas"),
            ("spec.maxReplicas", "maxReplicas"),
            ("spec.scaleTargetRef", "scaleTargetRef"),
            ("spec.metrics", "metrics"),
        ],
    );
    let keda = "\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: s, namespace: shop}
spec:
  scaleTargetRef: {name: api}
  minReplicaCount: 2
  triggers: []
";
    check(
        keda,
        "autoscaler shop/ScaledObject/s",
        &[
            ("spec.minReplicaCount", "minReplicaCount"),
            ("spec.triggers", "triggers"),
        ],
    );
}

#[test]
fn where_traffic_is_split() {
    let route = "\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: shop}
spec:
  rules: [{backendRefs: [{name: web, weight: 9}, {name: web-canary, weight: 1}]}]
";
    check(
        route,
        "traffic_split shop/HTTPRoute/r",
        &[("spec.rules", "rules")],
    );
}

#[test]
fn every_field_that_a_type_names_is_one_of_its_own() {
    let schemas = seaworthy_collect_kube::fact_schemas();
    let named: usize = schemas
        .iter()
        .map(|schema| seaworthy_model::fields_of(&schema.schema).len())
        .sum();
    assert!(named > 100, "{named} fields are named");
    let workload = schemas
        .iter()
        .find(|schema| schema.kind == "workload")
        .unwrap();
    let fields = seaworthy_model::fields_of(&workload.schema);
    for (path, field) in [
        ("host_network", "{pod_path}.spec.hostNetwork"),
        ("containers[]", "{containers[].path}"),
        (
            "containers[].limits.cpu_milli",
            "{containers[].path}.resources.limits.cpu",
        ),
        (
            "pod_security.baseline[]",
            "{pod_path}.{pod_security.baseline[].field}",
        ),
        ("update.strategy", "spec.strategy"),
        ("service_account.name", "{pod_path}.spec.serviceAccountName"),
    ] {
        assert_eq!(fields.get(path).map(String::as_str), Some(field), "{path}");
    }
}
