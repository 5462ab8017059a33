//! Static types: every field exists, every comparison can be true, every assertion is a bool.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is not named is treated alike, whatever it is"
)]

mod calls;

use super::ExprError;
use super::node::{Kind, Node, Op};
use super::schema::{Object, Type};
use seaworthy_yaml::suggest;
use std::sync::Arc;

/// The types of the two names that an expression begins with.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) subject: Type,
    pub(crate) params: Type,
}

/// Checks expressions against the types of their names and collects every fault.
pub(crate) struct Checker<'n> {
    names: &'n Names,
    locals: Vec<Type>,
    errors: Vec<ExprError>,
}

impl<'n> Checker<'n> {
    /// The faults of an expression that must be a bool.
    pub(crate) fn condition(names: &'n Names, node: &Node) -> Vec<ExprError> {
        let mut checker = Self::new(names);
        checker.want_bool(node);
        checker.errors
    }

    /// The faults of an expression that is shown in a message.
    pub(crate) fn shown(names: &'n Names, node: &Node) -> Vec<ExprError> {
        let mut checker = Self::new(names);
        if let Type::Object(object) = checker.infer(node) {
            checker.errors.push(
                ExprError::new(
                    node.at,
                    format!("`{node}` is an object, which reads badly in a message"),
                )
                .help(fields_help(&object)),
            );
        }
        checker.errors
    }

    fn new(names: &'n Names) -> Self {
        Self {
            names,
            locals: Vec::new(),
            errors: Vec::new(),
        }
    }

    fn fault(&mut self, at: usize, message: String) -> Type {
        self.errors.push(ExprError::new(at, message));
        Type::Any
    }

    fn fault_with_help(&mut self, at: usize, message: String, help: String) -> Type {
        self.errors.push(ExprError::new(at, message).help(help));
        Type::Any
    }

    fn want_bool(&mut self, node: &Node) {
        match self.infer(node) {
            Type::Bool | Type::Any => {}
            other => {
                self.fault_with_help(
                    node.at,
                    format!(
                        "`{node}` is {}, where true or false is wanted",
                        other.name()
                    ),
                    "compare it with something, for example with == or size(…) > 0".to_owned(),
                );
            }
        }
    }

    fn want_int(&mut self, node: &Node) {
        match self.infer(node) {
            Type::Int | Type::Any => {}
            other => {
                self.fault(
                    node.at,
                    format!("`{node}` is {}, where an int is wanted", other.name()),
                );
            }
        }
    }

    fn infer(&mut self, node: &Node) -> Type {
        match &node.kind {
            Kind::Bool(_) => Type::Bool,
            Kind::Int(_) => Type::Int,
            Kind::Text(_) => Type::Text(None),
            Kind::List(items) => self.list(items),
            Kind::Subject(_) => self.names.subject.clone(),
            Kind::Params => self.names.params.clone(),
            Kind::Local { up, .. } => self
                .locals
                .iter()
                .rev()
                .nth(*up)
                .cloned()
                .unwrap_or(Type::Any),
            Kind::Select(of, field) => self.select(node, of, field),
            Kind::Has(of, field) => self.has(node, of, field),
            Kind::Index(pair) => self.index(node, pair),
            Kind::Not(of) => {
                self.want_bool(of);
                Type::Bool
            }
            Kind::Negate(of) => {
                self.want_int(of);
                Type::Int
            }
            Kind::And(pair) | Kind::Or(pair) => {
                pair.iter().for_each(|side| self.want_bool(side));
                Type::Bool
            }
            Kind::Choose(three) => {
                let [test, yes, no] = &**three;
                self.want_bool(test);
                let (yes, no) = (self.infer(yes), self.infer(no));
                if yes.fits(&no) {
                    return yes;
                }
                let message = format!("one branch is {}, the other {}", yes.name(), no.name());
                self.fault(node.at, message)
            }
            Kind::Binary(op, pair) => self.binary(node, *op, pair),
            Kind::Fold(fold) => self.fold(node, fold),
            Kind::Call(function, args) => self.call(node, *function, args),
        }
    }

    fn list(&mut self, items: &[Node]) -> Type {
        let mut kind = Type::Any;
        for item in items {
            let found = self.infer(item);
            if !kind.fits(&found) {
                let message = format!("{} stands in a list beside {}", found.name(), kind.name());
                return self.fault(item.at, message);
            }
            kind = found;
        }
        Type::List(Arc::new(kind))
    }

    fn select(&mut self, node: &Node, of: &Node, field: &str) -> Type {
        match self.infer(of) {
            Type::Any => Type::Any,
            Type::Map(values) => (*values).clone(),
            Type::Object(object) => match object.fields.get(field) {
                Some(found) => found.kind.clone(),
                None if object.open => Type::Any,
                None => self.unknown_field(node.at, of, &object, field),
            },
            Type::List(_) => self.fault_with_help(
                node.at,
                format!("`{of}` is a list, not an object with `{field}`"),
                format!("say which element: {of}.exists(x, x.{field} …), all(…) or {of}[0]"),
            ),
            other => {
                let message = format!("`{of}` is {} and has no field `{field}`", other.name());
                self.fault(node.at, message)
            }
        }
    }

