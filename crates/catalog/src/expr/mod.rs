//! The expressions of probes: the part of the Common Expression Language (CEL) that a probe needs.
//!
//! What is read is CEL (<https://github.com/google/cel-spec/blob/master/doc/langdef.md>): literals
//! of bool, int, string and list, field selection, `has()`, indexes, `! - && || ?:`, comparisons,
//! arithmetic on int, `in`, the macros `all exists exists_one filter map`, and the functions
//! `size contains startsWith endsWith`, with `lowerAscii` and `join` of CEL's strings extension
//! and `string()`. Floats, uints, bytes, null, maps, messages and regular expressions are left out
//! on purpose: facts have none of the former, and collectors do the hard matching.
//!
//! It is evaluated here rather than by a general interpreter because a verdict needs three answers
//! and not two: what a collector could not look at is *unknown*, and neither `has()` nor a missing
//! key may turn that into a false or a true. Two differences from CEL follow, both towards
//! "inconclusive": comparing values of different types for equality is an error instead of false,
//! and work is bounded. `tests/properties.rs` compares everything else with the `cel` crate.
//!
//! This module knows nothing of probes, verdicts or files.

mod check;
mod eval;
mod guard;
mod lexer;
mod node;
mod parser;
mod path;
mod reading;
mod reads;
mod schema;
mod template;
mod value;

pub(crate) use check::{Checker, Names};
pub(crate) use eval::{Hop, Inputs, Stop, Way, blame, eval_bool, eval_text};
pub(crate) use guard::{Guards, unguarded};
pub(crate) use node::Node;
pub(crate) use parser::parse;
pub(crate) use path::{ReadPath, Step};
pub(crate) use reads::reads;
pub(crate) use schema::{Field, Object, Type, subject_type};
pub(crate) use template::{Piece, parse_template};
pub(crate) use value::Tree;

/// A fault in an expression, at a byte offset of its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExprError {
    /// The byte offset in the expression's source.
    pub(crate) at: usize,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: Option<String>,
}

impl ExprError {
    pub(crate) fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same fault in a text that begins `offset` bytes earlier.
    pub(crate) fn shifted(mut self, offset: usize) -> Self {
        self.at += offset;
        self
    }
}
