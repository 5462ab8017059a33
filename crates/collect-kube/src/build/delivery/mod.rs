//! How new versions come in: traffic that is split between them, two versions beside each other,
//! and GitOps.

mod blue_green;
mod colours;
mod gitops;
mod split;

use super::Draft;
use super::workload::Pods;
use crate::inventory::Inventory;
pub(crate) use blue_green::switches_at_once;

pub(super) fn facts(inventory: &Inventory, pods: &Pods<'_>) -> Vec<Draft> {
    let mut drafts = split::facts(inventory);
    drafts.extend(blue_green::facts(inventory, pods));
    drafts.extend(gitops::facts(inventory));
    drafts
}
