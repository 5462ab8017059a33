//! Arguments that commands share, and those of the commands that have few. What each command does
//! is in `commands`.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use seaworthy_model::Phase;
use std::path::PathBuf;

/// Where the rules come from, shared by every command that needs them.
#[derive(Args, Debug, Default, Clone)]
pub(crate) struct Sources {
    /// The configuration [default: seaworthy.yaml, where it exists]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A folder of further probes; may be given more than once
    #[arg(long = "probes", value_name = "DIR")]
    pub(crate) probes: Vec<PathBuf>,
    /// A file or folder of further bindings, which go before the built-in ones
    #[arg(long = "bindings", value_name = "PATH")]
    pub(crate) bindings: Vec<PathBuf>,
}

/// What a run is about.
#[derive(Args, Debug, Clone)]
pub(crate) struct RunArgs {
    /// The checklist, Markdown [default: that of the configuration, else the built-in one]
    pub(crate) checklist: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sources: Sources,
    /// The phase whose items are due: pre-deployment, t-24h, t-2h, t0, t+1h, t+4h, t+24h, rollback
    #[arg(long, default_value = "pre-deployment")]
    pub(crate) phase: Phase,
    /// The release, instead of the configuration's
    #[arg(long)]
    pub(crate) release: Option<String>,
    /// Judge expiry at this instant instead of now (RFC 3339); a run in the past is never READY
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<Timestamp>,
    /// Look only at this item and those below it; the others are skipped, which is never ready
    #[arg(long, value_name = "ID")]
    pub(crate) only: Vec<String>,
    /// Skip this item and those below it
    #[arg(long, value_name = "ID")]
    pub(crate) skip: Vec<String>,
}

/// How a report is shown.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct ShowArgs {
    /// text, json, html, checklist, markdown, junit, sarif, csv, openmetrics, oscal, in-toto,
    /// github, github-summary, deployment or postmortem; NAME=FILE writes to a file; may be given
    /// more than once. The first without a file goes to standard output, the others into the
    /// bundle's exports/
    #[arg(long = "format", short = 'f', value_name = "NAME[=FILE]")]
    pub(crate) formats: Vec<String>,
    /// List every item, not only what needs attention
    #[arg(long)]
    pub(crate) all: bool,
    /// An earlier run (runs/run-…), to show what changed since; without it the run that this one
    /// follows, where it lies beside it
    #[arg(long, value_name = "RUN")]
    pub(crate) since: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// The folder for the platform's files, the bundle and the report
    #[arg(long, default_value = "runs", value_name = "DIR")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) show: ShowArgs,
}

#[derive(Args, Debug)]
pub(crate) struct InitArgs {
    /// The folder to look at
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
    /// Replace an existing seaworthy.yaml
    #[arg(long)]
    pub(crate) force: bool,
    /// Print instead of writing
    #[arg(long)]
    pub(crate) print: bool,
}

#[derive(Args, Debug)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// text or json
    #[arg(long, short = 'f', default_value = "text")]
    pub(crate) format: PlainFormat,
}

#[derive(Args, Debug)]
pub(crate) struct ReportArgs {
    /// The bundle: runs/run-…
    pub(crate) bundle: PathBuf,
    #[command(flatten)]
    pub(crate) show: ShowArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ReplayArgs {
    /// The bundle: runs/run-…
    pub(crate) bundle: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct BindArgs {
    /// The checklist, Markdown [default: that of the configuration, else the built-in one]
    pub(crate) checklist: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sources: Sources,
    /// Show the bound items too
    #[arg(long)]
    pub(crate) all: bool,
    /// text or json
    #[arg(long, short = 'f', default_value = "text")]
    pub(crate) format: PlainFormat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProbesCommand {
    /// List the probes
    List {
        #[command(flatten)]
        sources: Sources,
        /// text or json
        #[arg(long, short = 'f', default_value = "text")]
        format: PlainFormat,
    },
    /// Show what a probe asserts, why, and how to mend what it finds
    Explain {
        /// The probe, for example k8s/hpa-min-replicas
        probe: String,
        #[command(flatten)]
        sources: Sources,
    },
    /// Run the cases of the probes in a folder (of the built-in ones without it)
    Test {
        /// A folder of probes
        folder: Option<PathBuf>,
        /// A configuration, for the kinds of subjects of the plugins that it names
        #[arg(long, short, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Print the matrix of every probe over every case of its subject kind
        #[arg(long)]
        matrix: bool,
    },
}

/// Output for people or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PlainFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}
