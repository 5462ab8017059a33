//! `seaworthy diff`: which items changed between two runs, and why.

use super::sealed::sealed;
use crate::args::PlainFormat;
use crate::failure::Failure;
use crate::{exit, output};
use clap::Args;
use seaworthy_bundle::Reader;
use seaworthy_engine::{Cause, Diff, ItemChange, Side};
use seaworthy_report::inert;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Causes shown to people for each item; JSON has them all.
const SHOWN: usize = 8;

#[derive(Args, Debug)]
pub(crate) struct DiffArgs {
    /// The earlier bundle: runs/run-…
    before: PathBuf,
    /// The later bundle
    after: PathBuf,
    /// text or json
    #[arg(long, short = 'f', default_value = "text")]
    format: PlainFormat,
}

/// Compares. As with diff(1), the exit code is 0 when no item changed and 1 when some did.
pub(crate) fn run(args: &DiffArgs) -> Result<u8, Failure> {
    let (before, after) = (unchanged(&args.before)?, unchanged(&args.after)?);
    let diff = seaworthy_engine::diff(&before, &after)?;
    let shown = match args.format {
        PlainFormat::Text => text(&diff),
        PlainFormat::Json => {
            let json = serde_json::to_string_pretty(&diff);
            json.map_err(|error| Failure::internal(error.to_string()))? + "\n"
        }
    };
    output::print(shown.as_bytes())?;
    Ok(if diff.items.is_empty() {
        exit::READY
    } else {
        exit::NOT_READY
    })
}

/// Opens a sealed bundle that is as it was sealed.
fn unchanged(path: &Path) -> Result<Reader, Failure> {
    let reader = Reader::open(path)?;
    sealed(&reader)?;
    if let Some(first) = reader.check()?.first() {
        let path = path.display();
        return Err(Failure::io(format!(
            "{path} was changed since it was sealed: {first}"
        )));
    }
    Ok(reader)
}

fn text(diff: &Diff) -> String {
    let mut text = format!(
        "{}\n{}\n",
        side("before", &diff.before),
        side("after", &diff.after)
    );
    // Writing to a String does not fail.
    if diff.policy_changed {
        text.push_str("the policy was changed, which may move score and gate\n");
    }
    let (changed, same) = (diff.items.len(), diff.unchanged);
    let _ = writeln!(text, "{changed} items changed, {same} did not");
    for item in &diff.items {
        text.push('\n');
        text.push_str(&change(item));
    }
    text
}

fn side(name: &str, side: &Side) -> String {
    let run = &side.run;
    let decision = side
        .decision
        .map_or_else(|| "not decided".to_owned(), |d| d.to_string());
    let score = side.score.as_deref().unwrap_or("no score");
    format!(
        "{name:<6}  {}  {} {} in {}, {}: {decision}, {score}",
        inert(&run.id),
        inert(&run.service),
        inert(&run.release),
        inert(&run.environment),
        run.phase
    )
}

fn change(item: &ItemChange) -> String {
    let kind = |result: Option<seaworthy_model::ResultKind>| {
        result.map_or_else(|| "absent".to_owned(), |result| result.to_string())
    };
    let (before, after) = (kind(item.before), kind(item.after));
    let mut text = if before == after {
        format!("{after}: {}\n", inert(&item.title))
    } else {
        format!("{before} → {after}: {}\n", inert(&item.title))
    };
    // Writing to a String does not fail.
    let _ = writeln!(text, "  {}", inert(item.item.as_str()));
    for cause in item.causes.iter().take(SHOWN) {
        let _ = writeln!(
            text,
            "  {}: {}{}",
            cause.why,
            inert(&cause.detail),
            place(cause)
        );
    }
    if let Some(more) = item.causes.len().checked_sub(SHOWN).filter(|n| *n > 0) {
        let _ = writeln!(text, "  and {more} more causes; --format json has them all");
    }
    text
}

/// Whose verdict it is.
fn place(cause: &Cause) -> String {
    let mut parts = Vec::new();
    if let Some(subject) = &cause.subject {
        parts.push(inert(subject));
    }
    if let Some(target) = &cause.target {
        parts.push(format!("of {}", inert(target)));
    }
    if let Some(probe) = &cause.probe {
        parts.push(format!("by {probe}"));
    }
    if parts.is_empty() {
        return String::new();
    }
    format!(" [{}]", parts.join(" "))
}
