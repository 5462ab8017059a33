//! What a service promises and an entry names: the numbers of its rate limit, its OpenAPI document,
//! how fast it answers, and that it refuses who stands where the sweep stands.

mod latency;
mod limits;
mod openapi;
mod policies;
mod restricted;

pub(crate) use latency::Latencies;
pub(crate) use limits::Limits;
pub(crate) use openapi::Documents;
pub(crate) use restricted::Restrictions;

use crate::target::Endpoint;
use seaworthy_collect::redact_url;

/// The URL of a path, for the plan.
fn shown(endpoint: &Endpoint, path: &str) -> String {
    let url = endpoint.url.join(path).ok();
    url.map(|url| redact_url(url.as_str())).unwrap_or_default()
}
