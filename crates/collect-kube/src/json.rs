//! Small looks into untyped JSON. An absent field, `null` and a field of another type are the
//! same here; objects whose types are wrong never come this far (see `read::shape`).

use serde_json::Value;
use std::collections::BTreeMap;

/// The elements of a list.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The strings of a list.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    items(value)
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// A mapping of strings: labels, annotations.
pub(crate) fn pairs(value: &Value) -> BTreeMap<String, String> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// A text that is not empty.
pub(crate) fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// Whether a Boolean field is set and true.
pub(crate) fn is_true(value: &Value) -> bool {
    value.as_bool() == Some(true)
}

/// Whether something is there at all.
pub(crate) fn is_set(value: &Value) -> bool {
    !value.is_null()
}
