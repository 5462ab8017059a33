//! The role of `deploy/rbac.yaml`, by the authorizer and the audit log of a real API server: it
//! suffices for everything that is asked, and nothing beyond it is asked.

use super::{kinds, look, shop, written};
use anyhow::{Context, Result};
use seaworthy_tests::servers::ApiServer;
use seaworthy_yaml::{Dialect, Limits, parse};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const ROLE: &str = include_str!("../../../deploy/rbac.yaml");
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
