//! Values during evaluation, borrowed from the fact where they can be.

use crate::expr::value::{Fields, Items, Tree, Unknown};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::rc::Rc;

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop<'a> {
    /// It depends on what the collector could not look at.
    Unknown(&'a Unknown),
    /// It cannot be evaluated: the message says why.
    Failed(Box<str>),
}

pub(super) type Evaluated<'a> = Result<Val<'a>, Stop<'a>>;

#[derive(Clone)]
pub(super) enum Val<'a> {
    Bool(bool),
    Int(i64),
    Text(Cow<'a, str>),
    List(&'a Items),
    Made(Rc<[Self]>),
    Map(&'a Fields),
}

impl<'a> Val<'a> {
    pub(super) fn of(tree: &'a Tree) -> Evaluated<'a> {
        Ok(match tree {
            Tree::Unknown(unknown) => return Err(Stop::Unknown(unknown)),
            Tree::Bool(value) => Self::Bool(*value),
            Tree::Int(value) => Self::Int(*value),
            Tree::Text(value) => Self::Text(Cow::Borrowed(value)),
            Tree::List(items) => Self::List(items),
            Tree::Map(fields) => Self::Map(fields),
        })
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a bool",
            Self::Int(_) => "an int",
            Self::Text(_) => "a string",
            Self::List(_) | Self::Made(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// The elements of a list, or the keys of a map.
    pub(super) fn elements(&self) -> Result<Vec<Evaluated<'a>>, Stop<'a>> {
        Ok(match self {
            Self::List(items) => items.values.iter().map(Val::of).collect(),
            Self::Made(values) => values.iter().cloned().map(Ok).collect(),
            Self::Map(fields) => {
                if let Some(hole) = fields.hole() {
                    return Err(Stop::Unknown(hole));
                }
                let keys = fields.entries.iter();
                keys.map(|(key, _)| Ok(Val::Text(Cow::Borrowed(&**key))))
                    .collect()
            }
            Self::Bool(_) | Self::Int(_) | Self::Text(_) => {
                return Err(failed(format!("{} has no elements", self.kind())));
            }
        })
    }
}

pub(super) fn failed<'a>(message: impl Into<String>) -> Stop<'a> {
    Stop::Failed(message.into().into_boxed_str())
}

/// Of two reasons the unknown one is told: it names what to make visible.
pub(super) fn worse<'a>(first: Stop<'a>, second: Stop<'a>) -> Stop<'a> {
    match (&first, &second) {
        (Stop::Failed(_), Stop::Unknown(_)) => second,
        _ => first,
    }
}

pub(super) fn show<'a>(value: &Val<'a>, out: &mut String) -> Result<(), Stop<'a>> {
    match value {
        Val::Bool(value) => {
            let _ = write!(out, "{value}");
        }
        Val::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Val::Text(text) => out.push_str(text),
        Val::List(_) | Val::Made(_) => {
            for (index, element) in value.elements()?.into_iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                show(&element?, out)?;
            }
        }
        Val::Map(fields) => {
            for (index, (key, value)) in fields.entries.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                let _ = write!(out, "{key}: ");
                show(&Val::of(value)?, out)?;
            }
        }
    }
    Ok(())
}
