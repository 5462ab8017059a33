//! What people say, as it is signed. Each type is one payload; a field that is not known is an
//! error, since the signer may have meant something by it.

use jiff::Timestamp;
use seaworthy_model::{Claim, Decision, Digest, ItemId, Phase, ProbeId, SubjectRef};
use seaworthy_sign::{
    Envelope, IN_TOTO_PAYLOAD, PrivateKey, ResourceDescriptor, SignError, Statement,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The `payloadType` of an attestation.
pub const ATTESTATION_PAYLOAD: &str = "application/vnd.seaworthy.attestation.v1+json";
/// The `payloadType` of a waiver.
pub const WAIVER_PAYLOAD: &str = "application/vnd.seaworthy.waiver.v1+json";
/// The `predicateType` of a sign-off, which is an in-toto statement about `SHA256SUMS`.
pub const SIGN_OFF_PREDICATE: &str = "urn:seaworthy:sign-off:v1";
/// The subject of a sign-off's statement.
const SUMS: &str = "SHA256SUMS";

/// An attestation: what one person vouches for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestationWord {
    /// The service.
    pub service: String,
    /// The item.
    pub item: ItemId,
    /// Whether it is done or does not apply.
    pub claim: Claim,
    /// The role in which the person speaks, as a slug.
    pub role: String,
    /// The person.
    pub by: String,
    /// What is vouched for.
    pub statement: String,
    /// The document behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentRef>,
    /// The release that it is for.
    pub release: String,
    /// When it was made (UTC).
    pub made_at: Timestamp,
    /// From this instant on it no longer counts (UTC).
    pub until: Timestamp,
}

/// A document by its digest, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentRef {
    /// Its file name.
    pub name: String,
    /// Where it lies below the configuration's folder; then every sweep compares its digest. A
    /// document that is kept elsewhere has no path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The digest of its bytes.
    pub digest: Digest,
}

/// A waiver: failures that one person asks to live with, and another approves by signing too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiverWord {
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// The item.
    pub item: ItemId,
    /// The failures that it covers.
    pub failures: Vec<WaivedFailure>,
    /// Why they are acceptable.
    pub because: String,
    /// The run in which they were seen.
    pub run: SignedRun,
    /// The id of the requester's key; every other signature is an approver's.
    pub requester: String,
    /// When it was requested (UTC).
    pub made_at: Timestamp,
    /// From this instant on it no longer counts (UTC).
    pub until: Timestamp,
}

/// One failure of a waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaivedFailure {
    /// The probe.
    pub probe: ProbeId,
    /// The target.
    pub target: String,
    /// The subject.
    pub subject: SubjectRef,
    /// What was found, for whoever approves; the fingerprint is what binds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The fingerprint of the failure.
    pub fingerprint: Digest,
}

/// A run by its id and the digest of its `SHA256SUMS`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedRun {
    /// The id.
    pub id: String,
    /// The digest.
    pub digest: Digest,
}

/// The predicate of a sign-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOffWord {
    /// The run's id.
    pub run: String,
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// The release.
    pub release: String,
    /// The phase.
    pub phase: Phase,
    /// The role, as a slug.
    pub role: String,
    /// The person.
    pub by: String,
    /// What the technical gate had decided.
    pub decision: Decision,
    /// When it was signed (UTC).
    pub made_at: Timestamp,
}

/// Signs an attestation.
///
/// # Errors
///
/// When it cannot be put into JSON, which no attestation is.
pub fn seal_attestation(word: &AttestationWord, key: &PrivateKey) -> Result<Envelope, SignError> {
    seal(ATTESTATION_PAYLOAD, word, key)
}

/// Signs a waiver as its requester.
///
/// # Errors
///
/// When it cannot be put into JSON, which no waiver is.
pub fn seal_waiver(word: &WaiverWord, key: &PrivateKey) -> Result<Envelope, SignError> {
    seal(WAIVER_PAYLOAD, word, key)
}

/// Signs a sealed bundle, by the digest of its `SHA256SUMS`.
///
/// # Errors
///
/// When it cannot be put into JSON, which no sign-off is.
pub fn seal_sign_off(
    word: &SignOffWord,
    digest: &Digest,
    key: &PrivateKey,
) -> Result<Envelope, SignError> {
    let subject = vec![ResourceDescriptor::sha256(SUMS, digest.hex())];
    let statement = Statement::new(subject, SIGN_OFF_PREDICATE, word.clone());
    let mut envelope = Envelope::new(IN_TOTO_PAYLOAD, statement.to_json()?);
    envelope.sign(key);
    Ok(envelope)
}

/// Reads the payload of a verified attestation.
///
/// # Errors
///
/// When a field is missing, unknown, or not of its type; the message names it.
pub fn read_attestation(payload: &[u8]) -> Result<AttestationWord, SignError> {
    read(payload)
}

/// Reads the payload of a verified waiver.
///
/// # Errors
///
/// When a field is missing, unknown, or not of its type; the message names it.
pub fn read_waiver(payload: &[u8]) -> Result<WaiverWord, SignError> {
    read(payload)
}

/// Reads the payload of a verified sign-off: what was said, and the hex digest it is bound to.
pub(crate) fn read_sign_off(payload: &[u8]) -> Result<(SignOffWord, String), SignError> {
    let statement = Statement::<SignOffWord>::from_json(payload, SIGN_OFF_PREDICATE)?;
    match statement.sha256_of(SUMS) {
        Some(hex) => Ok((statement.predicate.clone(), hex.to_owned())),
        None => Err(SignError::BadStatement {
            problem: format!("it names no sha256 of {SUMS}"),
        }),
    }
}

fn seal<T: Serialize>(kind: &str, word: &T, key: &PrivateKey) -> Result<Envelope, SignError> {
    // Indented, so that whoever decodes the payload can read it.
    let payload = serde_json::to_vec_pretty(word).map_err(|error| SignError::BadStatement {
        problem: error.to_string(),
    })?;
    let mut envelope = Envelope::new(kind, payload);
    envelope.sign(key);
    Ok(envelope)
}

fn read<T: DeserializeOwned>(payload: &[u8]) -> Result<T, SignError> {
    serde_json::from_slice(payload).map_err(|error| SignError::BadStatement {
        problem: error.to_string(),
    })
}
