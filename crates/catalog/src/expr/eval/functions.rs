//! The functions.

use super::val::{Evaluated, Stop, Val, failed};
use super::{Machine, Scope};
use crate::expr::node::{Function, Node};
use std::borrow::Cow;

impl<'a> Machine<'a> {
    pub(super) fn call(
        &self,
        node: &'a Node,
        function: Function,
        args: &'a [Node],
        scope: Option<&Scope<'_, 'a>>,
    ) -> Evaluated<'a> {
        let mut args = args.iter();
        let mut next = || match args.next() {
            Some(arg) => self.eval(arg, scope).map(Some),
            None => Ok(None),
        };
        match (function, next()?, next()?) {
            (Function::Size, Some(of), None) => size(node, &of),
            (Function::LowerAscii, Some(Val::Text(text)), None) => {
                Ok(Val::Text(Cow::Owned(text.to_ascii_lowercase())))
            }
            (Function::String, Some(Val::Int(value)), None) => {
                Ok(Val::Text(Cow::Owned(value.to_string())))
            }
            (Function::String, Some(Val::Bool(value)), None) => {
                Ok(Val::Text(Cow::Owned(value.to_string())))
            }
            (Function::String, Some(Val::Text(text)), None) => Ok(Val::Text(text)),
            (Function::Contains, Some(Val::Text(text)), Some(Val::Text(part))) => {
                Ok(Val::Bool(text.contains(&*part)))
            }
            (Function::StartsWith, Some(Val::Text(text)), Some(Val::Text(part))) => {
                Ok(Val::Bool(text.starts_with(&*part)))
            }
            (Function::EndsWith, Some(Val::Text(text)), Some(Val::Text(part))) => {
                Ok(Val::Bool(text.ends_with(&*part)))
            }
            (Function::Join, Some(list), Some(Val::Text(separator))) => {
                self.join(node, &list, &separator)
            }
            (_, first, _) => Err(failed(format!(
                "`{node}`: {}() does not take {}",
                function.name(),
                first.as_ref().map_or("nothing", Val::kind)
            ))),
        }
    }

    fn join(&self, node: &'a Node, list: &Val<'a>, separator: &str) -> Evaluated<'a> {
        let mut text = String::new();
        for (index, element) in list.elements()?.into_iter().enumerate() {
            self.step()?;
            let Val::Text(element) = element? else {
                return Err(failed(format!("`{node}`: join() takes a list of strings")));
            };
            if index > 0 {
                text.push_str(separator);
            }
            text.push_str(&element);
        }
        Ok(Val::Text(Cow::Owned(text)))
    }
}

fn size<'a>(node: &Node, of: &Val<'a>) -> Evaluated<'a> {
    let size = match of {
        Val::List(items) => items.values.len(),
        Val::Made(values) => values.len(),
        Val::Text(text) => text.chars().count(),
        Val::Map(fields) => match fields.hole() {
            Some(hole) => return Err(Stop::Unknown(hole)),
            None => fields.entries.len(),
        },
        Val::Bool(_) | Val::Int(_) => {
            return Err(failed(format!("`{node}`: {} has no size", of.kind())));
        }
    };
    Ok(Val::Int(i64::try_from(size).unwrap_or(i64::MAX)))
}
