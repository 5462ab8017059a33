//! Retries: only for what is no answer, with jitter, and every attempt recorded.

use crate::Context;
use seaworthy_model::{Attempt, ReasonCode};
use std::future::Future;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// What kept a collector from an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Trouble {
    /// The machine-readable reason.
    pub reason: ReasonCode,
    /// The whole story: address, step, what was wanted, what was found.
    pub detail: String,
    /// The tries that brought no answer, where something was asked more than once or could have been.
    pub attempts: Vec<Attempt>,
}

impl Trouble {
    /// A trouble with its story.
    #[must_use]
    pub fn new(reason: ReasonCode, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: detail.into(),
            attempts: Vec::new(),
        }
    }

    /// Whether nothing answered, so that another try may bring an answer. A refusal, an error
    /// status or garbage is an answer.
    #[must_use]
    pub fn is_silence(&self) -> bool {
        matches!(self.reason, ReasonCode::Timeout | ReasonCode::Unreachable)
    }
}

/// Runs `operation` until it answers or the budget of attempts is used up; gives the last
/// outcome and every attempt.
///
/// # Errors
///
/// The trouble of the last attempt, which carries them all.
pub async fn with_retries<T, F>(
    context: &Context,
    address: Option<&str>,
    mut operation: impl FnMut() -> F,
) -> (Result<T, Trouble>, Vec<Attempt>)
where
    F: Future<Output = Result<T, Trouble>>,
{
    let mut attempts = Vec::new();
    loop {
        let at = context.now();
        let started = tokio::time::Instant::now();
        let mut outcome = operation().await;
        attempts.push(Attempt {
            at,
            address: address.map(str::to_owned),
            outcome: match &outcome {
                Ok(_) => "answered".to_owned(),
                Err(trouble) => trouble.reason.to_string(),
            },
            error: outcome.as_ref().err().map(|trouble| trouble.detail.clone()),
            millis: i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX),
            count: 1,
        });
        let tried = u32::try_from(attempts.len()).unwrap_or(u32::MAX);
        match &outcome {
            Err(trouble) if trouble.is_silence() && tried < context.budgets.attempts => {
                tokio::time::sleep(jittered(context.budgets.backoff, tried)).await;
            }
            _ => {
                if let Err(trouble) = &mut outcome {
                    trouble.attempts.clone_from(&attempts);
                }
                return (outcome, attempts);
            }
        }
    }
}

/// Between half and all of `base`, doubled for each attempt, so that many clients cut off at once
/// do not come back at once.
fn jittered(base: Duration, tried: u32) -> Duration {
    let whole = base.saturating_mul(1 << tried.saturating_sub(1).min(6));
    let half = u64::try_from(whole.as_micros() / 2).unwrap_or(u64::MAX);
    let random = RandomState::new().hash_one(tried) % half.saturating_add(1);
    Duration::from_micros(half.saturating_add(random))
}

#[cfg(test)]
mod tests {
    use super::{Trouble, with_retries};
    use crate::{Budgets, Context};
    use jiff::Timestamp;
    use seaworthy_model::ReasonCode;
    use std::cell::Cell;
    use std::time::Duration;

    async fn tries(reason: ReasonCode, answers_at: u32) -> (bool, usize) {
        let budgets = Budgets {
            attempts: 3,
            backoff: Duration::ZERO,
            ..Budgets::default()
        };
        let context = Context::new(Timestamp::UNIX_EPOCH, budgets, || Timestamp::UNIX_EPOCH);
        let count = Cell::new(0);
        let (outcome, attempts) = with_retries(&context, None, || {
            count.set(count.get() + 1);
            let answered = count.get() >= answers_at;
            async move {
                if answered {
                    Ok(())
                } else {
                    Err(Trouble::new(reason, "no"))
                }
            }
        })
        .await;
        if let Err(trouble) = &outcome {
            assert_eq!(
                trouble.attempts, attempts,
                "what failed carries its attempts"
            );
            assert!(
                attempts
                    .iter()
                    .all(|one| one.error.as_deref() == Some("no"))
            );
        }
        (outcome.is_ok(), attempts.len())
    }

    #[tokio::test]
    async fn only_silence_is_tried_again() {
        assert_eq!(tries(ReasonCode::Timeout, 3).await, (true, 3));
        assert_eq!(tries(ReasonCode::Timeout, 9).await, (false, 3));
        assert_eq!(tries(ReasonCode::Unreachable, 2).await, (true, 2));
        assert_eq!(tries(ReasonCode::Denied, 2).await, (false, 1));
        assert_eq!(tries(ReasonCode::Unparsed, 2).await, (false, 1));
    }
}
