//! The head of an answer: status line and header fields in the order in which they came,
//! duplicates kept. Reads both what came over the wire and what a person saved in a file.
//!
//! What the fields mean is said by the modules beside this one.

use seaworthy_collect::{Trouble, redact_header};
use seaworthy_model::ReasonCode;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Header fields in order of arrival; names in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    /// Names and values, one after the other; a head has many of both, and most are short.
    text: String,
    /// Where in the text each name ends, and each value.
    ends: Vec<(usize, usize)>,
}

impl Fields {
    pub(crate) fn push(&mut self, name: &str, value: &str) {
        let start = self.text.len();
        self.text.push_str(name);
        if let Some(name) = self.text.get_mut(start..) {
            name.make_ascii_lowercase();
        }
        let middle = self.text.len();
        self.text.push_str(value);
        self.ends.push((middle, self.text.len()));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |&(middle, end)| {
            let part = |from, to| self.text.get(from..to).unwrap_or_default();
            let field = (part(start, middle), part(middle, end));
            start = end;
            field
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Every value of a field, one per header line; `name` in lower case.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.iter().filter(move |(own, _)| *own == name);
        own.map(|(_, value)| value)
    }

    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        let mut own = self.iter().filter(|(own, _)| *own == name);
        own.next().map(|(_, value)| value)
    }

    /// The lines of a field as one, joined by a comma (RFC 9110 §5.3); none where there is none.
    pub(crate) fn joined(&self, name: &str) -> Option<String> {
        let lines: Vec<&str> = self.all(name).collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// The members of a field whose grammar is a comma-separated list, over all its lines
    /// (RFC 9110 §5.3); empty members are left out.
    pub(crate) fn list<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.all(name)
            .flat_map(|value| value.split(','))
            .map(trim)
            .filter(|member| !member.is_empty())
    }

    /// The values of a field as browsers get, decode and split them (Fetch §2.2.2): over all its lines, a
    /// comma within a quoted string parting nothing, empty values kept.
    pub(crate) fn split(&self, name: &str) -> Vec<String> {
        let Some(joined) = self.joined(name) else {
            return Vec::new();
        };
        let (mut values, mut quoted, mut escaped) = (vec![String::new()], false, false);
        for character in joined.chars() {
            match character {
                ',' if !quoted => {
                    values.push(String::new());
                    continue;
                }
                '"' if !escaped => quoted = !quoted,
                _ => {}
            }
            escaped = quoted && character == '\\' && !escaped;
            if let Some(last) = values.last_mut() {
                last.push(character);
            }
        }
        let trimmed = values.iter().map(|value| trim(value));
        trimmed.map(str::to_owned).collect()
    }

    /// Name to values for a fact, secrets taken out.
    pub(crate) fn redacted(&self) -> BTreeMap<String, Vec<String>> {
        let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in self.iter() {
            map.entry(name.to_owned())
                .or_default()
                .push(redact_header(name, value).into_owned());
        }
        map
    }
}

/// A parsed head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// Absent where a file holds header lines only.
    pub(crate) status: Option<u16>,
    pub(crate) version: Option<String>,
    pub(crate) fields: Fields,
    /// Lines that are no header fields. Browsers drop or refuse them; they never count.
    pub(crate) malformed: usize,
    /// Those of them that would be fields but for white space before the colon. Proxies and some browsers
    /// take it away (RFC 9112 §5.1), so what protects does not count here, and what gives away does.
    pub(crate) spaced: Fields,
    /// Whether the empty line that ends a head was seen.
    pub(crate) complete: bool,
    /// The final head as text, secrets marked, line ends as `\n`.
    pub(crate) redacted: String,
}

