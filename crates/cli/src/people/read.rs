//! Reading the team's folder: every `*.dsse.json` below it, and the documents that attestations
//! name.

use super::People;
use crate::failure::Failure;
use seaworthy_model::{Digest, Refused};
use seaworthy_people::{DocumentRef, EXTENSION, File, MOST_BYTES, Words};
use std::path::{Component, Path};

/// More statements than any team has.
const MOST_FILES: usize = 100_000;

/// The files of the folder, and what is no statement although it has the name of one.
pub(crate) struct Found {
    pub(crate) files: Vec<File>,
    pub(crate) refused: Vec<Refused>,
}

impl Found {
    /// Reads the folder at `path`; one that does not exist holds nothing.
    pub(crate) fn below(path: &Path) -> Result<Self, Failure> {
        let mut found = Self {
            files: Vec::new(),
            refused: Vec::new(),
        };
        if !path.exists() {
            return Ok(found);
        }
        // Nothing is hidden from this walk: a statement that a .gitignore names would be missed.
        let walk = ignore::WalkBuilder::new(path)
            .standard_filters(false)
            .sort_by_file_path(Ord::cmp)
            .build();
        for entry in walk {
            let entry = entry.map_err(|error| {
                Failure::io(format!("failed to read below {}: {error}", path.display()))
            })?;
            let name = entry.path().display().to_string();
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            if is_folder || !name.ends_with(EXTENSION) {
                continue;
            }
            if found.files.len() >= MOST_FILES {
                return Err(Failure::config(format!(
                    "{} holds more than {MOST_FILES} statements; move those of old releases away",
                    path.display()
                )));
            }
            match read(&entry) {
                Ok(bytes) => found.files.push(File { name, bytes }),
                Err(reason) => found.refused.push(Refused { file: name, reason }),
            }
        }
        Ok(found)
    }
}

fn read(entry: &ignore::DirEntry) -> Result<Vec<u8>, String> {
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return Err("it is no regular file, such as a symbolic link".to_owned());
    }
    let failed = |error: std::io::Error| format!("failed to read it: {error}");
    let size = std::fs::metadata(entry.path()).map_err(failed)?.len();
    if size > MOST_BYTES {
        return Err(format!(
            "it has {size} bytes, a statement at most {MOST_BYTES}"
        ));
    }
    std::fs::read(entry.path()).map_err(failed)
}

/// Refuses the attestations whose documents are not those that were signed.
pub(crate) fn documents(people: &People, words: &mut Words) {
    let mut refused = Vec::new();
    words.attestations.retain(|admitted| {
        let Some(document) = &admitted.word.word.document else {
            return true;
        };
        let Err(reason) = compare(&people.base, document) else {
            return true;
        };
        refused.push(Refused {
            file: admitted.file.name.clone(),
            reason,
        });
        false
    });
    words.refused.append(&mut refused);
}

fn compare(base: &Path, document: &DocumentRef) -> Result<(), String> {
    // One that is kept elsewhere is vouched for by its digest alone.
    let Some(path) = &document.path else {
        return Ok(());
    };
    let shown = path.escape_debug();
    let inside = Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !inside {
        return Err(format!(
            "its document {shown} is not below the configuration's folder"
        ));
    }
    let bytes = std::fs::read(base.join(path))
        .map_err(|error| format!("its document {shown} cannot be read: {error}"))?;
    let found = Digest::of(&bytes);
    if found == document.digest {
        return Ok(());
    }
    let wanted = &document.digest;
    Err(format!(
        "its document {shown} is another one than was signed: {found}, signed was {wanted}"
    ))
}
