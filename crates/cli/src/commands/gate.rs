//! `seaworthy gate`: the release gate of a sealed run. Who has to sign, who did, and what has
//! changed since the run; the exit code is the decision.

use super::terms::{self, TightenArgs};
use crate::args::{PlainFormat, Sources};
use crate::failure::Failure;
use crate::people::Found;
use crate::{exit, output, setup};
use clap::Args;
use jiff::Timestamp;
use seaworthy_bundle::{Reader, StatementKind};
use seaworthy_judge::{ReleaseInput, release, sign_offs_due, tighten};
use seaworthy_model::{
    Digest, Gate, Refused, RunInfo, SignOffState, Tightening, Waiver, WaiverUse,
};
use seaworthy_people::File;
use seaworthy_report::inert;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;

/// The name of the format of `gate --format json`.
const GATE_SCHEMA: &str = "seaworthy.gate/v1";

#[derive(Args, Debug)]
pub(crate) struct GateArgs {
    /// The sealed run: runs/run-…
    run: PathBuf,
    #[command(flatten)]
    tighten: TightenArgs,
    #[command(flatten)]
    sources: Sources,
    /// text or json
    #[arg(long, short = 'f', default_value = "text")]
    format: PlainFormat,
}

/// What the release gate says. It is also written to `exports/gate.json` of the run.
#[derive(Serialize)]
struct Answer {
    schema: &'static str,
    run: RunInfo,
    /// Of the run's `SHA256SUMS`: what every sign-off binds.
    digest: Digest,
    /// The instant at which the gate was asked.
    asked_at: Timestamp,
    gate: Gate,
    /// What the sweep had decided.
    technical: Gate,
    #[serde(skip_serializing_if = "Tightening::is_empty")]
    tightening: Tightening,
    sign_offs: Vec<SignOffState>,
    refused: Vec<Refused>,
}

/// Decides the release gate.
pub(crate) fn run(args: &GateArgs) -> Result<u8, Failure> {
    let asked_at = Timestamp::now();
    let registry = setup::registry();
    let config = setup::config(&args.sources, &registry, None)?;
    let reader = terms::unchanged(&args.run)?;
    let plan = reader.plan();
    if !config.service.is_empty() && config.service != plan.run.service {
        return Err(Failure::config(format!(
            "{} is of the service {}, the configuration of {}",
            args.run.display(),
            plan.run.service,
            config.service
        )));
    }
    let tightening = args.tighten.resolve(&plan.run)?;
    let mut found = Found::below(&config.people.folder)?;
    let beside = Found::below(&reader.dir().join("signoffs"))?;
    found.files.extend(beside.files);
    found.refused.extend(beside.refused);
    let keyring = config.people.keyring()?;
    let (signed, refused) = seaworthy_people::admit_sign_offs(&keyring, asked_at, found.files);
    found.refused.extend(refused);
    found.refused.sort();

    let (technical, _) = super::show::sealed(&reader)?;
    let digest = reader.digest()?;
    let waivers = waivers(&reader)?;
    let input = ReleaseInput {
        plan,
        digest: &digest,
        technical: &technical,
        sign_offs: &signed,
        attestations: &reader.run().attestations,
        waivers: &waivers,
        at: asked_at,
    };
    let more = tighten(plan, &terms::results(&reader)?, &tightening);
    let gate = release(&input, more);
    let answer = Answer {
        schema: GATE_SCHEMA,
        run: plan.run.clone(),
        sign_offs: sign_offs_due(&input),
        digest: digest.clone(),
        asked_at,
        gate,
        technical: technical.clone(),
        tightening,
        refused: found.refused,
    };
    tell(&answer, &reader, args.format)?;
    Ok(exit::of_decision(answer.gate.decision))
}

/// The waivers that the run kept, with what became of each in it.
fn waivers(reader: &Reader) -> Result<Vec<(Waiver, WaiverUse)>, Failure> {
    let kept = reader.statements(StatementKind::Waiver)?.into_iter();
    let files = kept.map(|(name, bytes)| File { name, bytes });
    let words = seaworthy_people::admit(reader.plan(), files);
    let uses = &reader.run().waivers;
    let used = words.waivers().into_iter().filter_map(|waiver| {
        let used = uses.iter().find(|used| used.id == waiver.id)?.clone();
        Some((waiver, used))
    });
    Ok(used.collect())
}

fn tell(answer: &Answer, reader: &Reader, format: PlainFormat) -> Result<(), Failure> {
    let mut json = serde_json::to_vec_pretty(answer)
        .map_err(|error| Failure::internal(format!("failed to write the gate: {error}")))?;
    json.push(b'\n');
    let exports = reader.dir().join("exports");
    if exports.is_dir() {
        output::write(&exports.join("gate.json"), &json)?;
    }
    match format {
        PlainFormat::Json => output::print(&json),
        PlainFormat::Text => output::print(text(answer).as_bytes()),
    }
}

fn text(answer: &Answer) -> String {
    let run = &answer.run;
    let mut text = format!(
        "{}: {} {} for {} ({}), run {}\n",
        answer.gate.decision, run.service, run.release, run.environment, run.phase, run.id
    );
    // Writing to a String does not fail.
    for reason in &answer.gate.reasons {
        let _ = writeln!(text, "  - {}", inert(&reason.message));
    }
    if !answer.sign_offs.is_empty() {
        let _ = writeln!(text, "sign-offs over {}", answer.digest);
    }
    for due in &answer.sign_offs {
        let state = match &due.signed {
            Some(signed) => format!("{}, {}", inert(&signed.by), signed.made_at),
            None => "missing".to_owned(),
        };
        let _ = writeln!(text, "  {}: {state}", due.role);
    }
    for refused in &answer.refused {
        let (file, reason) = (inert(&refused.file), inert(&refused.reason));
        let _ = writeln!(text, "does not count: {file}: {reason}");
    }
    text
}
