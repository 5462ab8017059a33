//! AsciiDoc and reStructuredText to a [`Document`], by their lines: headings, numbered items,
//! code, tables, pictures and links. What a processor would include or substitute is not seen.

use super::text::{Document, Section, anchor};
use regex::Regex;
use std::sync::LazyLock;

/// The marks that reStructuredText underlines headings with.
const UNDERLINES: &str = "=-~^\"'`#*+.:_<>";

fn push(document: &mut Document, level: u8, heading: &str, line: usize) {
    document.anchors.insert(anchor(heading));
    document.sections.push(Section {
        level,
        heading: heading.trim().to_owned(),
        line: u32::try_from(line).unwrap_or(u32::MAX),
        ..Section::default()
    });
}

fn new() -> Document {
    Document {
        sections: vec![Section::default()],
        ..Document::default()
    }
}

fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

/// Reads AsciiDoc.
pub(crate) fn asciidoc(text: &str) -> Document {
    static LINK: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r"(?:link|xref|image)::?([^\[\s]+)\[|<<([^,>]+)"));
    let mut document = new();
    let (mut code, mut table): (Option<String>, Option<Vec<Vec<String>>>) = (None, None);
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim_end();
        if let Some(fence) = &code {
            if trimmed == fence {
                code = None;
            }
            continue;
        }
        let level = trimmed.chars().take_while(|c| *c == '=').count();
        if (1..=6).contains(&level) && trimmed.as_bytes().get(level) == Some(&b' ') {
            let heading = trimmed.get(level..).unwrap_or_default();
            push(
                &mut document,
                u8::try_from(level).unwrap_or(6),
                heading,
                number,
            );
            continue;
        }
        if let Some((name, value)) = attribute(trimmed) {
            document.front.insert(name, value);
            continue;
        }
        links(&LINK, trimmed, number, &mut document);
        let Some(section) = document.sections.last_mut() else {
            continue;
        };
        match trimmed {
            "----" | "...." | "```" => {
                section.commands += 1;
                code = Some(trimmed.to_owned());
            }
            "|===" => match table.take() {
                Some(rows) => section.tables.push(rows),
                None => table = Some(Vec::new()),
            },
            _ => {
                if let (Some(rows), true) = (&mut table, trimmed.starts_with('|')) {
                    let cells = trimmed.trim_start_matches('|').split('|');
                    rows.push(cells.map(|cell| cell.trim().to_owned()).collect());
                }
                if let Some(picture) = trimmed.strip_prefix("image::") {
                    section.picture(picture.split('[').next().unwrap_or_default());
                }
                if trimmed.starts_with("[mermaid") || trimmed.starts_with("[plantuml") {
                    section.diagrams += 1;
                }
                // `. step`, and numbers written out.
                step(section, trimmed, trimmed.starts_with(". "));
            }
        }
    }
    document
}

/// `:last-reviewed: 2026-01-01`.
fn attribute(line: &str) -> Option<(String, String)> {
    let (name, value) = line.strip_prefix(':')?.split_once(": ")?;
    let fits = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    fits.then(|| (name.to_lowercase(), value.trim().to_owned()))
}

fn step(section: &mut Section, line: &str, marked: bool) {
    let rest = line
        .trim_start()
        .trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = rest.len() < line.trim_start().len() && rest.starts_with(['.', ')']);
    let numbered = numbered || line.trim_start().starts_with("#. ");
    if marked || numbered {
        section.steps += 1;
        section.commands += i64::from(line.contains('`'));
    }
    section.text.push('\n');
    section.text.push_str(line);
}

fn links(pattern: &LazyLock<Option<Regex>>, line: &str, number: usize, document: &mut Document) {
    let Some(pattern) = pattern.as_ref() else {
        return;
    };
    for found in pattern.captures_iter(line) {
        let file = found.get(1).map(|m| m.as_str().to_owned());
        let inside = found.get(2).map(|m| format!("#{}", m.as_str().trim()));
        let line = u32::try_from(number).unwrap_or(u32::MAX);
        // A cross reference to an anchor that a processor makes by rules of its own is not judged.
        document.links.extend(
            file.or(inside)
                .filter(|to| !to.starts_with('#'))
                .map(|to| (line, to)),
        );
    }
}

/// Reads reStructuredText. The first underline is the title's, the next new one a level below.
pub(crate) fn restructured(text: &str) -> Document {
    static LINK: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r"`[^`<]*<([^>`]+)>`_|\.\. (?:image|figure|include):: +(\S+)"));
    let mut document = new();
    let lines: Vec<&str> = text.lines().collect();
    let mut marks: Vec<char> = Vec::new();
    let mut code_below: Option<usize> = None;
    for (index, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        if let Some(of) = code_below {
            if line.trim().is_empty() || indent > of {
                continue;
            }
            code_below = None;
        }
        if is_underline(line) {
            continue;
        }
        let below = lines.get(index + 1).copied().unwrap_or_default();
        if is_underline(below)
            && !line.trim().is_empty()
            && below.trim_end().len() >= line.trim().len()
        {
            let mark = below.chars().next().unwrap_or('=');
            let known = marks.iter().position(|known| *known == mark);
            let depth = known.unwrap_or_else(|| {
                marks.push(mark);
                marks.len() - 1
            });
            push(
                &mut document,
                u8::try_from(depth + 1).unwrap_or(6),
                line,
                index + 1,
            );
            continue;
        }
        if let Some((name, value)) = attribute(line) {
            document.front.insert(name, value);
        }
        if let Some(pattern) = LINK.as_ref() {
            for found in pattern.captures_iter(line) {
                let to = found
                    .get(1)
                    .or_else(|| found.get(2))
                    .map(|m| m.as_str().trim().to_owned());
                let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
                document.links.extend(to.map(|to| (number, to)));
            }
        }
        let Some(section) = document.sections.last_mut() else {
            continue;
        };
        let directive = line.trim_start();
        if directive.starts_with(".. code") || line.trim_end().ends_with("::") {
            let diagram = directive.starts_with(".. image") || directive.starts_with(".. figure");
            section.commands += i64::from(!diagram);
            code_below = Some(indent);
        }
        let named = |name: &str| directive.strip_prefix(".. ")?.strip_prefix(name);
        if let Some(picture) = named("image::").or_else(|| named("figure::")) {
            section.picture(picture.trim());
        }
        let drawn = ["mermaid::", "uml::", "graphviz::"];
        section.diagrams += i64::from(drawn.iter().any(|name| named(name).is_some()));
        step(section, line, false);
    }
    document
}

fn is_underline(line: &str) -> bool {
    let line = line.trim_end();
    let Some(first) = line.chars().next() else {
        return false;
    };
    line.len() >= 3 && UNDERLINES.contains(first) && line.chars().all(|c| c == first)
}
