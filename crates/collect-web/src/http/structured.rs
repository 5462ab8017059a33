//! Dictionaries of Structured Fields (RFC 8941 §4.2.2), as far as their keys are wanted: the
//! values are checked by the grammar and dropped.

use std::iter::Peekable;
use std::str::Chars;

/// The keys of a dictionary in order; none where the text is no dictionary, which browsers then
/// drop as a whole.
pub(crate) fn dictionary_keys(text: &str) -> Option<Vec<String>> {
    let mut parser = Parser(text.trim_matches(' ').chars().peekable());
    let mut keys = Vec::new();
    while parser.peek().is_some() {
        keys.push(parser.key()?);
        if parser.take('=') {
            parser.item_or_inner_list()?;
        } else {
            parser.parameters()?;
        }
        parser.skip(|c| matches!(c, ' ' | '\t'));
        if parser.peek().is_none() {
            return Some(keys);
        }
        if !parser.take(',') {
            return None;
        }
        parser.skip(|c| matches!(c, ' ' | '\t'));
        // A comma at the end is an error.
        parser.peek()?;
    }
    Some(keys)
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
        let mut count = 0;
        while self.0.next_if(|c| what(*c)).is_some() {
            count += 1;
        }
        count
    }

    fn key(&mut self) -> Option<String> {
        let first = self.0.next_if(|c| c.is_ascii_lowercase() || *c == '*')?;
        let mut key = String::from(first);
        let more = |c: &char| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.' | '*')
        };
        while let Some(next) = self.0.next_if(more) {
            key.push(next);
        }
        Some(key)
    }

    fn item_or_inner_list(&mut self) -> Option<()> {
        if !self.take('(') {
            return self.item();
        }
        loop {
            self.skip(|c| c == ' ');
            if self.take(')') {
                return self.parameters();
            }
            self.item()?;
            if !matches!(self.peek()?, ' ' | ')') {
                return None;
            }
        }
    }

    fn item(&mut self) -> Option<()> {
        self.bare_item()?;
        self.parameters()
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

    fn bare_item(&mut self) -> Option<()> {
        match self.0.next()? {
            '"' => self.string(),
            ':' => {
                self.skip(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='));
                self.take(':').then_some(())
            }
            '?' => self.0.next_if(|c| matches!(c, '0' | '1')).map(|_| ()),
            '-' => self.digits(),
            c if c.is_ascii_digit() => {
                self.skip(|c| c.is_ascii_digit() || c == '.');
                Some(())
            }
            c if c.is_ascii_alphabetic() || c == '*' => {
                self.skip(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/".contains(c));
                Some(())
            }
            _ => None,
        }
    }

    fn digits(&mut self) -> Option<()> {
        (self.skip(|c| c.is_ascii_digit() || c == '.') > 0).then_some(())
    }

    fn string(&mut self) -> Option<()> {
        loop {
            match self.0.next()? {
                '"' => return Some(()),
                '\\' => {
                    self.0.next_if(|c| matches!(c, '"' | '\\'))?;
                }
                ' '..='~' => {}
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::dictionary_keys;
    use proptest::prelude::*;

    #[test]
    fn keys_of_dictionaries() {
        for (text, keys) in [
            ("", Some("")),
            ("a=1, b", Some("a b")),
            ("a=(x \"y\" ?1);p=1;q, b=:YQ==:, c=-1.5", Some("a b c")),
            ("a;x=\"\\\"\" ,\tb=*", Some("a b")),
            ("a=()  ", Some("a")),
            ("a=(x\"y\")", None),
            ("a==", None),
            ("a=1,", None),
            ("a=\"é\"", None),
            ("a b", None),
            ("A", None),
        ] {
            assert_eq!(
                dictionary_keys(text).map(|keys| keys.join(" ")).as_deref(),
                keys,
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn never_panics(any in "\\PC{0,60}", near in "(a|=|\\(|\\)|;|,| |\"|\\\\|\\?|:|1){0,30}") {
            let _ = dictionary_keys(&any);
            let _ = dictionary_keys(&near);
        }
    }
}
