//! From bytes to text that is safe to parse: limits, UTF-8, the byte order mark, lines.
//!
//! Front matter and the notes that `write` appended are blanked out with spaces, byte for byte,
//! so that neither disturbs the parser and every offset still holds in the original.

use std::ops::Range;

use crate::error::{ChecklistError, Position};
use crate::task::box_state;
use crate::{MAX_BYTES, MAX_DEPTH};

/// Opens what [`crate::write_ticked`] appends to an item; all from here to the end of the line
/// is this program's and is replaced the next time. Markdown shows nothing of it.
pub(crate) const NOTE_MARKER: &str = "<!-- seaworthy -->";

/// Columns of indentation at which a list marker is refused, and markers on one line.
/// Markdown's own rules make each blank line cost as much as the lists are deep.
const MAX_INDENT: usize = 256;
const MAX_MARKERS: usize = 64;

/// The text of a checklist, ready for parsing.
pub(crate) struct Source {
    /// Without byte order mark; front matter and notes are spaces.
    pub(crate) text: String,
    /// Bytes before `text` in the original.
    pub(crate) base: usize,
    /// Where notes are, each with the space before it, to the end of its line.
    pub(crate) notes: Vec<Range<usize>>,
    lines: Vec<usize>,
}

impl Source {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ChecklistError> {
        if bytes.len() > MAX_BYTES {
            return Err(ChecklistError::TooLarge {
                found: bytes.len(),
                limit: MAX_BYTES,
            });
        }
        let text =
            std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
        let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
        if bare.trim().is_empty() {
            return Err(ChecklistError::Empty);
        }
        let mut source = Self {
            text: bare.to_owned(),
            base: text.len() - bare.len(),
            notes: Vec::new(),
            lines: line_starts(bare),
        };
        source.check_nesting()?;
        source.blank_out();
        Ok(source)
    }

    /// Place of a byte of `text`.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let line = self.line_index(offset);
        let start = self.lines.get(line).copied().unwrap_or_default();
        let column = self
            .text
            .get(start..offset)
            .map_or(0, |t| t.chars().count());
        Position {
            line: to_u32(line + 1),
            column: to_u32(column + 1),
        }
    }

    /// Line of a byte of `text`, from 1.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        to_u32(self.line_index(offset) + 1)
    }

    /// Where the line that holds this byte ends, before its line break.
    pub(crate) fn line_end(&self, offset: usize) -> usize {
        self.line_range(self.line_index(offset)).end
    }

    /// Every line's bytes, without line breaks.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Range<usize>> {
        (0..self.lines.len()).map(|index| self.line_range(index))
    }

    fn line_index(&self, offset: usize) -> usize {
        self.lines
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }

    fn line_range(&self, index: usize) -> Range<usize> {
        let start = self.lines.get(index).copied().unwrap_or(self.text.len());
        let next = self
            .lines
            .get(index + 1)
            .copied()
            .unwrap_or(self.text.len());
        let line = self.text.get(start..next).unwrap_or_default();
        start..start + line.trim_end_matches(['\n', '\r']).len()
    }

    fn check_nesting(&self) -> Result<(), ChecklistError> {
        for range in self.lines() {
            if nests_too_deep(self.text.get(range.clone()).unwrap_or_default()) {
                return Err(ChecklistError::TooDeep {
                    limit: MAX_DEPTH,
                    at: self.position(range.start),
                });
            }
        }
        Ok(())
    }

    fn blank_out(&mut self) {
        let mut blanks = Vec::new();
        for range in self.lines() {
            let line = self.text.get(range.clone()).unwrap_or_default();
            if let Some(at) = line.find(NOTE_MARKER) {
                let gap = usize::from(line.get(..at).is_some_and(|text| text.ends_with(' ')));
                blanks.push(range.start + at - gap..range.end);
            }
        }
        self.notes.clone_from(&blanks);
        blanks.extend(self.front_matter());
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        for range in blanks {
            // Whole characters are replaced, so that the text stays UTF-8.
            if let Some(blank) = bytes.get_mut(range) {
                blank.fill(b' ');
            }
        }
        self.text = String::from_utf8(bytes).unwrap_or_default();
    }

    /// YAML between `---` lines at the very start, unless a box is in it: nothing is lost.
    fn front_matter(&self) -> Vec<Range<usize>> {
        let mut lines = self.lines();
        if lines.next().map(|first| self.text.get(first)) != Some(Some("---")) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for range in lines {
            let line = self.text.get(range.clone()).unwrap_or_default();
            if line == "---" || line == "..." {
                found.push(range);
                return found;
            }
            if holds_box(line) || line.starts_with('#') {
                break;
            }
            found.push(range);
        }
        Vec::new()
    }
}

fn not_utf8(bytes: &[u8], offset: usize) -> ChecklistError {
    let before = String::from_utf8_lossy(bytes.get(..offset).unwrap_or_default());
    let lines = line_starts(&before);
    let start = lines.last().copied().unwrap_or_default();
    let column = before.get(start..).map_or(0, |line| line.chars().count());
    ChecklistError::NotUtf8 {
        offset,
        at: Position {
            line: to_u32(lines.len()),
            column: to_u32(column + 1),
        },
        hint: if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            "this looks like UTF-16; save the file as UTF-8"
        } else {
            "save the file as UTF-8"
        },
    }
}

/// Starts of all lines; a line ends with LF, CR LF or a lone CR, as in CommonMark.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for (at, byte) in bytes.iter().enumerate() {
        let ends = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        if ends {
            starts.push(at + 1);
        }
    }
    starts
}

/// Whether a line opens more lists than are read. A rule of dashes opens none.
fn nests_too_deep(line: &str) -> bool {
    let (mut columns, mut markers) = (0, 0);
    let mut rest = line;
    loop {
        let bare = rest.trim_start_matches([' ', '\t', '>']);
        columns += rest.len() - bare.len();
        let marker = marker_len(bare);
        if marker == 0 {
            return false;
        }
        columns += marker;
        markers += 1;
        if columns > MAX_INDENT || markers > MAX_MARKERS {
            let mut kinds = line.chars().filter(|c| !matches!(c, ' ' | '\t' | '>'));
            let first = kinds.next();
            return kinds.any(|c| Some(c) != first);
        }
        rest = bare.get(marker..).unwrap_or_default();
    }
}

fn holds_box(line: &str) -> bool {
    let bare = line.trim_start();
    let after = bare.get(marker_len(bare)..).unwrap_or_default();
    after.len() < bare.len() && box_state(after.trim_start()).is_some()
}

/// Length of the list marker that a text begins with, 0 for none. What follows it is a space, a
/// tab or nothing.
pub(crate) fn marker_len(text: &str) -> usize {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let marks: &[char] = match digits {
        0 => &['-', '*', '+'],
        1..=9 => &['.', ')'],
        _ => return 0,
    };
    let after = text.get(digits..).unwrap_or_default();
    match after.strip_prefix(marks) {
        Some(rest) if rest.is_empty() || rest.starts_with([' ', '\t']) => digits + 1,
        _ => 0,
    }
}

/// Counts that cannot reach the bound, since the text is limited to [`MAX_BYTES`].
fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
