//! Checks a document against a JSON Schema and points at what does not fit.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library has forty kinds of error, of which a dozen deserve words of their own"
)]

use crate::{Document, Problem, suggest};
use jsonschema::{ValidationError, Validator, error::TypeKind, error::ValidationErrorKind as Kind};
use serde_json::Value;
use std::borrow::Cow;

/// A JSON Schema (draft 2020-12 unless it says otherwise), compiled once.
#[derive(Debug)]
pub struct Schema {
    validator: Validator,
    text: Value,
}

/// A schema that is none.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The schema does not compile.
    #[error("failed to compile the JSON schema: {0}")]
    Invalid(String),
}

/// Checks `document` against a schema that is used this once; [`Schema`] is for more.
///
/// # Errors
///
/// If the schema itself is not valid.
pub fn check(document: &Document, schema: &Value) -> Result<Vec<Problem>, SchemaError> {
    Ok(Schema::compile(schema)?.check(document))
}

impl Schema {
    /// Compiles a schema. References outside the schema are not fetched.
    ///
    /// # Errors
    ///
    /// If it is not a valid schema.
    pub fn compile(schema: &Value) -> Result<Self, SchemaError> {
        let validator = jsonschema::validator_for(schema)
            .map_err(|error| SchemaError::Invalid(error.to_string()))?;
        Ok(Self {
            validator,
            text: schema.clone(),
        })
    }

    /// What in the document does not fit, in the order of the text; empty if all does.
    #[must_use]
    pub fn check(&self, document: &Document) -> Vec<Problem> {
        let mut problems = Vec::new();
        for error in self.validator.iter_errors(document.value()) {
            self.explain(document, &error, &mut problems);
        }
        problems.sort();
        problems.dedup();
        problems
    }

    fn explain(
        &self,
        document: &Document,
        error: &ValidationError<'_>,
        problems: &mut Vec<Problem>,
    ) {
        let path = error.instance_path().as_str();
        let at = document.nearest_position(path);
        match error.kind() {
            Kind::AdditionalProperties { unexpected }
            | Kind::UnevaluatedProperties { unexpected } => {
                for key in unexpected {
                    problems.push(self.unknown_key(document, error, key));
                }
            }
            Kind::AnyOf { context }
            | Kind::OneOfNotValid { context }
            | Kind::OneOfMultipleValid { context } => {
                self.explain_branches(document, error, context, problems);
            }
            Kind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                let key = document.key_position(path).unwrap_or(at);
                let help = match holder(document, path) {
                    Some(holder) => format!("add `{name}: …` {holder}"),
                    None => format!("add `{name}: …`"),
                };
                let message = format!("the key `{name}` is missing");
                problems.push(Problem::new(key, message).help(help));
            }
            kind => {
                let (message, help) = plain(kind, error);
                let mut problem = Problem::new(at, subject(path) + &message);
                problem.help = help;
                problems.push(problem);
            }
        }
    }

    fn unknown_key(&self, document: &Document, error: &ValidationError<'_>, key: &str) -> Problem {
        let path = error.instance_path().as_str();
        let pointer = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
        let at = document
            .key_position(&pointer)
            .unwrap_or_else(|| document.nearest_position(path));
        let problem = Problem::new(at, format!("unknown key `{key}`"));
        let known = self.known_keys(error);
        match suggest(key, known.iter().map(String::as_str)) {
            Some(word) => problem.help(format!("did you mean `{word}`?")),
            None if known.is_empty() => problem,
            None => problem.help(format!("known here: {}", known.join(", "))),
        }
    }

    /// The keys that the schema names where an error arose.
    fn known_keys(&self, error: &ValidationError<'_>) -> Vec<String> {
        let holder = |path: &str| {
            let (parent, _) = path.rsplit_once('/')?;
            self.walk(parent)?.get("properties")?.as_object()
        };
        holder(error.schema_path().as_str())
            .or_else(|| holder(error.evaluation_path().as_str()))
            .map(|properties| properties.keys().cloned().collect())
            .unwrap_or_default()
    }

    /// The part of the schema at a pointer, `$ref` followed within the schema.
    fn walk(&self, pointer: &str) -> Option<&Value> {
        let mut here = &self.text;
        for token in pointer.split('/').skip(1) {
            let token = unescape(token);
            here = if token == "$ref" {
                let target = here.get("$ref")?.as_str()?.strip_prefix('#')?;
                self.text.pointer(target)?
            } else if let Value::Array(list) = here {
                list.get(token.parse::<usize>().ok()?)?
            } else {
                here.get(&*token)?
            };
        }
        Some(here)
    }

    /// Of several ways in which a value may be written, the one that it comes nearest to.
    fn explain_branches(
        &self,
        document: &Document,
        error: &ValidationError<'_>,
        context: &[Vec<ValidationError<'static>>],
        problems: &mut Vec<Problem>,
    ) {
        let path = error.instance_path().as_str();
        // A branch for another type, or with another fixed word, is not what was meant.
        let foreign = |branch: &&Vec<ValidationError<'static>>| {
            branch.iter().any(|inner| {
                let here = inner.instance_path().as_str() == path;
                match inner.kind() {
                    Kind::Type { .. } => here,
                    Kind::Constant { .. } => true,
                    Kind::Enum { .. } => here,
                    _ => false,
                }
            })
        };
        let nearest = context
            .iter()
            .filter(|branch| !branch.is_empty() && !foreign(branch))
            .min_by_key(|branch| branch.len());
        if let Some(branch) = nearest {
            for inner in branch {
                self.explain(document, inner, problems);
            }
            return;
        }
        let mut wanted: Vec<String> = Vec::new();
        let mut words: Vec<String> = Vec::new();
        for inner in context.iter().flatten() {
            match inner.kind() {
                Kind::Type { kind } => wanted.extend(types(kind)),
                Kind::Constant { expected_value } => words.push(shown(expected_value)),
                Kind::Enum { options } => words.extend(options_of(options)),
                _ => {}
            }
        }
        wanted.retain(|name| name != "null");
        // Where a word is wanted anyway, that it is a string goes without saying.
        wanted.retain(|name| words.is_empty() || name != "a string");
        wanted.extend(words.iter().cloned());
        wanted.dedup();
        let found = found(error.instance());
        let message = if wanted.is_empty() {
            format!("fits none of the ways to write it; found {found}")
        } else {
            format!("wanted {}; found {found}", either(&wanted))
        };
        let mut problem = Problem::new(document.nearest_position(path), subject(path) + &message);
        problem.help = did_you_mean(error.instance(), &words);
        problems.push(problem);
    }
}

