//! From what was seen of an endpoint to fields of its fact: what hellos brought, and what is shown
//! to who asks for no name.

use super::certificate::Certificate;
use super::demand::ClientCertificate;
use super::fact::{Group, Suite, TlsEndpoint, Unknown};
use super::hello::{Depth, Manners, OLD_VERSIONS, Scan, Told};
use super::revocation::Lists;
use super::session::Session;
use crate::connect::{Peer, StartTls};
use crate::target::Endpoint;
use jiff::Timestamp;
use rustls_pki_types::ServerName;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// The fields that nothing but a handshake shows.
pub(super) const NEEDS_A_HANDSHAKE: [&str; 45] = [
    "broken_scts",
    "every_sct_seen",
    "scts",
    "verified_sct_logs",
    "verified_sct_operators",
    "second_certificate",
    "resumption",
    "early_data",
    "client_certificate",
    "clock_skew_seconds",
    "staple",
    "revoked",
    "starttls_injection",
    "default_certificate",
    "refuses_without_name",
    "key_exchange",
    "alpn",
    "read_in_the_clear",
    "ocsp_stapled",
    "key_proven",
    "must_staple",
    "embedded_sct_logs",
    "embedded_scts",
    "chain",
    "unparsed",
    "names",
    "name_matches",
    "self_signed",
    "trusted_roots",
    "path_valid",
    "path_error",
    "path",
    "path_complete",
    "superfluous",
    "min_days_left",
    "served_min_days_left",
    "expires_first",
    "expires_at",
    "validity_days",
    "key_strong",
    "key_weakness",
    "signature_strong",
    "lints",
    "baseline",
    "notes",
];

/// The fields that tell what a server answers to hellos.
pub(super) const NEEDS_AN_ANSWER: [&str; 19] = [
    "cipher_suites",
    "groups",
    "weak_groups",
    "post_quantum",
    "dh_bits",
    "dh_group",
    "compression",
    "secure_renegotiation",
    "extended_master_secret",
    "downgrade_marked",
    "fallback_refused",
    "heartbeat",
    "own_suite_order",
    "profiles",
    "protocol",
    "cipher_suite",
    "old_protocols",
    "weak_suites",
    "static_rsa",
];

/// What is learnt beside the handshake, where it is asked for.
#[derive(Clone, Debug)]
pub(super) struct Beside {
    /// Whether the server goes on after the handshake; an error where it ended it itself.
    pub(super) goes_on: Result<bool, String>,
    pub(super) session: Result<Session, Trouble>,
    pub(super) lists: Lists,
    /// The certificate timestamps in the handshake; an error where they are not seen.
    pub(super) timestamps: Result<Option<Vec<u8>>, String>,
    pub(super) nameless: Option<Result<Peer, Trouble>>,
    pub(super) injected: Option<Result<bool, Trouble>>,
}

impl Beside {
    /// What is known where no handshake came about: nothing, because of `trouble`.
    pub(super) fn nothing(endpoint: &Endpoint, trouble: &Trouble, lists: Lists) -> Self {
        // Not as an alert that refuses who asks for no name.
        let silent = || Trouble::new(ReasonCode::Unparsed, trouble.detail.clone());
        let named = matches!(endpoint.server_name, ServerName::DnsName(_));
        let in_the_clear = endpoint
            .starttls
            .filter(|protocol| *protocol != StartTls::PostgresDirect);
        Self {
            goes_on: Err(trouble.detail.clone()),
            session: Err(silent()),
            lists,
            timestamps: Err(trouble.detail.clone()),
            nameless: named.then(|| Err(silent())),
            injected: in_the_clear.map(|_| Err(silent())),
        }
    }
}

