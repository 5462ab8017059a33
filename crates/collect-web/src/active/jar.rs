//! The cookies of one visitor, as far as a login needs them: names and values for one host, kept in
//! memory and never shown.

use crate::exchange::head::Fields;
use html5gum::{DefaultEmitter, Token, Tokenizer};
use std::collections::BTreeMap;
use std::fmt;

/// The most cookies that are kept.
const MOST: usize = 64;

/// Cookies by name.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Jar(BTreeMap<String, String>);

impl fmt::Debug for Jar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl Jar {
    /// Takes in what an answer sets, and drops what it deletes.
    pub(super) fn take(&mut self, fields: &Fields) {
        for line in fields.all("set-cookie") {
            let mut parts = line.split(';');
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let (name, value) = (name.trim(), value.trim());
            let over = parts.any(|part| {
                let (key, value) = part.split_once('=').unwrap_or((part, ""));
                key.trim().eq_ignore_ascii_case("max-age")
                    && value.trim().parse::<i64>().is_ok_and(|age| age <= 0)
            });
            if over || value.is_empty() {
                self.0.remove(name);
            } else if self.0.len() < MOST || self.0.contains_key(name) {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The Cookie header; none without cookies.
    pub(super) fn header(&self) -> Option<(&'static str, String)> {
        let pairs: Vec<String> = self
            .0
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        (!pairs.is_empty()).then(|| ("cookie", pairs.join("; ")))
    }
}

/// The hidden fields of a page's forms, such as a token against forged requests.
pub(super) fn hidden_fields(body: &[u8]) -> BTreeMap<String, String> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut found = BTreeMap::new();
    for Ok(token) in Tokenizer::new_with_emitter(body, emitter) {
        let Token::StartTag(tag) = token else {
            continue;
        };
        let text = |name: &[u8]| {
            tag.attributes
                .get(name)
                .map(|value| String::from_utf8_lossy(value).into_owned())
        };
        let name: &[u8] = &tag.name;
        let hidden = text(b"type").is_some_and(|kind| kind.eq_ignore_ascii_case("hidden"));
        if name == b"input"
            && hidden
            && found.len() < MOST
            && let Some(field) = text(b"name")
        {
            found.insert(field, text(b"value").unwrap_or_default());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Jar, hidden_fields};
    use crate::exchange::head::Fields;

    fn of(lines: &[&str]) -> Jar {
        let mut fields = Fields::default();
        for line in lines {
            fields.push("set-cookie", line);
        }
        let mut jar = Jar::default();
        jar.take(&fields);
        jar
    }

    #[test]
    fn cookies_are_kept_replaced_and_dropped() {
        let kept = of(&[
            "a=1; Path=/; HttpOnly",
            "b=2",
            "a=3",
            "b=; Max-Age=0",
            "c=4; max-age=-1",
            "junk",
        ]);
        assert_eq!(kept.header(), Some(("cookie", "a=3".to_owned())));
        assert!(of(&["a="]).is_empty());
        assert!(!format!("{kept:?}").contains('3'));
    }

    #[test]
    fn hidden_fields_are_found() {
        let page = br#"<form><input type="hidden" name=csrf value="t&amp;k"><input name=user><INPUT TYPE=HIDDEN NAME=x></form>"#;
        let found = hidden_fields(page);
        assert_eq!(found.get("csrf").map(String::as_str), Some("t&k"));
        assert_eq!(found.get("x").map(String::as_str), Some(""));
        assert_eq!(found.len(), 2);
    }
}
