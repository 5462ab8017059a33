//! The result of one item, from the verdicts of its probes and the words of people.
//!
//! Rules: design §5.1 (nothing seen is never a pass), §5.3 (worst first), §5.4 (not applicable),
//! §5.5 (attestations), §5.6 (waivers), §5.7 (credit by share of subjects).

use crate::evaluate::{Evaluation, find, nothing_seen};
use crate::people::{People, WaiverBook, Word};
use seaworthy_model::{
    AttestRule, AttestWhen, Claim, Combine, ItemKind, ItemResult, ItemRule, Outcome, Phase, Plan,
    PlannedItem, ProbeUse, ReasonCode, ResultKind, SubjectRef, UnbuiltFamily, Verdict,
};
use std::collections::BTreeMap;

/// What an item, or one part of it, comes to.
struct Part {
    result: ResultKind,
    reason: Option<ReasonCode>,
    message: Option<String>,
}

impl Part {
    fn new(result: ResultKind, reason: ReasonCode, message: impl Into<String>) -> Self {
        Self {
            result,
            reason: Some(reason),
            message: Some(message.into()),
        }
    }
}

/// Subjects that earn credit, of those that count.
#[derive(Clone, Copy)]
struct Credit {
    credited: u64,
    counted: u64,
}

impl Credit {
    const NONE: Self = Self {
        credited: 0,
        counted: 1,
    };
    const WHOLE: Self = Self {
        credited: 1,
        counted: 1,
    };
    const OUT: Self = Self {
        credited: 0,
        counted: 0,
    };
}

/// Decides one leaf or sign-off; a group is left open for `roll_up`.
pub(crate) fn decide(
    plan: &Plan,
    planned: &PlannedItem,
    evaluations: &[Evaluation],
    people: &People,
    waivers: &mut WaiverBook<'_>,
) -> ItemResult {
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
            let mut verdicts = verdicts_of(plan, rule, evaluations);
            for used in &mut verdicts {
                waivers.cover(&planned.item.id, used);
            }
            bound(plan, planned, rule, people, verdicts)
        }
    };
    ItemResult {
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
    }
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
fn verdicts_of(plan: &Plan, rule: &ItemRule, evaluations: &[Evaluation]) -> Vec<Vec<Verdict>> {
    rule.uses
        .iter()
        .map(|used| {
            let all = find(evaluations, &used.probe, &used.with).map_or(&[][..], |e| &e.verdicts);
            let mut verdicts: Vec<Verdict> = all
                .iter()
                .filter(|verdict| used.targets.contains(&verdict.target))
                .cloned()
                .collect();
            let kind = plan
                .probes
                .get(&used.probe)
                .map_or("", |spec| &spec.subject);
            for target in &used.targets {
                verdicts.extend(too_little(used, kind, target, &verdicts));
            }
            verdicts
        })
        .collect()
}

/// §5.1: minimum subjects hold per target. A target of which a part could not be read is tainted
/// already, and says so better.
fn too_little(used: &ProbeUse, kind: &str, target: &str, verdicts: &[Verdict]) -> Option<Verdict> {
    let of_target = || verdicts.iter().filter(|verdict| verdict.target == target);
    let seen = of_target()
        .filter(|verdict| !verdict.facts.is_empty())
        .count();
    let tainted = of_target().any(|verdict| verdict.facts.is_empty());
    let enough = u32::try_from(seen).is_ok_and(|seen| seen >= used.min_subjects);
    (!enough && !tainted).then(|| nothing_seen(&used.probe, kind, target, seen, used.min_subjects))
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
        let part = none_applies(planned, &parts, word);
        return (part, credit, sorted(by_use));
    }
    let fails = parts.iter().any(|part| part.result == ResultKind::Fail);
    let mut beside: Vec<Part> = rule.unbuilt.iter().map(not_built).collect();
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
            let kinds = rule
                .uses
                .iter()
                .map(|used| used.probe.family())
                .collect::<Vec<_>>();
            let message = format!(
                "the configuration lists no target that {} could look at",
                kinds.first().unwrap_or(&"a probe")
            );
            Part::new(ResultKind::Inconclusive, ReasonCode::NoTarget, message)
        }
    }
}

/// §5.4: `where` excludes every subject of every probe.
fn none_applies(planned: &PlannedItem, parts: &[Part], word: Word<'_>) -> Part {
    let why = parts
        .iter()
        .find_map(|part| part.message.clone())
        .unwrap_or_else(|| "no subject is one that the probe applies to".to_owned());
    if let Word::Counts(said) = word
        && said.claim == Claim::NotApplicable
    {
        return attested_out(&said.statement);
    }
    let (result, reason) = match planned.item.optional {
        Some(_) => (ResultKind::NotApplicable, ReasonCode::OptionalNotApplicable),
        None => (ResultKind::Inconclusive, ReasonCode::NoApplicableSubject),
    };
    Part::new(result, reason, why)
}

