//! The schemas of a plugin's facts, read and checked.

use jsonschema::Validator;
use seaworthy_model::{FactSchema, Target};
use seaworthy_yaml::{Dialect, Limits, parse};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The largest schema, in bytes.
const LARGEST_SCHEMA: u64 = 1 << 20;

/// A kind of subjects with its schema, ready to check facts by.
pub(crate) struct Declared {
    pub(crate) schema: FactSchema,
    pub(crate) validator: Validator,
}

/// The declaration of one kind, or what is wrong with it.
pub(crate) fn declare(
    target: &Target,
    kind: &str,
    file: &str,
    taken: &[FactSchema],
    known: &BTreeMap<String, Value>,
) -> Result<Declared, String> {
    if taken.iter().any(|schema| schema.kind == kind) {
        return Err(format!(
            "the kind {kind} of subject is built in; choose another name for what the plugin tells of"
        ));
    }
    // Relative to the configuration file, as all its paths are.
    let folder = target.location.as_ref().map(|place| Path::new(&place.file));
    let folder = folder.and_then(Path::parent).unwrap_or(Path::new(""));
    let path = folder.join(file);
    let shown = path.display();
    let schema = read(&path).map_err(|why| format!("the schema {shown} of {kind}: {why}"))?;
    if let Some(why) = objection(&schema, "") {
        return Err(format!("the schema {shown} of {kind}: {why}"));
    }
    if known.get(kind).is_some_and(|other| *other != schema) {
        return Err(format!(
            "the schema {shown} of {kind} is another than that of a plugin before it"
        ));
    }
    let validator = jsonschema::validator_for(&schema)
        .map_err(|error| format!("the schema {shown} of {kind} is none: {error}"))?;
    Ok(Declared {
        // A configuration is read once in the life of a process, so this is bounded by its size.
        schema: FactSchema {
            kind: kind.to_owned().leak(),
            schema,
        },
        validator,
    })
}

fn read(path: &Path) -> Result<Value, String> {
    let length = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if length.len() > LARGEST_SCHEMA {
        return Err(format!("it has more than {LARGEST_SCHEMA} bytes"));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let parsed = parse(&bytes, Dialect::Core, &Limits::default());
    if let Some(problem) = parsed.problems.first() {
        let place = problem.position;
        return Err(format!("line {}: {}", place.line, problem.message));
    }
    match parsed.documents.as_slice() {
        [document] => Ok(document.value().clone()),
        _ => Err("one document is wanted".to_owned()),
    }
}

/// Why probes cannot be checked by this part of a schema.
fn objection(schema: &Value, at: &str) -> Option<String> {
    let shown = if at.is_empty() { "/" } else { at };
    let fields = match schema.as_object() {
        Some(fields) => fields,
        None if at.is_empty() => return Some("an object is wanted".to_owned()),
        None => return None,
    };
    let is_object = fields.get("type").and_then(Value::as_str) == Some("object");
    let properties = fields.get("properties").and_then(Value::as_object);
    if at.is_empty() && !(is_object && properties.is_some()) {
        return Some("`type: object` with `properties` is wanted at its top".to_owned());
    }
    if fields.contains_key("$ref") {
        return Some(format!("at {shown}: write out what `$ref` points to"));
    }
    // A misspelt field would else look absent, and an absent one may be what a probe wants.
    if properties.is_some() && fields.get("additionalProperties") != Some(&Value::Bool(false)) {
        return Some(format!(
            "at {shown}: `additionalProperties: false` is wanted"
        ));
    }
    let null = |name: &Value| name == "null";
    let types = fields.get("type");
    if types.is_some_and(|types| {
        null(types) || types.as_array().is_some_and(|all| all.iter().any(null))
    }) {
        return Some(format!(
            "at {shown}: a field that is absent is left out; it is never null"
        ));
    }
    if types.and_then(Value::as_str) == Some("number") {
        return Some(format!(
            "at {shown}: facts hold whole numbers; write `integer`, in a stated unit"
        ));
    }
    let inner = properties
        .into_iter()
        .flatten()
        .find_map(|(name, inner)| objection(inner, &format!("{at}/properties/{name}")));
    let items = || objection(fields.get("items")?, &format!("{at}/items"));
    inner.or_else(items)
}
