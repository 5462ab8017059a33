//! A verdict as it waits for its result: the JSON that the result's line will hold, and before it
//! what orders and counts it, so that nobody has to parse it again.
//!
//! The form never leaves the process: it lies in memory and in files without a name.

use crate::error::BundleError;
use crate::lines;
use seaworthy_model::{
    Digest, FactCite, KeptVerdict, Outcome, ReasonCode, VerdictHead, VerdictRef,
};
use std::cmp::Ordering;
use std::ops::Range;

/// A verdict and what orders and counts it, as bytes.
// A byte of flags, then the end of each `Part`, as 4 bytes each, then the parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictLine(Vec<u8>);

/// The parts, in this order. What is absent is empty; a message has a flag of its own.
#[derive(Clone, Copy)]
enum Part {
    Probe,
    Target,
    Kind,
    Name,
    Message,
    Fingerprint,
    /// As JSON.
    Reason,
    /// Each as two big-endian numbers, so that their bytes are in the order of the cites.
    Facts,
    Json,
}

const PARTS: usize = 9;
const HEAD: usize = 1 + 4 * PARTS;
/// Of the size before a line.
const SIZE: usize = 8;
/// The outcome's severity lies in the lowest bits.
const SEVERITY: u8 = 0b11;
const MESSAGE: u8 = 0b100;
const WAIVED: u8 = 0b1000;

impl VerdictLine {
    /// The line of a verdict.
    ///
    /// # Errors
    ///
    /// When it cannot be put into JSON, which its types rule out.
    pub fn of<'a>(verdict: impl Into<VerdictRef<'a>>) -> Result<Self, BundleError> {
        let verdict = &verdict.into();
        let mut bytes = Vec::with_capacity(1024);
        bytes.push(flags(verdict));
        bytes.resize(HEAD, 0);
        let what = "a verdict";
        let texts = [
            Some(verdict.probe.as_str()),
            Some(verdict.target),
            Some(&*verdict.subject.kind),
            Some(&*verdict.subject.name),
            verdict.message,
            verdict.fingerprint.map(Digest::as_str),
        ];
        let mut ends = Vec::with_capacity(PARTS);
        for text in texts {
            bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
            ends.push(bytes.len());
        }
        if let Some(reason) = &verdict.reason {
            lines::put(&mut bytes, what, reason)?;
        }
        ends.push(bytes.len());
        for FactCite { shard, line } in verdict.facts {
            bytes.extend_from_slice(&shard.to_be_bytes());
            bytes.extend_from_slice(&line.to_be_bytes());
        }
        ends.push(bytes.len());
        lines::put(&mut bytes, what, verdict)?;
        ends.push(bytes.len());
        for (end, place) in ends.into_iter().zip((1..HEAD).step_by(4)) {
            let end = u32::try_from(end).map_err(|_| too_large(bytes.len()))?;
            if let Some(place) = bytes.get_mut(place..place + 4) {
                place.copy_from_slice(&end.to_le_bytes());
            }
        }
        Ok(Self(bytes))
    }

    /// Adds it, its size before it, for [`Self::split_from`].
    pub(crate) fn push_to(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&(self.0.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&self.0);
    }

    /// How many bytes [`Self::push_to`] adds.
    pub(crate) fn size(&self) -> usize {
        SIZE + self.0.len()
    }

    /// The first of what [`Self::push_to`] wrote, and what follows it; none where it is not whole.
    pub(crate) fn split_from(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (size, rest) = bytes.split_first_chunk::<SIZE>()?;
        let size = usize::try_from(u64::from_le_bytes(*size)).ok()?;
        let (line, rest) = rest.split_at_checked(size)?;
        Some((Self::read(line.to_vec())?, rest))
    }

    fn read(bytes: Vec<u8>) -> Option<Self> {
        let line = Self(bytes);
        let mut start = HEAD;
        for number in 0..PARTS {
            let end = line.end(number)?;
            let part = line.0.get(start..end)?;
            if number != Part::Facts as usize {
                std::str::from_utf8(part).ok()?;
            }
            start = end;
        }
        (start == line.0.len()).then_some(line)
    }

    /// The verdict as JSON.
    pub(crate) fn json(&self) -> &[u8] {
        self.bytes(Part::Json)
    }

    /// [`seaworthy_model::Verdict::order`].
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let texts = |part| self.bytes(part).cmp(other.bytes(part));
        (self.flags() & SEVERITY)
            .cmp(&(other.flags() & SEVERITY))
            .then_with(|| texts(Part::Probe))
            .then_with(|| texts(Part::Target))
            .then_with(|| texts(Part::Kind))
            .then_with(|| texts(Part::Name))
            .then_with(|| (self.flags() & MESSAGE).cmp(&(other.flags() & MESSAGE)))
            .then_with(|| texts(Part::Message))
            .then_with(|| texts(Part::Facts))
    }

    fn flags(&self) -> u8 {
        self.0.first().copied().unwrap_or_default()
    }

    fn end(&self, number: usize) -> Option<usize> {
        let place = 1 + 4 * number;
        let bytes = self.0.get(place..place + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    }

    fn range(&self, part: Part) -> Option<Range<usize>> {
        let number = part as usize;
        let start = match number.checked_sub(1) {
            Some(before) => self.end(before)?,
            None => HEAD,
        };
        Some(start..self.end(number)?)
    }

    fn bytes(&self, part: Part) -> &[u8] {
        let range = self.range(part);
        range
            .and_then(|range| self.0.get(range))
            .unwrap_or_default()
    }

    fn text(&self, part: Part) -> &str {
        std::str::from_utf8(self.bytes(part)).unwrap_or_default()
    }
}

