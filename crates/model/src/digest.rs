//! Content digests, written `sha256:<hex>` wherever they are shown or stored.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// The SHA-256 of some bytes (FIPS 180-4), written `sha256:` and 64 lower-case hex digits.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_sha256(&Sha256::digest(bytes).into())
    }

    /// The digest that a SHA-256 over many pieces came to.
    #[must_use]
    pub fn from_sha256(hash: &[u8; 32]) -> Self {
        let mut text = String::with_capacity(71);
        text.push_str("sha256:");
        for byte in hash {
            text.push(nibble(byte >> 4));
            text.push(nibble(byte & 15));
        }
        Self(text)
    }

    /// The digest of `value` in its compact JSON form.
    ///
    /// Map keys keep the order in which `value` gives them, so callers hash ordered maps only.
    #[must_use]
    pub fn of_json<T: Serialize + ?Sized>(value: &T) -> Self {
        // Serialising plain data into memory fails only for maps with non-string keys; the nouns
        // of this crate have none, and an empty digest input would still be deterministic.
        Self::of(&serde_json::to_vec(value).unwrap_or_default())
    }

    /// The 32 bytes; `None` for a text that is none.
    #[must_use]
    pub fn sha256(&self) -> Option<[u8; 32]> {
        let mut hash = [0; 32];
        let digits = self.hex().as_bytes();
        if digits.len() != 64 {
            return None;
        }
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |index: usize| char::from(*pair.get(index)?).to_digit(16);
            *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
        }
        Some(hash)
    }

    /// The 64 hex digits without the algorithm's name.
    #[must_use]
    pub fn hex(&self) -> &str {
        self.0.strip_prefix("sha256:").unwrap_or(&self.0)
    }

    /// The whole text, `sha256:<hex>`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn nibble(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn digest_matches_the_published_vector() {
        // FIPS 180-4, example "abc".
        assert_eq!(
            Digest::of(b"abc").as_str(),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        let bytes = Digest::of(b"abc").sha256().unwrap();
        assert_eq!(Digest::from_sha256(&bytes), Digest::of(b"abc"));
        assert_eq!(Digest("sha256:ba78".to_owned()).sha256(), None);
    }
}
