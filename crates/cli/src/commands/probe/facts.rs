//! The facts of a look: judged as they come, and then kept as JSON until they are written, in memory
//! while they are few and in a file without a name when they are many.

use seaworthy_judge::{Assessed, Bench, FactHead};
use seaworthy_model::Fact;
use seaworthy_report::FactSource;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::num::NonZero;
use std::ops::{ControlFlow, Range};

/// What was judged so far.
pub(super) struct Judging<'b> {
    bench: &'b Bench<'b>,
    heads: Vec<FactHead>,
    parts: Vec<Assessed>,
    shelf: Shelf,
}

/// All that was judged.
pub(super) struct Judged {
    pub(super) heads: Vec<FactHead>,
    pub(super) parts: Vec<Assessed>,
    pub(super) shelf: Shelf,
}

impl<'b> Judging<'b> {
    pub(super) fn new(bench: &'b Bench<'b>) -> Self {
        Self {
            bench,
            heads: Vec::new(),
            parts: Vec::new(),
            shelf: Shelf::default(),
        }
    }

    /// Judges facts and puts them away.
    pub(super) fn take(&mut self, facts: Vec<Fact>) -> io::Result<()> {
        let parts = on_threads(self.bench, &facts, self.heads.len());
        self.parts.extend(parts);
        self.heads.extend(facts.iter().map(FactHead::of));
        self.shelf.put(&facts)
    }

    pub(super) fn end(self) -> Judged {
        Judged {
            heads: self.heads,
            parts: self.parts,
            shelf: self.shelf,
        }
    }
}

/// The fewest facts that are worth a thread.
const SHARE: usize = 100;
/// The most threads: beyond these it is the writing that takes the time.
const THREADS: usize = 8;

/// Judges the facts on as many threads as the machine has, each its share of them in a row.
fn on_threads(bench: &Bench<'_>, facts: &[Fact], before: usize) -> Vec<Assessed> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = facts.len().div_ceil(threads.min(THREADS)).max(SHARE);
    std::thread::scope(|scope| {
        let mut shares = facts.chunks(share).zip((before..).step_by(share));
        let first = shares.next();
        let others: Vec<_> = shares
            .map(|(facts, before)| scope.spawn(move || bench.judge(facts, before)))
            .collect();
        let mut parts: Vec<Assessed> = first
            .map(|(facts, before)| bench.judge(facts, before))
            .into_iter()
            .collect();
        for other in others {
            match other.join() {
                Ok(part) => parts.push(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts
    })
}

/// Facts as JSON, by the number in which they came.
#[derive(Default)]
pub(super) struct Shelf {
    /// Of each fact its chunk, and where in the chunk it lies.
    places: Vec<(usize, Range<usize>)>,
    chunks: Vec<Chunk>,
    in_memory: usize,
    disk: Option<Disk>,
}

/// The JSON of some facts.
enum Chunk {
    InMemory(Box<[u8]>),
    /// Where in the file it begins.
    OnDisk(u64),
}

struct Disk {
    file: RefCell<File>,
    end: u64,
}

/// So much JSON is kept in memory, in bytes.
const IN_MEMORY: usize = 8 << 20;

impl Shelf {
    fn put(&mut self, facts: &[Fact]) -> io::Result<()> {
        let mut text = Vec::new();
        for fact in facts {
            let start = text.len();
            serde_json::to_writer(&mut text, fact)?;
            self.places.push((self.chunks.len(), start..text.len()));
        }
        let chunk = if self.in_memory + text.len() <= IN_MEMORY {
            self.in_memory += text.len();
            Chunk::InMemory(text.into_boxed_slice())
        } else {
            self.write_out(&text)?
        };
        self.chunks.push(chunk);
        Ok(())
    }

    fn write_out(&mut self, text: &[u8]) -> io::Result<Chunk> {
        let disk = match &mut self.disk {
            Some(disk) => disk,
            none => none.insert(Disk {
                file: RefCell::new(tempfile::tempfile()?),
                end: 0,
            }),
        };
        disk.file.get_mut().write_all(text)?;
        let chunk = Chunk::OnDisk(disk.end);
        disk.end += text.len() as u64;
        Ok(chunk)
    }

    /// Hands the fact with this number to `take`.
    fn get(
        &self,
        number: usize,
        buffer: &mut Vec<u8>,
        take: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> io::Result<ControlFlow<()>> {
        let lost = || io::Error::other("a fact that was put away is not there");
        let (chunk, place) = self.places.get(number).ok_or_else(lost)?;
        match self.chunks.get(*chunk).ok_or_else(lost)? {
            Chunk::InMemory(text) => Ok(take(text.get(place.clone()).ok_or_else(lost)?)),
            Chunk::OnDisk(start) => {
                let disk = self.disk.as_ref().ok_or_else(lost)?;
                let mut file = disk.file.borrow_mut();
                file.seek(SeekFrom::Start(start + place.start as u64))?;
                buffer.resize(place.len(), 0);
                file.read_exact(buffer)?;
                Ok(take(buffer))
            }
        }
    }
}

/// The facts of a shelf, in this order.
pub(super) struct Ordered<'s> {
    pub(super) shelf: &'s Shelf,
    pub(super) order: Vec<usize>,
}

impl FactSource for Ordered<'_> {
    fn count(&self) -> usize {
        self.order.len()
    }

    fn each(&self, take: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> io::Result<()> {
        let mut buffer = Vec::new();
        for number in &self.order {
            if self.shelf.get(*number, &mut buffer, take)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{IN_MEMORY, Ordered, Shelf};
    use seaworthy_model::Fact;
    use seaworthy_report::FactSource as _;
    use std::ops::ControlFlow;

    #[test]
    fn facts_come_back_as_they_were_from_memory_and_disk() {
        let fact = |number: usize| -> Fact {
            serde_json::from_value(serde_json::json!({
                "subject": {"kind": "thing", "name": format!("thing {number}")},
                "value": {"text": "x".repeat(IN_MEMORY / 16)},
                "provenance": {"target": "t", "collector": "c", "at": "2026-01-01T00:00:00Z"},
            }))
            .unwrap()
        };
        let mut shelf = Shelf::default();
        for first in (0..30).step_by(3) {
            let part: Vec<Fact> = (first..first + 3).map(fact).collect();
            shelf.put(&part).unwrap();
        }
        assert!(shelf.disk.is_some() && shelf.in_memory > 0);
        let order: Vec<usize> = (0..30).rev().collect();
        let mut wanted = order.clone().into_iter();
        let ordered = Ordered {
            shelf: &shelf,
            order,
        };
        let read = ordered.each(&mut |json| {
            let found: Fact = serde_json::from_slice(json).unwrap();
            assert_eq!(Some(found), wanted.next().map(fact));
            ControlFlow::Continue(())
        });
        read.unwrap();
        assert_eq!(wanted.next(), None);
    }
}
