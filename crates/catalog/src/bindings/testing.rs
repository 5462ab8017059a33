//! Items and checklists for the tests of this crate.

use seaworthy_model::{Checklist, Item, ItemKind, Phase, TaskState};

/// A leaf of that title, in a section of no importance.
pub(crate) fn leaf(title: &str) -> Item {
    Item {
        id: title.to_lowercase().replace(' ', "-").into(),
        title: title.to_owned(),
        section: "Section".to_owned(),
        path: vec!["Section".to_owned()],
        parent: None,
        phase: Phase::PreDeployment,
        mark: None,
        optional: None,
        checked: TaskState::Open,
        kind: ItemKind::Leaf,
        line: 1,
        role: None,
    }
}

/// A checklist of these items.
pub(crate) fn checklist(items: Vec<Item>) -> Checklist {
    Checklist {
        title: "Launch".to_owned(),
        version: None,
        last_updated: None,
        status: None,
        next_review: None,
        items,
        score: None,
        sign_off_roles: Vec::new(),
        contacts: Vec::new(),
        post_mortem: Vec::new(),
        notes: Vec::new(),
        digest: String::new(),
    }
}
