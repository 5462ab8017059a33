//! Operators over two values.

use super::val::{Evaluated, Stop, Val, failed};
use super::{Machine, Scope, walk};
use crate::expr::node::{Kind, Node, Op};
use crate::expr::value::Tree;
use std::borrow::Cow;
use std::cmp::Ordering;

impl<'a> Machine<'a> {
    pub(super) fn binary(
        &self,
        node: &'a Node,
        op: Op,
        pair: &'a [Node; 2],
        scope: Option<&Scope<'_, 'a>>,
    ) -> Evaluated<'a> {
        let [left, right] = pair;
        if op == Op::In {
            return self.contains(left, right, scope).map(Val::Bool);
        }
        let (left, right) = (self.eval(left, scope)?, self.eval(right, scope)?);
        let ordered = |keep: fn(Ordering) -> bool| -> Evaluated<'a> {
            match (&left, &right) {
                (Val::Int(left), Val::Int(right)) => Ok(Val::Bool(keep(left.cmp(right)))),
                (Val::Text(left), Val::Text(right)) => Ok(Val::Bool(keep(left.cmp(right)))),
                _ => Err(mismatch(node, &left, &right)),
            }
        };
        match op {
            Op::Equal => self.equal(&left, &right).map(Val::Bool),
            Op::NotEqual => self.equal(&left, &right).map(|equal| Val::Bool(!equal)),
            Op::Less => ordered(Ordering::is_lt),
            Op::LessOrEqual => ordered(Ordering::is_le),
            Op::Greater => ordered(Ordering::is_gt),
            Op::GreaterOrEqual => ordered(Ordering::is_ge),
            Op::Add => self.add(node, left, right),
            Op::Subtract => whole(node, &left, &right, i64::checked_sub),
            Op::Multiply => whole(node, &left, &right, i64::checked_mul),
            Op::Divide => whole(node, &left, &right, i64::checked_div),
            Op::Remainder => whole(node, &left, &right, i64::checked_rem),
            Op::In => Err(failed("`in` is evaluated above")),
        }
    }

    fn add(&self, node: &'a Node, left: Val<'a>, right: Val<'a>) -> Evaluated<'a> {
        match (left, right) {
            (Val::Text(left), Val::Text(right)) => {
                Ok(Val::Text(Cow::Owned(left.into_owned() + &*right)))
            }
            (left @ (Val::List(_) | Val::Made(_)), right @ (Val::List(_) | Val::Made(_))) => {
                let mut values = Vec::new();
                for element in left.elements()?.into_iter().chain(right.elements()?) {
                    self.step()?;
                    values.push(element?);
                }
                Ok(Val::Made(values.into()))
            }
            (left, right) => whole(node, &left, &right, i64::checked_add),
        }
    }

    /// `in`: whether a list has an equal element, or a map the key.
    fn contains(
        &self,
        needle: &'a Node,
        range: &'a Node,
        scope: Option<&Scope<'_, 'a>>,
    ) -> Result<bool, Stop<'a>> {
        let needle = self.eval(needle, scope)?;
        let mut open: Option<Stop<'a>> = None;
        let mut visit = |element: Evaluated<'a>| -> Result<bool, Stop<'a>> {
            self.step()?;
            match element.and_then(|element| self.equal(&needle, &element)) {
                Ok(equal) => Ok(equal),
                Err(stop) => {
                    open.get_or_insert(stop);
                    Ok(false)
                }
            }
        };
        let found = if let Kind::List(nodes) = &range.kind {
            // A written list is compared in place rather than built.
            walk(nodes.iter().map(|node| self.eval(node, scope)), &mut visit)?
        } else {
            match (self.eval(range, scope)?, &needle) {
                (Val::Map(fields), Val::Text(key)) => match (fields.get(key), fields.hole()) {
                    (Some(Tree::Unknown(unknown)), _) => return Err(Stop::Unknown(unknown)),
                    (None, Some(hole)) => return Err(Stop::Unknown(hole)),
                    (found, _) => found.is_some(),
                },
                (Val::List(items), _) => walk(items.values.iter().map(Val::of), &mut visit)?,
                (other, _) => walk(other.elements()?.into_iter(), &mut visit)?,
            }
        };
        match open {
            Some(stop) if !found => Err(stop),
            _ => Ok(found),
        }
    }

    /// Equality of values of one type; a hole anywhere in them makes it unknown.
    fn equal(&self, left: &Val<'a>, right: &Val<'a>) -> Result<bool, Stop<'a>> {
        self.step()?;
        match (left, right) {
            (Val::Bool(left), Val::Bool(right)) => Ok(left == right),
            (Val::Int(left), Val::Int(right)) => Ok(left == right),
            (Val::Text(left), Val::Text(right)) => Ok(left == right),
            (Val::List(_) | Val::Made(_), Val::List(_) | Val::Made(_)) => {
                let (left, right) = (left.elements()?, right.elements()?);
                let mut same = left.len() == right.len();
                for pair in left.into_iter().zip(right) {
                    same &= self.equal(&pair.0?, &pair.1?)?;
                }
                Ok(same)
            }
            (Val::Map(left), Val::Map(right)) => {
                let mut same = left.entries.len() == right.entries.len();
                for (key, value) in &left.entries {
                    let value = Val::of(value)?;
                    match right.get(key) {
                        Some(other) => same &= self.equal(&value, &Val::of(other)?)?,
                        None => same = false,
                    }
                }
                match right.hole() {
                    Some(hole) => Err(Stop::Unknown(hole)),
                    None => Ok(same),
                }
            }
            _ => Err(failed(format!(
                "{} is compared with {}",
                left.kind(),
                right.kind()
            ))),
        }
    }
}

fn whole<'a>(
    node: &Node,
    left: &Val<'a>,
    right: &Val<'a>,
    operation: fn(i64, i64) -> Option<i64>,
) -> Evaluated<'a> {
    match (left, right) {
        (Val::Int(left), Val::Int(right)) => operation(*left, *right)
            .map(Val::Int)
            .ok_or_else(|| failed(format!("`{node}` does not fit 64 bits or divides by zero"))),
        _ => Err(mismatch(node, left, right)),
    }
}

fn mismatch<'a>(node: &Node, left: &Val<'a>, right: &Val<'a>) -> Stop<'a> {
    failed(format!(
        "`{node}` is not possible between {} and {}",
        left.kind(),
        right.kind()
    ))
}
