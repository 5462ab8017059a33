//! How new versions come in: traffic that is split between them, and GitOps.

mod gitops;
mod split;

use super::Draft;
use crate::inventory::Inventory;

pub(super) fn facts(inventory: &Inventory) -> Vec<Draft> {
    let mut drafts = split::facts(inventory);
    drafts.extend(gitops::facts(inventory));
    drafts
}
