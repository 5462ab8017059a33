//! Whether certificates are revoked: by the stapled OCSP answer (RFC 6960), and by lists (RFC 5280
//! §5 and §6.3) that the configuration gives, or lets us fetch from where the certificates say.
//!
//! A word counts only where its signature, its time and its subject are right. What does not count
//! is told and decides nothing; a revocation that is rightly signed counts whatever its age.

mod crl;
#[cfg(test)]
mod doubts;
mod entries;
mod fetch;
mod gather;
mod ocsp;
mod points;
mod scope;
mod signed;
mod staple;
mod word;

pub(super) use gather::{Lists, lists, of_files};

use super::fact::{TlsEndpoint, Unknown};
use crate::connect::name;
use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use word::Word;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// What an extension of the staple's answer about the certificate with this serial number holds.
pub(super) fn staple_extension(staple: &[u8], serial: &[u8], id: &[u8]) -> Option<Vec<u8>> {
    let basic = ocsp::read(staple).ok()?;
    let about = |answer: &&ocsp::Single<'_>| answer.serial == serial;
    let answer = basic.answers.iter().find(about)?;
    answer.extension(id).map(<[u8]>::to_vec)
}

/// Fills in what the staple and the lists say of the path. `chain` is what was served, `path` what
/// leads to a root, each the server's own first.
pub(super) fn fill(
    fact: &mut TlsEndpoint,
    unknown: &mut Unknown,
    path: &[CertificateDer<'_>],
    staple: Option<&[u8]>,
    lists: &Lists,
    as_of: Timestamp,
) {
    let path: Vec<X509Certificate<'_>> = path
        .iter()
        .filter_map(|der| Some(X509Certificate::from_der(der).ok()?.1))
        .collect();
    let Some(own) = path.first() else { return };
    let issuer = path.get(1).or_else(|| {
        Some(own).filter(|own| name::same(own.subject().as_raw(), own.issuer().as_raw()))
    });
    let mut words: Vec<Word> = Vec::new();
    if let Some(bytes) = staple {
        let (staple, word) = staple::read(bytes, own, issuer, as_of);
        words.extend(word);
        fact.staple = Some(staple);
    }
    let asked = lists.asked();
    for list in &lists.read {
        let (told, found) = crl::read(list, &path, as_of);
        words.extend(found);
        fact.crls.push(told);
    }
    fact.revocations = words
        .iter()
        .filter(|word| word.revoked.is_some())
        .map(|word| word.revocation(&path))
        .collect();
    if !fact.revocations.is_empty() {
        fact.revoked = Some(true);
        return;
    }
    if staple.is_none() && !asked {
        return;
    }
    // Lists speak of every certificate below the root, a staple of the server's own alone.
    let below_root = path.len().saturating_sub(1).max(1);
    let wanted = if asked { below_root } else { 1 };
    let missing: Vec<String> = (0..wanted)
        .filter(|place| words.iter().all(|word| word.place != *place))
        .filter_map(|place| Some(path.get(place)?.subject().to_string()))
        .map(|subject| crate::dns::printable(&subject))
        .collect();
    if missing.is_empty() {
        fact.revoked = Some(false);
    } else {
        let mut why = format!(
            "nothing that counts says whether {} is revoked",
            missing.join(", ")
        );
        let of_staple = fact.staple.iter().flat_map(|staple| &staple.problems);
        let of_lists = fact.crls.iter().flat_map(|list| &list.problems);
        for problem in of_staple.chain(of_lists).chain(&lists.missed) {
            why = format!("{why}; {problem}");
        }
        unknown.insert("revoked".to_owned(), why);
    }
}
