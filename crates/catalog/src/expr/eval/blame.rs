//! Which parts of the fact an expression owes its truth to: of `all()` the first element that is
//! not so, of `has()` the field that is missing.
//!
//! It only points: nothing is decided here, and where no part can be named the answer is empty.

use super::{Inputs, Machine, Scope, Val};
use crate::expr::node::{Fold, FoldKind, Function, Kind, Node, Op};
use crate::expr::value::Tree;
use std::fmt;

/// A step into a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hop {
    /// A named field, or an entry of a map.
    Field(Box<str>),
    /// One element of a list.
    Element(usize),
}

/// A path to one place of a fact: `containers[1].limits.cpu_milli`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Way(pub(crate) Vec<Hop>);

impl Way {
    fn to(&self, hop: Hop) -> Self {
        let mut hops = self.0.clone();
        hops.push(hop);
        Self(hops)
    }

    /// The path without its numbers, as schemas name it: `containers[].limits.cpu_milli`.
    pub(crate) fn pattern(&self) -> String {
        let mut out = String::new();
        for hop in &self.0 {
            match hop {
                Hop::Field(name) if out.is_empty() => out.push_str(name),
                Hop::Field(name) => {
                    out.push('.');
                    out.push_str(name);
                }
                Hop::Element(_) => out.push_str("[]"),
            }
        }
        out
    }

    /// What stands there.
    pub(crate) fn value_in<'t>(&self, tree: &'t Tree) -> Option<&'t Tree> {
        self.0.iter().try_fold(tree, |tree, hop| match (hop, tree) {
            (Hop::Field(name), Tree::Map(fields)) => fields.get(name),
            (Hop::Element(number), Tree::List(items)) => items.values.get(*number),
            _ => None,
        })
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, hop) in self.0.iter().enumerate() {
            match hop {
                Hop::Field(name) if index == 0 => f.write_str(name)?,
                Hop::Field(name) => write!(f, ".{name}")?,
                Hop::Element(number) => write!(f, "[{number}]")?,
            }
        }
        Ok(())
    }
}

/// The parts that make `node` false, the one to look at first before the others.
pub(crate) fn blame<'a>(node: &'a Node, inputs: Inputs<'a>) -> Vec<Way> {
    let mut finder = Finder {
        machine: Machine::new(inputs),
        found: Vec::new(),
    };
    finder.why(node, false, None);
    finder.found
}

/// Whether an alternative lets something pass for what it is called: `c.kind == "ephemeral"`.
fn is_exception(node: &Node) -> bool {
    matches!(
        node.kind,
        Kind::Binary(Op::Equal | Op::NotEqual | Op::In, _)
    )
}

/// The variable of a macro with the place of its value.
struct Named<'s, 'a> {
    scope: Scope<'s, 'a>,
    way: Option<Way>,
    outer: Option<&'s Self>,
}

struct Finder<'a> {
    machine: Machine<'a>,
    found: Vec<Way>,
}

impl<'a> Finder<'a> {
    fn is(&self, node: &'a Node, truth: bool, named: Option<&Named<'_, 'a>>) -> bool {
        self.machine.truth(node, named.map(|named| &named.scope)) == Ok(truth)
    }

    /// Why `node` is `truth`, which it is.
    fn why(&mut self, node: &'a Node, truth: bool, named: Option<&Named<'_, 'a>>) {
        match &node.kind {
            Kind::Not(of) => self.why(of, !truth, named),
            Kind::And(pair) | Kind::Or(pair) => {
                let [left, right] = &**pair;
                // Of alternatives that all fail, exceptions by name come last; of the others the
                // last is what was meant.
                let all_fail = matches!(node.kind, Kind::Or(_)) && !truth;
                let sides = if all_fail && (is_exception(left) || !is_exception(right)) {
                    [right, left]
                } else {
                    [left, right]
                };
                for side in sides {
                    if self.is(side, truth, named) {
                        self.why(side, truth, named);
                    }
                }
            }
            Kind::Choose(three) => {
                let [test, yes, no] = &**three;
                let chosen = if self.is(test, true, named) { yes } else { no };
                self.why(chosen, truth, named);
                self.read(test, named);
            }
            Kind::Fold(fold) => self.fold(fold, truth, named),
            Kind::Has(of, field) => {
                if let Some(way) = self.way(of, named) {
                    self.found.push(way.to(Hop::Field(field.clone())));
                }
            }
            _ => self.read(node, named),
        }
    }

    fn fold(&mut self, fold: &'a Fold, truth: bool, named: Option<&Named<'_, 'a>>) {
        let decisive = match fold.kind {
            FoldKind::All => false,
            FoldKind::Exists | FoldKind::Filter => true,
            FoldKind::ExistsOne | FoldKind::Map => return self.read(&fold.range, named),
        };
        if truth == decisive {
            self.element(fold, decisive, named);
        }
        self.read(&fold.range, named);
    }

    /// The first element for which the body is `decisive`.
    fn element(&mut self, fold: &'a Fold, decisive: bool, named: Option<&Named<'_, 'a>>) {
        let scope = named.map(|named| &named.scope);
        let Ok(Val::List(items)) = self.machine.eval(&fold.range, scope) else {
            return;
        };
        let range = self.way(&fold.range, named);
        for (number, item) in items.values.iter().enumerate() {
            let Ok(value) = Val::of(item) else {
                continue;
            };
            let inner = Named {
                scope: Scope {
                    value,
                    outer: scope,
                },
                way: range.as_ref().map(|range| range.to(Hop::Element(number))),
                outer: named,
            };
            if self.is(&fold.body, decisive, Some(&inner)) {
                self.why(&fold.body, decisive, Some(&inner));
                self.found.extend(inner.way);
                return;
            }
        }
    }

