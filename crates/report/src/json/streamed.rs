//! The items of a report, and the verdicts of a look, written as they come, so that no more than one
//! is held.

use super::ProbeSummary;
use super::items::{ItemDocument, VerdictDocument};
use crate::input::{Items, ReportError, Verdicts};
use seaworthy_model::{ProbeId, ProbeSpec};
use serde::ser::{Error as _, SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

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
}

impl Serialize for Streamed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        for item in self.items.iter() {
            let item = item.map_err(|fault| {
                self.fault.set(Some(fault));
                S::Error::custom("the items broke off")
            })?;
            let mut named = self.named.borrow_mut();
            for verdict in &item.verdicts {
                if !named.contains(&verdict.probe) {
                    named.insert(verdict.probe.clone());
                }
            }
            sequence.serialize_element(&ItemDocument::of(&item))?;
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
        for id in self.items.named.borrow().iter() {
            if let Some(spec) = self.probes.get(id) {
                map.serialize_entry(id, &ProbeSummary::of(spec))?;
            }
        }
        map.end()
    }
}

/// Verdicts, each made when it is written.
pub(super) struct OneByOne<'a>(pub(super) &'a dyn Verdicts);

impl Serialize for OneByOne<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(VerdictDocument::of))
    }
}
