//! Plan, run, judge, seal: the stages of a sweep in their order.
//!
//! `plan` resolves a checklist, bindings and targets into data; `run` asks each distinct request
//! once, within the budgets, and hands facts to the judge and the bundle as they come; `replay`
//! judges a bundle again. What is asked of a target, and what the answers mean, is decided in
//! the collector crates and in `judge`.

mod diff;
mod event;
mod plan;
mod registry;
mod replay;
mod run;
mod verdicts;

pub use diff::{Cause, DIFF_SCHEMA, Diff, ItemChange, Side, Why, diff};
pub use event::Event;
pub use plan::{ItemOverride, PlanInput, is_below, plan};
pub use registry::Registry;
pub use replay::{Comparison, Replay, replay};
pub use run::{Stop, StopHandle, Swept, collect, sweep};

/// What can end a sweep or a replay early. What could not be *collected* is no error but data.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The bundle could not be written or read.
    #[error(transparent)]
    Bundle(#[from] seaworthy_bundle::BundleError),
    /// The plan cannot be judged by.
    #[error(transparent)]
    Judge(#[from] seaworthy_judge::JudgeError),
}
