//! YAML and JSON that people write: values with positions, bounded, and checked against a schema.
//!
//! [`parse`] gives a [`Document`] for each sound document of a text and a [`Problem`] with line
//! and column for whatever is not; [`Schema`] checks a document and points at the offending key
//! or value. What the values mean (a probe, a configuration, a manifest) is left to the callers,
//! and so is reading files.

mod document;
mod json;
mod problem;
mod scalar;
mod schema;
mod suggest;
mod text;
mod tree;
mod yaml;

pub use document::{Document, Places};
pub use problem::{Diagnostic, Position, Problem};
pub use scalar::Dialect;
pub use schema::{Schema, SchemaError, check};
pub use suggest::suggest;
pub use text::{Limits, Parsed, parse};
