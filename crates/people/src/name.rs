//! File names: the same statement lies in the same file, whoever makes it and when.

use crate::EXTENSION;
use seaworthy_model::{Digest, ItemId, role_slug};

/// Letters of the readable part of a name; the digest tells names apart that begin alike.
const LONGEST: usize = 60;

/// The path of an attestation below the team's folder: one for each item, role and release.
#[must_use]
pub fn attestation_name(item: &ItemId, role: &str, release: &str) -> String {
    let unique = Digest::of_json(&(item, role, release));
    let (item, role) = (last(item), readable(role));
    format!("attestations/{item}.{role}.{}{EXTENSION}", short(&unique))
}

/// The path of a waiver below the team's folder: one for each item and set of failures.
#[must_use]
pub fn waiver_name(item: &ItemId, environment: &str, fingerprints: &[&Digest]) -> String {
    let unique = Digest::of_json(&(item, environment, fingerprints));
    format!("waivers/{}.{}{EXTENSION}", last(item), short(&unique))
}

/// The path of a sign-off below the team's folder: one for each run and role.
#[must_use]
pub fn sign_off_name(run: &str, role: &str) -> String {
    format!("sign-offs/run-{run}.{}{EXTENSION}", readable(role))
}

/// The last part of an item's id, which says most of it.
fn last(item: &ItemId) -> String {
    let id = item.as_str();
    readable(id.rsplit('/').next().unwrap_or(id))
}

/// Of what is anybody's text, what every file system takes.
fn readable(text: &str) -> String {
    let slug: String = role_slug(text)
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .take(LONGEST)
        .collect();
    if slug.is_empty() {
        "x".to_owned()
    } else {
        slug
    }
}

fn short(digest: &Digest) -> &str {
    digest.hex().get(..8).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{attestation_name, sign_off_name};

    #[test]
    fn a_name_is_plain_whatever_it_is_made_of() {
        let hostile = "a/../../../etc/passwd\u{1b}[2J é".into();
        let name = attestation_name(&hostile, "../root", "1.0");
        assert!(
            name.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"./-".contains(&byte)),
            "{name}"
        );
        assert_eq!(name.matches('/').count(), 1, "{name}");
        assert!(!name.contains(".."), "{name}");
        assert_eq!(name, attestation_name(&hostile, "../root", "1.0"));
        assert_ne!(name, attestation_name(&hostile, "../root", "1.1"));
        assert_eq!(
            sign_off_name("20260101T000000Z-abc", "CTO/VP Engineering"),
            "sign-offs/run-20260101T000000Z-abc.cto-vp-engineering.dsse.json"
        );
    }
}
