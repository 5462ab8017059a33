//! Markdown (CommonMark with GitHub's tables, and front matter) to a [`Document`].

use super::text::{Document, Section, anchor, words};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Languages of diagrams in code blocks.
const DIAGRAMS: [&str; 8] = [
    "mermaid",
    "plantuml",
    "puml",
    "dot",
    "graphviz",
    "d2",
    "structurizr",
    "ditaa",
];

/// Reads a text; whatever it holds, it is some Markdown.
pub(crate) fn read(text: &str) -> Document {
    let (front, start) = front_matter(text);
    let body = text.get(start..).unwrap_or_default();
    let mut reader = Reader::new(body, text.get(..start).unwrap_or_default().lines().count());
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        let line = reader.line(range.start);
        reader.take(event, line);
    }
    reader.document.front = front;
    reader.document
}

/// The keys of YAML front matter that are plain texts or lists of them (joined by commas), and where the
/// body begins.
fn front_matter(text: &str) -> (std::collections::BTreeMap<String, String>, usize) {
    let none = (std::collections::BTreeMap::new(), 0);
    let Some(rest) = text.strip_prefix("---\n") else {
        return none;
    };
    let Some(end) = rest.find("\n---") else {
        return none;
    };
    let mut pairs: std::collections::BTreeMap<String, String> = Default::default();
    let mut last = String::new();
    for line in rest.get(..end).unwrap_or_default().lines() {
        let bare = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
        if let Some(entry) = line.trim_start().strip_prefix("- ") {
            // An entry of a list, which belongs to the key above it.
            if let Some(value) = pairs.get_mut(&last) {
                let comma = if value.is_empty() { "" } else { ", " };
                *value = format!("{value}{comma}{}", bare(entry));
            }
        } else if let Some((key, value)) = line.split_once(':')
            && !key.starts_with([' ', '-', '#'])
        {
            last = key.trim().to_lowercase();
            pairs.insert(last.clone(), bare(value));
        }
    }
    (pairs, 4 + end + 4)
}

/// Whether a block of code is a drawing: boxes and arrows made of characters.
fn is_drawn(text: &str) -> bool {
    let is_line = |c: &char| ('\u{2500}'..='\u{257f}').contains(c) || "→←↔▶◀▼▲".contains(*c);
    let arrows = ["-->", "<--", "==>", "+--"].map(|arrow| text.matches(arrow).count());
    text.chars().filter(is_line).count() >= 4 || arrows.iter().sum::<usize>() >= 3
}

struct Reader {
    document: Document,
    /// Where each line of the body begins.
    starts: Vec<usize>,
    before: usize,
    heading: Option<String>,
    /// Open lists: whether each is numbered.
    lists: Vec<bool>,
    /// Open items: whether each is numbered, and how long text and commands were before it.
    items: Vec<(bool, usize, i64)>,
    in_code: bool,
    in_cell: bool,
}

impl Reader {
    fn new(body: &str, before: usize) -> Self {
        let starts = std::iter::once(0).chain(body.match_indices('\n').map(|(at, _)| at + 1));
        Self {
            document: Document {
                sections: vec![Section::default()],
                ..Document::default()
            },
            starts: starts.collect(),
            before,
            heading: None,
            lists: Vec::new(),
            items: Vec::new(),
            in_code: false,
            in_cell: false,
        }
    }

