//! Setting a field of a JSON object under construction, where `value[name] = …` could panic.

use serde_json::Value;

/// Sets `name`; a value that is no object stays as it is.
pub(crate) fn set(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Value::Object(fields) = object {
        fields.insert(name.to_owned(), value.into());
    }
}
