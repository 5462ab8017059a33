//! Archives of manifests: tar, plain or compressed by gzip, and zip. They are read in memory, so
//! that no entry can lead anywhere, and within limits, so that none can swell without end.

use super::Trouble;
use super::input::{Input, LARGEST, MOST_FILES, is_manifest};
use flate2::read::MultiGzDecoder;
use seaworthy_model::ReasonCode;
use seaworthy_yaml::{Dialect, Limits, parse};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Component, Path};

/// The most bytes that all manifests of an archive may have.
const MOST_BYTES: u64 = 256 << 20;

/// The end of a tar is marked by empty blocks of this many bytes (POSIX.1, ustar).
const BLOCK: usize = 512;

/// A reader that knows how many empty bytes it has given last: a tar that was cut between two of
/// its entries looks whole but for them.
struct Ending<R> {
    reader: R,
    zeros: usize,
}

impl<R: Read> Read for Ending<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let given = buffer.get(..read).unwrap_or_default();
        let last = given.iter().rev().take_while(|byte| **byte == 0).count();
        self.zeros = if last == read {
            self.zeros + last
        } else {
            last
        };
        Ok(read)
    }
}

/// How an archive is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Tar,
    TarGz,
    Zip,
}

/// The entries that were read so far.
struct Unpacked<'a> {
    archive: &'a Path,
    manifests: Vec<(String, Vec<u8>)>,
    /// The packaged charts within it, each with the folder at its top.
    packaged: Vec<(String, String)>,
    bytes: u64,
    troubles: &'a mut Vec<Trouble>,
}

/// Whether a path names an archive, by the end of its name.
pub(super) fn is_archive(path: &Path) -> bool {
    packing(path).is_some()
}

/// How a path is packed, by the end of its name.
pub(super) fn packing(path: &Path) -> Option<Packing> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let ends = [
        (".tar", Packing::Tar),
        (".tar.gz", Packing::TarGz),
        (".tgz", Packing::TarGz),
        (".zip", Packing::Zip),
    ];
    let found = ends.into_iter().find(|(end, _)| name.ends_with(end));
    found.map(|(_, packing)| packing)
}

/// The folder at the top of a file that is a packaged chart (`helm package`): a compressed tar in which
/// a folder has a `Chart.yaml` that tells of anything but a library. Helm renders it as it is.
pub(super) fn packaged_chart(path: &Path) -> Option<String> {
    if packing(path) != Some(Packing::TarGz) {
        return None;
    }
    packaged(BufReader::new(File::open(path).ok()?))
}

/// How much of a packaged chart is looked at: its `Chart.yaml` stands first.
const HEAD_ENTRIES: usize = 64;
const HEAD_BYTES: u64 = 16 << 20;

/// Likewise, of its bytes.
fn packaged(reader: impl Read) -> Option<String> {
    let mut archive = tar::Archive::new(MultiGzDecoder::new(reader).take(HEAD_BYTES));
    for entry in archive.entries().ok()?.take(HEAD_ENTRIES) {
        let entry = entry.ok()?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let top = name.strip_prefix("./").unwrap_or(&name);
        let Some(top) = top
            .strip_suffix("/Chart.yaml")
            .filter(|top| !top.contains('/'))
        else {
            continue;
        };
        let mut text = Vec::new();
        entry.take(LARGEST).read_to_end(&mut text).ok()?;
        return (!is_library(&text)).then(|| top.to_owned());
    }
    None
}

/// Whether a `Chart.yaml` is that of a library, which renders nothing.
pub(super) fn is_library(text: &[u8]) -> bool {
    let parsed = parse(text, Dialect::Kubernetes, &Limits::default());
    let document = parsed.documents.first();
    document.is_some_and(|document| document.value()["type"] == "library")
}

/// What stands for a packaged chart that nobody rendered: its templates.
pub(super) fn unrendered(file: &str, top: &str) -> Input {
    Input::of_text(format!("{file}:{top}/templates"), b"{{".to_vec(), true)
}

