//! Structured Fields (RFC 9651 §4.2), as far as the headers here need them: dictionaries of
//! items and inner lists, and items that are tokens. Browsers drop a header that breaks the
//! grammar as a whole.

use std::iter::Peekable;
use std::str::Chars;

/// The value of a dictionary's member; parameters are checked and dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    /// A token, as it stands.
    Token(String),
    /// A string, without its quotes.
    Text(String),
    /// An inner list.
    List(Vec<Self>),
    /// A number, a Boolean, bytes, a date or a text for display.
    Other,
}

/// The members in order of first appearance; the last value of a key counts (§4.2.2). None where
/// the text is no dictionary.
pub(crate) fn dictionary(text: &str) -> Option<Vec<(String, Member)>> {
    let mut parser = Parser(text.trim_matches(' ').chars().peekable());
    let mut members: Vec<(String, Member)> = Vec::new();
    while parser.peek().is_some() {
        let key = parser.key()?;
        let value = if parser.take('=') {
            parser.item_or_inner_list()?
        } else {
            parser.parameters()?;
            Member::Other
        };
        match members.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = value,
            None => members.push((key, value)),
        }
        parser.skip(|c| matches!(c, ' ' | '\t'));
        if parser.peek().is_none() {
            return Some(members);
        }
        if !parser.take(',') {
            return None;
        }
        parser.skip(|c| matches!(c, ' ' | '\t'));
        // A comma at the end is an error.
        parser.peek()?;
    }
    Some(members)
}

/// An item that is a token (§4.2.3); none for any other.
pub(crate) fn token(text: &str) -> Option<String> {
    let mut parser = Parser(text.trim_matches(' ').chars().peekable());
    let value = parser.item()?;
    match (value, parser.peek()) {
        (Member::Token(token), None) => Some(token),
        _ => None,
    }
}

struct Parser<'a>(Peekable<Chars<'a>>);

