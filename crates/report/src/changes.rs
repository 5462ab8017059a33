//! What is otherwise than in the run before, found once for every format that people read.

use crate::input::{Previous, Report};
use crate::item::ItemSummary;
use seaworthy_model::{ItemId, ItemKind, ResultKind};
use std::collections::BTreeSet;

/// Items with another result, in the checklist's order. Groups are left out: each is its worst
/// leaf, which is there itself.
pub(crate) struct Changes<'a> {
    /// With what they were before.
    pub(crate) worse: Vec<(&'a ItemSummary, ResultKind)>,
    /// With what they were before.
    pub(crate) better: Vec<(&'a ItemSummary, ResultKind)>,
    /// Not in the earlier checklist.
    pub(crate) new: Vec<&'a ItemSummary>,
    /// The titles of items that the checklist no longer has.
    pub(crate) gone: Vec<&'a str>,
}

impl<'a> Changes<'a> {
    pub(crate) fn since(report: &Report<'a>, previous: &'a Previous) -> Self {
        let mut changes = Self {
            worse: Vec::new(),
            better: Vec::new(),
            new: Vec::new(),
            gone: Vec::new(),
        };
        let mut present: BTreeSet<&ItemId> = BTreeSet::new();
        for item in report.results {
            present.insert(&item.id);
            if item.kind == ItemKind::Group {
                continue;
            }
            match previous.results.get(&item.id) {
                None => changes.new.push(item),
                Some((before, _)) if *before == item.result => {}
                Some((before, _)) if item.result < *before => changes.worse.push((item, *before)),
                Some((before, _)) => changes.better.push((item, *before)),
            }
        }
        let gone = previous.results.iter();
        let gone = gone.filter(|(id, _)| !present.contains(id));
        changes.gone = gone.map(|(_, (_, title))| title.as_str()).collect();
        changes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.worse.is_empty()
            && self.better.is_empty()
            && self.new.is_empty()
            && self.gone.is_empty()
    }
}
