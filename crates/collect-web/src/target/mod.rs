//! The target kinds `endpoint`, `domain`, `host` and `tls_service`: how the configuration writes them, what is wrong
//! with an entry, the parsed form that the collectors use, and how they say that one was not seen.
//!
//! Whether a host can be reached is not asked here.

mod active;
mod domain;
mod endpoint;
mod host;
mod service;
mod spec;
mod tls;

pub(crate) use active::{BurstSpec, LatencySpec, LoginSpec, OpenApiSpec, SignUpSpec};
pub(crate) use domain::Domain;
pub(crate) use endpoint::Endpoint;
pub(crate) use host::{Host, WELL_KNOWN};
pub(crate) use service::Service;
pub(crate) use spec::{MessageSpec, RestrictedSpec};
pub(crate) use tls::{MOST_HELLOS, TlsSpec};

use domain::{DomainSpec, parse_name};
use endpoint::parse_url;
use host::HostSpec;
use rustls_pki_types::ServerName;
use seaworthy_collect::{TargetKind, Trouble, schema_of};
use seaworthy_model::{ReasonCode, Target, Unassessed};
use serde::Deserialize as _;
use serde_json::Value;
use service::ServiceSpec;
use spec::EndpointSpec;
use std::net::{IpAddr, SocketAddr};

/// A complaint about an entry: the JSON pointer of the field, and what is wrong with it.
type Complaint = (String, String);

/// The kinds of target of this family.
pub(crate) fn kinds() -> Vec<TargetKind> {
    vec![
        TargetKind {
            kind: "endpoint",
            key: "endpoints",
            summary: "an HTTP or HTTPS endpoint: its certificate, headers, redirects and CORS",
            schema: schema_of::<EndpointSpec>(),
            default_name: |entry| {
                let (url, host) = parse_url(entry.get("url")?.as_str()?).ok()?;
                Some(
                    url.port()
                        .map_or(host.clone(), |port| format!("{host}:{port}")),
                )
            },
            check: |entry| check(entry, Endpoint::parse),
            paths: tls::PATHS,
        },
        TargetKind {
            kind: "domain",
            key: "domains",
            summary: "a domain name: its addresses, TXT and CAA records",
            schema: schema_of::<DomainSpec>(),
            default_name: |entry| {
                let domain = entry.get("domain")?.as_str()?;
                match domain.strip_prefix("*.") {
                    Some(below) => Some(format!("*.{}", parse_name(below).ok()?)),
                    None => parse_name(domain).ok(),
                }
            },
            check: |entry| check(entry, Domain::parse),
            paths: &["ca_file"],
        },
        TargetKind {
            kind: "host",
            key: "hosts",
            summary: "a host, and which of its TCP ports may be open",
            schema: schema_of::<HostSpec>(),
            default_name: |entry| entry.get("host")?.as_str().map(str::to_owned),
            check: |entry| check(entry, Host::parse),
            paths: &[],
        },
        TargetKind {
            kind: "tls_service",
            key: "tls_services",
            summary: "a service that speaks TLS and no HTTP, such as a database or a mail server",
            schema: schema_of::<ServiceSpec>(),
            default_name: |entry| {
                let spec = ServiceSpec::deserialize(entry).ok()?;
                Some(Service::parse(spec).ok()?.endpoint.place())
            },
            check: |entry| check(entry, Service::parse),
            paths: tls::PATHS,
        },
    ]
}

fn check<S: serde::de::DeserializeOwned, T>(
    entry: &Value,
    parse: fn(S) -> Result<T, Vec<Complaint>>,
) -> Vec<Complaint> {
    match S::deserialize(entry) {
        Ok(spec) => parse(spec).err().unwrap_or_default(),
        Err(error) => vec![(String::new(), error.to_string())],
    }
}

/// Says that a target, or an address of it, could not be looked at, and where the configuration
/// names it.
pub(crate) fn unassessed(
    collector: &str,
    kind: &str,
    target: &Target,
    trouble: Trouble,
) -> Unassessed {
    Unassessed {
        target: target.name.clone(),
        request: collector.to_owned(),
        kinds: vec![kind.to_owned()],
        reason: trouble.reason,
        detail: trouble.detail,
        location: target.location.clone(),
        attempts: trouble.attempts,
    }
}

fn parse<S: serde::de::DeserializeOwned>(target: &Target) -> Result<S, Trouble> {
    S::deserialize(&target.spec)
        .map_err(|error| invalid(target, &[(String::new(), error.to_string())]))
}

fn invalid(target: &Target, complaints: &[Complaint]) -> Trouble {
    let all: Vec<String> = complaints
        .iter()
        .map(|(pointer, why)| format!("{pointer}: {why}"))
        .collect();
    Trouble::new(
        ReasonCode::CollectorFailed,
        format!("failed to read target {}: {}", target.name, all.join("; ")),
    )
}

/// A name that TLS can ask for, an IDN in its A-label form, or an IP address.
pub(crate) fn server_name(text: &str) -> Option<ServerName<'static>> {
    ServerName::try_from(text.to_owned()).ok().or_else(|| {
        let ascii = url::Host::parse(text).ok()?.to_string();
        ServerName::try_from(ascii).ok()
    })
}

/// `IP`, `IP:PORT` or `[IPv6]:PORT`.
fn parse_address(text: &str, port: Option<u16>) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(address);
    }
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    match (bare.parse::<IpAddr>(), port) {
        (Ok(ip), Some(port)) => Ok(SocketAddr::new(ip, port)),
        _ => Err(format!(
            "{text:?} is no address; write it like 192.0.2.1:53 or [2001:db8::1]:53"
        )),
    }
}
