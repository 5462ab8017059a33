//! Literals, names and calls.

use super::Parser;
use crate::expr::ExprError;
use crate::expr::lexer::Token;
use crate::expr::node::{FoldKind, Function, Kind, Node};
use seaworthy_yaml::suggest;

impl Parser<'_> {
    pub(super) fn call(
        &mut self,
        at: usize,
        name: &str,
        receiver: Option<Node>,
    ) -> Result<Node, ExprError> {
        let method = receiver.is_some();
        let mut args: Vec<Node> = receiver.into_iter().collect();
        if self.accept(")").is_none() {
            loop {
                args.push(self.choose()?);
                if self.accept(",").is_none() {
                    break;
                }
            }
            self.expect(")")?;
        }
        let Some((_, function)) = Function::ALL.iter().find(|(known, _)| *known == name) else {
            return Err(unknown_function(at, name));
        };
        if args.len() != function.arity() {
            let given = args.len() - usize::from(method);
            let wanted = function.arity().saturating_sub(usize::from(method));
            return Err(ExprError::new(
                at,
                format!("{name}() takes {wanted} argument(s) here, found {given}"),
            ));
        }
        self.node(at, Kind::Call(*function, args))
    }

    pub(super) fn primary(&mut self) -> Result<Node, ExprError> {
        let (at, token) = self.peek();
        self.next += 1;
        match token {
            Token::Int(value) => match i64::try_from(value) {
                Ok(value) => self.node(at, Kind::Int(value)),
                Err(_) => Err(ExprError::new(at, "the number does not fit 64 bits")),
            },
            Token::Text(value) => self.node(at, Kind::Text(value.into())),
            Token::Sign("(") => {
                let inner = self.choose()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Sign("[") => self.list(at),
            Token::Sign("{") => Err(ExprError::new(at, "map literals are not used")),
            Token::Ident(name) => self.name(at, &name),
            Token::Sign(_) | Token::End => Err(ExprError::new(
                at,
                format!("a value is wanted here, found {}", token.describe()),
            )),
        }
    }

    fn list(&mut self, at: usize) -> Result<Node, ExprError> {
        let mut items = Vec::new();
        while self.accept("]").is_none() {
            items.push(self.choose()?);
            if self.accept(",").is_none() {
                self.expect("]")?;
                break;
            }
        }
        self.node(at, Kind::List(items))
    }

    fn name(&mut self, at: usize, name: &str) -> Result<Node, ExprError> {
        let kind = match name {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => {
                return Err(ExprError::new(at, "null is not used")
                    .help("an absent field is left out of the fact: ask has(…)"));
            }
            _ if self.accept("(").is_some() => {
                return match name {
                    "has" => self.has(at),
                    _ => self.call(at, name, None),
                };
            }
            "params" => Kind::Params,
            _ if name == self.subject => Kind::Subject(name.into()),
            _ => match self.locals.iter().rev().position(|local| local == name) {
                Some(up) => Kind::Local {
                    name: name.into(),
                    up,
                },
                None => return Err(self.unknown_name(at, name)),
            },
        };
        self.node(at, kind)
    }

    fn has(&mut self, at: usize) -> Result<Node, ExprError> {
        let of = self.choose()?;
        self.expect(")")?;
        let Kind::Select(of_field, field) = of.kind else {
            return Err(
                ExprError::new(at, format!("has() wants a field, found `{of}`"))
                    .help("for example: has(workload.autoscaler)"),
            );
        };
        self.node(of.at, Kind::Has(of_field, field))
    }

    fn unknown_name(&self, at: usize, name: &str) -> ExprError {
        let known = self
            .locals
            .iter()
            .map(String::as_str)
            .chain([self.subject, "params"]);
        let help = match suggest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here are `{}` (the fact) and `params`", self.subject),
        };
        ExprError::new(at, format!("unknown name `{name}`")).help(help)
    }
}

fn unknown_function(at: usize, name: &str) -> ExprError {
    let known = Function::ALL
        .iter()
        .map(|(known, _)| *known)
        .chain(FoldKind::ALL.iter().map(|(known, _)| *known))
        .chain(["has"]);
    let help = match (name, suggest(name, known)) {
        ("matches", _) => {
            "regular expressions are not used in probes; let the collector tell, or use \
             startsWith, endsWith, contains"
                .to_owned()
        }
        (_, Some(near)) => format!("did you mean `{near}`?"),
        (_, None) => "known are has, all, exists, exists_one, filter, map, size, contains, \
                      startsWith, endsWith, lowerAscii, join, string"
            .to_owned(),
    };
    ExprError::new(at, format!("unknown function `{name}`")).help(help)
}
