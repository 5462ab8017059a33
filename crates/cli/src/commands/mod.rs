//! The commands, a file each: arguments in, an exit code out.

pub(crate) mod approve;
pub(crate) mod attest;
mod before;
pub(crate) mod bind;
mod cited;
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod export;
pub(crate) mod gate;
pub(crate) mod generate;
pub(crate) mod init;
mod interrupts;
pub(crate) mod key;
pub(crate) mod people;
pub(crate) mod plan;
pub(crate) mod probe;
pub(crate) mod probes;
pub(crate) mod replay;
pub(crate) mod report;
mod resume;
mod sealed;
mod show;
pub(crate) mod sign;
pub(crate) mod sign_off;
mod signed;
pub(crate) mod sweep;
pub(crate) mod terms;
pub(crate) mod timestamp;
pub(crate) mod verify;
pub(crate) mod waive;

use crate::failure::Failure;
use tokio::runtime::{Builder, Runtime};

/// The asynchronous runtime that collectors need.
fn runtime() -> Result<Runtime, Failure> {
    started(&mut Builder::new_multi_thread())
}

/// The same without threads of its own, for a single task.
fn runtime_on_one_thread() -> Result<Runtime, Failure> {
    started(&mut Builder::new_current_thread())
}

fn started(builder: &mut Builder) -> Result<Runtime, Failure> {
    let runtime = builder.enable_all().build();
    runtime.map_err(|error| Failure::internal(format!("failed to start the runtime: {error}")))
}
