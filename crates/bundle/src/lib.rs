//! The evidence of one run on disk: a folder that is written as the sweep goes, sealed at its
//! end, and read back by reports, replay and auditors.
//!
//! ```text
//! run-<id>/content/   run.json checklist.md plan.json targets.jsonl unassessed.jsonl
//!                     facts/NN.jsonl.gz results/NN.jsonl.gz blobs/sha256/<hex>
//!                     commitments/
//!                     attestations/<hex>.dsse.json waivers/<hex>.dsse.json
//! run-<id>/SHA256SUMS checked by `sha256sum -c`; what a signature covers
//! run-<id>/exports/   reports, which are no evidence and not covered
//! ```
//!
//! What the records mean is decided elsewhere: collectors make facts, `judge` makes results,
//! `report` shows them. Secrets are redacted before a record reaches this crate.

mod ahead;
mod atomic;
mod blob;
mod check;
mod commit;
mod compare;
mod error;
mod export;
mod gz;
mod hex;
mod layout;
mod lines;
mod open;
mod reader;
mod record;
mod result_line;
mod schema;
mod seal;
mod shards;
mod sign;
mod sort;
mod spill;
mod stamp;
mod statements;
mod stream;
mod sums;
mod verdict_line;
mod verify;
mod walk;
mod writer;

pub use ahead::ReadAhead;
pub use check::Finding;
pub use compare::ResultsComparison;
pub use error::BundleError;
pub use export::{EXPORT_SCHEMA, Exported, Manifest, Shown, export};
pub use layout::{Limits, StatementKind};
pub use lines::results_bytes;
pub use reader::Reader;
pub use record::{Counts, PreviousRun, RUN_SCHEMA, Resumed, RunRecord, RunState};
pub use shards::{Cut, Facts, Results};
pub use sign::{Beside, RUN_PREDICATE, RunPredicate, TEST_RESULT_PREDICATE, sign};
pub use spill::Spill;
pub use stamp::{stamp, stamp_request};
pub use stream::ResultStream;
pub use verdict_line::VerdictLine;
pub use verify::{Signer, Stamped, Standing, Trust, Verification, chain, verify, verify_with};
pub use writer::{Sealed, Writer};
