//! What can go wrong beyond the faults of a file, which are diagnostics.

use seaworthy_model::{ParamKind, ProbeId};

/// An error of the catalog.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// A probe's expression or message does not compile.
    #[error("failed to compile {place} of probe {probe} at character {at}: {message}")]
    Expression {
        /// The probe.
        probe: ProbeId,
        /// Which text of it, as a JSON pointer: `/where`, `/assert/0/message` …
        place: String,
        /// The byte offset in that text, from 0.
        at: usize,
        /// What is wrong, and what to do.
        message: String,
    },
    /// A value does not fit its parameter.
    #[error("parameter `{name}` wants {}; found `{found}`", wanted(*.kind))]
    Value {
        /// The parameter.
        name: String,
        /// Its type.
        kind: ParamKind,
        /// The value as written.
        found: String,
    },
    /// A parameter without default got no value.
    #[error("parameter `{name}` needs a value: it has no default")]
    MissingValue {
        /// The parameter.
        name: String,
    },
    /// A value is given for a parameter that the probe does not declare.
    #[error("unknown parameter `{name}`; {help}")]
    UnknownParameter {
        /// The name as given.
        name: String,
        /// The nearest name, or those that there are.
        help: String,
    },
}

fn wanted(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Int => "a whole number",
        ParamKind::String => "a text",
        ParamKind::Bool => "true or false",
        ParamKind::Duration => "a span of time such as 30d, 12h, 15m, 10s or 500ms",
        ParamKind::StringList => "a list of texts",
    }
}
