//! The project's chores, called as `cargo xtask …`. Each has its own module; this file only
//! reads the command line and turns a failure into an exit code.
#![expect(
    clippy::print_stdout,
    reason = "chores talk to the person or the CI log that runs them"
)]

mod apiserver;
mod bench;
mod ci;
mod counts;
mod debian;
mod generate;
mod golang;
mod oracles;
mod podsecurity;
mod readers;
mod renderers;
mod repo;
mod run;
mod scaffold;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's chores.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Run every test of the workspace, first installing the servers that are missing.
    Test,
    /// Set up the outside programs by which the report formats are checked, below target/tools.
    Readers,
    /// Run all that continuous integration runs: format, lints, tests, documents, licences.
    Ci,
    /// Measure: judging on one thread, the command's start, and the demo; release profile.
    Bench,
    /// Check the crate graph, file lengths, headers, and the paths and links of documents.
    Tidy,
    /// Write the generated files: schemas and the pages of facts and probes.
    Gen {
        /// Change nothing; fail when a file differs from what would be generated.
        #[arg(long)]
        check: bool,
    },
    /// Lay out the folder of a new probe with its cases.
    NewProbe {
        /// Family and name, as in `k8s/hpa-min-replicas`.
        id: String,
        /// The kind of subject it judges, as in `workload`.
        #[arg(long, value_name = "KIND")]
        subject: String,
    },
    /// Lay out the crate of a new collector.
    NewCollector {
        /// What it looks at, as in `data`: the crate becomes `crates/collect-data`.
        name: String,
    },
}

fn main() -> ExitCode {
    match run_chore(Arguments::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_chore(chore: Chore) -> anyhow::Result<()> {
    let root = repo::root()?;
    match chore {
        Chore::Test => test::run_and_report(&root),
        Chore::Readers => readers::install(&root),
        Chore::Ci => ci::run(&root),
        Chore::Bench => bench::run(&root),
        Chore::Tidy => tidy::run(&root),
        Chore::Gen { check } => generate::run(&root, check),
        Chore::NewProbe { id, subject } => scaffold::probe::run(&root, &id, &subject),
        Chore::NewCollector { name } => scaffold::collector::run(&root, &name),
    }
}
