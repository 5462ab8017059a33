//! What a plugin said: pure. Each fact that fits is taken, and whatever does not fit is named by its
//! JSON pointer, so that one bad fact loses none that is good.

use crate::declared::Declared;
use seaworthy_model::{Location, ReasonCode};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The form of a request.
pub(crate) const REQUEST: &str = "seaworthy.exec-request/v1";

/// The form of an answer.
pub(crate) const ANSWER: &str = "seaworthy.exec-facts/v1";

/// The most facts of one answer.
const MOST_FACTS: usize = 100_000;

/// An answer as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    schema: String,
    #[serde(default)]
    facts: Vec<Value>,
    #[serde(default)]
    unassessed: Vec<Value>,
}

/// A fact as a plugin writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) value: Value,
    #[serde(default)]
    pub(crate) unknown: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) location: Option<Location>,
    #[serde(default)]
    pub(crate) reproduce: Option<String>,
}

/// What could not be read, by the plugin or of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hole {
    /// The kinds that it could have held; none stands for all.
    pub(crate) kinds: Vec<String>,
    pub(crate) reason: ReasonCode,
    pub(crate) detail: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Missed {
    kinds: Vec<String>,
    #[serde(default)]
    reason: Option<ReasonCode>,
    detail: String,
}

/// Reads an answer against the kinds that the plugin declares.
pub(crate) fn read(bytes: &[u8], kinds: &[Declared]) -> (Vec<Said>, Vec<Hole>) {
    let answer: Answer = match serde_json::from_slice(bytes) {
        Ok(answer) => answer,
        Err(error) => {
            let what = format!(
                "its output is no answer of the form {ANSWER}: {}",
                short(&error)
            );
            return (Vec::new(), vec![wrong(Vec::new(), what)]);
        }
    };
    if answer.schema != ANSWER {
        let what = format!(
            "at /schema: {ANSWER} is wanted, {:?} found",
            short(&answer.schema)
        );
        return (Vec::new(), vec![wrong(Vec::new(), what)]);
    }
    let (mut facts, mut holes, mut names) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (index, fact) in answer.facts.into_iter().enumerate() {
        if index >= MOST_FACTS {
            let what = format!("it tells more than {MOST_FACTS} facts");
            holes.push(Hole {
                reason: ReasonCode::TooLarge,
                ..wrong(Vec::new(), what)
            });
            break;
        }
        let kind = fact.get("kind").and_then(Value::as_str).map(str::to_owned);
        match taken(fact, kinds, &format!("/facts/{index}")) {
            Ok(said) if names.insert((said.kind.clone(), said.name.clone())) => facts.push(said),
            Ok(said) => {
                let what = format!(
                    "at /facts/{index}/name: there is a {} {:?} already",
                    said.kind,
                    short(&said.name)
                );
                holes.push(wrong(vec![said.kind], what));
            }
            Err(what) => {
                let declared = |kind: &String| kinds.iter().any(|one| one.schema.kind == *kind);
                let kinds = kind.filter(declared).into_iter().collect();
                holes.push(wrong(kinds, what));
            }
        }
    }
    for (index, missed) in answer.unassessed.into_iter().enumerate() {
        holes.push(missed_by_it(missed, kinds, index));
    }
    (facts, holes)
}

/// A fact that fits the schema of its kind.
fn taken(fact: Value, kinds: &[Declared], at: &str) -> Result<Said, String> {
    let said: Said =
        serde_json::from_value(fact).map_err(|error| format!("at {at}: {}", short(&error)))?;
    let Some(declared) = kinds.iter().find(|one| one.schema.kind == said.kind) else {
        return Err(format!(
            "at {at}/kind: the configuration declares no kind {:?}",
            short(&said.kind)
        ));
    };
    if said.name.is_empty() {
        return Err(format!("at {at}/name: a subject needs a name"));
    }
    if let Some(error) = declared.validator.iter_errors(&said.value).next() {
        let pointer = error.instance_path().to_string();
        return Err(format!("at {at}/value{pointer}: {}", short(&error)));
    }
    if let Some(pointer) = not_a_fact(&said.value) {
        return Err(format!(
            "at {at}/value{pointer}: null and numbers with a fraction are no part of a fact"
        ));
    }
    for path in said.unknown.keys() {
        // A misspelt path would leave the field that was meant absent.
        if !leads(&declared.schema.schema, path) {
            return Err(format!(
                "at {at}/unknown: the kind {} has no field {:?}",
                said.kind,
                short(path)
            ));
        }
        if is_there(&said.value, path) {
            return Err(format!(
                "at {at}/unknown: {:?} is both known and unknown",
                short(path)
            ));
        }
    }
    Ok(said)
}

fn missed_by_it(missed: Value, kinds: &[Declared], index: usize) -> Hole {
    let at = format!("at /unassessed/{index}");
    let missed: Missed = match serde_json::from_value(missed) {
        Ok(missed) => missed,
        Err(error) => return wrong(Vec::new(), format!("{at}: {}", short(&error))),
    };
    let declared = |kind: &String| kinds.iter().any(|one| one.schema.kind == *kind);
    if missed.kinds.is_empty() || !missed.kinds.iter().all(declared) {
        // Whatever was meant, it could have been of any kind.
        let what = format!(
            "{at}/kinds: kinds that the configuration declares are wanted; it says: {}",
            short(&missed.detail)
        );
        return wrong(Vec::new(), what);
    }
    Hole {
        kinds: missed.kinds,
        reason: missed.reason.unwrap_or(ReasonCode::CollectorFailed),
        detail: missed.detail,
    }
}

/// The pointer of something that facts do not hold.
fn not_a_fact(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Number(number) if !number.is_i64() => Some(String::new()),
        Value::Array(all) => all
            .iter()
            .enumerate()
            .find_map(|(index, one)| not_a_fact(one).map(|inner| format!("/{index}{inner}"))),
        Value::Object(fields) => fields
            .iter()
            .find_map(|(name, one)| not_a_fact(one).map(|inner| format!("/{name}{inner}"))),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// The steps of a dotted path with `[]` for the elements of a list: `containers[].image`.
fn steps(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('.');
    parts.flat_map(|part| {
        let name = part.strip_suffix("[]").unwrap_or(part);
        let elements = part.ends_with("[]").then_some("[]");
        std::iter::once(name).chain(elements)
    })
}

/// Whether a path leads to a field of the schema.
fn leads(schema: &Value, path: &str) -> bool {
    let mut at = schema;
    for step in steps(path) {
        let next = match step {
            "[]" => at.get("items"),
            name => at.get("properties").and_then(|fields| fields.get(name)),
        };
        let Some(next) = next else { return false };
        at = next;
    }
    true
}

fn is_there(value: &Value, path: &str) -> bool {
    let mut at = vec![value];
    for step in steps(path) {
        at = at
            .into_iter()
            .flat_map(|one| match step {
                "[]" => one.as_array().into_iter().flatten().collect(),
                name => one.get(name).into_iter().collect::<Vec<_>>(),
            })
            .collect();
    }
    !at.is_empty()
}

fn wrong(kinds: Vec<String>, detail: String) -> Hole {
    Hole {
        kinds,
        reason: ReasonCode::Unparsed,
        detail,
    }
}

/// The words of an error, which may hold all of a fact, shortened.
fn short(words: &impl ToString) -> String {
    let words = words.to_string();
    let mut short: String = words.chars().take(200).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    short
}
