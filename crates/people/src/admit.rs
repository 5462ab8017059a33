//! Which statements are admitted to a run, and why the others are not.

use jiff::Timestamp;
use seaworthy_model::{
    Attestation, Digest, ItemId, ItemKind, Plan, Refused, SignOff, Signer, Waiver, role_slug,
};
use seaworthy_sign::{Envelope, IN_TOTO_PAYLOAD};
use seaworthy_yaml::suggest;

use crate::keyring::Keyring;
use crate::words::{
    ATTESTATION_PAYLOAD, AttestationWord, WAIVER_PAYLOAD, WaiverWord, read_attestation,
    read_sign_off, read_waiver,
};

/// A file of the team's folder, or of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path, as messages name it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A statement that is admitted, with the file that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted<T> {
    /// The file.
    pub file: File,
    /// What it says.
    pub word: T,
}

/// The attestations and waivers of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The admitted attestations, in the order of their files.
    pub attestations: Vec<Admitted<SignedAttestation>>,
    /// The admitted waivers.
    pub waivers: Vec<Admitted<ApprovedWaiver>>,
    /// What does not count, and why.
    pub refused: Vec<Refused>,
}

/// An attestation with the key that signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedAttestation {
    /// What it says.
    pub word: AttestationWord,
    /// The id of the key.
    pub key_id: String,
}

/// A waiver with the key that approved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovedWaiver {
    /// What it says.
    pub word: WaiverWord,
    /// The id of the approver's key.
    pub approver: String,
}

impl Words {
    /// The attestations as the judge takes them.
    #[must_use]
    pub fn attestations(&self) -> Vec<Attestation> {
        let all = self.attestations.iter().map(|admitted| &admitted.word);
        all.map(attestation).collect()
    }

    /// The waivers as the judge takes them: one for each failure.
    #[must_use]
    pub fn waivers(&self) -> Vec<Waiver> {
        let all = self.waivers.iter().map(|admitted| &admitted.word);
        all.flat_map(|waiver| waivers_of(&waiver.word, &waiver.approver))
            .collect()
    }
}

/// Sorts files into attestations and waivers that are admitted to the run of `plan`, and what is
/// refused. Sign-offs are left out: they come after the run.
///
/// The trusted keys are those of the plan, so that a replay from the bundle decides the same.
#[must_use]
pub fn admit(plan: &Plan, files: impl IntoIterator<Item = File>) -> Words {
    let mut words = Words::default();
    let keyring = Keyring::new(&plan.terms.signers);
    // In the order of their digests, which is that of a bundle: the first of two statements on
    // one item is the same one in a replay. The same bytes under two names are one statement.
    let mut files: Vec<(Digest, File)> = files
        .into_iter()
        .map(|file| (Digest::of(&file.bytes), file))
        .collect();
    files.sort_by(|a, b| (&a.0, &a.1.name).cmp(&(&b.0, &b.1.name)));
    files.dedup_by(|later, first| later.0 == first.0);
    for (_, file) in files {
        let read = match &keyring {
            Ok(keyring) => one(plan, keyring, &file),
            Err(fault) => Err(fault.to_string()),
        };
        match read {
            Ok(Some(Word::Attestation(word))) => {
                words.attestations.push(Admitted { file, word });
            }
            Ok(Some(Word::Waiver(word))) => words.waivers.push(Admitted { file, word }),
            Ok(None) => {}
            Err(reason) => words.refused.push(Refused {
                file: file.name,
                reason,
            }),
        }
    }
    words
}

/// Sorts files into sign-offs that are verified, of whatever run, and what is refused. Other
/// statements are left out. The trusted keys come from outside the bundle.
#[must_use]
pub fn admit_sign_offs(
    keyring: &Keyring,
    at: Timestamp,
    files: impl IntoIterator<Item = File>,
) -> (Vec<SignOff>, Vec<Refused>) {
    let (mut signed, mut refused) = (Vec::new(), Vec::new());
    for file in files {
        match sign_off(keyring, at, &file) {
            // The same sign-off may lie in the team's folder and beside the bundle.
            Ok(Some(word)) if signed.contains(&word) => {}
            Ok(Some(word)) => signed.push(word),
            Ok(None) => {}
            Err(reason) => refused.push(Refused {
                file: file.name,
                reason,
            }),
        }
    }
    (signed, refused)
}

