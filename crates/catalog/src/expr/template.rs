//! Messages with `{expression}` placeholders; `{{` and `}}` stand for the braces themselves.

use super::{ExprError, Node, parse};

/// A part of a message.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(String),
    /// A placeholder and the byte offset of its expression in the message.
    Value {
        offset: usize,
        node: Node,
    },
}

/// Splits `message` into its parts.
pub(crate) fn parse_template(message: &str, subject: &str) -> Result<Vec<Piece>, ExprError> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = message;
    while let Some(index) = rest.find(['{', '}']) {
        let at = message.len() - rest.len() + index;
        let (before, from) = rest.split_at(index);
        text.push_str(before);
        if let Some(after) = from.strip_prefix("{{") {
            text.push('{');
            rest = after;
        } else if let Some(after) = from.strip_prefix("}}") {
            text.push('}');
            rest = after;
        } else if let Some(inner) = from.strip_prefix('{') {
            let end = closing(inner).ok_or_else(|| {
                ExprError::new(at, "the placeholder has no closing brace")
                    .help("a brace that is meant as itself is written twice: {{")
            })?;
            let (source, after) = inner.split_at(end);
            let node = parse(source, subject).map_err(|error| error.shifted(at + 1))?;
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(Piece::Value {
                offset: at + 1,
                node,
            });
            rest = after.strip_prefix('}').unwrap_or(after);
        } else {
            return Err(ExprError::new(at, "a closing brace without an opening one")
                .help("a brace that is meant as itself is written twice: }}"));
        }
    }
    text.push_str(rest);
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

/// Where the placeholder ends: at the first brace outside a quoted text.
fn closing(inner: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (index, char) in inner.char_indices() {
        match (quote, char) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if char == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(char),
            (None, '}') => return Some(index),
            (None, _) => {}
        }
    }
    None
}
