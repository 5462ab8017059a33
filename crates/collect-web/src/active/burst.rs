//! A short burst from one client: whether and when the service says that it is enough.

use super::pace::Pace;
use super::{MOST_RATE, MOST_REQUESTS, shown};
use crate::exchange::ask::Ask;
use crate::exchange::head::Fields;
use crate::look::{At, Look, Visit};
use crate::target::{BurstSpec, Endpoint};
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use seaworthy_model::ReasonCode;
use serde::Serialize;
use std::collections::BTreeMap;

/// The subject kind.
const KIND: &str = "rate_limit";

/// A burst against one path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Burst;

impl Look for Burst {
    const ID: &'static str = "web/burst";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = Some("active");
    const AT: At = At::First;
    type Fact = RateLimit;

    fn wanted(endpoint: &Endpoint) -> bool {
        let active = endpoint.spec.active.as_ref();
        active.is_some_and(|spec| spec.rate_limit.is_some())
    }

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let spec = endpoint.spec.active.clone().unwrap_or_default();
        let burst = spec.rate_limit.iter();
        burst
            .map(|burst| {
                format!(
                    "GET {} up to {} times, at most {} a second, until 429, at one address",
                    shown(endpoint, &burst.path),
                    burst.requests.min(MOST_REQUESTS),
                    burst.per_second.min(MOST_RATE)
                )
            })
            .collect()
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let spec = visit.endpoint.spec.active.clone().unwrap_or_default();
            if let Some(burst) = &spec.rate_limit {
                look(visit, burst).await?;
            }
            Ok(())
        })
    }
}

/// What a burst against one path showed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct RateLimit {
    /// The URL, values of the query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// How many requests were sent.
    #[schemars(extend("x-volatile" = true))]
    pub(crate) sent: i64,
    /// Whether one was answered 429; unknown where the burst was cut short before one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limited: Option<bool>,
    /// Which one was the first, counted from 1; absent where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) limited_at: Option<i64>,
    /// Whether that answer says when to come back: Retry-After (RFC 9110 §10.2.3) or the RateLimit
    /// headers.
    pub(crate) tells_when: bool,
    /// Whether the answers before it carry RateLimit headers (draft-ietf-httpapi-ratelimit-headers,
    /// or the older X-RateLimit).
    pub(crate) announces: bool,
    /// How many answers were server errors (5xx).
    pub(crate) server_errors: i64,
}

const ANNOUNCING: [&str; 5] = [
    "ratelimit",
    "ratelimit-policy",
    "ratelimit-limit",
    "x-ratelimit-limit",
    "x-rate-limit-limit",
];

fn announces(fields: &Fields) -> bool {
    ANNOUNCING.iter().any(|name| fields.has(name))
}

/// Sends the burst.
///
/// # Errors
///
/// When the first request is not answered by the service itself.
async fn look(visit: &Visit<'_>, spec: &BurstSpec) -> Result<(), Trouble> {
    let url = visit.url(&spec.path)?;
    let client = visit.keeping_client().await?;
    let mut found = RateLimit {
        url: redact_url(url.as_str()),
        address: visit.address.to_string(),
        ..RateLimit::default()
    };
    let mut pace = Pace::new(spec.per_second);
    let (mut gap, mut unknown) = (None, BTreeMap::new());
    for number in 1..=spec.requests.min(MOST_REQUESTS) {
        pace.turn().await;
        let told = match client.ask(&Ask::get(&url)).await {
            Ok(told) => told,
            Err(trouble) if number == 1 => return Err(trouble),
            Err(trouble) => {
                gap = Some(trouble.detail);
                break;
            }
        };
        found.sent = i64::from(number);
        let status = told.answer.status;
        if status == 429 {
            found.limited = Some(true);
            found.limited_at = Some(i64::from(number));
            found.tells_when = told.fields().has("retry-after") || announces(told.fields());
            break;
        }
        if number == 1 && status == 403 {
            let why = format!("{} answered with status 403", client.shown(&url));
            return Err(Trouble::new(ReasonCode::Denied, why));
        }
        found.announces |= announces(told.fields());
        found.server_errors += i64::from(status >= 500);
    }
    match gap {
        // A limit may still be there.
        Some(why) if found.limited.is_none() => {
            unknown.insert("limited".to_owned(), why);
        }
        Some(_) | None => found.limited = Some(found.limited.is_some()),
    }
    visit.leave(&client, &url, &found, unknown, &[]).await
}
