//! Secrets in text: rules that are data (`rules/secrets.yaml`), told by keyword, structure,
//! entropy and the checksums of token formats. What is found is never shown.

mod shape;
mod table;

use sha2::{Digest as _, Sha256};
use table::{Asked, Check, RULES, Raw, Rule, Rules};

/// A secret that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The rule.
    pub(crate) rule: String,
    /// The line, from 1.
    pub(crate) line: u32,
    /// The first characters, the rest as its length: `ghp_… (40 characters)`.
    pub(crate) shown: String,
    /// A digest of rule and secret, by which a finding is allowed or found again.
    pub(crate) fingerprint: String,
}

/// Whether the rules could be read; without them nothing would be found.
pub(crate) fn is_ready() -> bool {
    RULES.is_some()
}

/// What a text is, by its file's name: it decides which rules are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// Anything that is none of the others.
    Plain,
    /// A configuration file, where a value may stand without quotes.
    Configuration,
    /// Tests and examples, whose passwords are mostly made up: only tokens of a known format count.
    Test,
}

impl Source {
    /// By the file's name.
    pub(crate) fn of(name: &str) -> Self {
        if super::walk::is_test(name) {
            Self::Test
        } else if super::settings::is_configuration(name) {
            Self::Configuration
        } else {
            Self::Plain
        }
    }

    fn asks(self, rule: &Raw) -> bool {
        match self {
            Self::Test => !rule.generic && !rule.unquoted,
            Self::Plain => !rule.unquoted,
            Self::Configuration => true,
        }
    }
}

/// So much of a long line is looked at before and behind a keyword.
const BEFORE: usize = 256;
const BEHIND: usize = 4096;
/// What a keyword calls for must end so far behind it to be looked at whole.
const LONGEST: usize = 1024;

/// Finds the secrets in a text.
pub(crate) fn find(text: &[u8], source: Source, mut take: impl FnMut(Found)) {
    let Some(rules) = RULES.as_ref() else { return };
    let known = rules.that(|raw| source.asks(raw));
    let mut scan = Scan {
        rules,
        text,
        line: 1,
        counted_to: 0,
        taken: Vec::new(),
    };
    let mut hits = rules.keywords.find_overlapping_iter(text).peekable();
    while let Some(hit) = hits.next() {
        let mut asked = rules.called_by(hit.pattern().as_usize()) & known;
        if asked == 0 {
            continue;
        }
        let start = line_start(text, hit.start());
        let rest = text.get(hit.end()..).unwrap_or_default();
        let near = rest.get(..BEHIND.min(rest.len())).unwrap_or_default();
        let line_end = memchr::memchr(b'\n', near);
        let end = hit.end() + line_end.unwrap_or(near.len());
        // Of a line that goes on beyond the window the rest is looked at by its own keywords.
        let to = if line_end.is_some() {
            end
        } else {
            end.saturating_sub(LONGEST)
        };
        while let Some(next) = hits.next_if(|next| next.end() <= to.max(hit.end())) {
            asked |= rules.called_by(next.pattern().as_usize()) & known;
        }
        scan.window(start, end, asked, &mut take);
    }
}

fn line_start(text: &[u8], from: usize) -> usize {
    // Lines of minified files are long, and what is before BEFORE is not looked at.
    let floor = from.saturating_sub(BEFORE);
    let before = text.get(floor..from).unwrap_or_default();
    let newline = memchr::memrchr(b'\n', before);
    newline.map_or(floor, |at| floor + at + 1)
}

/// A pass over a text.
struct Scan<'t> {
    rules: &'t Rules,
    text: &'t [u8],
    /// The line that `counted_to` is in, from 1.
    line: u32,
    counted_to: usize,
    /// What was taken, so that a part of a line that is looked at twice tells of nothing twice.
    taken: Vec<(usize, usize)>,
}

impl Scan<'_> {
    fn window(&mut self, start: usize, end: usize, asked: Asked, take: &mut impl FnMut(Found)) {
        self.taken.retain(|(_, to)| *to > start);
        let mut left = asked;
        while left != 0 {
            let index = left.trailing_zeros() as usize;
            left &= left - 1;
            let Some(rule) = self.rules.rules.get(index) else {
                break;
            };
            let to = if rule.raw.next_line {
                self.next_line_end(end)
            } else {
                end
            };
            let part = self.text.get(start..to).unwrap_or_default();
            if !rule.could_match(part) {
                continue;
            }
            for found in rule.pattern.captures_iter(part) {
                let all = found.get(0).map_or(&[][..], |all| all.as_bytes());
                if rule
                    .unless
                    .as_ref()
                    .is_some_and(|unless| unless.is_match(all))
                {
                    continue;
                }
                if let Some(secret) = found.get(1).or_else(|| found.get(0)) {
                    let range = (start + secret.start(), start + secret.end());
                    self.candidate(rule, range, take);
                }
            }
        }
    }

    /// Where the line below the one that ends at `end` ends.
    fn next_line_end(&self, end: usize) -> usize {
        let below = self.text.get(end + 1..).unwrap_or_default();
        let near = below.get(..BEFORE.min(below.len())).unwrap_or_default();
        let length = memchr::memchr(b'\n', near).unwrap_or(near.len());
        (end + 1 + length).min(self.text.len())
    }

    fn candidate(&mut self, rule: &Rule, found: (usize, usize), take: &mut impl FnMut(Found)) {
        let mut range = found;
        if matches!(rule.raw.check, Some(Check::Body)) {
            // The key is what the header stands over: two keys are two findings.
            let below = self.text.get(range.1..).unwrap_or_default();
            range.1 += shape::key_length(below);
        }
        let secret = self.text.get(range.0..range.1).unwrap_or_default();
        let after = self.text.get(found.1..).unwrap_or_default();
        // What a rule of its own has named is not a nameless secret too.
        let known = |other: &(usize, usize)| range.0 < other.1 && other.0 < range.1;
        if self.taken.iter().any(known) || !is_secret(rule, secret, after) {
            return;
        }
        self.taken.push(range);
        take(Found {
            rule: rule.raw.id.clone(),
            line: self.line_of(range.0),
            shown: shown(secret),
            fingerprint: fingerprint(&rule.raw.id, secret),
        });
    }

    fn line_of(&mut self, at: usize) -> u32 {
        // Findings of one line may come in any order.
        let (from, to) = (self.counted_to.min(at), self.counted_to.max(at));
        let between = self.text.get(from..to).unwrap_or_default();
        let newlines = memchr::memchr_iter(b'\n', between).count();
        let newlines = u32::try_from(newlines).unwrap_or(u32::MAX);
        self.line = if at >= self.counted_to {
            self.line.saturating_add(newlines)
        } else {
            self.line.saturating_sub(newlines)
        };
        self.counted_to = at;
        self.line
    }
}

