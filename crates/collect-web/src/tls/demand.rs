//! Whether a server that asks for a client certificate goes on without one. In TLS 1.3 the handshake
//! ends before it says so: the alert stands where its first words would (RFC 8446 §4.4.2.4).

use crate::connect::{Connection, Peer};
use rustls::Error;
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;

/// No more than this is read on the way to the end.
const MOST: usize = 64 * 1024;

/// What the server wants of clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct ClientCertificate {
    /// `not_asked`; `asked`, where it goes on without one, though it may refuse requests;
    /// `required`, where it ends the connection. Where the target names one (`tls.client_certificate`),
    /// `accepted` or `refused`.
    pub(super) state: String,
    /// The issuers that it names, of whom it would take one.
    pub(super) issuers: Vec<String>,
}

impl ClientCertificate {
    /// By how it went on after the handshake: whether by an alert.
    pub(super) fn new(peer: &Peer, ended: bool) -> Self {
        let state = match (&peer.asks_for, peer.shown_own, ended) {
            (None, ..) => "not_asked",
            (Some(_), true, false) => "accepted",
            (Some(_), true, true) => "refused",
            (Some(_), false, false) => "asked",
            (Some(_), false, true) => "required",
        };
        Self {
            state: state.to_owned(),
            issuers: peer.asks_for.clone().unwrap_or_default(),
        }
    }
}

/// Whether the server ends the connection by an alert.
///
/// # Errors
///
/// Why that is not known.
pub(super) async fn ends_by_alert(
    mut connection: Connection,
    limit: Duration,
) -> Result<bool, String> {
    let read = async {
        // Our end is said first, so that a server that goes on ends as well.
        let _ = connection.end_sending().await;
        let mut seen = Vec::new();
        while seen.len() < MOST {
            match connection.read_buf(&mut seen).await {
                Ok(0) => return Ok(false),
                Ok(_) => {}
                Err(error) => {
                    let tls = error
                        .get_ref()
                        .and_then(|inner| inner.downcast_ref::<Error>());
                    return match tls {
                        Some(Error::AlertReceived(_)) => Ok(true),
                        _ if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
                        _ => Err(error.to_string()),
                    };
                }
            }
        }
        Ok(false)
    };
    match tokio::time::timeout(limit, read).await {
        Ok(outcome) => outcome,
        // Who waits in silence has no complaint.
        Err(_) => Ok(false),
    }
}
