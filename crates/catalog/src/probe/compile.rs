//! A probe that is ready to judge: expressions parsed once, verdicts given many times.

use super::field::{field, fields_read};
use super::params::PreparedParams;
use crate::CatalogError;
use crate::expr::{
    ExprError, Inputs, Node, Piece, ReadPath, Stop, Tree, eval_bool, eval_text, parse,
    parse_template,
};
use seaworthy_model::{Digest, Fact, Outcome, ParamValue, ProbeSpec, ReasonCode};
use std::collections::BTreeMap;

/// A fact's value converted for expressions, once for all probes over it.
#[derive(Clone, Debug)]
pub struct PreparedFact {
    tree: Tree,
}

impl PreparedFact {
    /// Converts a fact.
    #[must_use]
    pub fn new(fact: &Fact) -> Self {
        Self::from_parts(&fact.value, &fact.unknown)
    }

    /// Converts a value and the paths in it that could not be looked at, with the reasons.
    #[must_use]
    pub fn from_parts(value: &serde_json::Value, unknown: &BTreeMap<String, String>) -> Self {
        Self {
            tree: Tree::new(value, unknown),
        }
    }
}

/// What a probe says of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The outcome.
    pub outcome: Outcome,
    /// Why it is neither pass nor fail.
    pub reason: Option<ReasonCode>,
    /// What was found, for a person; a pass needs no words.
    pub message: Option<String>,
    /// Of a failure: the field of the object that it is about, where the kind's schema tells it.
    pub field: Option<String>,
    /// Of a failure: what mends it, as text to copy.
    pub patch: Option<String>,
    /// Of a failure: what its fingerprint is made of.
    pub failed: Option<Failure>,
}

/// The assertion that is false, and the stable values that it read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The assertion's expression, which tells it from the probe's others.
    pub assertion: String,
    /// The values by path, without those that differ from run to run.
    pub values: BTreeMap<String, serde_json::Value>,
}

/// A compiled probe.
#[derive(Clone, Debug)]
pub struct CompiledProbe {
    spec: ProbeSpec,
    pub(crate) applies: Option<Node>,
    pub(crate) applies_reason: Vec<Piece>,
    pub(crate) assertions: Vec<CompiledAssertion>,
}

/// A compiled assertion.
#[derive(Clone, Debug)]
pub(crate) struct CompiledAssertion {
    /// Its place in the specification.
    pub(crate) index: usize,
    pub(crate) that: Node,
    pub(crate) message: Vec<Piece>,
    pub(crate) patch: Option<Vec<Piece>>,
    stable: Vec<(String, ReadPath)>,
    fields: BTreeMap<String, String>,
}

/// A text of a probe that does not compile.
#[derive(Debug)]
pub(crate) struct Misplaced {
    /// Where it stands in the probe's file, as a JSON pointer.
    pub(crate) pointer: String,
    pub(crate) error: ExprError,
}

impl CompiledProbe {
    /// Compiles a probe from its specification alone. Whether its fields exist is checked when a
    /// catalog is loaded; a replay needs no schema.
    ///
    /// # Errors
    ///
    /// If an expression or a message does not parse.
    pub fn compile(spec: &ProbeSpec) -> Result<Self, CatalogError> {
        let (probe, faults) = Self::compile_parts(spec);
        let (place, error) = match faults.into_iter().next() {
            Some(fault) => (fault.pointer, fault.error),
            // A probe that asserts nothing would pass on everything.
            None if probe.assertions.is_empty() => (
                "/assert".to_owned(),
                ExprError::new(0, "there is no assertion"),
            ),
            None => return Ok(probe),
        };
        Err(CatalogError::Expression {
            probe: spec.id.clone(),
            place,
            at: error.at,
            message: match error.help {
                Some(help) => format!("{}; {help}", error.message),
                None => error.message,
            },
        })
    }

