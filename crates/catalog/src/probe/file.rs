//! Reads `probe.yaml`: its keys and types, then its expressions; every fault with its place.

use super::check::{ProbeTypes, check, unused_params};
use super::compile::{CompiledProbe, Misplaced};
use super::locate::locate;
use super::params::accept_value;
use crate::expr::Type;
use schemars::JsonSchema;
use seaworthy_model::{Assertion, ParamSpec, ProbeId, ProbeSpec};
use seaworthy_yaml::{Dialect, Document, Limits, Position, Problem, Schema, parse, suggest};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A probe: a yes/no property of one kind of subject.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Seaworthy probe")]
struct ProbeFile {
    /// The property, as a sentence that is true when the probe passes.
    #[schemars(length(min = 1))]
    title: String,
    /// The subject kind; in expressions it is the name of the fact.
    #[schemars(length(min = 1))]
    subject: String,
    /// CEL; where it is false the subject is not applicable.
    #[serde(default, rename = "where")]
    where_: Option<String>,
    /// The message when `where` is false, with `{expression}` placeholders.
    #[serde(default)]
    where_reason: Option<String>,
    /// The parameters that a binding may set.
    #[serde(default)]
    params: BTreeMap<String, ParamSpec>,
    /// The assertions in order; the first that is false is the failure.
    #[schemars(length(min = 1))]
    assert: Vec<AssertionFile>,
    /// The risk, in a sentence or two.
    #[schemars(length(min = 1))]
    why: String,
    /// What to do.
    #[schemars(length(min = 1))]
    fix: String,
    /// Addresses of the rules and documents behind the probe.
    #[serde(default)]
    references: Vec<String>,
    /// Controls of other catalogues that it answers, for example `CIS Kubernetes 5.2.6`.
    #[serde(default)]
    controls: Vec<String>,
}

/// One assertion.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AssertionFile {
    /// CEL that must be true.
    #[schemars(length(min = 1))]
    that: String,
    /// The message when it is false, with `{expression}` placeholders.
    #[schemars(length(min = 1))]
    message: String,
    /// What mends it, as text to copy, with `{expression}` placeholders: a fragment of YAML, or a
    /// command.
    #[serde(default)]
    patch: Option<String>,
}

/// The JSON Schema of `probe.yaml`, for editors.
#[must_use]
pub fn probe_schema() -> serde_json::Value {
    schemars::schema_for!(ProbeFile).to_value()
}

/// The file's text with the means to point into it.
pub(crate) struct ProbeText<'t> {
    text: &'t str,
    document: Document,
}

