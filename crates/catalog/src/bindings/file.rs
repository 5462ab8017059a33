//! Binding files as they are written: YAML lists, read member by member.
//!
//! What the members mean together (probes that exist, parameters that fit) is checked in
//! `compile`.

use super::place::PlaceSource;
use schemars::JsonSchema;
use seaworthy_model::{AttestWhen, Combine, DocumentRule, Location, TargetSelector, UnbuiltFamily};
use seaworthy_yaml::{Dialect, Document, Limits, Problem, Schema, parse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// One binding: which item, and how it is decided.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(title = "Binding", extend("additionalProperties" = false))]
pub(crate) struct BindingSource {
    /// Which item.
    #[serde(flatten)]
    pub(crate) place: PlaceSource,
    /// Whether every probe must pass or one is enough.
    #[serde(default)]
    pub(crate) combine: Combine,
    /// The probes.
    #[serde(default)]
    pub(crate) probes: Vec<UseSource>,
    /// Families that the item needs and that no collector serves yet.
    #[serde(default)]
    pub(crate) unbuilt: Vec<UnbuiltFamily>,
    /// What is wanted of a person.
    #[serde(default)]
    #[schemars(with = "AttestSource")]
    pub(crate) attest: Option<AttestSource>,
}

/// A probe with its parameters.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UseSource {
    /// The probe's id.
    #[serde(rename = "use")]
    pub(crate) probe: String,
    /// Parameters: plain values, or texts with captures such as `"{min}"`.
    #[serde(default)]
    pub(crate) with: BTreeMap<String, Value>,
    /// Which targets; every fitting one by default.
    #[serde(default)]
    pub(crate) on: TargetSelector,
    /// How many subjects each target must hold.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    pub(crate) min_subjects: u32,
    /// Whether the item stays open where the configuration lists no target for this probe, though
    /// others of its probes have one and pass.
    #[serde(default)]
    pub(crate) required: bool,
}

/// What is wanted of a person.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttestSource {
    /// The role that must speak.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(crate) role: Option<String>,
    /// The greatest age of the attestation, in whole days: `365d`.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(crate) within: Option<String>,
    /// Whether a document must stand behind it.
    #[serde(default)]
    pub(crate) document: DocumentRule,
    /// When it is asked.
    #[serde(default)]
    pub(crate) when: AttestWhen,
}

fn one() -> u32 {
    1
}

/// The JSON Schema of a binding file.
#[must_use]
pub fn binding_schema() -> Value {
    schemars::schema_for!(Vec<BindingSource>).into()
}

/// A file of which some members could be read.
pub(crate) struct ReadFile<T> {
    /// The document, for positions.
    pub(crate) document: Document,
    /// The members that could be read, with the JSON pointer of each.
    pub(crate) members: Vec<(String, T)>,
}

impl<T> ReadFile<T> {
    /// Where the node at `pointer` stands in `file`.
    pub(crate) fn location(&self, file: &str, pointer: &str) -> Location {
        let position = self.document.nearest_position(pointer);
        Location {
            file: file.to_owned(),
            line: position.line,
            column: Some(position.column),
        }
    }
}

/// Reads a YAML file that is one list, checked against `schema`. A member that cannot be read is
/// left out; the problems say why.
pub(crate) fn read_list<T: DeserializeOwned>(
    bytes: &[u8],
    schema: &Schema,
) -> (Option<ReadFile<T>>, Vec<Problem>) {
    let (document, mut problems) = read_document(bytes, schema);
    let Some(document) = document else {
        return (None, problems);
    };
    let known_bad = !problems.is_empty();
    let mut members = Vec::new();
    for (index, value) in document
        .value()
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let pointer = format!("/{index}");
        match T::deserialize(value) {
            Ok(member) => members.push((pointer, member)),
            Err(error) if !known_bad => problems.push(Problem::new(
                document.nearest_position(&pointer),
                format!("failed to read this member: {error}"),
            )),
            Err(_) => {}
        }
    }
    (Some(ReadFile { document, members }), problems)
}

/// Reads a YAML file that is one document, checked against `schema`.
pub(crate) fn read_document(bytes: &[u8], schema: &Schema) -> (Option<Document>, Vec<Problem>) {
    let parsed = parse(bytes, Dialect::Core, &Limits::default());
    let mut problems = parsed.problems;
    let mut documents = parsed.documents.into_iter();
    let Some(document) = documents.next() else {
        return (None, problems);
    };
    if let Some(second) = documents.next() {
        problems.push(Problem::new(
            second.start(),
            "a second document in a file that may have only one",
        ));
    }
    problems.extend(schema.check(&document));
    (Some(document), problems)
}
