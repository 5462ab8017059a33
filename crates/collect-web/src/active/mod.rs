//! Looks that load or could change a target: a burst against the rate limit, a request as a
//! forging page would send it, malformed requests from an OpenAPI document.
//!
//! Nothing here is asked unless the entry's `active` names it. Each look is bounded in count and
//! rate, and the plan shows both.

mod burst;
mod forgery;
mod malformed;
mod pace;

use crate::connect::resolve;
use crate::http::deadline;
use crate::pages::Visit;
use crate::target::{ActiveSpec, Endpoint, unassessed};
use burst::RateLimit;
use forgery::Forgery;
use malformed::MalformedRequests;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, Trouble, fact_schema, redact_url};
use seaworthy_model::{FactSchema, Target};

/// The most requests of one look, whatever the entry says.
const MOST_REQUESTS: u32 = 200;

/// The most requests a second, whatever the entry says.
const MOST_RATE: u32 = 50;

/// The collector `web/active`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Active;

impl Active {
    pub(crate) const ID: &'static str = "web/active";
}

impl Collector for Active {
    fn id(&self) -> &'static str {
        Self::ID
    }

    fn target_kind(&self) -> &'static str {
        "endpoint"
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![
            fact_schema::<RateLimit>(burst::KIND),
            fact_schema::<Forgery>(forgery::KIND),
            fact_schema::<MalformedRequests>(malformed::KIND),
        ]
    }

    fn accepts(&self, target: &Target) -> bool {
        Endpoint::of(target).is_ok_and(|endpoint| endpoint.spec.active.is_some())
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        let Ok(endpoint) = Endpoint::of(target) else {
            return Vec::new();
        };
        let shown = |path: &str| {
            let url = endpoint.url.join(path).ok();
            url.map(|url| redact_url(url.as_str())).unwrap_or_default()
        };
        let spec = endpoint.spec.active.clone().unwrap_or_default();
        let mut lines = Vec::new();
        if let Some(burst) = &spec.rate_limit {
            lines.push(format!(
                "GET {} up to {} times, at most {} a second, until 429, at one address",
                shown(&burst.path),
                burst.requests.min(MOST_REQUESTS),
                burst.per_second.min(MOST_RATE)
            ));
        }
        for path in &spec.forgery {
            lines.push(format!(
                "POST {} once with a foreign origin, without a token and without a body, at one \
                 address",
                shown(path)
            ));
        }
        if let Some(openapi) = &spec.openapi {
            lines.push(format!(
                "GET {}, then up to {} malformed requests to the paths that it names, at most {} \
                 a second, at one address",
                shown(&openapi.document),
                openapi.requests.min(MOST_REQUESTS),
                openapi.per_second.min(MOST_RATE)
            ));
        }
        lines
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let missed = |trouble: &Trouble| {
                for kind in [burst::KIND, forgery::KIND, malformed::KIND] {
                    sink.unassessed(unassessed(Self::ID, kind, target, trouble.clone()));
                }
            };
            let endpoint = match Endpoint::of(target) {
                Ok(endpoint) => endpoint,
                Err(trouble) => return missed(&trouble),
            };
            let resolved = resolve(&endpoint, context).await;
            // One address is enough: what loads a service is not multiplied by its addresses.
            let Some(address) = resolved.addresses.first() else {
                for trouble in &resolved.troubles {
                    missed(trouble);
                }
                return;
            };
            let visit = Visit {
                collector: Self::ID,
                target,
                endpoint: &endpoint,
                address: *address,
                context,
                sink,
                deadline: deadline(context),
            };
            let spec = endpoint.spec.active.clone().unwrap_or_default();
            looks(&visit, &spec).await;
        })
    }
}

/// One look after the other, the burst last: after it the service may turn us away.
async fn looks(visit: &Visit<'_>, spec: &ActiveSpec) {
    let note = |kind: &str, outcome: Result<(), Trouble>| {
        if let Err(trouble) = outcome {
            visit
                .sink
                .unassessed(unassessed(visit.collector, kind, visit.target, trouble));
        }
    };
    for path in &spec.forgery {
        note(forgery::KIND, forgery::look(visit, path).await);
    }
    if let Some(openapi) = &spec.openapi {
        note(malformed::KIND, malformed::look(visit, openapi).await);
    }
    if let Some(burst) = &spec.rate_limit {
        note(burst::KIND, burst::look(visit, burst).await);
    }
}
