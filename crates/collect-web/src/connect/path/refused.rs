//! Why there is no path.

use std::fmt;
use webpki::Error;

/// Why there is no path; of several ways that lead nowhere, the one that came furthest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// No root is reached (RFC 5280 §6.1.3 (a)(4)).
    UnknownIssuer,
    /// A certificate's validity ended at this Unix second (§6.1.3 (a)(2)).
    Expired(i64),
    /// It begins only at this one.
    NotYetValid(i64),
    /// The root is outside its validity.
    RootOutOfTime,
    /// A validity ends before it begins.
    EndsBeforeItBegins,
    /// The server's own certificate is a CA's.
    ServerIsAuthority,
    /// A certificate issued another and is no CA's (§6.1.4 (k)).
    NoAuthority,
    /// A CA's key may not sign certificates (§6.1.4 (n)).
    Usage,
    /// There are more CAs below one than it allows (§6.1.4 (l) and (m)).
    Depth,
    /// A certificate is for other purposes than TLS servers (§4.2.1.12).
    Purpose,
    /// It is for none at all.
    NoPurpose,
    /// A CA may not issue for a name below it (§6.1.3 (b) and (c)).
    Names,
    /// A range of addresses in nameConstraints has no mask (RFC 4632 §3.1).
    Range,
    /// A policy is required, and none holds (§6.1.3 (f) and §6.1.5).
    Policies,
    /// A signature is not its issuer's (§6.1.3 (a)(1)).
    WrongSignature,
    /// A signature is of a kind that is not trusted, or not known here.
    UntrustedSignature,
    /// A certificate, or one of its extensions, cannot be read.
    Malformed,
    /// What webpki says of the form of a certificate.
    Form(Error),
    /// There are more CAs in a row than are followed.
    TooDeep,
    /// There are more ways than are looked at.
    TooManyWays,
}

impl Refused {
    /// Whether no other way is tried after this.
    pub(super) fn ends_the_search(&self) -> bool {
        *self == Self::TooManyWays
    }

    /// The one of two that tells more: a rule that is broken rather than no way at all.
    pub(super) fn or(self, other: Self) -> Self {
        if other.rank() > self.rank() {
            other
        } else {
            self
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::TooManyWays => 20,
            Self::Expired(_) | Self::NotYetValid(_) | Self::RootOutOfTime => 19,
            Self::Form(Error::SignatureAlgorithmMismatch) => 17,
            Self::NoPurpose => 16,
            Self::Purpose => 15,
            Self::Names => 14,
            Self::Depth => 13,
            Self::ServerIsAuthority | Self::NoAuthority => 12,
            Self::Usage => 11,
            Self::Policies => 10,
            Self::EndsBeforeItBegins => 9,
            Self::Range => 8,
            Self::UntrustedSignature => 7,
            Self::TooDeep => 6,
            Self::Form(Error::UnsupportedCriticalExtension | Error::UnsupportedCertVersion) => 5,
            // Who did not sign it may be another of the same name.
            Self::WrongSignature => 4,
            Self::Form(_) => 2,
            Self::Malformed => 1,
            Self::UnknownIssuer => 0,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
