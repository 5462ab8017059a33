//! Small looks into untyped JSON. An absent field, `null` and a field of another type are the
//! same here; objects whose types are wrong never come this far (see `read::shape`).

use crate::value::Value;
use std::collections::BTreeMap;

/// JSON in one of its two forms: an object's content as it is kept, or a tree of `serde_json`, which
/// configuration and facts are.
pub(crate) trait Json: Sized {
    fn list(&self) -> Option<&[Self]>;
    fn string(&self) -> Option<&str>;
    fn flag(&self) -> Option<bool>;
}

impl Json for Value {
    fn list(&self) -> Option<&[Self]> {
        self.as_array()
    }

    fn string(&self) -> Option<&str> {
        self.as_str()
    }

    fn flag(&self) -> Option<bool> {
        self.as_bool()
    }
}

impl Json for serde_json::Value {
    fn list(&self) -> Option<&[Self]> {
        self.as_array().map(Vec::as_slice)
    }

    fn string(&self) -> Option<&str> {
        self.as_str()
    }

    fn flag(&self) -> Option<bool> {
        self.as_bool()
    }
}

/// The elements of a list.
pub(crate) fn items<V: Json>(value: &V) -> &[V] {
    value.list().unwrap_or_default()
}

/// The strings of a list.
pub(crate) fn strings<V: Json>(value: &V) -> Vec<String> {
    items(value)
        .iter()
        .filter_map(V::string)
        .map(str::to_owned)
        .collect()
}

/// A mapping of strings: labels, annotations.
pub(crate) fn pairs(value: &Value) -> BTreeMap<String, String> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.to_owned(), value.as_str()?.to_owned())))
        .collect()
}

/// A text that is not empty.
pub(crate) fn text<V: Json>(value: &V) -> Option<&str> {
    value.string().filter(|text| !text.is_empty())
}

/// Whether a Boolean field is set and true.
pub(crate) fn is_true<V: Json>(value: &V) -> bool {
    value.flag() == Some(true)
}

/// Whether something is there at all.
pub(crate) fn is_set(value: &Value) -> bool {
    !value.is_null()
}
