//! Tokens to a tree, by precedence climbing; names are resolved on the way.

mod names;

use super::ExprError;
use super::lexer::{Token, tokens};
use super::node::{Fold, FoldKind, Kind, Node, Op};

/// The longest expression that is read, in bytes.
pub(crate) const MAX_SOURCE: usize = 4096;

// A tree of this size and depth is far more than a probe needs and far less than a stack holds.
const MAX_NODES: usize = 512;
const MAX_DEPTH: usize = 48;

/// Parses `source`, in which the fact is called `subject` and the parameters `params`.
pub(crate) fn parse(source: &str, subject: &str) -> Result<Node, ExprError> {
    if source.len() > MAX_SOURCE {
        return Err(ExprError::new(
            0,
            format!(
                "the expression has {} bytes, at most {MAX_SOURCE} are read",
                source.len()
            ),
        )
        .help("split it into several assertions"));
    }
    let mut parser = Parser {
        tokens: tokens(source)?,
        next: 0,
        subject,
        locals: Vec::new(),
        nodes: 0,
        depth: 0,
    };
    let node = parser.choose()?;
    match parser.peek() {
        (_, Token::End) => Ok(node),
        (at, token) => Err(ExprError::new(
            at,
            format!("{} is not expected here", token.describe()),
        )),
    }
}

struct Parser<'s> {
    tokens: Vec<(usize, Token)>,
    next: usize,
    subject: &'s str,
    locals: Vec<String>,
    nodes: usize,
    depth: usize,
}

// Operators by how tightly they bind, loosest first.
const RELATIONS: [(&str, Op); 6] = [
    ("==", Op::Equal),
    ("!=", Op::NotEqual),
    ("<", Op::Less),
    ("<=", Op::LessOrEqual),
    (">", Op::Greater),
    (">=", Op::GreaterOrEqual),
];
const SUMS: [(&str, Op); 2] = [("+", Op::Add), ("-", Op::Subtract)];
const PRODUCTS: [(&str, Op); 3] = [("*", Op::Multiply), ("/", Op::Divide), ("%", Op::Remainder)];

