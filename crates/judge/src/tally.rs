//! What the verdicts of an item come to, taken one after the other and not kept: for each use of a
//! probe the worst of them, which targets held too little, and the subjects that earn credit.
//!
//! A small record is held for each target and each subject, and nothing else of them.

use crate::part::{Credit, Part};
use seaworthy_model::{
    Combine, ItemRule, KeptVerdict, Outcome, Plan, ProbeUse, ReasonCode, ResultKind, SubjectRef,
    Verdict, VerdictHead,
};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What was seen of one target.
#[derive(Clone, Copy, Default)]
struct Sight {
    subjects: u32,
    tainted: bool,
}

/// Which of an item's verdicts are on the targets that a use is required on, and which of those
/// targets held too little (§5.1: minimum subjects hold per target).
pub(crate) struct Sights<'p> {
    used: &'p ProbeUse,
    kind: &'p str,
    targets: BTreeMap<&'p str, Sight>,
}

impl<'p> Sights<'p> {
    pub(crate) fn new(plan: &'p Plan, used: &'p ProbeUse) -> Self {
        let kind = plan.probes.get(&used.probe);
        let targets = used.targets.iter();
        Self {
            used,
            kind: kind.map_or("", |spec| &spec.subject),
            targets: targets
                .map(|target| (&**target, Sight::default()))
                .collect(),
        }
    }

    /// Whether a verdict on `target`, which stands on a fact or on what could not be read, is on one
    /// of the targets.
    pub(crate) fn take(&mut self, target: &str, has_fact: bool) -> bool {
        let Some(sight) = self.targets.get_mut(target) else {
            return false;
        };
        if has_fact {
            sight.subjects = sight.subjects.saturating_add(1);
        } else {
            sight.tainted = true;
        }
        true
    }

    /// A verdict for each target that held too little, once all others are taken. A target of which
    /// a part could not be read is tainted already, and says so better.
    pub(crate) fn lacking(self) -> impl Iterator<Item = Verdict> + 'p {
        let (used, kind) = (self.used, self.kind);
        let lacks = move |sight: &Sight| sight.subjects < used.min_subjects && !sight.tainted;
        let targets = self.targets.into_iter();
        targets
            .filter(move |(_, sight)| lacks(sight))
            .map(move |(target, sight)| nothing_seen(used, kind, target, sight.subjects))
    }
}

/// The verdict on a target that answered and held fewer subjects than wanted.
fn nothing_seen(used: &ProbeUse, kind: &str, target: &str, seen: u32) -> Verdict {
    let wanted = used.min_subjects;
    Verdict {
        probe: used.probe.clone(),
        target: target.to_owned(),
        subject: SubjectRef {
            kind: kind.to_owned(),
            name: target.to_owned(),
        },
        verdict: Outcome::Inconclusive,
        reason: Some(ReasonCode::NoSubject),
        message: Some(format!(
            "the target {target} holds {seen} subjects of the kind {kind}, at least {wanted} wanted"
        )),
        field: None,
        location: None,
        facts: Vec::new(),
        reproduce: None,
        patch: None,
        fingerprint: None,
        waived: false,
    }
}

/// What the verdicts of each use of an item's rule come to.
#[derive(Default)]
pub(crate) struct Tallies<'p> {
    // A family that has no target here is not required, since another one has (§5.3).
    uses: Vec<(&'p ProbeUse, Tally)>,
}

impl<'p> Tallies<'p> {
    pub(crate) fn new(rule: &'p ItemRule) -> Self {
        let uses = rule.uses.iter().filter(|used| !used.targets.is_empty());
        Self {
            uses: uses.map(|used| (used, Tally::default())).collect(),
        }
    }

    /// The uses that have a target, each with its tally.
    pub(crate) fn each(&mut self) -> impl Iterator<Item = (&'p ProbeUse, &mut Tally)> {
        self.uses.iter_mut().map(|(used, tally)| (*used, tally))
    }