impl<'t> ProbeText<'t> {
    pub(crate) fn parse(bytes: &'t [u8]) -> Result<Self, Vec<Problem>> {
        let mut parsed = parse(bytes, Dialect::Core, &limits());
        if !parsed.problems.is_empty() {
            return Err(parsed.problems);
        }
        let start = Position { line: 1, column: 1 };
        let mut documents = parsed.documents.drain(..);
        match (documents.next(), documents.next()) {
            (Some(document), None) => Ok(Self {
                // A text that is not UTF-8 has problems and never comes here.
                text: std::str::from_utf8(bytes).unwrap_or_default(),
                document,
            }),
            (None, _) => Err(vec![Problem::new(start, "the file is empty")]),
            (Some(_), Some(second)) => Err(vec![
                Problem::new(second.start(), "the file holds a second document")
                    .help("one file holds one probe or case"),
            ]),
        }
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    /// The value as `T`; what does not fit is found with the schema that describes `T`.
    pub(crate) fn read<T: serde::de::DeserializeOwned + JsonSchema>(
        &self,
    ) -> Result<T, Vec<Problem>> {
        // The schema is compiled only to explain what is wrong: most files are right.
        T::deserialize(self.document.value()).map_err(|error| {
            let problems = self.explain::<T>();
            if problems.is_empty() {
                vec![Problem::new(self.document.start(), error.to_string())]
            } else {
                problems
            }
        })
    }

    fn explain<T: JsonSchema>(&self) -> Vec<Problem> {
        let schema = schemars::schema_for!(T).to_value();
        Schema::compile(&schema)
            .map(|schema| schema.check(&self.document))
            .unwrap_or_default()
    }

    pub(crate) fn value_at(&self, pointer: &str) -> Position {
        self.document.nearest_position(pointer)
    }

    pub(crate) fn key_at(&self, pointer: &str) -> Position {
        let key = self.document.key_position(pointer);
        key.unwrap_or_else(|| self.document.nearest_position(pointer))
    }

    fn misplaced(&self, fault: Misplaced) -> Problem {
        let start = self.value_at(&fault.pointer);
        let value = self.document.value().pointer(&fault.pointer);
        let position = match value.and_then(serde_json::Value::as_str) {
            Some(value) => locate(self.text, start, value, fault.error.at),
            None => start,
        };
        let problem = Problem::new(position, fault.error.message);
        match fault.error.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    }
}

// A probe or a case is a page or two.
fn limits() -> Limits {
    Limits {
        bytes: 1 << 20,
        nodes: 50_000,
        depth: 48,
    }
}

/// Reads and checks a probe.
pub(crate) fn read(
    id: ProbeId,
    bytes: &[u8],
    kinds: &BTreeMap<String, Type>,
) -> Result<CompiledProbe, Vec<Problem>> {
    let text = ProbeText::parse(bytes)?;
    let file: ProbeFile = text.read()?;
    let mut problems = blanks(&file, &text);
    problems.extend(parameters(&file, &text));
    let Some(subject) = kinds.get(&file.subject) else {
        problems.push(unknown_kind(&file.subject, kinds, &text));
        return Err(problems);
    };
    let spec = spec(id, file);
    let (mut probe, mut faults) = CompiledProbe::compile_parts(&spec);
    let parsed = faults.is_empty();
    let (stable, misfits) = check(&probe, &ProbeTypes::new(subject, &spec.params));
    faults.extend(misfits);
    problems.extend(faults.into_iter().map(|fault| text.misplaced(fault)));
    if parsed {
        problems.extend(unused(&probe, &spec, &text));
    }
    if !problems.is_empty() {
        problems.sort();
        return Err(problems);
    }
    probe.set_stable(stable);
    Ok(probe)
}

fn unused(probe: &CompiledProbe, spec: &ProbeSpec, text: &ProbeText<'_>) -> Vec<Problem> {
    let problem = |name| {
        let at = text.key_at(&format!("/params/{name}"));
        Problem::new(at, format!("parameter `{name}` is never used"))
            .help(format!("read it as params.{name}, or leave it out"))
    };
    unused_params(probe, spec)
        .into_iter()
        .map(problem)
        .collect()
}

fn spec(id: ProbeId, file: ProbeFile) -> ProbeSpec {
    let assertions = file.assert.into_iter().map(|assertion| Assertion {
        that: assertion.that,
        message: assertion.message,
        patch: assertion.patch,
        stable_reads: Vec::new(),
        fields: BTreeMap::new(),
    });
    ProbeSpec {
        id,
        title: file.title,
        subject: file.subject,
        where_: file.where_,
        where_reason: file.where_reason,
        params: file.params,
        assertions: assertions.collect(),
        why: file.why,
        fix: file.fix,
        references: file.references,
        controls: file.controls,
    }
}

/// What the types allow and a probe must not leave blank.
fn blanks(file: &ProbeFile, text: &ProbeText<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, value) in [
        ("title", &file.title),
        ("why", &file.why),
        ("fix", &file.fix),
    ] {
        if value.trim().is_empty() {
            let at = text.key_at(&format!("/{name}"));
            problems.push(Problem::new(at, format!("`{name}` is empty")));
        }
    }
    if file.assert.is_empty() {
        let at = text.key_at("/assert");
        problems.push(Problem::new(at, "a probe needs an assertion").help("- that: …"));
    }
    if file.where_.is_none() && file.where_reason.is_some() {
        let at = text.key_at("/where_reason");
        problems.push(Problem::new(
            at,
            "where_reason without where is never shown",
        ));
    }
    problems
}

fn parameters(file: &ProbeFile, text: &ProbeText<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, spec) in &file.params {
        let pointer = format!("/params/{}", name.replace('~', "~0").replace('/', "~1"));
        let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !word || name.starts_with(|c: char| c.is_ascii_digit()) {
            let at = text.key_at(&pointer);
            problems.push(
                Problem::new(at, format!("`{name}` cannot be read in an expression"))
                    .help("a parameter's name is letters, digits and _"),
            );
        }
        let written = text.document.value().pointer(&format!("{pointer}/default"));
        let fault = written.and_then(|value| accept_value(name, spec.kind, value).err());
        if let Some(error) = fault {
            let at = text.value_at(&format!("{pointer}/default"));
            problems.push(Problem::new(at, error.to_string()));
        }
    }
    problems
}

fn unknown_kind(kind: &str, kinds: &BTreeMap<String, Type>, text: &ProbeText<'_>) -> Problem {
    let at = text.value_at("/subject");
    let names = kinds.keys().map(String::as_str);
    let help = match suggest(kind, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known kinds: {}", names.collect::<Vec<_>>().join(", ")),
    };
    Problem::new(at, format!("unknown subject kind `{kind}`")).help(help)
}
