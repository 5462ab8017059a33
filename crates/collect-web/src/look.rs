//! A collector of one kind of fact about endpoints: the frame is the same for all, what is looked
//! at is a [`Look`].
//!
//! Each kind has a collector of its own, so that an entry is asked for a kind only where it
//! configures it.

use crate::frame::Frame;
use crate::http::client::Client;
use crate::http::deadline;
use crate::http::reproduce::curl;
use crate::target::Endpoint;
use schemars::JsonSchema;
use seaworthy_collect::{
    BoxFuture, Collector, Context, Sink, Trouble, fact_schema, fact_value, redact_url,
};
use seaworthy_model::{Fact, FactSchema, Provenance, ReasonCode, SubjectRef, Target};
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tokio::time::Instant;
use url::Url;

/// At how many of a name's addresses something is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// At each.
    Each,
    /// At the first alone: what loads a service is not multiplied by its addresses.
    First,
}

/// What is looked at, and what comes of it.
pub(crate) trait Look: Send + Sync + 'static {
    /// The collector's id, `web/legal`.
    const ID: &'static str;
    /// The subject kind.
    const KIND: &'static str;
    /// The field of an entry without which it is not wanted; every entry has the default.
    const FIELD: &'static str = "url";
    /// Where it looks.
    const AT: At = At::Each;
    /// The fact.
    type Fact: JsonSchema;

    /// Whether an entry configures it.
    fn wanted(endpoint: &Endpoint) -> bool;

    /// What it would ask, a line each.
    fn plan(endpoint: &Endpoint) -> Vec<String>;

    /// Looks at one address; what cannot be seen at all is an error.
    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>>;
}

/// The collector of a [`Look`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looking<L>(pub(crate) L);

impl<L: Look> Collector for Looking<L> {
    fn id(&self) -> &'static str {
        L::ID
    }

    fn target_kind(&self) -> &'static str {
        "endpoint"
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<L::Fact>(L::KIND)]
    }

    fn accepts(&self, target: &Target) -> bool {
        // Most entries name few of the things that can be looked at, and reading one takes longer.
        target.spec.names(L::FIELD)
            && Endpoint::of(target).is_ok_and(|endpoint| L::wanted(&endpoint))
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        let endpoint = Endpoint::of(target).ok().filter(L::wanted);
        endpoint
            .map(|endpoint| L::plan(&endpoint))
            .unwrap_or_default()
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let frame = Frame {
                collector: L::ID,
                kind: L::KIND,
                target,
                context,
                sink,
            };
            let read = frame.addresses(Endpoint::of(target), |endpoint| endpoint);
            let Some((endpoint, mut addresses)) = read.await else {
                return;
            };
            addresses.truncate(match L::AT {
                At::Each => usize::MAX,
                At::First => 1,
            });
            let deadline = deadline(context);
            let look = async |address| {
                let visit = Visit {
                    collector: L::ID,
                    target,
                    endpoint: &endpoint,
                    address,
                    context,
                    sink,
                    deadline,
                };
                L::look(&visit).await
            };
            frame.each(&addresses, look).await;
        })
    }
}

/// What is visited, and where what is seen goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit<'a> {
    pub(crate) collector: &'static str,
    pub(crate) target: &'a Target,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) address: SocketAddr,
    pub(crate) context: &'a Context,
    pub(crate) sink: &'a Sink,
    pub(crate) deadline: Instant,
}

impl<'a> Visit<'a> {
    /// A client of its own, which keeps the heads of its answers for [`leave`](Self::leave).
    ///
    /// # Errors
    ///
    /// When a secret that a header refers to cannot be fetched.
    pub(crate) async fn client(&self) -> Result<Client<'a>, Trouble> {
        let client = Client::new(self.endpoint, self.address, self.context, self.deadline)?;
        client.keep_heads().await;
        Ok(client)
    }

    /// The URL of a path of the endpoint.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub(crate) fn url(&self, path: &str) -> Result<Url, Trouble> {
        self.endpoint.url.join(path).map_err(|error| {
            let why = format!("failed to read the path {path:?}: {error}");
            Trouble::new(ReasonCode::CollectorFailed, why)
        })
    }

    /// Leaves a fact about `url`; `extra` are further words of the command that shows it.
    ///
    /// # Errors
    ///
    /// When the value is no fact.
    pub(crate) async fn leave(
        &self,
        client: &Client<'_>,
        (kind, url): (&str, &Url),
        value: &impl Serialize,
        unknown: BTreeMap<String, String>,
        extra: &[&str],
    ) -> Result<(), Trouble> {
        let shown = redact_url(url.as_str());
        let heads = client.heads().await.map(|text| {
            let bytes = text.into_bytes();
            self.sink.artifact("response heads", "text/plain", bytes)
        });
        self.sink.fact(Fact {
            subject: SubjectRef {
                kind: kind.to_owned(),
                name: format!("{shown} [{}]", self.endpoint.shows(self.address)),
            },
            value: fact_value(value)?,
            unknown,
            location: None,
            places: seaworthy_model::Places::default(),
            provenance: Provenance {
                target: self.target.name.clone(),
                collector: self.collector.to_owned(),
                at: self.context.now(),
                attempts: client.attempts().await,
                artifacts: heads.into_iter().collect(),
                reproduce: Some(curl(self.endpoint, self.address, url.as_str(), extra)),
            },
        });
        Ok(())
    }
}