    fn line(&self, at: usize) -> u32 {
        let line = self.starts.partition_point(|start| *start <= at) + self.before;
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    fn section(&mut self) -> &mut Section {
        if self.document.sections.is_empty() {
            self.document.sections.push(Section::default());
        }
        let last = self.document.sections.len() - 1;
        #[expect(
            clippy::indexing_slicing,
            reason = "one was pushed above where there was none"
        )]
        &mut self.document.sections[last]
    }

    fn take(&mut self, event: Event<'_>, line: u32) {
        match event {
            Event::Start(tag) => self.start(tag, line),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => {
                if self.lists.contains(&true) {
                    self.section().commands += 1;
                }
                // `<name>` in code is the argument of a command, and no blank of a template.
                self.text(&code.replace('<', "‹").replace('>', "›").replace("{{", "‹‹"));
            }
            Event::TaskListMarker(_) => self.document.boxes += 1,
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, line: u32) {
        match tag {
            Tag::Heading { level, id, .. } => {
                self.heading = Some(String::new());
                self.document.anchors.extend(id.map(|id| id.to_string()));
                self.document.sections.push(Section {
                    level: match level {
                        HeadingLevel::H1 => 1,
                        HeadingLevel::H2 => 2,
                        HeadingLevel::H3 => 3,
                        HeadingLevel::H4 => 4,
                        HeadingLevel::H5 => 5,
                        HeadingLevel::H6 => 6,
                    },
                    line,
                    ..Section::default()
                });
            }
            Tag::CodeBlock(kind) => {
                self.in_code = true;
                let language = match &kind {
                    CodeBlockKind::Fenced(language) => language.to_lowercase(),
                    CodeBlockKind::Indented => String::new(),
                };
                let language = language
                    .split([' ', ',', '{'])
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                if DIAGRAMS.contains(&language.as_str()) {
                    self.section().diagrams += 1;
                } else {
                    self.section().commands += 1;
                }
            }
            Tag::List(first) => self.lists.push(first.is_some()),
            Tag::Item => {
                let is_step = self.lists.last() == Some(&true);
                let section = self.section();
                section.text.push('\n');
                let begun = (section.text.len(), section.commands);
                self.items.push((is_step, begun.0, begun.1));
            }
            Tag::Table(_) => self.section().tables.push(Vec::new()),
            Tag::TableHead | Tag::TableRow => {
                self.section().text.push('\n');
                if let Some(table) = self.section().tables.last_mut() {
                    table.push(Vec::new());
                }
            }
            Tag::TableCell => {
                self.in_cell = true;
                if let Some(row) = self
                    .section()
                    .tables
                    .last_mut()
                    .and_then(|table| table.last_mut())
                {
                    row.push(String::new());
                }
            }
            Tag::Link { dest_url, .. } => self.document.links.push((line, dest_url.to_string())),
            Tag::Image { dest_url, .. } => {
                self.section().picture(&dest_url);
                self.document.links.push((line, dest_url.to_string()));
            }
            Tag::Paragraph => self.section().text.push('\n'),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                if let Some(heading) = self.heading.take() {
                    let heading = heading.trim().to_owned();
                    let mut name = anchor(&heading);
                    let mut twin = 0;
                    // Of two equal headings the second gets `-1`.
                    while self.document.anchors.contains(&name) {
                        twin += 1;
                        name = format!("{}-{twin}", anchor(&heading));
                    }
                    self.document.anchors.insert(name);
                    self.section().heading = heading;
                }
            }
            TagEnd::Item => self.item_ends(),
            TagEnd::CodeBlock => self.in_code = false,
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::TableCell => {
                self.in_cell = false;
                self.section().text.push_str(" | ");
            }
            _ => {}
        }
    }

    /// A numbered item is a step if something stands in it.
    fn item_ends(&mut self) {
        let Some((is_step, length, commands)) = self.items.pop() else {
            return;
        };
        let section = self.section();
        let said = section.text.get(length..).unwrap_or_default();
        let filled = words(said).next().is_some() || section.commands > commands;
        section.steps += i64::from(is_step && filled);
    }

    fn text(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading {
            heading.push_str(text);
            return;
        }
        if self.in_code {
            self.section().diagrams += i64::from(is_drawn(text));
            return;
        }
        let in_cell = self.in_cell;
        let section = self.section();
        section.text.push_str(text);
        if in_cell
            && let Some(cell) = section
                .tables
                .last_mut()
                .and_then(|table| table.last_mut())
                .and_then(|row| row.last_mut())
        {
            cell.push_str(text);
        }
    }

    /// `<a id="x">` and `<a name="x">` are anchors; `<img>` is a picture.
    fn html(&mut self, html: &str) {
        for attribute in ["id=\"", "name=\""] {
            for (at, _) in html.match_indices(attribute) {
                let rest = html.get(at + attribute.len()..).unwrap_or_default();
                let name = rest.split('"').next().unwrap_or_default();
                self.document.anchors.insert(name.to_owned());
            }
        }
        for (at, _) in html.match_indices("<img ") {
            let rest = html.get(at..).unwrap_or_default();
            let tag = rest.split('>').next().unwrap_or_default();
            let source = tag.split_once("src=").map_or("", |(_, source)| source);
            let source = source.split(['"', '\'']).nth(1).unwrap_or_default();
            self.section().picture(source);
        }
    }
}
