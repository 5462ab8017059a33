//! Reads `cases/*.yaml`.

use super::facts::FactChecker;
use super::matrix::CaseId;
use crate::probe::{ProbeText, accept_value};
use crate::source::Role;
use crate::{Catalog, PreparedFact, Source};
use schemars::JsonSchema;
use seaworthy_model::{FactSchema, Outcome, ParamValue, ProbeId, ProbeSpec};
use seaworthy_yaml::{Diagnostic, Position, Problem};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A case: a fact and the verdict that is expected of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Seaworthy case")]
struct CaseFile {
    /// The expected verdict.
    expect: Outcome,
    /// A part of the expected message.
    #[serde(default)]
    message: Option<String>,
    /// Parameters.
    #[serde(default)]
    with: BTreeMap<String, Value>,
    /// The value of the subject, exactly as its collector writes it.
    fact: BTreeMap<String, Value>,
    /// Paths that could not be looked at, with the reasons.
    #[serde(default)]
    unknown: BTreeMap<String, String>,
}

/// The JSON Schema of a case, for editors.
#[must_use]
pub fn case_schema() -> Value {
    schemars::schema_for!(CaseFile).to_value()
}

/// A case that was read.
#[derive(Clone, Debug)]
pub struct Case {
    /// The probe and the case's name.
    pub id: CaseId,
    /// The file, as messages show it.
    pub file: String,
    /// The subject kind.
    pub kind: String,
    /// The expected verdict.
    pub expect: Outcome,
    /// A part of the expected message.
    pub message: Option<String>,
    /// The parameters.
    pub with: BTreeMap<String, ParamValue>,
    /// The fact's value.
    pub value: Value,
    /// The paths that could not be looked at.
    pub unknown: BTreeMap<String, String>,
    pub(crate) fact: PreparedFact,
}

/// The cases of a catalog's probes.
#[derive(Debug, Default)]
pub struct Cases {
    cases: Vec<Case>,
}

impl Cases {
    /// Reads the cases among `sources` of the probes in `catalog`, and checks each fact against
    /// its kind's schema. Cases of probes that did not load are passed over, as those probes have
    /// diagnostics of their own.
    #[must_use]
    pub fn load<'s>(
        sources: impl IntoIterator<Item = &'s Source>,
        catalog: &Catalog,
        schemas: &[FactSchema],
    ) -> (Self, Vec<Diagnostic>) {
        let mut checker = FactChecker::new(schemas);
        let mut loaded = Self::default();
        let mut diagnostics = Vec::new();
        for source in sources {
            let Role::Case { id, case } = source.role() else {
                continue;
            };
            let Some(probe) = catalog.get(&ProbeId(id.to_owned())) else {
                continue;
            };
            match read(source, case, probe.spec(), catalog, &mut checker) {
                Ok(case) => loaded.cases.push(case),
                Err(problems) => {
                    diagnostics.extend(problems.into_iter().map(|p| p.at(&source.shown)));
                }
            }
        }
        loaded.cases.sort_by(|a, b| a.id.cmp(&b.id));
        loaded.cases.dedup_by(|a, b| a.id == b.id);
        diagnostics.extend(loaded.missing(catalog));
        diagnostics.sort();
        (loaded, diagnostics)
    }

    /// All cases by id.
    pub fn iter(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter()
    }

    /// The cases of one probe.
    pub fn of<'c>(&'c self, probe: &'c ProbeId) -> impl Iterator<Item = &'c Case> {
        self.cases
            .iter()
            .filter(move |case| case.id.probe == *probe)
    }

    /// What a probe's cases must show and do not.
    fn missing(&self, catalog: &Catalog) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        for probe in catalog.probes() {
            let id = &probe.spec().id;
            let shows = |wanted: &[Outcome]| self.of(id).any(|case| wanted.contains(&case.expect));
            let start = Position { line: 1, column: 1 };
            let mut lack = |what: &str| {
                let problem = Problem::new(start, format!("probe `{id}` has no case that {what}"))
                    .help("add one under cases/");
                diagnostics.push(problem.at(catalog.file(id).unwrap_or(id.as_str())));
            };
            if !shows(&[Outcome::Pass]) {
                lack("passes");
            }
            if !shows(&[Outcome::Fail]) {
                lack("fails");
            }
            if !shows(&[Outcome::Inconclusive, Outcome::NotApplicable]) {
                lack("is inconclusive or not applicable");
            }
        }
        diagnostics
    }
}

fn read(
    source: &Source,
    name: &str,
    probe: &ProbeSpec,
    catalog: &Catalog,
    checker: &mut FactChecker,
) -> Result<Case, Vec<Problem>> {
    let text = ProbeText::parse(&source.bytes)?;
    let file: CaseFile = text.read()?;
    let mut problems = Vec::new();
    let mut with = BTreeMap::new();
    for (param, value) in &file.with {
        let kind = probe.params.get(param).map(|spec| spec.kind);
        match kind.map(|kind| accept_value(param, kind, value)) {
            Some(Ok(value)) => {
                with.insert(param.clone(), value);
            }
            Some(Err(error)) => {
                let at = text.value_at(&format!("/with/{param}"));
                problems.push(Problem::new(at, error.to_string()));
            }
            None => {
                let at = text.key_at(&format!("/with/{param}"));
                problems.push(Problem::new(
                    at,
                    format!("the probe has no parameter `{param}`"),
                ));
            }
        }
    }
    if let Some(kind) = catalog.kind(&probe.subject) {
        problems.extend(checker.check(&probe.subject, kind, &text, &file.unknown));
    }
    if !problems.is_empty() {
        problems.sort();
        return Err(problems);
    }
    let value = Value::Object(file.fact.into_iter().collect());
    Ok(Case {
        id: CaseId {
            probe: probe.id.clone(),
            name: name.to_owned(),
        },
        file: source.shown.clone(),
        kind: probe.subject.clone(),
        expect: file.expect,
        message: file.message,
        with,
        fact: PreparedFact::from_parts(&value, &file.unknown),
        value,
        unknown: file.unknown,
    })
}
