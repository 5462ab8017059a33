//! Keeps requests to a rate.

use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Lets one request go each part of a second.
#[derive(Debug)]
pub(crate) struct Pace {
    next: Instant,
    gap: Duration,
}

impl Pace {
    /// At most `per_second` requests a second; at least one.
    pub(crate) fn new(per_second: u32) -> Self {
        Self {
            next: Instant::now(),
            gap: Duration::from_secs(1) / per_second.clamp(1, super::MOST_RATE),
        }
    }

    /// Waits for the next turn.
    pub(crate) async fn turn(&mut self) {
        sleep_until(self.next).await;
        self.next = Instant::now() + self.gap;
    }
}