fn is_secret(rule: &Rule, secret: &[u8], after: &[u8]) -> bool {
    let raw = &rule.raw;
    let made_up = raw.generic || raw.unquoted || raw.password;
    if shape::is_placeholder(secret) || (made_up && shape::is_made_up(secret)) {
        return false;
    }
    if raw
        .entropy
        .is_some_and(|least| shape::entropy(secret) < least)
    {
        return false;
    }
    let mixed = matches!(raw.check, Some(Check::Mixed));
    if (raw.generic || raw.unquoted) && !mixed && !shape::looks_random(secret) {
        return false;
    }
    match raw.check {
        Some(Check::Crc32Base62) => shape::has_checksum(secret),
        Some(Check::Mixed) => shape::is_mixed(secret),
        Some(Check::Body) => shape::has_body(after),
        None => true,
    }
}

fn shown(secret: &[u8]) -> String {
    let text = String::from_utf8_lossy(secret);
    let count = text.chars().count();
    if text.starts_with("-----BEGIN") {
        return "a private key".to_owned();
    }
    let head: String = text.chars().take(4.min(count / 4)).collect();
    format!("{head}… ({count} characters)")
}

fn fingerprint(rule: &str, secret: &[u8]) -> String {
    let digest = Sha256::new()
        .chain_update(rule)
        .chain_update([0])
        .chain_update(secret)
        .finalize();
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rules_of(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        find(text.as_bytes(), Source::Plain, |one| {
            found.push(format!("{}:{}", one.line, one.rule))
        });
        found
    }

    /// Put together here, so that no scanner takes this file for a leak.
    fn token(prefix: &str, random: &str) -> String {
        let crc = shape::crc32(random.as_bytes());
        let digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut left = crc;
        let mut end = String::new();
        for _ in 0..6 {
            end.insert(0, char::from(digits[(left % 62) as usize]));
            left /= 62;
        }
        format!("{prefix}{random}{end}")
    }

    #[test]
    fn the_table_parses() {
        assert!(is_ready());
        assert_eq!(shape::crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_checksum_tells_a_token_from_its_likeness() {
        let good = token("ghp_", "aZ3dK9qLm2Xc7Vb1Nn8Tt5Yy4Uu6Ii");
        assert_eq!(rules_of(&format!("x\ntoken: {good}\n")), ["2:github-token"]);
        let mut bad = good;
        bad.replace_range(8..9, "!");
        assert_eq!(rules_of(&bad.replace('!', "0")), [""; 0]);
    }

    #[test]
    fn a_long_line_is_looked_at_to_its_end() {
        let key = ["AKIA", "Z7QK3VTN5XJW2LPR"].concat();
        let line = format!(
            "{} token {} key={key} x",
            "a".repeat(9000),
            "b".repeat(9000)
        );
        assert_eq!(
            rules_of(&format!("1\n{line}\n{key}")),
            ["2:aws-access-key-id", "3:aws-access-key-id"]
        );
        let many = format!("{key} ").repeat(3);
        assert_eq!(rules_of(&many).len(), 3);
    }

    #[test]
    fn a_header_without_its_key_is_none() {
        let header = ["-----BEGIN ", "PRIVATE KEY-----"].concat();
        assert_eq!(rules_of(&format!("if line == \"{header}\" {{")), [""; 0]);
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        assert_eq!(rules_of(&format!("{header}\n{body}\n")), ["1:private-key"]);
        assert_eq!(
            rules_of(&format!("key: \"{header}\\n{body}\\n\"")),
            ["1:private-key"]
        );
    }

    proptest! {
        #[test]
        fn nothing_panics_and_no_place_is_told_twice(text in "(?s)[ \n]{0,3}([a-zA-Z0-9:=\"/@ ]{0,40}(password|akia|ghp_|://|eyj|secret)){0,6}.{0,80}") {
            let found = rules_of(&text);
            prop_assert!(found.len() <= text.len());
        }
    }

    #[test]
    fn what_is_found_is_never_shown() {
        let secret = "q8Zr4Lw9Tx2Nv7Kp3Jd6";
        let mut all = Vec::new();
        find(
            format!("db_password = \"{secret}\"").as_bytes(),
            Source::Plain,
            |one| all.push(one),
        );
        assert_eq!(all.len(), 1);
        assert!(!format!("{all:?}").contains(&secret[5..]));
    }
}
