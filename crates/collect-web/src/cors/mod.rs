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

use crate::frame::Frame;
use crate::http::deadline;
use crate::target::Endpoint;
pub(crate) use origins::{OriginKind, origins};

use facts::{CorsResource, KIND};
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, fact_schema, redact_url};
use seaworthy_model::{FactSchema, Target};
use url::Url;

/// The collector `web/cors`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cors;

impl Cors {
    pub(crate) const ID: &'static str = "web/cors";
}

impl Collector for Cors {
    fn id(&self) -> &'static str {
        Self::ID
    }

    fn target_kind(&self) -> &'static str {
        "endpoint"
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<CorsResource>(KIND)]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        let Ok(endpoint) = Endpoint::of(target) else {
            return Vec::new();
        };
        let count = origins(&own_origin(&endpoint)).len();
        resources(&endpoint)
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

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let frame = Frame {
                collector: Self::ID,
                kind: KIND,
                target,
                context,
                sink,
            };
            let read = frame.addresses(Endpoint::of(target), |endpoint| endpoint);
            let Some((endpoint, addresses)) = read.await else {
                return;
            };
            let own = own_origin(&endpoint);
            let resources = resources(&endpoint);
            let deadline = deadline(context);
            let look = async |address| {
                for url in &resources {
                    let tour = tour::Tour {
                        target,
                        endpoint: &endpoint,
                        address,
                        context,
                        sink,
                        deadline,
                        own: &own,
                        url,
                    };
                    if let Err(trouble) = tour.look().await {
                        frame.missed(trouble);
                    }
                }
                Ok(())
            };
            frame.each(&addresses, look).await;
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
