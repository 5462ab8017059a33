//! Budgets: how many connections at a time, and how long each step may take.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The limits of a sweep.
#[derive(Clone, Debug)]
pub struct Budgets {
    /// Connections to one host at a time.
    pub per_host: usize,
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
    _host: Option<OwnedSemaphorePermit>,
    _all: Option<OwnedSemaphorePermit>,
    // Keeps the host's semaphore alive for those who wait on it.
    _semaphore: Arc<Semaphore>,
}

/// Hands out [`Permit`]s. Hosts that nobody speaks to any more are forgotten, so that memory
/// grows with concurrency and not with the number of targets.
#[derive(Debug)]
pub(crate) struct Limiter {
    per_host: usize,
    all: Arc<Semaphore>,
    hosts: Mutex<HashMap<String, Weak<Semaphore>>>,
}

impl Limiter {
    pub(crate) fn new(budgets: &Budgets) -> Self {
        Self {
            per_host: budgets.per_host.max(1),
            all: Arc::new(Semaphore::new(budgets.in_all.max(1))),
            hosts: Mutex::new(HashMap::new()),
        }
    }

    pub(crate) async fn acquire(&self, host: &str) -> Permit {
        let semaphore = self.host(host);
        // The semaphores are never closed, so an error cannot come; without a permit the worst
        // that happens is one connection more. The host comes first: who waits for a busy host
        // holds no place among all.
        let host = Arc::clone(&semaphore).acquire_owned().await.ok();
        let all = Arc::clone(&self.all).acquire_owned().await.ok();
        Permit {
            _host: host,
            _all: all,
            _semaphore: semaphore,
        }
    }

    fn host(&self, host: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(semaphore) = hosts.get(host).and_then(Weak::upgrade) {
            return semaphore;
        }
        if hosts.len() >= 1024 {
            hosts.retain(|_, semaphore| semaphore.strong_count() > 0);
        }
        let semaphore = Arc::new(Semaphore::new(self.per_host));
        hosts.insert(host.to_owned(), Arc::downgrade(&semaphore));
        semaphore
    }
}

#[cfg(test)]
mod tests {
    use super::{Budgets, Limiter};
    use std::time::Duration;

    #[tokio::test]
    async fn a_host_gets_no_more_than_its_share() {
        let limiter = Limiter::new(&Budgets {
            per_host: 2,
            ..Budgets::default()
        });
        let first = limiter.acquire("a").await;
        let _second = limiter.acquire("a").await;
        let wait = Duration::from_millis(20);
        assert!(
            tokio::time::timeout(wait, limiter.acquire("a"))
                .await
                .is_err()
        );
        assert!(
            tokio::time::timeout(wait, limiter.acquire("b"))
                .await
                .is_ok()
        );
        drop(first);
        assert!(
            tokio::time::timeout(wait, limiter.acquire("a"))
                .await
                .is_ok()
        );
    }
}
