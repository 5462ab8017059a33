//! Asking a server for certificate timestamps in the handshake, where a list of logs is named. In TLS 1.3
//! they are encrypted, in TLS 1.2 they stand in the server's hello (RFC 6962 §3.3.1).

use super::{Logs, Named};
use crate::connect::Peer;
use crate::tls::hello::{self, Clear};
use crate::tls::looking::Look;
use crate::tls::second::own_kind;
use std::net::SocketAddr;

impl Look<'_> {
    pub(in crate::tls) fn named_logs(&self) -> Option<&str> {
        self.endpoint.spec.tls.as_ref()?.ct_logs.as_deref()
    }

    /// The list of certificate logs, where the target names one.
    pub(in crate::tls) fn logs(&self) -> Named {
        self.named_logs().map(Logs::load)
    }

    /// The timestamps that go with the certificate of this handshake.
    ///
    /// # Errors
    ///
    /// Why they are not seen.
    pub(in crate::tls) async fn timestamps(
        &self,
        address: SocketAddr,
        peer: &Peer,
    ) -> Result<Option<Vec<u8>>, String> {
        let fail = |why: &str| {
            Err(format!(
                "timestamps in the handshake (RFC 6962 §3.3.1) are not seen: {why}"
            ))
        };
        if self.named_logs().is_none() {
            return fail("nobody asked");
        }
        if self.endpoint.hellos() == 0 {
            return fail("the target allows no hellos beside the handshake (tls.hellos)");
        }
        let Some(kind) = own_kind(peer) else {
            return fail("the key of the certificate is of no kind that we know");
        };
        match hello::in_the_clear(self.endpoint, address, kind, self.context).await {
            Clear::Shown(shown) => {
                let same = shown.turn.certificates.first().map(Vec::as_slice)
                    == peer.chain.first().map(AsRef::as_ref);
                if same {
                    Ok(shown.turn.timestamps)
                } else {
                    fail("the server shows another certificate in TLS 1.2")
                }
            }
            Clear::None => fail("the server takes no TLS 1.2, and in TLS 1.3 they are encrypted"),
            Clear::Cut => fail("the server cut the connection"),
            Clear::Unseen(why) | Clear::NotAsked(why) => fail(&why),
        }
    }
}