/// Lists the manifests of an archive, each as `archive:path`. What is wrong with it is a trouble;
/// what was read before stays.
pub(super) fn list(path: &Path, inputs: &mut Vec<Input>, troubles: &mut Vec<Trouble>) {
    let mut unpacked = Unpacked {
        archive: path,
        manifests: Vec::new(),
        packaged: Vec::new(),
        bytes: 0,
        troubles,
    };
    let done = File::open(path).and_then(|file| match packing(path) {
        Some(Packing::Zip) => unpacked.zip(file),
        Some(Packing::TarGz) => unpacked.tar(MultiGzDecoder::new(BufReader::new(file))),
        Some(Packing::Tar) | None => unpacked.tar(BufReader::new(file)),
    });
    if let Err(error) = done {
        let why = format!("the archive is broken or cut: {error}");
        unpacked.complain(ReasonCode::Unparsed, "", &why);
    }
    let charts: Vec<String> = unpacked
        .manifests
        .iter()
        .filter_map(|(name, _)| Some(format!("{}templates/", name.strip_suffix("Chart.yaml")?)))
        .collect();
    let archive = path.display();
    let brought = |name: &str| {
        let mut charts = unpacked
            .manifests
            .iter()
            .filter_map(|(name, _)| name.strip_suffix("Chart.yaml"));
        charts.any(|chart| name.starts_with(&format!("{chart}charts/")))
    };
    let packaged = unpacked.packaged.iter().filter(|(name, _)| !brought(name));
    inputs.extend(packaged.map(|(name, top)| unrendered(&format!("{archive}:{name}"), top)));
    for (name, text) in unpacked.manifests {
        let in_chart = charts.iter().any(|templates| name.starts_with(templates));
        inputs.push(Input::of_text(format!("{archive}:{name}"), text, in_chart));
    }
}

impl Unpacked<'_> {
    fn complain(&mut self, reason: ReasonCode, entry: &str, why: &str) {
        let archive = self.archive.display();
        let place = if entry.is_empty() {
            archive.to_string()
        } else {
            format!("{archive}:{entry}")
        };
        self.troubles.push(Trouble {
            reason,
            detail: format!("failed to read {place}: {why}"),
            location: None,
        });
    }

    fn tar(&mut self, reader: impl Read) -> io::Result<()> {
        // Headers and other files count too: what swells is cut off wherever it does.
        let mut reader = Ending {
            reader: reader.take(MOST_BYTES * 2),
            zeros: 0,
        };
        let mut archive = tar::Archive::new(&mut reader);
        for entry in archive.entries()? {
            let mut entry = entry?;
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let kind = entry.header().entry_type();
            if (kind.is_symlink() || kind.is_hard_link()) && is_manifest(Path::new(&name)) {
                self.complain(ReasonCode::CollectorFailed, &name, "it is a link");
                continue;
            }
            let size = entry.size();
            if !kind.is_dir() && !self.take(&name, size, &mut entry)? {
                return Ok(());
            }
        }
        if reader.zeros < BLOCK {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "its end is missing",
            ));
        }
        Ok(())
    }

    fn zip(&mut self, file: File) -> io::Result<()> {
        let mut archive = zip::ZipArchive::new(BufReader::new(file))?;
        for index in 0..archive.len() {
            let mut entry = match archive.by_index(index) {
                Ok(entry) => entry,
                Err(error) => {
                    self.complain(ReasonCode::Unparsed, "", &error.to_string());
                    continue;
                }
            };
            let (name, size) = (entry.name()?.into_owned(), entry.size());
            if entry.is_file() && !self.take(&name, size, &mut entry)? {
                break;
            }
        }
        Ok(())
    }

    /// Takes one file over, if it is a manifest; tells whether there may be more.
    fn take(&mut self, name: &str, size: u64, reader: &mut impl Read) -> io::Result<bool> {
        let path = Path::new(name);
        let parts: Vec<Component<'_>> = path.components().collect();
        let hidden = |part: &Component<'_>| matches!(part, Component::Normal(name) if name.to_string_lossy().starts_with('.'));
        if parts.iter().any(hidden) {
            return Ok(true);
        }
        if packing(path) == Some(Packing::TarGz) {
            let top = packaged(reader.take(HEAD_BYTES));
            self.packaged.extend(top.map(|top| (name.to_owned(), top)));
            return Ok(true);
        }
        if !is_manifest(path) {
            return Ok(true);
        }
        let stays = |part: &Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if !parts.iter().all(stays) {
            self.complain(
                ReasonCode::CollectorFailed,
                name,
                "its path leads outside the archive",
            );
            return Ok(true);
        }
        if self.manifests.len() >= MOST_FILES {
            let why = format!("it holds more than {MOST_FILES} manifests; name smaller archives");
            self.complain(ReasonCode::TooLarge, "", &why);
            return Ok(false);
        }
        let mut text = Vec::new();
        // What a header says of the size binds nobody.
        reader.take(LARGEST + 1).read_to_end(&mut text)?;
        let read = u64::try_from(text.len()).unwrap_or(u64::MAX);
        if read > LARGEST {
            let why = format!("it has {size} bytes; at most {LARGEST} are read; split it");
            self.complain(ReasonCode::TooLarge, name, &why);
            return Ok(true);
        }
        self.bytes = self.bytes.saturating_add(read);
        if self.bytes > MOST_BYTES {
            let why =
                format!("its manifests have more than {MOST_BYTES} bytes; name smaller archives");
            self.complain(ReasonCode::TooLarge, "", &why);
            return Ok(false);
        }
        let name = name.strip_prefix("./").unwrap_or(name);
        self.manifests.push((name.to_owned(), text));
        Ok(true)
    }
}
