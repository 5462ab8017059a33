//! Certificate timestamps (SCT, RFC 6962 §3): the promises of logs to publish a certificate, in the
//! certificate itself, in a stapled OCSP answer, or in the handshake. With a list of logs each is verified;
//! without one they are counted and nothing is said about them.

mod entry;
mod logs;
mod look;
mod read;
mod status;
mod verify;

pub(super) use logs::Logs;

use super::fact::{Sct, TlsEndpoint, Unknown};
use super::revocation::staple_extension;
use entry::Entry;
use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use seaworthy_collect::Trouble;
use status::{Source, Status};
use std::collections::BTreeSet;
use std::sync::Arc;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// The extension of certificates, 1.3.6.1.4.1.11129.2.4.2 (RFC 6962 §3.3).
const IN_CERTIFICATES: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2];
/// The extension of OCSP answers, 1.3.6.1.4.1.11129.2.4.5.
const IN_STAPLES: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 5];

/// Where timestamps of a server's certificate may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places<'a> {
    /// The path, the server's own certificate first, its issuer's next.
    pub(super) path: &'a [CertificateDer<'a>],
    /// The stapled OCSP answer.
    pub(super) staple: Option<&'a [u8]>,
    /// The list in the handshake (RFC 6962 §3.3.1); an error where it was not looked for.
    pub(super) handshake: Result<Option<&'a [u8]>, &'a str>,
}

/// The list of logs, where one is named: an error where it cannot be read.
pub(super) type Named = Option<Result<Arc<Logs>, Trouble>>;

/// Whether a list, or one of its timestamps, cannot be read.
pub(super) fn is_malformed(list: &[u8]) -> bool {
    read::list(list).contains(&read::One::Malformed)
}

/// Fills in the timestamps of the server's own certificate, the first of `places.path`.
pub(super) fn fill(
    fact: &mut TlsEndpoint,
    unknown: &mut Unknown,
    places: Places<'_>,
    logs: &Named,
    as_of: Timestamp,
) {
    let parsed = |der: &CertificateDer<'_>| der.to_vec();
    let Some(own) = places.path.first().map(parsed) else {
        return;
    };
    let issuer = places.path.get(1).map(parsed);
    let Ok((_, certificate)) = X509Certificate::from_der(&own) else {
        return;
    };
    let itself = certificate.subject().as_raw() == certificate.issuer().as_raw();
    let issuer = issuer.or_else(|| itself.then(|| own.clone()));
    let embedded = entry::extension(&certificate, IN_CERTIFICATES);
    let staple = places
        .staple
        .and_then(|staple| staple_extension(staple, certificate.raw_serial(), IN_STAPLES));
    let handshake = places.handshake.ok().flatten();
    let known = logs.as_ref().and_then(|logs| logs.as_ref().ok());
    let judge = verify::Judge {
        logs: known.map(Arc::as_ref),
        not_after: certificate.validity().not_after.timestamp(),
        as_of,
    };
    let promised = || Entry::promised(&certificate, issuer.as_deref()?);
    let lists = [
        (
            Source::Certificate,
            embedded.map(<[u8]>::to_vec),
            promised(),
        ),
        (Source::Staple, staple, Some(Entry::whole(&own))),
        (
            Source::Handshake,
            handshake.map(<[u8]>::to_vec),
            Some(Entry::whole(&own)),
        ),
    ];
    for (source, list, entry) in lists {
        let Some(list) = list else { continue };
        fact.scts.extend(judge.list(&list, source, entry.as_ref()));
    }
    concluded(fact, unknown, logs, places.handshake.err());
}

/// What follows from the timestamps where a list of logs is named.
fn concluded(
    fact: &mut TlsEndpoint,
    unknown: &mut Unknown,
    logs: &Named,
    not_looked: Option<&str>,
) {
    let fields = ["verified_sct_logs", "verified_sct_operators", "broken_scts"];
    match logs {
        None => return,
        Some(Err(trouble)) => {
            for field in fields {
                unknown.insert(field.to_owned(), trouble.detail.clone());
            }
            return;
        }
        Some(Ok(logs)) => fact.notes.extend(logs.faults.iter().cloned()),
    }
    let is = |status: Status| move |one: &&Sct| one.status == status.word();
    if fact.scts.iter().any(|one| is(Status::IssuerMissing)(&one)) {
        let why =
            "the issuer's certificate is not at hand, over whose key the timestamps are signed";
        for field in fields {
            unknown.insert(field.to_owned(), why.to_owned());
        }
        return;
    }
    let verified = || fact.scts.iter().filter(is(Status::Verified));
    let count = |many: usize| i64::try_from(many).unwrap_or(i64::MAX);
    let logs: BTreeSet<&str> = verified().map(|one| one.log_id.as_str()).collect();
    let operators: BTreeSet<&str> = verified()
        .filter_map(|one| one.operator.as_deref())
        .collect();
    let (logs, operators) = (count(logs.len()), count(operators.len()));
    let broken = [
        Status::BadSignature,
        Status::FromTheFuture,
        Status::Malformed,
    ];
    let told = |one: &Sct| {
        let log = one.log.as_deref().unwrap_or(&one.log_id);
        format!("{log} ({}): {}", one.source, one.status)
    };
    let broken = fact
        .scts
        .iter()
        .filter(|one| broken.iter().any(|status| is(*status)(one)))
        .map(told)
        .collect();
    fact.broken_scts = Some(broken);
    fact.verified_sct_logs = Some(logs);
    fact.verified_sct_operators = Some(operators);
    match not_looked {
        Some(why) => {
            unknown.insert("every_sct_seen".to_owned(), why.to_owned());
        }
        None => fact.every_sct_seen = Some(true),
    }
}