/// Errors that need neither the schema nor the document: the message and the help.
fn plain(kind: &Kind, error: &ValidationError<'_>) -> (String, Option<String>) {
    let value: &Cow<'_, Value> = error.instance();
    match kind {
        Kind::Type { kind } => {
            let wanted = either(&types(kind));
            let help = (wanted == "a string" && !value.is_object() && !value.is_array())
                .then(|| "write it in quotes".to_owned());
            (format!("wanted {wanted}; found {}", found(value)), help)
        }
        Kind::Enum { options } => {
            let words = options_of(options);
            let message = format!("wanted {}; found {}", either(&words), found(value));
            (message, did_you_mean(value, &words))
        }
        Kind::Constant { expected_value } => {
            let wanted = shown(expected_value);
            (format!("wanted {wanted}; found {}", found(value)), None)
        }
        Kind::FalseSchema => ("is not allowed here".to_owned(), None),
        Kind::Pattern { pattern } => (
            format!("{} does not have the form `{pattern}`", found(value)),
            None,
        ),
        Kind::MinItems { limit } | Kind::MinLength { limit } | Kind::MinProperties { limit } => {
            (format!("is too short; at least {limit} wanted"), None)
        }
        Kind::Minimum { limit } => (
            format!("wanted {limit} or more; found {}", found(value)),
            None,
        ),
        Kind::Maximum { limit } => (
            format!("wanted {limit} or less; found {}", found(value)),
            None,
        ),
        Kind::UniqueItems => ("holds an element twice".to_owned(), None),
        // The library's own words serve for the rare rest; they hold the value and the rule.
        _ => (error.to_string(), None),
    }
}

fn subject(path: &str) -> String {
    match last_token(path) {
        Some(token) if token.parse::<usize>().is_ok() => String::new(),
        Some(token) => format!("`{token}`: "),
        None => String::new(),
    }
}

/// Where a missing key belongs, as people count: `under` a key, or `to element` 1 of a list.
fn holder(document: &Document, path: &str) -> Option<String> {
    let (above, _) = path.rsplit_once('/')?;
    let token = last_token(path)?;
    let list = document.value().pointer(above).is_some_and(Value::is_array);
    let Some(index) = token.parse::<usize>().ok().filter(|_| list) else {
        return Some(format!("under `{token}`"));
    };
    let element = format!("to element {}", index.saturating_add(1));
    // A list within a list has no name of its own.
    Some(match last_token(above) {
        Some(list) if list.parse::<usize>().is_err() => format!("{element} of `{list}`"),
        Some(_) | None => element,
    })
}

fn last_token(path: &str) -> Option<Cow<'_, str>> {
    path.rsplit_once('/').map(|(_, token)| unescape(token))
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

fn types(kind: &TypeKind) -> Vec<String> {
    let name = |name: String| match name.as_str() {
        "array" => "a list".to_owned(),
        "object" => "a mapping".to_owned(),
        "boolean" => "true or false".to_owned(),
        "integer" => "a whole number".to_owned(),
        "null" => "null".to_owned(),
        other => format!("a {other}"),
    };
    match kind {
        TypeKind::Single(single) => vec![name(single.to_string())],
        TypeKind::Multiple(several) => several
            .into_iter()
            .map(|one| name(one.to_string()))
            .filter(|name| name != "null")
            .collect(),
    }
}

fn options_of(options: &Value) -> Vec<String> {
    options
        .as_array()
        .map(|list| list.iter().filter(|o| !o.is_null()).map(shown).collect())
        .unwrap_or_default()
}

fn shown(value: &Value) -> String {
    match value.as_str() {
        Some(text) => format!("`{text}`"),
        None => format!("`{value}`"),
    }
}

/// What a value is, shown only as far as it is short.
fn found(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Number(value) => format!("the number {value}"),
        Value::String(text) if text.chars().count() <= 60 => format!("`{text}`"),
        Value::String(_) => "a long string".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    }
}

fn either(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn did_you_mean(value: &Value, words: &[String]) -> Option<String> {
    let bare: Vec<&str> = words.iter().map(|word| word.trim_matches('`')).collect();
    suggest(value.as_str()?, bare.into_iter()).map(|word| format!("did you mean `{word}`?"))
}