impl Parser<'_> {
    fn choose(&mut self) -> Result<Node, ExprError> {
        self.deeper(|parser| {
            let test = parser.or()?;
            let Some(at) = parser.accept("?") else {
                return Ok(test);
            };
            let yes = parser.or()?;
            parser.expect(":")?;
            let no = parser.choose()?;
            parser.node(at, Kind::Choose(Box::new([test, yes, no])))
        })
    }

    fn or(&mut self) -> Result<Node, ExprError> {
        let mut left = self.and()?;
        while let Some(at) = self.accept("||") {
            let right = self.and()?;
            left = self.node(at, Kind::Or(Box::new([left, right])))?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Node, ExprError> {
        let mut left = self.relation()?;
        while let Some(at) = self.accept("&&") {
            let right = self.relation()?;
            left = self.node(at, Kind::And(Box::new([left, right])))?;
        }
        Ok(left)
    }

    fn relation(&mut self) -> Result<Node, ExprError> {
        let mut left = self.sum()?;
        while let Some((at, op)) = self.accept_op(&RELATIONS).or_else(|| self.accept_in()) {
            let right = self.sum()?;
            left = self.node(at, Kind::Binary(op, Box::new([left, right])))?;
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<Node, ExprError> {
        let mut left = self.product()?;
        while let Some((at, op)) = self.accept_op(&SUMS) {
            let right = self.product()?;
            left = self.node(at, Kind::Binary(op, Box::new([left, right])))?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Node, ExprError> {
        let mut left = self.unary()?;
        while let Some((at, op)) = self.accept_op(&PRODUCTS) {
            let right = self.unary()?;
            left = self.node(at, Kind::Binary(op, Box::new([left, right])))?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Node, ExprError> {
        if let Some(at) = self.accept("!") {
            let of = self.deeper(Self::unary)?;
            return self.node(at, Kind::Not(Box::new(of)));
        }
        let Some(at) = self.accept("-") else {
            return self.postfix();
        };
        if let (_, Token::Int(magnitude)) = self.peek() {
            self.next += 1;
            return match 0_i64.checked_sub_unsigned(magnitude) {
                Some(value) => self.node(at, Kind::Int(value)),
                None => Err(ExprError::new(at, "the number does not fit 64 bits")),
            };
        }
        let of = self.deeper(Self::unary)?;
        self.node(at, Kind::Negate(Box::new(of)))
    }

    fn postfix(&mut self) -> Result<Node, ExprError> {
        let mut node = self.primary()?;
        loop {
            if self.accept(".").is_some() {
                node = self.member(node)?;
            } else if let Some(at) = self.accept("[") {
                let index = self.choose()?;
                self.expect("]")?;
                node = self.node(at, Kind::Index(Box::new([node, index])))?;
            } else {
                return Ok(node);
            }
        }
    }

    fn member(&mut self, of: Node) -> Result<Node, ExprError> {
        let (at, token) = self.peek();
        let Token::Ident(name) = token else {
            let error = ExprError::new(
                at,
                format!(
                    "a field's name is wanted after the dot, found {}",
                    token.describe()
                ),
            );
            return Err(if token == Token::Sign("?") {
                error.help("optional values are not used; guard with has(…) && …")
            } else {
                error
            });
        };
        self.next += 1;
        if self.accept("(").is_none() {
            return self.node(at, Kind::Select(Box::new(of), name.into()));
        }
        match FoldKind::ALL.iter().find(|(known, _)| *known == name) {
            Some((_, kind)) => self.fold(at, *kind, of),
            None => self.call(at, &name, Some(of)),
        }
    }

    fn fold(&mut self, at: usize, kind: FoldKind, range: Node) -> Result<Node, ExprError> {
        let (name_at, token) = self.peek();
        let Token::Ident(variable) = token else {
            return Err(ExprError::new(
                name_at,
                format!(
                    "{}() wants a variable's name first, found {}",
                    kind.name(),
                    token.describe()
                ),
            )
            .help(format!("for example: .{}(x, x.name != \"\")", kind.name())));
        };
        if variable == self.subject || variable == "params" || self.locals.contains(&variable) {
            return Err(ExprError::new(
                name_at,
                format!("`{variable}` already means something else here"),
            )
            .help("choose another name for the macro's variable"));
        }
        self.next += 1;
        self.expect(",")?;
        self.locals.push(variable.clone());
        let body = self.choose()?;
        self.locals.pop();
        self.expect(")")?;
        let fold = Fold {
            kind,
            range,
            variable: variable.into(),
            body,
        };
        self.node(at, Kind::Fold(Box::new(fold)))
    }

    fn node(&mut self, at: usize, kind: Kind) -> Result<Node, ExprError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(ExprError::new(at, "the expression is too large")
                .help("split it into several assertions"));
        }
        Ok(Node { at, kind })
    }

    fn deeper<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, ExprError>,
    ) -> Result<T, ExprError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ExprError::new(
                self.peek().0,
                "the expression is nested too deeply",
            ));
        }
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn peek(&self) -> (usize, Token) {
        self.tokens
            .get(self.next)
            .cloned()
            .unwrap_or((0, Token::End))
    }

    fn accept(&mut self, sign: &str) -> Option<usize> {
        match self.tokens.get(self.next) {
            Some((at, Token::Sign(found))) if *found == sign => {
                self.next += 1;
                Some(*at)
            }
            _ => None,
        }
    }

    fn accept_op(&mut self, ops: &[(&str, Op)]) -> Option<(usize, Op)> {
        ops.iter()
            .find_map(|(sign, op)| self.accept(sign).map(|at| (at, *op)))
    }

    fn accept_in(&mut self) -> Option<(usize, Op)> {
        match self.tokens.get(self.next) {
            Some((at, Token::Ident(name))) if name == "in" => {
                self.next += 1;
                Some((*at, Op::In))
            }
            _ => None,
        }
    }

    fn expect(&mut self, sign: &str) -> Result<usize, ExprError> {
        self.accept(sign).ok_or_else(|| {
            let (at, token) = self.peek();
            ExprError::new(
                at,
                format!("`{sign}` is wanted here, found {}", token.describe()),
            )
        })
    }
}
