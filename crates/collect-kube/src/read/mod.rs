//! From files to objects: every file and document is either read, named as unreadable, or counted
//! as something else than a manifest.

mod archive;
mod file;
mod helm;
mod input;
mod kustomize;
mod render;
mod shape;
mod source;

use crate::inventory::Inventory;
use file::{FileRead, Piece};
use input::Input;
pub(crate) use render::{HelmOptions, Rendered, render};
pub use render::{Kustomized, ToRender, to_render};
use seaworthy_model::{Location, ReasonCode};
pub use source::ManifestSource;
pub(crate) use source::describe;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) reason: ReasonCode,
    pub(crate) detail: String,
    pub(crate) location: Option<Location>,
}

/// What came of reading.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) inventory: Inventory,
    pub(crate) troubles: Vec<Trouble>,
    /// Files looked at.
    pub(crate) files: usize,
    /// Files that hold no Kubernetes object, by what they are.
    pub(crate) ignored: Vec<String>,
    /// The commands that show what was rendered, by the files that it was made from.
    pub(crate) renderings: BTreeMap<String, String>,
}

/// Reads all sources. A source without any object is a trouble: an empty folder proves nothing.
/// What was rendered stands for the files that it was made from.
pub(crate) fn read(sources: &[ManifestSource], rendered: Rendered) -> Reading {
    let mut reading = Reading::default();
    let mut inputs = Vec::new();
    for source in sources {
        source::list(source, &mut inputs, &mut reading.troubles);
    }
    inputs.retain(|input| !rendered.covers(Path::new(&input.file)));
    let patches = kustomize::patches(&inputs);
    inputs.extend(reading.rendered(rendered));
    reading.files = inputs.len();
    let read = on_threads(&inputs, |input| {
        if patches.contains(&input.file) {
            FileRead::without("a Kustomize patch")
        } else {
            file::read(input)
        }
    });
    for (input, read) in inputs.iter().zip(read) {
        reading.add(input, read);
    }
    if reading.inventory.is_empty() && reading.troubles.is_empty() {
        let names: Vec<String> = sources.iter().map(ManifestSource::name).collect();
        reading.troubles.push(Trouble {
            reason: ReasonCode::NoSubject,
            detail: format!(
                "no Kubernetes object in {} ({} files looked at)",
                names.join(", "),
                reading.files
            ),
            location: None,
        });
    }
    reading
}

/// The fewest files that are worth a thread.
const SHARE: usize = 16;
/// The most threads.
const THREADS: usize = 8;

/// What each file holds, in their order, read on as many threads as the machine has.
fn on_threads(inputs: &[Input], read: impl Fn(&Input) -> FileRead + Sync) -> Vec<FileRead> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let threads = threads.min(THREADS).min(inputs.len() / SHARE);
    if threads < 2 {
        return inputs.iter().map(read).collect();
    }
    // Each takes the next file that nobody has, since files differ much in length.
    let next = AtomicUsize::new(0);
    let share = || {
        let taken = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let taken = taken.map_while(|number| Some((number, inputs.get(number)?)));
        let read = taken.map(|(number, input)| (number, read(input)));
        read.collect::<Vec<_>>()
    };
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(share)).collect();
        let mut all = share();
        for other in others {
            match other.join() {
                Ok(read) => all.extend(read),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, read)| read).collect()
}

impl Reading {
    /// Adds what a file holds to what those before it held.
    fn add(&mut self, input: &Input, read: FileRead) {
        let file = input.file.as_str();
        if let Some(command) = input.rendering() {
            self.renderings.insert(file.to_owned(), command.to_owned());
        }
        let (before, troubles) = (self.inventory.len(), self.troubles.len());
        for piece in read.pieces {
            match piece {
                Piece::Trouble(trouble) => self.troubles.push(trouble),
                Piece::Refused {
                    kind,
                    namespace,
                    why,
                } => self.inventory.not_read(&kind, Some(&namespace), why),
                Piece::Object(object, location) => {
                    if let Err(first) = self.inventory.add(*object) {
                        self.troubles.push(Trouble {
                            reason: ReasonCode::Unparsed,
                            detail: first,
                            location: Some(location),
                        });
                    }
                }
            }
        }
        if self.inventory.len() == before && self.troubles.len() == troubles {
            self.ignored.push(format!("{file}: {}", read.otherwise));
        }
    }
}

fn place(file: &str, position: seaworthy_yaml::Position) -> Location {
    Location {
        file: file.to_owned(),
        line: position.line,
        column: Some(position.column),
    }
}
