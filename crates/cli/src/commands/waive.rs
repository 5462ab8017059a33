//! `seaworthy waive`: a person asks to live with the failures of an item for a while. The file
//! counts once somebody else has approved it.

use super::terms;
use crate::args::Sources;
use crate::failure::Failure;
use crate::people::{KeyArgs, load_private, now, speaker, until};
use crate::{exit, output, setup};
use clap::Args;
use jiff::SignedDuration;
use seaworthy_bundle::Reader;
use seaworthy_model::{Digest, ItemResult, Mark, Outcome, Plan, Verdict};
use seaworthy_people::{SignedRun, WaivedFailure, WaiverWord, seal_waiver, waiver_name};
use seaworthy_yaml::suggest;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct WaiveArgs {
    /// The sealed run in which the item fails: runs/run-…
    run: PathBuf,
    /// The item's id
    item: String,
    /// Why the failure is acceptable
    #[arg(long, value_name = "TEXT")]
    because: String,
    /// When the waiver ends: an instant, a date (from 00:00 UTC on) or days, such as 14d
    #[arg(long, value_name = "TIME")]
    until: String,
    /// Only the failure of this subject; without it, every failure of the item in that run
    #[arg(long)]
    subject: Option<String>,
    /// Who you are [default: the name that the configuration gives your key]
    #[arg(long)]
    by: Option<String>,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    sources: Sources,
}

/// Writes a waiver with the requester's signature.
pub(crate) fn run(args: &WaiveArgs) -> Result<u8, Failure> {
    let made_at = now();
    let until = until(&args.until, made_at)?;
    if args.because.trim().is_empty() {
        return Err(Failure::usage(
            "--because is empty: say why the failure is acceptable",
        ));
    }
    let registry = setup::registry();
    let config = setup::config(&args.sources, &registry, None)?;
    let reader = terms::unchanged(&args.run)?;
    let plan = reader.plan();
    short_enough(plan, &args.item, until.duration_since(made_at))?;
    let failures = failures(&reader, args)?;
    let key = load_private(&args.key)?;
    let by = speaker::name(&config.people, &key, args.by.as_deref(), made_at)?;
    let word = WaiverWord {
        service: plan.run.service.clone(),
        environment: plan.run.environment.clone(),
        item: args.item.as_str().into(),
        failures,
        because: args.because.clone(),
        run: SignedRun {
            id: plan.run.id.clone(),
            digest: reader.digest()?,
        },
        requester: key.public_key().id().to_string(),
        made_at,
        until,
    };
    let envelope =
        seal_waiver(&word, &key).map_err(|error| Failure::internal(error.to_string()))?;
    let prints: Vec<&Digest> = word.failures.iter().map(|one| &one.fingerprint).collect();
    let name = waiver_name(&word.item, &word.environment, &prints);
    let path = config.people.write_new(&name, &envelope.to_json())?;
    output::print(format!("{}\n", path.display()).as_bytes())?;
    output::complain(&format!(
        "{by} asks to waive {} of {} until {until}; somebody else runs `seaworthy approve {} --key …`\n",
        match word.failures.len() {
            1 => "1 failure".to_owned(),
            many => format!("{many} failures"),
        },
        word.item,
        path.display()
    ));
    Ok(exit::READY)
}

/// The policy's longest waiver, by the item's mark, as the run has sealed it.
fn short_enough(plan: &Plan, item: &str, lasts: SignedDuration) -> Result<(), Failure> {
    let Some(planned) = plan.item(&item.into()) else {
        let near = suggest(
            item,
            plan.items.iter().map(|planned| planned.item.id.as_str()),
        );
        let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
        return Err(Failure::usage(format!(
            "the run has no item `{item}`{near}"
        )));
    };
    let (what, days) = match planned.mark {
        Some(Mark::Critical) => ("a critical item", plan.policy.waiver_max_days_critical),
        Some(Mark::Important) | None => ("an item", plan.policy.waiver_max_days),
    };
    if lasts > SignedDuration::from_hours(24 * days) {
        return Err(Failure::usage(format!(
            "--until: the policy lets {what} be waived for {days} days at the most"
        )));
    }
    Ok(())
}

/// The failures of the item in the run, of one subject where one is named.
fn failures(reader: &Reader, args: &WaiveArgs) -> Result<Vec<WaivedFailure>, Failure> {
    let mut stream = reader.result_stream()?;
    let item = loop {
        match stream.next_result()? {
            Some(item) if item.id.as_str() == args.item => break item,
            Some(_) => {}
            None => {
                let item = &args.item;
                return Err(Failure::usage(format!("the run has no item `{item}`")));
            }
        }
    };
    // The worst come first.
    let mut failing: Vec<Verdict> = Vec::new();
    while let Some(verdict) = stream.next_verdict()? {
        if verdict.verdict != Outcome::Fail {
            break;
        }
        failing.push(verdict);
    }
    if failing.is_empty() {
        return Err(not_failing(&item));
    }
    let wanted: Vec<&Verdict> = failing
        .iter()
        .filter(|verdict| {
            args.subject
                .as_ref()
                .is_none_or(|s| s == &verdict.subject.name)
        })
        .collect();
    if wanted.is_empty() {
        let subjects: Vec<_> = failing.iter().map(|v| v.subject.name.as_str()).collect();
        let subject = args.subject.as_deref().unwrap_or_default();
        let near = suggest(subject, subjects.iter().copied()).map_or_else(
            || format!("; these fail: {}", subjects.join(", ")),
            |near| format!("; did you mean {near}?"),
        );
        return Err(Failure::usage(format!(
            "no failure of {} is of the subject `{subject}`{near}",
            args.item
        )));
    }
    let failures = wanted.into_iter().filter_map(|verdict| {
        Some(WaivedFailure {
            probe: verdict.probe.clone(),
            target: verdict.target.clone(),
            subject: verdict.subject.clone(),
            message: verdict.message.clone(),
            fingerprint: verdict.fingerprint.clone()?,
        })
    });
    Ok(failures.collect())
}

fn not_failing(item: &ItemResult) -> Failure {
    let why = item.message.as_deref();
    let why = why.map_or_else(String::new, |why| format!(" ({why})"));
    Failure::usage(format!(
        "{} is {} in that run{why}; a waiver covers only a failure",
        item.id, item.result
    ))
}
