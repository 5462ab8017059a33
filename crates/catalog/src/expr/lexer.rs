//! Characters to tokens, each with its byte offset.

use super::ExprError;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Ident(String),
    /// The magnitude of a whole number; the sign is an operator.
    Int(u64),
    Text(String),
    /// An operator or a bracket.
    Sign(&'static str),
    End,
}

impl Token {
    /// The token as an error message names it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Ident(name) => format!("`{name}`"),
            Self::Int(value) => format!("`{value}`"),
            Self::Text(_) => "a text".to_owned(),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end".to_owned(),
        }
    }
}

// Longer signs stand before their own beginnings.
const SIGNS: [&str; 25] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",",
    "(", ")", "[", "]", "{", "}", ";",
];

/// Splits `source` into tokens with their byte offsets; the last one is [`Token::End`].
pub(crate) fn tokens(source: &str) -> Result<Vec<(usize, Token)>, ExprError> {
    let mut out = Vec::with_capacity(source.len() / 3 + 1);
    let mut rest = source;
    loop {
        rest = skip_blank(rest);
        let at = source.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            out.push((at, Token::End));
            return Ok(out);
        };
        let (token, after) = if first.is_ascii_digit() {
            number(rest, at)?
        } else if let Some((raw, quoted)) = text_start(rest) {
            text(quoted, raw, at)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            let (name, after) = split_while(rest, |c| c.is_ascii_alphanumeric() || c == '_');
            (Token::Ident(name.to_owned()), after)
        } else {
            sign(rest, first, at)?
        };
        out.push((at, token));
        rest = after;
    }
}

fn skip_blank(mut rest: &str) -> &str {
    loop {
        rest = rest.trim_start();
        match rest.strip_prefix("//") {
            Some(comment) => rest = comment.split_once('\n').map_or("", |(_, after)| after),
            None => return rest,
        }
    }
}

fn split_while(text: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !keep(c)).unwrap_or(text.len());
    text.split_at(end)
}

fn sign(rest: &str, first: char, at: usize) -> Result<(Token, &str), ExprError> {
    for sign in SIGNS {
        if let Some(after) = rest.strip_prefix(sign) {
            return Ok((Token::Sign(sign), after));
        }
    }
    let error = ExprError::new(at, format!("`{first}` is not part of an expression"));
    Err(match first {
        '=' => error.help("equality is written `==`"),
        '&' => error.help("and is written `&&`"),
        '|' => error.help("or is written `||`"),
        '“' | '”' | '‘' | '’' => error.help("texts stand in straight quotes: \"…\""),
        _ => error,
    })
}

fn number(rest: &str, at: usize) -> Result<(Token, &str), ExprError> {
    let (digits, radix, after) = match rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")) {
        Some(hex) => {
            let (digits, after) = split_while(hex, |c| c.is_ascii_hexdigit());
            (digits, 16, after)
        }
        None => {
            let (digits, after) = split_while(rest, |c| c.is_ascii_digit());
            (digits, 10, after)
        }
    };
    let mut following = after.chars();
    match (following.next(), following.next()) {
        (Some('u' | 'U'), _) => {
            return Err(ExprError::new(at, "unsigned numbers are not used")
                .help("facts hold signed numbers; leave the `u` out"));
        }
        (Some('.'), Some('0'..='9')) | (Some('e' | 'E'), _) => {
            return Err(ExprError::new(at, "numbers with a fraction are not used")
                .help("facts hold whole numbers; use a smaller unit"));
        }
        _ => {}
    }
    u64::from_str_radix(digits, radix)
        .map(|value| (Token::Int(value), after))
        .map_err(|_| ExprError::new(at, "the number does not fit 64 bits"))
}

/// Whether a text begins here, and if so whether it is raw, and what follows the prefix.
fn text_start(rest: &str) -> Option<(bool, &str)> {
    let raw = rest.strip_prefix(['r', 'R']);
    let quoted = raw.unwrap_or(rest);
    quoted
        .starts_with(['"', '\''])
        .then_some((raw.is_some(), quoted))
}

fn text(quoted: &str, raw: bool, at: usize) -> Result<(Token, &str), ExprError> {
    let mut chars = quoted.char_indices();
    let quote = chars.next().map_or('"', |(_, quote)| quote);
    let mut value = String::new();
    while let Some((index, char)) = chars.next() {
        match char {
            _ if char == quote => {
                let after = quoted.get(index + char.len_utf8()..).unwrap_or("");
                return Ok((Token::Text(value), after));
            }
            '\\' if !raw => value.push(match chars.next().map(|(_, escaped)| escaped) {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some(same @ ('\\' | '"' | '\'' | '`' | '?')) => same,
                _ => {
                    return Err(ExprError::new(at, "unknown escape in a text")
                        .help("known are \\n \\r \\t \\\\ \\\" \\'"));
                }
            }),
            _ => value.push(char),
        }
    }
    Err(ExprError::new(
        at,
        format!("the text has no closing {quote}"),
    ))
}
