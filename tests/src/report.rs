//! Finding one's way in the JSON of a sweep and of a probe command.

use serde_json::Value;

/// The item with this id.
#[must_use]
pub fn item<'a>(report: &'a Value, id: &str) -> &'a Value {
    let items = report["items"].as_array().into_iter().flatten();
    items
        .into_iter()
        .find(|item| item["id"] == id)
        .unwrap_or(&Value::Null)
}

/// All verdicts: of the items of a sweep, or of a probe command.
#[must_use]
pub fn verdicts(report: &Value) -> Vec<&Value> {
    let items = report["items"].as_array().into_iter().flatten();
    let all = items.map(|item| &item["verdicts"]);
    all.chain([&report["verdicts"]])
        .filter_map(Value::as_array)
        .flatten()
        .collect()
}

/// The verdicts of one probe.
#[must_use]
pub fn verdicts_of<'a>(report: &'a Value, probe: &str) -> Vec<&'a Value> {
    let mut found = verdicts(report);
    found.retain(|verdict| verdict["probe"] == probe);
    found
}

/// A field of each value as text, empty where it is none.
#[must_use]
pub fn texts<'a>(values: &[&'a Value], field: &str) -> Vec<&'a str> {
    let texts = values.iter().map(|value| value[field].as_str());
    texts.map(Option::unwrap_or_default).collect()
}

/// The value of the first fact of a probe command.
#[must_use]
pub fn fact_of(report: &Value) -> Option<&Value> {
    report["facts"].as_array()?.first()?.get("value")
}
