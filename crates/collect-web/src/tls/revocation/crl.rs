//! What a list says of a path's certificates (RFC 5280 §5 and §6.3.3): whose it is, whether its
//! issuer signed it, when, and of which certificates it speaks.

use super::entries;
use super::gather::List;
use super::scope::Scope;
use super::signed::{self, Signature};
use super::word::{Word, reason};
use crate::connect::name;
use crate::dns::printable;
use crate::tls::certificate::instant_of;
use crate::tls::fact::Crl;
use jiff::Timestamp;
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::{OID_X509_EXT_INVALIDITY_DATE, OID_X509_EXT_REASON_CODE};
use x509_parser::prelude::FromDer as _;
use x509_parser::revocation_list::CertificateRevocationList;

/// Reads a list and holds it against the path.
pub(super) fn read(
    list: &List,
    path: &[X509Certificate<'_>],
    as_of: Timestamp,
) -> (Crl, Vec<Word>) {
    let mut told = Crl {
        source: list.source.clone(),
        ..Crl::default()
    };
    let Ok((_, crl)) = CertificateRevocationList::from_der(&list.der) else {
        told.problems.push(format!(
            "{} is no list of revoked certificates",
            list.source
        ));
        return (told, Vec::new());
    };
    told.issuer = printable(&crl.issuer().to_string());
    told.entries = i64::try_from(crl.tbs_cert_list.revoked_certificates.len()).unwrap_or(i64::MAX);
    told.this_update = Some(instant_of(crl.last_update().timestamp()));
    told.next_update = crl.next_update().map(|time| instant_of(time.timestamp()));
    let Some(issuer) = issuer_of(&crl, path) else {
        let why = format!(
            "the list {} is by {}, who issued nothing of this path",
            list.source, told.issuer
        );
        told.problems.push(why);
        return (told, Vec::new());
    };
    let mut problems: Vec<String> = unsigned(&crl, issuer).into_iter().collect();
    let scope = Scope::of(&crl).unwrap_or_else(|why| {
        problems.push(why);
        Scope::default()
    });
    if let Some(oid) = strange_entry(&crl, scope.is_indirect()) {
        // RFC 5280 §5.3: then the list tells of no certificate.
        problems.push(format!(
            "an entry has the critical extension {oid}, which is not known here"
        ));
    }
    let signed = problems.is_empty();
    problems.extend(untimely(&crl, as_of));
    problems.extend(scope.part.map(ToOwned::to_owned));
    let whole = problems.is_empty();
    let mut words = Vec::new();
    let of_issuer = path.iter().enumerate().filter(|(place, one)| {
        // A root does not vouch for itself; a CA that took a new key vouches for it by the old one.
        let itself = name::same(one.subject().as_raw(), one.issuer().as_raw());
        let root = itself && *place > 0 && *place + 1 == path.len();
        name::same(one.issuer().as_raw(), crl.issuer().as_raw()) && !root
    });
    for (place, certificate) in of_issuer.filter(|_| signed) {
        if !scope.holds(certificate) {
            continue;
        }
        let listed = entries::of(&crl, certificate.raw_serial());
        let revoked = listed.map(|entry| {
            let number = entry.reason_code().map_or(0, |(_, code)| code.0);
            (
                instant_of(entry.revocation_date.timestamp()),
                reason(number),
            )
        });
        // Who was revoked once stays so; that nobody was, a list of old or of a part does not tell.
        if revoked.is_some() || whole {
            told.covers
                .push(printable(&certificate.subject().to_string()));
            words.push(Word {
                place,
                by: list.source.clone(),
                revoked,
            });
        }
    }
    if whole && words.is_empty() {
        problems.push("no certificate of this path lies in its scope".to_owned());
    }
    told.valid = problems.is_empty();
    told.problems = problems
        .into_iter()
        .map(|why| format!("the list {}: {why}", list.source))
        .collect();
    (told, words)
}

/// Whose list it is: of several certificates of this name, the one whose key signed it.
fn issuer_of<'p, 'a>(
    crl: &CertificateRevocationList<'_>,
    path: &'p [X509Certificate<'a>],
) -> Option<&'p X509Certificate<'a>> {
    let named =
        |one: &&X509Certificate<'_>| name::same(one.subject().as_raw(), crl.issuer().as_raw());
    let mut all = path.iter().filter(named);
    let first = all.clone().next();
    all.find(|one| unsigned(crl, one).is_none()).or(first)
}

fn unsigned(crl: &CertificateRevocationList<'_>, issuer: &X509Certificate<'_>) -> Option<String> {
    let usage = issuer.key_usage().ok().flatten();
    if usage.is_some_and(|usage| !usage.value.crl_sign()) {
        return Some("its issuer may sign no lists (keyUsage without cRLSign)".to_owned());
    }
    if crl.signature_algorithm != crl.tbs_cert_list.signature {
        return Some("it names another signature algorithm within than without".to_owned());
    }
    let tbs: &[u8] = crl.tbs_cert_list.as_ref();
    let algorithm = signed::algorithm_of(crl.as_raw()).unwrap_or_default();
    let signature = crl.signature_value.data.as_ref();
    match signed::check(issuer.public_key().raw, algorithm, tbs, signature) {
        Signature::Right => None,
        Signature::Wrong => Some("its signature is not its issuer's".to_owned()),
        Signature::NotTrusted => {
            let name = signed::named(&crl.signature_algorithm);
            Some(format!("it is signed by {name}, which is not trusted"))
        }
    }
}

/// A critical extension of an entry that is not known here: of a reason and a date it is, and of an issuer
/// where the list is of several.
fn strange_entry(crl: &CertificateRevocationList<'_>, indirect: bool) -> Option<String> {
    let known = [OID_X509_EXT_REASON_CODE, OID_X509_EXT_INVALIDITY_DATE];
    let entries = crl.iter_revoked_certificates();
    let mut extensions = entries.flat_map(|entry| entry.extensions());
    let strange = extensions.find(|one| {
        let issuer = indirect && one.oid.as_bytes() == entries::ISSUER;
        one.critical && !known.contains(&one.oid) && !issuer
    });
    strange.map(|one| one.oid.to_id_string())
}

fn untimely(crl: &CertificateRevocationList<'_>, as_of: Timestamp) -> Option<String> {
    let now = as_of.as_second();
    let (from, until) = (
        crl.last_update().timestamp(),
        crl.next_update().map(|time| time.timestamp()),
    );
    match until {
        _ if now < from => Some(format!(
            "it holds only from {} on (thisUpdate)",
            instant_of(from)
        )),
        Some(until) if until < now => Some(format!(
            "it is stale since {} (nextUpdate)",
            instant_of(until)
        )),
        Some(_) => None,
        None => {
            Some("it does not say how long it holds (nextUpdate, RFC 5280 §5.1.2.5)".to_owned())
        }
    }
}
