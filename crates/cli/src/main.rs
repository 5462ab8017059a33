//! The command `seaworthy`: arguments, environment, clock, standard output and exit codes, and
//! nothing else. Planning and running are the engine's, verdicts the judge's, formats the
//! report's.

mod args;
mod command_line;
mod commands;
mod config;
mod demo;
mod exit;
mod failure;
mod output;
mod people;
mod progress;
mod setup;

use clap::Parser as _;
use clap::error::ErrorKind;
use command_line::Cli;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// A sweep of endpoints takes a fifth less processor time than with glibc's, in as much memory; it is
/// tuned in `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // clap's own code for wrong usage is 2, which is INCOMPLETE here.
            let asked = matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            );
            let code = if asked { exit::READY } else { exit::USAGE };
            // Nothing is left to tell when standard error is closed.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let code = match catch_unwind(AssertUnwindSafe(|| cli.command.run())) {
        Ok(Ok(code)) => code,
        Ok(Err(failure)) => {
            output::complain(&failure.to_string());
            failure.code
        }
        // The panic's own message is on standard error already.
        Err(_) => {
            output::complain("error: seaworthy broke down; this is a fault of its own\n");
            exit::INTERNAL
        }
    };
    ExitCode::from(code)
}
