//! Every address of an endpoint's name.

use crate::dns::Client;
use crate::target::Endpoint;
use hickory_proto::rr::{Name, RecordType};
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
    } else if let Some(server) = endpoint.resolver {
        by_server(endpoint, server, context).await
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

async fn by_server(endpoint: &Endpoint, server: SocketAddr, context: &Context) -> Resolved {
    let mut resolved = Resolved::default();
    let client = Client::new(Some(server), context);
    let name = Name::from_ascii(format!("{}.", endpoint.host))
        .map_err(|error| Trouble::new(ReasonCode::Unresolved, error.to_string()));
    let (client, name) = match (client, name) {
        (Ok(client), Ok(name)) => (client, name),
        (Err(trouble), _) | (_, Err(trouble)) => {
            resolved.troubles.push(trouble);
            return resolved;
        }
    };
    for kind in [RecordType::A, RecordType::AAAA] {
        match client.lookup(&name, kind).await {
            Ok(found) => {
                let ips = found.addresses().into_iter();
                let addresses = ips.map(|ip| SocketAddr::new(ip, endpoint.port));
                resolved.addresses.extend(addresses);
            }
            // The other kind may answer; that this one is missing is told beside it.
            Err(trouble) => resolved.troubles.push(trouble),
        }
    }
    resolved
}
