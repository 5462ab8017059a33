//! The key of a run, and the salts that are derived from it.

use crate::error::{BundleError, IoContext};
use crate::hex;
use crate::layout::SALT_KEY;
use crate::open::{open_regular, read_whole};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::path::Path;

/// The secret of a run from which every salt is derived; it is in the bundle and in no subset.
#[derive(Clone)]
pub(crate) struct SaltKey(Hmac<Sha256>);

impl std::fmt::Debug for SaltKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SaltKey(…)")
    }
}

impl SaltKey {
    /// The bytes of a new key's file.
    pub(crate) fn new_file() -> Result<Vec<u8>, BundleError> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)
            .map_err(|error| std::io::Error::other(error.to_string()))
            .at("draw random bytes for", Path::new(SALT_KEY))?;
        let mut text = hex::of(&key).into_bytes();
        text.push(b'\n');
        Ok(text)
    }

    /// Reads the key of the bundle at `root`.
    pub(crate) fn read(root: &Path) -> Result<Self, BundleError> {
        let place = root.join(SALT_KEY);
        let bytes = read_whole(open_regular(root, SALT_KEY)?, &place, 65)?;
        let key = std::str::from_utf8(&bytes).ok();
        let key = key.and_then(|text| text.strip_suffix('\n'));
        let mac = key
            .and_then(hex::to_bytes)
            .and_then(|key| Hmac::new_from_slice(&key).ok());
        mac.map(Self).ok_or_else(|| {
            let problem = "is no key: wanted 64 lower-case hex digits and a newline";
            BundleError::malformed(&place, None, problem)
        })
    }

    /// The salt of the record at `shard` (its path within the run's folder) and `line`.
    pub(crate) fn salt(&self, shard: &str, line: u32) -> String {
        let mut mac = self.0.clone();
        mac.update(format!("{shard}:{line}").as_bytes());
        hex::of(&mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_salt_is_what_openssl_derives() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("content/commitments")).unwrap();
        let key = "0b".repeat(32);
        std::fs::write(folder.path().join(SALT_KEY), format!("{key}\n")).unwrap();
        let salt = SaltKey::read(folder.path())
            .unwrap()
            .salt("content/facts/00.jsonl.gz", 12);
        let output = std::process::Command::new("sh")
            .arg("-c")
            .arg("printf content/facts/00.jsonl.gz:12 | openssl dgst -sha256 -mac HMAC -macopt \"hexkey:$0\"")
            .arg(key)
            .output()
            .unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(told.trim_end().ends_with(&salt), "{told} {salt}");
    }

    #[test]
    fn a_key_that_is_none_is_refused_and_every_new_one_is_another() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("content/commitments")).unwrap();
        for bad in [
            "",
            "00\n",
            &format!("{}\n", "AB".repeat(32)),
            &"0".repeat(64),
        ] {
            std::fs::write(folder.path().join(SALT_KEY), bad).unwrap();
            let error = SaltKey::read(folder.path()).unwrap_err();
            assert!(error.to_string().contains("is no key"), "{bad:?}: {error}");
        }
        assert_ne!(SaltKey::new_file().unwrap(), SaltKey::new_file().unwrap());
    }
}
