//! A collector of one kind of fact about domains: the frame is the same for all, what is asked is an
//! [`Ask`].

use crate::target::{Domain, unassessed};
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, Trouble, fact_schema, fact_value};
use seaworthy_model::{Attempt, Fact, FactSchema, Places, Provenance, SubjectRef, Target};
use std::collections::BTreeMap;

/// What is asked, and what comes of it.
pub(crate) trait Ask: Send + Sync + 'static {
    /// The collector's id, `web/mail`.
    const ID: &'static str;
    /// The subject kind.
    const KIND: &'static str;
    /// The fact.
    type Fact: JsonSchema + serde::Serialize;

    /// What it would ask, a line each.
    fn plan(domain: &Domain) -> Vec<String>;

    /// Asks; what cannot be seen at all is an error.
    fn ask<'a>(
        target: &'a Target,
        domain: &'a Domain,
        context: &'a Context,
    ) -> BoxFuture<'a, Result<Told<Self::Fact>, Trouble>>;
}

/// What came of asking.
#[derive(Debug)]
pub(crate) struct Told<F> {
    pub(super) value: F,
    pub(super) unknown: BTreeMap<String, String>,
    pub(super) attempts: Vec<Attempt>,
    /// The answers as text; empty where nothing was asked of a name server.
    pub(super) transcript: String,
    /// The command that shows the same.
    pub(super) reproduce: String,
}

/// The collector of an [`Ask`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking<A>(pub(crate) A);

impl<A: Ask> Collector for Asking<A> {
    fn id(&self) -> &'static str {
        A::ID
    }

    fn target_kind(&self) -> &'static str {
        "domain"
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<A::Fact>(A::KIND)]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        match Domain::of(target) {
            Ok(domain) => A::plan(&domain),
            Err(trouble) => vec![trouble.detail],
        }
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Err(trouble) = collect::<A>(target, context, sink).await {
                sink.unassessed(unassessed(A::ID, A::KIND, target, trouble));
            }
        })
    }
}

async fn collect<A: Ask>(target: &Target, context: &Context, sink: &Sink) -> Result<(), Trouble> {
    let domain = Domain::of(target)?;
    let told = A::ask(target, &domain, context).await?;
    let artifact = |text: String| {
        sink.artifact(
            "DNS answers",
            "text/plain; charset=utf-8",
            text.into_bytes(),
        )
    };
    let transcript = Some(told.transcript).filter(|text| !text.is_empty());
    sink.fact(Fact {
        subject: SubjectRef {
            kind: A::KIND.to_owned(),
            name: domain.name.clone(),
        },
        value: fact_value(&told.value)?,
        unknown: told.unknown,
        location: None,
        places: Places::default(),
        provenance: Provenance {
            target: target.name.clone(),
            collector: A::ID.to_owned(),
            at: context.now(),
            attempts: told.attempts,
            artifacts: transcript.into_iter().map(artifact).collect(),
            reproduce: Some(told.reproduce),
        },
    });
    Ok(())
}

/// Attempts in the order of time.
pub(super) fn in_order(mut attempts: Vec<Attempt>) -> Vec<Attempt> {
    attempts.sort_by(|one, other| (one.at, &one.address).cmp(&(other.at, &other.address)));
    attempts
}
