//! Certificates that a server showed in the clear, where no handshake of ours came about: versions
//! before TLS 1.2, key exchange by RSA alone or by a finite field, CBC suites.
//!
//! Such a certificate is what the server shows to everybody, so that its dates, names, keys and path
//! are judged like any other's. Whether the server has the key is another question. In TLS 1.2 with
//! (EC)DHE it signs the key exchange over our own random octets (RFC 5246 §7.4.3), which proves it.
//! Without such a signature nothing does: a failure of the path is one all the same, and a path that is
//! valid passes nothing.

use super::algorithms::Key;
use super::fact::{TlsEndpoint, Unknown};
use super::hello::{ClearChain, Signed};
use crate::connect::{Peer, provider};
use rustls_pki_types::CertificateDer;
use webpki::{EndEntityCert, Error};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// What a handshake would have shown of the server, as far as it is seen in the clear.
pub(super) fn peer(chain: &ClearChain) -> Peer {
    let certificates = &chain.turn.certificates;
    let own = certificates.first().map(Vec::as_slice).unwrap_or_default();
    let proof = proof(chain.signed.as_ref(), own);
    Peer {
        chain: certificates
            .iter()
            .map(|der| CertificateDer::from(der.clone()))
            .collect(),
        ocsp: chain.turn.staple.clone(),
        protocol: chain.version.clone(),
        cipher_suite: chain.suite.clone(),
        unproven_key: match &proof {
            Proof::Wrong => Some("the signature over its key exchange is wrong".to_owned()),
            Proof::Right | Proof::None(_) => None,
        },
        in_the_clear: Some(match proof {
            Proof::Right | Proof::Wrong => Ok(()),
            Proof::None(why) => Err(why),
        }),
        ..Peer::default()
    }
}

/// What became of the proof that the server has its certificate's key.
enum Proof {
    Right,
    Wrong,
    /// There is none; why.
    None(String),
}

fn proof(signed: Option<&Signed>, own: &[u8]) -> Proof {
    let none = |why: &str| Proof::None(why.to_owned());
    let Some(signed) = signed else {
        return none("nothing that it sent is signed in a way that is checked here");
    };
    let der = CertificateDer::from(own);
    let (Ok(certificate), Ok((_, parsed))) = (
        EndEntityCert::try_from(&der),
        X509Certificate::from_der(own),
    ) else {
        return none("its certificate is not read so far");
    };
    // The algorithms refuse small keys, which says nothing about the signature.
    let key = Key::of(parsed.public_key());
    if key.strong != Some(true) {
        return Proof::None(format!(
            "signatures by its key ({}) are not checked",
            key.shown()
        ));
    }
    let algorithms = provider().signature_verification_algorithms;
    let known = algorithms
        .mapping
        .iter()
        .find(|(scheme, _)| u16::from(*scheme) == signed.scheme);
    let mut outcome = Proof::None(format!(
        "its key exchange is signed by the scheme {:#06x}, which is not checked",
        signed.scheme
    ));
    for algorithm in known.iter().flat_map(|(_, all)| all.iter()) {
        match certificate.verify_signature(*algorithm, &signed.message, &signed.signature) {
            Ok(()) => return Proof::Right,
            Err(Error::InvalidSignatureForPublicKey) => outcome = Proof::Wrong,
            // One for another kind of key.
            Err(_) => {}
        }
    }
    outcome
}

/// Says in the fact how its certificates came to be seen, and what is not known for that reason.
pub(super) fn fill(fact: &mut TlsEndpoint, unknown: &mut Unknown, peer: &Peer) {
    fact.read_in_the_clear = Some(peer.in_the_clear.is_some());
    let Some(proof) = &peer.in_the_clear else {
        return;
    };
    let how = "its certificates were read in the clear, without a handshake";
    for field in ["key_exchange", "alpn"] {
        unknown.insert(field.to_owned(), how.to_owned());
    }
    let Err(why) = proof else { return };
    let why = format!("{how}, and the server did not prove that it has the key: {why}");
    fact.key_proven = None;
    unknown.insert("key_proven".to_owned(), why.clone());
    if fact.path_valid == Some(true) {
        fact.path_valid = None;
        unknown.insert("path_valid".to_owned(), format!("the path is valid; {why}"));
    }
}

/// The command that shows the certificate, out of the one for a handshake of today.
pub(super) fn reproduce(command: &str, peer: &Peer) -> String {
    let version = match peer.protocol.as_str() {
        "TLS 1.2" => "-tls1_2",
        "TLS 1.1" => "-tls1_1",
        "TLS 1.0" => "-tls1",
        "SSL 3.0" => "-ssl3",
        _ => return command.to_owned(),
    };
    if peer.in_the_clear.is_none() {
        return command.to_owned();
    }
    let key = match peer.cipher_suite.as_str() {
        suite if suite.contains("ECDSA") || suite.starts_with("TLS_ECDH_") => "aECDSA",
        suite if suite.contains("_DSS_") => "aDSS",
        _ => "aRSA",
    };
    command.replace(
        " -showcerts",
        &format!(" {version} -cipher {key}:@SECLEVEL=0 -showcerts"),
    )
}
