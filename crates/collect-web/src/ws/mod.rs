//! WebSocket: whether a connection opens, to whom, and how fast it answers (RFC 6455).
//!
//! A browser sends cookies along with the handshake whatever page asks for it, and no CORS stands
//! between: only the server's own check of Origin keeps strangers out.

mod fact;
mod frame;
mod handshake;
mod message;
mod show;
mod socket;
mod speak;
mod talk;

use crate::cors::{OriginKind, origins, own_origin};
use crate::look::{Look, Visit};
use crate::target::Endpoint;
use fact::{KIND, WebSocket};
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use socket::Socket;
use url::Url;

/// Whether a WebSocket opens, and to whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ws;

impl Look for Ws {
    const ID: &'static str = "web/ws";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = Some("websocket");
    type Fact = WebSocket;

    fn wanted(endpoint: &Endpoint) -> bool {
        endpoint.spec.websocket.is_some()
    }

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let count = tries(&own_origin(endpoint)).len();
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
        urls(endpoint)
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

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let own = &own_origin(visit.endpoint);
            for url in &urls(visit.endpoint) {
                if let Err(trouble) = (Socket { visit, own, url }).look().await {
                    visit.missed(trouble);
                }
            }
            Ok(())
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