impl Head {
    /// Reads the first final head: interim answers (1xx) before it are stepped over, and what
    /// follows the empty line is body.
    ///
    /// # Errors
    ///
    /// [`ReasonCode::Unparsed`] when there is neither a status line nor a header field.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Trouble> {
        Self::parse_with_body(bytes).map(|(head, _)| head)
    }

    /// The same, with what follows the head.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub(crate) fn parse_with_body(bytes: &[u8]) -> Result<(Self, &[u8]), Trouble> {
        let mut rest = bytes;
        // Each interim head takes bytes away, so this ends.
        loop {
            let (block, after) = split_block(rest);
            let mut head = Self::parse_block(block);
            head.complete = after.is_some();
            let after = after.unwrap_or_default();
            let interim = head
                .status
                .is_some_and(|status| (100..200).contains(&status) && status != 101);
            if interim && !after.is_empty() {
                rest = after;
                continue;
            }
            if interim {
                return Err(Trouble::new(
                    ReasonCode::Unparsed,
                    "failed to read the head of an answer: only an interim answer (1xx) was found",
                ));
            }
            if head.status.is_none() && head.fields.is_empty() {
                return Err(Trouble::new(
                    ReasonCode::Unparsed,
                    "failed to read the head of an answer: neither a status line nor a header \
                     field found; wanted lines such as `content-type: text/html`",
                ));
            }
            return Ok((head, after));
        }
    }

    /// A head whose fields came as pairs (HTTP/2), written as HTTP/1.1 would for the evidence.
    pub(crate) fn from_pairs<'a>(
        version: &str,
        status: u16,
        pairs: impl Iterator<Item = (&'a str, &'a [u8])>,
    ) -> Self {
        let mut head = Self {
            status: Some(status),
            version: Some(version.to_owned()),
            redacted: format!("{version} {status}\n"),
            complete: true,
            ..Self::default()
        };
        for (name, value) in pairs {
            let value = String::from_utf8_lossy(value);
            head.keep(name, trim(&value));
        }
        head
    }

    fn parse_block(block: &[u8]) -> Self {
        let mut head = Self {
            redacted: String::with_capacity(block.len()),
            ..Self::default()
        };
        for line in unfold(block) {
            if head.status.is_none()
                && head.fields.is_empty()
                && let Some((version, status)) = status_line(&line)
            {
                head.status = Some(status);
                head.version = Some(version);
                head.redacted.push_str(line.trim_end());
                head.redacted.push('\n');
                continue;
            }
            if let Some(status) = pseudo_status(&line).filter(|_| head.status.is_none()) {
                head.status = Some(status);
                head.version = Some("HTTP/2".to_owned());
                head.redacted.push_str(&format!("HTTP/2 {status}\n"));
                continue;
            }
            match line.split_once(':') {
                // A space before the colon is forbidden (RFC 9112 §5.1): the field is no field.
                Some((name, value)) if is_token(name) => head.keep(name, trim(value)),
                // What the line holds is not known, so it may be a secret: only its size is kept.
                found @ (Some(_) | None) => {
                    head.malformed += 1;
                    if let Some((name, value)) = found
                        && is_token(name.trim_end())
                    {
                        head.spaced.push(name.trim_end(), trim(value));
                    }
                    head.redacted
                        .push_str(&format!("[malformed line of {} bytes]\n", line.len()));
                }
            }
        }
        head
    }

    fn keep(&mut self, name: &str, value: &str) {
        self.fields.push(name, value);
        let shown = redact_header(name, value);
        for part in [name, ": ", &shown, "\n"] {
            self.redacted.push_str(part);
        }
    }
}

/// Divides after the first empty line, where there is one.
fn split_block(bytes: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut at = 0;
    while let Some(length) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(|b| *b == b'\n'))
    {
        let line = bytes.get(at..at + length).unwrap_or_default();
        let next = at + length + 1;
        if (line.is_empty() || line == b"\r") && at > 0 {
            return (bytes.get(..at).unwrap_or_default(), bytes.get(next..));
        }
        at = next;
    }
    (bytes, None)
}

/// The lines of a head, continuation lines joined (obs-fold, RFC 9112 §5.2).
fn unfold(block: &[u8]) -> impl Iterator<Item = Cow<'_, str>> {
    let lines = block.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)));
    let mut lines = lines.peekable();
    std::iter::from_fn(move || {
        let mut line = lines.find(|line| !trim(line).is_empty())?;
        while let Some(next) =
            lines.next_if(|next| next.is_empty() || next.starts_with([' ', '\t']))
        {
            if !next.is_empty() {
                let line = line.to_mut();
                line.push(' ');
                line.push_str(trim(&next));
            }
        }
        Some(line)
    })
}

