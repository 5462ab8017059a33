//! Which versions of which kinds the server serves: two requests where it aggregates discovery
//! (Kubernetes 1.27 and later), one for each group and version otherwise.

use super::api::{Api, refusal};
use super::resources::{RESOURCES, Resource};
use http::StatusCode;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Aggregated where the server can, the older form otherwise.
const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// Where a kind can be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Served {
    /// In this version.
    In(String),
    /// Nowhere: the cluster does not know the kind.
    Nowhere,
    /// Only in versions that are not read here, or the server could not say.
    Unknown(Trouble),
}

/// What discovery told.
#[derive(Debug, Default)]
pub(super) struct Discovery {
    /// Versions by group and plural.
    versions: BTreeMap<(String, String), BTreeSet<String>>,
    /// Groups whose own server did not answer, so that their kinds are not known.
    stale: BTreeSet<String>,
}

impl Discovery {
    /// Asks the server.
    pub(super) async fn of(api: &Api<'_>) -> Result<Self, Trouble> {
        let mut found = Self::default();
        for path in ["/api", "/apis"] {
            let body = document(api, path).await?;
            if body["kind"].as_str() == Some("APIGroupDiscoveryList") {
                found.aggregated(&body);
            } else {
                found.one_by_one(api, &body).await?;
            }
        }
        Ok(found)
    }

    /// Where a kind is listed.
    pub(super) fn served(&self, resource: &Resource) -> Served {
        let key = (resource.group.to_owned(), resource.plural.to_owned());
        let none = BTreeSet::new();
        let versions = self.versions.get(&key).unwrap_or(&none);
        if let Some(version) = resource
            .versions
            .iter()
            .find(|version| versions.contains(**version))
        {
            return Served::In((*version).to_owned());
        }
        let name = resource.name();
        if self.stale.contains(resource.group) {
            return Served::Unknown(Trouble::new(
                ReasonCode::CollectorFailed,
                format!(
                    "the server of the API group {} did not answer discovery, so {name} may exist unseen",
                    resource.group
                ),
            ));
        }
        if versions.is_empty() {
            return Served::Nowhere;
        }
        let served: Vec<&str> = versions.iter().map(String::as_str).collect();
        Served::Unknown(Trouble::new(
            ReasonCode::NoCollector,
            format!(
                "{name} is served as {}, and is read here as {}",
                served.join(", "),
                resource.versions.join(", ")
            ),
        ))
    }

    fn add(&mut self, group: &str, version: &str, plural: &str) {
        self.versions
            .entry((group.to_owned(), plural.to_owned()))
            .or_default()
            .insert(version.to_owned());
    }

    fn aggregated(&mut self, body: &Value) {
        for group in list(&body["items"]) {
            let name = word(&group["metadata"]["name"]);
            for version in list(&group["versions"]) {
                if version["freshness"].as_str() == Some("Stale") {
                    self.stale.insert(name.to_owned());
                }
                for resource in list(&version["resources"]) {
                    self.add(name, word(&version["version"]), word(&resource["resource"]));
                }
            }
        }
    }

    async fn one_by_one(&mut self, api: &Api<'_>, body: &Value) -> Result<(), Trouble> {
        // `/api` names the versions of the core group, `/apis` groups with their versions.
        let mut named: Vec<(String, String)> = list(&body["versions"])
            .iter()
            .map(|version| (String::new(), word(version).to_owned()))
            .collect();
        for group in list(&body["groups"]) {
            for version in list(&group["versions"]) {
                let version = word(&version["version"]).to_owned();
                named.push((word(&group["name"]).to_owned(), version));
            }
        }
        for (group, version) in named {
            let is_wanted = |resource: &&Resource| {
                resource.group == group && resource.versions.contains(&version.as_str())
            };
            if !RESOURCES.iter().any(|resource| is_wanted(&resource)) {
                continue;
            }
            let path = if group.is_empty() {
                format!("/api/{version}")
            } else {
                format!("/apis/{group}/{version}")
            };
            match document(api, &path).await {
                Ok(body) => {
                    for resource in list(&body["resources"]) {
                        self.add(&group, &version, word(&resource["name"]));
                    }
                }
                Err(trouble) if trouble.reason == ReasonCode::Denied => return Err(trouble),
                Err(_) => {
                    self.stale.insert(group);
                }
            }
        }
        Ok(())
    }
}

async fn document(api: &Api<'_>, path: &str) -> Result<Value, Trouble> {
    let (answer, _) = api.get(path, ACCEPT).await;
    let answer = answer?;
    if answer.status != StatusCode::OK {
        return Err(refusal(
            &format!("list of its APIs ({path})"),
            api.server(),
            &answer,
        ));
    }
    serde_json::from_slice(&answer.body).map_err(|error| {
        let server = api.server();
        Trouble::new(
            ReasonCode::Unparsed,
            format!("{server} answered {path} with no JSON ({error}); is it an API server?"),
        )
    })
}

fn list(value: &Value) -> &[Value] {
    crate::json::items(value)
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Discovery, Served};
    use crate::live::resources::{RESOURCES, Resource};
    use seaworthy_model::ReasonCode;
    use serde_json::json;

    fn resource(plural: &str) -> &'static Resource {
        let mut resources = RESOURCES.iter();
        resources
            .find(|resource| resource.plural == plural)
            .unwrap()
    }

    #[test]
    fn the_preferred_version_that_is_served_is_read() {
        let mut discovery = Discovery::default();
        let scalers = resource("horizontalpodautoscalers");
        assert_eq!(discovery.served(scalers), Served::Nowhere);
        discovery.add("autoscaling", "v1", "horizontalpodautoscalers");
        assert_eq!(discovery.served(scalers), Served::In("v1".into()));
        discovery.add("autoscaling", "v2", "horizontalpodautoscalers");
        assert_eq!(discovery.served(scalers), Served::In("v2".into()));
    }

    #[test]
    fn a_version_that_is_not_read_and_a_server_that_is_silent_are_unknown() {
        let mut discovery = Discovery::default();
        discovery.aggregated(&json!({"kind": "APIGroupDiscoveryList", "items": [
            {"metadata": {"name": "keda.sh"}, "versions": [
                {"version": "v2", "resources": [{"resource": "scaledobjects"}]}]},
            {"metadata": {"name": "karpenter.sh"}, "versions": [
                {"version": "v1", "freshness": "Stale"}]},
            {"metadata": {"name": "cilium.io"}, "versions": [
                {"version": "v2", "resources": [{"resource": "ciliumnetworkpolicies"}]}]},
        ]}));
        for (plural, reason, words) in [
            (
                "scaledobjects",
                ReasonCode::NoCollector,
                "served as v2, and is read here as v1alpha1",
            ),
            (
                "nodepools",
                ReasonCode::CollectorFailed,
                "did not answer discovery",
            ),
        ] {
            let Served::Unknown(trouble) = discovery.served(resource(plural)) else {
                panic!("{plural} is known");
            };
            assert_eq!(trouble.reason, reason);
            assert!(trouble.detail.contains(words), "{}", trouble.detail);
        }
        let policies = resource("ciliumnetworkpolicies");
        assert_eq!(discovery.served(policies), Served::In("v2".into()));
    }
}
