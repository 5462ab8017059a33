//! How the zone above delegates a zone: its NS records there and the addresses that come along
//! (RFC 1034 §4.2.2, RFC 9471), held against what the zone says of itself. A resolver that does not
//! know the zone yet begins with these, whatever the zone says.

use super::fact::Delegation;
use super::look::{self, DIRECT};
use crate::dns::client::{Client, plain};
use crate::dns::wire::Reply;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::{Name, RData, RecordType};
use seaworthy_collect::{Context, Trouble};
use seaworthy_model::{Attempt, ReasonCode};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

/// How many servers of the zone above are asked until one answers.
const MOST_ASKED: usize = 6;

/// What was found of it.
#[derive(Debug, Default)]
pub(super) struct Referral {
    pub(super) delegation: Delegation,
    /// The servers by name, with the addresses that came along.
    pub(super) servers: BTreeMap<Name, BTreeSet<IpAddr>>,
}

/// A referral or why there is none to see, and what was asked and answered.
pub(super) type Asked = (Result<Referral, Trouble>, Vec<Attempt>, String);

/// Asks the servers of the zone above until one refers to those of `zone`.
pub(super) async fn look(client: &Client<'_>, zone: &Name, port: u16, context: &Context) -> Asked {
    let (mut attempts, mut transcript) = (Vec::new(), String::new());
    let (parent, servers) = match above(client, zone).await {
        Ok(found) => found,
        Err(trouble) => return (Err(trouble), attempts, transcript),
    };
    let mut last = None;
    let mut asked = 0;
    for server in &servers {
        let addresses = match look::addresses(client, server).await {
            Ok(addresses) => addresses,
            Err(trouble) => {
                last = Some(trouble);
                continue;
            }
        };
        for ip in addresses.all {
            let address = SocketAddr::new(ip, port);
            if asked == MOST_ASKED {
                break;
            }
            // An address that this machine has no way to is none of those that were asked.
            if look::way_to(address).await.is_err() {
                continue;
            }
            asked += 1;
            let own = match Client::new(Some(address), context) {
                Ok(own) => own,
                Err(trouble) => return (Err(trouble), attempts, transcript),
            };
            let reply = own.bare(zone, RecordType::NS, DIRECT).await;
            let (tried, told) = own.into_log();
            attempts.extend(tried);
            transcript.push_str(&told);
            let shown = format!("{} [{address}]", plain(server));
            match reply.and_then(|reply| read(&reply, &parent, zone, &shown)) {
                Ok(mut referral) => {
                    referral.delegation.parent = match plain(&parent) {
                        root if root.is_empty() => ".".to_owned(),
                        parent => parent,
                    };
                    referral.delegation.asked = shown;
                    return (Ok(referral), attempts, transcript);
                }
                Err(trouble) => last = Some(trouble),
            }
        }
    }
    let nobody = || {
        let why = format!("no server of {parent}, the zone above {zone}, has an address to ask");
        Trouble::new(ReasonCode::Unresolved, why)
    };
    (Err(last.unwrap_or_else(nobody)), attempts, transcript)
}

/// The zone above, be it the root, and the names of its servers.
async fn above(client: &Client<'_>, zone: &Name) -> Result<(Name, Vec<Name>), Trouble> {
    let mut parent = zone.base_name();
    loop {
        let servers = look::servers(client, &parent).await?;
        if !servers.is_empty() {
            return Ok((parent, servers));
        }
        if parent.is_root() {
            let why = format!("no zone above {zone} has name servers (NS) that are known here");
            return Err(Trouble::new(ReasonCode::Unresolved, why));
        }
        parent = parent.base_name();
    }
}

/// Reads a referral of a server of `parent`.
fn read(reply: &Reply, parent: &Name, zone: &Name, server: &str) -> Result<Referral, Trouble> {
    let message = &reply.message;
    let unseen = |reason, why: String| Err(Trouble::new(reason, format!("{server} {why}")));
    let code = message.response_code;
    if code == ResponseCode::NXDomain {
        return unseen(
            ReasonCode::NoSubject,
            format!("knows of no {zone}: the zone is not delegated from there"),
        );
    }
    if code != ResponseCode::NoError {
        return unseen(
            ReasonCode::Denied,
            format!("answered {code} to the question for the servers of {zone}"),
        );
    }
    let mut servers: BTreeMap<Name, BTreeSet<IpAddr>> = BTreeMap::new();
    for record in &message.authorities {
        if let RData::NS(server) = &record.data
            && record.name.eq_ignore_root(zone)
        {
            servers.entry(server.0.to_lowercase()).or_default();
        }
    }
    if servers.is_empty() {
        // One server for both zones answers for the lower one; the delegation is not seen.
        return unseen(
            ReasonCode::NoSubject,
            format!("serves {zone} itself, or does not refer to its servers"),
        );
    }
    // Of names that are not its own nobody believes the zone above (RFC 2181 §5.4.1).
    let own = message
        .additionals
        .iter()
        .filter(|record| parent.zone_of(&record.name));
    for record in own {
        if let (Some(ip), Some(addresses)) = (
            record.data.ip_addr(),
            servers.get_mut(&record.name.to_lowercase()),
        ) {
            addresses.insert(ip);
        }
    }
    Ok(Referral {
        servers,
        ..Referral::default()
    })
}

impl Referral {
    /// Holds it against the servers that the zone names, and the addresses that they have; those that
    /// could not be learnt are left out.
    pub(super) fn conclude(
        mut self,
        zone: &Name,
        own: &BTreeSet<Name>,
        addresses: &BTreeMap<Name, BTreeSet<IpAddr>>,
    ) -> Delegation {
        let named: BTreeSet<&Name> = self.servers.keys().collect();
        let delegation = &mut self.delegation;
        delegation.name_servers = named.iter().map(|name| plain(name)).collect();
        let missing = |name: &&&Name| !own.contains(**name);
        delegation.only_parent = named
            .iter()
            .filter(missing)
            .map(|name| plain(name))
            .collect();
        let missing = |name: &&Name| !named.contains(*name);
        delegation.only_zone = own.iter().filter(missing).map(plain).collect();
        for (server, glue) in &self.servers {
            if glue.is_empty() {
                if zone.zone_of(server) {
                    delegation.missing_glue.push(plain(server));
                }
                continue;
            }
            let Some(held) = addresses.get(server).filter(|held| *held != glue) else {
                continue;
            };
            let shown = |all: &BTreeSet<IpAddr>| {
                let all: Vec<String> = all.iter().map(ToString::to_string).collect();
                if all.is_empty() {
                    "none".to_owned()
                } else {
                    all.join(", ")
                }
            };
            // A kind of address that does not come along at all is no contradiction.
            if !glue.is_subset(held) {
                delegation.differing_glue.push(format!(
                    "{}: {} at the parent, {} in the zone",
                    plain(server),
                    shown(glue),
                    shown(held)
                ));
            }
        }
        self.delegation
    }
}
