//! From an endpoint to open connections: every address of its name, TCP, and TLS with whatever
//! certificate the server shows.
//!
//! A bad certificate does not end a connection, since its facts are what a sweep is after;
//! [`Connection::trusted`] says whether a secret may be sent over it. What the certificates are
//! worth is said by `tls/`.

mod handshake;
mod identity;
pub(crate) mod name;
mod octets;
mod path;
mod resolve;
pub(crate) mod signed;
mod starttls;
mod stream;
mod trust;

pub(crate) use handshake::{
    Keys, Peer, Shaker, provider, takes_no_such_key, wants_another_protocol, was_cut,
};
pub(crate) use path::{
    Refused, RootSource, Roots, When, is_for_name, is_understood, span, verified,
};
pub(crate) use resolve::resolve;
pub(crate) use starttls::{StartTls, Stowaway};
pub(crate) use stream::{
    Connection, Manner, Reached, declined, dial, end_sending, open, reach, secure,
};
