//! `all()` is true of an empty list. This finds each `all()` whose list may be empty without the
//! probe's author having said what that means.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is not named is treated alike, whatever it is"
)]

use super::ExprError;
use super::node::{Fold, FoldKind, Function, Kind, Node, Op};
use std::collections::BTreeSet;

/// Lists that are known to have an element, by their canonical text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guards(BTreeSet<String>);

impl Guards {
    /// Learns what is so when `node` is true.
    pub(crate) fn learn(&mut self, node: &Node) {
        when(node, true, &mut Vec::new(), &mut self.0);
    }

    fn and(&self, node: &Node, truth: bool, locals: &mut Vec<String>) -> Self {
        let mut more = self.clone();
        when(node, truth, locals, &mut more.0);
        more
    }
}

/// The `all()` calls in `node` whose list may be empty as far as `guards` go.
pub(crate) fn unguarded(node: &Node, guards: &Guards) -> Vec<ExprError> {
    let mut errors = Vec::new();
    visit(node, guards, &mut Vec::new(), &mut errors);
    errors
}

fn visit(node: &Node, guards: &Guards, locals: &mut Vec<String>, errors: &mut Vec<ExprError>) {
    match &node.kind {
        Kind::And(pair) => {
            let [left, right] = &**pair;
            visit(left, &guards.and(right, true, locals), locals, errors);
            visit(right, &guards.and(left, true, locals), locals, errors);
        }
        Kind::Or(pair) => {
            let [left, right] = &**pair;
            visit(left, &guards.and(right, false, locals), locals, errors);
            visit(right, &guards.and(left, false, locals), locals, errors);
        }
        Kind::Choose(three) => {
            let [test, yes, no] = &**three;
            visit(test, guards, locals, errors);
            visit(yes, &guards.and(test, true, locals), locals, errors);
            visit(no, &guards.and(test, false, locals), locals, errors);
        }
        Kind::Fold(fold) => {
            let list = key(&fold.range, locals);
            if fold.kind == FoldKind::All && !guards.0.contains(&list) {
                errors.push(empty_list(node.at, fold));
            }
            visit(&fold.range, guards, locals, errors);
            locals.push(format!("{list}[]"));
            visit(&fold.body, guards, locals, errors);
            locals.pop();
        }
        Kind::Binary(_, pair) | Kind::Index(pair) => {
            for side in pair.iter() {
                visit(side, guards, locals, errors);
            }
        }
        Kind::List(nodes) | Kind::Call(_, nodes) => {
            for inner in nodes {
                visit(inner, guards, locals, errors);
            }
        }
        Kind::Select(of, _) | Kind::Has(of, _) | Kind::Not(of) | Kind::Negate(of) => {
            visit(of, guards, locals, errors);
        }
        Kind::Bool(_)
        | Kind::Int(_)
        | Kind::Text(_)
        | Kind::Subject(_)
        | Kind::Params
        | Kind::Local { .. } => {}
    }
}

fn empty_list(at: usize, fold: &Fold) -> ExprError {
    let list = &fold.range;
    ExprError::new(at, format!("all() is true when `{list}` is empty")).help(format!(
        "say what an empty list means: size({list}) > 0 && … (it fails) or \
         size({list}) == 0 || … (it passes)"
    ))
}

/// Collects the lists that have an element when `node` is `truth`.
fn when(node: &Node, truth: bool, locals: &mut Vec<String>, found: &mut BTreeSet<String>) {
    match &node.kind {
        Kind::Not(of) => when(of, !truth, locals, found),
        Kind::And(pair) if truth => pair.iter().for_each(|side| when(side, true, locals, found)),
        Kind::Or(pair) if !truth => pair
            .iter()
            .for_each(|side| when(side, false, locals, found)),
        Kind::Binary(op, pair) => {
            let [left, right] = &**pair;
            if let Some(list) = counted(*op, left, right, truth)
                .or_else(|| counted(mirrored(*op), right, left, truth))
            {
                found.insert(key(list, locals));
            }
        }
        Kind::Fold(fold) if truth => match fold.kind {
            FoldKind::Exists | FoldKind::ExistsOne => {
                found.insert(key(&fold.range, locals));
            }
            // What holds for every element holds for the lists within.
            FoldKind::All => {
                locals.push(format!("{}[]", key(&fold.range, locals)));
                when(&fold.body, true, locals, found);
                locals.pop();
            }
            FoldKind::Filter | FoldKind::Map => {}
        },
        _ => {}
    }
}

