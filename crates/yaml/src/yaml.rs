//! From the events of the YAML parser to a tree.

use crate::scalar::Dialect;
use crate::tree::{Budget, Builder, Key};
use crate::{Document, Position, Problem};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};
use serde_json::Value;
use std::borrow::Cow;

/// Reads every document of `text`, whose first line is line `first` of the file. Stops at the
/// first fault of the syntax; the documents before it are kept.
pub(crate) fn read(
    text: &str,
    first: u32,
    dialect: Dialect,
    budget: &mut Budget,
    documents: &mut Vec<Document>,
    problems: &mut Vec<Problem>,
) {
    let mut text = Cow::Borrowed(text);
    let mut effort = 0_usize;
    let before = (documents.len(), problems.len(), *budget);
    loop {
        effort = effort.saturating_add(text.len());
        let Err(problem) = attempt(&text, first, dialect, budget, documents, problems) else {
            return;
        };
        let mended = match effort {
            0..MOST_EFFORT => mend_closer(&text, first, &problem),
            _ => None,
        };
        let Some(mended) = mended else {
            problems.push(problem);
            return;
        };
        text = Cow::Owned(mended);
        documents.truncate(before.0);
        problems.truncate(before.1);
        *budget = before.2;
    }
}

fn attempt(
    text: &str,
    first: u32,
    dialect: Dialect,
    budget: &mut Budget,
    documents: &mut Vec<Document>,
    problems: &mut Vec<Problem>,
) -> Result<(), Problem> {
    let mut parser = Parser::new_from_str(text);
    loop {
        let mut builder = Builder::new(budget);
        let outcome = document(&mut parser, &mut builder, first, dialect);
        let (document, more) = builder.finish();
        problems.extend(more);
        match outcome? {
            End::Document => documents.extend(document),
            End::Stream => return Ok(()),
        }
    }
}

/// What the parser says of a line that stands too far left.
const TOO_FAR_LEFT: &str = "invalid indentation";

/// Bytes read in all while closing brackets are mended, so that a text of nothing else ends.
const MOST_EFFORT: usize = 64 << 20;

/// The text with one closing bracket moved to the right, where the parser stumbled over it.
///
/// YAML 1.2 §7.4 wants a flow collection indented throughout, and the parser holds to that; every
/// reader that Kubernetes is used with takes a `]` or `}` below its key, and people write it. A
/// block line cannot begin with either, so that nothing else changes its meaning.
fn mend_closer(text: &str, first: u32, problem: &Problem) -> Option<String> {
    if !problem.message.ends_with(TOO_FAR_LEFT) {
        return None;
    }
    let number = usize::try_from(problem.position.line.checked_sub(first)?).ok()?;
    let mut offset = 0;
    let mut inner = 0_usize;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let content = line.trim();
        if index == number {
            let by = (inner + 1).saturating_sub(indent).max(1);
            let closes = content.starts_with([']', '}']);
            return closes.then(|| {
                let (before, after) = text.split_at(offset);
                format!("{before}{}{after}", " ".repeat(by))
            });
        }
        if !content.is_empty() {
            inner = indent;
        }
        offset += line.len();
    }
    None
}

enum End {
    Document,
    Stream,
}

type Events<'t> = Parser<'t, saphyr_parser::StrInput<'t>>;

fn document(
    parser: &mut Events<'_>,
    builder: &mut Builder<'_>,
    first: u32,
    dialect: Dialect,
) -> Result<End, Problem> {
    let mut open = 0_usize;
    while let Some(event) = parser.next_event() {
        let (event, span) =
            event.map_err(|error| syntax(error.info(), place(error.marker(), first)))?;
        let at = place(&span.start, first);
        match event {
            Event::StreamEnd => return Ok(End::Stream),
            Event::DocumentEnd => return Ok(End::Document),
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
            Event::Alias(id) => builder.alias(id, at)?,
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = Scalar {
                    text,
                    style,
                    anchor,
                    tag,
                };
                // A document without any content is none.
                if open > 0 || !scalar.is_nothing() {
                    scalar.put(builder, at, dialect)?;
                }
            }
            Event::SequenceStart(anchor, _) => {
                open += 1;
                builder.begin_list(at, anchor)?;
            }
            Event::MappingStart(anchor, _) => {
                open += 1;
                builder.begin_map(at, anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                open = open.saturating_sub(1);
                builder.end()?;
            }
        }
    }
    Ok(End::Stream)
}

