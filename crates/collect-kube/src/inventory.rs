//! All objects, by kind, and the kinds of which some may be there that were not seen.

use crate::object::Object;
use std::collections::BTreeMap;

/// The kinds that decide over others and are found by their names.
const LOOKED_UP: &[&str] = &[
    "Namespace",
    "ServiceAccount",
    "Role",
    "ClusterRole",
    "NetworkPolicy",
    "LimitRange",
    "ResourceQuota",
];

/// Objects in the order in which they were read, with an index by kind and one by identity.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    objects: Vec<Object>,
    by_kind: BTreeMap<String, Vec<usize>>,
    by_name: BTreeMap<(String, String, String, String), usize>,
    /// Why objects of a kind may be missing: of one namespace, or of any (`None`).
    unread: BTreeMap<(String, Option<String>), String>,
}

impl Inventory {
    /// Adds an object. The same object again is one. Another of the same name is kept beside it
    /// with its place in its reference, but for the kinds that others look up by name: nobody can
    /// say which of the two they would find, so these are refused.
    pub(crate) fn add(&mut self, mut object: Object) -> Result<(), String> {
        let key = (
            object.group().to_owned(),
            object.kind.clone(),
            object.namespace.clone(),
            object.name.clone(),
        );
        let index = self.objects.len();
        match self
            .by_name
            .get(&key)
            .and_then(|index| self.objects.get(*index))
        {
            None => {
                self.by_name.insert(key, index);
            }
            Some(first) if first.value == object.value => return Ok(()),
            Some(first) if LOOKED_UP.contains(&object.kind.as_str()) => {
                return Err(format!(
                    "{} is defined a second time, differently; the first stands at {}; point the \
                     target at the manifests of one environment",
                    object.reference(),
                    first.origin
                ));
            }
            Some(_) => object.is_twin = true,
        }
        self.by_kind
            .entry(object.kind.clone())
            .or_default()
            .push(index);
        self.objects.push(object);
        Ok(())
    }

    /// Records that objects of `kind` may be there, in one namespace or in any, that were not
    /// seen: a list that was denied, an object that could not be understood. Whatever would be
    /// concluded from their absence becomes unknown.
    pub(crate) fn not_read(&mut self, kind: &str, namespace: Option<&str>, why: impl Into<String>) {
        self.unread
            .entry((kind.to_owned(), namespace.map(str::to_owned)))
            .or_insert_with(|| why.into());
    }

    /// Why an object of one of `kinds` may be in `namespace` (empty for those of no namespace)
    /// without having been seen; `None` if what is not here is not there.
    pub(crate) fn unread(&self, kinds: &[&str], namespace: &str) -> Option<&str> {
        if self.unread.is_empty() {
            return None;
        }
        kinds.iter().find_map(|kind| {
            [None, Some(namespace.to_owned())]
                .into_iter()
                .find_map(|namespace| self.unread.get(&((*kind).to_owned(), namespace)))
                .map(String::as_str)
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter()
    }

    /// The objects of a kind, in any API group.
    pub(crate) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Object> {
        self.by_kind
            .get(kind)
            .into_iter()
            .flatten()
            .filter_map(|index| self.objects.get(*index))
    }

    /// One object.
    pub(crate) fn get(
        &self,
        group: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Option<&Object> {
        let key = (
            group.to_owned(),
            kind.to_owned(),
            namespace.to_owned(),
            name.to_owned(),
        );
        self.by_name
            .get(&key)
            .and_then(|index| self.objects.get(*index))
    }
}
