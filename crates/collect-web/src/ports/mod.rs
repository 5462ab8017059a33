//! Which TCP ports of a host are open, as seen from here: a bounded sweep of connects, each closed
//! as soon as it stands, with nothing sent.

mod fact;
mod sweep;

use crate::frame::Frame;
use crate::target::Host;
use fact::{HostPorts, KIND};
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, fact_schema};
use seaworthy_model::{FactSchema, Target};
use std::net::SocketAddr;

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
            let frame = Frame {
                collector: Self::ID,
                kind: KIND,
                target,
                context,
                sink,
            };
            let read = Host::of(target).and_then(|host| Ok((host.endpoint(target)?, host)));
            let read = frame.addresses(read, |(endpoint, _)| endpoint);
            let Some(((_, host), addresses)) = read.await else {
                return;
            };
            let look = async |address: SocketAddr| {
                let ip = address.ip();
                let swept = sweep::sweep(&host, ip, context).await?;
                sink.fact(fact::fact(target, &host, ip, swept, context.now())?);
                Ok(())
            };
            frame.each(&addresses, look).await;
        })
    }
}
