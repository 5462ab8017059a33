//! The pattern language that finds an item by its text.
//!
//! A pattern is the title itself, with these exceptions:
//!
//! * `{name:kind}` captures a value; the kinds are `int` (`1,000`), `number` (`99.9`),
//!   `duration` (`500ms`, `24 hours`), `percent` (`80%`) and `text`;
//! * `*` stands for any text, also for none;
//! * a backslash before `*`, `{`, `}` or another backslash makes it an ordinary character.
//!
//! The whole title must match. Capital letters do not matter, any run of white space is one
//! space, and white space beside a capture may be there or not. Patterns are bounded and matched
//! without regular expressions, so that neither a file nor a title can make matching slow.
//!
//! What a match is used for is decided by `place` and the files that name patterns.

use super::capture::{CaptureKind, Captured, Captures};
use seaworthy_model::ParamValue;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The longest pattern, in characters. Titles are cut at 300 when a checklist is read.
const MAX_PATTERN: usize = 400;

/// The most captures and wildcards in one pattern.
const MAX_OPEN: usize = 8;

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    /// These characters, in lower case.
    Literal(Vec<char>),
    /// `*`
    Any,
    /// `{name:kind}`
    Capture { name: String, kind: CaptureKind },
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PatternError {
    #[error("the pattern is empty")]
    Empty,
    #[error("the pattern has {0} characters, {MAX_PATTERN} are allowed")]
    TooLong(usize),
    #[error("the pattern has {0} captures and wildcards, {MAX_OPEN} are allowed")]
    TooOpen(usize),
    #[error("`{{` is never closed; write `\\{{` for the character itself")]
    Unclosed,
    #[error("`}}` has no `{{` before it; write `\\}}` for the character itself")]
    Unopened,
    #[error("`{{{0}}}` is no capture: wanted `{{name:kind}}`, for example `{{min:int}}`")]
    NotACapture(String),
    #[error("`{kind}` is no kind of capture: wanted int, number, duration, percent or text")]
    UnknownKind { name: String, kind: String },
    #[error("`{0}` is captured twice")]
    Twice(String),
    #[error("`{0}` follows another capture or `*` directly: text is needed between them")]
    Adjacent(String),
}

/// How exactly a pattern describes what it matches; greater is more exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Exactness {
    wildcards: Reverse<usize>,
    literal: usize,
}

impl Pattern {
    /// Compiles a pattern.
    pub(crate) fn parse(source: &str) -> Result<Self, PatternError> {
        let length = source.chars().count();
        if length > MAX_PATTERN {
            return Err(PatternError::TooLong(length));
        }
        let mut parser = Parser::default();
        let mut characters = source.chars();
        while let Some(c) = characters.next() {
            match c {
                '\\' => match characters.clone().next() {
                    Some(escaped @ ('*' | '{' | '}' | '\\')) => {
                        characters.next();
                        parser.literal.push(escaped);
                    }
                    _ => parser.literal.push('\\'),
                },
                '*' => parser.push(Piece::Any)?,
                '{' => {
                    let (inner, rest) = characters
                        .as_str()
                        .split_once('}')
                        .ok_or(PatternError::Unclosed)?;
                    parser.push(capture(inner)?)?;
                    characters = rest.chars();
                }
                '}' => return Err(PatternError::Unopened),
                other => parser.literal.push(other),
            }
        }
        parser.finish()
    }

