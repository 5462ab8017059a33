//! Looks that load or could change a target: a burst against the rate limit, a request as a
//! forging page would send it, malformed requests from an OpenAPI document.
//!
//! Nothing here is asked unless the entry's `active` names it. Each look is bounded in count and
//! rate, goes to one address, and is shown by the plan.

mod burst;
mod forgery;
mod malformed;
mod pace;

pub(crate) use burst::Burst;
pub(crate) use forgery::Forgeries;
pub(crate) use malformed::Malformations;

use crate::target::Endpoint;
use seaworthy_collect::redact_url;

/// The most requests of one look, whatever the entry says.
const MOST_REQUESTS: u32 = 200;

/// The most requests a second, whatever the entry says.
const MOST_RATE: u32 = 50;

/// The URL of a path, for the plan.
fn shown(endpoint: &Endpoint, path: &str) -> String {
    let url = endpoint.url.join(path).ok();
    url.map(|url| redact_url(url.as_str())).unwrap_or_default()
}
