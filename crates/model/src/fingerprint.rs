//! The fingerprint of a failure, to which a waiver is bound.

use crate::{Digest, ProbeId, SubjectRef};
use serde::Serialize;
use std::collections::BTreeMap;

/// Digests what makes a failure the same failure tomorrow: the probe, the subject, which
/// assertion failed, and the stable values that it read. Times, attempts and ids are no part.
#[must_use]
pub fn fingerprint(
    probe: &ProbeId,
    subject: &SubjectRef,
    assertion: &str,
    values: &BTreeMap<String, serde_json::Value>,
) -> Digest {
    #[derive(Serialize)]
    struct Material<'a> {
        probe: &'a ProbeId,
        subject: &'a SubjectRef,
        assertion: &'a str,
        values: &'a BTreeMap<String, serde_json::Value>,
    }
    Digest::of_json(&Material {
        probe,
        subject,
        assertion,
        values,
    })
}
