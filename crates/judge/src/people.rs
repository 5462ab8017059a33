//! What people vouched for: whether an attestation counts, and which failures a waiver covers.
//!
//! Signatures are checked before anything comes here; the rules of design §5.5 and §5.6 are
//! checked here.

use jiff::{SignedDuration, Timestamp};
use seaworthy_model::{
    AttestRule, AttestWhen, Attestation, AttestationState, AttestationUse, DocumentRule, ItemId,
    ItemResult, KeptVerdict, Mark, Plan, ReasonCode, ResultKind, Waiver, WaiverState, WaiverUse,
    role_slug,
};

/// The verified attestations and waivers of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// Attestations.
    pub attestations: Vec<Attestation>,
    /// Waivers.
    pub waivers: Vec<Waiver>,
}

/// What the attestations of one item come to.
pub(crate) enum Word<'a> {
    /// Nobody has spoken.
    None,
    /// Somebody has, and it counts.
    Counts(&'a Attestation),
    /// Somebody has, and it no longer counts; the reason for a person.
    Stale(String),
    /// Somebody has, who is not asked, or without what is asked; the reason for a person.
    NotEnough(String),
}

impl People {
    /// What was said of `item`, measured by `rule` where there is one.
    pub(crate) fn word_on(
        &self,
        plan: &Plan,
        item: &ItemId,
        rule: Option<&AttestRule>,
    ) -> Word<'_> {
        let mut best = Word::None;
        for attestation in self.attestations.iter().filter(|said| &said.item == item) {
            match measure(plan, attestation, rule) {
                Ok(()) => return Word::Counts(attestation),
                Err(word) => {
                    if matches!(best, Word::None) {
                        best = word;
                    }
                }
            }
        }
        best
    }

    /// What became of each attestation, in the order given.
    pub(crate) fn uses(&self, plan: &Plan, results: &[ItemResult]) -> Vec<AttestationUse> {
        self.attestations
            .iter()
            .map(|said| {
                let (state, detail) = used(plan, results, said);
                AttestationUse {
                    item: said.item.clone(),
                    role: said.role.clone(),
                    by: said.by.clone(),
                    until: said.until,
                    state,
                    detail,
                }
            })
            .collect()
    }
}

/// Whether an item's result stands on an attestation, and why not.
fn used(
    plan: &Plan,
    results: &[ItemResult],
    said: &Attestation,
) -> (AttestationState, Option<String>) {
    let unused = |why: String| (AttestationState::Unused, Some(why));
    let Some(planned) = plan.item(&said.item) else {
        return unused(format!("the checklist has no item {}", said.item));
    };
    if planned.item.phase != plan.run.phase {
        return unused(format!(
            "the item is due in the phase {}",
            planned.item.phase
        ));
    }
    let rule = planned.rule.as_ref().and_then(|rule| rule.attest.as_ref());
    match measure(plan, said, rule) {
        Err(Word::Stale(why)) => return (AttestationState::Stale, Some(why)),
        Err(Word::NotEnough(why)) => return (AttestationState::NotEnough, Some(why)),
        Err(Word::None | Word::Counts(_)) | Ok(()) => {}
    }
    let Some(result) = results.iter().find(|result| result.id == said.item) else {
        return unused("the item has no result".to_owned());
    };
    let stands = result.result == ResultKind::Attested
        || result.reason == Some(ReasonCode::AttestedNotApplicable)
        || rule.is_some_and(|rule| rule.when == AttestWhen::Always);
    if stands && result.result != ResultKind::Skipped {
        return (AttestationState::Used, None);
    }
    unused(format!("the item is {} without it", result.result))
}

