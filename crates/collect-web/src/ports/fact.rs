//! The fact `host_ports`.

use super::Ports;
use super::sweep::Swept;
use crate::target::{Host, WELL_KNOWN};
use jiff::Timestamp;
use schemars::JsonSchema;
use seaworthy_collect::{Trouble, fact_value};
use seaworthy_model::{Fact, Provenance, SubjectRef, Target};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The kind of subject.
pub(super) const KIND: &str = "host_ports";

/// The TCP ports of one address of a host, as seen from where the sweep ran.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct HostPorts {
    /// `db.example.com [192.0.2.1]`.
    #[serde(rename = "ref")]
    reference: String,
    /// The host.
    host: String,
    /// The address.
    address: String,
    /// How many ports were tried.
    tried: i64,
    /// How many refused the connection.
    closed: i64,
    /// How many gave no answer: a firewall drops what is sent there.
    filtered: i64,
    /// The ports that are open. Unknown where no port answered at all, be it by a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    open: Option<Vec<Port>>,
    /// Those of them that the configuration does not allow. Unknown where there is none among those
    /// that were tried, and some were not.
    #[serde(skip_serializing_if = "Option::is_none")]
    unexpected: Option<Vec<Port>>,
    /// The allowed ports that are not open.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Vec<i64>>,
}

/// A port.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Port {
    /// Its number.
    port: i64,
    /// What usually listens there, by its number alone; empty for others.
    service: String,
}

fn port(number: u16) -> Port {
    let known = WELL_KNOWN.iter().find(|(known, _)| *known == number);
    Port {
        port: i64::from(number),
        service: known.map_or("", |(_, service)| service).to_owned(),
    }
}

fn count(ports: &BTreeSet<u16>) -> i64 {
    i64::try_from(ports.len()).unwrap_or(i64::MAX)
}

/// The fact about an address.
pub(super) fn fact(
    target: &Target,
    host: &Host,
    ip: IpAddr,
    swept: Swept,
    at: Timestamp,
) -> Result<Fact, Trouble> {
    let allowed: BTreeSet<u16> = host.spec.allow.iter().copied().collect();
    let mut unknown = BTreeMap::new();
    let answered = !swept.open.is_empty() || !swept.closed.is_empty();
    let unexpected: Vec<Port> = swept.open.difference(&allowed).copied().map(port).collect();
    let whole = swept.untried.is_empty();
    let mut fields = |names: &[&str], why: &str| {
        for name in names {
            unknown.insert((*name).to_owned(), why.to_owned());
        }
    };
    if !answered {
        let why = "no port answered, be it by a refusal: the host may be down, or a firewall drops all that comes from here";
        fields(&["open", "unexpected", "missing"], why);
    } else if !whole {
        let why = format!(
            "{} ports were not tried in time; give budgets.target more, or sweep fewer",
            swept.untried.len()
        );
        fields(&["missing"], &why);
        if unexpected.is_empty() {
            fields(&["unexpected"], &why);
        }
    }
    let missing = allowed
        .difference(&swept.open)
        .map(|port| i64::from(*port))
        .collect();
    let known = |field: &str| !unknown.contains_key(field);
    let fact = HostPorts {
        reference: format!("{} [{ip}]", host.spec.host),
        host: host.spec.host.clone(),
        address: ip.to_string(),
        tried: count(&swept.open) + count(&swept.closed) + count(&swept.filtered),
        closed: count(&swept.closed),
        filtered: count(&swept.filtered),
        open: known("open").then(|| swept.open.iter().copied().map(port).collect()),
        missing: known("missing").then_some(missing),
        unexpected: known("unexpected").then_some(unexpected),
    };
    let listed: Vec<String> = host.ports.iter().map(u16::to_string).collect();
    Ok(Fact {
        subject: SubjectRef {
            kind: KIND.to_owned(),
            name: fact.reference.clone(),
        },
        value: fact_value(&fact)?,
        unknown,
        location: target.location.clone(),
        places: seaworthy_model::Places::default(),
        provenance: Provenance {
            target: target.name.clone(),
            collector: Ports::ID.to_owned(),
            at,
            attempts: Vec::new(),
            artifacts: Vec::new(),
            reproduce: Some(format!(
                "nmap {}-n -Pn -sT -p {} {ip}",
                if ip.is_ipv6() { "-6 " } else { "" },
                listed.join(",")
            )),
        },
    })
}