    /// What of the probe compiles, and every fault of the rest with its place.
    pub(crate) fn compile_parts(spec: &ProbeSpec) -> (Self, Vec<Misplaced>) {
        let mut compiler = Compiler {
            subject: &spec.subject,
            faults: Vec::new(),
        };
        let applies = spec
            .where_
            .as_ref()
            .and_then(|source| compiler.expression(source, || "/where".to_owned()));
        let applies_reason = spec
            .where_reason
            .as_ref()
            .map(|text| compiler.message(text, || "/where_reason".to_owned()));
        let mut assertions = Vec::with_capacity(spec.assertions.len());
        for (index, assertion) in spec.assertions.iter().enumerate() {
            let that = compiler.expression(&assertion.that, || format!("/assert/{index}/that"));
            let message =
                compiler.message(&assertion.message, || format!("/assert/{index}/message"));
            let patch = assertion
                .patch
                .as_ref()
                .map(|text| compiler.message(text, || format!("/assert/{index}/patch")));
            assertions.extend(that.map(|that| CompiledAssertion {
                index,
                that,
                message,
                patch,
                stable: paths(&assertion.stable_reads),
                fields: assertion.fields.clone(),
            }));
        }
        let probe = Self {
            spec: spec.clone(),
            applies,
            applies_reason: applies_reason.unwrap_or_default(),
            assertions,
        };
        (probe, compiler.faults)
    }

    /// Fills in what the assertions read that stays the same from run to run, by their index.
    pub(crate) fn set_stable(&mut self, mut stable: BTreeMap<usize, Vec<String>>) {
        for assertion in &mut self.assertions {
            let reads = stable.remove(&assertion.index).unwrap_or_default();
            assertion.stable = paths(&reads);
            if let Some(spec) = self.spec.assertions.get_mut(assertion.index) {
                spec.stable_reads = reads;
            }
        }
    }

    /// Fills in which fields of an object the assertions can be about, of those that the kind's
    /// schema names.
    pub(crate) fn set_fields(&mut self, fields: &BTreeMap<String, String>) {
        for assertion in &mut self.assertions {
            assertion.fields = fields_read(&assertion.that, fields);
            if let Some(spec) = self.spec.assertions.get_mut(assertion.index) {
                spec.fields.clone_from(&assertion.fields);
            }
        }
    }

    /// The specification.
    #[must_use]
    pub fn spec(&self) -> &ProbeSpec {
        &self.spec
    }

    /// The digest of the specification.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of_json(&self.spec)
    }

    /// Prepares parameters: the given values, and the defaults for the others.
    ///
    /// # Errors
    ///
    /// If a name is not declared, a value does not fit, or a required one is missing.
    pub fn params(
        &self,
        given: &BTreeMap<String, ParamValue>,
    ) -> Result<PreparedParams, CatalogError> {
        PreparedParams::new(&self.spec.params, given)
    }

    /// Judges one subject. Pure: the same fact and parameters give the same words.
    ///
    /// Worst first: an assertion that is false is a failure even where an earlier one could not
    /// be decided.
    #[must_use]
    pub fn judge(&self, subject: &PreparedFact, params: &PreparedParams) -> Judged {
        let inputs = Inputs {
            subject: &subject.tree,
            params: &params.tree,
        };
        if let Some(applies) = &self.applies {
            match eval_bool(applies, inputs) {
                Ok(true) => {}
                Ok(false) => return self.not_applicable(inputs, params),
                Err(stop) => return inconclusive(&stop),
            }
        }
        let mut open = None;
        for assertion in &self.assertions {
            match eval_bool(&assertion.that, inputs) {
                Ok(true) => {}
                Ok(false) => return self.failed(assertion, inputs, params),
                Err(stop) => {
                    open.get_or_insert(stop);
                }
            }
        }
        match open {
            Some(stop) => inconclusive(&stop),
            None => Judged {
                outcome: Outcome::Pass,
                reason: None,
                message: None,
                field: None,
                patch: None,
                failed: None,
            },
        }
    }

    fn not_applicable(&self, inputs: Inputs<'_>, params: &PreparedParams) -> Judged {
        let message = if self.applies_reason.is_empty() {
            let condition = self.spec.where_.as_deref().unwrap_or_default();
            format!("does not apply: `{}` is false", condition.trim())
        } else {
            render(&self.applies_reason, inputs, params, show)
        };
        Judged {
            outcome: Outcome::NotApplicable,
            reason: Some(ReasonCode::NoApplicableSubject),
            message: Some(message),
            field: None,
            patch: None,
            failed: None,
        }
    }

    fn failed(
        &self,
        assertion: &CompiledAssertion,
        inputs: Inputs<'_>,
        params: &PreparedParams,
    ) -> Judged {
        let text = self.spec.assertions.get(assertion.index);
        let values = assertion
            .stable
            .iter()
            .filter_map(|(name, path)| Some((name.clone(), path.value_in(inputs.subject)?)))
            .collect();
        Judged {
            outcome: Outcome::Fail,
            reason: None,
            message: Some(render(&assertion.message, inputs, params, show)),
            field: field(&assertion.that, &assertion.fields, inputs),
            patch: assertion
                .patch
                .as_ref()
                .map(|patch| render(patch, inputs, params, copy)),
            failed: Some(Failure {
                assertion: text
                    .map(|assertion| assertion.that.clone())
                    .unwrap_or_default(),
                values,
            }),
        }
    }
}

