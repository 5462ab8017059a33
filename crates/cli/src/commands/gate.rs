//! `seaworthy gate`: the release gate of a sealed run. Who has to sign, who did, and what has
//! changed since the run; the exit code is the decision.

use super::sealed::sealed;
use super::terms::{self, TightenArgs};
use crate::args::{PlainFormat, Sources};
use crate::failure::Failure;
use crate::people::Found;
use crate::{exit, output, setup};
use clap::Args;
use jiff::Timestamp;
use schemars::JsonSchema;
use seaworthy_bundle::{Reader, StatementKind};
use seaworthy_judge::{ReleaseInput, release, sign_offs_due, tighten};
use seaworthy_model::{
    AttestationState, Decision, Digest, Gate, GateReason, GateRule, ItemId, Refused, RunInfo,
    SignOffState, Signer, Tightening, Waiver, WaiverState, WaiverUse,
};
use seaworthy_people::{File, Words};
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
#[derive(Serialize, JsonSchema)]
struct Answer {
    /// `seaworthy.gate/v1`
    schema: &'static str,
    /// The run.
    run: RunInfo,
    /// The digest of the run's `SHA256SUMS`: what every sign-off binds.
    digest: Digest,
    /// The instant at which the gate was asked (UTC).
    #[schemars(with = "String", extend("format" = "date-time"))]
    asked_at: Timestamp,
    /// The release gate.
    gate: Gate,
    /// What the sweep had decided.
    technical: Gate,
    /// What was asked for beyond the rules.
    #[serde(default, skip_serializing_if = "Tightening::is_empty")]
    tightening: Tightening,
    /// The roles that have to sign off, in the checklist's order.
    sign_offs: Vec<SignOffState>,
    /// Files of the team that do not count, and why.
    refused: Vec<Refused>,
}

/// The JSON Schema of `gate --format json`.
pub(crate) fn gate_schema() -> serde_json::Value {
    schemars::schema_for!(Answer).into()
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

    let (technical, _) = sealed(&reader)?;
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
    let mut more = tighten(plan, &terms::results(&reader)?, &tightening);
    more.extend(trusted_no_more(&reader, &config.people.signers, asked_at)?);
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

/// The statements that the run kept, as files.
fn kept(reader: &Reader) -> Result<Vec<File>, Failure> {
    let mut files = Vec::new();
    for kind in [StatementKind::Attestation, StatementKind::Waiver] {
        let kept = reader.statements(kind)?.into_iter();
        files.extend(kept.map(|(name, bytes)| File { name, bytes }));
    }
    Ok(files)
}

/// What the run stands on and the configuration does not trust, or trusts no more: the run may
/// have been made with other keys, and a key may have ended since.
fn trusted_no_more(
    reader: &Reader,
    signers: &[Signer],
    at: Timestamp,
) -> Result<Vec<GateReason>, Failure> {
    let files = kept(reader)?;
    let then = seaworthy_people::admit(reader.plan(), files.iter().cloned());
    let mut plan = reader.plan().clone();
    plan.terms.signers = signers.to_vec();
    plan.run.as_of = at;
    let now = seaworthy_people::admit(&plan, files);
    let refused = now.refused.into_iter();
    let reasons = refused.filter_map(|refused| {
        let item = stands_on(reader, &then, &refused.file)?;
        Some(GateReason {
            rule: GateRule::WordEnded,
            decision: Decision::Incomplete,
            message: format!(
                "{item} stands on {}, which the configuration does not trust: {}",
                refused.file, refused.reason
            ),
            item: Some(item),
        })
    });
    Ok(reasons.collect())
}

/// The item whose result stands on the statement in `file`.
fn stands_on(reader: &Reader, words: &Words, file: &str) -> Option<ItemId> {
    let run = reader.run();
    let attested = words.attestations.iter().find(|one| one.file.name == file);
    if let Some(said) = attested.map(|one| &one.word.word) {
        let mut uses = run.attestations.iter();
        let used = uses.any(|used| {
            used.state == AttestationState::Used
                && (&used.item, &used.by, used.until) == (&said.item, &said.by, said.until)
        });
        return used.then(|| said.item.clone());
    }
    let waived = words.waivers.iter().find(|one| one.file.name == file)?;
    let (word, approver) = (&waived.word.word, &waived.word.approver);
    let ids = seaworthy_people::waivers_of(word, approver);
    let mut uses = run.waivers.iter();
    let used = uses.any(|used| {
        used.state == WaiverState::Used && ids.iter().any(|waiver| waiver.id == used.id)
    });
    used.then(|| word.item.clone())
}

/// The waivers that the run kept, with what became of each in it.
fn waivers(reader: &Reader) -> Result<Vec<(Waiver, WaiverUse)>, Failure> {
    let words = seaworthy_people::admit(reader.plan(), kept(reader)?);
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
