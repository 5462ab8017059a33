//! The registry: every collector and every target kind, in plain lists.

use seaworthy_collect::{Collector, TargetKind};
use seaworthy_model::{FactSchema, Target};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// What the engine can ask with. A clone costs nothing: each task of a sweep has one.
#[derive(Clone)]
pub struct Registry {
    collectors: Arc<[Entry]>,
    target_kinds: Arc<[TargetKind]>,
}

/// A collector and its id; and its schemas and their kinds, which are too dear to be made for each
/// target, or where they are not asked for.
struct Entry {
    collector: Box<dyn Collector>,
    id: Arc<str>,
    schemas: OnceLock<Vec<FactSchema>>,
    kinds: OnceLock<Arc<[String]>>,
}

impl Entry {
    fn schemas(&self) -> &[FactSchema] {
        self.schemas.get_or_init(|| self.collector.facts())
    }

    fn kinds(&self) -> &Arc<[String]> {
        let kinds = || self.schemas().iter().map(|fact| fact.kind.to_owned());
        self.kinds.get_or_init(|| kinds().collect())
    }
}

impl Registry {
    /// A registry of these collectors and target kinds.
    #[must_use]
    pub fn new(collectors: Vec<Box<dyn Collector>>, target_kinds: Vec<TargetKind>) -> Self {
        let entry = |collector: Box<dyn Collector>| Entry {
            id: Arc::from(collector.id()),
            schemas: OnceLock::new(),
            kinds: OnceLock::new(),
            collector,
        };
        Self {
            collectors: collectors.into_iter().map(entry).collect(),
            target_kinds: target_kinds.into(),
        }
    }

    /// The target kinds that a configuration may list.
    #[must_use]
    pub fn target_kinds(&self) -> &[TargetKind] {
        &self.target_kinds
    }

    /// The schema of every subject kind, in the order of the collectors. Of a kind that two
    /// collectors bring from two sources, once.
    #[must_use]
    pub fn schemas(&self) -> Vec<FactSchema> {
        self.schemas_where(|_| true)
    }

    /// The schemas of the subjects that the collectors of a family bring, such as `k8s`: those whose
    /// ids begin with its name.
    #[must_use]
    pub fn schemas_of(&self, family: &str) -> Vec<FactSchema> {
        let is_of = |id: &str| id.split('/').next() == Some(family);
        self.schemas_where(|collector| is_of(collector.id()))
    }

    fn schemas_where(&self, wanted: impl Fn(&dyn Collector) -> bool) -> Vec<FactSchema> {
        let mut kinds = BTreeSet::new();
        let entries = self.collectors.iter();
        entries
            .filter(|entry| wanted(&*entry.collector))
            .flat_map(Entry::schemas)
            .filter(|schema| kinds.insert(schema.kind))
            .cloned()
            .collect()
    }

    /// The collector with `id`.
    #[must_use]
    pub fn collector(&self, id: &str) -> Option<&dyn Collector> {
        self.collectors
            .iter()
            .find(|entry| entry.collector.id() == id)
            .map(|entry| entry.collector.as_ref())
    }

    /// The ids of the collectors that can be asked about `target`, with the subject kinds of their
    /// facts.
    pub fn asking<'a>(
        &'a self,
        target: &'a Target,
    ) -> impl Iterator<Item = (&'a Arc<str>, &'a Arc<[String]>)> {
        let asked = |entry: &&Entry| {
            entry.collector.target_kind() == target.kind && entry.collector.accepts(target)
        };
        let entries = self.collectors.iter().filter(asked);
        entries.map(|entry| (&entry.id, entry.kinds()))
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<_> = self
            .collectors
            .iter()
            .map(|entry| entry.collector.id())
            .collect();
        f.debug_tuple("Registry").field(&ids).finish()
    }
}
