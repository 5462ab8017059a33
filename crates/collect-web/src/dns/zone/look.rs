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
pub(super) async fn addresses(client: &Client<'_>, server: &Name) -> Result<Addresses, Trouble> {
    let mut found = Addresses::default();
    for kind in [RecordType::A, RecordType::AAAA] {
        let one = client.lookup(server, kind).await?;
        found.all.extend(one.addresses());
        found.alias_of = found.alias_of.or_else(|| one.aliases.first().cloned());
    }
    Ok(found)
}

/// The addresses of a name.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// Each once, sorted.
    pub(super) all: BTreeSet<IpAddr>,
    /// What the name is an alias of, where it is one.
    pub(super) alias_of: Option<String>,
}

/// The addresses of some servers.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// By server; empty where it has none.
    pub(super) known: BTreeMap<Name, BTreeSet<IpAddr>>,
    /// Those that are aliases, for a person: `ns1.example.com (CNAME a.example.net)`.
    pub(super) aliased: Vec<String>,
    /// Why those of the first that is missing there could not be learnt.
    pub(super) missed: Option<String>,
}

/// The addresses of each of `servers`.
pub(super) async fn resolve(client: &Client<'_>, servers: &BTreeSet<Name>) -> Resolved {
    let mut resolved = Resolved::default();
    for server in servers {
        match addresses(client, server).await {
            Ok(found) => {
                let shown = |target| format!("{} (CNAME {target})", plain(server));
                resolved.aliased.extend(found.alias_of.map(shown));
                resolved.known.insert(server.clone(), found.all);
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
        negative_ttl: None,
        answers: BTreeMap::new(),
    };
    let mut missed = None;
    match way_to(address).await {
        Err(error) => {
            heard.state = State::NoRoute;
            heard.detail = Some(format!("this machine has no way to it: {error}"));
        }
        Ok(()) => match state(client.bare(zone, RecordType::SOA, DIRECT).await, zone) {
            Ok(start) => {
                heard.serial = Some(i64::from(start.serial));
                heard.negative_ttl = Some(i64::from(start.negative_ttl));
            }
            Err((state, why)) => (heard.state, heard.detail) = (state, Some(why)),
        },
    }
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
    dnssec_ok: false,
    authentic_data: false,
    checking_disabled: false,
    direct: true,
};

/// What the start of a zone's authority (SOA) says.
#[derive(Debug)]
struct Start {
    serial: u32,
    /// How long resolvers keep that a name is not there (RFC 2308 §5).
    negative_ttl: u32,
}

/// "Not Authoritative" (RFC 8914 §4.21): it serves no such zone, whoever asks. The code NOTAUTH says the
/// same (RFC 2136 §2.2).
const NOT_AUTHORITATIVE: u16 = 20;

/// The start of the zone, of a server that answers for it; else what the server is, and why.
fn state(reply: Result<Reply, Trouble>, zone: &Name) -> Result<Start, (State, String)> {
    let reply = reply.map_err(|trouble| (State::Silent, trouble.detail))?;
    let message = &reply.message;
    let code = message.response_code;
    if !matches!(code, ResponseCode::NoError | ResponseCode::NXDomain) {
        let why = format!("it answered {code} to the question for the SOA of {zone}");
        let lame =
            code == ResponseCode::NotAuth || reply.extended_errors().contains(&NOT_AUTHORITATIVE);
        if lame {
            return Err((State::Lame, format!("{why}: it is not its authority")));
        }
        return Err((State::Refuses, why));
    }
    let start = message.answers.iter().find_map(|record| {
        let RData::SOA(soa) = &record.data else {
            return None;
        };
        record.name.eq_ignore_root(zone).then(|| Start {
            serial: soa.serial,
            negative_ttl: soa.minimum.min(record.ttl),
        })
    });
    match start {
        Some(start) if message.authoritative => Ok(start),
        Some(_) => Err((
            State::Lame,
            format!("it answers for {zone} without authority"),
        )),
        None => Err((State::Lame, format!("it does not serve {zone}"))),
    }
}

/// The records at `owner`, sorted, as a person reads them.
fn answer(reply: &Reply, owner: &Name) -> Result<Vec<String>, String> {
    let code = reply.message.response_code;
    if !matches!(code, ResponseCode::NoError | ResponseCode::NXDomain) {
        return Err(format!("it answered {code}"));
    }
    let at = reply
        .message
        .answers
        .iter()
        .filter(|record| record.name.eq_ignore_root(owner));
    let mut records: Vec<String> = at.map(raw::data_shown).collect();
    // Behind an alias the code speaks of its target (RFC 2308 §2.1).
    if records.is_empty() && code == ResponseCode::NXDomain {
        records.push("NXDOMAIN".to_owned());
    }
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
