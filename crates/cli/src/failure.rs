//! What ends a command without a verdict: the message for standard error and the exit code.

use crate::exit;
use seaworthy_yaml::Diagnostic;
use std::fmt;

/// A command that could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code, from [`exit`].
    pub(crate) code: u8,
    /// Lower-case fragments, one for each complaint.
    pub(crate) messages: Vec<String>,
}

impl Failure {
    /// Wrong use of the command line.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::one(exit::USAGE, message)
    }

    /// A file or folder that could not be read or written.
    pub(crate) fn io(message: impl Into<String>) -> Self {
        Self::one(exit::IO, message)
    }

    /// A wrong configuration, checklist, probe or binding.
    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::one(exit::CONFIG, message)
    }

    /// A fault of the program itself.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::one(exit::INTERNAL, message)
    }

    /// Every complaint about files that a person wrote.
    pub(crate) fn diagnostics(diagnostics: &[Diagnostic]) -> Self {
        Self {
            code: exit::CONFIG,
            messages: diagnostics.iter().map(ToString::to_string).collect(),
        }
    }

    fn one(code: u8, message: impl Into<String>) -> Self {
        Self {
            code,
            messages: vec![message.into()],
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for message in &self.messages {
            writeln!(f, "error: {message}")?;
        }
        Ok(())
    }
}

impl From<seaworthy_engine::EngineError> for Failure {
    fn from(error: seaworthy_engine::EngineError) -> Self {
        match error {
            seaworthy_engine::EngineError::Bundle(error) => error.into(),
            seaworthy_engine::EngineError::Judge(error) => Self::config(error.to_string()),
        }
    }
}

impl From<seaworthy_bundle::BundleError> for Failure {
    fn from(error: seaworthy_bundle::BundleError) -> Self {
        if error.is_io() {
            Self::io(error.to_string())
        } else {
            Self::config(error.to_string())
        }
    }
}
