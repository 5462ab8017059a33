//! Which limits the answers of a path state.

use super::policies::{Policy, policies};
use super::shown;
use crate::exchange::ask::Ask;
use crate::exchange::leaks::blocked;
use crate::look::{Look, Visit};
use crate::target::Endpoint;
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use seaworthy_model::ReasonCode;
use serde::Serialize;
use std::collections::BTreeMap;

/// The subject kind.
const KIND: &str = "stated_limits";

/// The limits that paths state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits;

impl Look for Limits {
    const ID: &'static str = "web/limits";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = Some("limits");
    type Fact = StatedLimits;

    fn wanted(endpoint: &Endpoint) -> bool {
        !endpoint.spec.limits.is_empty()
    }

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let paths = endpoint.spec.limits.iter();
        paths
            .map(|path| format!("GET {} at each address", shown(endpoint, path)))
            .collect()
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            for path in &visit.endpoint.spec.limits {
                look(visit, path).await?;
            }
            Ok(())
        })
    }
}

/// The rate limits that one path states in its answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct StatedLimits {
    /// The URL, values of the query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// The status.
    pub(crate) status: i64,
    /// The limits, sorted: by RateLimit-Policy, RateLimit or RateLimit-Limit (the drafts of
    /// draft-ietf-httpapi-ratelimit-headers), or by X-RateLimit-Limit and its kin. Unknown where such
    /// headers are there and none of them can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) policies: Option<Vec<Policy>>,
    /// What of these headers could not be read, `header: text`.
    pub(crate) malformed: Vec<String>,
}

/// # Errors
///
/// When there is no answer, or a guard's.
async fn look(visit: &Visit<'_>, path: &str) -> Result<(), Trouble> {
    let url = visit.url(path)?;
    let client = visit.keeping_client().await?;
    let told = client.ask(&Ask::get(&url)).await?;
    let status = told.answer.status;
    // A 429 is the limit itself, and states it like any other answer.
    if let Some(why) = blocked(status, told.fields()).filter(|_| status != 429) {
        return Err(Trouble::new(
            ReasonCode::Denied,
            format!("{}: {why}", client.shown(&url)),
        ));
    }
    let (policies, malformed) = policies(told.fields());
    let mut unknown = BTreeMap::new();
    let policies = if policies.is_empty() && !malformed.is_empty() {
        let why = format!(
            "not understood: {}: {}",
            client.shown(&url),
            malformed.join("; ")
        );
        unknown.insert("policies".to_owned(), why);
        None
    } else {
        Some(policies)
    };
    let found = StatedLimits {
        url: redact_url(url.as_str()),
        address: visit.address.to_string(),
        status: i64::from(status),
        policies,
        malformed,
    };
    visit.leave(&client, &url, &found, unknown, &[]).await
}
