//! `cluster`: what was looked at, so that nothing is left out in silence.

use super::{condition, count, is_true, reference};
use crate::build::Draft;
use crate::live::gather::{Found, Gathered};
use crate::live::spec::ClusterSpec;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A live cluster, and what was read of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Cluster {
    /// The address of its API server.
    server: String,
    /// The objects that were read.
    objects: i64,
    /// The lists that were read whole.
    lists: Vec<List>,
    /// The kinds that the cluster does not know.
    not_served: Vec<String>,
    /// The kinds that could not be read; each is reported as unassessed too.
    unread: Vec<String>,
    /// The only namespaces that were looked at; none means all.
    namespaces: Vec<String>,
    /// The namespaces whose objects are not judged.
    left_out: Vec<String>,
    /// What secrets come from: the stores of External Secrets by their condition `Ready`, and the
    /// Pods of Vault by the label `vault-sealed` that it sets on itself. Unknown where workloads
    /// name Vault and nothing here tells how it is.
    #[serde(default)]
    secret_stores: Vec<Store>,
}

/// A store of secrets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
struct Store {
    /// `namespace/Kind/name`, or `Kind/name` without a namespace.
    #[serde(rename = "ref")]
    reference: String,
    /// It can be reached and gives secrets; Vault is unsealed.
    ready: bool,
    /// Its own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
struct List {
    /// `deployments.apps`.
    resource: String,
    /// The version that it was read in.
    version: String,
    /// How many objects it has.
    objects: i64,
    /// The requests that it took.
    pages: i64,
    /// How often it was begun again, because its snapshot was gone.
    restarts: i64,
    /// The state of the cluster that it shows, in the cluster's own count.
    #[schemars(extend("x-volatile" = true))]
    resource_version: String,
}

pub(super) fn fact(gathered: &Gathered, server: &str, spec: &ClusterSpec) -> Draft {
    let mut lists: Vec<List> = gathered
        .whole
        .iter()
        .map(|whole| List {
            resource: whole.resource.name(),
            version: whole.version.clone(),
            objects: count(whole.listed.objects),
            pages: count(whole.listed.pages),
            restarts: count(whole.listed.restarts),
            resource_version: whole.listed.resource_version.clone(),
        })
        .collect();
    lists.sort();
    let names = |names: BTreeSet<String>| names.into_iter().collect();
    let fact = Cluster {
        server: server.to_owned(),
        objects: count(gathered.objects.len()),
        lists,
        not_served: names(gathered.not_served.iter().map(|kind| kind.name()).collect()),
        unread: names(
            gathered
                .unread
                .iter()
                .map(|missed| missed.resource.name())
                .collect(),
        ),
        namespaces: spec.namespaces.clone(),
        left_out: spec.left_out.clone(),
        secret_stores: stores(gathered),
    };
    let mut unknown = BTreeMap::new();
    if let Some(why) = unseen_stores(gathered, &fact.secret_stores) {
        unknown.insert("secret_stores".to_owned(), why);
    }
    Draft {
        kind: "cluster",
        name: server.to_owned(),
        value: serde_json::to_value(&fact).unwrap_or_default(),
        unknown,
        origin: None,
        places: seaworthy_model::Places::default(),
        object: None,
        reproduce: None,
    }
}

fn stores(gathered: &Gathered) -> Vec<Store> {
    let mut stores: Vec<Store> = gathered.objects.iter().filter_map(store).collect();
    stores.sort();
    stores
}

fn store(found: &Found) -> Option<Store> {
    let (ready, state) = match found.resource.kind {
        "SecretStore" | "ClusterSecretStore" => {
            let ready = condition(&found.value["status"], "Ready");
            let word = |field: &str| ready.and_then(|ready| ready[field].as_str());
            (is_true(ready), word("message").or_else(|| word("reason")))
        }
        // Vault tells so by itself: service_registration "kubernetes".
        "Pod" => {
            let sealed = found.value["metadata"]["labels"]["vault-sealed"].as_str()?;
            let state = (sealed != "false").then_some("sealed");
            (sealed == "false", state)
        }
        _ => return None,
    };
    Some(Store {
        reference: reference(found),
        ready,
        state: state.map(str::to_owned),
    })
}

/// Why there may be a store that was not seen.
fn unseen_stores(gathered: &Gathered, seen: &[Store]) -> Option<String> {
    const STORES: [&str; 3] = ["secretstores", "clustersecretstores", "pods"];
    let mut unread = gathered.unread.iter();
    if let Some(missed) = unread.find(|missed| STORES.contains(&missed.resource.plural)) {
        return Some(missed.trouble.detail.clone());
    }
    let named = gathered.objects.iter().find(|found| {
        let annotations = &found.value["spec"]["template"]["metadata"]["annotations"];
        let named = annotations.as_object().into_iter().flatten();
        let mut named = named.map(|(name, _)| name);
        named.any(|name| name.starts_with("vault.hashicorp.com/"))
    })?;
    seen.is_empty().then(|| {
        format!(
            "{} names Vault, and nothing in the cluster tells how it is",
            reference(named)
        )
    })
}
