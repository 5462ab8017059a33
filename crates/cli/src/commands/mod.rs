//! The commands, a file each: arguments in, an exit code out.

mod bind;
mod demo;
pub(crate) mod export;
mod generate;
mod init;
mod plan;
pub(crate) mod probe;
mod probes;
mod replay;
mod report;
mod show;
mod sweep;
pub(crate) mod verify;

use crate::args::{Cli, Command};
use crate::exit;
use crate::failure::Failure;
use clap::CommandFactory as _;

/// Runs a command and gives its exit code.
pub(crate) fn run(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Demo(args) => demo::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Sweep(args) => sweep::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Bind(args) => bind::run(&args),
        Command::Probe(args) => probe::run(&args),
        Command::Probes(command) => probes::run(&command),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "seaworthy", &mut script);
            crate::output::print(&script)?;
            Ok(exit::READY)
        }
        Command::Gen { into } => generate::run(&into),
    }
}

/// The asynchronous runtime that collectors need.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::internal(format!("failed to start the runtime: {error}")))
}
