//! What the bindings make of a whole checklist: for tests, `plan` and `bind`.

use super::{Bindings, Bound};
use seaworthy_model::{Checklist, ItemId, ItemKind, Location};
use seaworthy_yaml::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

/// Which items are bound, and which bindings are of use.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The bound items.
    pub bound: BTreeMap<ItemId, Bound>,
    /// The leaves that no binding matches, in the checklist's order.
    pub unbound: Vec<ItemId>,
    /// Leaves for which two bindings are equally good.
    pub ambiguous: Vec<Diagnostic>,
    /// Patterns that no item gets its binding from: where they stand and what they say.
    pub idle: Vec<(Location, String)>,
}

/// Binds every leaf of a checklist.
#[must_use]
pub fn coverage(bindings: &Bindings, checklist: &Checklist) -> Coverage {
    let mut covered = Coverage {
        bound: BTreeMap::new(),
        unbound: Vec::new(),
        ambiguous: Vec::new(),
        idle: Vec::new(),
    };
    let mut used = BTreeSet::new();
    for item in checklist
        .leaves()
        .filter(|item| item.kind == ItemKind::Leaf)
    {
        match bindings.chosen(item, checklist) {
            Ok(Some((index, bound))) => {
                used.insert(index);
                covered.bound.insert(item.id.clone(), bound);
            }
            Ok(None) => covered.unbound.push(item.id.clone()),
            Err(diagnostic) => covered.ambiguous.push(diagnostic),
        }
    }
    let idle = bindings.bindings.iter().enumerate();
    covered.idle = idle
        .filter(|(index, _)| !used.contains(index))
        .map(|(_, binding)| (binding.location.clone(), binding.text.clone()))
        .collect();
    covered
}
