//! The collector `k8s/cluster`: a live cluster as a second source of the same objects and joins
//! as manifests, and what only a live cluster can show.
//!
//! `connect` makes a client, `discovery` finds versions, `gather` reads every list of `resources`
//! once, `owners` drops what controllers made, `build` joins, `facts` adds the live state, and
//! `unread` marks what could not be known. Only GET requests are made.

mod api;
mod compact;
mod connect;
mod discovery;
mod facts;
mod gather;
mod list;
mod listed;
mod owners;
mod resources;
mod rights;
mod secrets;
mod spec;
mod unread;
mod write;

use crate::value::Value;
use api::Api;
use discovery::Discovery;
pub(crate) use facts::fact_schemas;
pub(crate) use rights::describe_access;
pub use rights::role;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, Trouble};
use seaworthy_model::{FactSchema, Target, Unassessed};
pub(crate) use secrets::UNREAD;
pub(crate) use spec::{ClusterSpec, complaints, properties};
use tokio::time::Instant;
use write::Looked;

pub(crate) const ID: &str = "k8s/cluster";
/// The kind of target of manifests and clusters.
pub(crate) const TARGET: &str = "kubernetes";

/// Reads a live cluster.
pub(crate) struct Cluster;

impl Collector for Cluster {
    fn id(&self) -> &'static str {
        ID
    }

    fn target_kind(&self) -> &'static str {
        TARGET
    }

    fn facts(&self) -> Vec<FactSchema> {
        fact_schemas()
    }

    fn accepts(&self, target: &Target) -> bool {
        ClusterSpec::read(&target.spec.value()).is_some()
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        ClusterSpec::read(&target.spec.value())
            .map(|spec| rights::describe(&spec))
            .unwrap_or_default()
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let Some(spec) = ClusterSpec::read(&target.spec.value()) else {
                return;
            };
            // What was read before the target's time runs out is still judged.
            let deadline = Instant::now() + context.budgets.target.mul_f64(0.9);
            match look(&spec, context, deadline).await {
                Err(trouble) => sink.unassessed(nothing(target, trouble)),
                Ok(looked) => write::put(looked, &spec, target, context, sink).await,
            }
        })
    }
}

async fn look(spec: &ClusterSpec, context: &Context, deadline: Instant) -> Result<Looked, Trouble> {
    let connected = connect::connect(spec, context.now(), context.budgets.request).await?;
    let api = Api::new(connected, context, deadline);
    let discovery = Discovery::of(&api).await?;
    let gathered = gather::gather(&api, spec, &discovery).await;
    Ok(Looked {
        server: api.server().to_owned(),
        gathered,
    })
}

/// One object by its path, and nothing else of the cluster.
pub(crate) async fn get_one(
    spec: &ClusterSpec,
    path: &str,
    what: &str,
    context: &Context,
    deadline: Instant,
) -> Result<Value, Trouble> {
    let connected = connect::connect(spec, context.now(), context.budgets.request).await?;
    let api = Api::new(connected, context, deadline);
    gather::single(&api, path, what).await
}

/// Nothing at all was seen of the cluster.
fn nothing(target: &Target, trouble: Trouble) -> Unassessed {
    let kinds = fact_schemas();
    Unassessed {
        target: target.name.clone(),
        request: ID.to_owned(),
        kinds: kinds
            .into_iter()
            .map(|schema| schema.kind.to_owned())
            .collect(),
        reason: trouble.reason,
        detail: trouble.detail,
        location: target.location.clone(),
        attempts: trouble.attempts,
    }
}
