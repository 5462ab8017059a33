//! Probes: from YAML to something that gives verdicts.
//!
//! `file` reads a `probe.yaml` into a [`seaworthy_model::ProbeSpec`]; the check holds it
//! against the schema of its subject; compiling needs the specification alone, so that a sealed
//! plan can be replayed without any schema.

mod check;
mod compile;
mod field;
mod file;
mod locate;
mod params;

pub use compile::{CompiledProbe, Failure, Judged, PreparedFact};
pub use file::probe_schema;
pub(crate) use file::{ProbeText, read};
pub use params::{PreparedParams, accept_value, parse_duration, parse_value, resolve};
