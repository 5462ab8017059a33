//! What the fact says of revocation.

use schemars::JsonSchema;
use serde::Serialize;

/// A stapled OCSP answer (RFC 6066 §8, RFC 6960).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(in crate::tls) struct Staple {
    /// What it says of the server's certificate: `good`, `revoked`, `unknown`; or `none` where it
    /// says nothing of it.
    pub(in crate::tls) status: String,
    /// Whether its word counts: it is about this certificate (CertID), signed by its issuer or by
    /// whom the issuer lets sign OCSP answers, and of this time.
    pub(in crate::tls) valid: bool,
    /// Why it does not.
    pub(in crate::tls) problems: Vec<String>,
    /// Whether another than the issuer signed, with the issuer's leave (id-kp-OCSPSigning).
    pub(in crate::tls) delegated: bool,
    /// When the responder signed it (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(in crate::tls) produced_at: Option<String>,
    /// From when on its word holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(in crate::tls) this_update: Option<String>,
    /// By when there is a newer one; absent where one may be had at any time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(in crate::tls) next_update: Option<String>,
}

/// A list of revoked certificates (RFC 5280 §5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(in crate::tls) struct Crl {
    /// The file or the address that it is from.
    pub(in crate::tls) source: String,
    /// Its issuer.
    pub(in crate::tls) issuer: String,
    /// Whether its word counts for a certificate of the path: its issuer signed it, it is of this
    /// time, and the certificate lies in its scope (issuingDistributionPoint).
    pub(in crate::tls) valid: bool,
    /// Why it does not.
    pub(in crate::tls) problems: Vec<String>,
    /// The subjects of the path's certificates that it speaks of.
    pub(in crate::tls) covers: Vec<String>,
    /// How many certificates it lists.
    #[schemars(extend("x-volatile" = true))]
    pub(in crate::tls) entries: i64,
    /// When it was issued (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(in crate::tls) this_update: Option<String>,
    /// By when there is a newer one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(in crate::tls) next_update: Option<String>,
}

/// A certificate of the path that is revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(in crate::tls) struct Revocation {
    /// Its subject.
    pub(in crate::tls) subject: String,
    /// Its serial number in hexadecimal.
    pub(in crate::tls) serial: String,
    /// Who says so: `the stapled OCSP answer`, or the source of a list.
    pub(in crate::tls) by: String,
    /// Since when (RFC 3339, UTC).
    pub(in crate::tls) since: String,
    /// Why, by RFC 5280 §5.3.1: `keyCompromise`, `superseded` …; `unspecified` where nothing is
    /// said.
    pub(in crate::tls) reason: String,
}
