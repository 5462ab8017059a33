//! CORS: whom an endpoint lets read its answers, tried with every origin that servers are known
//! to mistake, by actual request and by preflight, on a success and on an error answer.
//!
//! A server may trust `null` and not its own origin, so nothing is concluded before everything
//! was tried. What ought to be allowed is said by the probes.

mod conclude;
mod facts;
mod gap;
mod origins;
mod preflight;
mod refusal;
mod tour;

use crate::look::{Look, Visit};
use crate::target::Endpoint;
pub(crate) use origins::{OriginKind, origins};

use facts::{CorsResource, KIND};
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use tour::Tour;
use url::Url;

/// Whom an endpoint lets read its answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cors;

impl Look for Cors {
    const ID: &'static str = "web/cors";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = None;
    type Fact = CorsResource;

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let count = origins(&own_origin(endpoint)).len();
        resources(endpoint)
            .iter()
            .map(|url| {
                format!(
                    "GET and OPTIONS {} and a path that does not exist, at each address, with \
                     {count} origins each, and one more where a look-alike is allowed; GET of most \
                     with and without credentials; OPTIONS for what nobody asks for, with origins \
                     that are allowed",
                    redact_url(url.as_str())
                )
            })
            .collect()
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let own = &own_origin(visit.endpoint);
            for url in &resources(visit.endpoint) {
                if let Err(trouble) = (Tour { visit, own, url }).look().await {
                    visit.missed(trouble);
                }
            }
            Ok(())
        })
    }
}

/// The origin of the endpoint's own pages.
pub(crate) fn own_origin(endpoint: &Endpoint) -> Url {
    let configured = endpoint.spec.own_origin.as_deref();
    configured
        .and_then(|text| Url::parse(text).ok())
        .unwrap_or_else(|| endpoint.url.clone())
}

/// The URLs to look at.
fn resources(endpoint: &Endpoint) -> Vec<Url> {
    let paths = endpoint.spec.cors.iter().flat_map(|cors| &cors.paths);
    let named: Vec<Url> = paths
        .filter_map(|path| endpoint.url.join(path).ok())
        .collect();
    if named.is_empty() {
        vec![endpoint.url.clone()]
    } else {
        named
    }
}
