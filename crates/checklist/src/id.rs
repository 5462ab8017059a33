//! Gives every item an id that stays when items around it move.
//!
//! An id is the slugs of the item's path. Twins, items of one title at one place, are told apart
//! by the item before them, then by the two and the three items before them. Only what is still
//! the same then, such as one line written five times in a row, is numbered: `…-2`, `…-3` in
//! document order. That last resort is what makes uniqueness certain, and the one part of an id
//! that moving an item can change.

use std::collections::{BTreeMap, BTreeSet};

/// How many preceding items may tell twins apart.
const MAX_CONTEXT: usize = 3;

/// What an id is made of.
pub(crate) struct Node<'a> {
    pub(crate) parent: Option<usize>,
    /// Slugs of what leads to the item: heading and steps, or for a nested item its steps.
    pub(crate) lead: Vec<String>,
    /// Slug of the item's own title.
    pub(crate) slug: String,
    pub(crate) explicit: Option<&'a str>,
}

/// An id for each node, all different. Explicit ids are taken as they are, and must differ.
pub(crate) fn assign(nodes: &[Node<'_>]) -> Vec<String> {
    let mut ids = vec![String::new(); nodes.len()];
    let mut taken: BTreeSet<String> = nodes
        .iter()
        .filter_map(|node| node.explicit.map(str::to_owned))
        .collect();
    // A nested item's id begins with its parent's, so that parents are settled first.
    for generation in generations(nodes) {
        settle(nodes, &generation, &mut ids, &mut taken);
    }
    ids
}

/// Indices of the nodes by depth, each generation in document order.
fn generations(nodes: &[Node<'_>]) -> Vec<Vec<usize>> {
    let mut depths: Vec<usize> = Vec::with_capacity(nodes.len());
    let mut generations: Vec<Vec<usize>> = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let depth = node
            .parent
            .and_then(|parent| depths.get(parent))
            .map_or(0, |depth| depth + 1);
        depths.push(depth);
        if generations.len() <= depth {
            generations.resize_with(depth + 1, Vec::new);
        }
        if let Some(generation) = generations.get_mut(depth) {
            generation.push(index);
        }
    }
    generations
}

/// A node of the generation that is being settled.
struct Open<'a> {
    index: usize,
    prefix: String,
    slug: &'a str,
    before: Option<usize>,
}

