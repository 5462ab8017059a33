//! What stands at a path of a fact.

use super::path::{Mode, ReadPath, Step};
use super::value::Tree;
use serde_json::Value as Json;

impl ReadPath {
    /// What stands there in `tree`, as JSON; nothing where it is absent or not known.
    pub(crate) fn value_in(&self, tree: &Tree) -> Option<Json> {
        self.collect(tree, &self.steps)
    }

    fn collect(&self, tree: &Tree, steps: &[Step]) -> Option<Json> {
        let Some((step, rest)) = steps.split_first() else {
            return self.leaf(tree);
        };
        match (step, tree) {
            (Step::Field(key) | Step::Key(key), Tree::Map(fields)) => match fields.get(key) {
                Some(value) => self.collect(value, rest),
                // Absent is an answer where only presence is asked for, unless it is on the way.
                None => (self.mode == Mode::Presence && rest.is_empty()).then_some(false.into()),
            },
            // An absent element's field keeps its place, so that two elements do not swap unseen.
            (Step::Element, Tree::List(items)) => Some(
                items
                    .values
                    .iter()
                    .map(|item| self.collect(item, rest).unwrap_or(Json::Null))
                    .collect(),
            ),
            (Step::Element, Tree::Map(fields)) => Some(
                fields
                    .entries
                    .iter()
                    .filter_map(|(key, value)| Some((key.to_string(), self.collect(value, rest)?)))
                    .collect::<serde_json::Map<_, _>>()
                    .into(),
            ),
            _ => None,
        }
    }

    fn leaf(&self, tree: &Tree) -> Option<Json> {
        match (self.mode, tree) {
            (_, Tree::Unknown(_)) => None,
            (Mode::Value, _) => tree.to_json(),
            (Mode::Presence, _) => Some(true.into()),
            (Mode::Size, Tree::List(items)) => Some(items.values.len().into()),
            (Mode::Size, Tree::Map(fields)) => Some(fields.entries.len().into()),
            (Mode::Size, Tree::Text(text)) => Some(text.chars().count().into()),
            (Mode::Size, Tree::Bool(_) | Tree::Int(_)) => None,
        }
    }
}