/// The list that has an element when `left op right` is `truth`: `size(x) > 0`, `x != []`.
fn counted<'n>(op: Op, left: &'n Node, right: &Node, truth: bool) -> Option<&'n Node> {
    match (&left.kind, &right.kind) {
        (Kind::Call(Function::Size, args), Kind::Int(count)) => {
            let excludes_zero = match op {
                Op::Greater => *count >= 0,
                Op::GreaterOrEqual => *count >= 1,
                Op::Equal => *count != 0,
                Op::NotEqual => *count == 0,
                Op::Less => *count <= 0,
                Op::LessOrEqual => *count < 0,
                _ => return None,
            };
            let includes_zero_only_when_true = match op {
                Op::Less => *count >= 1,
                Op::LessOrEqual => *count >= 0,
                Op::Equal => *count == 0,
                _ => false,
            };
            let has_element = if truth {
                excludes_zero
            } else {
                includes_zero_only_when_true
            };
            args.first().filter(|_| has_element)
        }
        (_, Kind::List(items)) if items.is_empty() => {
            (op == if truth { Op::NotEqual } else { Op::Equal }).then_some(left)
        }
        _ => None,
    }
}

fn mirrored(op: Op) -> Op {
    match op {
        Op::Less => Op::Greater,
        Op::LessOrEqual => Op::GreaterOrEqual,
        Op::Greater => Op::Less,
        Op::GreaterOrEqual => Op::LessOrEqual,
        same => same,
    }
}

/// The text by which two mentions of a list are the same; a macro's variable is named by its list.
fn key(node: &Node, locals: &[String]) -> String {
    match &node.kind {
        Kind::Local { name, up } => match locals.iter().rev().nth(*up) {
            Some(list) => list.clone(),
            None => name.to_string(),
        },
        Kind::Select(of, field) => format!("{}.{field}", key(of, locals)),
        Kind::Index(pair) => {
            let [of, index] = &**pair;
            format!("{}[{index}]", key(of, locals))
        }
        Kind::Fold(fold) => {
            let list = key(&fold.range, locals);
            format!(
                "{list}.{}({}, {})",
                fold.kind.name(),
                fold.variable,
                fold.body
            )
        }
        _ => node.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Guards, unguarded};
    use crate::expr::parse;

    #[track_caller]
    fn check(before: &[&str], source: &str, wanted: usize) {
        let mut guards = Guards::default();
        for earlier in before {
            guards.learn(&parse(earlier, "w").unwrap());
        }
        let errors = unguarded(&parse(source, "w").unwrap(), &guards);
        assert_eq!(errors.len(), wanted, "{before:?} {source}: {errors:?}");
    }

    #[test]
    fn an_all_needs_an_element_or_a_word_about_none() {
        check(&[], "w.xs.all(x, x.a)", 1);
        check(&["size(w.xs) > 0"], "w.xs.all(x, x.a)", 0);
        check(&["size(w.ys) > 0"], "w.xs.all(x, x.a)", 1);
        check(&["size(w.xs) > 0 || w.a"], "w.xs.all(x, x.a)", 1);
        check(&["w.xs.exists(x, x.b)"], "w.xs.all(x, x.a)", 0);
        for guard in [
            "size(w.xs) >= 1",
            "size(w.xs) == 2",
            "size(w.xs) != 0",
            "0 < size(w.xs)",
            "w.xs.size() > 3",
            "w.xs != []",
            "!(size(w.xs) == 0)",
            "!(size(w.xs) < 1)",
        ] {
            check(&[], &format!("{guard} && w.xs.all(x, x.a)"), 0);
            check(&[], &format!("w.xs.all(x, x.a) && {guard}"), 0);
        }
        for no_guard in [
            "size(w.xs) >= 0",
            "size(w.xs) > -1",
            "size(w.xs) != 1",
            "w.xs == []",
        ] {
            check(&[], &format!("{no_guard} && w.xs.all(x, x.a)"), 1);
        }
        check(&[], "size(w.xs) == 0 || w.xs.all(x, x.a)", 0);
        check(&[], "size(w.xs) > 0 || w.xs.all(x, x.a)", 1);
        check(&[], "size(w.xs) > 0 ? w.xs.all(x, x.a) : false", 0);
        check(&[], "size(w.xs) == 0 ? w.xs.all(x, x.a) : true", 1);
    }

    #[test]
    fn lists_within_lists() {
        check(&["size(w.xs) > 0"], "w.xs.all(x, x.ys.all(y, y.a))", 1);
        check(
            &["size(w.xs) > 0"],
            "w.xs.all(x, size(x.ys) > 0 && x.ys.all(y, y.a))",
            0,
        );
        check(
            &["size(w.xs) > 0 && w.xs.all(x, size(x.ys) > 0)"],
            "w.xs.all(z, z.ys.all(y, y.a))",
            0,
        );
        check(&["size(w.xs) > 0"], "w.xs.filter(x, x.a).all(y, y.b)", 1);
        check(
            &["size(w.xs.filter(x, x.a)) > 0"],
            "w.xs.filter(x, x.a).all(y, y.b)",
            0,
        );
    }
}
