//! What an entry says of TLS, whoever speaks over it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is looked at by TLS beyond the handshake, and with what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsSpec {
    /// How many hellos of our own may be sent to each address beside the handshake, to see which
    /// versions, suites and groups it takes; none with 0. What is not asked is not known. Without
    /// it, as many as it takes, 150 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hellos: Option<u32>,
    /// Files with lists of revoked certificates (CRL), in PEM or DER. Every certificate of the path
    /// below the root must then be found in the scope of one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) crl_files: Vec<String>,
    /// Whether such lists are fetched over plain HTTP from where the certificates say that they are;
    /// false by default, since the server says who is asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) fetch_crls: bool,
}

/// The most hellos where the target does not say.
pub(crate) const MOST_HELLOS: u32 = 150;

/// The fields of an entry that name files.
pub(crate) const PATHS: &[&str] = &["ca_file", "tls/crl_files"];