/// The waivers of one file as the judge takes them.
#[must_use]
pub fn waivers_of(word: &WaiverWord, approver: &str) -> Vec<Waiver> {
    let digest = Digest::of_json(word);
    let short = digest.hex().get(..8).unwrap_or_default();
    let one = |(number, failure): (usize, &crate::WaivedFailure)| Waiver {
        id: match word.failures.len() {
            1 => short.to_owned(),
            _ => format!("{short}-{number}"),
        },
        item: word.item.clone(),
        target: Some(failure.target.clone()),
        subject: Some(failure.subject.name.clone()),
        fingerprint: failure.fingerprint.clone(),
        because: word.because.clone(),
        requester: word.requester.clone(),
        approver: approver.to_owned(),
        made_at: word.made_at,
        until: word.until,
    };
    (1..).zip(&word.failures).map(one).collect()
}

enum Word {
    Attestation(SignedAttestation),
    Waiver(ApprovedWaiver),
}

fn one(plan: &Plan, keyring: &Keyring, file: &File) -> Result<Option<Word>, String> {
    let envelope = Envelope::from_json(&file.bytes).map_err(|error| error.to_string())?;
    let kind = envelope.payload_type();
    if kind == IN_TOTO_PAYLOAD {
        return Ok(None);
    }
    if kind != ATTESTATION_PAYLOAD && kind != WAIVER_PAYLOAD {
        let kind = kind.escape_debug();
        return Err(format!(
            "its payload is of the type `{kind}`, which this version does not know"
        ));
    }
    let speakers = keyring.speakers(&envelope, plan.run.as_of)?;
    let payload = envelope.unverified_payload();
    if kind == ATTESTATION_PAYLOAD {
        let word = read_attestation(payload).map_err(|error| error.to_string())?;
        let key_id = check_attestation(plan, &speakers, &word)?;
        Ok(Some(Word::Attestation(SignedAttestation { word, key_id })))
    } else {
        let word = read_waiver(payload).map_err(|error| error.to_string())?;
        let approver = check_waiver(plan, &speakers, &word)?;
        Ok(Some(Word::Waiver(ApprovedWaiver { word, approver })))
    }
}

/// An attestation counts when whom it names signed it, and may speak in this role. Gives the key.
fn check_attestation(
    plan: &Plan,
    speakers: &[&Signer],
    word: &AttestationWord,
) -> Result<String, String> {
    same_service(plan, &word.service)?;
    let signer = speaks_as(speakers, &word.by, &word.role)?;
    if word.statement.trim().is_empty() {
        return Err("its statement is empty".to_owned());
    }
    known_item(plan, &word.item)?;
    Ok(signer.key_id.clone())
}

/// A waiver counts when its requester and somebody else signed who may approve. Gives the
/// approver's key.
fn check_waiver(plan: &Plan, speakers: &[&Signer], word: &WaiverWord) -> Result<String, String> {
    same_service(plan, &word.service)?;
    if word.environment != plan.run.environment {
        let (found, wanted) = (&word.environment, &plan.run.environment);
        return Err(format!(
            "it is for the environment {found}, this is {wanted}"
        ));
    }
    known_item(plan, &word.item)?;
    if word.failures.is_empty() {
        return Err("it names no failure".to_owned());
    }
    if word.because.trim().is_empty() {
        return Err("it gives no reason".to_owned());
    }
    if !speakers
        .iter()
        .any(|signer| signer.key_id == word.requester)
    {
        return Err("the requester that it names did not sign it".to_owned());
    }
    let mut others = speakers
        .iter()
        .filter(|signer| signer.key_id != word.requester);
    let approver = others.clone().find(|signer| signer.approves_waivers);
    match (approver, others.next()) {
        (Some(approver), _) => Ok(approver.key_id.clone()),
        (None, Some(other)) => Err(format!(
            "{} signed it too, and may not approve waivers (approves_waivers in the configuration)",
            other.name
        )),
        (None, None) => Err(
            "it is not approved: somebody else who may approve waivers runs `seaworthy approve` on it"
                .to_owned(),
        ),
    }
}

