//! Probe and binding YAML, checked and compiled.
//!
//! Files come in as bytes ([`Source`]) and go out as a [`Catalog`] of compiled probes, with a
//! diagnostic at file, line and column for whatever is wrong. A [`CompiledProbe`] judges one
//! prepared fact: pure, without clock, network, file or locale. Reading files, rolling verdicts up
//! and showing them are left to others.

pub mod bindings;
mod cases;
mod catalog;
mod error;
mod explain;
mod expr;
pub mod policy;
mod probe;
mod source;

pub use cases::{Case, CaseFailure, CaseId, CaseReport, Cases, Matrix, case_schema, run_cases};
pub use catalog::{Catalog, Loaded};
pub use error::CatalogError;
pub use explain::{CaseSummary, Explanation, FieldRead, explain};
pub use probe::{
    CompiledProbe, Failure, Judged, PreparedFact, PreparedParams, accept_value, parse_duration,
    parse_value, probe_schema, resolve,
};
pub use source::Source;