    /// Everything that `node` reads.
    fn read(&mut self, node: &'a Node, named: Option<&Named<'_, 'a>>) {
        if let Some(way) = self.way(node, named) {
            return self.found.push(way);
        }
        match &node.kind {
            Kind::Fold(fold) => self.fold(fold, true, named),
            Kind::Call(Function::Size, args) => {
                for arg in args {
                    self.first(arg, named);
                    self.read(arg, named);
                }
            }
            Kind::Has(of, field) => {
                if let Some(way) = self.way(of, named) {
                    self.found.push(way.to(Hop::Field(field.clone())));
                }
            }
            Kind::Call(_, nodes) | Kind::List(nodes) => {
                nodes.iter().for_each(|node| self.read(node, named));
            }
            Kind::Binary(_, pair) | Kind::And(pair) | Kind::Or(pair) | Kind::Index(pair) => {
                pair.iter().for_each(|node| self.read(node, named));
            }
            Kind::Not(of) | Kind::Negate(of) | Kind::Select(of, _) => self.read(of, named),
            Kind::Choose(three) => three.iter().for_each(|node| self.read(node, named)),
            Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Text(_)
            | Kind::Subject(_)
            | Kind::Params
            | Kind::Local { .. } => {}
        }
    }

    /// The first element of a list that should have none, or fewer.
    fn first(&mut self, node: &'a Node, named: Option<&Named<'_, 'a>>) {
        let Some(way) = self.way(node, named) else {
            return;
        };
        if let Some(Tree::List(items)) = way.value_in(self.machine.inputs.subject)
            && !items.values.is_empty()
        {
            self.found.push(way.to(Hop::Element(0)));
        }
    }

    /// The place that `node` stands for, if it is one of the fact.
    fn way(&self, node: &'a Node, named: Option<&Named<'_, 'a>>) -> Option<Way> {
        match &node.kind {
            Kind::Subject(_) => Some(Way::default()),
            Kind::Local { up, .. } => {
                let mut named = named?;
                for _ in 0..*up {
                    named = named.outer?;
                }
                named.way.clone()
            }
            Kind::Select(of, field) => Some(self.way(of, named)?.to(Hop::Field(field.clone()))),
            Kind::Index(pair) => {
                let [of, index] = &**pair;
                let scope = named.map(|named| &named.scope);
                let hop = match self.machine.eval(index, scope).ok()? {
                    Val::Text(key) => Hop::Field(key.into()),
                    Val::Int(number) => Hop::Element(usize::try_from(number).ok()?),
                    _ => return None,
                };
                Some(self.way(of, named)?.to(hop))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::blame;
    use crate::expr::{Inputs, Tree, parse};
    use serde_json::json;
    use std::collections::BTreeMap;

    #[test]
    fn what_makes_an_expression_false_is_named() {
        let known = BTreeMap::new();
        let fact = Tree::new(
            &json!({
                "host": true, "pid": false, "min": 2, "max": 1, "kind": "Pod", "labels": {"app": "a"},
                "none": [],
                "cs": [
                    {"name": "a", "kind": "main", "root": false, "limits": {"cpu": 1}, "add": ["X"]},
                    {"name": "b", "kind": "main", "root": true, "limits": {}, "add": ["X", "Y"]},
                ],
            }),
            &known,
        );
        let params = Tree::new(&json!({"min": 3, "allowed": ["X"]}), &known);
        for (source, wanted) in [
            ("!w.host", "host"),
            ("w.min >= params.min", "min"),
            ("w.max > w.min", "max min"),
            ("has(w.gone)", "gone"),
            ("w.pid || w.labels[\"app\"] == \"b\"", "pid labels.app"),
            ("w.kind == \"Job\" || has(w.gone)", "gone kind"),
            ("w.pid || w.min > 2", "min pid"),
            ("size(w.cs) == 0", "cs[0] cs"),
            ("w.host && w.pid", "pid"),
            ("!(w.host || w.pid)", "host"),
            ("w.cs.all(c, !c.root)", "cs[1].root cs[1] cs"),
            (
                "w.cs.all(c, c.kind == \"debug\" || has(c.limits.cpu))",
                "cs[1].limits.cpu cs[1].kind cs[1] cs",
            ),
            ("!w.cs.exists(c, c.root)", "cs[1].root cs[1] cs"),
            (
                "w.cs.all(c, c.add.all(a, a in params.allowed))",
                "cs[1].add[1] cs[1].add[1] cs[1].add cs[1] cs",
            ),
            ("size(w.cs.filter(c, c.root)) == 0", "cs[1].root cs[1] cs"),
            ("size(w.none) > 0", "none"),
            ("size(w.none) > 0 && w.none.all(n, n)", "none"),
            ("w.host ? w.pid : w.host", "pid host"),
            ("params.min == 4", ""),
        ] {
            let node = parse(source, "w").unwrap();
            let inputs = Inputs {
                subject: &fact,
                params: &params,
            };
            let found: Vec<String> = blame(&node, inputs)
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(found.join(" "), wanted, "{source}");
        }
    }
}
