//! The second certificate that a server may have, with a key of another kind: RSA beside ECDSA. It is
//! shown to those who cannot check the signatures of the first one (RFC 8446 §4.4.2.2, RFC 5246
//! §7.4.2), so who looks once never sees it expire.

use super::algorithms::Key;
use super::clear;
use super::fact::{TlsEndpoint, Unknown};
use super::hello::{Clear, Kind, Scan};
use super::looking::{Look, Seen};
use super::malformed::OF_A_CERTIFICATE;
use crate::connect::{Keys, Peer, takes_no_such_key, was_cut};
use seaworthy_collect::{Trouble, with_retries};
use seaworthy_model::{Attempt, Fact, ReasonCode};
use std::net::SocketAddr;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// The fields that tell of a certificate that can be read, or of how the server came to show it, beside
/// [`OF_A_CERTIFICATE`].
const OF_ITS_SHOWING: [&str; 15] = [
    "cipher_suite",
    "clock",
    "clock_decides",
    "key_exchange",
    "key_proven",
    "lints",
    "missing_issuer",
    "notes",
    "ocsp_stapled",
    "path_error",
    "path_valid",
    "read_in_the_clear",
    "revocations",
    "trusted_roots",
    "unparsed",
];

/// What became of asking for a second certificate.
pub(super) enum Second {
    /// There is none: the server shows the first one, or says by an alert that it has none.
    None,
    /// There is none: the server closes the connection, as it does to what nobody could take, and
    /// answers afterwards.
    NoneByClosing,
    /// This one, and how it was asked for.
    Another(Box<Peer>, Kind, Vec<Attempt>),
    /// There may be one: the handshake that would show it came to nothing.
    Unseen(Trouble, Kind),
    /// Nobody asked, and why.
    NotAsked(String),
}

impl Second {
    /// Whether there is one, for the fact about the first.
    ///
    /// # Errors
    ///
    /// Why that is not known.
    pub(super) fn is_there(&self) -> Result<bool, String> {
        match self {
            Self::None | Self::NoneByClosing => Ok(false),
            Self::Another(..) => Ok(true),
            Self::Unseen(trouble, _) => Err(trouble.detail.clone()),
            Self::NotAsked(why) => Err(why.clone()),
        }
    }

    /// The same out of what was shown in the clear to who asked for this kind of key; `first` is what
    /// the server shows to others.
    pub(super) fn in_the_clear(
        (kind, seen): &(Kind, Clear),
        scan: &Scan,
        first: &Peer,
        place: SocketAddr,
    ) -> Self {
        let unseen = |why: &str| {
            let why = format!("{place} does not show it in the clear either: {why}");
            Self::Unseen(Trouble::new(ReasonCode::Unreachable, why), *kind)
        };
        match seen {
            Clear::Shown(chain) => {
                let peer = clear::peer(chain);
                if peer.chain.first() == first.chain.first() {
                    return Self::None;
                }
                Self::Another(Box::new(peer), *kind, Vec::new())
            }
            Clear::None => Self::None,
            Clear::Cut if scan.closes_to_refuse => Self::NoneByClosing,
            Clear::Cut => unseen("the server cut the connection"),
            Clear::Unseen(why) => unseen(why),
            Clear::NotAsked(why) => Self::NotAsked(why.clone()),
        }
    }

    /// What is left of it beside what hellos brought: a server that closes where others refuse has
    /// refused, and a certificate for suites that no handshake of ours offers is seen in the clear alone.
    pub(super) fn settled(self, scan: &Scan, first: &Peer, place: SocketAddr) -> Self {
        let refused = match &self {
            Self::None | Self::NoneByClosing => true,
            Self::Unseen(trouble, _) => scan.closes_to_refuse && was_cut(trouble),
            Self::Another(..) | Self::NotAsked(_) => false,
        };
        if !refused {
            return self;
        }
        let by_alert = matches!(self, Self::None);
        let in_the_clear = scan.shown.first();
        let seen = in_the_clear.map(|seen| Self::in_the_clear(seen, scan, first, place));
        match seen {
            None | Some(Self::None) if !by_alert => Self::NoneByClosing,
            None => Self::None,
            Some(seen) => seen,
        }
    }

    /// What is worth knowing of how that is known.
    pub(super) fn note(&self) -> Option<&'static str> {
        matches!(self, Self::NoneByClosing).then_some(
            "the server closes the connection where others refuse by an alert, so also to who takes only \
             another kind of key: it is held to have no certificate with such a key",
        )
    }
}

/// Which of a server's certificates a fact is about.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    /// The one that a client of today gets; whether there is a second one, or why that is not known;
    /// and what is worth knowing of that.
    First(Result<bool, String>, Option<&'static str>),
    /// The one for those who take keys of this kind alone.
    Second(Kind),
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
            Self::First(second, note) => {
                fact.notes.extend(note.map(str::to_owned));
                match second {
                    Ok(second) => fact.second_certificate = Some(second),
                    Err(why) => {
                        unknown.insert("second_certificate".to_owned(), why);
                    }
                }
            }
            Self::Second(kind) => {
                let (name, _) = named(kind);
                fact.r#ref = format!("{} with its {name} certificate", fact.r#ref);
                fact.asked_for_key = Some(name.to_owned());
                return asking(command, kind);
            }
        }
        command.to_owned()
    }
}

