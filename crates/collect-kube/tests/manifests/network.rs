//! Network policies, Services, Ingresses, and how pods are spread.

use crate::support::{API, check, check_unassessed, deployment, fact, object, read, spec};
use serde_json::{Value, json};

#[test]
fn network_policies() {
    let policy = |spec_: Value| spec("NetworkPolicy", "networking.k8s.io/v1", &spec_);
    let api = json!({"matchLabels": {"app": "api"}});
    let from = json!([{"from": [{"podSelector": {}}]}]);
    for (policy_spec, pointer, wanted) in [
        (
            json!({"podSelector": api, "ingress": from}),
            "/network/ingress/covered",
            json!(true),
        ),
        (
            json!({"podSelector": api, "ingress": from}),
            "/network/egress/covered",
            json!(false),
        ),
        // Without policyTypes, egress counts only if there are egress rules.
        (
            json!({"podSelector": api, "egress": []}),
            "/network/egress/covered",
            json!(false),
        ),
        (
            json!({"podSelector": api, "egress": [{"to": [{"podSelector": {}}]}]}),
            "/network/egress/covered",
            json!(true),
        ),
        (
            json!({"podSelector": api, "policyTypes": ["Egress"]}),
            "/network/ingress/covered",
            json!(false),
        ),
        (
            json!({"podSelector": {}, "policyTypes": ["Ingress"]}),
            "/network/ingress/covered",
            json!(true),
        ),
        (
            json!({"podSelector": {"matchLabels": {"app": "db"}}}),
            "/network/ingress/covered",
            json!(false),
        ),
        (
            json!({"podSelector": api, "ingress": [{}]}),
            "/network/ingress/allow_all/0",
            json!("shop/NetworkPolicy/x"),
        ),
        (
            json!({"podSelector": api, "ingress": [{"from": [{}]}]}),
            "/network/ingress/allow_all/0",
            json!("shop/NetworkPolicy/x"),
        ),
        (
            json!({"podSelector": api, "ingress": [{"ports": [{"port": 80}]}]}),
            "/network/ingress/allow_all",
            json!([]),
        ),
        (
            json!({"podSelector": api, "ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]}),
            "/network/ingress/allow_all/0",
            json!("shop/NetworkPolicy/x"),
        ),
        (
            json!({"podSelector": api, "ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}]}]}),
            "/network/ingress/allow_all",
            json!([]),
        ),
        (
            json!({"podSelector": api, "policyTypes": ["Egress"], "egress": [{"ports": [{"port": 443}]}]}),
            "/network/egress/dns_allowed",
            json!(false),
        ),
        (
            json!({"podSelector": api, "policyTypes": ["Egress"], "egress": [{"ports": [{"protocol": "UDP", "port": 1, "endPort": 100}]}]}),
            "/network/egress/dns_allowed",
            json!(true),
        ),
        (
            // Without a protocol it is TCP, and resolvers ask over UDP.
            json!({"podSelector": api, "policyTypes": ["Egress"], "egress": [{"ports": [{"port": 53}]}]}),
            "/network/egress/dns_allowed",
            json!(false),
        ),
        (
            // The pods of its own namespace are not those of the cluster's DNS.
            json!({"podSelector": api, "policyTypes": ["Egress"], "egress": [{"to": [{"podSelector": {}}], "ports": [{"protocol": "UDP", "port": 53}]}]}),
            "/network/egress/dns_allowed",
            json!(false),
        ),
        (
            json!({"podSelector": api, "ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/1"}}, {"ipBlock": {"cidr": "128.0.0.0/1"}}]}]}),
            "/network/ingress/allow_all/0",
            json!("shop/NetworkPolicy/x"),
        ),
        (
            json!({"podSelector": api, "ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/1"}}], "ports": [{"port": 80}]},
                {"from": [{"ipBlock": {"cidr": "128.0.0.0/1"}}], "ports": [{"port": 80}]}]}),
            "/network/ingress/any_address/0",
            json!("shop/NetworkPolicy/x"),
        ),
        // A rule without peers is for everybody, as 0.0.0.0/0 is.
        (
            json!({"podSelector": api, "ingress": [{"ports": [{"port": 80}]}]}),
            "/network/ingress/any_address/0",
            json!("shop/NetworkPolicy/x"),
        ),
        (
            json!({"podSelector": api, "ingress": [{"from": [], "ports": [{"port": 80}]}]}),
            "/network/ingress/any_address/0",
            json!("shop/NetworkPolicy/x"),
        ),
        (
            json!({"podSelector": api, "policyTypes": ["Egress"], "egress": [{"ports": [{"port": 443}]}]}),
            "/network/egress/any_address/0",
            json!("shop/NetworkPolicy/x"),
        ),
        (
            json!({"podSelector": api, "policyTypes": ["Egress"], "egress": [{"ports": [{"protocol": "UDP", "port": 53}]}]}),
            "/network/egress/any_address",
            json!([]),
        ),
        (
            json!({"podSelector": api, "policyTypes": ["Egress"], "egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"protocol": "UDP", "port": 53}]}]}),
            "/network/egress/any_address",
            json!([]),
        ),
        (
            json!({"podSelector": api, "policyTypes": ["Egress"], "egress": [{"ports": [{"protocol": "UDP", "port": 53}, {"port": 443}]}]}),
            "/network/egress/any_address/0",
            json!("shop/NetworkPolicy/x"),
        ),
        (
            json!({"podSelector": api, "ingress": [{"ports": [{"protocol": "UDP", "port": 53}]}]}),
            "/network/ingress/any_address/0",
            json!("shop/NetworkPolicy/x"),
        ),
        // What an exception takes out, another block may put back.
        (
            json!({"podSelector": api, "ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}},
                {"ipBlock": {"cidr": "10.0.0.0/8"}}]}]}),
            "/network/ingress/allow_all/0",
            json!("shop/NetworkPolicy/x"),
        ),
        // Exceptions that cover their block leave nobody: no rule is left.
        (
            json!({"podSelector": api, "policyTypes": ["Egress"], "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/9", "10.128.0.0/9"]}}]}]}),
            "/network/egress/dns_allowed",
            json!(false),
        ),
    ] {
        let text = deployment("", "", "") + &policy(policy_spec);
        check(&text, API, pointer, wanted);
    }
    let deny = policy(json!({"podSelector": {}, "policyTypes": ["Ingress"]}));
    let text = deployment("", "", "") + &deny;
    check(
        &text,
        "namespace shop",
        "/default_deny_ingress",
        json!(true),
    );
    check(
        &text,
        "namespace shop",
        "/default_deny_egress",
        json!(false),
    );
    // A policy whose only peer is nobody denies by default, too.
    let nobody = json!([{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["0.0.0.0/1", "128.0.0.0/1"]}}]}]);
    let deny = policy(json!({"podSelector": {}, "ingress": nobody}));
    let text = deployment("", "", "") + &deny;
    check(
        &text,
        "namespace shop",
        "/default_deny_ingress",
        json!(true),
    );
    check(
        &text,
        "network_policy shop/NetworkPolicy/x",
        "/denies_all",
        json!(["ingress"]),
    );
    let cilium = deployment("", "", "") + &spec("CiliumNetworkPolicy", "cilium.io/v2", &json!({}));
    let collected = read(&cilium);
    let unknown = &fact(&collected, API).unknown;
    assert!(
        unknown.contains_key("network.ingress.covered"),
        "{unknown:?}"
    );
    check(&cilium, API, "/network/ingress/covered", Value::Null);
}

