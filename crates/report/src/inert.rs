//! Making text of unknown origin harmless: to a terminal, to Markdown, in an address.
//!
//! A certificate's subject or an object's name is written by whoever runs the target. It must
//! not move a cursor, hide text, break out of its line or become a link.

use std::fmt::Write as _;
use std::io;

/// The most characters of a message or a title that are shown to people.
pub(crate) const LONGEST: usize = 800;

/// One line of at most `longest` characters: white space becomes single spaces, and what steers
/// a terminal or is invisible is shown as its code point.
pub(crate) fn line(text: &str, longest: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    for c in text.trim().chars() {
        if count >= longest {
            out.push('…');
            break;
        }
        if is_space(c) {
            if !out.ends_with(' ') {
                out.push(' ');
                count += 1;
            }
        } else if is_hidden(c) {
            let escaped = c.escape_unicode();
            count += escaped.len();
            // Writing to a String does not fail.
            let _ = write!(out, "{escaped}");
        } else {
            out.push(c);
            count += 1;
        }
    }
    out
}

/// A text of several lines, its line breaks kept, with the same care for each line.
pub(crate) fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        if c != '\n' && is_hidden(c) {
            // Writing to a String does not fail.
            let _ = write!(out, "{}", c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// The same with every character that means something to Markdown or HTML escaped.
pub(crate) fn markdown(text: &str, longest: usize) -> String {
    let text = line(text, longest);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        // GitHub makes a link of `https://` and `www.` without being asked.
        let links_itself = (c == ':' && rest.peek() == Some(&'/'))
            || (c == '.' && out.to_ascii_lowercase().ends_with("www"));
        if links_itself || "\\`*_[]<>&~|!$@#{}".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The same within an element of HTML, where Markdown's escapes mean nothing: a line that begins with
/// a tag such as `<details>` is HTML up to the next blank line (CommonMark 4.6).
pub(crate) fn element(text: &str, longest: usize) -> String {
    let mut out = String::new();
    for c in line(text, longest).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A path as the target of a Markdown link.
pub(crate) fn link_target(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~+".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A JSON text whose strings hold no raw character that steers a terminal. The value stays the
/// same: outside of strings there are none, and within them an escape means the character.
pub(crate) fn json(text: String) -> String {
    if !text.chars().any(is_hidden_in_json) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden_in_json(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// The same as a JSON text is written. What comes in one piece must be whole characters, as what a
/// serializer writes is.
pub(crate) struct JsonWriter<'a> {
    out: &'a mut dyn io::Write,
}

impl<'a> JsonWriter<'a> {
    pub(crate) fn new(out: &'a mut dyn io::Write) -> Self {
        Self { out }
    }
}

impl io::Write for JsonWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Nothing that hides lies below 0x7f but C0, which JSON has escaped by now.
        if bytes.iter().all(|byte| *byte < 0x7f) {
            return self.out.write(bytes);
        }
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        self.out.write_all(json(text.to_owned()).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Line breaks of every kind count as spaces: U+2028 and U+2029 too.
fn is_space(c: char) -> bool {
    c.is_whitespace()
}

fn is_hidden_in_json(c: char) -> bool {
    c != '\n' && is_hidden(c)
}

/// Control characters (C0, DEL, C1) and what is invisible or turns the direction of text
/// (Unicode's Cf in the ranges where it is used to deceive).
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_and_steers_nothing() {
        let check = |text: &str, wanted: &str| assert_eq!(line(text, 40), wanted, "{text:?}");
        check("plain", "plain");
        check("  two\r\n\tlines \u{2028}three ", "two lines three");
        check("\u{1b}[2Jgone", "\\u{1b}[2Jgone");
        check("\u{9b}2J", "\\u{9b}2J");
        check("a\u{202e}fdp.exe", "a\\u{202e}fdp.exe");
        check("\0\u{7f}", "\\u{0}\\u{7f}");
        check("grün 検査 ✓", "grün 検査 ✓");
        check(&"x".repeat(41), &("x".repeat(40) + "…"));
        check("", "");
    }

    #[test]
    fn markdown_has_no_meaning_left() {
        let check = |text: &str, wanted: &str| assert_eq!(markdown(text, 200), wanted);
        check("](x) **b** `c`", "\\](x) \\*\\*b\\*\\* \\`c\\`");
        check("<!-- seaworthy -->", "\\<\\!-- seaworthy --\\>");
        check("https://evil.example", "https\\://evil.example");
        check("WWW.evil.example", "WWW\\.evil.example");
        check("a\n- [x] b", "a - \\[x\\] b");
        check(
            "orders-hpa keeps 2, 3 wanted",
            "orders-hpa keeps 2, 3 wanted",
        );
    }

    #[test]
    fn a_link_target_cannot_end_its_link() {
        assert_eq!(
            link_target("runs/run-1/a (b).gz"),
            "runs/run-1/a%20%28b%29.gz"
        );
        assert_eq!(link_target("é\n"), "%C3%A9%0A");
    }

    #[test]
    fn json_keeps_its_value() {
        let value = serde_json::json!({ "a\u{9b}": "\u{7f}\u{202e}\u{e0041}\u{1b}é" });
        let text = json(serde_json::to_string_pretty(&value).unwrap());
        assert!(text.chars().all(|c| c == '\n' || !is_hidden(c)), "{text:?}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
    }
}
