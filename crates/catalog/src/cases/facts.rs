//! Holds a case's fact against the schema of its kind, more strictly than a schema does: a field
//! that the kind does not have is a slip of the pen here.

use crate::expr::{ReadPath, Step, Type};
use crate::probe::ProbeText;
use seaworthy_model::FactSchema;
use seaworthy_yaml::{Problem, Schema, suggest};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Schemas of whole case files, compiled when first needed.
pub(crate) struct FactChecker {
    texts: BTreeMap<String, Value>,
    compiled: BTreeMap<String, Schema>,
}

impl FactChecker {
    pub(crate) fn new(schemas: &[FactSchema]) -> Self {
        Self {
            texts: schemas
                .iter()
                .map(|schema| (schema.kind.to_owned(), within_a_case(&schema.schema)))
                .collect(),
            compiled: BTreeMap::new(),
        }
    }

    /// What of the fact in `text` does not fit.
    pub(crate) fn check(
        &mut self,
        name: &str,
        kind: &Type,
        text: &ProbeText<'_>,
        unknown: &BTreeMap<String, String>,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        match self.schema(name) {
            Ok(schema) => problems.extend(schema.check(text.document())),
            Err(reason) => problems.push(Problem::new(text.value_at("/fact"), reason)),
        }
        if let Some(fact) = text.document().value().get("fact") {
            extra(fact, kind, "/fact", text, &mut problems);
        }
        for path in unknown.keys() {
            if let Some(help) = nowhere(path, kind) {
                let key = path.replace('~', "~0").replace('/', "~1");
                let at = text.key_at(&format!("/unknown/{key}"));
                problems
                    .push(Problem::new(at, format!("the fact has no field `{path}`")).help(help));
            }
        }
        problems.sort();
        problems.dedup();
        problems
    }

    /// The compiled schema of a kind; a schema that does not compile checks nothing, and says so.
    fn schema(&mut self, kind: &str) -> Result<&Schema, String> {
        let text = self
            .texts
            .get(kind)
            .ok_or_else(|| format!("no schema for the subject kind `{kind}`"))?;
        match self.compiled.entry(kind.to_owned()) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => Schema::compile(text)
                .map(|schema| &*place.insert(schema))
                .map_err(|error| format!("the schema of `{kind}`: {error}")),
        }
    }
}

/// The schema of a file whose `fact` has the given schema; its definitions keep their place.
fn within_a_case(schema: &Value) -> Value {
    let mut fact = schema.clone();
    let definitions = fact
        .as_object_mut()
        .and_then(|object| object.remove("$defs"))
        .unwrap_or_else(|| json!({}));
    json!({ "properties": { "fact": fact }, "$defs": definitions })
}

fn extra(value: &Value, kind: &Type, pointer: &str, text: &ProbeText<'_>, out: &mut Vec<Problem>) {
    match (value, kind) {
        (Value::Object(members), Type::Object(object)) => {
            for (name, member) in members {
                let below = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                match object.fields.get(name) {
                    Some(field) => extra(member, &field.kind, &below, text, out),
                    None if object.open => {}
                    None => {
                        let names = object.fields.keys().map(String::as_str);
                        let problem =
                            Problem::new(text.key_at(&below), format!("unknown key `{name}`"));
                        out.push(match suggest(name, names) {
                            Some(near) => problem.help(format!("did you mean `{near}`?")),
                            None => problem.help("facts have the fields of their schema alone"),
                        });
                    }
                }
            }
        }
        (Value::Object(members), Type::Map(values)) => {
            for (name, member) in members {
                let below = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                extra(member, values, &below, text, out);
            }
        }
        (Value::Array(elements), Type::List(items)) => {
            for (index, element) in elements.iter().enumerate() {
                extra(element, items, &format!("{pointer}/{index}"), text, out);
            }
        }
        _ => {}
    }
}

/// Why `path` leads nowhere, if it does.
fn nowhere(path: &str, kind: &Type) -> Option<String> {
    let mut kind = kind.clone();
    for step in ReadPath::parse_steps(path) {
        if let (Type::Object(object), Step::Field(name)) = (&kind, &step)
            && !object.open
            && !object.fields.contains_key(name.as_ref())
        {
            let names = object.fields.keys().map(String::as_str);
            return Some(match suggest(name, names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("fields there: {}", names.collect::<Vec<_>>().join(", ")),
            });
        }
        kind = kind.step(&step);
    }
    None
}