#[test]
fn services_and_spread() {
    let service = |selector: Value| {
        deployment("", "", "") + &spec("Service", "v1", &json!({"selector": selector}))
    };
    check(
        &service(json!({"app": "api"})),
        API,
        "/services",
        json!(["shop/Service/x"]),
    );
    check(&service(json!({})), API, "/services", json!([]));
    check(&service(json!({"app": "db"})), API, "/services", json!([]));
    let spread = |labels: &str| {
        format!(
            "topologySpreadConstraints: [{{maxSkew: 1, whenUnsatisfiable: DoNotSchedule, topologyKey: topology.kubernetes.io/zone, labelSelector: {labels}}}]"
        )
    };
    for (pod, wanted) in [
        (spread("{matchLabels: {app: api}}"), json!(true)),
        (spread("{matchLabels: {app: db}}"), json!(false)),
        (spread("null"), json!(false)),
    ] {
        check(&deployment("", &pod, ""), API, "/spread/zones", wanted);
    }
}

#[test]
fn ingresses_and_configuration() {
    let ingress = |rest: Value| spec("Ingress", "networking.k8s.io/v1", &rest);
    let name = "ingress shop/Ingress/x";
    let rules = json!([{"host": "a.example.com"}, {"host": "b.example.com"}]);
    check(
        &ingress(json!({"rules": rules, "tls": [{"hosts": ["a.example.com"], "secretName": "s"}]})),
        name,
        "/uncovered_hosts",
        json!(["b.example.com"]),
    );
    check(
        &ingress(json!({"rules": rules, "tls": [{"hosts": ["a.example.com"], "secretName": "s"}]})),
        name,
        "/tls/0/secret_found",
        json!(false),
    );
    let map = object("ConfigMap", "v1", "c", "data: {A: b, DB_PASSWORD: hunter2}");
    check(
        &map,
        "config_map shop/ConfigMap/c",
        "/secret_keys",
        json!(["DB_PASSWORD"]),
    );
    check(&map, "config_map shop/ConfigMap/c", "/used", json!(false));
    let secret = object(
        "Secret",
        "v1",
        "s",
        "stringData: {a: topsecretvalue, b: ''}",
    );
    check(&secret, "secret shop/Secret/s", "/empty_keys", json!(["b"]));
    let using = deployment("", "", "envFrom: [{secretRef: {name: s}}]") + &secret;
    check(&using, "secret shop/Secret/s", "/used", json!(true));
    check(&secret, "secret shop/Secret/s", "/used", json!(false));
    let gateway = |reference: Value| {
        let listener = json!({"name": "tls", "tls": {"certificateRefs": [reference]}});
        spec(
            "Gateway",
            "gateway.networking.k8s.io/v1",
            &json!({"listeners": [listener]}),
        )
    };
    for (user, used) in [
        (
            object("ServiceAccount", "v1", "a", "imagePullSecrets: [{name: s}]"),
            true,
        ),
        (
            object("ServiceAccount", "v1", "a", "secrets: [{name: s}]"),
            true,
        ),
        (gateway(json!({"name": "s"})), true),
        (gateway(json!({"name": "s", "namespace": "shop"})), true),
        (gateway(json!({"name": "s", "namespace": "other"})), false),
    ] {
        let text = user + &secret;
        check(&text, "secret shop/Secret/s", "/used", json!(used));
    }
}

/// A selector that Kubernetes refuses selects nobody knows what: whatever the object would have
/// decided is unknown, never absent.
#[test]
fn selectors_that_are_refused() {
    let selector =
        json!({"matchExpressions": [{"key": "app", "operator": "Like", "values": ["a"]}]});
    for (object, unknown) in [
        (
            spec(
                "NetworkPolicy",
                "networking.k8s.io/v1",
                &json!({"podSelector": selector}),
            ),
            "network",
        ),
        (
            spec(
                "PodDisruptionBudget",
                "policy/v1",
                &json!({"minAvailable": 1, "selector": selector}),
            ),
            "disruption_budgets",
        ),
    ] {
        let collected = read(&format!("{}{object}", deployment("", "", "")));
        check_unassessed(&collected, "the operator \"Like\"");
        let fact = fact(&collected, API);
        assert!(fact.unknown.contains_key(unknown), "{:?}", fact.unknown);
    }
}