fn settle(
    nodes: &[Node<'_>],
    generation: &[usize],
    ids: &mut [String],
    taken: &mut BTreeSet<String>,
) {
    let all = siblings(nodes, generation, ids);
    let mut open: Vec<usize> = Vec::new();
    for (place, node) in all.iter().enumerate() {
        match nodes.get(node.index).and_then(|node| node.explicit) {
            Some(explicit) => put(ids, node.index, explicit.to_owned()),
            None => open.push(place),
        }
    }
    for context in 0..=MAX_CONTEXT {
        let candidates: Vec<String> = open
            .iter()
            .map(|at| candidate(&all, *at, context))
            .collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for candidate in &candidates {
            *counts.entry(candidate).or_default() += 1;
        }
        let mut left = Vec::new();
        for (place, candidate) in open.iter().zip(&candidates) {
            let is_alone = counts.get(candidate.as_str()) == Some(&1);
            match all.get(*place) {
                Some(node) if is_alone && !taken.contains(candidate) => {
                    taken.insert(candidate.clone());
                    put(ids, node.index, candidate.clone());
                }
                _ => left.push(*place),
            }
        }
        open = left;
    }
    number(&all, &open, ids, taken);
}

/// The last resort: numbers from 2 behind the plain id, which the first gets if it is free.
fn number(all: &[Open<'_>], open: &[usize], ids: &mut [String], taken: &mut BTreeSet<String>) {
    let mut next: BTreeMap<String, usize> = BTreeMap::new();
    for place in open {
        let plain = candidate(all, *place, 0);
        let count = next.entry(plain.clone()).or_insert(1);
        let mut id = plain.clone();
        while taken.contains(&id) {
            *count += 1;
            id = format!("{plain}-{count}");
        }
        taken.insert(id.clone());
        if let Some(node) = all.get(*place) {
            put(ids, node.index, id);
        }
    }
}

fn siblings<'a>(nodes: &'a [Node<'_>], generation: &[usize], ids: &[String]) -> Vec<Open<'a>> {
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = Vec::with_capacity(generation.len());
    for index in generation {
        let Some(node) = nodes.get(*index) else {
            continue;
        };
        let parent = node.parent.and_then(|parent| ids.get(parent));
        let prefix: String = parent
            .into_iter()
            .chain(&node.lead)
            .flat_map(|part| [part.as_str(), "/"])
            .collect();
        let before = last.insert(prefix.clone(), all.len());
        all.push(Open {
            index: *index,
            prefix,
            slug: &node.slug,
            before,
        });
    }
    all
}

/// The id with as many preceding siblings in it as `context` says, or as there are.
fn candidate(all: &[Open<'_>], place: usize, context: usize) -> String {
    let Some(node) = all.get(place) else {
        return String::new();
    };
    let mut slugs = vec![node.slug];
    let mut before = node.before;
    for _ in 0..context {
        let Some(sibling) = before.and_then(|at| all.get(at)) else {
            break;
        };
        slugs.push(sibling.slug);
        before = sibling.before;
    }
    slugs.reverse();
    format!("{}{}", node.prefix, slugs.join("/"))
}

fn put(ids: &mut [String], index: usize, id: String) {
    if let Some(slot) = ids.get_mut(index) {
        *slot = id;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{Node, assign};

    fn node(parent: Option<usize>, slug: &str) -> Node<'_> {
        Node {
            parent,
            lead: if parent.is_none() {
                vec!["s".into()]
            } else {
                vec![]
            },
            slug: slug.into(),
            explicit: None,
        }
    }

    fn flat(slugs: &[&'static str]) -> Vec<String> {
        assign(&slugs.iter().map(|s| node(None, s)).collect::<Vec<_>>())
    }

    #[test]
    fn twins_are_told_apart_by_what_comes_before() {
        assert_eq!(flat(&["a", "b"]), ["s/a", "s/b"]);
        assert_eq!(
            flat(&["a", "wait", "b", "wait"]),
            ["s/a", "s/a/wait", "s/b", "s/b/wait"]
        );
        assert_eq!(flat(&["wait", "b", "wait"]), ["s/wait", "s/b", "s/b/wait"]);
        // One before does not do, two do.
        assert_eq!(
            flat(&["c", "a", "w", "d", "a", "w"]),
            ["s/c", "s/c/a", "s/c/a/w", "s/d", "s/d/a", "s/d/a/w"]
        );
    }

    #[test]
    fn numbers_are_the_last_resort() {
        let ids = flat(&["a", "a", "a", "a", "a", "a", "a"]);
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 7);
        assert!(ids.iter().any(|id| id == "s/a-2"), "{ids:?}");
    }

    #[test]
    fn an_explicit_id_wins_and_leads_the_ids_beneath_it() {
        let mut nodes = vec![node(None, "a"), node(Some(0), "b"), node(None, "mine")];
        nodes[0].explicit = Some("s/mine");
        assert_eq!(assign(&nodes), ["s/mine", "s/mine/b", "s/a/mine"]);
    }

    proptest! {
        #[test]
        fn ids_are_unique(shape in proptest::collection::vec((0usize..6, 0usize..3), 0..60)) {
            let slugs = ["a", "b", "a-2"];
            let nodes: Vec<Node<'_>> = shape
                .iter()
                .enumerate()
                .map(|(index, (back, slug))| node(index.checked_sub(*back).filter(|p| *p < index), slugs[*slug]))
                .collect();
            let ids = assign(&nodes);
            prop_assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), nodes.len());
        }
    }
}
