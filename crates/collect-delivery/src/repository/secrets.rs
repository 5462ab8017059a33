//! Secrets in text: rules that are data (`rules/secrets.yaml`), told by keyword, structure,
//! entropy and the checksums of token formats. What is found is never shown.

use regex::bytes::{Regex, RegexSet};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: String,
    keywords: Vec<String>,
    pattern: String,
    #[serde(default)]
    entropy: Option<i64>,
    #[serde(default)]
    check: Option<String>,
    #[serde(default)]
    generic: bool,
}

/// A rule.
#[derive(Debug)]
struct Rule {
    raw: Raw,
    pattern: Regex,
}

/// Every rule, and what must be in a line for any of them to be tried.
struct Rules {
    rules: Vec<Rule>,
    keywords: RegexSet,
    any: Regex,
    of_keyword: Vec<usize>,
}

static RULES: LazyLock<Option<Rules>> = LazyLock::new(|| {
    let raws: Vec<Raw> = crate::rules::parse(include_str!("../../rules/secrets.yaml")).ok()?;
    let mut rules = Vec::new();
    let (mut words, mut of_keyword) = (Vec::new(), Vec::new());
    for raw in raws {
        for keyword in &raw.keywords {
            words.push(format!("(?i-u){}", regex::escape(keyword)));
            of_keyword.push(rules.len());
        }
        rules.push(Rule {
            pattern: Regex::new(&raw.pattern).ok()?,
            raw,
        });
    }
    Some(Rules {
        any: Regex::new(&words.join("|")).ok()?,
        keywords: RegexSet::new(&words).ok()?,
        rules,
        of_keyword,
    })
});

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

/// Finds the secrets in a text. Tests and examples get no `generic` findings: their passwords are
/// mostly made up.
pub(crate) fn find(text: &[u8], of_test: bool, mut take: impl FnMut(Found)) {
    let Some(rules) = RULES.as_ref() else { return };
    let mut looked_to = 0;
    let mut line_number = 1_u32;
    let mut counted_to = 0;
    for hit in rules.any.find_iter(text) {
        if hit.start() < looked_to {
            continue;
        }
        let start = memrchr_newline(text, hit.start());
        let end = text
            .get(hit.end()..)
            .and_then(|rest| rest.iter().position(|b| *b == b'\n'));
        let end = end.map_or(text.len(), |at| hit.end() + at);
        looked_to = end;
        let Some(line) = text.get(start..end.min(start + 4096)) else {
            continue;
        };
        let newlines = text
            .get(counted_to..start)
            .unwrap_or_default()
            .iter()
            .filter(|b| **b == b'\n')
            .count();
        line_number = line_number.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
        counted_to = start;
        if line
            .windows(17)
            .any(|window| window == b"seaworthy:allow-s")
        {
            continue;
        }
        in_line(rules, line, line_number, of_test, &mut take);
    }
}

fn memrchr_newline(text: &[u8], from: usize) -> usize {
    let before = text.get(..from).unwrap_or_default();
    before
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1)
}

fn in_line(rules: &Rules, line: &[u8], number: u32, of_test: bool, take: &mut impl FnMut(Found)) {
    let mut tried = Vec::new();
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for keyword in rules.keywords.matches(line) {
        let Some(index) = rules.of_keyword.get(keyword).copied() else {
            continue;
        };
        let Some(rule) = rules.rules.get(index) else {
            continue;
        };
        if tried.contains(&index) || (of_test && rule.raw.generic) {
            continue;
        }
        tried.push(index);
        for found in rule.pattern.captures_iter(line) {
            let Some(secret) = found.get(1).or_else(|| found.get(0)) else {
                continue;
            };
            let range = (secret.start(), secret.end());
            // What a rule of its own has named is not a nameless secret too.
            if taken
                .iter()
                .any(|other| range.0 < other.1 && other.0 < range.1)
                || !is_secret(rule, secret.as_bytes())
            {
                continue;
            }
            taken.push(range);
            take(Found {
                rule: rule.raw.id.clone(),
                line: number,
                shown: shown(secret.as_bytes()),
                fingerprint: fingerprint(&rule.raw.id, secret.as_bytes()),
            });
        }
    }
}

