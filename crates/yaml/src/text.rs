//! A text and its documents: the entry, the limits, and how one broken document leaves the others
//! readable.

use crate::scalar::Dialect;
use crate::tree::{Budget, MOST_PROBLEMS};
use crate::{Document, Position, Problem, json, yaml};

/// What a text may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of the text, and of what aliases add to it.
    pub bytes: usize,
    /// The most nodes (scalars, lists, mappings, keys), aliases written out.
    pub nodes: usize,
    /// The deepest nesting.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 32 << 20,
            nodes: 4_000_000,
            depth: 128,
        }
    }
}

/// What a text holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The sound documents in their order; one with any problem is not among them.
    pub documents: Vec<Document>,
    /// What is wrong, in the order of the text.
    pub problems: Vec<Problem>,
}

/// Reads the documents of a text: YAML 1.2, of which JSON is a part; several JSON values in a row
/// are read too. A byte order mark is skipped. A document ends at a line `---`, and a broken one
/// leaves those before and after it as they are.
#[must_use]
pub fn parse(text: &[u8], dialect: Dialect, limits: &Limits) -> Parsed {
    let mut parsed = Parsed::default();
    if text.len() > limits.bytes {
        let message = format!(
            "the text has {} bytes; at most {} are read",
            text.len(),
            limits.bytes
        );
        let problem = Problem::new(Position::START, message).help("split the file");
        parsed.problems.push(problem);
        return parsed;
    }
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let mut budget = Budget::new(limits);
    for (first, part) in parts(text) {
        if parsed.problems.len() >= MOST_PROBLEMS {
            let at = Position {
                line: first,
                column: 1,
            };
            let message = "too many problems; the rest of the text is not read";
            parsed.problems.push(Problem::new(at, message));
            break;
        }
        match readable(part, first) {
            Ok(part) => read(part, first, dialect, &mut budget, &mut parsed),
            Err(problem) => parsed.problems.push(problem),
        }
    }
    parsed
}

fn read(part: &str, first: u32, dialect: Dialect, budget: &mut Budget, parsed: &mut Parsed) {
    if part.trim_start().starts_with(['{', '[']) {
        match json::read(part, first, budget) {
            json::Outcome::Read(documents) => return parsed.documents.extend(documents),
            json::Outcome::Wrong(problems) => return parsed.problems.extend(problems),
            json::Outcome::NotJson => {}
        }
    }
    let Parsed {
        documents,
        problems,
    } = parsed;
    yaml::read(part, first, dialect, budget, documents, problems);
}

/// Cuts the text before each line `---`, each part with the number of its first line. What comes
/// before the first marker and is no content (comments, directives) stays with what follows.
fn parts(text: &[u8]) -> Vec<(u32, &[u8])> {
    let mut parts = Vec::new();
    let (mut start, mut first) = (0, 1_u32);
    let (mut offset, mut line) = (0, 1_u32);
    let mut content = false;
    for row in text.split_inclusive(|byte| *byte == b'\n') {
        if is_marker(row) {
            if content {
                parts.push((first, text.get(start..offset).unwrap_or_default()));
                (start, first) = (offset, line);
            }
            // A marker itself is content: `---` twice is two documents.
            content = true;
        } else if !content {
            content = !is_preamble(row);
        }
        offset += row.len();
        line = line.saturating_add(1);
    }
    parts.push((first, text.get(start..).unwrap_or_default()));
    parts
}

fn is_marker(row: &[u8]) -> bool {
    row.strip_prefix(b"---")
        .is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

fn is_preamble(row: &[u8]) -> bool {
    matches!(row.trim_ascii().first(), None | Some(b'#')) || row.first() == Some(&b'%')
}

/// UTF-8 without control characters. A NUL would end the text for the parser, and what comes
/// after it would be lost in silence.
fn readable(part: &[u8], first: u32) -> Result<&str, Problem> {
    let at = |offset: usize| {
        let before = part.get(..offset).unwrap_or_default();
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        let line_start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |index| index + 1);
        let row = String::from_utf8_lossy(before.get(line_start..).unwrap_or_default());
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Position {
            line: first.saturating_add(number(lines)),
            column: number(row.chars().count()).saturating_add(1),
        }
    };
    let text = std::str::from_utf8(part).map_err(|error| {
        Problem::new(at(error.valid_up_to()), "the text is not UTF-8").help("save it as UTF-8")
    })?;
    let control = |byte: &u8| matches!(byte, 0..=8 | 11 | 12 | 14..=31 | 127);
    match part.iter().position(control) {
        None => Ok(text),
        Some(offset) => {
            let code = part.get(offset).copied().unwrap_or_default();
            let message = format!("the control character U+{code:04X} is not allowed");
            Err(Problem::new(at(offset), message).help("remove it; is this a text file?"))
        }
    }
}