    /// The parts that decide the item, and the credit of their subjects.
    pub(crate) fn parts(self, combine: Combine) -> (Vec<Part>, Credit) {
        let mut all: Vec<Tally> = self.uses.into_iter().map(|(_, tally)| tally).collect();
        let passes = |tally: &Tally| tally.result() == Some(ResultKind::Pass);
        if combine == Combine::AnyOf
            && let Some(index) = all.iter().position(passes)
        {
            all = all.into_iter().skip(index).take(1).collect();
        }
        let mut subjects = Subjects::default();
        let mut parts = Vec::with_capacity(all.len());
        for tally in all {
            subjects.join(tally.subjects);
            // What is waived stays known where a person's word takes the place of what is worse.
            let worst = tally.worst.map_or_else(nothing, |worst| worst.part);
            let waived = tally.waived.map(|waived| waived.part);
            parts.extend(waived.filter(|waived| waived.result != worst.result));
            parts.push(worst);
        }
        (parts, subjects.credit())
    }
}

/// Not reachable while every target that holds too little gets a verdict of its own; and if it
/// were, nothing seen is no pass.
fn nothing() -> Part {
    Part::new(
        ResultKind::Inconclusive,
        ReasonCode::NoSubject,
        "nothing was seen",
    )
}

/// What the verdicts of one use come to.
#[derive(Default)]
pub(crate) struct Tally {
    worst: Option<Worst>,
    waived: Option<Worst>,
    subjects: Subjects,
}

/// The worst verdict so far, and of those that are equally bad the first by subject and message.
struct Worst {
    subject: SubjectRef,
    part: Part,
}

impl Worst {
    fn keep(kept: &mut Option<Self>, verdict: &impl KeptVerdict) {
        let head = verdict.head();
        let result = result_of(head);
        let worse = |worst: &Self| {
            let SubjectRef { kind, name } = &worst.subject;
            let message = worst.part.message.as_deref();
            (result, head.kind, head.name, head.message)
                < (worst.part.result, &**kind, &**name, message)
        };
        if kept.as_ref().is_none_or(worse) {
            *kept = Some(Self {
                subject: SubjectRef {
                    kind: head.kind.to_owned(),
                    name: head.name.to_owned(),
                },
                part: Part {
                    result,
                    reason: verdict.reason(),
                    message: head.message.map(str::to_owned),
                },
            });
        }
    }
}

impl Tally {
    pub(crate) fn take(&mut self, verdict: &impl KeptVerdict) {
        Worst::keep(&mut self.worst, verdict);
        let head = verdict.head();
        if head.waived {
            Worst::keep(&mut self.waived, verdict);
        }
        self.subjects.take(head);
    }

    fn result(&self) -> Option<ResultKind> {
        self.worst.as_ref().map(|worst| worst.part.result)
    }
}

fn result_of(verdict: VerdictHead<'_>) -> ResultKind {
    match verdict.verdict {
        Outcome::Fail if verdict.waived => ResultKind::Waived,
        Outcome::Fail => ResultKind::Fail,
        Outcome::Inconclusive => ResultKind::Inconclusive,
        Outcome::Pass => ResultKind::Pass,
        Outcome::NotApplicable => ResultKind::NotApplicable,
    }
}

/// §5.7: a subject earns credit when every probe that applies to it passes. Subjects are told apart
/// by half a SHA-256 of target, kind and name, since their names would be most of an item's memory.
#[derive(Default)]
struct Subjects(BTreeMap<[u8; 16], bool>);

impl Subjects {
    fn take(&mut self, verdict: VerdictHead<'_>) {
        if verdict.verdict == Outcome::NotApplicable {
            return;
        }
        let mut hash = Sha256::new();
        for part in [verdict.target, verdict.kind, verdict.name] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(hash.finalize()) {
            *to = from;
        }
        *self.0.entry(key).or_insert(true) &= verdict.verdict == Outcome::Pass;
    }

    fn join(&mut self, other: Self) {
        if self.0.is_empty() {
            self.0 = other.0;
            return;
        }
        for (key, good) in other.0 {
            *self.0.entry(key).or_insert(true) &= good;
        }
    }

    fn credit(&self) -> Credit {
        let count = |subjects: usize| u64::try_from(subjects).unwrap_or(u64::MAX);
        Credit {
            credited: count(self.0.values().filter(|good| **good).count()),
            counted: count(self.0.len()),
        }
    }
}
