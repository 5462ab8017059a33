//! Holds a compiled probe against the types of its subject and parameters.

use super::compile::{CompiledProbe, Misplaced};
use crate::expr::{Checker, ExprError, Guards, Names, Node, Piece, Type, reads, unguarded};
use crate::expr::{Field, Object};
use seaworthy_model::{ParamKind, ParamSpec, ProbeSpec};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The types that a probe is checked against.
pub(crate) struct ProbeTypes {
    names: Names,
}

impl ProbeTypes {
    pub(crate) fn new(subject: &Type, params: &BTreeMap<String, ParamSpec>) -> Self {
        let fields = params.iter().map(|(name, spec)| {
            let field = Field {
                kind: param_type(spec.kind),
                optional: false,
                volatile: false,
                description: spec.description.clone(),
            };
            (name.clone(), field)
        });
        Self {
            names: Names {
                subject: subject.clone(),
                params: Type::Object(Arc::new(Object {
                    fields: fields.collect(),
                    open: false,
                })),
            },
        }
    }
}

/// The type of a parameter in expressions.
fn param_type(kind: ParamKind) -> Type {
    match kind {
        ParamKind::Int | ParamKind::Duration => Type::Int,
        ParamKind::String => Type::Text(None),
        ParamKind::Bool => Type::Bool,
        ParamKind::StringList => Type::List(Arc::new(Type::Text(None))),
    }
}

/// What each assertion reads that stays the same from run to run, and all faults of the probe.
pub(crate) fn check(
    probe: &CompiledProbe,
    types: &ProbeTypes,
) -> (BTreeMap<usize, Vec<String>>, Vec<Misplaced>) {
    let names = &types.names;
    let mut faults = Vec::new();
    let mut note = |pointer: &str, errors: Vec<ExprError>| {
        faults.extend(errors.into_iter().map(|error| Misplaced {
            pointer: pointer.to_owned(),
            error,
        }));
    };
    let mut guards = Guards::default();
    if let Some(applies) = &probe.applies {
        note("/where", condition(names, applies, &guards));
        guards.learn(applies);
    }
    note("/where_reason", message(names, &probe.applies_reason));
    let mut stable = BTreeMap::new();
    for assertion in &probe.assertions {
        let index = assertion.index;
        note(
            &format!("/assert/{index}/that"),
            condition(names, &assertion.that, &guards),
        );
        guards.learn(&assertion.that);
        note(
            &format!("/assert/{index}/message"),
            message(names, &assertion.message),
        );
        if let Some(patch) = &assertion.patch {
            note(&format!("/assert/{index}/patch"), message(names, patch));
        }
        stable.insert(index, names.subject.stable(&reads(&assertion.that)));
    }
    (stable, faults)
}

/// The parameters that no expression and no message reads.
pub(crate) fn unused_params<'s>(probe: &CompiledProbe, spec: &'s ProbeSpec) -> Vec<&'s str> {
    let mut used = BTreeSet::new();
    let messages = probe.assertions.iter().map(|a| &a.message);
    let patches = probe.assertions.iter().filter_map(|a| a.patch.as_ref());
    let shown = messages
        .chain(patches)
        .chain([&probe.applies_reason])
        .flatten();
    let nodes = probe
        .assertions
        .iter()
        .map(|assertion| &assertion.that)
        .chain(&probe.applies)
        .chain(shown.filter_map(|piece| match piece {
            Piece::Value { node, .. } => Some(node),
            Piece::Text(_) => None,
        }));
    for node in nodes {
        node.visit(&mut |node| {
            if let Some(name) = node.parameter() {
                used.insert(name.to_owned());
            }
        });
    }
    let names = spec.params.keys().map(String::as_str);
    names.filter(|name| !used.contains(*name)).collect()
}

fn condition(names: &Names, node: &Node, guards: &Guards) -> Vec<ExprError> {
    let mut errors = Checker::condition(names, node);
    errors.extend(unguarded(node, guards));
    errors
}

fn message(names: &Names, pieces: &[Piece]) -> Vec<ExprError> {
    let mut errors = Vec::new();
    for piece in pieces {
        if let Piece::Value { offset, node } = piece {
            let found = Checker::shown(names, node);
            errors.extend(found.into_iter().map(|error| error.shifted(*offset)));
        }
    }
    errors
}
