//! WebSocket: whether a connection opens, to whom, and how fast it answers (RFC 6455).
//!
//! A browser sends cookies along with the handshake whatever page asks for it, and no CORS stands
//! between: only the server's own check of Origin keeps strangers out.

mod fact;
mod frame;
mod handshake;
mod look;
mod message;
mod show;
mod speak;
mod talk;

use crate::cors::{OriginKind, origins, own_origin};
use crate::frame::Frame;
use crate::http::deadline;
use crate::target::Endpoint;
use fact::{KIND, WebSocket};
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, fact_schema, redact_url};
use seaworthy_model::{FactSchema, Target};
use url::Url;

/// The collector `web/ws`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ws;

impl Ws {
    pub(crate) const ID: &'static str = "web/ws";
}

impl Collector for Ws {
    fn id(&self) -> &'static str {
        Self::ID
    }

    fn target_kind(&self) -> &'static str {
        "endpoint"
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<WebSocket>(KIND)]
    }

    fn accepts(&self, target: &Target) -> bool {
        Endpoint::of(target).is_ok_and(|endpoint| endpoint.spec.websocket.is_some())
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        let Ok(endpoint) = Endpoint::of(target) else {
            return Vec::new();
        };
        let count = tries(&own_origin(&endpoint)).len();
        let mut specs = endpoint.spec.websocket.iter();
        let sent = match specs.find_map(|spec| spec.message.as_ref()) {
            Some(message) => match message.wait_seconds {
                Some(wait) => {
                    format!("one ping and the configured message, answered within {wait} s")
                }
                None => "one ping and the configured message".to_owned(),
            },
            None => "one ping".to_owned(),
        };
        urls(&endpoint)
            .iter()
            .map(|url| {
                format!(
                    "WebSocket handshake with {} at each address, without Origin and with {count} \
                     origins; {sent}",
                    redact_url(shown(url).as_str())
                )
            })
            .collect()
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
            let read = frame.addresses(Endpoint::of(target), |endpoint| endpoint);
            let Some((endpoint, addresses)) = read.await else {
                return;
            };
            let (own, urls) = (own_origin(&endpoint), urls(&endpoint));
            let deadline = deadline(context);
            let look = async |address| {
                for url in &urls {
                    let look = look::Look {
                        target,
                        endpoint: &endpoint,
                        address,
                        context,
                        sink,
                        deadline,
                        own: &own,
                        url,
                    };
                    if let Err(trouble) = look.look().await {
                        frame.missed(trouble);
                    }
                }
                Ok(())
            };
            frame.each(&addresses, look).await;
        })
    }
}

/// The URLs to look at, with the scheme of the endpoint.
fn urls(endpoint: &Endpoint) -> Vec<Url> {
    let paths = endpoint.spec.websocket.iter().flat_map(|spec| &spec.paths);
    paths
        .filter_map(|path| endpoint.url.join(path).ok())
        .collect()
}

/// The origins to try: the own one and those of strangers.
fn tries(own: &Url) -> Vec<(OriginKind, String)> {
    let mut all = origins(own);
    all.retain(|(kind, _)| {
        matches!(
            kind,
            OriginKind::Own
                | OriginKind::Foreign
                | OriginKind::Null
                | OriginKind::Suffix
                | OriginKind::Prefix
                | OriginKind::PlainHttp
        )
    });
    all
}

/// A URL as WebSocket writes it.
fn shown(url: &Url) -> String {
    let text = url.as_str();
    text.strip_prefix("http")
        .map_or_else(|| text.to_owned(), |rest| format!("ws{rest}"))
}
