//! Writes a checklist back with other boxes ticked, and a note behind an item where wanted.
//!
//! Every byte that is neither a box to be changed nor a note of this program's stays as it is.

use std::ops::Range;

use seaworthy_model::{Item, TaskState};

use crate::error::ChecklistError;
use crate::outline::RawItem;
use crate::read;
use crate::source::{NOTE_MARKER, Source};

/// What to do with one item's box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tick {
    /// Nothing: box and note stay.
    Leave,
    /// The box gets this state, and a note that was written before is replaced.
    Set {
        /// What the box shall show.
        state: TaskState,
        /// Markdown to stand behind the item's text, on the same line: `([evidence](…))`. Line
        /// breaks in it become spaces. `None` or blank removes what was written before.
        note: Option<String>,
    },
}

/// The source with its boxes as `decide` wants them, which is asked once for each item, in
/// document order.
///
/// The result parses to the same items: notes stand behind an invisible `<!-- seaworthy -->`,
/// are no part of an item's title or id, and are replaced rather than repeated the next time.
///
/// # Errors
///
/// Those of [`crate::parse`].
pub fn write_ticked(
    source: &[u8],
    mut decide: impl FnMut(&Item) -> Tick,
) -> Result<Vec<u8>, ChecklistError> {
    let (read, outline, checklist) = read(source)?;
    let mut edits = Vec::new();
    for (raw, item) in outline.items.iter().zip(&checklist.items) {
        if let Tick::Set { state, note } = decide(item) {
            edit(&read, raw, state, note.as_deref(), &mut edits);
        }
    }
    Ok(apply(source, read.base, edits))
}

/// A range of the text and what takes its place.
type Edit = (Range<usize>, String);

fn edit(
    source: &Source,
    raw: &RawItem,
    state: TaskState,
    note: Option<&str>,
    edits: &mut Vec<Edit>,
) {
    // A box that already shows the state keeps its spelling: `X` or a tab.
    if raw.state != state {
        edits.push((raw.mark_at..raw.mark_at + 1, mark(state).to_string()));
    }
    let end = source.line_end(raw.text_end);
    let first = source.notes.partition_point(|note| note.end < raw.mark_at);
    for old in source.notes.iter().skip(first) {
        if old.start > end {
            break;
        }
        // Someone may have gone on writing on the next line. A backslash must not then come to
        // stand at the end of its line, where it would mean a line break.
        let before = source.text.get(..old.start).unwrap_or_default();
        let keeps_space = old.end < end && before.ends_with('\\');
        edits.push((old.clone(), if keeps_space { " " } else { "" }.to_owned()));
    }
    let note = note.map(one_line).filter(|note| !note.is_empty());
    if let Some(note) = note {
        edits.push((end..end, format!(" {NOTE_MARKER}{note}")));
    }
}

const fn mark(state: TaskState) -> char {
    match state {
        TaskState::Open => ' ',
        TaskState::Done => 'x',
        TaskState::Inapplicable => '~',
        TaskState::InProgress => '/',
        TaskState::Cancelled => '-',
    }
}

fn one_line(note: &str) -> String {
    let note: String = note
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    note.trim().to_owned()
}

fn apply(source: &[u8], base: usize, edits: Vec<Edit>) -> Vec<u8> {
    let mut out = Vec::with_capacity(source.len() + edits.len() * 16);
    let mut done = 0;
    for (range, text) in edits {
        let (from, to) = (range.start + base, range.end + base);
        // Items follow one another, so that edits do; one that went back would lose text.
        if let Some(between) = source.get(done..from) {
            out.extend_from_slice(between);
            out.extend_from_slice(text.as_bytes());
            done = to;
        }
    }
    out.extend_from_slice(source.get(done..).unwrap_or_default());
    out
}
