//! Charts within archives: Helm wants files, so an archive that holds a chart is unpacked into a folder
//! that goes when the rendering is done. Nothing leads out of it, and nothing swells without end.

use super::chart::{self, Chart, Within};
use crate::read::archive::{self, Packing};
use crate::read::input::{LARGEST, MOST_FILES};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};
use tempfile::TempDir;

/// The most bytes that an archive is unpacked to.
const MOST_BYTES: u64 = 256 << 20;

/// The charts of an archive, and the folder that they are in for now.
pub(super) struct Unpacked {
    pub(super) charts: Vec<Chart>,
    /// Goes when dropped.
    pub(super) folder: TempDir,
}

/// Unpacks an archive that holds a chart; `None` where it holds none, or cannot be unpacked: then its
/// templates stay named as unrendered.
pub(super) fn unpack(path: &Path) -> Option<Unpacked> {
    let packing = archive::packing(path)?;
    let folder = tempfile::tempdir().ok()?;
    let mut room = Room {
        folder: folder.path(),
        bytes: MOST_BYTES,
        files: MOST_FILES,
    };
    let file = BufReader::new(File::open(path).ok()?);
    match packing {
        Packing::Zip => room.zip(file),
        Packing::TarGz => room.tar(MultiGzDecoder::new(file)),
        Packing::Tar => room.tar(file),
    }
    .ok()?;
    let roots = [folder.path().to_owned()];
    let folders = chart::find(&roots);
    let packaged = chart::packaged(&roots, &folders);
    let within = |at: &Path| Within {
        archive: path.to_owned(),
        inner: at.strip_prefix(folder.path()).unwrap_or(at).to_owned(),
        unpacked: folder.path().to_owned(),
        by: if packing == Packing::Zip {
            "unzip"
        } else {
            "tar"
        },
    };
    let mut charts: Vec<Chart> = folders
        .iter()
        .map(|at| Chart::in_folder(at).within(within(at)))
        .collect();
    charts.extend(
        packaged
            .iter()
            .map(|(at, top)| Chart::in_archive(at, top).within(within(at))),
    );
    (!charts.is_empty()).then_some(Unpacked { charts, folder })
}

/// What may still be written.
struct Room<'a> {
    folder: &'a Path,
    bytes: u64,
    files: usize,
}

impl Room<'_> {
    fn tar(&mut self, reader: impl Read) -> io::Result<()> {
        let mut archive = tar::Archive::new(reader.take(MOST_BYTES * 2));
        for entry in archive.entries()? {
            let mut entry = entry?;
            let name = PathBuf::from(String::from_utf8_lossy(&entry.path_bytes()).into_owned());
            if entry.header().entry_type().is_file() {
                self.put(&name, &mut entry)?;
            }
        }
        Ok(())
    }

    fn zip(&mut self, reader: BufReader<File>) -> io::Result<()> {
        let mut archive = zip::ZipArchive::new(reader)?;
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index)?;
            let name = PathBuf::from(entry.name()?.into_owned());
            if entry.is_file() {
                self.put(&name, &mut entry)?;
            }
        }
        Ok(())
    }

    /// Writes one file; a name that leads out of the folder is left out, and told of by the reading.
    fn put(&mut self, name: &Path, reader: &mut impl Read) -> io::Result<()> {
        let stays = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if !name.components().all(stays) {
            return Ok(());
        }
        let too_much = || io::Error::other("it holds more than is unpacked");
        self.files = self.files.checked_sub(1).ok_or_else(too_much)?;
        let path = self.folder.join(name);
        if let Some(above) = path.parent() {
            std::fs::create_dir_all(above)?;
        }
        let most = LARGEST.min(self.bytes);
        let written = io::copy(&mut reader.take(most + 1), &mut File::create(&path)?)?;
        if written > most {
            return Err(too_much());
        }
        self.bytes -= written;
        Ok(())
    }
}
