//! The items of a report, the probes that they name, and facts, written as they come, so that no
//! more than one is held.

use super::ProbeSummary;
use super::items::ItemDocument;
use super::verdicts::{NextVerdict, Seen, Verdicts, going_on};
use crate::input::{FactSource, Items, ReportError};
use seaworthy_model::{ProbeId, ProbeSpec};
use serde::ser::{Error as _, SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_transcode::Transcoder;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The items, to be written once. What goes by is remembered: the probes that are named, and why
/// the items broke off.
pub(super) struct Streamed<'a> {
    items: &'a dyn Items,
    seen: Seen,
}

impl<'a> Streamed<'a> {
    pub(super) fn new(items: &'a dyn Items) -> Self {
        Self {
            items,
            seen: Seen::default(),
        }
    }

    /// Fails when the items broke off.
    pub(super) fn fault(&self) -> Result<(), ReportError> {
        self.seen.fault()
    }
}

impl Serialize for Streamed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        let stream = self
            .items
            .stream()
            .map_err(|fault| self.seen.broken(fault))?;
        let stream = RefCell::new(stream);
        let next_verdict: NextVerdict<'_> = &|take| {
            let verdict = stream.borrow_mut().next_verdict()?;
            Ok(verdict.map(|verdict| take(&verdict)).is_some())
        };
        loop {
            let next = stream.borrow_mut().next_item();
            let Some(item) = next.map_err(|fault| self.seen.broken(fault))? else {
                break;
            };
            let verdicts = Verdicts {
                next: next_verdict,
                seen: &self.seen,
            };
            sequence.serialize_element(&ItemDocument::of(&item, verdicts))?;
        }
        sequence.end()
    }
}

/// The probes that the items named, once these are written.
pub(super) struct Named<'a> {
    pub(super) items: &'a Streamed<'a>,
    pub(super) probes: &'a BTreeMap<ProbeId, ProbeSpec>,
}

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for id in &self.items.seen.named() {
            if let Some(spec) = self.probes.get(id) {
                map.serialize_entry(id, &ProbeSummary::of(spec))?;
            }
        }
        map.end()
    }
}

/// Facts, each fetched when it is written, in the words of this document.
pub(super) struct FactByFact<'a>(pub(super) &'a dyn FactSource);

impl Serialize for FactByFact<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.count()))?;
        let mut written = Ok(());
        let fetched = self.0.each(&mut |fact| {
            let mut fact = serde_json::Deserializer::from_slice(fact);
            written = list.serialize_element(&Transcoder::new(&mut fact));
            going_on(&written)
        });
        written?;
        fetched.map_err(S::Error::custom)?;
        list.end()
    }
}
