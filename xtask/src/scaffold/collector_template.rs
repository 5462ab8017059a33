//! REPLACE-ME: what is looked at, and what is left to others. Judging is left to the probes.

use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, TargetKind, fact_schema};
use seaworthy_model::{FactSchema, ReasonCode, Target, Unassessed};
use serde::Serialize;
use serde_json::json;

/// The kind of target and the kind of subject, which is the variable's name in probes. They
/// are the same here, because one such target holds one such subject. REPLACE-ME
const KIND: &str = "example";

/// Every collector of this family.
#[must_use]
pub fn collectors() -> Vec<Box<dyn Collector>> {
    vec![Box::new(Look)]
}

/// The kinds of target that this family looks at.
#[must_use]
pub fn target_kinds() -> Vec<TargetKind> {
    vec![TargetKind {
        kind: KIND,
        key: "examples",
        summary: "REPLACE-ME: what such a target is",
        schema: json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["address"],
            "properties": { "address": { "type": "string", "description": "REPLACE-ME" } },
        }),
        default_name: |entry| entry.get("address")?.as_str().map(str::to_owned),
        check: |_| Vec::new(),
        paths: &[],
    }]
}

/// REPLACE-ME: what one subject is. Each field says its meaning and unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
struct Example {
    /// How people call the subject in messages.
    r#ref: String,
    /// REPLACE-ME. A field that was looked for and is not there is left out; one that could not
    /// be looked at is named in the fact's `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<i64>,
}

/// REPLACE-ME: what it asks of a target, by which protocol, with which rights.
#[derive(Debug, Clone, Copy)]
struct Look;

impl Collector for Look {
    fn id(&self) -> &'static str {
        "example/look"
    }

    fn target_kind(&self) -> &'static str {
        KIND
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<Example>(KIND)]
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
                attempts: Vec::new(),
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
        let spec = json!({ "address": "it" });
        let target = Target {
            name: (target_kinds()[0].default_name)(&spec).unwrap(),
            kind: KIND.to_owned(),
            labels: std::collections::BTreeSet::new(),
            spec: spec.into(),
            location: None,
        };
        let clock = || "2026-01-01T00:00:00Z".parse().unwrap();
        let context = Context::new(clock(), Budgets::default(), clock);
        let sink = Sink::new();
        collectors()[0].collect(&target, &context, &sink).await;
        let collected = sink.take();
        assert!(collected.facts.is_empty());
        assert_eq!(collected.unassessed.len(), 1);
    }
}