/// Takes in how the server went on after the handshake, and what two further ones showed.
pub(super) fn after_the_handshake(
    fact: &mut TlsEndpoint,
    unknown: &mut Unknown,
    peer: &Peer,
    beside: &Beside,
) {
    let barred = peer.cipher_suite.is_empty();
    if barred {
        let why = "the server ended the handshake for want of a client certificate";
        for field in ["cipher_suite", "key_exchange", "alpn"] {
            unknown.insert(field.to_owned(), why.to_owned());
        }
    }
    fact.client_certificate = match (&beside.goes_on, barred) {
        (_, true) => Some(ClientCertificate::new(peer, true)),
        (Ok(goes_on), false) => Some(ClientCertificate::new(peer, !goes_on)),
        (Err(why), false) => {
            unknown.insert("client_certificate".to_owned(), why.clone());
            None
        }
    };
    if peer.without_alpn {
        let note = "the server knows neither h2 nor http/1.1 by ALPN, and was asked without";
        fact.notes.push(note.to_owned());
    }
    match &beside.injected {
        Some(Ok(carried)) => fact.starttls_injection = Some(*carried),
        Some(Err(trouble)) => {
            unknown.insert("starttls_injection".to_owned(), trouble.detail.clone());
        }
        None => {}
    }
    match &beside.session {
        Ok(session) => {
            fact.resumption = Some(session.resumed);
            fact.early_data = session.early_data;
            if session.early_data == Some(true) {
                let note = "the server takes data in a client's first flight (0-RTT): whoever records it can send it again, so that only requests that change nothing may be served so (RFC 8446 §8, RFC 8470 §3)";
                fact.notes.push(note.to_owned());
            }
            fact.clock_skew_seconds = session.skew;
        }
        Err(trouble) => {
            for field in ["resumption", "early_data", "clock_skew_seconds"] {
                unknown.insert(field.to_owned(), trouble.detail.clone());
            }
        }
    }
}

/// Takes in what the server takes. A bad one that was seen counts whatever else is unknown; that
/// there is none is known only where every offer was answered.
pub(super) fn scanned(fact: &mut TlsEndpoint, unknown: &mut Unknown, scan: Scan) {
    let mut known = |field: &str, found: Vec<String>, why: Option<String>| match why {
        Some(why) if found.is_empty() => {
            unknown.insert(field.to_owned(), why);
            None
        }
        Some(_) | None => Some(found),
    };
    let old = |version: &&String| OLD_VERSIONS.contains(&version.as_str());
    let old = scan.accepted.iter().filter(old).cloned().collect();
    fact.old_protocols = known("old_protocols", old, scan.versions_unknown);
    fact.weak_suites = known("weak_suites", scan.weak, scan.weak_unknown);
    fact.static_rsa = scan.static_rsa;
    if let Some(why) = scan.static_rsa_unknown {
        unknown.insert("static_rsa".to_owned(), why);
    }
    fact.protocols_accepted = scan.accepted;
    fact.protocols_refused = scan.refused;
    fact.version_intolerance = scan.intolerance;
    if let Some(why) = scan.intolerance_unknown {
        unknown.insert("version_intolerance".to_owned(), why);
    }
    in_depth(fact, unknown, scan.depth);
    about(fact, unknown, scan.manners);
}

/// Takes in how it goes about.
fn about(fact: &mut TlsEndpoint, unknown: &mut Unknown, manners: Manners) {
    let mut known = |field: &str, told: Told| match told {
        Told::NotThere => None,
        Told::Is(so) => Some(so),
        Told::Unknown(why) => {
            unknown.insert(field.to_owned(), why);
            None
        }
    };
    fact.secure_renegotiation = known("secure_renegotiation", manners.renegotiation);
    fact.extended_master_secret = known("extended_master_secret", manners.master_secret);
    fact.downgrade_marked = known("downgrade_marked", manners.downgrade);
    fact.fallback_refused = known("fallback_refused", manners.fallback);
    fact.heartbeat = known("heartbeat", manners.heartbeat);
    fact.own_suite_order = known("own_suite_order", manners.own_order);
    if fact.extended_master_secret == Some(false) {
        let note = "the server does not make its keys of the whole handshake before TLS 1.3 (RFC 7627): two sessions can be spliced";
        fact.notes.push(note.to_owned());
    }
    if fact.heartbeat == Some(true) {
        let note = "the server takes heartbeats (RFC 6520), which no service needs and which told what was in memory (CVE-2014-0160)";
        fact.notes.push(note.to_owned());
    }
}

