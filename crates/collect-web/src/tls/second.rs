//! The second certificate that a server may have, with a key of another kind: RSA beside ECDSA. It is
//! shown to those who cannot check the signatures of the first one (RFC 8446 §4.4.2.2, RFC 5246
//! §7.4.2), so who looks once never sees it expire.

use super::algorithms::Key;
use super::chain::Unknown;
use super::fact::TlsEndpoint;
use super::look::{Look, Seen};
use crate::connect::{Keys, Peer};
use rustls_pki_types::CertificateDer;
use seaworthy_collect::with_retries;
use seaworthy_model::ReasonCode;
use std::net::SocketAddr;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// Which of a server's certificates a fact is about.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    /// The one that a client of today gets; whether there is a second one, or why that is not known.
    First(Result<bool, String>),
    /// The one for those who take keys of this kind alone.
    Second(Keys),
}

impl Shown {
    /// Says so in the fact; gives the command that shows it again, out of the one for the first.
    pub(super) fn into_fact(
        self,
        fact: &mut TlsEndpoint,
        unknown: &mut Unknown,
        command: &str,
    ) -> String {
        match self {
            Self::First(Ok(second)) => fact.second_certificate = Some(second),
            Self::First(Err(why)) => {
                unknown.insert("second_certificate".to_owned(), why);
            }
            Self::Second(keys) => {
                let (kind, schemes) = kind(keys);
                fact.r#ref = format!("{} with its {kind} certificate", fact.r#ref);
                fact.asked_for_key = Some(kind.to_owned());
                return command.replace(" -showcerts", &format!(" -sigalgs {schemes} -showcerts"));
            }
        }
        command.to_owned()
    }
}

/// A kind of key, and the signatures by it as `openssl s_client -sigalgs` wants them.
fn kind(keys: Keys) -> (&'static str, &'static str) {
    match keys {
        Keys::Rsa => ("RSA", "RSA-PSS+SHA256:RSA+SHA256"),
        Keys::Any | Keys::Curves => ("ECDSA", "ECDSA+SHA256:ECDSA+SHA384:ed25519"),
    }
}

impl Look<'_> {
    /// What the server shows to who takes none of the signatures that the key of the first
    /// certificate makes, where that is another certificate.
    ///
    /// # Errors
    ///
    /// Why that is not known: an alert says that there is none, a connection that is cut says
    /// nothing.
    pub(super) async fn second(
        &self,
        address: SocketAddr,
        first: &Peer,
    ) -> Result<Option<(Box<Peer>, Keys)>, String> {
        if self.endpoint.hellos() == 0 {
            let why =
                "not asked: the target allows no connection beside the handshake (tls.hellos)";
            return Err(why.to_owned());
        }
        let Some(keys) = first.chain.first().and_then(other_kind) else {
            return Err("the key of the first certificate is of no kind that we know".to_owned());
        };
        let place = address.to_string();
        let look = || self.see(address, keys);
        let peer = match with_retries(self.context, Some(&place), look).await.0 {
            Ok(Seen::Whole(peer, _) | Seen::Barred(peer, _)) => peer,
            Ok(Seen::Declined(why)) => return Err(why),
            Err(trouble) if trouble.reason == ReasonCode::Denied => return Ok(None),
            Err(trouble) => return Err(trouble.detail),
        };
        let is_another = peer
            .chain
            .first()
            .is_some_and(|own| first.chain.first() != Some(own));
        Ok(is_another.then_some((peer, keys)))
    }
}

/// The kinds of keys that this certificate's is not.
fn other_kind(certificate: &CertificateDer<'static>) -> Option<Keys> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    match Key::of(certificate.public_key()).algorithm.as_str() {
        "RSA" => Some(Keys::Curves),
        "ECDSA" | "Ed25519" | "Ed448" => Some(Keys::Rsa),
        _ => None,
    }
}
