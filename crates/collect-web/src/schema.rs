//! JSON Schemas of facts and target entries, in the one shape that the catalog and the
//! configuration read: nothing by reference, and no field that may be null.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// The schema of `T`. An optional field is left out of `required`; since an absent field is
/// omitted, `null` is no value of it.
pub(crate) fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    RecursiveTransform(without_null).transform(&mut schema);
    schema.to_value()
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
    use serde_json::json;

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
        let schema = super::of::<Outer>();
        let inner = &schema["properties"]["inner"];
        assert_eq!(inner["description"], "The one that counts.");
        assert_eq!(inner["properties"]["text"]["type"], json!("string"));
        assert!(schema.get("$defs").is_none());
        assert!(schema.get("required").is_none());
    }
}
