//! The result of one item, from the verdicts of its probes and the words of people.
//!
//! Rules: design §5.1 (nothing seen is never a pass), §5.3 (worst first), §5.4 (not applicable),
//! §5.5 (attestations), §5.6 (waivers). What a single part comes to is in `part`.

use crate::evaluations::nothing_seen;
use crate::part::{
    Credit, Part, alone, attested_out, machine, no_target, not_built, share, spoken, worst,
};
use crate::people::{People, WaiverBook, Word};
use seaworthy_model::{
    AttestWhen, Claim, Combine, ItemKind, ItemResult, ItemRule, Outcome, Phase, Plan, PlannedItem,
    ProbeUse, ReasonCode, ResultKind, Verdict, VerdictRef,
};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Decides one leaf or sign-off; a group is left open for `roll_up`. `seen` gives all verdicts of a
/// probe with its parameters, whatever the target.
pub(crate) fn decide<E>(
    plan: &Plan,
    planned: &PlannedItem,
    people: &People,
    waivers: &mut WaiverBook<'_>,
    seen: &mut impl FnMut(&ProbeUse) -> Result<Vec<Verdict>, E>,
) -> Result<ItemResult, E> {
    let (part, credit, verdicts) = match (planned.item.kind, &planned.rule) {
        (ItemKind::Group, _) => {
            let part = Part {
                result: ResultKind::NotDue,
                reason: None,
                message: None,
            };
            (part, Credit::OUT, Vec::new())
        }
        _ if planned.item.phase != plan.run.phase => {
            (other_phase(planned.item.phase), Credit::OUT, Vec::new())
        }
        _ if planned.skip => {
            let message = "left out of this run on request";
            let part = Part::new(ResultKind::Skipped, ReasonCode::SkippedByUser, message);
            (part, Credit::NONE, Vec::new())
        }
        (ItemKind::SignOff, _) => {
            let message = "a sign-off binds the sealed bundle, so it comes after the sweep";
            let part = Part::new(ResultKind::Pending, ReasonCode::SignOffMissing, message);
            (part, Credit::OUT, Vec::new())
        }
        (ItemKind::Leaf, None) => unbound(plan, planned, people),
        (ItemKind::Leaf, Some(rule)) => {
            let mut verdicts = verdicts_of(plan, rule, seen)?;
            for used in &mut verdicts {
                waivers.cover(&planned.item.id, used);
            }
            bound(plan, planned, rule, people, verdicts)
        }
    };
    Ok(ItemResult {
        id: planned.item.id.clone(),
        title: planned.item.title.clone(),
        section: planned.item.section.clone(),
        phase: planned.item.phase,
        kind: planned.item.kind,
        mark: planned.mark,
        optional: planned.item.optional.is_some(),
        result: part.result,
        reason: part.reason,
        message: part.message,
        credited: credit.credited,
        counted: credit.counted,
        category: planned.category.clone(),
        verdicts,
    })
}

fn other_phase(phase: Phase) -> Part {
    let message = format!("due in the phase {phase}");
    Part::new(ResultKind::NotDue, ReasonCode::OtherPhase, message)
}

/// An item that no binding matches: only a person can speak for it.
fn unbound(plan: &Plan, planned: &PlannedItem, people: &People) -> (Part, Credit, Vec<Verdict>) {
    let word = people.word_on(plan, &planned.item.id, None);
    let part = if matches!(word, Word::None) {
        let message = "no binding matches this item; `seaworthy bind` proposes candidates";
        Part::new(ResultKind::Pending, ReasonCode::NoBinding, message)
    } else {
        spoken(word, None)
    };
    let credit = alone(&part);
    (part, credit, Vec::new())
}

/// The verdicts of each use, on the targets that it is required on, with one for each target
/// that held too little.
fn verdicts_of<E>(
    plan: &Plan,
    rule: &ItemRule,
    seen: &mut impl FnMut(&ProbeUse) -> Result<Vec<Verdict>, E>,
) -> Result<Vec<Vec<Verdict>>, E> {
    let one = |used: &ProbeUse| {
        let kind = plan.probes.get(&used.probe);
        let kind = kind.map_or("", |spec| &spec.subject);
        Ok(on_targets(used, kind, seen(used)?))
    };
    rule.uses.iter().map(one).collect()
}

