//! What an entry says of TLS, whoever speaks over it.

use super::Complaint;
use schemars::JsonSchema;
use seaworthy_collect::SecretRef;
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
    /// A PEM file with the certificate by which we show who we are to a server that asks, and what
    /// leads from it to a root. It is shown to whom stands at the address, for HTTP too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_certificate: Option<String>,
    /// Its private key in PEM, by reference: `env:NAME` or `file:PATH`. It signs and is never sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_key: Option<String>,
    /// Files with lists of revoked certificates (CRL), in PEM or DER. Every certificate of the path
    /// below the root must then be found in the scope of one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) crl_files: Vec<String>,
    /// A file with a list of certificate logs, in the JSON of "log list v3". The certificate's timestamps
    /// (RFC 6962) must then be verified by logs that it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ct_logs: Option<String>,
    /// Whether lists of revoked certificates are fetched over plain HTTP from where the certificates say that they are;
    /// false by default, since the server says who is asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) fetch_crls: bool,
}

/// The most hellos where the target does not say.
pub(crate) const MOST_HELLOS: u32 = 150;

/// The fields of an entry that name files.
pub(crate) const PATHS: &[&str] = &[
    "ca_file",
    "tls/client_certificate",
    "tls/crl_files",
    "tls/ct_logs",
];

impl TlsSpec {
    /// What a schema cannot say.
    pub(super) fn complaints(&self) -> Vec<Complaint> {
        let mut all = Vec::new();
        let mut complain =
            |field: &str, why: &str| all.push((format!("/tls/{field}"), why.to_owned()));
        match (&self.client_certificate, &self.client_key) {
            (Some(_), None) => complain("client_certificate", "its key is wanted too (client_key)"),
            (None, Some(_)) => complain(
                "client_key",
                "its certificate is wanted too (client_certificate)",
            ),
            (Some(_), Some(key)) if SecretRef::parse(key).is_none() => {
                complain(
                    "client_key",
                    "the value must be a reference, env:NAME or file:PATH",
                );
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
        all
    }
}
