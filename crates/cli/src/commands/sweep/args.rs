//! The arguments of `seaworthy sweep`: those of a run, of a report, of a signature and of a gate, and its own.

use crate::args::{RunArgs, ShowArgs};
use crate::commands::sign::BesideArgs;
use crate::commands::terms::TightenArgs;
use crate::commands::timestamp::AuthorityArgs;
use crate::people::MaybeKey;
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct SweepArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) show: ShowArgs,
    #[command(flatten)]
    pub(crate) tighten: TightenArgs,
    /// The run that this one follows [default: the newest in the folder of --out]
    #[arg(long, value_name = "RUN")]
    pub(crate) after: Option<PathBuf>,
    /// The folder in which the bundle is made
    #[arg(long, default_value = "runs", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Go on with this run, which was broken off: runs/run-…
    #[arg(long, value_name = "RUN", conflicts_with_all = ["out", "as_of", "after"])]
    pub(crate) resume: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) key: MaybeKey,
    #[command(flatten)]
    pub(crate) beside: BesideArgs,
    #[command(flatten)]
    pub(crate) stamp: AuthorityArgs,
    /// The deadline of the whole sweep in seconds, instead of the configuration's
    #[arg(long, value_name = "SECONDS")]
    pub(crate) deadline: Option<u64>,
    /// No progress on standard error
    #[arg(long, short)]
    pub(crate) quiet: bool,
}
