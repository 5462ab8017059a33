//! A subset of a sealed bundle, to be shown to somebody who may not see the rest.
//!
//! ```text
//! SHA256SUMS run.dsse.json run.sig    as in the bundle
//! content/…                      only what is shown: lists of commitments, blobs, chosen files
//! disclosed/facts/NN.txt         the facts of the shard NN that are shown
//! disclosed/results/NN.txt       each line: number in the shard, salt, the record as it was sealed
//! export.json                    which items are shown
//! ```

mod disclosed;
mod write;

pub(crate) use disclosed::{
    Disclosed, disclosed_path, disclosed_shards, read_disclosed, read_manifest,
};
pub use write::{Exported, export};

use seaworthy_model::Digest;
use serde::{Deserialize, Serialize};

/// The name of the format of `export.json`.
pub const EXPORT_SCHEMA: &str = "seaworthy.export/v1";

pub(crate) const EXPORT: &str = "export.json";

/// `export.json`: what a subset shows. Nothing rests on it but the promise to be whole: every item
/// that it names is there, with every fact that it cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`EXPORT_SCHEMA`].
    pub schema: String,
    /// The run's id.
    pub run: String,
    /// The digest of `SHA256SUMS`.
    pub digest: Digest,
    /// The ids of the items.
    pub items: Vec<String>,
    /// How many records are shown.
    pub shown: Shown,
}

/// How many records a subset shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Facts.
    pub facts: u64,
    /// Results.
    pub results: u64,
    /// Raw artifacts.
    pub blobs: u64,
}
