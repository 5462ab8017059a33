//! What every look at an address shares, whichever part of it a file holds.

use crate::connect::{Peer, Roots};
use crate::target::Endpoint;
use seaworthy_collect::{Context, Sink, Trouble};
use seaworthy_model::Target;
use std::sync::Arc;

/// What came of a handshake.
pub(super) enum Seen {
    /// All of it; and, where a client certificate is asked for, whether the server ended by an alert.
    Whole(Box<Peer>, Result<bool, String>),
    /// What was shown before it ended for want of a client certificate.
    Barred(Box<Peer>, Trouble),
    /// The server says that it offers no TLS.
    Declined(String),
}

/// What every look at an endpoint's addresses shares.
pub(super) struct Look<'a> {
    /// The collector's id.
    pub(super) collector: &'static str,
    pub(super) target: &'a Target,
    pub(super) endpoint: &'a Endpoint,
    pub(super) roots: &'a Result<Arc<Roots>, Trouble>,
    pub(super) context: &'a Context,
    pub(super) sink: &'a Sink,
}
