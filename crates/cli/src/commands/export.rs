//! `seaworthy export`: some items of a bundle with their evidence, to be shown to somebody who may
//! not see the rest, and verified all the same.

use crate::failure::Failure;
use crate::{exit, output};
use clap::Args;
use seaworthy_bundle::Reader;
use seaworthy_model::ItemKind;
use seaworthy_yaml::suggest;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct ExportArgs {
    /// The sealed bundle: runs/run-…
    bundle: PathBuf,
    /// Show this item, or every item below it; may be given more than once
    #[arg(long, value_name = "ITEM", required = true)]
    only: Vec<String>,
    /// The folder of the subset; it must not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Show this file of the bundle too, whole, such as content/run.json or content/plan.json
    #[arg(long, value_name = "PATH")]
    with: Vec<String>,
}

/// Writes the subset.
pub(crate) fn run(args: &ExportArgs) -> Result<u8, Failure> {
    let reader = Reader::open(&args.bundle)?;
    let items = || {
        let items = reader.plan().items.iter();
        items.filter(|planned| planned.item.kind != ItemKind::Group)
    };
    for wanted in &args.only {
        let ids = || items().map(|planned| planned.item.id.as_str());
        if !ids().any(|id| seaworthy_engine::is_below(id, wanted)) {
            let near = suggest(wanted, ids()).map(|near| format!("; did you mean `{near}`?"));
            return Err(Failure::usage(format!(
                "the run has no item `{wanted}`{}",
                near.unwrap_or_default()
            )));
        }
    }
    let chosen = |item: &seaworthy_model::ItemResult| {
        let mut wanted = args.only.iter();
        item.kind != ItemKind::Group
            && wanted.any(|wanted| seaworthy_engine::is_below(item.id.as_str(), wanted))
    };
    let exported = seaworthy_bundle::export(&reader, chosen, &args.with, &args.out)?;
    output::print(format!("{}\n", exported.dir.display()).as_bytes())?;
    let shown = exported.manifest.shown;
    output::complain(&format!(
        "{} results, {} facts and {} raw artifacts are shown; `seaworthy verify {}` checks them\n",
        shown.results,
        shown.facts,
        shown.blobs,
        exported.dir.display()
    ));
    Ok(exit::READY)
}