fn is_secret(rule: &Rule, secret: &[u8]) -> bool {
    if is_example(secret) {
        return false;
    }
    if rule
        .raw
        .entropy
        .is_some_and(|least| entropy(secret) < least)
    {
        return false;
    }
    if rule.raw.generic && !looks_random(secret) {
        return false;
    }
    match rule.raw.check.as_deref() {
        Some("crc32-base62") => has_checksum(secret),
        _ => true,
    }
}

/// References, blanks and the examples of documentation are no secrets.
fn is_example(secret: &[u8]) -> bool {
    let text = String::from_utf8_lossy(secret).to_lowercase();
    let words = [
        "example",
        "changeme",
        "change-me",
        "change_me",
        "placeholder",
        "your",
        "dummy",
        "redacted",
        "xxxx",
        "****",
        "<",
        "${",
        "$(",
        "{{",
        "%(",
        "process.env",
        "os.environ",
        "getenv",
        "env:",
        "file:",
        "vault:",
        "secretref",
        "todo",
        "localhost",
        "test",
        "sample",
        "fake",
    ];
    words.iter().any(|word| text.contains(word))
}

/// A nameless secret has letters and digits, and is no path, address, name or sentence.
fn looks_random(secret: &[u8]) -> bool {
    let digits = secret.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = secret.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let plain = secret
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || b"+/=_-.~!@#$%^&*".contains(b));
    let path = secret.contains(&b'/')
        && !secret.ends_with(b"=")
        && secret.iter().filter(|b| **b == b'/').count() > 2;
    plain && !path && digits >= 2 && letters >= 4
}

/// Shannon entropy in hundredths of a bit for each byte.
fn entropy(secret: &[u8]) -> i64 {
    let mut counts = [0_u32; 256];
    for byte in secret {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a secret has few bytes")]
    let length = secret.len().max(1) as f64;
    let bits: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / length)
        .map(|share| -share * share.log2())
        .sum();
    crate::artifacts::number::scaled(bits, 100.0).unwrap_or_default()
}

/// GitHub's and npm's tokens end with the CRC-32 of what precedes, in six digits of base 62.
fn has_checksum(secret: &[u8]) -> bool {
    let Some(body) = secret
        .len()
        .checked_sub(6)
        .and_then(|at| Some((secret.get(..at)?, secret.get(at..)?)))
    else {
        return false;
    };
    let Some(random) = body
        .0
        .iter()
        .position(|b| *b == b'_')
        .and_then(|at| body.0.get(at + 1..))
    else {
        return false;
    };
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut left = crc32(random);
    let mut wanted = [b'0'; 6];
    for digit in wanted.iter_mut().rev() {
        *digit = DIGITS
            .get(usize::try_from(left % 62).unwrap_or_default())
            .copied()
            .unwrap_or(b'0');
        left /= 62;
    }
    body.1 == wanted
}

/// CRC-32 as zlib has it.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
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

    fn rules_of(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        find(text.as_bytes(), false, |one| {
            found.push(format!("{}:{}", one.line, one.rule))
        });
        found
    }

    /// Put together here, so that no scanner takes this file for a leak.
    fn token(prefix: &str, random: &str) -> String {
        let crc = crc32(random.as_bytes());
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
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
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
    fn what_is_found_is_never_shown() {
        let secret = "q8Zr4Lw9Tx2Nv7Kp3Jd6";
        let mut all = Vec::new();
        find(
            format!("db_password = \"{secret}\"").as_bytes(),
            false,
            |one| all.push(one),
        );
        assert_eq!(all.len(), 1);
        assert!(!format!("{all:?}").contains(&secret[5..]));
    }
}
