//! What a collector is given besides its target.

use crate::budget::Limiter;
use crate::{Budgets, Permit};
use jiff::Timestamp;
use std::net::SocketAddr;

/// The surroundings of a collection: the instant it is judged at, the budgets, the clock.
#[derive(Debug)]
pub struct Context {
    /// The instant at which expiry is judged (UTC).
    pub as_of: Timestamp,
    /// The limits.
    pub budgets: Budgets,
    clock: fn() -> Timestamp,
    limiter: Limiter,
}

impl Context {
    /// A context whose time stamps come from `clock`.
    #[must_use]
    pub fn new(as_of: Timestamp, budgets: Budgets, clock: fn() -> Timestamp) -> Self {
        let limiter = Limiter::new(&budgets);
        Self {
            as_of,
            budgets,
            clock,
            limiter,
        }
    }

    /// The present instant, for provenance; expiry is judged at `as_of`.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Waits until one more connection to `host`, at this address where it is known, is within the
    /// budgets.
    pub async fn connection(&self, host: &str, address: Option<SocketAddr>) -> Permit {
        self.limiter.acquire(host, address).await
    }
}