/// The verdicts on the use's targets, with one for each target that held too little.
fn on_targets(used: &ProbeUse, kind: &str, mut verdicts: Vec<Verdict>) -> Vec<Verdict> {
    let mut sights = Sights::of(used);
    verdicts.retain(|verdict| sights.see(&verdict.target, !verdict.facts.is_empty()));
    let too_little = sights.too_little(kind).collect::<Vec<_>>();
    verdicts.extend(too_little);
    verdicts
}

/// What was seen of the targets of a use.
pub(crate) struct Sights<'u> {
    used: &'u ProbeUse,
    targets: BTreeMap<&'u str, Sight>,
}

/// What was seen of one target.
#[derive(Clone, Copy, Default)]
struct Sight {
    subjects: usize,
    tainted: bool,
}

impl<'u> Sights<'u> {
    pub(crate) fn of(used: &'u ProbeUse) -> Self {
        let targets = used.targets.iter();
        let targets = targets.map(|target| (target.as_str(), Sight::default()));
        Self {
            used,
            targets: targets.collect(),
        }
    }

    /// Notes a verdict on a target, from a fact or from what could not be read; `false` where the
    /// target is none of the use's. One pass over the verdicts, however many targets there are.
    pub(crate) fn see(&mut self, target: &str, from_fact: bool) -> bool {
        let Some(sight) = self.targets.get_mut(target) else {
            return false;
        };
        if from_fact {
            sight.subjects += 1;
        } else {
            sight.tainted = true;
        }
        true
    }

    /// §5.1: minimum subjects hold per target. A target of which a part could not be read is
    /// tainted already, and says so better.
    pub(crate) fn too_little(&self, kind: &str) -> impl Iterator<Item = Verdict> {
        let wanted = self.used.min_subjects;
        let few = move |sight: &Sight| {
            let enough = u32::try_from(sight.subjects).is_ok_and(|subjects| subjects >= wanted);
            !enough && !sight.tainted
        };
        let few = self.targets.iter().filter(move |(_, sight)| few(sight));
        few.map(move |(target, sight)| {
            nothing_seen(&self.used.probe, kind, target, sight.subjects, wanted)
        })
    }
}

fn bound(
    plan: &Plan,
    planned: &PlannedItem,
    rule: &ItemRule,
    people: &People,
    by_use: Vec<Vec<Verdict>>,
) -> (Part, Credit, Vec<Verdict>) {
    let word = people.word_on(plan, &planned.item.id, rule.attest.as_ref());
    if rule.uses.iter().all(|used| used.targets.is_empty()) {
        let part = without_target(planned, rule, word);
        let credit = alone(&part);
        return (part, credit, Vec::new());
    }
    // A family that has no target here is not required, since another one has (§5.3).
    let parts: Vec<(Part, &Vec<Verdict>)> = rule
        .uses
        .iter()
        .zip(&by_use)
        .filter(|(used, _)| !used.targets.is_empty())
        .map(|(_, verdicts)| (machine(verdicts), verdicts))
        .collect();
    let passing = |parts: &[(Part, &Vec<Verdict>)]| {
        parts
            .iter()
            .position(|(part, _)| part.result == ResultKind::Pass)
    };
    let (mut parts, counted): (Vec<Part>, Vec<&Vec<Verdict>>) = match rule.combine {
        Combine::AllOf => parts.into_iter().unzip(),
        Combine::AnyOf => match passing(&parts) {
            Some(index) => parts.into_iter().skip(index).take(1).unzip(),
            None => parts.into_iter().unzip(),
        },
    };
    let applicable = parts
        .iter()
        .any(|part| part.result != ResultKind::NotApplicable);
    let mut credit = share(counted.into_iter().flatten());
    if !applicable {
        let part = none_applies(planned, rule, &parts, word);
        return (part, credit, sorted(by_use));
    }
    let fails = parts.iter().any(|part| part.result == ResultKind::Fail);
    let mut beside: Vec<Part> = missing(rule).collect();
    match (&rule.attest, word) {
        (_, Word::Counts(said)) if said.claim == Claim::NotApplicable && !fails => {
            let passes = parts.iter().all(|part| part.result == ResultKind::Pass);
            if !passes || !beside.is_empty() {
                return (attested_out(&said.statement), Credit::OUT, sorted(by_use));
            }
        }
        (Some(asked), word) if asked.when == AttestWhen::Always => {
            beside.push(spoken(word, Some(asked)));
        }
        _ => {}
    }
    // Every subject lacks the part that is missing, so none of them earns credit.
    if beside
        .iter()
        .any(|part| part.result != ResultKind::Attested)
    {
        credit.credited = 0;
    }
    parts.append(&mut beside);
    (worst(parts), credit, sorted(by_use))
}

