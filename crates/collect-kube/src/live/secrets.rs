//! Secrets without their values: a table of them has names, types and numbers of keys, and the
//! record of who wrote which field has the names of the keys.

use super::compact::trim_metadata;
use crate::json::items;
use crate::value::{Map, Value};
use std::collections::BTreeSet;

/// Asks the server for a table with the metadata of each row's object, never for its data
/// (meta/v1 `Table`, `includeObject=Metadata` being the default).
pub(super) const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";

/// Columns of the table of Secrets: NAME, TYPE, DATA, AGE.
const TYPE: usize = 1;
const DATA: usize = 2;

/// Stands in a Secret's data for a value that was not read.
pub(crate) const UNREAD: &str = "unread";
/// Says in a Secret's own fields that its values, or even its keys, were not read.
pub(super) const MARK: &str = "seaworthy/unread";

/// The Secret of a row: its data has the names of its keys where the record is whole.
pub(super) fn from_row(mut row: Value) -> Option<Value> {
    let mut object = row.get_mut("object")?.take();
    let cells = &row["cells"];
    let keys = keys(&object["metadata"]["managedFields"]);
    trim_metadata(&mut object);
    let metadata = object.get_mut("metadata")?.take();
    if !metadata.is_object() {
        return None;
    }
    let cell = |index: usize| &cells[index];
    // The record may lack keys (a server that keeps none, a tool that wiped it); then the number
    // tells that the names are not known.
    let is_whole = cell(DATA).as_i64() == i64::try_from(keys.len()).ok();
    let keys = keys.iter().filter(|_| is_whole);
    let data = keys.map(|key| (key.as_str(), Value::from(UNREAD)));
    Some(Value::object([
        ("metadata", metadata),
        ("type", cell(TYPE).clone()),
        ("data", Value::object(data)),
        (MARK, if is_whole { "values" } else { "keys" }.into()),
    ]))
}

/// A certificate, which every client of its server gets to see.
const CERTIFICATE: &str = "tls.crt";

/// A Secret that was read whole, with a mark in the place of each value that is not empty; only
/// a certificate stays.
pub(super) fn without_values(mut secret: Value) -> Option<Value> {
    trim_metadata(&mut secret);
    let is_tls = secret["type"].as_str() == Some("kubernetes.io/tls");
    if let Some(data) = secret.get_mut("data").and_then(Value::as_object_mut) {
        for (_, value) in data
            .iter_mut()
            .filter(|(key, _)| !(is_tls && *key == CERTIFICATE))
        {
            let is_empty = value.as_str().is_none_or(str::is_empty);
            *value = Value::from(if is_empty { "" } else { UNREAD });
        }
    }
    Some(secret)
}

/// The keys that the record of writes names below `data` and `stringData`.
fn keys(managed: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in items(managed) {
        for field in ["f:data", "f:stringData"] {
            let fields = entry["fieldsV1"][field].as_object();
            let names = fields.into_iter().flat_map(Map::keys);
            found.extend(names.filter_map(|name| name.strip_prefix("f:").map(str::to_owned)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::from_row;
    use crate::value::{Value, json};

    fn row(count: Value) -> Value {
        json!({
            "cells": ["tls", "kubernetes.io/tls", count, "3d"],
            "object": {"kind": "PartialObjectMetadata", "metadata": {
                "name": "tls", "namespace": "shop",
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "c2VjcmV0"},
                "managedFields": [
                    {"fieldsV1": {"f:data": {".": {}, "f:tls.crt": {}}, "f:type": {}}},
                    {"fieldsV1": {"f:data": {"f:tls.key": {}}}},
                ],
            }},
        })
    }

    #[test]
    fn the_record_of_writes_names_the_keys() {
        let secret = from_row(row(json!(2))).unwrap();
        assert_eq!(secret["type"], "kubernetes.io/tls");
        assert_eq!(
            secret["data"],
            json!({"tls.crt": "unread", "tls.key": "unread"})
        );
        assert_eq!(secret[super::MARK], "values");
        assert!(!secret.to_string().contains("c2VjcmV0"));
    }

    #[test]
    fn a_record_that_lacks_keys_names_none() {
        for count in [json!(3), json!(1), json!("2"), Value::Null] {
            let secret = from_row(row(count)).unwrap();
            assert_eq!(secret["data"], json!({}));
            assert_eq!(secret[super::MARK], "keys");
        }
    }
}
