//! Which TCP ports of a host are open, as seen from here: a bounded sweep of connects, each closed
//! as soon as it stands, with nothing sent.

mod fact;
mod sweep;

use crate::connect::resolve;
use crate::target::{Host, unassessed};
use fact::{HostPorts, KIND};
use futures_util::future::join_all;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, Trouble, fact_schema};
use seaworthy_model::{FactSchema, Target};

/// The collector `web/ports`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports;

impl Ports {
    pub(crate) const ID: &'static str = "web/ports";
}

impl Collector for Ports {
    fn id(&self) -> &'static str {
        Self::ID
    }

    fn target_kind(&self) -> &'static str {
        "host"
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<HostPorts>(KIND)]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        let Ok(host) = Host::of(target) else {
            return Vec::new();
        };
        let (name, count) = (&host.spec.host, host.ports.len());
        vec![format!(
            "TCP connect to {count} ports at each address of {name}; nothing is sent"
        )]
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let missed = |trouble: Trouble| {
                sink.unassessed(unassessed(Self::ID, KIND, target, trouble));
            };
            let read = Host::of(target).and_then(|host| Ok((host.endpoint(target)?, host)));
            let (endpoint, host) = match read {
                Ok(read) => read,
                Err(trouble) => return missed(trouble),
            };
            let resolved = resolve(&endpoint, context).await;
            resolved.troubles.into_iter().for_each(missed);
            join_all(resolved.addresses.iter().map(|address| async {
                let swept = sweep::sweep(&host, address.ip(), context).await;
                match swept
                    .and_then(|swept| fact::fact(target, &host, address.ip(), swept, context.now()))
                {
                    Ok(fact) => sink.fact(fact),
                    Err(trouble) => missed(trouble),
                }
            }))
            .await;
        })
    }
}
