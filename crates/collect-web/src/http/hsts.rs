//! Strict-Transport-Security by its grammar (RFC 6797 §6.1, §8.1).
//!
//! Whether a max-age is long enough is a probe's business.

use super::place::Place;
use crate::exchange::head::{Fields, is_token, trim};
use schemars::JsonSchema;
use serde::Serialize;

/// What Strict-Transport-Security says, as a browser reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Hsts {
    /// Whether the header was sent at all.
    pub(crate) present: bool,
    /// Whether a browser would heed it: right by the grammar, sent over HTTPS, and by a host that has a
    /// name (for an IP address browsers note nothing, RFC 6797 §8.1.1).
    pub(crate) valid: bool,
    /// Seconds, where valid; 0 switches HSTS off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_age: Option<i64>,
    /// Whether valid and `includeSubDomains` is set.
    pub(crate) include_subdomains: bool,
    /// Whether valid and `preload` is set (no part of the RFC; wanted by the preload list).
    pub(crate) preload: bool,
    /// Whether the host is a registrable domain, which are what the preload list takes; left out where the
    /// host is not known, or there is no header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) registrable: Option<bool>,
    /// How many header lines there were; only the first counts (RFC 6797 §8.1).
    pub(crate) lines: i64,
    /// Why it is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// Reads the header as a browser does, which ignores it over plain HTTP (RFC 6797 §8.1) and from an IP
/// address (§8.1.1).
pub(crate) fn hsts(fields: &Fields, place: Place<'_>) -> Hsts {
    let mut hsts = Hsts {
        lines: i64::try_from(fields.all("strict-transport-security").count()).unwrap_or(i64::MAX),
        ..Hsts::default()
    };
    let Some(value) = fields.first("strict-transport-security") else {
        return hsts;
    };
    hsts.present = true;
    hsts.registrable = place.is_registrable();
    let nowhere = if !place.https {
        Some("sent over plain HTTP, where browsers ignore it")
    } else if place.address().is_some() {
        Some("sent by an IP address, for which browsers note nothing (RFC 6797 §8.1.1)")
    } else {
        None
    };
    if let Some(why) = nowhere {
        hsts.error = Some(why.to_owned());
        return hsts;
    }
    if let Err(error) = read(value, &mut hsts) {
        hsts = Hsts {
            present: true,
            registrable: hsts.registrable,
            lines: hsts.lines,
            error: Some(error),
            ..Hsts::default()
        };
    }
    hsts
}

fn read(value: &str, hsts: &mut Hsts) -> Result<(), String> {
    let mut seen: Vec<String> = Vec::new();
    for (name, argument) in directives(value)? {
        if seen.contains(&name) {
            return Err(format!("the directive {name} stands twice"));
        }
        match (name.as_str(), argument) {
            ("max-age", Some(seconds)) => hsts.max_age = Some(delta_seconds(&seconds)?),
            ("max-age", None) => return Err("max-age has no value".to_owned()),
            ("includesubdomains", Some(_)) => return Err(format!("{name} takes no value")),
            ("includesubdomains", None) => hsts.include_subdomains = true,
            // To the RFC it is an unknown directive, which spoils nothing.
            ("preload", argument) => hsts.preload = argument.is_none(),
            _ => {}
        }
        seen.push(name);
    }
    if hsts.max_age.is_none() {
        return Err("max-age is missing".to_owned());
    }
    hsts.valid = true;
    Ok(())
}

fn delta_seconds(text: &str) -> Result<i64, String> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("max-age is not a number of seconds: {text:?}"));
    }
    // More than an i64 holds is for ever.
    Ok(text.parse().unwrap_or(i64::MAX))
}

/// `name [ = value ]` between semicolons; names in lower case, quotes taken off values.
fn directives(value: &str) -> Result<Vec<(String, Option<String>)>, String> {
    let mut found = Vec::new();
    for part in split_unquoted(value)? {
        let part = trim(&part);
        if part.is_empty() {
            continue;
        }
        let (name, argument) = match part.split_once('=') {
            Some((name, argument)) => (trim(name), Some(trim(argument))),
            None => (part, None),
        };
        if !is_token(name) {
            return Err(format!("a directive's name is not a token: {name:?}"));
        }
        let argument = argument.map(unquote).transpose()?;
        found.push((name.to_ascii_lowercase(), argument));
    }
    Ok(found)
}

fn split_unquoted(value: &str) -> Result<Vec<String>, String> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for character in value.chars() {
        match character {
            ';' if !quoted => {
                parts.push(String::new());
                continue;
            }
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = quoted && character == '\\' && !escaped;
        if let Some(last) = parts.last_mut() {
            last.push(character);
        }
    }
    if quoted {
        return Err("a quoted string does not end".to_owned());
    }
    Ok(parts)
}

