//! The role of `deploy/rbac.yaml`, by the authorizer and the audit log of a real API server: it
//! suffices for everything that is asked, and nothing beyond it is asked.

use super::{kinds, look, look_as, shop, written};
use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use seaworthy_model::ReasonCode;
use seaworthy_tests::servers::ApiServer;
use seaworthy_yaml::{Dialect, Limits, parse};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const ROLE: &str = include_str!("../../../deploy/rbac.yaml");
/// A key that signs tokens.
const KEY: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0Vniq";
const ACCOUNT: &str = "system:serviceaccount:seaworthy:seaworthy";

/// Group and plural of every resource that the role lets list.
fn granted() -> Result<BTreeSet<(String, String)>> {
    let parsed = parse(ROLE.as_bytes(), Dialect::Kubernetes, &Limits::default());
    assert!(parsed.problems.is_empty());
    let mut granted = BTreeSet::new();
    for document in parsed.documents {
        for rule in document.into_value()["rules"]
            .as_array()
            .into_iter()
            .flatten()
        {
            // Of single Secrets that a team names; nothing is bound to it.
            if rule["resourceNames"].is_array() {
                assert_eq!(rule["verbs"], json!(["get"]));
                continue;
            }
            assert_eq!(rule["verbs"], json!(["list"]));
            for resource in rule["resources"].as_array().context("no resources")? {
                let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                granted.insert((word(&rule["apiGroups"][0]), word(resource)));
            }
        }
    }
    Ok(granted)
}

#[test]
fn the_role_suffices_and_nothing_beyond_it_is_asked() -> Result<()> {
    // One of its own: its custom resources and its log would be in the way of other tests.
    let Some(server) = ApiServer::start()? else {
        return Ok(());
    };
    let admin = server.admin();
    kinds::install(admin)?;
    // The account before its bindings, the namespace before the account: as they stand.
    admin.apply(ROLE)?;
    admin.apply(&shop("shop"))?;
    let token = admin.token("seaworthy", "seaworthy")?;
    let (_folder, kubeconfig) = written(&server.kubeconfig(&token))?;
    let seen = look(&kubeconfig, json!({}))?;
    assert_eq!(seen.0.unassessed, [], "the role suffices");
    assert!(seen.has("workload", "shop/Deployment/api"));

    let mut asked: BTreeMap<(String, String), usize> = BTreeMap::new();
    for event in server.audit()? {
        if event["user"]["username"] != ACCOUNT {
            continue;
        }
        let decision = &event["annotations"]["authorization.k8s.io/decision"];
        assert_eq!(decision, "allow", "{event}");
        let reference = &event["objectRef"];
        if reference.is_null() {
            let path = event["requestURI"].as_str().unwrap_or_default();
            assert!(matches!(path, "/api" | "/apis"), "{path}");
            assert_eq!(event["verb"], "get");
            continue;
        }
        assert_eq!(event["verb"], "list", "{event}");
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let key = (word(&reference["apiGroup"]), word(&reference["resource"]));
        *asked.entry(key).or_default() += 1;
    }
    let once: BTreeSet<_> = asked.keys().cloned().collect();
    assert_eq!(once, granted()?, "no right is granted that is not used");
    let repeated: Vec<_> = asked.iter().filter(|(_, times)| **times != 1).collect();
    assert_eq!(repeated, [], "each kind is asked for once");
    Ok(())
}

#[test]
fn a_named_secret_is_got_with_a_right_to_it_alone() -> Result<()> {
    let Some(server) = ApiServer::start()? else {
        return Ok(());
    };
    let admin = server.admin();
    admin.apply(ROLE)?;
    admin.apply(
        "
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: seaworthy-named-secrets, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: seaworthy-named-secrets }
subjects: [{ kind: ServiceAccount, name: seaworthy, namespace: seaworthy }]
",
    )?;
    for name in ["jwt", "other"] {
        admin.apply_object(&json!({"apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": name, "namespace": "shop"}, "stringData": {"secret": KEY}}))?;
    }
    let token = admin.token("seaworthy", "seaworthy")?;
    let (_folder, kubeconfig) = written(&server.kubeconfig(&token))?;
    let environment = |name: &str, secret: &str| json!({"name": name, "kubeconfig": kubeconfig, "secret": secret, "key": "secret"});
    let of = json!({"environments": [
        environment("production", "shop/jwt"), environment("staging", "shop/other"),
    ]});
    let seen = look_as("k8s/signing-keys", "signing_key", of)?;
    let key = seen.fact("signing_key", "shop/production");
    assert_eq!(key.value["length"], KEY.len());
    assert_eq!(
        key.unknown["same_in"],
        "the key in staging could not be read"
    );
    assert_eq!(
        key.value["resource_version"].as_str().map(str::is_empty),
        Some(false)
    );
    let reproduce = key.provenance.reproduce.as_deref().unwrap_or_default();
    assert!(reproduce.ends_with("| base64 -d | wc -m"), "{reproduce}");
    let missed = seen.unread("shop/Secret/other");
    assert_eq!(missed.reason, ReasonCode::Denied);
    let told = format!("{:?}", seen.0);
    assert!(
        !told.contains(KEY) && !told.contains(&STANDARD.encode(KEY)),
        "{told}"
    );

    let asked: BTreeSet<String> = server
        .audit()?
        .iter()
        .filter(|event| event["user"]["username"] == ACCOUNT)
        .map(|event| format!("{} {}", event["verb"], event["requestURI"]))
        .collect();
    let wanted =
        ["jwt", "other"].map(|name| format!("\"get\" \"/api/v1/namespaces/shop/secrets/{name}\""));
    assert_eq!(asked, BTreeSet::from(wanted), "nothing else is asked for");
    Ok(())
}
