//! `cluster`: what was looked at, so that nothing is left out in silence.

use super::count;
use crate::build::Draft;
use crate::live::gather::Gathered;
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
    };
    Draft {
        kind: "cluster",
        name: server.to_owned(),
        value: serde_json::to_value(&fact).unwrap_or_default(),
        unknown: BTreeMap::new(),
        origin: None,
        places: seaworthy_model::Places::default(),
        object: None,
        reproduce: None,
    }
}
