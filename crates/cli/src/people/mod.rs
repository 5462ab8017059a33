//! The team's folder of signed statements, and the keys that are trusted for them: what the
//! configuration says under `people:`, and the files that lie there. What a statement is worth
//! is decided by the `people` crate and by `judge`.

mod instant;
mod keys;
mod read;
pub(crate) mod speaker;

pub(crate) use instant::{first_instant, now, until};
pub(crate) use keys::{KeyArgs, MaybeKey, Passphrase, load_private, wrong_key};
pub(crate) use read::{Found, documents};

use crate::failure::Failure;
use seaworthy_model::Signer;
use seaworthy_people::Keyring;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where statements lie when the configuration does not say.
pub(crate) const FOLDER: &str = ".seaworthy";

/// The configuration's `people:`.
#[derive(Debug, Clone)]
pub(crate) struct People {
    /// The folder of the statements.
    pub(crate) folder: PathBuf,
    /// The configuration's folder, to which documents are relative.
    pub(crate) base: PathBuf,
    /// Who may speak.
    pub(crate) signers: Vec<Signer>,
}

impl Default for People {
    fn default() -> Self {
        Self {
            folder: PathBuf::from(FOLDER),
            base: PathBuf::new(),
            signers: Vec::new(),
        }
    }
}

impl People {
    /// The trusted keys.
    pub(crate) fn keyring(&self) -> Result<Keyring, Failure> {
        Keyring::new(&self.signers).map_err(|fault| Failure::config(fault.to_string()))
    }

    /// The signer with the key of that id.
    pub(crate) fn signer(&self, key_id: &str) -> Option<&Signer> {
        self.signers.iter().find(|signer| signer.key_id == key_id)
    }

    /// Writes a new statement below the folder; one that is there already is kept.
    pub(crate) fn write_new(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let path = self.folder.join(name);
        write_new(&path, bytes)?;
        Ok(path)
    }
}

/// Writes a file that must not exist yet, with the folders above it.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        let path = path.display();
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            return Failure::io(format!(
                "{path} exists already; nothing was written. Remove it first to sign anew"
            ));
        }
        Failure::io(format!("failed to write {path}: {error}"))
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(failed)
}

/// Replaces a file in one step, so that a crash leaves the old one or the new one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    let failed =
        |error: std::io::Error| Failure::io(format!("failed to write {}: {error}", path.display()));
    std::fs::write(&partial, bytes).map_err(failed)?;
    std::fs::rename(&partial, path).map_err(failed)
}
