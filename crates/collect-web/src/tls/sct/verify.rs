//! What each timestamp is worth: its log, its signature, its time.

use super::entry::Entry;
use super::logs::{Log, Logs, State};
use super::read::{One, Signed, list};
use super::status::{Source, Status};
use crate::tls::fact::Sct;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use jiff::Timestamp;

/// SHA-256 with ECDSA and with RSA (RFC 6962 §2.1.4).
const ECDSA: [u8; 2] = [4, 3];
const RSA: [u8; 2] = [4, 1];

/// By what timestamps are judged.
pub(super) struct Judge<'a> {
    /// The logs that are known, where a list is named.
    pub(super) logs: Option<&'a Logs>,
    /// When the certificate ends, in Unix seconds.
    pub(super) not_after: i64,
    pub(super) as_of: Timestamp,
}

impl Judge<'_> {
    /// The timestamps of a list; `entry` is what they are signed over, where that is known.
    pub(super) fn list(&self, bytes: &[u8], source: Source, entry: Option<&Entry>) -> Vec<Sct> {
        let one = |one: &One<'_>| match one {
            One::Signed(signed) => self.one(signed, source, entry),
            One::UnknownVersion => unread(source, Status::UnknownVersion),
            One::Malformed => unread(source, Status::Malformed),
        };
        list(bytes).iter().map(one).collect()
    }

    fn one(&self, signed: &Signed<'_>, source: Source, entry: Option<&Entry>) -> Sct {
        let log = self.logs.and_then(|logs| logs.by_id(signed.log));
        let status = match (self.logs, log, entry) {
            (None, _, _) => Status::NotChecked,
            (Some(_), None, _) => Status::UnknownLog,
            (Some(_), Some(_), None) => Status::IssuerMissing,
            (Some(_), Some(log), Some(entry)) => self.status(signed, log, entry),
        };
        let instant = i64::try_from(signed.timestamp)
            .ok()
            .and_then(|at| Timestamp::from_millisecond(at).ok())
            .unwrap_or(Timestamp::MAX);
        Sct {
            source: source.word().to_owned(),
            log_id: hexadecimal(signed.log),
            log: log.map(|log| log.description.clone()),
            operator: log.map(|log| log.operator.clone()),
            log_state: log
                .and_then(|log| log.state)
                .map(|(state, _)| state.word().to_owned()),
            timestamp: instant.to_string(),
            status: status.word().to_owned(),
        }
    }

    fn status(&self, signed: &Signed<'_>, log: &Log, entry: &Entry) -> Status {
        if !is_signed(signed, log, entry) {
            return Status::BadSignature;
        }
        let now = u64::try_from(self.as_of.as_millisecond()).unwrap_or_default();
        if signed.timestamp > now {
            return Status::FromTheFuture;
        }
        let promised = i64::try_from(signed.timestamp).unwrap_or(i64::MAX);
        match log.state {
            Some((State::Rejected, _)) => return Status::RejectedLog,
            Some((State::Pending, _)) => return Status::PendingLog,
            // What it promised before counts (Chrome's and Apple's policies say so of embedded ones).
            Some((State::Retired, since)) if promised >= since.as_millisecond() => {
                return Status::RetiredLog;
            }
            Some(_) | None => {}
        }
        match log.interval {
            Some((from, until))
                if self.not_after < from.as_second() || self.not_after >= until.as_second() =>
            {
                Status::OutsideInterval
            }
            Some(_) | None => Status::Verified,
        }
    }
}

/// Whether the log's key signed it (RFC 6962 §3.2: version, type, timestamp, entry, extensions).
fn is_signed(signed: &Signed<'_>, log: &Log, entry: &Entry) -> bool {
    let algorithm: &dyn VerificationAlgorithm = match signed.algorithm {
        ECDSA => &ECDSA_P256_SHA256_ASN1,
        RSA => &RSA_PKCS1_2048_8192_SHA256,
        _ => return false,
    };
    let Ok(length) = u16::try_from(signed.extensions.len()) else {
        return false;
    };
    let message = [
        &[0, 0][..],
        &signed.timestamp.to_be_bytes(),
        &entry.0,
        &length.to_be_bytes(),
        signed.extensions,
    ]
    .concat();
    UnparsedPublicKey::new(algorithm, &log.key)
        .verify(&message, signed.signature)
        .is_ok()
}

fn unread(source: Source, status: Status) -> Sct {
    Sct {
        source: source.word().to_owned(),
        status: status.word().to_owned(),
        ..Sct::default()
    }
}

pub(super) fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
