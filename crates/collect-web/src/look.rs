//! A collector of one kind of fact about endpoints: the frame is the same for all, what is looked
//! at is a [`Look`].
//!
//! Each kind has a collector of its own, so that an entry is asked for a kind only where it
//! configures it.

use crate::exchange::client::Client;
use crate::exchange::reproduce::curl;
use crate::frame::{Frame, deadline};
use crate::target::Endpoint;
use schemars::JsonSchema;
use seaworthy_collect::{
    BoxFuture, Collector, Context, Sink, Trouble, fact_schema, fact_value, redact_url,
};
use seaworthy_model::{
    ArtifactRef, Attempt, Fact, FactSchema, Provenance, ReasonCode, SubjectRef, Target,
};
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
    /// The field of an entry without which it is not wanted; none where every entry is looked at.
    const FIELD: Option<&'static str>;
    /// Where it looks.
    const AT: At = At::Each;
    /// The fact.
    type Fact: JsonSchema;

    /// Whether an entry that has the field configures it.
    fn wanted(endpoint: &Endpoint) -> bool {
        let _ = endpoint;
        true
    }

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
        // Most entries name few of the things that can be looked at, and reading one takes longer. Who
        // cannot read one that it may be wanted for says so.
        L::FIELD.is_none_or(|field| {
            target.spec.names(field)
                && Endpoint::of(target).map_or(true, |endpoint| L::wanted(&endpoint))
        })
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
                    frame,
                    endpoint: &endpoint,
                    address,
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
    frame: Frame<'a>,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) address: SocketAddr,
    pub(crate) deadline: Instant,
}

/// What came of a look at a URL, and by what it is known.
#[derive(Debug)]
pub(crate) struct Found<'f, T> {
    /// The URL, without what is secret in it.
    pub(crate) url: &'f str,
    /// The fact.
    pub(crate) value: &'f T,
    /// The paths of it that nobody knows, with the reason.
    pub(crate) unknown: BTreeMap<String, String>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) artifacts: Vec<ArtifactRef>,
    /// The command that shows it again.
    pub(crate) reproduce: String,
}

impl<'a> Visit<'a> {
    /// How far looking may go.
    pub(crate) fn context(&self) -> &'a Context {
        self.frame.context
    }

    /// A client of the endpoint; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// When a secret that a header refers to cannot be fetched.
    pub(crate) fn client(&self) -> Result<Client<'a>, Trouble> {
        Client::new(self.endpoint, self.address, self.context(), self.deadline)
    }

    /// The same, where it keeps the heads of its answers for [`leave`](Self::leave).
    ///
    /// # Errors
    ///
    /// As those of [`client`](Self::client).
    pub(crate) async fn keeping_client(&self) -> Result<Client<'a>, Trouble> {
        let client = self.client()?;
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

    /// Puts down what could not be seen, beside what can.
    pub(crate) fn missed(&self, trouble: Trouble) {
        self.frame.missed(trouble);
    }

    /// Keeps a text as evidence.
    pub(crate) fn text(&self, label: &str, text: String) -> ArtifactRef {
        let bytes = text.into_bytes();
        self.frame.sink.artifact(label, "text/plain", bytes)
    }

    /// Leaves a fact about `url`, with the heads that `client` kept; `extra` are further words of the
    /// command that shows it.
    ///
    /// # Errors
    ///
    /// When the value is no fact.
    pub(crate) async fn leave(
        &self,
        client: &Client<'_>,
        url: &Url,
        value: &impl Serialize,
        unknown: BTreeMap<String, String>,
        extra: &[&str],
    ) -> Result<(), Trouble> {
        let heads = client.heads().await;
        self.put(Found {
            url: &redact_url(url.as_str()),
            value,
            unknown,
            attempts: client.attempts().await,
            artifacts: heads
                .map(|text| self.text("response heads", text))
                .into_iter()
                .collect(),
            reproduce: curl(self.endpoint, self.address, url.as_str(), extra),
        })
    }

    /// Leaves a fact.
    ///
    /// # Errors
    ///
    /// When the value is no fact.
    pub(crate) fn put(&self, found: Found<'_, impl Serialize>) -> Result<(), Trouble> {
        let Frame {
            collector,
            kind,
            target,
            context,
            sink,
        } = self.frame;
        sink.fact(Fact {
            subject: SubjectRef {
                kind: kind.to_owned(),
                name: format!("{} [{}]", found.url, self.endpoint.shows(self.address)),
            },
            value: fact_value(found.value)?,
            unknown: found.unknown,
            location: None,
            places: seaworthy_model::Places::default(),
            provenance: Provenance {
                target: target.name.clone(),
                collector: collector.to_owned(),
                at: context.now(),
                attempts: found.attempts,
                artifacts: found.artifacts,
                reproduce: Some(found.reproduce),
            },
        });
        Ok(())
    }
}