    /// The captures with their kinds, in order.
    pub(crate) fn captures(&self) -> impl Iterator<Item = (&str, CaptureKind)> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Capture { name, kind } => Some((name.as_str(), *kind)),
            Piece::Literal(_) | Piece::Any => None,
        })
    }

    /// How exact the pattern is.
    pub(crate) fn exactness(&self) -> Exactness {
        let mut exactness = Exactness {
            wildcards: Reverse(0),
            literal: 0,
        };
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => exactness.literal += text.len(),
                Piece::Any
                | Piece::Capture {
                    kind: CaptureKind::Text,
                    ..
                } => exactness.wildcards.0 += 1,
                Piece::Capture { .. } => {}
            }
        }
        exactness
    }

    /// The words that a title must have, for proposals: the pattern without captures.
    pub(crate) fn words(&self) -> String {
        let texts = self.pieces.iter().map(|piece| match piece {
            Piece::Literal(text) => text.iter().collect::<String>(),
            Piece::Any | Piece::Capture { .. } => " ".to_owned(),
        });
        texts
            .collect::<String>()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// What the pattern captures from `title`, or `None` where it does not match.
    pub(crate) fn matches(&self, title: &str) -> Option<Captures> {
        if self.begins_otherwise(title) {
            return None;
        }
        let title: Vec<char> = tidy(title);
        let mut attempt = Attempt {
            pieces: &self.pieces,
            title: &title,
            dead: vec![false; (self.pieces.len() + 1) * (title.len() + 1)],
            captures: Vec::new(),
        };
        attempt
            .run(0, 0)
            .then(|| attempt.captures.into_iter().collect())
    }

    /// Whether the first character tells already that `title` does not match, as it mostly does
    /// when an item is compared with hundreds of patterns.
    fn begins_otherwise(&self, title: &str) -> bool {
        match self.pieces.first() {
            Some(Piece::Literal(text)) => {
                title.trim_start().chars().next().map(lower) != text.first().copied()
            }
            Some(Piece::Any | Piece::Capture { .. }) | None => false,
        }
    }
}

fn tidy(title: &str) -> Vec<char> {
    let words: Vec<&str> = title.split_whitespace().collect();
    words.join(" ").chars().collect()
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// The inside of `{…}`.
fn capture(inner: &str) -> Result<Piece, PatternError> {
    let not_a_capture = || PatternError::NotACapture(inner.to_owned());
    let (name, kind) = inner.split_once(':').ok_or_else(not_a_capture)?;
    let (name, kind) = (name.trim(), kind.trim());
    if !is_name(name) {
        return Err(not_a_capture());
    }
    let kind = CaptureKind::named(kind).ok_or_else(|| PatternError::UnknownKind {
        name: name.to_owned(),
        kind: kind.to_owned(),
    })?;
    Ok(Piece::Capture {
        name: name.to_owned(),
        kind,
    })
}

/// Whether captures may be called so: letters, digits and `_`, a letter first.
pub(crate) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[derive(Default)]
struct Parser {
    literal: String,
    pieces: Vec<Piece>,
    open: usize,
}

impl Parser {
    fn push(&mut self, piece: Piece) -> Result<(), PatternError> {
        let last_was_capture = matches!(self.pieces.last(), Some(Piece::Capture { .. }));
        let last_was_open = matches!(self.pieces.last(), Some(Piece::Any | Piece::Capture { .. }));
        let is_capture = matches!(piece, Piece::Capture { .. });
        let literal = std::mem::take(&mut self.literal);
        let joined = literal.trim().is_empty();
        self.flush(&literal, is_capture, last_was_capture);
        if let Piece::Capture { name, .. } = &piece {
            let twice = self.pieces.iter().any(
                |before| matches!(before, Piece::Capture { name: known, .. } if known == name),
            );
            if twice {
                return Err(PatternError::Twice(name.clone()));
            }
            if last_was_open && joined {
                return Err(PatternError::Adjacent(name.clone()));
            }
        }
        self.open += 1;
        self.pieces.push(piece);
        Ok(())
    }

    /// Adds what was read since the last piece; white space beside a capture is left out, since
    /// it may be there or not.
    fn flush(&mut self, literal: &str, before_capture: bool, after_capture: bool) {
        let first = self.pieces.is_empty();
        let mut text: Vec<char> = Vec::new();
        for c in literal.chars() {
            if !c.is_whitespace() {
                text.push(lower(c));
            } else if !matches!(text.last(), Some(' ')) {
                text.push(' ');
            }
        }
        if (first || after_capture) && text.first() == Some(&' ') {
            text.remove(0);
        }
        if before_capture && text.last() == Some(&' ') {
            text.pop();
        }
        if !text.is_empty() {
            self.pieces.push(Piece::Literal(text));
        }
    }

    fn finish(mut self) -> Result<Pattern, PatternError> {
        let after_capture = matches!(self.pieces.last(), Some(Piece::Capture { .. }));
        let literal = std::mem::take(&mut self.literal);
        self.flush(literal.trim_end(), false, after_capture);
        if self.pieces.is_empty() {
            return Err(PatternError::Empty);
        }
        if self.open > MAX_OPEN {
            return Err(PatternError::TooOpen(self.open));
        }
        Ok(Pattern {
            pieces: self.pieces,
        })
    }
}

/// One try of a pattern on a title. Each (piece, place) is tried at most once.
struct Attempt<'a> {
    pieces: &'a [Piece],
    title: &'a [char],
    /// Which (piece, place) are known not to lead to a match.
    dead: Vec<bool>,
    captures: Vec<(String, Captured)>,
}

