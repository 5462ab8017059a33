//! Where a collector puts what it finds.

use seaworthy_model::{ArtifactRef, Digest, Fact, Unassessed};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio::sync::mpsc;

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
///
/// A collector that finds much hands it on in parts, so that not all of it is held at a time.
#[derive(Debug, Default)]
pub struct Sink {
    inner: Mutex<Inner>,
    outlet: Option<mpsc::Sender<Collected>>,
    /// Facts, and what could not be read, that were handed on.
    handed_on: (AtomicUsize, AtomicUsize),
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

    /// An empty sink whose parts go to `outlet`.
    #[must_use]
    pub fn with_outlet(outlet: mpsc::Sender<Collected>) -> Self {
        Self {
            outlet: Some(outlet),
            ..Self::default()
        }
    }

    /// Hands on what is there, ordered as by [`Self::take`], and waits until there is room for it.
    /// Without an outlet all of it stays.
    pub async fn hand_on(&self) {
        let Some(outlet) = &self.outlet else { return };
        let part = self.take();
        if part == Collected::default() {
            return;
        }
        let (facts, unassessed) = &self.handed_on;
        facts.fetch_add(part.facts.len(), Ordering::Relaxed);
        unassessed.fetch_add(part.unassessed.len(), Ordering::Relaxed);
        // Where nobody takes it any more, the look was given up.
        drop(outlet.send(part).await);
    }

    /// How many facts were handed on, and how often something that could not be read.
    #[must_use]
    pub fn handed_on(&self) -> (usize, usize) {
        let (facts, unassessed) = &self.handed_on;
        (
            facts.load(Ordering::Relaxed),
            unassessed.load(Ordering::Relaxed),
        )
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
        self.keep(Artifact { digest, bytes });
        reference
    }

    /// Keeps a raw artifact, which must be redacted already, whose reference is made elsewhere.
    pub fn keep(&self, artifact: Artifact) {
        self.with(|inner| {
            let key = artifact.digest.as_str().to_owned();
            inner.artifacts.entry(key).or_insert(artifact);
        });
    }

    /// Takes out everything that was not handed on, facts ordered by subject so that the order in which concurrent
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