impl KeptVerdict for VerdictLine {
    fn head(&self) -> VerdictHead<'_> {
        let flags = self.flags();
        let fingerprint = self.text(Part::Fingerprint);
        VerdictHead {
            verdict: outcome(flags),
            target: self.text(Part::Target),
            kind: self.text(Part::Kind),
            name: self.text(Part::Name),
            message: (flags & MESSAGE != 0).then(|| self.text(Part::Message)),
            cites: !self.bytes(Part::Facts).is_empty(),
            fingerprint: (!fingerprint.is_empty()).then_some(fingerprint),
            waived: flags & WAIVED != 0,
        }
    }

    fn reason(&self) -> Option<ReasonCode> {
        serde_json::from_slice(self.bytes(Part::Reason)).ok()
    }

    fn waive(&mut self) {
        if self.flags() & WAIVED != 0 {
            return;
        }
        if let Some(flags) = self.0.first_mut() {
            *flags |= WAIVED;
        }
        // The last field of all, which is left out where it is false.
        self.0.pop();
        self.0.extend_from_slice(b",\"waived\":true}");
        let end = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        if let Some(place) = self.0.get_mut(HEAD - 4..HEAD) {
            place.copy_from_slice(&end.to_le_bytes());
        }
    }
}

fn flags(verdict: &VerdictRef<'_>) -> u8 {
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    verdict.verdict.severity()
        | flag(verdict.message.is_some(), MESSAGE)
        | flag(verdict.waived, WAIVED)
}

fn outcome(flags: u8) -> Outcome {
    const ALL: [Outcome; 3] = [Outcome::Fail, Outcome::Pass, Outcome::NotApplicable];
    let severity = flags & SEVERITY;
    let found = ALL.into_iter().find(|one| one.severity() == severity);
    found.unwrap_or(Outcome::Inconclusive)
}

fn too_large(size: usize) -> BundleError {
    BundleError::TooLarge {
        what: "a verdict".to_owned(),
        size: size as u64,
        limit: u64::from(u32::MAX),
    }
}

#[cfg(test)]
impl VerdictLine {
    /// A pass; the command that shows it has no part in the order.
    pub(crate) fn sample(probe: &str, target: &str, reproduce: &str) -> Self {
        Self::of(&seaworthy_model::Verdict {
            probe: seaworthy_model::ProbeId(probe.to_owned()),
            target: target.to_owned(),
            subject: seaworthy_model::SubjectRef {
                kind: "kind".to_owned(),
                name: "name".to_owned(),
            },
            verdict: Outcome::Pass,
            reason: None,
            message: None,
            field: None,
            location: None,
            facts: Vec::new(),
            reproduce: Some(reproduce.to_owned()),
            patch: None,
            fingerprint: None,
            waived: false,
        })
        .unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use seaworthy_model::{Location, ProbeId, SubjectRef, Verdict};

    fn verdicts() -> impl Strategy<Value = Verdict> {
        let text = || prop_oneof![Just(String::new()), "[a-c\"\\\\ö\0]{0,3}"];
        let outcome = prop_oneof![
            Just(Outcome::Pass),
            Just(Outcome::Fail),
            Just(Outcome::NotApplicable),
            Just(Outcome::Inconclusive),
        ];
        let reason = prop_oneof![
            Just(ReasonCode::NoTarget),
            Just(ReasonCode::CollectorFailed)
        ];
        let cite = (0_u32..3, 0_u32..400).prop_map(|(shard, line)| FactCite { shard, line });
        (
            (text(), text(), text(), text()),
            outcome,
            prop::option::of(reason),
            prop::option::of(text()),
            prop::collection::vec(cite, 0..3),
            any::<(bool, bool, bool)>(),
        )
            .prop_map(|(names, verdict, reason, message, facts, flags)| {
                let (probe, target, kind, name) = names;
                let (waived, fingerprint, location) = flags;
                Verdict {
                    probe: ProbeId(probe),
                    target,
                    subject: SubjectRef { kind, name },
                    verdict,
                    reason,
                    message: message.clone(),
                    field: message.clone(),
                    location: location.then(|| Location {
                        file: "a.yaml".to_owned(),
                        line: 1,
                        column: None,
                    }),
                    facts,
                    reproduce: message.clone(),
                    patch: message,
                    fingerprint: fingerprint.then(|| Digest::of(b"x")),
                    waived,
                }
            })
    }

    proptest! {
        #[test]
        fn a_line_says_what_its_verdict_says(one in verdicts(), other in verdicts()) {
            let line = VerdictLine::of(&one).unwrap();
            let mut bytes = Vec::new();
            line.push_to(&mut bytes);
            prop_assert_eq!(bytes.len(), line.size());
            prop_assert_eq!(VerdictLine::split_from(&bytes[..bytes.len() - 1]), None);
            bytes.extend_from_slice(b"more");
            let (back, more) = VerdictLine::split_from(&bytes).unwrap();
            prop_assert_eq!((&back, more), (&line, &b"more"[..]));
            prop_assert_eq!(back.head(), one.head());
            prop_assert_eq!(back.reason(), one.reason());
            prop_assert_eq!(back.json(), serde_json::to_vec(&one).unwrap());
            let beside = VerdictLine::of(&other).unwrap();
            prop_assert_eq!(line.order(&beside), one.order(&other));
            let (mut waived, mut whole) = (line, one);
            waived.waive();
            whole.waive();
            prop_assert_eq!(waived, VerdictLine::of(&whole).unwrap());
        }

        #[test]
        fn what_is_no_line_is_none(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Some(line) = VerdictLine::read(bytes) {
                // Whatever it is, nothing of it panics.
                let _ = (line.head(), line.reason(), line.order(&line), line.json());
            }
        }
    }
}
