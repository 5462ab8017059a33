//! REPLACE-ME: what is looked at, and what is left to others. Judging is left to the probes.

use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink};
use seaworthy_model::{FactSchema, ReasonCode, Target, Unassessed};
use serde::{Deserialize, Serialize};

/// The subject kind, which is the variable's name in probes. REPLACE-ME
const KIND: &str = "example";

/// REPLACE-ME: what one subject is. Each field says its meaning and unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// How people call the subject in messages.
    #[serde(rename = "ref")]
    pub reference: String,
    /// REPLACE-ME. A field that was looked for and is not there is left out; one that could not
    /// be looked at is named in the fact's `unknown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
}

/// REPLACE-ME: what it asks of a target, by which protocol, with which rights.
#[derive(Debug, Clone, Copy)]
pub struct ExampleCollector;

impl Collector for ExampleCollector {
    fn id(&self) -> &'static str {
        "example/look"
    }

    fn target_kind(&self) -> &'static str {
        KIND
    }

    fn facts(&self) -> Vec<FactSchema> {
        let schema = schemars::schema_for!(Example).to_value();
        vec![FactSchema { kind: KIND, schema }]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        vec![format!(
            "REPLACE-ME: one line for each query of {}",
            target.name
        )]
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        _context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            // Nothing is looked at yet, and that must never read as nothing being there.
            sink.unassessed(Unassessed {
                target: target.name.clone(),
                request: self.id().to_owned(),
                kinds: vec![KIND.to_owned()],
                reason: ReasonCode::NoCollector,
                detail: "REPLACE-ME: nothing is looked at yet".to_owned(),
                location: None,
            });
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seaworthy_collect::Budgets;

    #[tokio::test]
    async fn what_was_not_looked_at_is_said_and_gives_no_fact() {
        let target = Target {
            name: "it".to_owned(),
            kind: KIND.to_owned(),
            labels: std::collections::BTreeSet::new(),
            spec: serde_json::json!({}),
            location: None,
        };
        let clock = || "2026-01-01T00:00:00Z".parse().unwrap();
        let context = Context::new(clock(), Budgets::default(), clock);
        let sink = Sink::new();
        ExampleCollector.collect(&target, &context, &sink).await;
        let collected = sink.take();
        assert!(collected.facts.is_empty());
        assert_eq!(collected.unassessed.len(), 1);
    }
}