impl Parser<'_> {
    fn peek(&mut self) -> Option<char> {
        self.0.peek().copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        self.0.next_if_eq(&wanted).is_some()
    }

    fn skip(&mut self, what: impl Fn(char) -> bool) -> usize {
        self.gather(what).chars().count()
    }

    fn gather(&mut self, what: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(next) = self.0.next_if(|c| what(*c)) {
            text.push(next);
        }
        text
    }

    fn key(&mut self) -> Option<String> {
        let first = self.0.next_if(|c| c.is_ascii_lowercase() || *c == '*')?;
        let rest = self.gather(|c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.' | '*')
        });
        Some(format!("{first}{rest}"))
    }

    fn item_or_inner_list(&mut self) -> Option<Member> {
        if !self.take('(') {
            return self.item();
        }
        let mut members = Vec::new();
        loop {
            self.skip(|c| c == ' ');
            if self.take(')') {
                self.parameters()?;
                return Some(Member::List(members));
            }
            members.push(self.item()?);
            if !matches!(self.peek()?, ' ' | ')') {
                return None;
            }
        }
    }

    fn item(&mut self) -> Option<Member> {
        let value = self.bare_item()?;
        self.parameters()?;
        Some(value)
    }

    fn parameters(&mut self) -> Option<()> {
        while self.take(';') {
            self.skip(|c| c == ' ');
            self.key()?;
            if self.take('=') {
                self.bare_item()?;
            }
        }
        Some(())
    }

    fn bare_item(&mut self) -> Option<Member> {
        match self.0.next()? {
            '"' => self.string().map(Member::Text),
            ':' => {
                self.skip(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='));
                self.take(':').then_some(Member::Other)
            }
            '%' => self.display_string(),
            '?' => self
                .0
                .next_if(|c| matches!(c, '0' | '1'))
                .map(|_| Member::Other),
            '@' => {
                self.take('-');
                (self.skip(|c| c.is_ascii_digit()) > 0).then_some(Member::Other)
            }
            '-' => self.number(0).then_some(Member::Other),
            c if c.is_ascii_digit() => self.number(1).then_some(Member::Other),
            c if c.is_ascii_alphabetic() || c == '*' => {
                let rest =
                    self.gather(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/".contains(c));
                Some(Member::Token(format!("{c}{rest}")))
            }
            _ => None,
        }
    }

    /// Whether what follows makes a number, `digits` of which were read: at most 15 digits, or 12 and,
    /// after a dot, 1 to 3 (§4.2.4).
    fn number(&mut self, digits: usize) -> bool {
        let whole = digits + self.skip(|c| c.is_ascii_digit());
        if !self.take('.') {
            return (1..=15).contains(&whole);
        }
        let fraction = self.skip(|c| c.is_ascii_digit());
        (1..=12).contains(&whole) && (1..=3).contains(&fraction) && self.peek() != Some('.')
    }

    /// `%"…"` with octets of UTF-8 as `%c3%bc`, in lower case (§4.2.10).
    fn display_string(&mut self) -> Option<Member> {
        if !self.take('"') {
            return None;
        }
        let mut octets = Vec::new();
        loop {
            match self.0.next()? {
                '"' => {
                    std::str::from_utf8(&octets).ok()?;
                    return Some(Member::Other);
                }
                '%' => {
                    let mut digit = || {
                        let lower = |c: &char| matches!(c, '0'..='9' | 'a'..='f');
                        self.0.next_if(lower)?.to_digit(16)
                    };
                    let octet = digit()? * 16 + digit()?;
                    octets.push(u8::try_from(octet).ok()?);
                }
                c @ ' '..='~' => octets.push(u8::try_from(c).ok()?),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.0.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.0.next_if(|c| matches!(c, '"' | '\\'))?),
                c @ ' '..='~' => text.push(c),
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Member, dictionary, token};
    use proptest::prelude::*;

    #[test]
    fn keys_of_dictionaries() {
        for (text, keys) in [
            ("", Some("")),
            ("a=1, b", Some("a b")),
            ("a=(x \"y\" ?1);p=1;q, b=:YQ==:, c=-1.5", Some("a b c")),
            ("a;x=\"\\\"\" ,\tb=*", Some("a b")),
            ("a=()  ", Some("a")),
            ("a=@1659578233", Some("a")),
            ("a=1, a=2", Some("a")),
            ("a=123456789012345, b=123456789012.123", Some("a b")),
            ("a=1234567890123456", None),
            ("a=1234567890123.1", None),
            ("a=1.", None),
            ("a=1.2345", None),
            ("a=1.2.3", None),
            ("a=-", None),
            ("a=(x\"y\")", None),
            ("a==", None),
            ("a=1,", None),
            ("a=\"é\"", None),
            ("a b", None),
            ("A", None),
        ] {
            let found = dictionary(text).map(|members| {
                let keys: Vec<String> = members.into_iter().map(|(key, _)| key).collect();
                keys.join(" ")
            });
            assert_eq!(found.as_deref(), keys, "{text}");
        }
    }

    #[test]
    fn the_last_value_of_a_key_counts() {
        let found = dictionary("a=(), a=(self \"https://b\"), c=*").unwrap();
        let list = Member::List(vec![
            Member::Token("self".to_owned()),
            Member::Text("https://b".to_owned()),
        ]);
        let star = Member::Token("*".to_owned());
        assert_eq!(found, [("a".to_owned(), list), ("c".to_owned(), star)]);
    }

    #[test]
    fn items_that_are_tokens() {
        for (text, wanted) in [
            ("same-origin", Some("same-origin")),
            ("  same-origin; report-to=\"x\" ", Some("same-origin")),
            ("same-origin, same-origin", None),
            ("\"same-origin\"", None),
            ("same origin", None),
            ("", None),
        ] {
            assert_eq!(token(text).as_deref(), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(any in "\\PC{0,60}", near in "(a|=|\\(|\\)|;|,| |\"|\\\\|\\?|:|1){0,30}") {
            let _ = (dictionary(&any), token(&any));
            let _ = (dictionary(&near), token(&near));
        }
    }
}
