//! Routes of the Gateway API and how much of a quota is used.

use crate::support::*;
use serde_json::json;

const SERVICES: &str = "\
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {ports: [{port: 80, name: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: money}
spec: {ports: [{port: 443}]}
";

fn route(rules: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r, namespace: shop}}\nspec: {{hostnames: [a.example.com], rules: {rules}}}\n---\n{SERVICES}"
    )
}

fn grant(from: &str, to: &str) -> String {
    format!(
        "---\napiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: {{name: g, namespace: money}}\nspec: {{from: [{from}], to: [{to}]}}\n"
    )
}

const ROUTE: &str = "route shop/HTTPRoute/r";

#[test]
fn each_backend_is_looked_up() {
    for (backend, wanted) in [
        ("{name: api, port: 80}", [true, true, true]),
        ("{name: api, port: 81}", [true, false, true]),
        ("{name: gone, port: 80}", [false, false, true]),
        (
            "{name: pay, namespace: money, port: 443}",
            [true, true, false],
        ),
        // The Services of the same name in other namespaces are others.
        ("{name: pay, port: 443}", [false, false, true]),
    ] {
        let text = route(&format!("[{{backendRefs: [{backend}]}}]"));
        for (field, wanted) in ["found", "port_found", "granted"].iter().zip(wanted) {
            check(&text, ROUTE, &format!("/backends/0/{field}"), json!(wanted));
        }
    }
}

#[test]
fn a_grant_lets_in_whom_it_names() {
    let rule = "[{backendRefs: [{name: pay, namespace: money, port: 443}]}]";
    let from = |kind: &str, namespace: &str| {
        format!("{{group: gateway.networking.k8s.io, kind: {kind}, namespace: {namespace}}}")
    };
    let service = "{group: '', kind: Service}";
    for (from, to, wanted) in [
        (from("HTTPRoute", "shop"), service, true),
        (
            from("HTTPRoute", "shop"),
            "{group: '', kind: Service, name: pay}",
            true,
        ),
        (
            from("HTTPRoute", "shop"),
            "{group: '', kind: Service, name: other}",
            false,
        ),
        (
            from("HTTPRoute", "shop"),
            "{group: '', kind: Secret}",
            false,
        ),
        (from("HTTPRoute", "other"), service, false),
        (from("GRPCRoute", "shop"), service, false),
    ] {
        let text = route(rule) + &grant(&from, to);
        check(&text, ROUTE, "/backends/0/granted", json!(wanted));
    }
}

#[test]
fn rules_that_lead_nowhere_are_counted() {
    let redirect = "{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}";
    for (rules, empty) in [
        ("[{backendRefs: [{name: api, port: 80}]}]".to_owned(), 0),
        (format!("[{redirect}]"), 0),
        ("[{}]".to_owned(), 1),
        (format!("[{{backendRefs: []}}, {redirect}, {{}}]"), 2),
    ] {
        check(
            &route(&rules),
            ROUTE,
            "/rules_without_backend",
            json!(empty),
        );
    }
    let mirror = "[{backendRefs: [{name: api, port: 80}], filters: [{type: RequestMirror, requestMirror: {backendRef: {name: gone, port: 1}}}]}]";
    check(&route(mirror), ROUTE, "/backends/1/found", json!(false));
}

#[test]
fn the_use_of_a_quota_is_told_by_its_status() {
    let quota = |status: &str| {
        format!(
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q, namespace: shop}}\nspec: {{hard: {{requests.cpu: '10', pods: '0'}}}}\n{status}---\n{}",
            deployment("", "", "")
        )
    };
    let full = quota(
        "status: {hard: {requests.cpu: '10', pods: '0'}, used: {requests.cpu: 9001m, pods: '0'}}\n",
    );
    let subject = "namespace shop";
    check(&full, subject, "/quota_use/1/percent", json!(100));
    check(&full, subject, "/quota_use/0/percent", json!(91));
    check(&full, subject, "/quota_use/0/used", json!("9001m"));
    for untold in ["", "status: {hard: {requests.cpu: '10'}}\n"] {
        let collected = read(&quota(untold));
        let found = fact(&collected, subject);
        assert!(found.unknown.contains_key("quota_use") && found.value.get("quota_use").is_none());
    }
    check(&deployment("", "", ""), subject, "/quota_use", json!([]));
}