impl Attempt<'_> {
    /// Whether the pieces from `piece` on match the title from `at` to its end.
    fn run(&mut self, piece: usize, at: usize) -> bool {
        let cell = piece * (self.title.len() + 1) + at;
        if self.dead.get(cell).copied().unwrap_or(true) {
            return false;
        }
        let pieces = self.pieces;
        let matched = match pieces.get(piece) {
            None => at == self.title.len(),
            Some(Piece::Literal(text)) => {
                starts_with(self.rest(at), text) && self.run(piece + 1, at + text.len())
            }
            Some(Piece::Any) => (at..=self.title.len()).any(|end| self.run(piece + 1, end)),
            Some(Piece::Capture { name, kind }) => self.capture(piece, at, name, *kind),
        };
        if !matched && let Some(cell) = self.dead.get_mut(cell) {
            *cell = true;
        }
        matched
    }

    fn capture(&mut self, piece: usize, at: usize, name: &str, kind: CaptureKind) -> bool {
        let start = at + usize::from(self.title.get(at) == Some(&' '));
        if kind == CaptureKind::Text {
            return (start + 1..=self.title.len()).any(|end| {
                let text: String = self
                    .title
                    .get(start..end)
                    .unwrap_or_default()
                    .iter()
                    .collect();
                let text = text.trim_end().to_owned();
                let value = ParamValue::String(text.clone());
                !text.is_empty() && self.accept(piece, end, name, Captured { text, value })
            });
        }
        if self.inside_a_number(start) {
            return false;
        }
        let Some((captured, used)) = kind.read(self.rest(start)) else {
            return false;
        };
        let end = start + used;
        // `{n:int}*` must not take 10 out of `10k`.
        let cut = matches!(self.pieces.get(piece + 1), Some(Piece::Any))
            && kind != CaptureKind::Percent
            && self.title.get(end).is_some_and(|c| c.is_alphanumeric());
        !cut && self.accept(piece, end, name, captured)
    }

    /// Keeps the value if the rest matches after it, with or without a space between.
    fn accept(&mut self, piece: usize, end: usize, name: &str, captured: Captured) -> bool {
        let kept = self.captures.len();
        self.captures.push((name.to_owned(), captured));
        let spaced = self.title.get(end) == Some(&' ') && self.run(piece + 1, end + 1);
        let matched = spaced || self.run(piece + 1, end);
        if !matched {
            self.captures.truncate(kept);
        }
        matched
    }

    /// Whether a number at `at` would be the tail of a longer one: the 5 of `2.5` or `1,5`.
    fn inside_a_number(&self, at: usize) -> bool {
        let before = |back: usize| at.checked_sub(back).and_then(|at| self.title.get(at));
        let is_digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
        is_digit(before(1)) || (matches!(before(1), Some('.' | ',' | '_')) && is_digit(before(2)))
    }

    fn rest(&self, at: usize) -> &[char] {
        self.title.get(at..).unwrap_or_default()
    }
}

fn starts_with(title: &[char], text: &[char]) -> bool {
    title.len() >= text.len() && title.iter().zip(text).all(|(t, p)| lower(*t) == *p)
}

/// The value under every capture's name, for texts such as `"{min}"`.
pub(crate) fn kinds<'a>(
    patterns: impl IntoIterator<Item = &'a Pattern>,
) -> BTreeMap<String, CaptureKind> {
    let captures = patterns.into_iter().flat_map(Pattern::captures);
    captures
        .map(|(name, kind)| (name.to_owned(), kind))
        .collect()
}

#[cfg(test)]
mod tests;
