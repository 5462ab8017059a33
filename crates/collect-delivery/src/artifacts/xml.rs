//! XML as reports use it, one element at a time: no external entities, no expansion, bounded
//! depth, and an end that is really there.

use super::broken::Broken;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use std::io::BufRead;

/// The deepest element.
const DEEPEST: usize = 256;
/// The longest text of one element that is kept, in bytes.
const LONGEST_TEXT: usize = 4 << 10;

/// What comes next in a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// An element begins; an empty one ends at once.
    Start(Element),
    /// An element ends.
    End(String),
    /// Text within an element, shortened.
    Text(String),
    /// The document ends, every element closed.
    Eof,
}

/// The beginning of an element.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Element {
    /// The name without its prefix.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of an attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A whole number in an attribute. What is no number counts as not given.
    pub(crate) fn count(&self, name: &str) -> Option<i64> {
        self.get(name)?.trim().parse().ok()
    }
}

/// A document that is read once.
pub(crate) struct Xml<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    depth: usize,
    line: u64,
    seen_root: bool,
}

impl<R: BufRead> Xml<R> {
    /// Reads from `source`.
    pub(crate) fn new(source: R) -> Self {
        let mut reader = Reader::from_reader(source);
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            depth: 0,
            line: 1,
            seen_root: false,
        }
    }

    /// The line on which the last node began.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The next node.
    ///
    /// # Errors
    ///
    /// When the document is not well-formed, ends in the middle, declares entities or is too deep.
    pub(crate) fn next(&mut self) -> Result<Node, Broken> {
        loop {
            self.buffer.clear();
            let line = self.line;
            let event = self
                .reader
                .read_event_into(&mut self.buffer)
                .map_err(|error| failed(line, &error))?;
            self.line += event.bytes().filter(|byte| *byte == b'\n').count() as u64;
            match event {
                Event::Start(start) => {
                    let element = element(&start, line)?;
                    self.depth += 1;
                    self.seen_root = true;
                    if self.depth > DEEPEST {
                        let what = format!("elements are more than {DEEPEST} deep");
                        return Err(Broken::unparsed(line, what));
                    }
                    return Ok(Node::Start(element));
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Node::End(end.local_name().as_ref().to_owned()));
                }
                Event::Text(text) if self.depth > 0 => {
                    return Ok(Node::Text(shortened(&text)));
                }
                Event::CData(text) => return Ok(Node::Text(shortened(&text))),
                Event::DocType(text) if text.contains('[') || text.contains("<!ENTITY") => {
                    let what = "it declares a document type of its own, which is not read";
                    return Err(Broken::unparsed(line, what));
                }
                Event::GeneralRef(reference) => {
                    let known = ["lt", "gt", "amp", "apos", "quot"];
                    let name: &str = &reference;
                    if !name.starts_with('#') && !known.contains(&name) {
                        let what = format!("the entity &{name}; is not declared");
                        return Err(Broken::unparsed(line, what));
                    }
                }
                Event::Eof if self.depth > 0 || !self.seen_root => {
                    let what = "it ends in the middle";
                    return Err(Broken::unparsed(line, what));
                }
                Event::Eof => return Ok(Node::Eof),
                Event::Text(text) if !text.trim().is_empty() => {
                    return Err(Broken::unparsed(
                        line,
                        "there is text outside the root element",
                    ));
                }
                Event::Text(_)
                | Event::Empty(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_) => {}
            }
        }
    }
}

fn element(start: &BytesStart<'_>, line: u64) -> Result<Element, Broken> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute =
            attribute.map_err(|error| Broken::unparsed(line, format!("an attribute: {error}")))?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| failed(line, &error))?;
        let key = attribute.key.local_name().as_ref().to_owned();
        attributes.push((key, value.into_owned()));
    }
    Ok(Element {
        name: start.local_name().as_ref().to_owned(),
        attributes,
    })
}

fn failed(line: u64, error: &quick_xml::Error) -> Broken {
    if let quick_xml::Error::Io(error) = error {
        let mut broken = Broken::from(std::io::Error::new(error.kind(), error.to_string()));
        broken.line = Some(line);
        return broken;
    }
    Broken::unparsed(line, format!("it is no well-formed XML: {error}"))
}

fn shortened(text: &str) -> String {
    let mut end = text.len().min(LONGEST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Node, Xml};

    fn outcome(text: &str) -> Result<Vec<String>, String> {
        let mut xml = Xml::new(text.as_bytes());
        let mut names = Vec::new();
        loop {
            match xml.next() {
                Ok(Node::Start(element)) => names.push(element.name),
                Ok(Node::Eof) => return Ok(names),
                Ok(Node::End(_) | Node::Text(_)) => {}
                Err(broken) => return Err(broken.to_string()),
            }
        }
    }

    #[test]
    fn what_is_whole_is_read_and_nothing_else() {
        assert_eq!(
            outcome("<?xml version='1.0'?><a><x:b/>t</a>\n").unwrap(),
            ["a", "b"]
        );
        let jacoco = "<!DOCTYPE report PUBLIC \"-//JACOCO//DTD\" \"report.dtd\"><report/>";
        assert_eq!(outcome(jacoco).unwrap(), ["report"]);
        for (text, part) in [
            ("", "ends in the middle"),
            ("<a>", "ends in the middle"),
            ("<a>\n<b></a>", "line 2: it is no well-formed XML"),
            ("<a", "well-formed"),
            ("<a x=1/>", "an attribute"),
            ("<a>&e;</a>", "&e; is not declared"),
            ("<a x='&e;'/>", "well-formed"),
            (
                "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
                "document type of its own",
            ),
            ("<a/>rest", "outside the root"),
        ] {
            let found = outcome(text).unwrap_err();
            assert!(found.contains(part), "{text}: {found}");
        }
        let deep = "<a>".repeat(300);
        assert!(outcome(&deep).unwrap_err().contains("deep"));
    }
}
