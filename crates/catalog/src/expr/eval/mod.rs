//! Evaluation: true, false, or a reason why neither can be said.
//!
//! Logic is Kleene's: `false && unknown` is false and `true || unknown` is true, for nothing that
//! could be seen would change them. Everything else that touches the unknown is unknown.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what an operation is not made for is one error, whatever it is"
)]

mod blame;
mod functions;
mod operators;
mod val;

use super::node::{Fold, FoldKind, Kind, Node};
use super::value::Tree;
use std::borrow::Cow;
use std::cell::Cell;

pub(crate) use blame::{Hop, Way, blame};
pub(crate) use val::Stop;
use val::{Evaluated, Val, failed, show, worse};

/// How many steps one expression may take: elements visited by macros and comparisons.
const MAX_STEPS: u32 = 1_000_000;

/// What an expression reads.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    pub(crate) subject: &'a Tree,
    pub(crate) params: &'a Tree,
}

/// The truth of `node`.
pub(crate) fn eval_bool<'a>(node: &'a Node, inputs: Inputs<'a>) -> Result<bool, Stop<'a>> {
    Machine::new(inputs).truth(node, None)
}

/// The value of `node` as a person reads it.
pub(crate) fn eval_text<'a>(node: &'a Node, inputs: Inputs<'a>) -> Result<String, Stop<'a>> {
    let value = Machine::new(inputs).eval(node, None)?;
    let mut text = String::new();
    show(&value, &mut text)?;
    Ok(text)
}

/// The variable of a macro, and those of the macros around it.
struct Scope<'s, 'a> {
    value: Val<'a>,
    outer: Option<&'s Self>,
}

struct Machine<'a> {
    inputs: Inputs<'a>,
    steps: Cell<u32>,
}

impl<'a> Machine<'a> {
    fn new(inputs: Inputs<'a>) -> Self {
        Self {
            inputs,
            steps: Cell::new(0),
        }
    }

