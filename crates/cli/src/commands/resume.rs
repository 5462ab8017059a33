//! `seaworthy sweep --resume`: a run that was broken off goes on as the run that it was begun as.

use crate::failure::Failure;
use jiff::{SignedDuration, Timestamp};
use seaworthy_bundle::Reader;
use seaworthy_model::{Plan, RunInfo};
use std::path::Path;

/// What was seen longer ago is no base for a decision of today.
const OLDEST: SignedDuration = SignedDuration::from_hours(24);

/// Makes `plan` that of the run at `run`, which must have been begun for the same thing.
pub(super) fn take_up(plan: &mut Plan, run: &Path, now: Timestamp) -> Result<(), Failure> {
    let begun = Reader::open(run)?;
    let place = run.display();
    if begun.is_sealed() {
        return Err(Failure::usage(format!(
            "{place} is sealed: the run came to its end, and there is nothing to resume"
        )));
    }
    let then = &begun.run().run;
    let asked = &plan.run;
    for (what, then, asked) in [
        ("service", then.service.clone(), asked.service.clone()),
        (
            "environment",
            then.environment.clone(),
            asked.environment.clone(),
        ),
        ("release", then.release.clone(), asked.release.clone()),
        ("phase", then.phase.to_string(), asked.phase.to_string()),
        (
            "version of seaworthy",
            then.tool_version.clone(),
            asked.tool_version.clone(),
        ),
    ] {
        if then != asked {
            return Err(Failure::usage(format!(
                "{place} was begun for the {what} `{then}`, and this is `{asked}`: start a new run"
            )));
        }
    }
    let age = now.duration_since(then.as_of);
    if age > OLDEST && !then.historical {
        return Err(Failure::usage(format!(
            "{place} was begun at {}, more than 24 hours ago; what it saw is too old: start a new run",
            then.as_of
        )));
    }
    plan.run = RunInfo {
        catalog_digest: plan.run.catalog_digest.clone(),
        policy_digest: plan.run.policy_digest.clone(),
        ..then.clone()
    };
    plan.terms.before.clone_from(&begun.plan().terms.before);
    Ok(())
}
