//! Why a report could not be read to its end.

use seaworthy_model::ReasonCode;
use std::fmt;
use std::io;

/// A report that could not be read, or not to its end. What was read before stays good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The machine-readable reason.
    pub(crate) reason: ReasonCode,
    /// The line at which reading ended, from 1, where it is known.
    pub(crate) line: Option<u64>,
    /// What was wanted, and what was found.
    pub(crate) what: String,
}

impl Broken {
    /// Something that is not what its format asks for.
    pub(crate) fn unparsed(line: impl Into<Option<u64>>, what: impl Into<String>) -> Self {
        Self {
            reason: ReasonCode::Unparsed,
            line: line.into(),
            what: what.into(),
        }
    }

    /// The whole story, with the file; it opens with the reason's own words.
    pub(crate) fn story(&self, file: &str) -> String {
        match self.line {
            Some(line) => format!("{}: {file}:{line}: {}", self.reason, self.what),
            None => format!("{}: {file}: {}", self.reason, self.what),
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        let reason = match error.kind() {
            io::ErrorKind::FileTooLarge => ReasonCode::TooLarge,
            io::ErrorKind::InvalidData => ReasonCode::Unparsed,
            _ => ReasonCode::CollectorFailed,
        };
        let what = if error.kind() == io::ErrorKind::NotFound {
            "there is no such file".to_owned()
        } else {
            error.to_string()
        };
        Self {
            reason,
            line: None,
            what,
        }
    }
}

impl From<serde_json::Error> for Broken {
    fn from(error: serde_json::Error) -> Self {
        let line = u64::try_from(error.line()).ok().filter(|line| *line > 0);
        if error.is_io() {
            return Self::from(io::Error::from(error));
        }
        Self::unparsed(line, error.to_string())
    }
}

impl From<csv::Error> for Broken {
    fn from(error: csv::Error) -> Self {
        let line = error.position().map(csv::Position::line);
        let what = error.to_string();
        match error.into_kind() {
            csv::ErrorKind::Io(error) => Self::from(error),
            _ => Self::unparsed(line, what),
        }
    }
}
