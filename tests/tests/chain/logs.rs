//! Certificate logs of our own: lists of them, and timestamps that they sign (RFC 6962 §3.2).

use super::der::octets;
use super::made::{Made, public, sign, signed, to_be_signed};
use super::world::World;
use anyhow::Result;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// 2026-04-01, when the server's certificates begin, in milliseconds.
pub(crate) const ISSUED: u64 = 1_775_001_600_000;

/// The extension of certificates.
pub(crate) const TIMESTAMPS: &str = "1.3.6.1.4.1.11129.2.4.2";

/// The key of a log by its name.
fn key(name: &'static str) -> Result<Vec<u8>> {
    public(&Made::authority("O=Log", name, name))
}

/// A log as a list has it, with further fields.
pub(crate) fn log(name: &'static str, further: &Value) -> Value {
    let key = key(name).unwrap_or_default();
    let mut log = json!({
        "description": format!("log {name}"),
        "log_id": BASE64_STANDARD.encode(Sha256::digest(&key)),
        "key": BASE64_STANDARD.encode(&key),
        "url": "https://log.example/",
        "mmd": 86400,
        "state": { "usable": { "timestamp": "2025-01-01T00:00:00Z" } },
    });
    for (field, value) in further.as_object().into_iter().flatten() {
        log[field] = value.clone();
    }
    log
}

/// A list of logs, each by an operator of its own.
pub(crate) fn list(logs: &[Value]) -> String {
    let operators: Vec<Value> = logs
        .iter()
        .enumerate()
        .map(|(place, log)| json!({ "name": format!("operator {place}"), "logs": [log] }))
        .collect();
    json!({ "version": "1", "operators": operators }).to_string()
}

/// A timestamp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    /// The name of the log's key.
    pub(crate) log: &'static str,
    /// The name of the key that signs, the log's own as a rule.
    pub(crate) signer: &'static str,
    pub(crate) at: u64,
}

pub(crate) fn stamp(log: &'static str) -> Stamp {
    Stamp {
        log,
        signer: log,
        at: ISSUED,
    }
}

fn sized(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&length[..], bytes].concat()
}

fn long(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&length[1..], bytes].concat()
}

fn one(stamp: &Stamp, entry: &[u8]) -> Result<Vec<u8>> {
    let at = stamp.at.to_be_bytes();
    let message = [&[0, 0][..], &at, entry, &[0, 0]].concat();
    let signature = sign(stamp.signer, &message)?;
    let id = Sha256::digest(key(stamp.log)?);
    Ok([&[0][..], &id, &at, &[0, 0, 4, 3], &sized(&signature)].concat())
}

/// The list of timestamps over an entry, with others that stand as they are.
pub(crate) fn stamps(all: &[Stamp], entry: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let own = all.iter().filter_map(|stamp| one(stamp, entry).ok());
    let all: Vec<u8> = own
        .chain(others.iter().cloned())
        .flat_map(|one| sized(&one))
        .collect();
    sized(&all)
}

/// The server's certificate as it was promised: before the timestamps were in it.
pub(crate) fn promised(world: &mut World) -> Vec<u8> {
    let (leaf, issuer) = (world.leaf().clone(), world.ca().clone());
    let hash = Sha256::digest(public(&issuer).unwrap_or_default());
    let signed = to_be_signed(&leaf, &issuer).unwrap_or_default();
    [&[0, 1][..], &hash, &long(&signed)].concat()
}

/// The server's certificate whole. Its issuer is to have a key whose signatures are always the same.
pub(crate) fn whole(world: &mut World) -> Vec<u8> {
    world.ca().key = "rsa";
    let (leaf, issuer) = (world.leaf().clone(), world.ca().clone());
    [
        &[0, 0][..],
        &long(&signed(&leaf, &issuer).unwrap_or_default()),
    ]
    .concat()
}

/// Puts timestamps into the server's certificate.
pub(crate) fn embed(world: &mut World, all: &[Stamp]) {
    let entry = promised(world);
    let list = stamps(all, &entry, &[]);
    world.leaf().set(TIMESTAMPS, false, octets(&list));
}
