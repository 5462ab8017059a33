//! What a server's session tickets let a client do, noted as they are kept.

use rustls::NamedGroup;
use rustls::client::{
    ClientSessionMemoryCache, ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue,
};
use rustls_pki_types::ServerName;
use std::sync::atomic::{AtomicBool, Ordering};

/// Tickets, and whether one of them takes data in a client's first flight (RFC 8446 §4.2.10).
#[derive(Debug)]
pub(super) struct Tickets {
    kept: ClientSessionMemoryCache,
    early_data: AtomicBool,
}

impl Tickets {
    pub(super) fn new() -> Self {
        Self {
            kept: ClientSessionMemoryCache::new(8),
            early_data: AtomicBool::new(false),
        }
    }

    pub(super) fn early_data(&self) -> bool {
        self.early_data.load(Ordering::SeqCst)
    }
}

impl ClientSessionStore for Tickets {
    fn set_kx_hint(&self, name: ServerName<'static>, group: NamedGroup) {
        self.kept.set_kx_hint(name, group);
    }

    fn kx_hint(&self, name: &ServerName<'_>) -> Option<NamedGroup> {
        self.kept.kx_hint(name)
    }

    fn set_tls12_session(&self, name: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.kept.set_tls12_session(name, value);
    }

    fn tls12_session(&self, name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.kept.tls12_session(name)
    }

    fn remove_tls12_session(&self, name: &ServerName<'static>) {
        self.kept.remove_tls12_session(name);
    }

    fn insert_tls13_ticket(&self, name: ServerName<'static>, value: Tls13ClientSessionValue) {
        if value.max_early_data_size() > 0 {
            self.early_data.store(true, Ordering::SeqCst);
        }
        self.kept.insert_tls13_ticket(name, value);
    }

    fn take_tls13_ticket(&self, name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.kept.take_tls13_ticket(name)
    }
}
