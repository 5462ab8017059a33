//! Certificates that cannot be read. One that is seen whole and breaks the rules of its form is refused by
//! every client, whatever else it says: that is a failure with its rule, and nothing else is known of it.
//! What is cut short, or is no certificate at all, is not judged.

use super::der::{self, Fault};
use super::fact::{TlsEndpoint, Unknown};
use super::lint::{self, Lint};
use rustls_pki_types::CertificateDer;
use seaworthy_collect::{Trouble, fact_value};
use serde_json::Value;

/// What a server's certificate tells that can be read.
pub(super) const OF_A_CERTIFICATE: [&str; 28] = [
    "broken_scts",
    "every_sct_seen",
    "scts",
    "verified_sct_logs",
    "verified_sct_operators",
    "baseline",
    "chain",
    "crls",
    "embedded_sct_logs",
    "embedded_scts",
    "expires_at",
    "expires_first",
    "key_strong",
    "key_weakness",
    "min_days_left",
    "must_staple",
    "name_matches",
    "names",
    "path",
    "path_complete",
    "revoked",
    "self_signed",
    "served_min_days_left",
    "signature_strong",
    "signature_weakness",
    "staple",
    "superfluous",
    "validity_days",
];

/// Says in the fact that the server's own certificate breaks a rule of its form.
pub(super) fn fill(fact: &mut TlsEndpoint, unknown: &mut Unknown, fault: &Fault) {
    let subject = "the server's certificate";
    let why = format!("{subject} is malformed: {} ({})", fault.message, fault.rule);
    fact.unparsed = vec![0];
    fact.path_valid = Some(false);
    fact.path_error = Some(why.clone());
    fact.lints = Some(vec![lint::malformed(subject, fault)]);
    for field in OF_A_CERTIFICATE {
        unknown.insert(field.to_owned(), why.clone());
    }
}

/// What is wrong with the certificates at these places behind the server's own: clients that read each of
/// them, as OpenSSL and Go do, refuse the handshake.
pub(super) fn others(chain: &[CertificateDer<'_>], places: &[i64]) -> Vec<Lint> {
    let mut lints = Vec::new();
    for place in places {
        let Some(der) = usize::try_from(*place).ok().and_then(|at| chain.get(at)) else {
            continue;
        };
        let none = || Fault {
            rule: "RFC 8446 §4.4.2",
            message: "it is no certificate".to_owned(),
        };
        let fault = der::unreadable(der).unwrap_or_else(none);
        lints.push(lint::malformed(
            &format!("the served certificate {place}"),
            &fault,
        ));
    }
    lints
}

/// The first of the certificates at these places that is malformed, and why.
pub(super) fn first(chain: &[CertificateDer<'_>], places: &[i64]) -> Option<String> {
    places.iter().find_map(|place| {
        let der = chain.get(usize::try_from(*place).ok()?)?;
        let fault = der::unreadable(der)?;
        Some(format!(
            "the served certificate {place} is malformed: {} ({})",
            fault.message, fault.rule
        ))
    })
}

/// The fact's value. Of a certificate that cannot be read it has no field.
///
/// # Errors
///
/// When it cannot be written.
pub(super) fn value_of(fact: &TlsEndpoint, unknown: &Unknown) -> Result<Value, Trouble> {
    let mut value = fact_value(fact)?;
    if let Some(fields) = value
        .as_object_mut()
        .filter(|_| unknown.contains_key("chain"))
    {
        for field in unknown.keys() {
            fields.shift_remove(field);
        }
    }
    Ok(value)
}