struct Scalar<'t> {
    text: Cow<'t, str>,
    style: ScalarStyle,
    anchor: usize,
    tag: Option<Cow<'t, Tag>>,
}

impl Scalar<'_> {
    fn is_nothing(&self) -> bool {
        self.text.is_empty() && self.style == ScalarStyle::Plain && self.tag.is_none()
    }

    fn put(self, builder: &mut Builder<'_>, at: Position, dialect: Dialect) -> Result<(), Problem> {
        if !builder.wants_key() {
            let anchor = self.anchor;
            return builder.scalar(self.value(at, dialect)?, at, anchor);
        }
        if self.style == ScalarStyle::Plain && self.tag.is_none() && self.text == "<<" {
            return builder.key(Key::Merge, at);
        }
        let name = self.name(at, dialect)?;
        if self.anchor != 0 {
            builder.anchor_key(&name, at, self.anchor);
        }
        builder.key(Key::Name(name), at)
    }

    /// The scalar as a key. Kubernetes turns every scalar but null into a string; elsewhere the
    /// key is what is written.
    fn name(&self, at: Position, dialect: Dialect) -> Result<String, Problem> {
        let text = &*self.text;
        if self.style != ScalarStyle::Plain || self.tag.is_some() {
            return Ok(text.to_owned());
        }
        match dialect.resolve(text) {
            Some(Value::Null) => {
                let help = "write the key in quotes if it is meant as a word";
                Err(Problem::new(at, "a key is empty or null").help(help))
            }
            Some(Value::Bool(value)) if dialect == Dialect::Kubernetes => Ok(value.to_string()),
            Some(Value::Number(value)) if dialect == Dialect::Kubernetes && !value.is_f64() => {
                Ok(value.to_string())
            }
            _ => Ok(text.to_owned()),
        }
    }

    fn value(self, at: Position, dialect: Dialect) -> Result<Value, Problem> {
        let unfit = |text: &str| {
            let help = "write it in quotes if it is meant as a word";
            Problem::new(at, format!("`{text}` is no number that JSON can hold")).help(help)
        };
        let Some(tag) = &self.tag else {
            return if self.style == ScalarStyle::Plain {
                dialect.resolve(&self.text).ok_or_else(|| unfit(&self.text))
            } else {
                Ok(Value::String(self.text.into_owned()))
            };
        };
        if !tag.is_yaml_core_schema() {
            // A local tag (`!Ref`) does not change what JSON can carry: the text.
            return Ok(Value::String(self.text.into_owned()));
        }
        let resolved = || dialect.resolve(&self.text).ok_or_else(|| unfit(&self.text));
        let fits = |value: &Value| match tag.suffix.as_str() {
            "int" => value.is_i64() || value.is_u64(),
            "float" => value.is_number(),
            "bool" => value.is_boolean(),
            _ => value.is_null(),
        };
        match tag.suffix.as_str() {
            "int" | "float" | "bool" | "null" => {
                let value = resolved()?;
                if fits(&value) {
                    return Ok(value);
                }
                let message = format!("`{}` is no `!!{}`", self.text, tag.suffix);
                Err(Problem::new(at, message))
            }
            _ => Ok(Value::String(self.text.into_owned())),
        }
    }
}

fn place(marker: &Marker, first: u32) -> Position {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    Position {
        line: number(marker.line())
            .saturating_add(first)
            .saturating_sub(1),
        column: number(marker.col()).saturating_add(1),
    }
}

/// The parser's complaint, with a word of help for the commonest causes.
fn syntax(info: &str, at: Position) -> Problem {
    let problem = Problem::new(at, format!("not valid YAML: {}", lower_first(info)));
    if info.contains("tab") {
        return problem.help("indent with spaces; YAML forbids tabs there");
    }
    if info.contains("mapping values are not allowed") {
        return problem.help("put a text that holds `: ` in quotes, or check the indentation");
    }
    if info.contains("unknown anchor") {
        return problem.help("define the anchor (`&name`) before the alias, in the same document");
    }
    if info.contains("cannot start any token") || info.contains("unexpected character") {
        return problem.help("put a text that begins with a special character in quotes");
    }
    problem
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(characters).collect()
    })
}
