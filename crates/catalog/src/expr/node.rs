//! The tree of an expression, with names already resolved.

use std::fmt;

/// A node with the byte offset of what a message about it should point at.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: usize,
    pub(crate) kind: Kind,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Bool(bool),
    Int(i64),
    Text(Box<str>),
    List(Vec<Node>),
    /// The fact's value.
    Subject(Box<str>),
    /// The parameters.
    Params,
    /// The variable of a surrounding macro, counted outwards from the innermost.
    Local {
        name: Box<str>,
        up: usize,
    },
    Select(Box<Node>, Box<str>),
    Has(Box<Node>, Box<str>),
    Index(Box<[Node; 2]>),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Box<[Node; 2]>),
    Or(Box<[Node; 2]>),
    Choose(Box<[Node; 3]>),
    Binary(Op, Box<[Node; 2]>),
    Fold(Box<Fold>),
    Call(Function, Vec<Node>),
}

impl Node {
    /// The parameter's name, for `params.name`.
    pub(crate) fn parameter(&self) -> Option<&str> {
        let Kind::Select(of, name) = &self.kind else {
            return None;
        };
        matches!(of.kind, Kind::Params).then_some(name)
    }

    /// Visits this node and all below it.
    pub(crate) fn visit(&self, see: &mut impl FnMut(&Self)) {
        see(self);
        match &self.kind {
            Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Text(_)
            | Kind::Subject(_)
            | Kind::Params
            | Kind::Local { .. } => {}
            Kind::Select(of, _) | Kind::Has(of, _) | Kind::Not(of) | Kind::Negate(of) => {
                of.visit(see);
            }
            Kind::List(nodes) | Kind::Call(_, nodes) => {
                nodes.iter().for_each(|node| node.visit(see));
            }
            Kind::Index(pair) | Kind::And(pair) | Kind::Or(pair) | Kind::Binary(_, pair) => {
                pair.iter().for_each(|node| node.visit(see));
            }
            Kind::Choose(three) => three.iter().for_each(|node| node.visit(see)),
            Kind::Fold(fold) => {
                fold.range.visit(see);
                fold.body.visit(see);
            }
        }
    }
}

/// A macro over the elements of a list or the keys of a map.
#[derive(Clone, Debug)]
pub(crate) struct Fold {
    pub(crate) kind: FoldKind,
    pub(crate) range: Node,
    pub(crate) variable: Box<str>,
    pub(crate) body: Node,
}

/// The macros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FoldKind {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

impl FoldKind {
    pub(crate) const ALL: [(&'static str, Self); 5] = [
        ("all", Self::All),
        ("exists", Self::Exists),
        ("exists_one", Self::ExistsOne),
        ("filter", Self::Filter),
        ("map", Self::Map),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Exists => "exists",
            Self::ExistsOne => "exists_one",
            Self::Filter => "filter",
            Self::Map => "map",
        }
    }
}

/// The binary operators that need both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Op {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

/// The functions; the receiver of a method is the first argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Size,
    Contains,
    StartsWith,
    EndsWith,
    LowerAscii,
    Join,
    String,
}

impl Function {
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("size", Self::Size),
        ("contains", Self::Contains),
        ("startsWith", Self::StartsWith),
        ("endsWith", Self::EndsWith),
        ("lowerAscii", Self::LowerAscii),
        ("join", Self::Join),
        ("string", Self::String),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Contains => "contains",
            Self::StartsWith => "startsWith",
            Self::EndsWith => "endsWith",
            Self::LowerAscii => "lowerAscii",
            Self::Join => "join",
            Self::String => "string",
        }
    }

    /// How many arguments, the receiver included.
    pub(crate) fn arity(self) -> usize {
        match self {
            Self::Size | Self::LowerAscii | Self::String => 1,
            Self::Contains | Self::StartsWith | Self::EndsWith | Self::Join => 2,
        }
    }
}

// The canonical text: for messages, and to tell whether two expressions read the same.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Bool(value) => write!(f, "{value}"),
            Kind::Int(value) => write!(f, "{value}"),
            Kind::Text(value) => write!(f, "{value:?}"),
            Kind::List(items) => {
                f.write_str("[")?;
                list(f, items)?;
                f.write_str("]")
            }
            Kind::Subject(name) | Kind::Local { name, .. } => f.write_str(name),
            Kind::Params => f.write_str("params"),
            Kind::Select(of, field) => write!(f, "{of}.{field}"),
            Kind::Has(of, field) => write!(f, "has({of}.{field})"),
            Kind::Index(pair) => {
                let [of, index] = &**pair;
                write!(f, "{of}[{index}]")
            }
            Kind::Not(of) => write!(f, "!{of}"),
            Kind::Negate(of) => write!(f, "-{of}"),
            Kind::And(pair) => binary(f, pair, "&&"),
            Kind::Or(pair) => binary(f, pair, "||"),
            Kind::Choose(three) => {
                let [test, yes, no] = &**three;
                write!(f, "({test} ? {yes} : {no})")
            }
            Kind::Binary(op, pair) => binary(f, pair, op.sign()),
            Kind::Fold(fold) => write!(
                f,
                "{}.{}({}, {})",
                fold.range,
                fold.kind.name(),
                fold.variable,
                fold.body
            ),
            Kind::Call(function, args) => {
                write!(f, "{}(", function.name())?;
                list(f, args)?;
                f.write_str(")")
            }
        }
    }
}

fn binary(f: &mut fmt::Formatter<'_>, pair: &[Node; 2], sign: &str) -> fmt::Result {
    let [left, right] = pair;
    write!(f, "({left} {sign} {right})")
}

fn list(f: &mut fmt::Formatter<'_>, items: &[Node]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}
