//! The zone that holds a domain, the addresses of its servers, and what one of them answers.

use super::fact::{Server, State};
use crate::dns::client::{Client, plain};
use crate::dns::raw;
use crate::dns::wire::{Flags, Reply};
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::{Name, RData, Record, RecordType};
use seaworthy_collect::{Context, Trouble};
use seaworthy_model::{Attempt, ReasonCode};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::UdpSocket;

/// What every server is asked about the domain.
const RECORDS: [RecordType; 4] = [
    RecordType::A,
    RecordType::AAAA,
    RecordType::CAA,
    RecordType::TXT,
];

/// What was heard of one address.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) server: Server,
    /// A record set that it did not give, and why.
    pub(super) missed: Option<String>,
    pub(super) attempts: Vec<Attempt>,
    pub(super) transcript: String,
}

/// The zone that holds `name`, and the names of its servers, sorted.
///
/// # Errors
///
/// When a look-up fails, or no ancestor has name servers.
pub(super) async fn apex(client: &Client<'_>, name: &Name) -> Result<(Name, Vec<Name>), Trouble> {
    let mut zone = name.clone();
    while !zone.is_root() {
        let servers = servers(client, &zone).await?;
        if !servers.is_empty() {
            return Ok((zone, servers));
        }
        zone = zone.base_name();
    }
    let why = format!(
        "failed to find the zone of {name}: no ancestor has name servers (NS); ask a name server that knows the zone"
    );
    Err(Trouble::new(ReasonCode::Unresolved, why))
}

/// The names of a zone's servers, sorted; empty where the name is no zone's.
///
/// # Errors
///
/// When that could not be learnt.
pub(super) async fn servers(client: &Client<'_>, zone: &Name) -> Result<Vec<Name>, Trouble> {
    let found = client.lookup(zone, RecordType::NS).await?;
    let of = |record: &Record| {
        let RData::NS(server) = &record.data else {
            return None;
        };
        Some(server.0.to_lowercase())
    };
    // An alias has no name servers; those of its target are another zone's.
    let records = found.records.iter().filter(|_| found.aliases.is_empty());
    let mut servers: Vec<Name> = records.filter_map(of).collect();
    servers.sort();
    servers.dedup();
    Ok(servers)
}

/// The addresses of a server's name; empty where it has none.
///
/// # Errors
///
/// When that could not be learnt.
pub(super) async fn addresses(client: &Client<'_>, server: &Name) -> Result<Vec<IpAddr>, Trouble> {
    let mut all = client.lookup(server, RecordType::A).await?.addresses();
    all.extend(client.lookup(server, RecordType::AAAA).await?.addresses());
    all.sort();
    all.dedup();
    Ok(all)
}

/// The addresses of some servers.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// By server; empty where it has none.
    pub(super) known: BTreeMap<Name, BTreeSet<IpAddr>>,
    /// Why those of the first that is missing there could not be learnt.
    pub(super) missed: Option<String>,
}

/// The addresses of each of `servers`.
pub(super) async fn resolve(client: &Client<'_>, servers: &BTreeSet<Name>) -> Resolved {
    let mut resolved = Resolved::default();
    for server in servers {
        match addresses(client, server).await {
            Ok(addresses) => {
                let addresses = addresses.into_iter().collect();
                resolved.known.insert(server.clone(), addresses);
            }
            Err(trouble) => resolved.missed = resolved.missed.or(Some(trouble.detail)),
        }
    }
    resolved
}

/// Asks one address about the zone and the domain.
///
/// # Errors
///
/// When no client can be made.
pub(super) async fn hear(
    server: &Name,
    address: SocketAddr,
    zone: &Name,
    name: &Name,
    context: &Context,
) -> Result<Heard, Trouble> {
    let client = Client::new(Some(address), context)?;
    let mut heard = Server {
        name: plain(server),
        address: address.to_string(),
        state: State::Answers,
        detail: None,
        serial: None,
        answers: BTreeMap::new(),
    };
    let mut missed = None;
    let (state, detail, serial) = match way_to(address).await {
        Err(error) => (
            State::NoRoute,
            Some(format!("this machine has no way to it: {error}")),
            None,
        ),
        Ok(()) => state(client.bare(zone, RecordType::SOA, DIRECT).await, zone),
    };
    (heard.state, heard.detail, heard.serial) = (state, detail, serial);
    if heard.state == State::Answers {
        let asked = RECORDS
            .iter()
            .map(|kind| (name, *kind))
            .chain([(zone, RecordType::NS)]);
        for (owner, kind) in asked {
            let reply = client.bare(owner, kind, DIRECT).await;
            match reply
                .map_err(|trouble| trouble.detail)
                .and_then(|reply| answer(&reply, owner))
            {
                Ok(records) => {
                    heard.answers.insert(kind.to_string(), records);
                }
                Err(why) => {
                    missed = missed.or(Some(format!("{}: {kind} of {owner}: {why}", heard.shown())))
                }
            }
        }
    }
    let (attempts, transcript) = client.into_log();
    Ok(Heard {
        server: heard,
        missed,
        attempts,
        transcript,
    })
}

/// An authority is asked for what it holds itself.
pub(super) const DIRECT: Flags = Flags {
    authentic_data: false,
    checking_disabled: false,
    direct: true,
};

fn state(reply: Result<Reply, Trouble>, zone: &Name) -> (State, Option<String>, Option<i64>) {
    let reply = match reply {
        Ok(reply) => reply,
        Err(trouble) => return (State::Silent, Some(trouble.detail), None),
    };
    let message = &reply.message;
    let code = message.response_code;
    if !matches!(code, ResponseCode::NoError | ResponseCode::NXDomain) {
        let why = format!("it answered {code} to the question for the SOA of {zone}");
        return (State::Refuses, Some(why), None);
    }
    let serial = message.answers.iter().find_map(|record| {
        let RData::SOA(soa) = &record.data else {
            return None;
        };
        record
            .name
            .eq_ignore_root(zone)
            .then(|| i64::from(soa.serial))
    });
    match serial {
        Some(serial) if message.authoritative => (State::Answers, None, Some(serial)),
        Some(_) => (
            State::Lame,
            Some(format!("it answers for {zone} without authority")),
            None,
        ),
        None => (State::Lame, Some(format!("it does not serve {zone}")), None),
    }
}

/// The records at `owner`, sorted, as a person reads them.
fn answer(reply: &Reply, owner: &Name) -> Result<Vec<String>, String> {
    let code = reply.message.response_code;
    if code == ResponseCode::NXDomain {
        return Ok(vec!["NXDOMAIN".to_owned()]);
    }
    if code != ResponseCode::NoError {
        return Err(format!("it answered {code}"));
    }
    let at = reply
        .message
        .answers
        .iter()
        .filter(|record| record.name.eq_ignore_root(owner));
    let mut records: Vec<String> = at.map(raw::data_shown).collect();
    records.sort();
    records.dedup();
    Ok(records)
}

/// Whether this machine has a way to `address` at all; nothing is sent.
pub(super) async fn way_to(address: SocketAddr) -> io::Result<()> {
    let any: SocketAddr = match address {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    UdpSocket::bind(any).await?.connect(address).await
}