fn measure<'a>(
    plan: &Plan,
    said: &'a Attestation,
    rule: Option<&AttestRule>,
) -> Result<(), Word<'a>> {
    let as_of = plan.run.as_of;
    let stale = |why: String| Err(Word::Stale(format!("the attestation of {} {why}", said.by)));
    if said.release != plan.run.release {
        let (found, wanted) = (&said.release, &plan.run.release);
        return stale(format!("is for the release {found}, this is {wanted}"));
    }
    if said.made_at > as_of {
        return stale(format!("is dated {}, after {as_of}", said.made_at));
    }
    if as_of >= said.until {
        return stale(format!("ended at {}", said.until));
    }
    let Some(rule) = rule else { return Ok(()) };
    if let Some(days) = rule.within_days
        && as_of.duration_since(said.made_at) > SignedDuration::from_hours(24 * days)
    {
        return stale(format!("of {} is older than {days} days", said.made_at));
    }
    let not_enough = |why: String| {
        Err(Word::NotEnough(format!(
            "the attestation of {} {why}",
            said.by
        )))
    };
    if let Some(role) = &rule.role
        && role_slug(role) != role_slug(&said.role)
    {
        return not_enough(format!("speaks as {}, {role} is asked", said.role));
    }
    if rule.document == DocumentRule::Required && said.document.is_none() {
        return not_enough("has no document, one is required".to_owned());
    }
    Ok(())
}

/// The waivers of a run, and which of them covered something.
pub(crate) struct WaiverBook<'a> {
    entries: Vec<(&'a Waiver, WaiverState, Option<String>)>,
    as_of: Timestamp,
}

impl<'a> WaiverBook<'a> {
    pub(crate) fn new(plan: &Plan, waivers: &'a [Waiver]) -> Self {
        let as_of = plan.run.as_of;
        let entries = waivers
            .iter()
            .map(|waiver| match refuse(plan, waiver) {
                Some((state, why)) => (waiver, state, Some(why)),
                None => (waiver, WaiverState::Unused, None),
            })
            .collect();
        Self { entries, as_of }
    }

    /// Marks a failure of `item` that a waiver covers.
    pub(crate) fn cover(&mut self, item: &ItemId, verdict: &mut impl KeptVerdict) {
        let head = verdict.head();
        let Some(fingerprint) = head.fingerprint else {
            return;
        };
        let mut covered = false;
        for (waiver, state, _) in &mut self.entries {
            let counts = matches!(state, WaiverState::Unused | WaiverState::Used);
            let (target, subject) = (waiver.target.as_ref(), waiver.subject.as_ref());
            if counts
                && &waiver.item == item
                && fingerprint == waiver.fingerprint.as_str()
                && target.is_none_or(|target| target == head.target)
                && subject.is_none_or(|subject| subject == head.name)
            {
                covered = true;
                *state = WaiverState::Used;
            }
        }
        if covered {
            verdict.waive();
        }
    }

    pub(crate) fn uses(self) -> Vec<WaiverUse> {
        let as_of = self.as_of;
        self.entries
            .into_iter()
            .map(|(waiver, state, why)| WaiverUse {
                id: waiver.id.clone(),
                item: waiver.item.clone(),
                state,
                detail: match state {
                    WaiverState::Unused => {
                        Some(format!("no failure at {as_of} has its fingerprint"))
                    }
                    WaiverState::Used | WaiverState::Expired | WaiverState::Invalid => why,
                },
            })
            .collect()
    }
}

/// Why a waiver cannot count, whatever fails.
fn refuse(plan: &Plan, waiver: &Waiver) -> Option<(WaiverState, String)> {
    let as_of = plan.run.as_of;
    let Some(planned) = plan.item(&waiver.item) else {
        let why = format!("the checklist has no item {}", waiver.item);
        return Some((WaiverState::Invalid, why));
    };
    if waiver.requester == waiver.approver {
        let why = "requester and approver are one key, two are needed".to_owned();
        return Some((WaiverState::Invalid, why));
    }
    if waiver.made_at > as_of {
        let why = format!("it is dated {}, after {as_of}", waiver.made_at);
        return Some((WaiverState::Invalid, why));
    }
    let days = match planned.mark {
        Some(Mark::Critical) => plan.policy.waiver_max_days_critical,
        Some(Mark::Important) | None => plan.policy.waiver_max_days,
    };
    if waiver.until.duration_since(waiver.made_at) > SignedDuration::from_hours(24 * days) {
        let why = format!("it lasts longer than the {days} days that the policy allows");
        return Some((WaiverState::Invalid, why));
    }
    (as_of >= waiver.until).then(|| {
        (
            WaiverState::Expired,
            format!("it ended at {}", waiver.until),
        )
    })
}
