//! Verdicts as JSON, written as they come, so that no more than one is held.

use crate::input::{ReportError, VerdictSource};
use schemars::JsonSchema;
use seaworthy_model::{
    Digest, FactCite, Location, Outcome, ProbeId, ReasonCode, SubjectRef, Verdict, VerdictRef,
};
use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// What one probe says of one subject.
#[derive(Serialize, JsonSchema)]
pub(super) struct VerdictDocument<'a> {
    /// The probe's id.
    probe: &'a ProbeId,
    /// The target that was asked.
    target: &'a str,
    /// The subject.
    subject: &'a SubjectRef,
    /// The outcome.
    verdict: Outcome,
    /// Why it is neither pass nor fail; null for those.
    reason: Option<ReasonCode>,
    /// What was found, for a person.
    message: Option<&'a str>,
    /// Of a failure: the field of the object that it is about; left out where it is none of a known
    /// field.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// Where that field stands in a file, or the nearest one around it, or the subject.
    #[serde(rename = "where")]
    location: Option<&'a Location>,
    /// The facts that it was decided by: shard and line in the bundle.
    facts: &'a [FactCite],
    /// A command that shows the same.
    reproduce: Option<&'a str>,
    /// Of a failure: what mends it, as text to copy; left out where nothing is at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<&'a str>,
    /// Of a failure: what a waiver is bound to.
    fingerprint: Option<&'a Digest>,
    /// Whether a waiver covers the failure.
    waived: bool,
}

impl<'a> VerdictDocument<'a> {
    pub(super) fn of(verdict: VerdictRef<'a>) -> Self {
        Self {
            probe: verdict.probe,
            target: verdict.target,
            subject: verdict.subject,
            verdict: verdict.verdict,
            reason: verdict.reason,
            message: verdict.message,
            field: verdict.field,
            location: verdict.location,
            facts: verdict.facts,
            reproduce: verdict.reproduce,
            patch: verdict.patch,
            fingerprint: verdict.fingerprint,
            waived: verdict.waived,
        }
    }
}

/// What is remembered of that which went by.
#[derive(Default)]
pub(super) struct Seen {
    named: RefCell<BTreeSet<ProbeId>>,
    fault: Cell<Option<ReportError>>,
}

impl Seen {
    fn names(&self, probe: &ProbeId) {
        let mut named = self.named.borrow_mut();
        if !named.contains(probe) {
            named.insert(probe.clone());
        }
    }

    /// The probes that were named.
    pub(super) fn named(&self) -> BTreeSet<ProbeId> {
        self.named.borrow().clone()
    }

    /// Remembers why the items broke off.
    pub(super) fn broken<E: serde::ser::Error>(&self, fault: ReportError) -> E {
        self.fault.set(Some(fault));
        E::custom("the items broke off")
    }

    /// Fails when the items broke off.
    pub(super) fn fault(&self) -> Result<(), ReportError> {
        self.fault.take().map_or(Ok(()), Err)
    }
}

/// Shows the next verdict to whom it is given; false where there is none.
pub(super) type NextVerdict<'a> = &'a dyn Fn(&mut dyn FnMut(&Verdict)) -> Result<bool, ReportError>;

/// The verdicts of the item that is being written, to be written once.
pub(super) struct Verdicts<'a> {
    pub(super) next: NextVerdict<'a>,
    pub(super) seen: &'a Seen,
}

impl Serialize for Verdicts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        loop {
            let mut written = Ok(());
            let next = (self.next)(&mut |verdict| {
                self.seen.names(&verdict.probe);
                written = sequence.serialize_element(&VerdictDocument::of(verdict.into()));
            });
            written?;
            if !next.map_err(|fault| self.seen.broken(fault))? {
                return sequence.end();
            }
        }
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

/// Goes on while what is written is written.
pub(super) fn going_on<E>(written: &Result<(), E>) -> ControlFlow<()> {
    if written.is_ok() {
        ControlFlow::Continue(())
    } else {
        ControlFlow::Break(())
    }
}
