//! The items of a report and their verdicts, and the verdicts of a look, written as they come, so
//! that no more than one is held.

use super::ProbeSummary;
use super::items::{ItemDocument, VerdictDocument};
use crate::input::{FactSource, Items, ReportError, VerdictSource};
use seaworthy_model::{ProbeId, ProbeSpec, Verdict};
use serde::ser::{Error as _, SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_transcode::Transcoder;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// The items, to be written once. What goes by is remembered: the probes that are named, and why
/// the items broke off.
pub(super) struct Streamed<'a> {
    items: &'a dyn Items,
    named: RefCell<BTreeSet<ProbeId>>,
    fault: Cell<Option<ReportError>>,
}

impl<'a> Streamed<'a> {
    pub(super) fn new(items: &'a dyn Items) -> Self {
        Self {
            items,
            named: RefCell::default(),
            fault: Cell::new(None),
        }
    }

    /// Fails when the items broke off.
    pub(super) fn fault(&self) -> Result<(), ReportError> {
        self.fault.take().map_or(Ok(()), Err)
    }

    fn broken<E: serde::ser::Error>(&self, fault: ReportError) -> E {
        self.fault.set(Some(fault));
        E::custom("the items broke off")
    }
}

impl Serialize for Streamed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        let stream = self.items.stream().map_err(|fault| self.broken(fault))?;
        let stream = RefCell::new(stream);
        let next_verdict: NextVerdict<'_> = &|take| {
            let verdict = stream.borrow_mut().next_verdict()?;
            Ok(verdict.map(|verdict| take(&verdict)).is_some())
        };
        loop {
            let next = stream.borrow_mut().next_item();
            let Some(item) = next.map_err(|fault| self.broken(fault))? else {
                break;
            };
            let verdicts = Verdicts {
                next: next_verdict,
                of: self,
            };
            sequence.serialize_element(&ItemDocument::of(&item, verdicts))?;
        }
        sequence.end()
    }
}

/// Shows the next verdict to whom it is given; false where there is none.
type NextVerdict<'a> = &'a dyn Fn(&mut dyn FnMut(&Verdict)) -> Result<bool, ReportError>;

/// The verdicts of the item that is being written, to be written once.
pub(super) struct Verdicts<'a> {
    next: NextVerdict<'a>,
    of: &'a Streamed<'a>,
}

impl Serialize for Verdicts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        loop {
            let mut written = Ok(());
            let next = (self.next)(&mut |verdict| {
                let mut named = self.of.named.borrow_mut();
                if !named.contains(&verdict.probe) {
                    named.insert(verdict.probe.clone());
                }
                written = sequence.serialize_element(&VerdictDocument::of(verdict.into()));
            });
            written?;
            if !next.map_err(|fault| self.of.broken(fault))? {
                return sequence.end();
            }
        }
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
        for id in self.items.named.borrow().iter() {
            if let Some(spec) = self.probes.get(id) {
                map.serialize_entry(id, &ProbeSummary::of(spec))?;
            }
        }
        map.end()
    }
}

/// Verdicts, each made when it is written.
pub(super) struct OneByOne<'a>(pub(super) &'a dyn VerdictSource);

impl Serialize for OneByOne<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let mut written = Ok(());
        self.0.each(&mut |verdict| {
            written = list.serialize_element(&VerdictDocument::of(verdict));
            going_on(&written)
        });
        written?;
        list.end()
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

fn going_on<E>(written: &Result<(), E>) -> ControlFlow<()> {
    if written.is_ok() {
        ControlFlow::Continue(())
    } else {
        ControlFlow::Break(())
    }
}
