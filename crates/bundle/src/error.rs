//! What can go wrong with a bundle. A finding about a bundle's integrity is no error: it is data
//! ([`crate::Finding`]).

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A bundle could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// The file system refused. The message holds the cause, so there is no separate source.
    #[error("failed to {step} `{}`: {cause}{}", path.display(), advice(cause))]
    Io {
        /// What was being done, for example `create the folder`.
        step: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// A run with this id has been written here before; nothing of it was touched.
    #[error(
        "failed to create `{}`: a run of this id is there already; move it away or write to another folder",
        path.display()
    )]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// Something in the bundle is not what the format says.
    #[error("`{}`{}: {problem}", path.display(), at_line(*line))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line within the uncompressed file, from 1, where one is at fault.
        line: Option<u32>,
        /// What was wanted, what was found and what to do.
        problem: String,
    },
    /// The bundle was written by another version of Seaworthy.
    #[error(
        "`{}` has the schema `{found}`, but this version reads `{wanted}`: read it with the version of seaworthy that wrote it",
        path.display()
    )]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The schema that it names.
        found: String,
        /// The schema that this version reads.
        wanted: &'static str,
    },
    /// A record is larger than a bundle may hold; nothing of its batch was written.
    #[error("{what} is {size} bytes long, and a bundle takes {limit} at the most")]
    TooLarge {
        /// The record.
        what: String,
        /// Its size in bytes.
        size: u64,
        /// The greatest size in bytes.
        limit: u64,
    },
    /// An artifact's bytes are not those of its digest: a fault of whoever handed them over.
    #[error("an artifact handed over as `{claimed}` has the digest `{actual}`")]
    WrongDigest {
        /// The digest that came with the bytes.
        claimed: String,
        /// The digest of the bytes.
        actual: String,
    },
    /// An earlier error left the bundle incomplete, so it takes no more and is never sealed.
    #[error(
        "`{}` is incomplete since an earlier error and cannot be sealed; what was recorded before stays readable",
        path.display()
    )]
    Stopped {
        /// The run's folder.
        path: PathBuf,
    },
    /// A record could not be put into JSON.
    #[error("failed to write {what} as JSON: {cause}")]
    Json {
        /// The record.
        what: &'static str,
        /// What the serialiser said.
        cause: serde_json::Error,
    },
}

impl BundleError {
    /// Whether the file system is at fault, and not what stands in the bundle: exit code 74.
    #[must_use]
    pub const fn is_io(&self) -> bool {
        matches!(
            self,
            Self::Io { .. } | Self::Exists { .. } | Self::Stopped { .. }
        )
    }

    pub(crate) fn malformed(path: &Path, line: Option<u32>, problem: impl Into<String>) -> Self {
        Self::Malformed {
            path: path.to_owned(),
            line,
            problem: problem.into(),
        }
    }
}

/// Gives an [`io::Result`] its step and path.
pub(crate) trait IoContext<T> {
    fn at(self, step: &'static str, path: &Path) -> Result<T, BundleError>;
}

impl<T> IoContext<T> for io::Result<T> {
    fn at(self, step: &'static str, path: &Path) -> Result<T, BundleError> {
        self.map_err(|cause| BundleError::Io {
            step,
            path: path.to_owned(),
            cause,
        })
    }
}

fn at_line(line: Option<u32>) -> String {
    line.map_or_else(String::new, |line| format!(" line {line}"))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "ErrorKind is non-exhaustive, and most kinds have no advice beyond their own text"
)]
fn advice(cause: &io::Error) -> &'static str {
    match cause.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "; free some space or write to another folder"
        }
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => {
            "; allow this user to use it or choose another folder"
        }
        ErrorKind::NotADirectory => "; choose a folder whose parents are all folders",
        _ => "",
    }
}
