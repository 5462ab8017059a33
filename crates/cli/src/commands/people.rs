//! `seaworthy people`: what people signed, whether a sweep would admit it, and when it ends. For
//! review, and for CI over a change of the team's folder.

use super::attest::prepared;
use crate::args::Sources;
use crate::failure::Failure;
use crate::people::{Found, documents};
use crate::{exit, output, setup};
use clap::Args;
use jiff::Timestamp;
use seaworthy_report::inert;
use seaworthy_sign::Envelope;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct PeopleArgs {
    /// Show what one file says, and whose signatures it carries, instead of the list
    file: Option<PathBuf>,
    #[command(flatten)]
    sources: Sources,
    /// The checklist, Markdown [default: that of the configuration, else the built-in one]
    #[arg(long, value_name = "FILE")]
    checklist: Option<PathBuf>,
}

/// Lists the statements. A file that would be refused is exit code 1.
pub(crate) fn run(args: &PeopleArgs) -> Result<u8, Failure> {
    if let Some(file) = &args.file {
        return show(file, &args.sources);
    }
    let prepared = prepared(&args.sources, args.checklist.clone(), None)?;
    let people = &prepared.config.people;
    let found = Found::below(&people.folder)?;
    let now = Timestamp::now();
    let keyring = people.keyring()?;
    let (signed, refused) =
        seaworthy_people::admit_sign_offs(&keyring, now, found.files.iter().cloned());
    let mut words = seaworthy_people::admit(&prepared.plan, found.files);
    // A file that is broken is refused by both.
    for one in refused.into_iter().chain(found.refused) {
        if !words.refused.iter().any(|known| known.file == one.file) {
            words.refused.push(one);
        }
    }
    documents(people, &mut words);
    words.refused.sort();
    let mut text = String::new();
    // Writing to a String does not fail.
    for admitted in &words.attestations {
        let word = &admitted.word.word;
        let _ = writeln!(
            text,
            "attestation  {} by {} ({}) for {} {}",
            word.item,
            word.by,
            word.role,
            word.release,
            end(word.until, now)
        );
    }
    for admitted in &words.waivers {
        let word = &admitted.word.word;
        let _ = writeln!(text, "waiver       {} {}", word.item, end(word.until, now));
    }
    for signed in &signed {
        let (role, by, run) = (&signed.role, &signed.by, &signed.run);
        let _ = writeln!(text, "sign-off     {role} by {by} over the run {run}");
    }
    for refused in &words.refused {
        let (file, reason) = (inert(&refused.file), inert(&refused.reason));
        let _ = writeln!(text, "refused      {file}: {reason}");
    }
    output::print(text.as_bytes())?;
    Ok(if words.refused.is_empty() {
        exit::READY
    } else {
        exit::NOT_READY
    })
}

fn end(until: Timestamp, now: Timestamp) -> String {
    if now >= until {
        format!("ended at {until}")
    } else {
        format!("until {until}")
    }
}

/// The payload of one file, readable, with the state of each signature: what a reviewer, or
/// `git diff` through textconv, wants to see.
fn show(file: &std::path::Path, sources: &Sources) -> Result<u8, Failure> {
    let registry = setup::registry();
    let config = setup::config(sources, &registry, None)?;
    let keyring = config.people.keyring()?;
    let wrong = |why: String| Failure::config(format!("{}: {why}", file.display()));
    let envelope =
        Envelope::from_json(&setup::read(file)?).map_err(|error| wrong(error.to_string()))?;
    let payload: serde_json::Value = serde_json::from_slice(envelope.unverified_payload())
        .map_err(|error| wrong(format!("its payload is not JSON: {error}")))?;
    let payload = serde_json::to_string_pretty(&payload)
        .map_err(|error| Failure::internal(error.to_string()))?;
    let mut text = format!("{}\n", inert(envelope.payload_type()));
    // Writing to a String does not fail.
    for line in payload.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let _ = writeln!(text, "{:indent$}{}", "", inert(line));
    }
    for state in keyring.verify(&envelope).states() {
        let whose = match state {
            seaworthy_sign::SignatureState::Good(id) => keyring.signer(id.as_str()).map_or_else(
                || state.to_string(),
                |signer| format!("signed by {}", signer.name),
            ),
            seaworthy_sign::SignatureState::Bad(_) | seaworthy_sign::SignatureState::Unknown(_) => {
                state.to_string()
            }
        };
        let _ = writeln!(text, "{whose}");
    }
    output::print(text.as_bytes())?;
    let verified = keyring.verify(&envelope);
    Ok(if verified.payload().is_some() {
        exit::READY
    } else {
        exit::NOT_READY
    })
}