fn unquote(text: &str) -> Result<String, String> {
    if let Some(inner) = text.strip_prefix('"') {
        let inner = inner
            .strip_suffix('"')
            .ok_or("a value goes on after its quotes")?;
        if inner.replace("\\\"", "").contains('"') {
            return Err("a value goes on after its quotes".to_owned());
        }
        return Ok(inner.replace('\\', ""));
    }
    if is_token(text) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "a value is neither a token nor a quoted string: {text:?}; directives are parted by semicolons"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, Place, hsts};
    use proptest::prelude::*;

    fn read(lines: &[&str], https: bool) -> super::Hsts {
        read_at(lines, https, "shop.example")
    }

    fn read_at(lines: &[&str], https: bool, host: &str) -> super::Hsts {
        let mut fields = Fields::default();
        for line in lines {
            fields.push("Strict-Transport-Security", line);
        }
        hsts(&fields, Place { https, host })
    }

    #[test]
    fn valid_by_the_grammar() {
        for (value, age, subdomains, preload) in [
            ("max-age=31536000", 31_536_000, false, false),
            ("max-age=0", 0, false, false),
            ("MAX-AGE=5; INCLUDESUBDOMAINS", 5, true, false),
            ("max-age = 5 ; includeSubDomains ; preload", 5, true, true),
            ("max-age=\"5\"", 5, false, false),
            ("  ;; max-age=5;", 5, false, false),
            ("includeSubDomains;max-age=5", 5, true, false),
            ("max-age=5; unknown=\"a;b\"; other", 5, false, false),
            ("max-age=99999999999999999999", i64::MAX, false, false),
            ("max-age=5; preload=yes", 5, false, false),
            ("max-age=0031", 31, false, false),
            ("max-age=5;\tincludeSubDomains", 5, true, false),
        ] {
            let found = read(&[value], true);
            assert!(found.valid && found.error.is_none(), "{value}: {found:?}");
            assert_eq!(found.max_age, Some(age), "{value}");
            assert_eq!(
                (found.include_subdomains, found.preload),
                (subdomains, preload),
                "{value}"
            );
        }
    }

    #[test]
    fn not_valid_by_the_grammar() {
        for value in [
            "",
            "max-age",
            "max-age=",
            "max-age=abc",
            "max-age=-1",
            "max-age=1.5",
            "max-age=1e9",
            "max-age=5; max-age=5",
            "max-age=5; includeSubDomains; includesubdomains",
            "includeSubDomains",
            "max-age=5, includeSubDomains",
            "max-age=5 includeSubDomains",
            "max-age=\"5",
            "max-age=\"5\"x",
            "max-age=5; includeSubDomains=true",
            "max-age='5'",
            "max age=5",
            "\"max-age\"=5",
            "max-age=5=5",
            "max-age=+5",
            "max-age=\"\"",
            "max-age=\" 5\"",
            "max-age=5; x=\"a\"b\"c\"",
            "max-age=5; other; other",
            "max-age=5; é",
            "max-age:5",
            "max-age=5\u{a0}",
            "max-age=5;\u{2003}includeSubDomains",
            "max-age\u{b}=5",
        ] {
            let found = read(&[value], true);
            assert!(
                found.present && !found.valid && found.error.is_some(),
                "{value}: {found:?}"
            );
            assert_eq!(
                (found.max_age, found.include_subdomains),
                (None, false),
                "{value}"
            );
        }
    }

    #[test]
    fn only_the_first_line_counts_and_only_over_https() {
        let twice = read(&["max-age=5", "max-age=9; preload"], true);
        assert_eq!(
            (twice.max_age, twice.preload, twice.lines),
            (Some(5), false, 2)
        );
        assert!(!read(&["max-age=abc", "max-age=9"], true).valid);
        assert!(!read(&["max-age=31536000"], false).valid);
        let none = read(&[], true);
        assert!(!none.present && !none.valid && none.error.is_none());
    }

    #[test]
    fn an_address_is_noted_by_nobody() {
        const YEAR: &[&str] = &["max-age=31536000"];
        for host in ["192.0.2.1", "[2001:db8::1]", "2001:db8::1"] {
            let found = read_at(YEAR, true, host);
            assert!(found.present && !found.valid, "{host}");
            assert!(
                found
                    .error
                    .is_some_and(|error| error.contains("IP address"))
            );
        }
        // A name of digits is a name, and what a file does not say is not held against it.
        for host in ["1.example", "192-0-2-1.example", ""] {
            assert!(read_at(YEAR, true, host).valid, "{host}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(value in "\\PC{0,60}", near in "(max-age|preload|;|=|\"|\\\\| |[0-9]){0,20}") {
            let _ = read(&[&value], true);
            let _ = read(&[&near], true);
        }
    }
}
