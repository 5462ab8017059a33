//! Which fields of the fact an expression reads, found without evaluating it.

use super::node::{Fold, FoldKind, Function, Kind, Node};
use super::path::{Mode, ReadPath, Step};
use std::collections::BTreeSet;

/// The paths that `node` may read.
pub(crate) fn reads(node: &Node) -> BTreeSet<ReadPath> {
    let mut reader = Reader {
        found: BTreeSet::new(),
        locals: Vec::new(),
    };
    reader.used(node);
    reader.found
}

struct Reader {
    found: BTreeSet<ReadPath>,
    /// Where the variables of the surrounding macros come from, innermost last.
    locals: Vec<Option<Vec<Step>>>,
}

impl Reader {
    /// Notes that the value of `node` itself is used.
    fn used(&mut self, node: &Node) {
        if let Some(steps) = self.origin(node) {
            self.note(steps, Mode::Value);
        }
    }

    fn note(&mut self, steps: Vec<Step>, mode: Mode) {
        self.found.insert(ReadPath { steps, mode });
    }

    /// The path that `node` stands for, if it is one. What it reads on the way is noted.
    fn origin(&mut self, node: &Node) -> Option<Vec<Step>> {
        match &node.kind {
            Kind::Subject(_) => Some(Vec::new()),
            Kind::Local { up, .. } => self.locals.iter().rev().nth(*up).cloned().flatten(),
            Kind::Select(of, field) => {
                let mut steps = self.origin(of)?;
                steps.push(Step::Field(field.clone()));
                Some(steps)
            }
            Kind::Index(pair) => {
                let [of, index] = &**pair;
                let step = if let Kind::Text(key) = &index.kind {
                    Step::Key(key.clone())
                } else {
                    self.used(index);
                    Step::Element
                };
                let mut steps = self.origin(of)?;
                steps.push(step);
                Some(steps)
            }
            Kind::Has(of, field) => {
                if let Some(mut steps) = self.origin(of) {
                    steps.push(Step::Field(field.clone()));
                    self.note(steps, Mode::Presence);
                }
                None
            }
            Kind::Fold(fold) => self.fold(fold),
            Kind::Call(Function::Size, args) => {
                for arg in args {
                    if let Some(steps) = self.origin(arg) {
                        self.note(steps, Mode::Size);
                    }
                }
                None
            }
            Kind::List(nodes) | Kind::Call(_, nodes) => self.all(nodes),
            Kind::Not(of) | Kind::Negate(of) => self.all(std::slice::from_ref(of)),
            Kind::And(pair) | Kind::Or(pair) | Kind::Binary(_, pair) => self.all(&**pair),
            Kind::Choose(three) => self.all(&**three),
            Kind::Bool(_) | Kind::Int(_) | Kind::Text(_) | Kind::Params => None,
        }
    }

    fn all(&mut self, nodes: &[Node]) -> Option<Vec<Step>> {
        for node in nodes {
            self.used(node);
        }
        None
    }

    fn fold(&mut self, fold: &Fold) -> Option<Vec<Step>> {
        let range = self.origin(&fold.range);
        let element = range.clone().map(|mut steps| {
            steps.push(Step::Element);
            steps
        });
        self.locals.push(element);
        self.used(&fold.body);
        self.locals.pop();
        // What a filter leaves are elements of the same list; everything else is a new value.
        if fold.kind == FoldKind::Filter {
            range
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::reads;
    use crate::expr::parse;

    #[test]
    fn reads_are_named_by_path() {
        for (source, wanted) in [
            ("has(w.autoscaler)", "has(autoscaler)"),
            ("w.autoscaler.min >= params.min", "autoscaler.min"),
            ("size(w.containers) > 0", "size(containers)"),
            (
                "w.containers.all(c, has(c.limits) && c.limits.cpu > 0)",
                "has(containers[].limits) containers[].limits.cpu",
            ),
            ("w.labels[\"app\"] == w.xs[0].y", "labels[\"app\"] xs[].y"),
            ("w.xs.filter(x, x.a).all(y, y.b)", "xs[].a xs[].b"),
            ("w.xs.map(x, x.name).exists(n, n == \"a\")", "xs[].name"),
            ("w.xs.all(x, x.ys.all(y, y.z == x.z))", "xs[].ys[].z xs[].z"),
            ("w.names.join(\", \") == \"\"", "names"),
            ("size(w.xs.filter(x, x.a)) == 0", "size(xs) xs[].a"),
            ("params.x == 1", ""),
        ] {
            let node = parse(source, "w").unwrap();
            let found: Vec<String> = reads(&node).iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), wanted, "{source}");
        }
    }
}
