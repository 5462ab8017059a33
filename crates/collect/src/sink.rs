//! Where a collector puts what it finds.

use seaworthy_model::{ArtifactRef, Digest, Fact, Unassessed};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A raw artifact, already redacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Its digest.
    pub digest: Digest,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Everything that one request brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collected {
    /// The facts, in the order in which they were found.
    pub facts: Vec<Fact>,
    /// What could not be read.
    pub unassessed: Vec<Unassessed>,
    /// The raw artifacts, once each.
    pub artifacts: Vec<Artifact>,
}

/// Collects what one request brings; shared by the tasks of that request.
#[derive(Debug, Default)]
pub struct Sink {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    facts: Vec<Fact>,
    unassessed: Vec<Unassessed>,
    artifacts: BTreeMap<String, Artifact>,
}

impl Sink {
    /// An empty sink.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a fact.
    pub fn fact(&self, fact: Fact) {
        self.with(|inner| inner.facts.push(fact));
    }

    /// Records something that could not be read.
    pub fn unassessed(&self, unassessed: Unassessed) {
        self.with(|inner| inner.unassessed.push(unassessed));
    }

    /// Keeps a raw artifact, which must be redacted already, and gives the reference to put
    /// into a fact's provenance.
    pub fn artifact(&self, label: &str, media_type: &str, bytes: Vec<u8>) -> ArtifactRef {
        let digest = Digest::of(&bytes);
        let reference = ArtifactRef {
            label: label.to_owned(),
            media_type: media_type.to_owned(),
            digest: digest.clone(),
        };
        self.with(|inner| {
            inner
                .artifacts
                .entry(digest.as_str().to_owned())
                .or_insert(Artifact { digest, bytes });
        });
        reference
    }

    /// Takes out everything, facts ordered by subject so that the order in which concurrent
    /// answers came leaves no trace.
    #[must_use]
    pub fn take(&self) -> Collected {
        let inner = self.with(std::mem::take);
        let mut collected = Collected {
            facts: inner.facts,
            unassessed: inner.unassessed,
            artifacts: inner.artifacts.into_values().collect(),
        };
        collected.facts.sort_by(|a, b| a.subject.cmp(&b.subject));
        collected.unassessed.sort();
        collected
    }

    fn with<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
