//! The schemas of the facts, in the shape that the catalog reads: nothing by reference, and no
//! field that may be null, since an absent field is omitted.

use super::{
    Autoscaler, ConfigMap, DisruptionBudget, Ingress, Manifests, Namespace, Secret, ServiceAccount,
    Workload,
};
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema, Schema};
use seaworthy_model::FactSchema;
use serde_json::Value;

/// The subject kinds of this crate with their schemas.
#[must_use]
pub fn fact_schemas() -> Vec<FactSchema> {
    fn of<T: JsonSchema>(kind: &'static str) -> FactSchema {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.inline_subschemas = true;
        });
        let mut schema = settings.into_generator().into_root_schema_for::<T>();
        RecursiveTransform(without_null).transform(&mut schema);
        FactSchema {
            kind,
            schema: schema.to_value(),
        }
    }
    vec![
        of::<Workload>("workload"),
        of::<Namespace>("namespace"),
        of::<Autoscaler>("autoscaler"),
        of::<DisruptionBudget>("disruption_budget"),
        of::<Ingress>("ingress"),
        of::<ServiceAccount>("service_account"),
        of::<ConfigMap>("config_map"),
        of::<Secret>("secret"),
        of::<Manifests>("manifests"),
    ]
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
