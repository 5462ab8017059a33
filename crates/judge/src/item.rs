//! The result of one item, from the verdicts of its probes and the words of people.
//!
//! Rules: design §5.1 (nothing seen is never a pass), §5.3 (worst first), §5.4 (not applicable),
//! §5.5 (attestations), §5.6 (waivers). What a single part comes to is in `part`,
//! what the verdicts of a probe come to in `tally`.

use crate::part::{Credit, Part, alone, attested_out, no_target, not_built, spoken, worst};
use crate::people::{People, Word};
use crate::tally::Tallies;
use seaworthy_model::{
    AttestRule, AttestWhen, Claim, ItemKind, ItemResult, ItemRule, Phase, Plan, PlannedItem,
    ReasonCode, ResultKind,
};

/// Whether an item is decided by the verdicts of its probes: a leaf that is bound, due and not left
/// out.
pub(crate) fn rule_of<'p>(plan: &Plan, planned: &'p PlannedItem) -> Option<&'p ItemRule> {
    let leaf = planned.item.kind == ItemKind::Leaf;
    let due = planned.item.phase == plan.run.phase;
    planned
        .rule
        .as_ref()
        .filter(|_| leaf && due && !planned.skip)
}

/// Decides one leaf or sign-off, without its verdicts; a group is left open for `roll_up`. `seen` is
/// what the verdicts of each use of the item's rule come to, where it has one.
pub(crate) fn decide(
    plan: &Plan,
    planned: &PlannedItem,
    people: &People,
    seen: Tallies<'_>,
) -> ItemResult {
    let (part, credit) = match (planned.item.kind, &planned.rule) {
        (ItemKind::Group, _) => {
            let part = Part {
                result: ResultKind::NotDue,
                reason: None,
                message: None,
            };
            (part, Credit::OUT)
        }
        _ if planned.item.phase != plan.run.phase => (other_phase(planned.item.phase), Credit::OUT),
        _ if planned.skip => {
            let message = "left out of this run on request";
            let part = Part::new(ResultKind::Skipped, ReasonCode::SkippedByUser, message);
            (part, Credit::NONE)
        }
        (ItemKind::SignOff, _) => {
            let message = "a sign-off binds the sealed bundle, so it comes after the sweep";
            let part = Part::new(ResultKind::Pending, ReasonCode::SignOffMissing, message);
            (part, Credit::OUT)
        }
        (ItemKind::Leaf, None) => unbound(plan, planned, people),
        (ItemKind::Leaf, Some(rule)) => bound(plan, planned, rule, people, seen),
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
        verdicts: Vec::new(),
    }
}

fn other_phase(phase: Phase) -> Part {
    let message = format!("due in the phase {phase}");
    Part::new(ResultKind::NotDue, ReasonCode::OtherPhase, message)
}

/// An item that no binding matches: only a person can speak for it.
fn unbound(plan: &Plan, planned: &PlannedItem, people: &People) -> (Part, Credit) {
    let word = people.word_on(plan, &planned.item.id, None);
    let part = if matches!(word, Word::None) {
        let message = "no binding matches this item; `seaworthy bind` proposes candidates";
        Part::new(ResultKind::Pending, ReasonCode::NoBinding, message)
    } else {
        spoken(word, None)
    };
    let credit = alone(&part);
    (part, credit)
}