fn status_line(line: &str) -> Option<(String, u16)> {
    let (version, rest) = line.trim_start_matches('\u{feff}').split_once(' ')?;
    if !version.starts_with("HTTP/") {
        return None;
    }
    let status = rest.split_whitespace().next()?.parse().ok()?;
    (100..1000)
        .contains(&status)
        .then(|| (version.to_owned(), status))
}

/// `:status: 200`, as tools show the head of HTTP/2 (RFC 9113 §8.3.2).
fn pseudo_status(line: &str) -> Option<u16> {
    let status = line.strip_prefix(":status")?.trim_start_matches([':', ' ']);
    let status = status.trim().parse().ok()?;
    (100..1000).contains(&status).then_some(status)
}

/// Without the white space that may stand round a value: spaces and tabs alone (OWS, RFC 9110 §5.6.3). What
/// else looks like a space, such as one that does not break, is part of the value.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Whether `text` is a token (RFC 9110 §5.6.2).
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::Head;
    use proptest::prelude::*;

    #[test]
    fn order_duplicates_and_folds_are_kept() {
        let head = Head::parse(
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nX-A: 1\r\nB : no\r\n\
              x-a:  2\r\n  more\r\nSet-Cookie: sid=secret; Secure\r\n\r\nX-Body: not a header\r\n",
        )
        .unwrap();
        assert_eq!(head.status, Some(200));
        assert_eq!(head.fields.all("x-a").collect::<Vec<_>>(), ["1", "2 more"]);
        assert_eq!(head.malformed, 1);
        assert_eq!(head.spaced.first("b"), Some("no"));
        assert!(!head.fields.has("link") && !head.fields.has("x-body") && !head.fields.has("b"));
        assert!(!head.redacted.contains("secret"), "{}", head.redacted);
        assert!(head.redacted.contains("sid=[redacted 6 bytes]; Secure"));
    }

    #[test]
    fn values_are_split_as_browsers_do() {
        for (lines, wanted) in [
            (&["a, b"][..], &["a", "b"][..]),
            (&["a,,b,"], &["a", "", "b", ""]),
            (&["a", "b"], &["a", "b"]),
            (&[""], &[""]),
            (&[], &[]),
            (&["\"a, b\", c"], &["\"a, b\"", "c"]),
            (&["\"a\\\", b\", c"], &["\"a\\\", b\"", "c"]),
            // A quote that does not end reaches over the lines.
            (&["\"a", "b"], &["\"a, b"]),
        ] {
            let mut fields = super::Fields::default();
            for line in lines {
                fields.push("X", line);
            }
            assert_eq!(fields.split("x"), wanted, "{lines:?}");
        }
    }

    #[test]
    fn a_file_may_hold_header_lines_only() {
        let head = Head::parse(b"Strict-Transport-Security: max-age=1\n").unwrap();
        assert_eq!(
            (head.status, head.fields.has("strict-transport-security")),
            (None, true)
        );
        assert_eq!(
            Head::parse(b"HTTP/2 404\nserver: x\n\n").unwrap().status,
            Some(404)
        );
        let two = Head::parse(b":status: 404\nserver: x\n").unwrap();
        assert_eq!((two.status, two.malformed), (Some(404), 0));
        for nothing in [
            &b""[..],
            b"\r\n\r\n",
            b"<html>no head</html>",
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
            b"HTTP/1.1 100 Continue",
        ] {
            assert!(Head::parse(nothing).is_err());
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Head::parse(&bytes);
        }

        #[test]
        fn never_panics_near_the_grammar(text in "(HTTP/1.1 1?[0-9]{2}\r?\n|[a-z :\t]{0,9}\r?\n){0,8}") {
            let _ = Head::parse(text.as_bytes());
        }
    }
}
