//! HTTP: what an endpoint answers at each of its addresses, over HTTPS and over plain HTTP.
//!
//! Headers are read here as browsers read them; how strict they ought to be is said by the
//! probes. CORS is looked at by `cors/`, certificates by `tls/`.

mod assemble;
pub(crate) mod caching;
mod clock;
mod cookie_purpose;
mod cookies;
mod csp;
mod csp_sources;
mod csp_weakness;
mod draft;
mod facts;
mod framing;
pub(crate) mod fuzz;
mod giveaways;
mod health;
mod hsts;
mod isolation;
mod offline;
pub(crate) mod page;
mod place;
mod plain;
mod policies;
mod private;
mod refresh;
mod saved;
mod security_txt;
mod structured;
mod visit;
mod well_known;

pub use offline::{HeadFile, fact_from_head};

use crate::look::{Look, Visit};
use crate::target::Endpoint;
use facts::{HttpEndpoint, KIND};
use seaworthy_collect::{BoxFuture, Trouble, redact_url};

/// A path that no site has; the answer to it shows what errors look like. It begins with no dot,
/// which many servers guard against.
pub(crate) const NOT_FOUND: &str = "/seaworthy-does-not-exist";

/// What an endpoint answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Http;

impl Look for Http {
    const ID: &'static str = "web/http";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = None;
    type Fact = HttpEndpoint;

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let at = "at each address";
        let mut lines = vec![format!("GET {} {at}", redact_url(endpoint.url.as_str()))];
        let mut paths: Vec<&str> = endpoint.spec.paths.iter().map(String::as_str).collect();
        paths.push(NOT_FOUND);
        paths.extend(endpoint.spec.health.as_deref());
        paths.extend(["/.well-known/security.txt", "/security.txt"]);
        lines.extend(
            paths
                .into_iter()
                .filter_map(|path| endpoint.url.join(path).ok())
                .map(|url| format!("GET {} {at}", redact_url(url.as_str()))),
        );
        if endpoint.secure
            && let Some(twin) = plain::twin(endpoint)
        {
            lines.push(format!(
                "GET {} {at}, redirects followed",
                redact_url(twin.url.as_str())
            ));
            if let Ok(url) = twin.url.join(NOT_FOUND) {
                lines.push(format!("GET {} {at}", redact_url(url.as_str())));
            }
        }
        lines
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(visit::look(visit))
    }
}