fn sign_off(keyring: &Keyring, at: Timestamp, file: &File) -> Result<Option<SignOff>, String> {
    let envelope = Envelope::from_json(&file.bytes).map_err(|error| error.to_string())?;
    if envelope.payload_type() != IN_TOTO_PAYLOAD {
        return Ok(None);
    }
    let speakers = keyring.speakers(&envelope, at)?;
    let (word, hex) =
        read_sign_off(envelope.unverified_payload()).map_err(|error| error.to_string())?;
    let signer = speaks_as(&speakers, &word.by, &word.role)?;
    let digest = serde_json::from_value(format!("sha256:{hex}").into())
        .map_err(|error| error.to_string())?;
    Ok(Some(SignOff {
        run: word.run,
        digest,
        role: role_slug(&word.role),
        by: word.by,
        key_id: signer.key_id.clone(),
        decision: word.decision,
        made_at: word.made_at,
    }))
}

/// The one of `speakers` that `by` names, if it may speak as `role`.
fn speaks_as<'a>(speakers: &[&'a Signer], by: &str, role: &str) -> Result<&'a Signer, String> {
    let Some(signer) = speakers.iter().find(|signer| signer.name == by) else {
        let names: Vec<_> = speakers.iter().map(|signer| signer.name.as_str()).collect();
        let (by, names) = (by.escape_debug(), names.join(" and "));
        return Err(format!(
            "it says that it is by {by}, and the key is that of {names}"
        ));
    };
    if signer.roles.contains(&role_slug(role)) {
        return Ok(signer);
    }
    let role = role.escape_debug();
    if signer.roles.is_empty() {
        return Err(format!("{by} may speak in no role, and speaks as {role}"));
    }
    let roles: Vec<_> = signer.roles.iter().map(String::as_str).collect();
    let roles = roles.join(", ");
    Err(format!("{by} may not speak as {role}, only as {roles}"))
}

fn same_service(plan: &Plan, service: &str) -> Result<(), String> {
    if service == plan.run.service {
        return Ok(());
    }
    let (found, wanted) = (service.escape_debug(), &plan.run.service);
    Err(format!("it is for the service {found}, this is {wanted}"))
}

fn known_item(plan: &Plan, id: &ItemId) -> Result<(), String> {
    match plan.item(id).map(|planned| planned.item.kind) {
        Some(ItemKind::Leaf) => Ok(()),
        Some(ItemKind::Group) => Err(format!("{id} is a group; its items are what is decided")),
        Some(ItemKind::SignOff) => Err(format!(
            "{id} is a sign-off: `seaworthy sign-off` signs the sealed bundle"
        )),
        None => {
            let leaves = plan.items.iter().map(|planned| planned.item.id.as_str());
            let near = suggest(id.as_str(), leaves);
            let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
            let id = id.as_str().escape_debug();
            Err(format!("the checklist has no item {id}{near}"))
        }
    }
}

fn attestation(SignedAttestation { word, key_id }: &SignedAttestation) -> Attestation {
    Attestation {
        key_id: key_id.clone(),
        item: word.item.clone(),
        role: role_slug(&word.role),
        by: word.by.clone(),
        statement: word.statement.clone(),
        document: word
            .document
            .as_ref()
            .map(|document| document.digest.clone()),
        release: word.release.clone(),
        made_at: word.made_at,
        until: word.until,
        claim: word.claim,
    }
}