fn paths(reads: &[String]) -> Vec<(String, ReadPath)> {
    let path = |read: &String| (read.clone(), ReadPath::parse(read));
    reads.iter().map(path).collect()
}

fn inconclusive(stop: &Stop<'_>) -> Judged {
    let (reason, message) = match stop {
        Stop::Unknown(unknown) if unknown.path.is_empty() => (
            ReasonCode::leading(&unknown.reason).unwrap_or(ReasonCode::UnknownField),
            format!("could not be looked at: {}", unknown.reason),
        ),
        Stop::Unknown(unknown) => (
            ReasonCode::leading(&unknown.reason).unwrap_or(ReasonCode::UnknownField),
            format!(
                "`{}` could not be looked at: {}",
                unknown.path, unknown.reason
            ),
        ),
        Stop::Failed(message) => (ReasonCode::EvaluationFailed, message.to_string()),
    };
    Judged {
        outcome: Outcome::Inconclusive,
        reason: Some(reason),
        message: Some(message),
        field: None,
        patch: None,
        failed: None,
    }
}

/// The text with its values, each as `shown` writes it; a placeholder without one shows as `?`.
fn render(
    pieces: &[Piece],
    inputs: Inputs<'_>,
    params: &PreparedParams,
    shown: fn(&str, &mut String),
) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(plain) => text.push_str(plain),
            Piece::Value { node, .. } => {
                let written = node.parameter().and_then(|name| params.durations.get(name));
                match (written, eval_text(node, inputs)) {
                    (Some(written), _) => text.push_str(written),
                    (None, Ok(value)) => shown(&value, &mut text),
                    (None, Err(_)) => text.push('?'),
                }
            }
        }
    }
    text
}

/// Shows a value of a fact, which may come from a stranger's server: on one line, without control
/// characters, and not longer than a person reads. The fact has it whole.
fn show(value: &str, text: &mut String) {
    const MOST: usize = 400;
    for (count, char) in value.chars().enumerate() {
        if count == MOST {
            text.push('…');
            return;
        }
        if char.is_control() {
            text.extend(char.escape_default());
        } else {
            text.push(char);
        }
    }
}

/// A value in a text that is meant to be copied: its lines stay lines, other control characters
/// are taken out.
fn copy(value: &str, text: &mut String) {
    const MOST: usize = 8_000;
    let plain = |char: &char| *char == '\n' || !char.is_control();
    text.extend(value.chars().filter(plain).take(MOST));
}

struct Compiler<'s> {
    subject: &'s str,
    faults: Vec<Misplaced>,
}

impl Compiler<'_> {
    fn expression(&mut self, source: &str, pointer: impl Fn() -> String) -> Option<Node> {
        match parse(source, self.subject) {
            Ok(node) => Some(node),
            Err(error) => {
                let pointer = pointer();
                self.faults.push(Misplaced { pointer, error });
                None
            }
        }
    }

    fn message(&mut self, source: &str, pointer: impl Fn() -> String) -> Vec<Piece> {
        match parse_template(source, self.subject) {
            Ok(pieces) => pieces,
            Err(error) => {
                let pointer = pointer();
                self.faults.push(Misplaced { pointer, error });
                Vec::new()
            }
        }
    }
}
