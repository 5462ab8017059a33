//! What the fact says of certificate timestamps.

use schemars::JsonSchema;
use serde::Serialize;

/// A certificate timestamp (RFC 6962 §3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(in crate::tls) struct Sct {
    /// Where it is: `certificate`, `staple`, `handshake`.
    pub(in crate::tls) source: String,
    /// The SHA-256 of the log's key, in hexadecimal.
    pub(in crate::tls) log_id: String,
    /// The log's description, where a list of logs has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::tls) log: Option<String>,
    /// Who runs the log, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::tls) operator: Option<String>,
    /// The log's state in the list: `pending`, `qualified`, `usable`, `readonly`, `retired`, `rejected`;
    /// absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::tls) log_state: Option<String>,
    /// When the log promised to publish the certificate (RFC 3339, UTC).
    pub(in crate::tls) timestamp: String,
    /// `verified`, or why it does not count: `not_checked` (no list of logs is named), `unknown_log`,
    /// `bad_signature`, `from_the_future`, `rejected_log`, `retired_log` (and no earlier than that),
    /// `pending_log`, `outside_interval` (the certificate ends at a time that the log does not take),
    /// `issuer_missing`, `unknown_version`, `malformed`.
    pub(in crate::tls) status: String,
}