fn bound(
    plan: &Plan,
    planned: &PlannedItem,
    rule: &ItemRule,
    people: &People,
    seen: Tallies<'_>,
) -> (Part, Credit) {
    let word = people.word_on(plan, &planned.item.id, rule.attest.as_ref());
    if rule.uses.iter().all(|used| used.targets.is_empty()) {
        let part = without_target(planned, rule, word);
        let credit = alone(&part);
        return (part, credit);
    }
    let (mut parts, mut credit) = seen.parts(rule.combine);
    let applicable = parts
        .iter()
        .any(|part| part.result != ResultKind::NotApplicable);
    if !applicable {
        return (none_applies(planned, rule, &parts, word), credit);
    }
    let fails = parts.iter().any(|part| part.result == ResultKind::Fail);
    let mut beside: Vec<Part> = missing(rule).collect();
    match (&rule.attest, word) {
        (_, Word::Counts(said)) if said.claim == Claim::NotApplicable && !fails => {
            let passes = parts.iter().all(|part| part.result == ResultKind::Pass);
            if !passes || !beside.is_empty() {
                return (attested_out(&said.statement), Credit::OUT);
            }
        }
        (Some(asked), word) if asked.when == AttestWhen::Always => {
            beside.push(spoken(word, Some(asked)));
        }
        (Some(asked), word) if asked.when == AttestWhen::Undecided && !fails => {
            if let Some(said) = stands_in(word, asked, &mut parts, &mut beside) {
                beside.push(said);
                let is_waived = |part: &Part| part.result == ResultKind::Waived;
                if !parts.iter().any(is_waived) {
                    credit = Credit::WHOLE;
                }
            }
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
    (without_unbuilt(worst(parts), rule), credit)
}

/// A good result says what families that are not built, and that it does not wait for, would have
/// looked at.
fn without_unbuilt(part: Part, rule: &ItemRule) -> Part {
    let unseen = rule.unbuilt.iter().filter(|family| !family.required);
    let unseen: Vec<String> = unseen
        .filter_map(|family| not_built(family).message)
        .collect();
    if unseen.is_empty() || !matches!(part.result, ResultKind::Pass | ResultKind::Attested) {
        return part;
    }
    let said = part.message.into_iter().chain(unseen);
    Part {
        message: Some(said.collect::<Vec<_>>().join("; ")),
        ..part
    }
}

/// A person's word that takes the place of every part that no machine could decide; `None` where
/// all of them are decided, or nobody spoke in a way that counts.
fn stands_in(
    word: Word<'_>,
    asked: &AttestRule,
    parts: &mut Vec<Part>,
    beside: &mut Vec<Part>,
) -> Option<Part> {
    let is_open = |part: &Part| part.result == ResultKind::Inconclusive;
    let said = spoken(word, Some(asked));
    if said.result != ResultKind::Attested || !parts.iter().chain(&*beside).any(is_open) {
        return None;
    }
    parts.retain(|part| !is_open(part));
    beside.retain(|part| !is_open(part));
    Some(said)
}

/// No configured target fits any of the item's probes.
fn without_target(planned: &PlannedItem, rule: &ItemRule, word: Word<'_>) -> Part {
    if let Word::Counts(said) = &word
        && said.claim == Claim::NotApplicable
    {
        return attested_out(&said.statement);
    }
    if let Some(unbuilt) = rule.unbuilt.iter().find(|family| family.required)
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

/// What the item waits for and nobody looked at: a required probe without a target, a required
/// family that is not built.
fn missing(rule: &ItemRule) -> impl Iterator<Item = Part> {
    let demanded = rule
        .uses
        .iter()
        .filter(|used| used.required && used.targets.is_empty())
        .map(|used| no_target(used.probe.family()));
    let unbuilt = rule.unbuilt.iter().filter(|family| family.required);
    demanded.chain(unbuilt.map(not_built))
}

/// §5.4: `where` excludes every subject of every probe.
fn none_applies(planned: &PlannedItem, rule: &ItemRule, parts: &[Part], word: Word<'_>) -> Part {
    let why = parts
        .iter()
        .find_map(|part| part.message.clone())
        .unwrap_or_else(|| "no subject is one that the probe applies to".to_owned());
    if let Word::Counts(said) = &word
        && said.claim == Claim::NotApplicable
    {
        return attested_out(&said.statement);
    }
    if let (Some(asked), Word::Counts(_)) = (&rule.attest, &word)
        && asked.when == AttestWhen::Undecided
    {
        return spoken(word, Some(asked));
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
