//! Types of macros and functions.

use super::Checker;
use crate::expr::node::{Fold, FoldKind, Function, Node};
use crate::expr::schema::Type;
use std::sync::Arc;

impl Checker<'_> {
    pub(super) fn fold(&mut self, node: &Node, fold: &Fold) -> Type {
        let range = self.infer(&fold.range);
        let element = match &range {
            Type::Any => Type::Any,
            Type::List(items) => (**items).clone(),
            Type::Map(_) => Type::Text(None),
            other => {
                let message = format!("`{}` is {}, not a list", fold.range, other.name());
                return self.fault(node.at, message);
            }
        };
        self.locals.push(element.clone());
        let body = if fold.kind == FoldKind::Map {
            self.infer(&fold.body)
        } else {
            self.want_bool(&fold.body);
            Type::Bool
        };
        self.locals.pop();
        match fold.kind {
            FoldKind::All | FoldKind::Exists | FoldKind::ExistsOne => Type::Bool,
            FoldKind::Filter => Type::List(Arc::new(element)),
            FoldKind::Map => Type::List(Arc::new(body)),
        }
    }

    pub(super) fn call(&mut self, node: &Node, function: Function, args: &[Node]) -> Type {
        let mut kinds = args
            .iter()
            .map(|arg| self.infer(arg))
            .collect::<Vec<_>>()
            .into_iter();
        let (first, second) = (kinds.next().unwrap_or(Type::Any), kinds.next());
        let text = |kind: &Type| matches!(kind, Type::Any | Type::Text(_));
        let (fits, result) = match function {
            Function::Size => (
                matches!(
                    first,
                    Type::Any | Type::Text(_) | Type::List(_) | Type::Map(_)
                ),
                Type::Int,
            ),
            Function::Contains | Function::StartsWith | Function::EndsWith => {
                (text(&first) && second.as_ref().is_none_or(text), Type::Bool)
            }
            Function::LowerAscii => (text(&first), Type::Text(None)),
            Function::Join => (
                Type::List(Arc::new(Type::Text(None))).fits(&first)
                    && second.as_ref().is_none_or(text),
                Type::Text(None),
            ),
            Function::String => (
                matches!(first, Type::Any | Type::Text(_) | Type::Int | Type::Bool),
                Type::Text(None),
            ),
        };
        if fits {
            return result;
        }
        let message = match second {
            Some(second) => format!(
                "{}() is not possible for {} and {}",
                function.name(),
                first.name(),
                second.name()
            ),
            None => format!("{}() is not possible for {}", function.name(), first.name()),
        };
        if function == Function::Contains && matches!(first, Type::List(_)) {
            let help = "for a list write: element in list".to_owned();
            return self.fault_with_help(node.at, message, help);
        }
        self.fault(node.at, message)
    }
}
