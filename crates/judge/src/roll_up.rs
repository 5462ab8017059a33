//! Groups: an item with children is its worst leaf, and not applicable only if all of them are.

use seaworthy_model::{ItemId, ItemKind, ItemResult, PlannedItem, ResultKind};
use std::collections::BTreeMap;

/// Fills in the groups of `results`, which stand in the order of `items`.
pub(crate) fn groups(items: &[PlannedItem], results: &mut [ItemResult]) {
    let mut worst: BTreeMap<&ItemId, (ResultKind, usize)> = BTreeMap::new();
    let parents: BTreeMap<&ItemId, &ItemId> = items
        .iter()
        .filter_map(|planned| Some((&planned.item.id, planned.item.parent.as_ref()?)))
        .collect();
    for (index, result) in results.iter().enumerate() {
        if result.kind == ItemKind::Group {
            continue;
        }
        let own = items.get(index).map(|planned| &planned.item.id);
        let mut above = own.and_then(|id| parents.get(id));
        // A chain of parents is no longer than the list, whatever the plan says.
        for _ in 0..items.len() {
            let Some(parent) = above else { break };
            let entry = worst.entry(parent).or_insert((result.result, index));
            if result.result < entry.0 {
                *entry = (result.result, index);
            }
            above = parents.get(parent);
        }
    }
    for index in 0..results.len() {
        let Some(planned) = items.get(index) else {
            continue;
        };
        let Some(&(result, leaf)) = worst.get(&planned.item.id) else {
            continue;
        };
        let from = results
            .get(leaf)
            .map(|leaf| (leaf.title.clone(), leaf.reason));
        if let (Some(group), Some((title, reason))) = (results.get_mut(index), from)
            && group.kind == ItemKind::Group
        {
            group.result = result;
            group.reason = reason;
            group.message = Some(format!("as its worst item, “{title}”"));
        }
    }
}
