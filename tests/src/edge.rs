//! The edge to facts within the process: a target of the web family, asked by one of its collectors.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use seaworthy_collect::{Budgets, Collected, Context, Sink};
use seaworthy_collect_web::collectors;
use seaworthy_model::Target;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

/// The instant at which all is judged.
pub const AS_OF: &str = "2026-12-01T00:00:00Z";

/// What a collector brings of a target with this entry.
///
/// # Errors
///
/// When there is no such collector.
pub fn collect(id: &str, spec: Value) -> Result<Collected> {
    collect_within(id, spec, Duration::from_secs(10))
}

/// The same, where nothing is waited for longer than `limit`.
///
/// # Errors
///
/// When there is no such collector.
pub fn collect_within(id: &str, spec: Value, limit: Duration) -> Result<Collected> {
    let collectors = collectors();
    let collector = collectors.iter().find(|collector| collector.id() == id);
    let collector = collector.with_context(|| format!("there is no collector {id}"))?;
    let budgets = Budgets {
        connect: limit,
        request: limit,
        attempts: 1,
        ..Budgets::default()
    };
    let context = Context::new(AS_OF.parse()?, budgets, as_of);
    let target = Target {
        name: "it".into(),
        kind: collector.target_kind().into(),
        labels: BTreeSet::new(),
        spec: spec.into(),
        location: None,
    };
    let sink = Sink::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(collector.collect(&target, &context, &sink));
    Ok(sink.take())
}

fn as_of() -> Timestamp {
    AS_OF.parse().unwrap_or(Timestamp::UNIX_EPOCH)
}
