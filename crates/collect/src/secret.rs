//! Secrets by reference: the configuration names where a secret is, never what it is.

use crate::Trouble;
use seaworthy_model::ReasonCode;
use std::fmt;

/// Where a secret is: `env:NAME` or `file:PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretRef {
    /// An environment variable.
    Env(String),
    /// A file; one trailing line end is not part of the secret.
    File(String),
}

/// A secret's value. It shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl SecretRef {
    /// Reads a reference; anything else is no reference, and is not repeated in an error since
    /// it may be the secret itself.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        if rest.is_empty() {
            return None;
        }
        match scheme {
            "env" => Some(Self::Env(rest.to_owned())),
            "file" => Some(Self::File(rest.to_owned())),
            _ => None,
        }
    }

    /// Fetches the secret.
    ///
    /// # Errors
    ///
    /// When the variable is not set or not UTF-8, or the file cannot be read.
    pub fn resolve(&self) -> Result<Secret, Trouble> {
        let failed = |why: String| Trouble::new(ReasonCode::CollectorFailed, why);
        match self {
            Self::Env(name) => std::env::var(name).map(Secret).map_err(|error| {
                failed(format!(
                    "failed to read the secret env:{name}: {error}; set the variable"
                ))
            }),
            Self::File(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| {
                    failed(format!("failed to read the secret file:{path}: {error}"))
                })?;
                let text = text.strip_suffix('\n').unwrap_or(&text);
                Ok(Secret(text.strip_suffix('\r').unwrap_or(text).to_owned()))
            }
        }
    }
}

impl Secret {
    /// The value, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, SecretRef};

    #[test]
    fn only_references_are_references() {
        assert_eq!(
            SecretRef::parse("env:TOKEN"),
            Some(SecretRef::Env("TOKEN".into()))
        );
        assert_eq!(
            SecretRef::parse("file:/run/x"),
            Some(SecretRef::File("/run/x".into()))
        );
        for text in ["hunter2", "env:", "http://x", ""] {
            assert_eq!(SecretRef::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        assert!(!format!("{:?}", Secret("hunter2".into())).contains("hunter2"));
    }
}
