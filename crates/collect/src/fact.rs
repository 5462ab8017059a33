//! How a fact is written: its value as JSON, and the schema of its kind in the one shape that the
//! catalog and the configuration read: nothing by reference, and no field that may be null.

use crate::Trouble;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema, Schema};
use seaworthy_model::{FactSchema, ReasonCode};
use serde::Serialize;
use serde_json::Value;

/// The subjects of `kind`, whose facts are written from `T`.
#[must_use]
pub fn fact_schema<T: JsonSchema>(kind: &'static str) -> FactSchema {
    FactSchema {
        kind,
        schema: schema_of::<T>(),
    }
}

/// The schema of `T`. An optional field is left out of `required`; since an absent field is
/// omitted, `null` is no value of it.
#[must_use]
pub fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    RecursiveTransform(without_null).transform(&mut schema);
    schema.to_value()
}

/// The value of a fact.
///
/// # Errors
///
/// [`ReasonCode::CollectorFailed`] when JSON cannot hold it: a map whose keys are no strings.
pub fn fact_value<T: Serialize>(fact: &T) -> Result<Value, Trouble> {
    serde_json::to_value(fact).map_err(|error| {
        Trouble::new(
            ReasonCode::CollectorFailed,
            format!("failed to write a fact: {error}"),
        )
    })
}

fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(choices)) = schema.get_mut("anyOf") else {
        return;
    };
    choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
    if let [Value::Object(only)] = choices.as_slice() {
        let only = only.clone();
        schema.remove("anyOf");
        for (key, value) in only {
            // The field's own description stands before its type's.
            if schema.get(&key).is_none() {
                schema.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use seaworthy_model::ReasonCode;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Inner {
        text: Option<String>,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Outer {
        /// The one that counts.
        inner: Option<Inner>,
    }

    #[test]
    fn optional_fields_are_inlined_and_never_null() {
        let fact = super::fact_schema::<Outer>("outer");
        assert_eq!(fact.kind, "outer");
        let schema = fact.schema;
        let inner = &schema["properties"]["inner"];
        assert_eq!(inner["description"], "The one that counts.");
        assert_eq!(inner["properties"]["text"]["type"], json!("string"));
        assert!(schema.get("$defs").is_none());
        assert!(schema.get("required").is_none());
    }

    #[test]
    fn a_fact_that_cannot_be_written_is_a_trouble_and_not_an_empty_fact() {
        let written = super::fact_value(&BTreeMap::from([(1, "one")]));
        assert_eq!(written, Ok(json!({ "1": "one" })));
        let trouble = super::fact_value(&BTreeMap::from([((1, 2), "one")])).unwrap_err();
        assert_eq!(trouble.reason, ReasonCode::CollectorFailed);
        assert!(trouble.detail.starts_with("failed to write a fact: "));
    }
}
