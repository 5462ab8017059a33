//! One GET: within its time, tried again where nothing answered or the server asks to come back,
//! and told by its reason where it brought nothing.

use super::connect::{Connected, chain};
use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use kube::client::Body;
use seaworthy_collect::{Context, Trouble, with_retries};
use seaworthy_model::{Attempt, ReasonCode};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// The most bytes of one answer: five hundred objects of a hundred kilobytes.
const MOST_BYTES: usize = 64 << 20;
/// How often a server that asks to come back is asked again.
const COME_BACKS: u32 = 3;
/// How much of a server's own words is shown.
const WORDS: usize = 300;

/// What the server said.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
    /// For 429 and 503: when to come back.
    retry_after: Option<Duration>,
}

impl Answer {
    /// The server's own words on a failure, cut short.
    fn words(&self) -> String {
        let status: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let said = status["message"].as_str().unwrap_or_default();
        let said: String = said.chars().take(WORDS).collect();
        if said.is_empty() {
            self.status.to_string()
        } else {
            format!("{}: {said}", self.status)
        }
    }
}

/// The API server, asked within the budgets of a sweep.
pub(super) struct Api<'c> {
    connected: Connected,
    context: &'c Context,
    /// No new request after this instant.
    deadline: Instant,
}

impl<'c> Api<'c> {
    pub(super) fn new(connected: Connected, context: &'c Context, deadline: Instant) -> Self {
        Self {
            connected,
            context,
            deadline,
        }
    }

    pub(super) fn server(&self) -> &str {
        &self.connected.server
    }

    /// Asks for `path`, in the form that `accept` names; gives the answer, whatever its status,
    /// and every try.
    pub(super) async fn get(
        &self,
        path: &str,
        accept: &str,
    ) -> (Result<Answer, Trouble>, Vec<Attempt>) {
        let _permit = self.context.connection(&self.connected.server, None).await;
        let mut tries = Vec::new();
        for round in 0..=COME_BACKS {
            let (outcome, attempts) =
                with_retries(self.context, Some(&self.connected.server), || {
                    self.once(path, accept)
                })
                .await;
            tries.extend(attempts);
            let wait = match &outcome {
                Ok(answer) if round < COME_BACKS => answer.retry_after,
                _ => None,
            };
            let then = |wait: &Duration| Instant::now().checked_add(*wait);
            match wait.filter(|wait| then(wait).is_some_and(|then| then < self.deadline)) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return (outcome, tries),
            }
        }
        let never = Trouble::new(ReasonCode::Denied, format!("{path} was asked too often"));
        (Err(never), tries)
    }

    async fn once(&self, path: &str, accept: &str) -> Result<Answer, Trouble> {
        let server = &self.connected.server;
        let left = self.deadline.saturating_duration_since(Instant::now());
        let time = self.context.budgets.request.min(left);
        if time.is_zero() {
            return Err(Trouble::new(
                ReasonCode::Interrupted,
                format!("the target's time ran out before {path} of {server} was asked"),
            ));
        }
        match tokio::time::timeout(time, self.exchange(path, accept)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Trouble::new(
                ReasonCode::Timeout,
                format!("{server} did not answer {path} within {} s", time.as_secs()),
            )),
        }
    }

    async fn exchange(&self, path: &str, accept: &str) -> Result<Answer, Trouble> {
        let server = &self.connected.server;
        let request = Request::get(path)
            .header(header::ACCEPT, accept)
            .body(Body::empty())
            .map_err(|error| {
                let detail = format!("failed to ask {server} for {path}: {error}");
                Trouble::new(ReasonCode::CollectorFailed, detail)
            })?;
        let unreachable = |error: &dyn std::error::Error| {
            let detail = format!("failed to ask {server} for {path}: {}", chain(error));
            Trouble::new(ReasonCode::Unreachable, detail)
        };
        let answer = self.connected.client.send(request).await;
        let (head, body) = answer.map_err(|error| unreachable(&error))?.into_parts();
        let body = match Limited::new(body, MOST_BYTES).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(Trouble::new(
                    ReasonCode::TooLarge,
                    format!("{path} of {server} is larger than {MOST_BYTES} bytes"),
                ));
            }
            Err(error) => return Err(unreachable(error.as_ref())),
        };
        let asks_back = matches!(
            head.status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        );
        let retry_after = head
            .headers
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        Ok(Answer {
            status: head.status,
            body,
            retry_after: retry_after.filter(|_| asks_back),
        })
    }
}

/// Why an answer is none to go on with; each of them is told apart.
pub(super) fn refusal(what: &str, server: &str, answer: &Answer) -> Trouble {
    let words = answer.words();
    let (reason, then) = match answer.status {
        StatusCode::UNAUTHORIZED => (
            ReasonCode::Denied,
            "the credentials are not accepted; log in again or fetch a new kubeconfig",
        ),
        StatusCode::FORBIDDEN => (
            ReasonCode::Denied,
            "grant the right, as deploy/rbac.yaml does",
        ),
        StatusCode::NOT_FOUND => (
            ReasonCode::NoSubject,
            "nothing of that name is there; check namespace, name and context",
        ),
        StatusCode::TOO_MANY_REQUESTS => (
            ReasonCode::Denied,
            "the server throttles; come back later or give the account a priority level",
        ),
        StatusCode::GONE => (
            ReasonCode::CollectorFailed,
            "the list changed faster than it could be read",
        ),
        _ => (
            ReasonCode::CollectorFailed,
            "the server failed; its log says why",
        ),
    };
    Trouble::new(reason, format!("{server} gave no {what}: {words}; {then}"))
}
