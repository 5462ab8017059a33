//! What can be wrong with a checklist's bytes, with the place in them.
//!
//! Positions carry no file name: the caller knows it and adds it.

/// A place in the source: line and column, both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Why a document could not be read as a checklist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChecklistError {
    /// There are no bytes, or nothing but white space.
    #[error(
        "the checklist is empty: expected Markdown with task items such as `- [ ] Backups tested`"
    )]
    Empty,
    /// The document is larger than any checklist.
    #[error(
        "the checklist is {found} bytes, more than the limit of {limit}: is this the right file? a large checklist can be split into several"
    )]
    TooLarge {
        /// Its length in bytes.
        found: usize,
        /// [`crate::MAX_BYTES`].
        limit: usize,
    },
    /// A byte that is not UTF-8.
    #[error("not UTF-8 at byte {offset} (line {}, column {}): {hint}", at.line, at.column)]
    NotUtf8 {
        /// Offset of the first bad byte, from 0.
        offset: usize,
        /// Its place.
        at: Position,
        /// What to do about it.
        hint: &'static str,
    },
    /// Markdown, but no task list in it.
    #[error(
        "no task list found: expected items such as `- [ ] Backups tested`{}",
        near_miss(looks_like)
    )]
    NoTasks {
        /// The first line that looks like an item but is none, if there is one.
        looks_like: Option<NearMiss>,
    },
    /// More items than any checklist has.
    #[error("more than {limit} items (line {}): split the checklist into several", at.line)]
    TooManyItems {
        /// [`crate::MAX_ITEMS`].
        limit: usize,
        /// Place of the first item too many.
        at: Position,
    },
    /// Lists nested deeper than any checklist nests them.
    #[error("lists are nested too deep at line {}: at most {limit} levels of items are read; use headings instead", at.line)]
    TooDeep {
        /// [`crate::MAX_DEPTH`].
        limit: usize,
        /// Place of the first item too deep.
        at: Position,
    },
    /// Two items claim one id.
    #[error("the id `{id}` at line {} is already that of line {first_line}: give each item its own", at.line)]
    DuplicateId {
        /// The id of both comments.
        id: String,
        /// Place of the second item.
        at: Position,
        /// Line of the first.
        first_line: u32,
    },
    /// An explicit id that could not be used in file names, URLs and options.
    #[error("the id `{id}` at line {} is not usable: expected letters, digits, `-`, `_`, `.` and `/` between them, at most 200 bytes", at.line)]
    InvalidId {
        /// The id as written, shortened.
        id: String,
        /// Place of the item.
        at: Position,
    },
    /// A weight of the score table that is no whole percentage.
    #[error("weight `{found}` of category `{category}` at line {} is not a whole percentage: expected one such as `20%`", at.line)]
    InvalidWeight {
        /// The cell.
        found: String,
        /// The row's category.
        category: String,
        /// Place of the row.
        at: Position,
    },
    /// A minimum score that is no decimal from 0 to 10.
    #[error("minimum score `{found}` at line {} is not a number from 0 to 10: expected one such as `8.0/10`", at.line)]
    InvalidMinimum {
        /// The text after the colon.
        found: String,
        /// Place of the line.
        at: Position,
    },
}

impl ChecklistError {
    /// The place in the source, for errors that have one.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Empty | Self::TooLarge { .. } => None,
            Self::NoTasks { looks_like } => looks_like.as_ref().map(|near| Position {
                line: near.line,
                column: 1,
            }),
            Self::NotUtf8 { at, .. }
            | Self::TooManyItems { at, .. }
            | Self::TooDeep { at, .. }
            | Self::DuplicateId { at, .. }
            | Self::InvalidId { at, .. }
            | Self::InvalidWeight { at, .. }
            | Self::InvalidMinimum { at, .. } => Some(*at),
        }
    }
}

/// A line that looks like a task item to a person but is none to Markdown: `-[ ] a`, `- [] a`,
/// `- [x]a`, or an item indented so far that it is code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// Line, from 1.
    pub line: u32,
    /// The line's text, shortened and fit to be shown.
    pub text: String,
}

fn near_miss(near: &Option<NearMiss>) -> String {
    near.as_ref().map_or_else(String::new, |near| {
        format!(
            "; line {} looks like one but is not: `{}`",
            near.line, near.text
        )
    })
}
