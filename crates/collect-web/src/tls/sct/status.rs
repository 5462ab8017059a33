//! Where a certificate timestamp is, and what it is worth, by the words of the fact.

/// Where a timestamp is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Certificate,
    Staple,
    Handshake,
}

impl Source {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Staple => "staple",
            Self::Handshake => "handshake",
        }
    }
}

/// What a timestamp is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Verified,
    NotChecked,
    UnknownLog,
    BadSignature,
    FromTheFuture,
    RejectedLog,
    RetiredLog,
    PendingLog,
    OutsideInterval,
    IssuerMissing,
    UnknownVersion,
    Malformed,
}

impl Status {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::NotChecked => "not_checked",
            Self::UnknownLog => "unknown_log",
            Self::BadSignature => "bad_signature",
            Self::FromTheFuture => "from_the_future",
            Self::RejectedLog => "rejected_log",
            Self::RetiredLog => "retired_log",
            Self::PendingLog => "pending_log",
            Self::OutsideInterval => "outside_interval",
            Self::IssuerMissing => "issuer_missing",
            Self::UnknownVersion => "unknown_version",
            Self::Malformed => "malformed",
        }
    }
}
