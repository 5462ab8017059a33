//! What reading a group of reports brings, before it is known where it came from.

use seaworthy_collect::Trouble;
use serde_json::Value;
use std::collections::BTreeMap;

/// What reading a group brought: a fact without its provenance.
pub(crate) struct Draft {
    /// The value.
    pub(crate) value: Result<Value, Trouble>,
    /// What could not be looked at.
    pub(crate) unknown: BTreeMap<String, String>,
}

impl Draft {
    /// A fact of which the fields in `unknown` could not be looked at, all for one reason.
    pub(crate) fn new<T: serde::Serialize>(
        fact: &T,
        fields: &[&str],
        why: Option<&String>,
    ) -> Self {
        let unknown = why.map(|why| {
            let holes = fields
                .iter()
                .map(|field| ((*field).to_owned(), why.clone()));
            holes.collect()
        });
        Self {
            value: seaworthy_collect::fact_value(fact),
            unknown: unknown.unwrap_or_default(),
        }
        .without_unknown()
    }

    /// Takes the fields that could not be looked at out of the value.
    fn without_unknown(mut self) -> Self {
        if let Ok(Value::Object(fields)) = &mut self.value {
            for field in self.unknown.keys() {
                fields.shift_remove(field);
            }
        }
        self
    }
}