/// Takes in the suites and groups: all of them, or what is bad among those that were seen.
fn in_depth(fact: &mut TlsEndpoint, unknown: &mut Unknown, depth: Depth) {
    let mut miss = |field: &str, why: &String| {
        unknown.insert(field.to_owned(), why.clone());
    };
    match &depth.suites_unknown {
        Some(why) => miss("cipher_suites", why),
        None => {
            let suites = depth.suites.into_iter().rev();
            let each = |(protocol, names): (String, BTreeSet<String>)| {
                let suite = move |name| Suite {
                    name,
                    protocol: protocol.clone(),
                };
                names.into_iter().map(suite)
            };
            fact.cipher_suites = Some(suites.flat_map(each).collect());
        }
    }
    let weak: Vec<String> = depth
        .groups
        .iter()
        .filter(|(_, (_, sound))| !sound)
        .map(|(name, _)| name.clone())
        .collect();
    let hybrid = depth.groups.keys().any(|name| name.contains("MLKEM"));
    match &depth.groups_unknown {
        Some(why) => {
            miss("groups", why);
            if weak.is_empty() {
                miss("weak_groups", why);
            } else {
                fact.weak_groups = Some(weak);
            }
            if hybrid {
                fact.post_quantum = Some(true);
            } else {
                miss("post_quantum", why);
            }
        }
        None => {
            let group =
                |(name, (protocols, _)): (String, (Vec<String>, bool))| Group { name, protocols };
            fact.groups = Some(depth.groups.into_iter().map(group).collect());
            fact.weak_groups = Some(weak);
            fact.post_quantum = Some(hybrid);
        }
    }
    fact.dh_bits = depth.prime.map(|prime| prime.bits);
    fact.dh_group = depth.prime.and_then(|prime| prime.group.map(str::to_owned));
    if let Some(why) = &depth.prime_unknown {
        miss("dh_bits", why);
        miss("dh_group", why);
    }
    fact.compression = depth.compression;
    if let Some(why) = &depth.compression_unknown {
        miss("compression", why);
    }
}

/// Takes in what is shown to who asks for no name.
pub(super) fn without_name(
    fact: &mut TlsEndpoint,
    unknown: &mut Unknown,
    nameless: Option<&Result<Peer, Trouble>>,
    as_of: Timestamp,
) {
    let mut told = |why: String| {
        for field in ["default_certificate", "refuses_without_name"] {
            unknown.insert(field.to_owned(), why.clone());
        }
    };
    match nameless {
        None => {}
        // An alert is an answer.
        Some(Err(trouble)) if trouble.reason == ReasonCode::Denied => {
            fact.refuses_without_name = Some(true);
        }
        Some(Err(trouble)) => told(trouble.detail.clone()),
        Some(Ok(peer)) => {
            let served = peer
                .chain
                .first()
                .and_then(|der| X509Certificate::from_der(der).ok());
            let Some((_, certificate)) = served else {
                return told("what is shown without a name is no certificate".to_owned());
            };
            let shown = Certificate::new(Some(0), &certificate, as_of);
            let own = fact.chain.first();
            fact.refuses_without_name = Some(false);
            fact.default_certificate =
                (own.is_none_or(|own| own.sha256 != shown.sha256)).then_some(shown);
        }
    }
}

/// Whoever issued the certificate, a server that does not prove to have its key is not the one
/// that the certificate names.
pub(super) fn without_key(fact: &mut TlsEndpoint, unknown: &mut Unknown, why: &str) {
    let told = format!("the server did not prove that it has its certificate's key: {why}");
    fact.path_valid = Some(false);
    fact.path_error = Some(match fact.path_error.take() {
        Some(error) => format!("{error}; {told}"),
        None => told,
    });
    unknown.remove("path_valid");
    unknown.remove("path_error");
}

pub(super) fn reproduce(address: SocketAddr, endpoint: &Endpoint) -> String {
    // An IP address is never asked for by SNI (RFC 6066 §3).
    let asked = if let ServerName::DnsName(name) = &endpoint.server_name {
        format!("-servername {}", name.as_ref())
    } else {
        "-noservername".to_owned()
    };
    let before = match endpoint.starttls {
        None => String::new(),
        Some(StartTls::PostgresDirect) => " -alpn postgresql".to_owned(),
        Some(protocol) => format!(" -starttls {}", protocol.name()),
    };
    format!("openssl s_client -connect {address}{before} {asked} -showcerts </dev/null")
}
