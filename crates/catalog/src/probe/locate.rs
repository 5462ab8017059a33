//! From an offset in a YAML scalar's value back to the line and column of the file.

use seaworthy_yaml::Position;

/// Where the character at byte `offset` of `value` stands in `text`, for a scalar that begins at
/// `start`. The scalar's style is read off the text; where value and text part ways (an escape, an
/// alias), the scalar's beginning is the answer.
pub(crate) fn locate(text: &str, start: Position, value: &str, offset: usize) -> Position {
    find(text, start, value, offset).unwrap_or(start)
}

fn find(text: &str, start: Position, value: &str, offset: usize) -> Option<Position> {
    let from = byte_of(text, start)?;
    let mut raw = Raw {
        rest: text.get(from..)?,
    };
    let style = match raw.rest.chars().next()? {
        '|' | '>' => {
            let (_, content) = raw.rest.split_once('\n')?;
            raw.rest = content;
            Style::Plain
        }
        '\'' => raw.quoted(Style::Single)?,
        '"' => raw.quoted(Style::Double)?,
        _ => Style::Plain,
    };
    // Line breaks and indentation differ between value and text, all else is the same.
    for (index, char) in value.char_indices() {
        if char.is_whitespace() {
            continue;
        }
        raw.rest = raw.rest.trim_start();
        if index >= offset {
            break;
        }
        raw.take(char, style)?;
    }
    let end = text.len() - raw.rest.len();
    Some(position_of(text, end))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
}

struct Raw<'t> {
    rest: &'t str,
}

impl Raw<'_> {
    fn quoted(&mut self, style: Style) -> Option<Style> {
        self.rest = self.rest.get(1..)?;
        Some(style)
    }

    fn take(&mut self, char: char, style: Style) -> Option<()> {
        self.rest = match (style, char) {
            (Style::Single, '\'') => self.rest.strip_prefix("''")?,
            (Style::Double, '"' | '\\') => self.rest.strip_prefix('\\')?.strip_prefix(char)?,
            _ => self.rest.strip_prefix(char)?,
        };
        Some(())
    }
}

fn byte_of(text: &str, position: Position) -> Option<usize> {
    let mut from = 0;
    for _ in 1..position.line {
        from += text.get(from..)?.find('\n')? + 1;
    }
    let line = text.get(from..)?;
    let column = usize::try_from(position.column).ok()?.checked_sub(1)?;
    let within = line.char_indices().nth(column).map(|(index, _)| index)?;
    Some(from + within)
}

fn position_of(text: &str, byte: usize) -> Position {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    Position {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::locate;
    use seaworthy_yaml::{Dialect, Limits, parse};

    /// The character of the file that the first `~` of the value is found at.
    #[track_caller]
    fn check(text: &str, wanted: &str) {
        let parsed = parse(text.as_bytes(), Dialect::Core, &Limits::default());
        let document = parsed.documents.first().unwrap();
        let value = document.value()["a"].as_str().unwrap();
        let start = document.position("/a").unwrap();
        let found = locate(text, start, value, value.find('~').unwrap());
        assert_eq!(found.to_string(), wanted, "{text}");
    }

    #[test]
    fn every_style_of_scalar() {
        check("a: x.y ~ 3\n", "1:8");
        check("a: \"x.y ~ 3\"\n", "1:9");
        check("a: \"x \\\"q\\\" ~\"\n", "1:13");
        check("a: 'it''s ~'\n", "1:11");
        check("a: |\n  x &&\n  y ~ 3\n", "3:5");
        check("a: >-\n    x &&\n    y ~ 3\n", "3:7");
        check("a: x &&\n   y ~ 3\n", "2:6");
        check("a: é ~\n", "1:6");
        check("b: 1\na:   ~~~x\n", "2:6");
        // An escape that stands for something else: the beginning of the scalar.
        check("a: \"\\u0041 ~\"\n", "1:4");
    }
}
