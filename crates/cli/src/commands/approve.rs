//! `seaworthy approve`: the second signature of a waiver, by somebody who may approve.

use crate::args::Sources;
use crate::failure::Failure;
use crate::people::{KeyArgs, load_private, now, replace, speaker};
use crate::{exit, output, setup};
use clap::Args;
use seaworthy_people::{WAIVER_PAYLOAD, WaiverWord, read_waiver};
use seaworthy_report::inert;
use seaworthy_sign::{Envelope, SignatureState};
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct ApproveArgs {
    /// The waiver, as `seaworthy waive` wrote it
    file: PathBuf,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    sources: Sources,
}

/// Adds the approver's signature.
pub(crate) fn run(args: &ApproveArgs) -> Result<u8, Failure> {
    let at = now();
    let registry = setup::registry();
    let config = setup::config(&args.sources, &registry, None)?;
    let people = &config.people;
    let file = args.file.display();
    let wrong = |why: String| Failure::config(format!("{file}: {why}"));
    let mut envelope =
        Envelope::from_json(&setup::read(&args.file)?).map_err(|error| wrong(error.to_string()))?;
    if envelope.payload_type() != WAIVER_PAYLOAD {
        return Err(wrong(
            "this is no waiver; only waivers are approved".to_owned(),
        ));
    }
    // Only what the requester really signed is worth a second signature.
    let keyring = people.keyring()?;
    let verified = keyring.verify(&envelope);
    if let Some(bad) = verified
        .states()
        .iter()
        .find(|state| !matches!(state, SignatureState::Good(_)))
    {
        return Err(wrong(bad.to_string()));
    }
    let word = read_waiver(envelope.unverified_payload()).map_err(|e| wrong(e.to_string()))?;
    let signed = verified.signers();
    if !signed.iter().any(|id| id.as_str() == word.requester) {
        return Err(wrong(
            "the requester that it names did not sign it".to_owned(),
        ));
    }
    if at >= word.until {
        return Err(wrong(format!("it ended at {}", word.until)));
    }
    let key = load_private(&args.key)?;
    let id = key.public_key().id();
    if people.signer(id.as_str()).is_none() {
        return Err(Failure::config(format!(
            "the key {} is not listed under people.signers of the configuration; who approves must be",
            id.short()
        )));
    }
    let name = speaker::name(people, &key, None, at)?;
    if id.as_str() == word.requester {
        return Err(Failure::config(format!(
            "{name} asked for this waiver; somebody else has to approve it"
        )));
    }
    let may = people.signer(id.as_str());
    if !may.is_some_and(|signer| signer.approves_waivers) {
        return Err(Failure::config(format!(
            "{name} may not approve waivers: the configuration does not say approves_waivers"
        )));
    }
    let requester = keyring.signer(&word.requester);
    let requester = requester.map_or("somebody", |signer| signer.name.as_str());
    output::complain(&told(&word, requester));
    envelope.sign(&key);
    replace(&args.file, &envelope.to_json())?;
    output::complain(&format!("{name} approves; commit the file\n"));
    Ok(exit::READY)
}

/// What is being approved.
fn told(word: &WaiverWord, requester: &str) -> String {
    let mut told = format!(
        "{requester} asks to waive, until {}: {}\n",
        word.until, word.item
    );
    // Writing to a String does not fail. The texts come from a run, and so from targets.
    let _ = writeln!(told, "  because: {}", inert(&word.because));
    for failure in &word.failures {
        let message = failure.message.as_deref().unwrap_or("no message");
        let (probe, target, message) = (&failure.probe, &failure.target, inert(message));
        let subject = inert(&failure.subject.name);
        let _ = writeln!(told, "  {probe} on {subject} of {target}: {message}");
    }
    told
}
