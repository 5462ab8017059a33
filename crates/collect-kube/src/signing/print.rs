//! The keyed hash by which two environments are compared: nobody learns a key from it, not even by
//! trying likely ones, without the key of the hash.

use hmac::{Hmac, KeyInit as _, Mac as _};
use seaworthy_collect::{SecretRef, Trouble};
use seaworthy_model::ReasonCode;
use sha2::Sha256;
use std::fmt::Write as _;

pub(super) const PREFIX: &str = "hmac-sha256:";

/// What is hashed before the value, so that the same key of a team used elsewhere gives no hash that
/// could be taken for one of these.
const DOMAIN: &[u8] = b"seaworthy signing key 1\0";
/// A shorter key could be tried out by whoever has a fingerprint.
const LEAST: usize = 32;

/// Makes fingerprints.
pub(super) struct Printer {
    mac: Hmac<Sha256>,
    /// Whether its key is the team's, so that its fingerprints mean something beyond this run.
    pub(super) is_lasting: bool,
}

impl Printer {
    /// With the team's key, or with one that is made now and forgotten at the end.
    pub(super) fn new(key: Option<&SecretRef>) -> Result<Self, Trouble> {
        let failed = |why: String| Trouble::new(ReasonCode::CollectorFailed, why);
        let mac = match key {
            Some(reference) => {
                let key = reference.resolve()?;
                let length = key.expose().chars().count();
                if length < LEAST {
                    return Err(failed(format!(
                        "the fingerprint_key has {length} characters; {LEAST} or more are wanted, such as `openssl rand -hex 32` gives"
                    )));
                }
                Hmac::new_from_slice(key.expose().as_bytes())
            }
            None => {
                let mut own = [0; 32];
                getrandom::fill(&mut own)
                    .map_err(|error| failed(format!("failed to draw random bytes: {error}")))?;
                Hmac::new_from_slice(&own)
            }
        };
        Ok(Self {
            mac: mac.map_err(|error| failed(error.to_string()))?,
            is_lasting: key.is_some(),
        })
    }

    /// The fingerprint of a value.
    pub(super) fn print(&self, value: &[u8]) -> String {
        let mut mac = self.mac.clone();
        mac.update(DOMAIN);
        mac.update(value);
        let mut text = PREFIX.to_owned();
        for byte in mac.finalize().into_bytes() {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{PREFIX, Printer};
    use seaworthy_collect::SecretRef;

    #[test]
    fn a_run_has_a_key_of_its_own() {
        let (one, other) = (Printer::new(None).unwrap(), Printer::new(None).unwrap());
        assert_eq!(one.print(b"value"), one.print(b"value"));
        assert_ne!(one.print(b"value"), one.print(b"values"));
        assert_ne!(one.print(b"value"), other.print(b"value"));
        assert!(!one.is_lasting);
    }

    #[test]
    fn a_team_s_key_gives_the_same_in_every_run() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let reference = SecretRef::File(file.path().display().to_string());
        std::fs::write(file.path(), "short").unwrap();
        let refused = Printer::new(Some(&reference)).err().unwrap();
        assert!(refused.detail.contains("5 characters"));
        assert!(!refused.detail.contains("short"));
        std::fs::write(file.path(), "0123456789abcdef0123456789abcdef\n").unwrap();
        let printer = Printer::new(Some(&reference)).unwrap();
        // By `printf 'seaworthy signing key 1\0value' | openssl dgst -sha256 -hmac 0123…`.
        let wanted = "a21548559c4ecafa6bd97c3ac007ca77882147f3889854c72a2029bc68b9d4b1";
        assert_eq!(printer.print(b"value"), format!("{PREFIX}{wanted}"));
    }
}
