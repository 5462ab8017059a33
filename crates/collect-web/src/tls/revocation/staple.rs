//! What a stapled answer is worth (RFC 6960 §3.2 and §4.2.2): whom it is about, who signed it, and
//! when.

use super::ocsp::{self, Basic, Responder, Single, Status};
use super::signed::{self, Signature};
use super::word::{Word, reason};
use crate::connect::name;
use crate::tls::certificate::instant_of;
use crate::tls::fact::Staple;
use aws_lc_rs::digest;
use jiff::Timestamp;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::AlgorithmIdentifier;

/// How old an answer without an end may be: a CA gives a new one within that time (CA/Browser Forum
/// BR §4.9.10).
const LONGEST: i64 = 10 * 86_400;

/// Reads a staple and holds it against the server's certificate and its issuer's.
pub(super) fn read(
    der: &[u8],
    own: &X509Certificate<'_>,
    issuer: Option<&X509Certificate<'_>>,
    as_of: Timestamp,
) -> (Staple, Option<Word>) {
    let mut staple = Staple {
        status: "none".to_owned(),
        ..Staple::default()
    };
    let basic = match ocsp::read(der) {
        Ok(basic) => basic,
        Err(why) => {
            staple.problems.push(why);
            return (staple, None);
        }
    };
    staple.produced_at = Some(instant_of(basic.produced_at));
    let Some(issuer) = issuer else {
        let why =
            "the issuer's certificate is not at hand, so that the stapled answer cannot be checked";
        staple.problems.push(why.to_owned());
        return (staple, None);
    };
    match signer(&basic, issuer, as_of) {
        Ok(delegated) => staple.delegated = delegated,
        Err(why) => staple.problems.push(why),
    }
    if basic.strange {
        let why = "the stapled answer has a critical extension that is not known here";
        staple.problems.push(why.to_owned());
    }
    let signed = staple.problems.is_empty();
    // Of several answers the worst one counts.
    let about = basic.answers.iter();
    let about = about.filter(|answer| is_about(answer, own, issuer));
    let badness = |answer: &&Single<'_>| match answer.status {
        Status::Good => 0,
        Status::Unknown => 1,
        Status::Revoked(..) => 2,
    };
    let Some(answer) = about.max_by_key(badness) else {
        let why = "the stapled answer is about another certificate (CertID)";
        staple.problems.push(why.to_owned());
        return (staple, None);
    };
    staple.this_update = Some(instant_of(answer.this_update));
    staple.next_update = answer.next_update.map(instant_of);
    let status = match answer.status {
        Status::Good => "good",
        Status::Revoked(..) => "revoked",
        Status::Unknown => "unknown",
    };
    status.clone_into(&mut staple.status);
    staple.problems.extend(untimely(answer, as_of));
    staple.valid = staple.problems.is_empty();
    let word = |revoked| Word {
        place: 0,
        by: "the stapled OCSP answer".to_owned(),
        revoked,
    };
    let word = match answer.status {
        // Who was revoked once stays so.
        Status::Revoked(since, number) if signed => {
            Some(word(Some((instant_of(since), reason(number)))))
        }
        Status::Good if staple.valid => Some(word(None)),
        Status::Good | Status::Revoked(..) | Status::Unknown => None,
    };
    (staple, word)
}

fn untimely(answer: &Single<'_>, as_of: Timestamp) -> Option<String> {
    let now = as_of.as_second();
    let end = answer
        .next_update
        .unwrap_or(answer.this_update.saturating_add(LONGEST));
    if now < answer.this_update {
        let from = instant_of(answer.this_update);
        Some(format!(
            "the stapled answer holds only from {from} on (thisUpdate)"
        ))
    } else if now > end {
        let what = if answer.next_update.is_some() {
            "nextUpdate"
        } else {
            "ten days after thisUpdate"
        };
        Some(format!(
            "the stapled answer is stale since {} ({what})",
            instant_of(end)
        ))
    } else {
        None
    }
}