fn attested_out(statement: &str) -> Part {
    Part::new(
        ResultKind::NotApplicable,
        ReasonCode::AttestedNotApplicable,
        statement,
    )
}

fn not_built(unbuilt: &UnbuiltFamily) -> Part {
    let message = format!("no collector for {} yet: {}", unbuilt.family, unbuilt.check);
    Part::new(ResultKind::Inconclusive, ReasonCode::NoCollector, message)
}

/// What a person's word comes to, where one is asked.
fn spoken(word: Word<'_>, asked: Option<&AttestRule>) -> Part {
    let missing = ReasonCode::AttestationMissing;
    match word {
        Word::Counts(said) if said.claim == Claim::NotApplicable => attested_out(&said.statement),
        Word::Counts(said) => Part {
            result: ResultKind::Attested,
            reason: None,
            message: Some(format!("{} ({}): {}", said.by, said.role, said.statement)),
        },
        Word::Stale(why) => Part::new(ResultKind::Inconclusive, ReasonCode::Stale, why),
        Word::NotEnough(why) => Part::new(ResultKind::Pending, missing, why),
        Word::None => {
            let role = asked.and_then(|rule| rule.role.as_deref());
            let message = match role {
                Some(role) => format!("an attestation by the role {role} is asked"),
                None => "an attestation is asked".to_owned(),
            };
            Part::new(ResultKind::Pending, missing, message)
        }
    }
}

/// The verdicts of one probe, worst first.
fn machine(verdicts: &[Verdict]) -> Part {
    let result_of = |verdict: &Verdict| match verdict.verdict {
        Outcome::Fail if verdict.waived => ResultKind::Waived,
        Outcome::Fail => ResultKind::Fail,
        Outcome::Inconclusive => ResultKind::Inconclusive,
        Outcome::Pass => ResultKind::Pass,
        Outcome::NotApplicable => ResultKind::NotApplicable,
    };
    match verdicts
        .iter()
        .min_by_key(|verdict| (result_of(verdict), &verdict.subject, &verdict.message))
    {
        Some(verdict) => Part {
            result: result_of(verdict),
            reason: verdict.reason,
            message: verdict.message.clone(),
        },
        // Not reachable while every target that holds too little gets a verdict of its own; and
        // if it were, nothing seen is no pass.
        None => Part::new(
            ResultKind::Inconclusive,
            ReasonCode::NoSubject,
            "nothing was seen",
        ),
    }
}

fn worst(parts: Vec<Part>) -> Part {
    let worst = parts.into_iter().min_by_key(|part| part.result);
    worst.unwrap_or_else(|| {
        Part::new(
            ResultKind::Inconclusive,
            ReasonCode::NoSubject,
            "nothing was seen",
        )
    })
}

/// Credit of an item that is decided without subjects.
fn alone(part: &Part) -> Credit {
    match part.result {
        ResultKind::Pass | ResultKind::Attested => Credit::WHOLE,
        ResultKind::NotApplicable | ResultKind::NotDue => Credit::OUT,
        ResultKind::Fail
        | ResultKind::Inconclusive
        | ResultKind::Pending
        | ResultKind::Skipped
        | ResultKind::Waived => Credit::NONE,
    }
}

/// §5.7: a subject earns credit when every probe that applies to it passes.
fn share<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Credit {
    let mut subjects: BTreeMap<(&str, &SubjectRef), bool> = BTreeMap::new();
    for verdict in verdicts {
        if verdict.verdict == Outcome::NotApplicable {
            continue;
        }
        let good = subjects
            .entry((&verdict.target, &verdict.subject))
            .or_insert(true);
        *good &= verdict.verdict == Outcome::Pass;
    }
    let count = |subjects: usize| u64::try_from(subjects).unwrap_or(u64::MAX);
    Credit {
        credited: count(subjects.values().filter(|good| **good).count()),
        counted: count(subjects.len()),
    }
}

fn sorted(by_use: Vec<Vec<Verdict>>) -> Vec<Verdict> {
    let severity = |verdict: &Verdict| match verdict.verdict {
        Outcome::Fail => 0_u8,
        Outcome::Inconclusive => 1,
        Outcome::Pass => 2,
        Outcome::NotApplicable => 3,
    };
    let mut verdicts: Vec<Verdict> = by_use.into_iter().flatten().collect();
    verdicts.sort_by(|a, b| {
        (
            severity(a),
            &a.probe,
            &a.target,
            &a.subject,
            &a.message,
            &a.facts,
        )
            .cmp(&(
                severity(b),
                &b.probe,
                &b.target,
                &b.subject,
                &b.message,
                &b.facts,
            ))
    });
    verdicts
}
