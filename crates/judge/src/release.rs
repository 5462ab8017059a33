//! The release gate (design §5.9): the technical gate of a sealed bundle, the sign-offs that
//! bind it, and what has changed since it was sealed.

use jiff::{SignedDuration, Timestamp};
use seaworthy_model::{
    AttestationState, AttestationUse, Decision, Digest, Gate, GateKind, GateReason, GateRule,
    ItemKind, Phase, Plan, SignOff, SignOffState, Waiver, WaiverState, WaiverUse, role_slug,
};

/// How far the clocks of those who sign, sweep and ask may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// What a release gate is decided from.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseInput<'a> {
    /// The sealed plan.
    pub plan: &'a Plan,
    /// The digest of the bundle's `SHA256SUMS`.
    pub digest: &'a Digest,
    /// The sealed technical gate.
    pub technical: &'a Gate,
    /// The verified sign-offs, of whatever run.
    pub sign_offs: &'a [SignOff],
    /// What became of the attestations in the run.
    pub attestations: &'a [AttestationUse],
    /// The waivers of the run, with what became of each.
    pub waivers: &'a [(Waiver, WaiverUse)],
    /// The instant at which the gate is asked (UTC).
    pub at: Timestamp,
}

/// Decides the release gate. `more` are further reasons, such as those of
/// [`tighten`](crate::tighten()).
#[must_use]
pub fn release(input: &ReleaseInput<'_>, more: Vec<GateReason>) -> Gate {
    let mut reasons = input.technical.reasons.clone();
    reasons.extend(more);
    reasons.extend(set_back(input));
    reasons.extend(ended(input));
    reasons.extend(missing(input));
    // Stable, so that within a rule the order stays.
    reasons.sort_by_key(|reason| reason.rule);
    reasons.dedup();
    Gate {
        kind: GateKind::Release,
        decision: reasons
            .first()
            .map_or(Decision::Ready, |reason| reason.decision),
        reasons,
    }
}

/// The roles whose sign-off is due, in the checklist's order, each with the signature that
/// counts: over this very bundle, and not dated before it or in the future.
#[must_use]
pub fn sign_offs_due(input: &ReleaseInput<'_>) -> Vec<SignOffState> {
    if input.plan.run.phase != Phase::PreDeployment {
        return Vec::new();
    }
    input
        .plan
        .items
        .iter()
        .filter(|planned| planned.item.kind == ItemKind::SignOff)
        .map(|planned| {
            let title = &planned.item.title;
            let role = planned.item.role.as_ref().unwrap_or(title);
            let slug = role_slug(role);
            let counts = |signed: &&SignOff| signed.role == slug && binds(input, signed).is_ok();
            SignOffState {
                item: planned.item.id.clone(),
                role: role.clone(),
                signed: input.sign_offs.iter().find(counts).cloned(),
            }
        })
        .collect()
}

/// Whether a sign-off is over this bundle and at a time that can be; else why not.
fn binds(input: &ReleaseInput<'_>, signed: &SignOff) -> Result<(), String> {
    if &signed.digest != input.digest {
        return Err(format!("is over another bundle ({})", signed.run));
    }
    if signed.made_at > input.at + SKEW {
        return Err(format!("is dated {}, after {}", signed.made_at, input.at));
    }
    if signed.made_at + SKEW < input.plan.run.as_of && !input.plan.run.historical {
        let as_of = input.plan.run.as_of;
        return Err(format!(
            "is dated {}, before the run of {as_of}",
            signed.made_at
        ));
    }
    Ok(())
}

fn missing(input: &ReleaseInput<'_>) -> Vec<GateReason> {
    sign_offs_due(input)
        .into_iter()
        .filter(|due| due.signed.is_none())
        .map(|due| {
            let slug = role_slug(&due.role);
            // The nearest to a signature that there is says best what is wrong.
            let why = input
                .sign_offs
                .iter()
                .filter(|signed| signed.role == slug)
                .find_map(|signed| {
                    Some(format!("{}'s {}", signed.by, binds(input, signed).err()?))
                });
            let role = &due.role;
            let message = match why {
                Some(why) => format!("{role} has not signed off: {why}"),
                None => format!("{role} has not signed off"),
            };
            GateReason {
                rule: GateRule::SignOffMissing,
                decision: Decision::Incomplete,
                item: Some(due.item),
                message,
            }
        })
        .collect()
}

/// A run stands on words that held when it judged. Where one has ended since, the run no longer
/// says how things are.
fn ended(input: &ReleaseInput<'_>) -> Vec<GateReason> {
    let attested = input
        .attestations
        .iter()
        .filter(|said| said.state == AttestationState::Used && input.at >= said.until)
        .map(|said| {
            (
                &said.item,
                format!("the attestation of {}", said.by),
                said.until,
            )
        });
    let waived = input
        .waivers
        .iter()
        .filter(|(waiver, used)| used.state == WaiverState::Used && input.at >= waiver.until)
        .map(|(waiver, _)| {
            (
                &waiver.item,
                format!("the waiver {}", waiver.id),
                waiver.until,
            )
        });
    attested
        .chain(waived)
        .map(|(item, what, until)| GateReason {
            rule: GateRule::WordEnded,
            decision: Decision::Incomplete,
            item: Some(item.clone()),
            message: format!("{what} on {item} ended at {until}, after the run; sweep again"),
        })
        .collect()
}

/// A gate that is asked at a time before its run.
fn set_back(input: &ReleaseInput<'_>) -> Option<GateReason> {
    let as_of = input.plan.run.as_of;
    (input.at < as_of).then(|| GateReason {
        rule: GateRule::ClockSetBack,
        decision: Decision::Incomplete,
        item: None,
        message: format!(
            "the clock stands at {}, before the run, which judged at {as_of}",
            input.at
        ),
    })
}
