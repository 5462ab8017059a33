//! Paths that are to be refused to whoever stands where the sweep stands: an administration that only
//! listed addresses may reach.

use super::shown;
use crate::exchange::ask::Ask;
use crate::exchange::leaks::blocked;
use crate::look::{Look, Visit};
use crate::target::{Endpoint, RestrictedSpec};
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use seaworthy_model::ReasonCode;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::UdpSocket;

/// The subject kind.
const KIND: &str = "restricted_path";

/// Restricted paths.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Restrictions;

impl Look for Restrictions {
    const ID: &'static str = "web/restricted";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = Some("restricted");
    type Fact = RestrictedPath;

    fn wanted(endpoint: &Endpoint) -> bool {
        endpoint.spec.restricted.is_some()
    }

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let spec = endpoint.spec.restricted.iter();
        spec.flat_map(|spec| &spec.paths)
            .map(|path| {
                format!(
                    "GET {} at each address, without the configured headers",
                    shown(endpoint, path)
                )
            })
            .collect()
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            if let Some(spec) = &visit.endpoint.spec.restricted {
                for path in &spec.paths {
                    look(visit, spec, path).await?;
                }
            }
            Ok(())
        })
    }
}

/// A path that is to be refused from where the sweep stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct RestrictedPath {
    /// The URL, values of the query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// Where the sweep stands, in the words of the entry (`from`): an address that is not on the
    /// list. From one that is on it, nothing can be said.
    pub(crate) vantage: String,
    /// The address that this machine spoke from, as far as it knows; behind a NAT the service sees
    /// another. Absent where there was no connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) local_address: Option<String>,
    /// The status.
    pub(crate) status: i64,
    /// How it ended; unknown where the status says nothing of the address: nothing is there (404,
    /// 410).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<Outcome>,
}

/// How a request for a restricted path ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// A status that refuses (403, 451).
    Refused,
    /// The service asks who is there (401, or a redirect): the address did not bar the way.
    AsksForLogin,
    /// It is served.
    Served,
}

/// # Errors
///
/// When there is no answer: a firewall that is silent cannot be told from a service that is down.
async fn look(visit: &Visit<'_>, spec: &RestrictedSpec, path: &str) -> Result<(), Trouble> {
    let url = visit.url(path)?;
    let client = visit.keeping_client().await?;
    let ask = Ask {
        anonymous: true,
        ..Ask::get(&url)
    };
    let told = client.ask(&ask).await?;
    let status = told.answer.status;
    // A guard against robots refuses by other things than the address.
    let challenge = blocked(200, told.fields());
    if status == 429 || status >= 500 || challenge.is_some() {
        let told = challenge.unwrap_or_else(|| format!("status {status}"));
        let why = format!("{} answered with {told}", client.shown(&url));
        return Err(Trouble::new(ReasonCode::Denied, why));
    }
    let mut unknown = BTreeMap::new();
    let outcome = match status {
        403 | 451 => Some(Outcome::Refused),
        404 | 410 => {
            let why = format!(
                "nothing seen: {} answered with status {status}, which says nothing of the address; name a path that listed addresses are shown",
                client.shown(&url)
            );
            unknown.insert("outcome".to_owned(), why);
            None
        }
        401 | 407 | 300..=399 => Some(Outcome::AsksForLogin),
        _ => Some(Outcome::Served),
    };
    let found = RestrictedPath {
        url: redact_url(url.as_str()),
        address: visit.address.to_string(),
        vantage: spec.from.clone(),
        local_address: local(visit.address).await,
        status: i64::from(status),
        outcome,
    };
    visit.leave(&client, &url, &found, unknown, &[]).await
}

/// The address from which this machine speaks to `address`; nothing is sent.
async fn local(address: SocketAddr) -> Option<String> {
    let any: SocketAddr = match address {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await.ok()?;
    socket.connect(address).await.ok()?;
    Some(socket.local_addr().ok()?.ip().to_string())
}
