//! Reports that CI left behind: which files count as what (`target`, `files`), what each is
//! (`format`), which release it is of (`release`), and what it says (`tests`, `coverage`, `scans`,
//! `load`, `queries`, `records`).
//!
//! A report that is missing, broken, of another commit or too old leaves the outcome unknown;
//! failures that the other reports show stay failures.

mod broken;
mod collector;
mod coverage;
mod draft;
mod files;
mod format;
mod group;
mod input;
mod load;
pub(crate) mod number;
mod printed;
#[cfg(test)]
mod properties;
mod queries;
mod records;
mod release;
mod scans;
mod shape;
mod stream;
mod target;
mod tests;
mod xml;

pub(crate) use printed::printed;
pub(crate) use target::target_kind;

use seaworthy_collect::Collector;

/// The collectors of reports.
pub(crate) fn collectors() -> Vec<Box<dyn Collector>> {
    let boxed = |all: &collector::Artifacts| -> Box<dyn Collector> { Box::new(*all) };
    collector::ALL.iter().map(boxed).collect()
}
