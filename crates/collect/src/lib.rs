//! The seam between the engine and whatever touches the world: the [`Collector`] trait, the
//! budgets that it works within, the sink that it fills, how facts are written, and redaction.
//!
//! What is asked of a target is each family's business (`collect-web`, `collect-kube` …); when
//! and how much at a time is the engine's.

mod attempts;
mod budget;
mod collector;
mod context;
mod fact;
mod program;
mod proxy;
mod redact;
mod retry;
mod secret;
mod sink;

pub use attempts::add_attempts;
pub use budget::{Budgets, Permit};
pub use collector::{BoxFuture, Collector, TargetKind};
pub use context::Context;
pub use fact::{fact_schema, fact_value, schema_of};
pub use program::{Ended, Program, program_complaints};
pub use proxy::{Proxy, proxy_for};
pub use redact::{redact_header, redact_url};
pub use retry::{Trouble, with_retries};
pub use secret::{Secret, SecretRef};
pub use sink::{Artifact, Collected, Sink};
