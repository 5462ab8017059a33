//! The commands, a file each: arguments in, an exit code out.

pub(crate) mod approve;
pub(crate) mod attest;
mod before;
mod bind;
mod cited;
mod demo;
pub(crate) mod diff;
pub(crate) mod export;
pub(crate) mod gate;
mod generate;
mod init;
mod interrupts;
pub(crate) mod key;
pub(crate) mod people;
mod plan;
pub(crate) mod probe;
mod probes;
mod replay;
mod report;
mod resume;
mod show;
pub(crate) mod sign;
pub(crate) mod sign_off;
mod signed;
mod sweep;
pub(crate) mod terms;
pub(crate) mod verify;
pub(crate) mod waive;

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
        Command::Gate(args) => gate::run(&args),
        Command::Key(command) => key::run(&command),
        Command::Attest(args) => attest::run(&args),
        Command::Waive(args) => waive::run(&args),
        Command::Approve(args) => approve::run(&args),
        Command::SignOff(args) => sign_off::run(&args),
        Command::People(args) => people::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Sign(args) => sign::run(&args),
        Command::Diff(args) => diff::run(&args),
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
