//! Whether a peer may be told a secret: its certificate leads to a trusted root, is in its
//! validity, is for the name, and the server has the key.

use super::{Connection, Peer, Roots};
use crate::target::Endpoint;
use jiff::Timestamp;
use rustls_pki_types::{ServerName, UnixTime};
use std::time::Duration;
use webpki::{EndEntityCert, KeyUsage};

impl Connection {
    /// Whether the peer is the one that `endpoint` names, by `roots` at the instant `as_of`;
    /// never over plain HTTP.
    ///
    /// # Errors
    ///
    /// Why not, for a person.
    pub(crate) fn trusted(
        &self,
        endpoint: &Endpoint,
        roots: &Roots,
        as_of: Timestamp,
    ) -> Result<(), String> {
        match &self.peer {
            Some(peer) => trusted(peer, &endpoint.server_name, roots, as_of),
            None => Err("the connection is not encrypted".to_owned()),
        }
    }
}

fn trusted(
    peer: &Peer,
    name: &ServerName<'_>,
    roots: &Roots,
    as_of: Timestamp,
) -> Result<(), String> {
    if let Some(why) = &peer.unproven_key {
        return Err(format!(
            "the server did not prove that it has its key: {why}"
        ));
    }
    let Some((own, intermediates)) = peer.chain.split_first() else {
        return Err("the server showed no certificate".to_owned());
    };
    let certificate = EndEntityCert::try_from(own).map_err(|error| error.to_string())?;
    certificate
        .verify_is_valid_for_subject_name(name)
        .map_err(|error| error.to_string())?;
    certificate
        .verify_for_usage(
            super::handshake::provider()
                .signature_verification_algorithms
                .all,
            roots.anchors(),
            intermediates,
            unix_time(as_of)?,
            KeyUsage::server_auth(),
            None,
            None,
        )
        .map(|_| ())
        .map_err(|error| error.to_string())
}

/// `as_of` for webpki, which knows nothing before 1970.
pub(crate) fn unix_time(as_of: Timestamp) -> Result<UnixTime, String> {
    let seconds = u64::try_from(as_of.as_second())
        .map_err(|_| format!("{as_of} is before 1970, when no certificate was valid"))?;
    Ok(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
}
