//! Markdown task lists to a [`Checklist`], and back with other boxes ticked.
//!
//! Any Markdown with task items is a checklist: headings of any level or none, every kind of
//! bullet, numbered steps, GitHub's and GitLab's boxes. The document is only read here; which
//! probe belongs to which item is the catalogue's affair, and what was found about it the
//! judge's.
//!
//! # Ids
//!
//! An item's id is the slugs of its path, from the nearest heading through numbered steps and
//! parents: `kubernetes-configuration/horizontal-pod-autoscaler-hpa-configured/min-replicas-3`.
//! Where two headings with boxes have one slug, their parents' slugs stand before it. Twins are
//! told apart by the item before them:
//! `deployment-t-0/traffic-cutover/increase-to-25-traffic/monitor-for-15-minutes`. An explicit
//! `<!-- id: … -->` in an item's text wins, and leads the ids of the items beneath it. Items
//! that even three predecessors do not tell apart are numbered.

mod assemble;
mod error;
mod facts;
mod id;
mod inline;
mod near;
mod outline;
mod phase;
mod repair;
mod source;
mod task;
mod text;
mod write;

use seaworthy_model::Checklist;

pub use error::{ChecklistError, NearMiss, Position};
pub use repair::repaired;
pub use write::{Tick, write_ticked};

/// Largest document that is read, in bytes.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Most items in one document.
pub const MAX_ITEMS: usize = 100_000;

/// Deepest nesting of items and steps.
pub const MAX_DEPTH: usize = 16;

/// A checklist, and what a person should hear about its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What was read.
    pub checklist: Checklist,
    /// Lines that look like items and are none, at most a hundred. Worth a warning: nothing
    /// else would tell that they are left out.
    pub near_misses: Vec<NearMiss>,
}

/// Reads a checklist.
///
/// # Errors
///
/// When the bytes are empty, too many, not UTF-8, hold no task item, or say something about ids,
/// weights or the minimum score that cannot be understood.
pub fn parse(source: &[u8]) -> Result<Parsed, ChecklistError> {
    let (source, outline, checklist) = read(source)?;
    Ok(Parsed {
        near_misses: near::near_misses(&source, &outline),
        checklist,
    })
}

/// What [`parse`] and [`write_ticked`] share: the text, where everything is in it, the meaning.
fn read(bytes: &[u8]) -> Result<(source::Source, outline::Outline, Checklist), ChecklistError> {
    let source = source::Source::read(bytes)?;
    let outline = outline::outline(&source)?;
    if outline.items.is_empty() {
        return Err(ChecklistError::NoTasks {
            looks_like: near::near_misses(&source, &outline).into_iter().next(),
        });
    }
    let checklist = assemble::assemble(&source, &outline, bytes)?;
    Ok((source, outline, checklist))
}