    fn step(&self) -> Result<(), Stop<'a>> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps > MAX_STEPS {
            return Err(failed(format!(
                "evaluation takes more than {MAX_STEPS} steps"
            )));
        }
        Ok(())
    }

    fn truth(&self, node: &'a Node, scope: Option<&Scope<'_, 'a>>) -> Result<bool, Stop<'a>> {
        match self.eval(node, scope)? {
            Val::Bool(value) => Ok(value),
            other => Err(failed(format!("`{node}` is {}, not a bool", other.kind()))),
        }
    }

    fn eval(&self, node: &'a Node, scope: Option<&Scope<'_, 'a>>) -> Evaluated<'a> {
        match &node.kind {
            Kind::Bool(value) => Ok(Val::Bool(*value)),
            Kind::Int(value) => Ok(Val::Int(*value)),
            Kind::Text(value) => Ok(Val::Text(Cow::Borrowed(value))),
            Kind::List(nodes) => {
                let values: Result<Vec<_>, _> =
                    nodes.iter().map(|node| self.eval(node, scope)).collect();
                Ok(Val::Made(values?.into()))
            }
            Kind::Subject(_) => Val::of(self.inputs.subject),
            Kind::Params => Val::of(self.inputs.params),
            Kind::Local { name, up } => local(scope, *up)
                .cloned()
                .ok_or_else(|| failed(format!("`{name}` has no value"))),
            Kind::Select(of, field) => select(node, &self.eval(of, scope)?, field),
            Kind::Has(of, field) => self.has(node, of, field, scope),
            Kind::Index(pair) => self.index(node, pair, scope),
            Kind::Not(of) => Ok(Val::Bool(!self.truth(of, scope)?)),
            Kind::Negate(of) => match self.eval(of, scope)? {
                Val::Int(value) => value
                    .checked_neg()
                    .map(Val::Int)
                    .ok_or_else(|| failed(format!("`{node}` does not fit 64 bits"))),
                other => Err(failed(format!("{} has no negative", other.kind()))),
            },
            Kind::And(pair) => self.logic(pair, scope, false).map(Val::Bool),
            Kind::Or(pair) => self.logic(pair, scope, true).map(Val::Bool),
            Kind::Choose(three) => {
                let [test, yes, no] = &**three;
                let branch = if self.truth(test, scope)? { yes } else { no };
                self.eval(branch, scope)
            }
            Kind::Binary(op, pair) => self.binary(node, *op, pair, scope),
            Kind::Fold(fold) => self.fold(fold, scope),
            Kind::Call(function, args) => self.call(node, *function, args, scope),
        }
    }

    /// `&&` and `||`: one side that is `decisive` decides, whatever the other one is.
    fn logic(
        &self,
        pair: &'a [Node; 2],
        scope: Option<&Scope<'_, 'a>>,
        decisive: bool,
    ) -> Result<bool, Stop<'a>> {
        let [left, right] = pair;
        let first = self.truth(left, scope);
        if first == Ok(decisive) {
            return Ok(decisive);
        }
        match (first, self.truth(right, scope)) {
            (_, Ok(value)) if value == decisive => Ok(decisive),
            (Ok(_), second) => second,
            (Err(stop), Ok(_)) => Err(stop),
            (Err(first), Err(second)) => Err(worse(first, second)),
        }
    }

    fn has(
        &self,
        node: &'a Node,
        of: &'a Node,
        field: &str,
        scope: Option<&Scope<'_, 'a>>,
    ) -> Evaluated<'a> {
        match self.eval(of, scope)? {
            Val::Map(fields) => match fields.get(field) {
                Some(Tree::Unknown(unknown)) => Err(Stop::Unknown(unknown)),
                found => Ok(Val::Bool(found.is_some())),
            },
            other => Err(failed(format!("`{node}`: {} has no fields", other.kind()))),
        }
    }

    fn index(
        &self,
        node: &'a Node,
        pair: &'a [Node; 2],
        scope: Option<&Scope<'_, 'a>>,
    ) -> Evaluated<'a> {
        let [of, index] = pair;
        let missing = || failed(format!("`{node}` is not there"));
        let nth = |index: i64| usize::try_from(index).ok();
        match (self.eval(of, scope)?, self.eval(index, scope)?) {
            (Val::List(items), Val::Int(index)) => {
                let found = nth(index).and_then(|index| items.values.get(index));
                Val::of(found.ok_or_else(missing)?)
            }
            (Val::Made(values), Val::Int(index)) => {
                let found = nth(index).and_then(|index| values.get(index));
                found.cloned().ok_or_else(missing)
            }
            (Val::Map(fields), Val::Text(key)) => match (fields.get(&key), fields.hole()) {
                (Some(found), _) => Val::of(found),
                (None, Some(hole)) => Err(Stop::Unknown(hole)),
                (None, None) => Err(missing()),
            },
            (of, index) => Err(failed(format!(
                "`{node}`: {} has no place for {}",
                of.kind(),
                index.kind()
            ))),
        }
    }

    fn fold(&self, fold: &'a Fold, scope: Option<&Scope<'_, 'a>>) -> Evaluated<'a> {
        let range = self.eval(&fold.range, scope)?;
        match fold.kind {
            FoldKind::All => self.quantify(fold, &range, scope, false),
            FoldKind::Exists => self.quantify(fold, &range, scope, true),
            FoldKind::ExistsOne | FoldKind::Filter | FoldKind::Map => {
                self.gather(fold, &range, scope)
            }
        }
    }

    /// `all` (decided by one false) and `exists` (decided by one true).
    fn quantify(
        &self,
        fold: &'a Fold,
        range: &Val<'a>,
        scope: Option<&Scope<'_, 'a>>,
        decisive: bool,
    ) -> Evaluated<'a> {
        let mut open: Option<Stop<'a>> = None;
        let mut visit = |element: Evaluated<'a>| -> Result<bool, Stop<'a>> {
            self.step()?;
            let truth = element.and_then(|value| {
                let inner = Scope {
                    value,
                    outer: scope,
                };
                self.truth(&fold.body, Some(&inner))
            });
            match truth {
                Ok(value) => return Ok(value == decisive),
                Err(stop) => {
                    open = Some(match open.take() {
                        Some(before) => worse(before, stop),
                        None => stop,
                    });
                }
            }
            Ok(false)
        };
        // The common case, a list of the fact, is walked without being copied.
        let decided = if let Val::List(items) = range {
            walk(items.values.iter().map(Val::of), &mut visit)?
        } else {
            walk(range.elements()?.into_iter(), &mut visit)?
        };
        match open {
            _ if decided => Ok(Val::Bool(decisive)),
            Some(stop) => Err(stop),
            None => Ok(Val::Bool(!decisive)),
        }
    }

    /// `filter`, `map` and `exists_one`, which need an answer for every element.
    fn gather(
        &self,
        fold: &'a Fold,
        range: &Val<'a>,
        scope: Option<&Scope<'_, 'a>>,
    ) -> Evaluated<'a> {
        let mut kept = Vec::new();
        for element in range.elements()? {
            self.step()?;
            let inner = Scope {
                value: element?,
                outer: scope,
            };
            if fold.kind == FoldKind::Map {
                kept.push(self.eval(&fold.body, Some(&inner))?);
            } else if self.truth(&fold.body, Some(&inner))? {
                kept.push(inner.value);
            }
        }
        Ok(if fold.kind == FoldKind::ExistsOne {
            Val::Bool(kept.len() == 1)
        } else {
            Val::Made(kept.into())
        })
    }
}

/// Visits elements until one decides.
fn walk<'a>(
    elements: impl Iterator<Item = Evaluated<'a>>,
    visit: &mut impl FnMut(Evaluated<'a>) -> Result<bool, Stop<'a>>,
) -> Result<bool, Stop<'a>> {
    for element in elements {
        if visit(element)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn local<'s, 'a>(scope: Option<&'s Scope<'s, 'a>>, up: usize) -> Option<&'s Val<'a>> {
    let mut scope = scope?;
    for _ in 0..up {
        scope = scope.outer?;
    }
    Some(&scope.value)
}

fn select<'a>(node: &Node, of: &Val<'a>, field: &str) -> Evaluated<'a> {
    match of {
        Val::Map(fields) => match fields.get(field) {
            Some(value) => Val::of(value),
            None => Err(failed(format!("`{node}` is not there"))),
        },
        other => Err(failed(format!("`{node}`: {} has no fields", other.kind()))),
    }
}
