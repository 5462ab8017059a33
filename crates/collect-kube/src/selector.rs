//! Label selectors (meta/v1 `LabelSelector`), the one implementation of them here, and an index
//! that finds the selectors of a pod without trying each.

use crate::json::{items, strings};
use crate::value::Value;
use std::collections::BTreeMap;

/// A parsed selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selector {
    /// `null` or absent: selects nothing.
    Nothing,
    /// Every requirement must hold; none at all (`{}`) selects everything.
    All(Vec<Requirement>),
}

/// One requirement on a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Requirement {
    key: String,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    DoesNotExist,
    /// An operator that Kubernetes refuses.
    Never,
}

impl Selector {
    /// From a `LabelSelector`.
    pub(crate) fn parse(value: &Value) -> Self {
        if value.is_null() {
            return Self::Nothing;
        }
        let mut requirements = equalities(&value["matchLabels"]);
        for expression in items(&value["matchExpressions"]) {
            let values = strings(&expression["values"]);
            requirements.push(Requirement {
                key: expression["key"].as_str().unwrap_or_default().to_owned(),
                test: match expression["operator"].as_str() {
                    Some("In") => Test::In(values),
                    Some("NotIn") => Test::NotIn(values),
                    Some("Exists") => Test::Exists,
                    Some("DoesNotExist") => Test::DoesNotExist,
                    _ => Test::Never,
                },
            });
        }
        Self::All(requirements)
    }

    /// From a plain mapping of labels, as a Service has it: an empty one selects nothing.
    pub(crate) fn from_labels(value: &Value) -> Self {
        let requirements = equalities(value);
        if requirements.is_empty() {
            Self::Nothing
        } else {
            Self::All(requirements)
        }
    }

    /// Whether it selects whatever there is.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(self, Self::All(requirements) if requirements.is_empty())
    }

    /// Whether it selects something with these labels.
    pub(crate) fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        match self {
            Self::Nothing => false,
            Self::All(requirements) => requirements.iter().all(|r| r.holds(labels)),
        }
    }

    /// The labels that everything selected must carry.
    fn handles(&self) -> impl Iterator<Item = (&str, &str)> {
        let requirements = match self {
            Self::Nothing => &[],
            Self::All(requirements) => requirements.as_slice(),
        };
        requirements.iter().filter_map(|requirement| {
            let Test::In(values) = &requirement.test else {
                return None;
            };
            match values.as_slice() {
                [only] => Some((requirement.key.as_str(), only.as_str())),
                _ => None,
            }
        })
    }
}

impl Requirement {
    fn holds(&self, labels: &BTreeMap<String, String>) -> bool {
        let label = labels.get(&self.key);
        match &self.test {
            Test::In(values) => label.is_some_and(|label| values.contains(label)),
            Test::NotIn(values) => label.is_none_or(|label| !values.contains(label)),
            Test::Exists => label.is_some(),
            Test::DoesNotExist => label.is_none(),
            Test::Never => false,
        }
    }
}

fn equalities(labels: &Value) -> Vec<Requirement> {
    labels
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| Requirement {
            key: key.to_owned(),
            // A value that is no string is refused by Kubernetes and so matches nothing.
            test: value
                .as_str()
                .map_or(Test::Never, |value| Test::In(vec![value.to_owned()])),
        })
        .collect()
}

/// Things that select pods of their own namespace, found by a pod's labels.
#[derive(Debug, Default)]
pub(crate) struct SelectorIndex<T> {
    entries: Vec<(Selector, T)>,
    by_label: BTreeMap<(String, String, String), Vec<usize>>,
    by_namespace: BTreeMap<String, Vec<usize>>,
}

impl<T> SelectorIndex<T> {
    pub(crate) fn new() -> Self {
        Self {
            entries: Vec::new(),
            by_label: BTreeMap::new(),
            by_namespace: BTreeMap::new(),
        }
    }

    pub(crate) fn insert(&mut self, namespace: &str, selector: Selector, thing: T) {
        let index = self.entries.len();
        // Of several labels the one that fewest selectors share so far: `tier: web` would put
        // every selector of a namespace into one heap.
        let handle = selector
            .handles()
            .map(|(key, value)| (namespace.to_owned(), key.to_owned(), value.to_owned()))
            .min_by_key(|handle| self.by_label.get(handle).map_or(0, Vec::len));
        match handle {
            Some(handle) => self.by_label.entry(handle).or_default().push(index),
            None => self
                .by_namespace
                .entry(namespace.to_owned())
                .or_default()
                .push(index),
        }
        self.entries.push((selector, thing));
    }

    /// What selects a pod with these labels, in the order of insertion.
    pub(crate) fn selecting(
        &self,
        namespace: &str,
        labels: &BTreeMap<String, String>,
    ) -> impl Iterator<Item = &T> {
        let mut found: Vec<usize> = self
            .by_namespace
            .get(namespace)
            .cloned()
            .unwrap_or_default();
        for (key, value) in labels {
            let handle = (namespace.to_owned(), key.clone(), value.clone());
            found.extend(self.by_label.get(&handle).into_iter().flatten());
        }
        found.sort_unstable();
        found
            .into_iter()
            .filter_map(|index| self.entries.get(index))
            .filter(|(selector, _)| selector.matches(labels))
            .map(|(_, thing)| thing)
    }
}

#[cfg(test)]
mod tests {
    use super::{Selector, SelectorIndex};
    use crate::value::{Value, json};
    use std::collections::BTreeMap;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn selectors_of_every_shape() {
        let pod = labels(&[("app", "api"), ("tier", "web")]);
        let expression = |operator: &str, key: &str, values: Value| json!({"matchExpressions": [{"key": key, "operator": operator, "values": values}]});
        for (selector, wanted) in [
            (json!(null), false),
            (json!({}), true),
            (json!({"matchLabels": null}), true),
            (json!({"matchLabels": {"app": "api"}}), true),
            (json!({"matchLabels": {"app": "api", "tier": "db"}}), false),
            (json!({"matchLabels": {"app": 1}}), false),
            (expression("In", "app", json!(["api", "b"])), true),
            (expression("In", "app", json!([])), false),
            (expression("NotIn", "app", json!(["api"])), false),
            (expression("NotIn", "other", json!(["api"])), true),
            (expression("Exists", "tier", json!(null)), true),
            (expression("DoesNotExist", "tier", json!(null)), false),
            (expression("DoesNotExist", "other", json!(null)), true),
            (expression("Like", "app", json!(["api"])), false),
        ] {
            assert_eq!(
                Selector::parse(&selector).matches(&pod),
                wanted,
                "{selector}"
            );
        }
        assert!(!Selector::from_labels(&json!({})).matches(&pod));
        assert!(!Selector::from_labels(&json!(null)).matches(&pod));
        assert!(Selector::from_labels(&json!({"app": "api"})).matches(&pod));
    }

    #[test]
    fn the_index_finds_what_trying_each_would() {
        let mut index = SelectorIndex::new();
        for (namespace, selector) in [
            ("a", json!({})),
            ("a", json!({"matchLabels": {"app": "api"}})),
            ("a", json!({"matchLabels": {"app": "db"}})),
            ("b", json!({})),
            (
                "a",
                json!({"matchExpressions": [{"key": "app", "operator": "Exists"}]}),
            ),
        ] {
            let thing = selector.to_string();
            index.insert(namespace, Selector::parse(&selector), thing);
        }
        let found: Vec<&String> = index.selecting("a", &labels(&[("app", "api")])).collect();
        assert_eq!(found.len(), 3);
        assert_eq!(index.selecting("c", &labels(&[])).count(), 0);
    }
}