/// No configured target fits any of the item's probes.
fn without_target(planned: &PlannedItem, rule: &ItemRule, word: Word<'_>) -> Part {
    if let Word::Counts(said) = &word
        && said.claim == Claim::NotApplicable
    {
        return attested_out(&said.statement);
    }
    if let Some(unbuilt) = rule.unbuilt.first()
        && rule.attest.is_none()
    {
        return not_built(unbuilt);
    }
    if planned.item.optional.is_some() && !rule.uses.is_empty() && matches!(word, Word::None) {
        let message = "optional, and the configuration lists no target for it";
        return Part::new(
            ResultKind::NotApplicable,
            ReasonCode::OptionalNoTarget,
            message,
        );
    }
    match &rule.attest {
        Some(asked) => spoken(word, Some(asked)),
        None => {
            let family = rule.uses.first().map(|used| used.probe.family());
            no_target(family.unwrap_or("a probe"))
        }
    }
}

/// What the item asks for and nobody looked at: a required probe without a target, a family that
/// is not built.
fn missing(rule: &ItemRule) -> impl Iterator<Item = Part> {
    let demanded = rule
        .uses
        .iter()
        .filter(|used| used.required && used.targets.is_empty())
        .map(|used| no_target(used.probe.family()));
    demanded.chain(rule.unbuilt.iter().map(not_built))
}

/// §5.4: `where` excludes every subject of every probe.
fn none_applies(planned: &PlannedItem, rule: &ItemRule, parts: &[Part], word: Word<'_>) -> Part {
    let why = parts
        .iter()
        .find_map(|part| part.message.clone())
        .unwrap_or_else(|| "no subject is one that the probe applies to".to_owned());
    if let Word::Counts(said) = word
        && said.claim == Claim::NotApplicable
    {
        return attested_out(&said.statement);
    }
    // What another family would have found may well apply.
    if let Some(part) = missing(rule).next() {
        return part;
    }
    let (result, reason) = match planned.item.optional {
        Some(_) => (ResultKind::NotApplicable, ReasonCode::OptionalNotApplicable),
        None => (ResultKind::Inconclusive, ReasonCode::NoApplicableSubject),
    };
    Part::new(result, reason, why)
}

fn sorted(by_use: Vec<Vec<Verdict>>) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = by_use.into_iter().flatten().collect();
    verdicts.sort_by(|a, b| worst_first(a.into(), b.into()));
    verdicts
}

/// The order of verdicts: the worst first, then by probe and by what they are about.
pub(crate) fn worst_first(a: VerdictRef<'_>, b: VerdictRef<'_>) -> Ordering {
    severity(a.verdict)
        .cmp(&severity(b.verdict))
        .then_with(|| a.probe.cmp(b.probe))
        .then_with(|| a.target.cmp(b.target))
        .then_with(|| a.subject.cmp(b.subject))
        .then_with(|| a.message.cmp(&b.message))
        .then_with(|| a.facts.cmp(b.facts))
}

pub(crate) fn severity(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Fail => 0,
        Outcome::Inconclusive => 1,
        Outcome::Pass => 2,
        Outcome::NotApplicable => 3,
    }
}
