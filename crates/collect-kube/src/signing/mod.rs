//! The collector `k8s/signing-keys`: of the keys that sign tokens, and that the configuration names
//! one by one, what a probe needs to know. Values are measured and hashed where they are read, and go
//! no further: no fact, artifact, error or log has one.
//!
//! `target` is the configuration's entry, `source` fetches a value, `strength` measures it (`entropy`,
//! `published`), `print`
//! makes the keyed hash by which two environments are compared, `compare` makes the facts.

mod compare;
mod entropy;
mod print;
mod published;
mod source;
mod strength;
mod target;

use crate::evidence::{Looking, evident};
use crate::facts::SigningKey;
use futures_util::future::join_all;
use print::Printer;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, fact_schema};
use seaworthy_model::{FactSchema, Target, Unassessed};
use std::collections::BTreeMap;
pub(crate) use target::target_kind;
use target::{SigningSpec, TARGET};
use tokio::time::Instant;

const ID: &str = "k8s/signing-keys";
const KIND: &str = "signing_key";

/// The schema of the one kind of fact that it makes.
pub(crate) fn schema() -> FactSchema {
    fact_schema::<SigningKey>(KIND)
}

/// Measures the signing keys that a target names.
pub(crate) struct SigningKeys;

impl Collector for SigningKeys {
    fn id(&self) -> &'static str {
        ID
    }

    fn target_kind(&self) -> &'static str {
        TARGET
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![schema()]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        let spec = SigningSpec::read(&target.spec.value());
        let environments = spec.environments.iter();
        environments.flat_map(source::describe).collect()
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let spec = SigningSpec::read(&target.spec.value());
            let printer = match Printer::new(spec.fingerprint_key.as_ref()) {
                Ok(printer) => printer,
                Err(trouble) => return sink.unassessed(missed(target, trouble)),
            };
            let deadline = Instant::now() + context.budgets.target.mul_f64(0.9);
            let environments = spec.environments.iter();
            let looks = environments.map(|one| source::look(one, &printer, context, deadline));
            let seen = join_all(looks).await;
            let told = compare::compare(&target.name, &spec.environments, seen, &printer);
            for trouble in told.troubles {
                sink.unassessed(missed(target, trouble));
            }
            let looking = Looking {
                target: target.name.clone(),
                collector: ID,
                at: context.now(),
                renderings: BTreeMap::new(),
            };
            for draft in told.drafts {
                evident(draft, &looking).put(sink);
            }
        })
    }
}

fn missed(target: &Target, trouble: seaworthy_collect::Trouble) -> Unassessed {
    Unassessed {
        target: target.name.clone(),
        request: ID.to_owned(),
        kinds: vec![KIND.to_owned()],
        reason: trouble.reason,
        detail: trouble.detail,
        location: target.location.clone(),
        attempts: trouble.attempts,
    }
}