/// A kind of key by its name, and the signatures by it as `openssl s_client -sigalgs` wants them.
fn named(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Ecdsa => ("ECDSA", "ECDSA+SHA256:ECDSA+SHA384:ed25519"),
        Kind::Rsa => ("RSA", "RSA-PSS+SHA256:RSA+SHA256"),
        Kind::Dsa => ("DSA", "DSA+SHA256:DSA+SHA1"),
    }
}

/// The command for a certificate of this kind, out of the one for the first.
fn asking(command: &str, kind: Kind) -> String {
    let (_, schemes) = named(kind);
    command.replace(" -showcerts", &format!(" -sigalgs {schemes} -showcerts"))
}

/// The fact about a second certificate that may be there and that nobody saw, out of the fact about
/// the first: what holds for the server holds, and of the certificate nothing is known. So no verdict
/// over the endpoint's certificates passes by the first one alone.
pub(super) fn unseen(first: &Fact, trouble: &Trouble, asked: Kind) -> Fact {
    let mut fact = first.clone();
    let (kind, _) = named(asked);
    let why = format!(
        "{}: whether there is a certificate with a key of the kind {kind} beside the first, and which, \
         is not seen: {}",
        trouble.reason, trouble.detail
    );
    fact.subject.name = format!(
        "{} with its {kind} certificate, if it has one",
        fact.subject.name
    );
    if let Some(fields) = fact.value.as_object_mut() {
        fields.insert("ref".to_owned(), fact.subject.name.clone().into());
        fields.insert("asked_for_key".to_owned(), kind.into());
        fields.shift_remove("second_certificate");
        for field in OF_A_CERTIFICATE.into_iter().chain(OF_ITS_SHOWING) {
            fields.shift_remove(field);
        }
        let profiles = fields
            .get_mut("profiles")
            .and_then(|all| all.as_array_mut());
        for profile in profiles.into_iter().flatten() {
            if let Some(profile) = profile.as_object_mut() {
                profile.shift_remove("departures");
            }
        }
    }
    fact.unknown.remove("second_certificate");
    for field in OF_A_CERTIFICATE.into_iter().chain(OF_ITS_SHOWING) {
        fact.unknown.insert(field.to_owned(), why.clone());
    }
    fact.unknown.insert("profiles[].departures".to_owned(), why);
    let provenance = &mut fact.provenance;
    provenance.attempts.clone_from(&trouble.attempts);
    // The chain is the first one's.
    provenance
        .artifacts
        .retain(|artifact| artifact.media_type != super::CHAIN_MEDIA_TYPE);
    provenance.reproduce = provenance
        .reproduce
        .as_deref()
        .map(|command| asking(command, asked));
    fact
}

impl Look<'_> {
    /// What the server shows to who takes none of the signatures that the key of the first
    /// certificate makes, where that is another certificate. An alert that says that it has no such
    /// one is an answer; a connection that is cut, or another alert, says nothing.
    pub(super) async fn second(&self, address: SocketAddr, first: &Peer) -> Second {
        if self.endpoint.hellos() == 0 {
            let why =
                "not asked: the target allows no connection beside the handshake (tls.hellos)";
            return Second::NotAsked(why.to_owned());
        }
        let Some(kind) = other_kind(first) else {
            let why = "the key of the first certificate is of no kind that we know";
            return Second::NotAsked(why.to_owned());
        };
        let place = address.to_string();
        let keys = if kind == Kind::Rsa {
            Keys::Rsa
        } else {
            Keys::Curves
        };
        let look = || self.see(address, keys);
        let (seen, attempts) = with_retries(self.context, Some(&place), look).await;
        let nothing = |detail: String| {
            let mut trouble = Trouble::new(ReasonCode::Denied, detail);
            trouble.attempts.clone_from(&attempts);
            Second::Unseen(trouble, kind)
        };
        let peer = match seen {
            Ok(Seen::Barred(peer, trouble)) if peer.chain.is_empty() => {
                return nothing(trouble.detail);
            }
            Ok(Seen::Whole(peer, _) | Seen::Barred(peer, _)) => peer,
            Ok(Seen::Declined(why)) => return nothing(format!("{place} offers no TLS: {why}")),
            Err(trouble) if takes_no_such_key(&trouble) => return Second::None,
            Err(trouble) => return Second::Unseen(trouble, kind),
        };
        if peer.chain.first() == first.chain.first() {
            return Second::None;
        }
        Second::Another(peer, kind, attempts)
    }
}

/// The kind of key that a server's first certificate has, where it is one that suites name.
pub(super) fn own_kind(first: &Peer) -> Option<Kind> {
    let (_, certificate) = X509Certificate::from_der(first.chain.first()?).ok()?;
    match Key::named(certificate.public_key()).algorithm.as_str() {
        "RSA" => Some(Kind::Rsa),
        "ECDSA" | "Ed25519" | "Ed448" => Some(Kind::Ecdsa),
        _ => None,
    }
}

/// The kind of key that a server's first certificate has not.
pub(super) fn other_kind(first: &Peer) -> Option<Kind> {
    let (_, certificate) = X509Certificate::from_der(first.chain.first()?).ok()?;
    match Key::named(certificate.public_key()).algorithm.as_str() {
        "RSA" => Some(Kind::Ecdsa),
        "ECDSA" | "Ed25519" | "Ed448" => Some(Kind::Rsa),
        _ => None,
    }
}
