//! Budgets: how many connections at a time, and how long each step may take.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The limits of a sweep.
#[derive(Clone, Debug)]
pub struct Budgets {
    /// Connections to one host at a time.
    pub per_host: usize,
    /// Connections to one address and port at a time, whatever names it serves: what waits there to be
    /// accepted is dropped where it is too much (128 with many a server), and comes a second later.
    pub per_address: usize,
    /// Connections to all hosts together.
    pub in_all: usize,
    /// To connect (TCP and TLS each).
    pub connect: Duration,
    /// For one request from its first byte to the last byte of the answer.
    pub request: Duration,
    /// For everything that is asked of one target by one collector.
    pub target: Duration,
    /// For the whole sweep.
    pub sweep: Duration,
    /// Tries of a request that gets no answer.
    pub attempts: u32,
    /// The wait before the second try; it doubles with each further one.
    pub backoff: Duration,
    /// The most bytes of an answer's body that are read.
    pub body_bytes: usize,
}

impl Default for Budgets {
    fn default() -> Self {
        Self {
            per_host: 4,
            per_address: 64,
            in_all: 256,
            connect: Duration::from_secs(5),
            request: Duration::from_secs(10),
            target: Duration::from_secs(60),
            sweep: Duration::from_secs(15 * 60),
            attempts: 2,
            backoff: Duration::from_millis(100),
            body_bytes: 1 << 20,
        }
    }
}

/// The right to hold one connection; given back when dropped.
#[derive(Debug)]
pub struct Permit {
    _host: Share,
    _address: Option<Share>,
    _all: Option<OwnedSemaphorePermit>,
}

/// Hands out [`Permit`]s.
#[derive(Debug)]
pub(crate) struct Limiter {
    hosts: Shares<String>,
    addresses: Shares<SocketAddr>,
    all: Arc<Semaphore>,
}

impl Limiter {
    pub(crate) fn new(budgets: &Budgets) -> Self {
        Self {
            hosts: Shares::of(budgets.per_host),
            addresses: Shares::of(budgets.per_address),
            all: Arc::new(Semaphore::new(budgets.in_all.max(1))),
        }
    }

    /// The narrowest comes first: who waits for a busy host holds no place among all.
    pub(crate) async fn acquire(&self, host: &str, address: Option<SocketAddr>) -> Permit {
        let host = self.hosts.acquire(host.to_owned()).await;
        let address = match address {
            Some(address) => Some(self.addresses.acquire(address).await),
            None => None,
        };
        Permit {
            _host: host,
            _address: address,
            _all: Arc::clone(&self.all).acquire_owned().await.ok(),
        }
    }
}

/// A part of what one of many gets.
#[derive(Debug)]
struct Share {
    // The semaphores are never closed, so there is always one; without it the worst that happens is
    // one connection more.
    _permit: Option<OwnedSemaphorePermit>,
    // Keeps the semaphore alive for those who wait on it.
    _semaphore: Arc<Semaphore>,
}

/// The same number of shares for each of many. Those that nobody speaks to any more are forgotten, so
/// that memory grows with concurrency and not with the number of targets.
#[derive(Debug)]
struct Shares<K> {
    each: usize,
    open: Mutex<HashMap<K, Weak<Semaphore>>>,
}

impl<K: Eq + Hash> Shares<K> {
    fn of(each: usize) -> Self {
        Self {
            each: each.max(1),
            open: Mutex::default(),
        }
    }

    async fn acquire(&self, key: K) -> Share {
        let semaphore = self.semaphore(key);
        Share {
            _permit: Arc::clone(&semaphore).acquire_owned().await.ok(),
            _semaphore: semaphore,
        }
    }

    fn semaphore(&self, key: K) -> Arc<Semaphore> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(semaphore) = open.get(&key).and_then(Weak::upgrade) {
            return semaphore;
        }
        if open.len() >= 1024 {
            open.retain(|_, semaphore| semaphore.strong_count() > 0);
        }
        let semaphore = Arc::new(Semaphore::new(self.each));
        open.insert(key, Arc::downgrade(&semaphore));
        semaphore
    }
}

#[cfg(test)]
mod tests {
    use super::{Budgets, Limiter};
    use std::net::SocketAddr;
    use std::time::Duration;

    async fn gets(limiter: &Limiter, host: &str, address: Option<SocketAddr>) -> bool {
        let wait = Duration::from_millis(20);
        let asked = limiter.acquire(host, address);
        tokio::time::timeout(wait, asked).await.is_ok()
    }

    #[tokio::test]
    async fn a_host_gets_no_more_than_its_share() {
        let limiter = Limiter::new(&Budgets {
            per_host: 2,
            ..Budgets::default()
        });
        let first = limiter.acquire("a", None).await;
        let _second = limiter.acquire("a", None).await;
        assert!(!gets(&limiter, "a", None).await);
        assert!(gets(&limiter, "b", None).await);
        drop(first);
        assert!(gets(&limiter, "a", None).await);
    }

    #[tokio::test]
    async fn an_address_gets_no_more_than_its_share_whatever_its_names() {
        let limiter = Limiter::new(&Budgets {
            per_address: 2,
            ..Budgets::default()
        });
        let [one, other] = [443, 8443].map(|port| Some(SocketAddr::from(([127, 0, 0, 1], port))));
        let first = limiter.acquire("a", one).await;
        let _second = limiter.acquire("b", one).await;
        assert!(!gets(&limiter, "c", one).await);
        assert!(gets(&limiter, "c", other).await);
        drop(first);
        assert!(gets(&limiter, "c", one).await);
    }
}
