//! JSON as JSON: exactly what `serde_json` makes of it, with positions.
//!
//! YAML readers differ from JSON in escapes (surrogate pairs), depth and speed; a text that is
//! JSON through and through is therefore read here, and anything else is left to the YAML reader.

use crate::tree::{Budget, Builder, Key};
use crate::{Document, Position, Problem};

/// What came of an attempt to read a text as JSON.
pub(crate) enum Outcome {
    /// It is JSON: one value, or several in a row.
    Read(Vec<Document>),
    /// It is JSON, with something wrong in it that syntax does not forbid.
    Wrong(Vec<Problem>),
    /// It is not JSON.
    NotJson,
}

enum Stop {
    NotJson,
    Wrong(Problem),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Wrong(problem)
    }
}

/// Reads `text`, whose first line is line `first` of the file.
pub(crate) fn read(text: &str, first: u32, budget: &mut Budget) -> Outcome {
    let mut reader = Reader {
        text,
        offset: 0,
        line: first,
        line_start: 0,
    };
    let mut documents = Vec::new();
    let mut problems = Vec::new();
    loop {
        reader.skip_space();
        if reader.peek().is_none() {
            break;
        }
        let mut builder = Builder::new(budget);
        match reader.value(&mut builder) {
            Ok(()) => {
                let (document, more) = builder.finish();
                documents.extend(document);
                problems.extend(more);
            }
            Err(Stop::NotJson) => return Outcome::NotJson,
            Err(Stop::Wrong(problem)) => return Outcome::Wrong(vec![problem]),
        }
    }
    if problems.is_empty() {
        Outcome::Read(documents)
    } else {
        Outcome::Wrong(problems)
    }
}

struct Reader<'t> {
    text: &'t str,
    offset: usize,
    line: u32,
    line_start: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = self.peek() {
            self.offset += 1;
            if byte == b'\n' {
                self.line = self.line.saturating_add(1);
                self.line_start = self.offset;
            }
        }
    }

    fn position(&self) -> Position {
        // A file on a single line would make counting characters quadratic; beyond a screen's
        // width bytes will do.
        let before = self.text.get(self.line_start..self.offset);
        let column = match before {
            Some(before) if before.len() <= 512 => before.chars().count(),
            _ => self.offset - self.line_start,
        };
        Position {
            line: self.line,
            column: u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1),
        }
    }

    /// One value, without recursion: the builder knows what is open.
    fn value(&mut self, builder: &mut Builder<'_>) -> Result<(), Stop> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.skip_space();
            let at = self.position();
            match self.peek().ok_or(Stop::NotJson)? {
                b'{' => {
                    self.offset += 1;
                    builder.begin_map(at, 0)?;
                    open.push(b'}');
                    self.skip_space();
                    if self.peek() != Some(b'}') {
                        self.member(builder)?;
                        continue;
                    }
                }
                b'[' => {
                    self.offset += 1;
                    builder.begin_list(at, 0)?;
                    open.push(b']');
                    self.skip_space();
                    if self.peek() != Some(b']') {
                        continue;
                    }
                }
                _ => {
                    let token = self.token()?;
                    let value = serde_json::from_str(token).map_err(|_| Stop::NotJson)?;
                    builder.scalar(value, at, 0)?;
                }
            }
            if self.close(builder, &mut open)? {
                return Ok(());
            }
        }
    }

    /// After a value: closes what ends here. `true` when the whole value is read.
    fn close(&mut self, builder: &mut Builder<'_>, open: &mut Vec<u8>) -> Result<bool, Stop> {
        loop {
            let Some(end) = open.last().copied() else {
                return Ok(true);
            };
            self.skip_space();
            match self.peek() {
                Some(byte) if byte == end => {
                    self.offset += 1;
                    builder.end()?;
                    open.pop();
                }
                Some(b',') => {
                    self.offset += 1;
                    if end == b'}' {
                        self.skip_space();
                        self.member(builder)?;
                    }
                    return Ok(false);
                }
                _ => return Err(Stop::NotJson),
            }
        }
    }

    /// A member's key and colon.
    fn member(&mut self, builder: &mut Builder<'_>) -> Result<(), Stop> {
        let at = self.position();
        if self.peek() != Some(b'"') {
            return Err(Stop::NotJson);
        }
        let name = serde_json::from_str(self.token()?).map_err(|_| Stop::NotJson)?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(Stop::NotJson);
        }
        self.offset += 1;
        Ok(builder.key(Key::Name(name), at)?)
    }

    /// The text of a scalar.
    fn token(&mut self) -> Result<&'t str, Stop> {
        let rest = self.rest();
        let length = if rest.starts_with('"') {
            string_length(rest).ok_or(Stop::NotJson)?
        } else {
            rest.bytes()
                .position(|byte| !byte.is_ascii_alphanumeric() && !b"+-.".contains(&byte))
                .unwrap_or(rest.len())
        };
        self.offset += length;
        rest.get(..length).ok_or(Stop::NotJson)
    }
}

/// The length of the quoted string that `text` begins with, quotes included.
fn string_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(index + 1),
            b'\n' => return None,
            _ => {}
        }
    }
    None
}
