//! The command line as a whole: every command with the line that help has of it.

use crate::args::{BindArgs, DemoArgs, InitArgs, PlanArgs, ProbesCommand, ReplayArgs, ReportArgs};
use crate::failure::Failure;
use crate::{commands, exit, output};
use clap::{CommandFactory as _, Parser, Subcommand};
use std::path::PathBuf;

const AFTER: &str = "\
First steps:
  seaworthy demo                 see a sweep of a small flawed platform, nothing to set up
  seaworthy init                 write a seaworthy.yaml from what this folder holds
  seaworthy plan                 what a sweep would ask, and of whom; sends nothing
  seaworthy sweep                look, judge, and leave the evidence under runs/

Exit codes: 0 ready, 1 not ready, 2 incomplete, 3 conditional,
            64 usage, 70 internal fault, 74 files, 78 configuration";

/// Is this platform fit to go to production? Reads a launch checklist, looks, and answers each
/// item with a verdict and its evidence.
#[derive(Debug, Parser)]
#[command(name = "seaworthy", version, after_help = AFTER, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sweep a small flawed platform that runs inside this process, on loopback
    Demo(DemoArgs),
    /// Write a seaworthy.yaml from what a folder holds
    Init(InitArgs),
    /// Show every connection, query and file that a sweep would use; sends nothing
    Plan(PlanArgs),
    /// Look at the platform, judge every item, and leave the evidence in a bundle
    Sweep(commands::sweep::SweepArgs),
    /// Decide the release: the sealed gate of a run, and everybody's sign-off
    Gate(commands::gate::GateArgs),
    /// Make a key to sign with, or show one
    #[command(subcommand)]
    Key(commands::key::KeyCommand),
    /// Vouch for an item, in a signed file
    Attest(commands::attest::AttestArgs),
    /// Ask to live with a failure for a while, in a signed file that somebody else approves
    Waive(commands::waive::WaiveArgs),
    /// Approve a waiver that somebody else asked for, by signing it too
    Approve(commands::approve::ApproveArgs),
    /// Sign off a sealed run
    SignOff(commands::sign_off::SignOffArgs),
    /// List what people signed, whether it counts, and when it ends
    People(commands::people::PeopleArgs),
    /// Show a bundle again, in any format
    Report(ReportArgs),
    /// Judge a bundle's facts again, offline, and compare with what it recorded
    Replay(ReplayArgs),
    /// Sign a sealed bundle, as `sweep --key` does
    Sign(commands::sign::SignArgs),
    /// Have an authority stamp a sealed bundle: it existed at this time
    Timestamp(commands::timestamp::TimestampArgs),
    /// Show which items changed between two runs, and why
    Diff(commands::diff::DiffArgs),
    /// Check that a bundle is as it was sealed, and by whom, with a key that you trust
    Verify(commands::verify::VerifyArgs),
    /// Take some items of a bundle with their evidence, to be shown and verified without the rest
    Export(commands::export::ExportArgs),
    /// Show how each item of a checklist is bound, and propose bindings for the rest
    Bind(BindArgs),
    /// Look at one thing and judge it, without a checklist
    Probe(commands::probe::ProbeArgs),
    /// List, explain and test the probes
    #[command(subcommand)]
    Probes(ProbesCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the generated files (schemas, documentation of facts and probes)
    #[command(hide = true)]
    Gen {
        /// The folder that stands for the repository's root
        #[arg(long)]
        into: PathBuf,
    },
}

impl Command {
    /// Runs a command and gives its exit code.
    pub(crate) fn run(self) -> Result<u8, Failure> {
        match self {
            Self::Demo(args) => commands::demo::run(&args),
            Self::Init(args) => commands::init::run(&args),
            Self::Plan(args) => commands::plan::run(&args),
            Self::Sweep(args) => commands::sweep::run(&args),
            Self::Gate(args) => commands::gate::run(&args),
            Self::Key(command) => commands::key::run(&command),
            Self::Attest(args) => commands::attest::run(&args),
            Self::Waive(args) => commands::waive::run(&args),
            Self::Approve(args) => commands::approve::run(&args),
            Self::SignOff(args) => commands::sign_off::run(&args),
            Self::People(args) => commands::people::run(&args),
            Self::Report(args) => commands::report::run(&args),
            Self::Replay(args) => commands::replay::run(&args),
            Self::Sign(args) => commands::sign::run(&args),
            Self::Timestamp(args) => commands::timestamp::run(&args),
            Self::Diff(args) => commands::diff::run(&args),
            Self::Verify(args) => commands::verify::run(&args),
            Self::Export(args) => commands::export::run(&args),
            Self::Bind(args) => commands::bind::run(&args),
            Self::Probe(args) => commands::probe::run(&args),
            Self::Probes(command) => commands::probes::run(&command),
            Self::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Cli::command(), "seaworthy", &mut script);
                output::print(&script)?;
                Ok(exit::READY)
            }
            Self::Gen { into } => commands::generate::run(&into),
        }
    }
}
