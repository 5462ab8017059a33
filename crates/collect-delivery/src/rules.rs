//! Rules that are data: YAML files of this crate, read once.

use seaworthy_yaml::{Dialect, Limits};
use serde::de::DeserializeOwned;

/// Reads a table.
///
/// # Errors
///
/// When it is no YAML, or not of the wanted shape.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let parsed = seaworthy_yaml::parse(text.as_bytes(), Dialect::Core, &Limits::default());
    let document = parsed.documents.first().ok_or("it holds no document")?;
    serde_json::from_value(document.value().clone()).map_err(|error| error.to_string())
}
