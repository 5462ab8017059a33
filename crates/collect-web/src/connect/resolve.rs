//! Every address of an endpoint's name.

use crate::target::Endpoint;
use seaworthy_collect::{Context, Trouble};
use seaworthy_model::ReasonCode;
use std::net::SocketAddr;

/// The addresses of a name, and what could not be learnt about them.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// All addresses, sorted, each once.
    pub(crate) addresses: Vec<SocketAddr>,
    /// Why there may be more of them, or why there is none.
    pub(crate) troubles: Vec<Trouble>,
}

/// All A and AAAA addresses of `endpoint`, or those that its entry gives.
pub(crate) async fn resolve(endpoint: &Endpoint, context: &Context) -> Resolved {
    let mut resolved = if !endpoint.addresses.is_empty() {
        Resolved {
            addresses: endpoint.addresses.clone(),
            troubles: Vec::new(),
        }
    } else if let Ok(ip) = endpoint.host.parse() {
        Resolved {
            addresses: vec![SocketAddr::new(ip, endpoint.port)],
            troubles: Vec::new(),
        }
    } else {
        by_system(endpoint, context).await
    };
    resolved.addresses.sort();
    resolved.addresses.dedup();
    if resolved.addresses.is_empty() && resolved.troubles.is_empty() {
        resolved.troubles.push(Trouble::new(
            ReasonCode::Unresolved,
            format!(
                "{} has neither A nor AAAA addresses; check the name and its zone",
                endpoint.host
            ),
        ));
    }
    resolved
}

async fn by_system(endpoint: &Endpoint, context: &Context) -> Resolved {
    let host = endpoint.host.as_str();
    let lookup = tokio::net::lookup_host((host, endpoint.port));
    let unresolved = |reason, why: String| Resolved {
        addresses: Vec::new(),
        troubles: vec![Trouble::new(
            reason,
            format!(
                "failed to resolve {host} by the system's resolver: {why}; check the name, or set addresses or resolver"
            ),
        )],
    };
    match tokio::time::timeout(context.budgets.connect, lookup).await {
        Ok(Ok(addresses)) => Resolved {
            addresses: addresses.collect(),
            troubles: Vec::new(),
        },
        Ok(Err(error)) => unresolved(ReasonCode::Unresolved, error.to_string()),
        Err(_) => unresolved(
            ReasonCode::Timeout,
            format!("no answer within {:?}", context.budgets.connect),
        ),
    }
}
