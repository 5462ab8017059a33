//! Cases: facts beside a probe, each with the verdict that is expected of it.
//!
//! Every probe runs over the cases of every probe of its kind; what comes of it is the matrix, in
//! which a false alarm shows.

mod facts;
mod file;
mod matrix;
mod run;

pub use file::{Case, Cases, case_schema};
pub use matrix::{CaseId, Matrix};
pub use run::{CaseFailure, CaseReport, run_cases};