/// Whether an answer is about this certificate, by the hashes of its issuer's name and key.
fn is_about(answer: &Single<'_>, own: &X509Certificate<'_>, issuer: &X509Certificate<'_>) -> bool {
    let algorithm = match answer.hash {
        [0x2b, 14, 3, 2, 26] => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1] => &digest::SHA256,
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2] => &digest::SHA384,
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3] => &digest::SHA512,
        _ => return false,
    };
    let hashed = |bytes: &[u8]| digest::digest(algorithm, bytes);
    let key = issuer.public_key().subject_public_key.data.as_ref();
    answer.serial == own.raw_serial()
        && hashed(own.issuer().as_raw()).as_ref() == answer.name_hash
        && hashed(key).as_ref() == answer.key_hash
}

/// Whether another than the issuer signed, with its leave.
fn signer(
    basic: &Basic<'_>,
    issuer: &X509Certificate<'_>,
    as_of: Timestamp,
) -> Result<bool, String> {
    let mut why = "its signature is not the issuer's".to_owned();
    if is_responder(basic, issuer) {
        match by(basic, issuer) {
            Signature::Right => return Ok(false),
            Signature::Wrong => {}
            Signature::NotTrusted => why = not_trusted(basic),
        }
    }
    for der in &basic.certificates {
        let Ok((_, certificate)) = X509Certificate::from_der(der) else {
            continue;
        };
        if !is_responder(basic, &certificate) {
            continue;
        }
        if certificate.public_key().raw == issuer.public_key().raw
            && by(basic, issuer) == Signature::Right
        {
            return Ok(false);
        }
        match may_sign(&certificate, issuer, as_of) {
            Err(told) => why = told,
            Ok(()) => match by(basic, &certificate) {
                Signature::Right => return Ok(true),
                Signature::Wrong => "its signature is wrong".clone_into(&mut why),
                Signature::NotTrusted => why = not_trusted(basic),
            },
        }
    }
    Err(format!("the stapled answer cannot be trusted: {why}"))
}

fn not_trusted(basic: &Basic<'_>) -> String {
    let name = AlgorithmIdentifier::from_der(basic.algorithm);
    let name = name.map_or_else(
        |_| "an unknown algorithm".to_owned(),
        |(_, one)| signed::named(&one),
    );
    format!("it is signed by {name}, which is not trusted")
}

fn by(basic: &Basic<'_>, certificate: &X509Certificate<'_>) -> Signature {
    signed::check(
        certificate.public_key().raw,
        basic.algorithm,
        basic.signed,
        basic.signature,
    )
}

fn is_responder(basic: &Basic<'_>, certificate: &X509Certificate<'_>) -> bool {
    match basic.responder {
        Responder::Name(name) => name::same(certificate.subject().as_raw(), name),
        Responder::Key(hash) => {
            let key = certificate.public_key().subject_public_key.data.as_ref();
            digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, key).as_ref() == hash
        }
    }
}

/// Whether the issuer itself lets `certificate` sign answers (RFC 6960 §4.2.2.2).
fn may_sign(
    certificate: &X509Certificate<'_>,
    issuer: &X509Certificate<'_>,
    as_of: Timestamp,
) -> Result<(), String> {
    let purpose = certificate.extended_key_usage().ok().flatten();
    if !purpose.is_some_and(|purpose| purpose.value.ocsp_signing) {
        return Err("who signed it has no leave to (id-kp-OCSPSigning)".to_owned());
    }
    let tbs: &[u8] = certificate.tbs_certificate.as_ref();
    let algorithm = signed::algorithm_of(certificate.as_raw()).unwrap_or_default();
    let signature = certificate.signature_value.data.as_ref();
    let issued = name::same(certificate.issuer().as_raw(), issuer.subject().as_raw())
        && signed::check(issuer.public_key().raw, algorithm, tbs, signature) == Signature::Right;
    if !issued {
        return Err("the certificate of who signed it is not from the issuer itself".to_owned());
    }
    let (from, until) = crate::connect::span(certificate);
    let now = as_of.as_second();
    if now < from || until < now {
        return Err("the certificate of who signed it is outside its validity".to_owned());
    }
    Ok(())
}