    fn unknown_field(&mut self, at: usize, of: &Node, object: &Object, field: &str) -> Type {
        let (message, none) = if matches!(of.kind, Kind::Params) {
            (
                format!("unknown parameter `{field}`"),
                "declare it under params:".to_owned(),
            )
        } else {
            (
                format!("`{of}` has no field `{field}`"),
                fields_help(object),
            )
        };
        let help = match suggest(field, object.fields.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => none,
        };
        self.fault_with_help(at, message, help)
    }

    fn has(&mut self, node: &Node, of: &Node, field: &str) -> Type {
        match self.infer(of) {
            Type::Any | Type::Map(_) => {}
            Type::Object(object) => match object.fields.get(field) {
                Some(found) if found.optional => {}
                Some(_) => {
                    self.fault_with_help(
                        node.at,
                        format!("`{of}.{field}` is always there, so has() says nothing"),
                        "leave the has() out".to_owned(),
                    );
                }
                None if object.open => {}
                None => {
                    self.unknown_field(node.at, of, &object, field);
                }
            },
            other => {
                let message = format!("`{of}` is {} and has no field `{field}`", other.name());
                self.fault(node.at, message);
            }
        }
        Type::Bool
    }

    fn index(&mut self, node: &Node, pair: &[Node; 2]) -> Type {
        let [of, index] = pair;
        let (of_kind, index_kind) = (self.infer(of), self.infer(index));
        match (&of_kind, &index_kind) {
            (Type::Any, _) => Type::Any,
            (Type::List(items), Type::Int | Type::Any) => (**items).clone(),
            (Type::Map(values), Type::Text(_) | Type::Any) => (**values).clone(),
            (Type::Object(_), _) => self.fault_with_help(
                node.at,
                format!("`{of}` has named fields"),
                "write the field after a dot".to_owned(),
            ),
            _ => {
                let message = format!(
                    "`{of}` is {} and cannot be indexed by {}",
                    of_kind.name(),
                    index_kind.name()
                );
                self.fault(node.at, message)
            }
        }
    }

    fn binary(&mut self, node: &Node, op: Op, pair: &[Node; 2]) -> Type {
        let [left_node, right_node] = pair;
        let (left, right) = (self.infer(left_node), self.infer(right_node));
        match op {
            Op::Equal | Op::NotEqual => {
                if !left.fits(&right) {
                    return self.incompatible(node.at, op, &left, &right);
                }
                self.known_word(left_node, &right);
                self.known_word(right_node, &left);
                Type::Bool
            }
            Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => {
                let ordered = |kind: &Type| matches!(kind, Type::Any | Type::Int | Type::Text(_));
                if ordered(&left) && ordered(&right) && left.fits(&right) {
                    return Type::Bool;
                }
                self.incompatible(node.at, op, &left, &right)
            }
            Op::In => self.membership(node.at, left_node, right_node, &left, &right),
            Op::Add => match (&left, &right) {
                (Type::Text(_), Type::Text(_)) => Type::Text(None),
                (Type::List(_), Type::List(_)) if left.fits(&right) => left,
                (Type::Any, _) => right,
                (Type::Int, Type::Int) | (_, Type::Any) => left,
                _ => self.incompatible(node.at, op, &left, &right),
            },
            Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => {
                if matches!(
                    (&left, &right),
                    (Type::Int | Type::Any, Type::Int | Type::Any)
                ) {
                    return Type::Int;
                }
                self.incompatible(node.at, op, &left, &right)
            }
        }
    }

    fn membership(
        &mut self,
        at: usize,
        left_node: &Node,
        right_node: &Node,
        left: &Type,
        right: &Type,
    ) -> Type {
        match right {
            Type::Any => Type::Bool,
            Type::List(items) if left.fits(items) => {
                self.known_word(left_node, items);
                if let Kind::List(written) = &right_node.kind {
                    written.iter().for_each(|item| self.known_word(item, left));
                }
                Type::Bool
            }
            Type::Map(_) if left.fits(&Type::Text(None)) => Type::Bool,
            Type::Object(_) => self.fault_with_help(
                at,
                format!("`{right_node}` has named fields"),
                "ask has(…) for an optional one".to_owned(),
            ),
            _ => self.incompatible(at, Op::In, left, right),
        }
    }

    fn incompatible(&mut self, at: usize, op: Op, left: &Type, right: &Type) -> Type {
        let message = format!(
            "`{}` is not possible between {} and {}",
            op.sign(),
            left.name(),
            right.name()
        );
        self.fault(at, message)
    }

    /// A written text that is compared with an enumeration must be one of its words.
    fn known_word(&mut self, node: &Node, other: &Type) {
        let (Kind::Text(word), Type::Text(Some(words))) = (&node.kind, other) else {
            return;
        };
        if words.iter().any(|known| known == word.as_ref()) {
            return;
        }
        let help = match suggest(word, words.iter().map(String::as_str)) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("it is one of: {}", words.join(", ")),
        };
        self.fault_with_help(node.at, format!("it is never \"{word}\""), help);
    }
}

fn fields_help(object: &Object) -> String {
    const SHOWN: usize = 16;
    let names: Vec<&str> = object
        .fields
        .keys()
        .map(String::as_str)
        .take(SHOWN)
        .collect();
    let more = object.fields.len().saturating_sub(SHOWN);
    match (names.is_empty(), more) {
        (true, _) => "it has no fields".to_owned(),
        (false, 0) => format!("its fields are {}", names.join(", ")),
        (false, more) => format!("its fields are {} and {more} more", names.join(", ")),
    }
}
