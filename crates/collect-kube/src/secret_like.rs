//! Whether a value looks like a secret. The value decides, the key is a hint; what is found is
//! never shown.

use crate::value::Value;
use serde::{Serialize, Serializer};

/// Prefixes of tokens that their issuers made recognisable, with the least length of the whole.
const TOKENS: &[(&str, usize)] = &[
    ("AKIA", 20),
    ("ASIA", 20),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghs_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxa-", 20),
    ("sk_live_", 20),
    ("rk_live_", 20),
    ("AIza", 39),
    ("ya29.", 20),
    ("npm_", 36),
    ("dop_v1_", 40),
    ("SG.", 40),
    ("hvs.", 20),
];

/// Words at the end of a key that say its value is secret.
const HINTS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "pass",
    "secret",
    "token",
    "apikey",
    "api_key",
    "access_key",
    "account_key",
    "auth_key",
    "batch_key",
    "key_content",
    "master_key",
    "secret_key",
    "private_key",
    "encryption_key",
    "signing_key",
    "client_secret",
    "credentials",
    "credential",
];

/// Whether `value`, standing under `key`, looks like a secret.
pub(crate) fn looks_secret(key: &str, value: &str) -> bool {
    let mut lines = value.lines().filter(|line| !line.trim().is_empty());
    if let (Some(only), None) = (lines.next(), lines.next()) {
        return line_looks_secret(key, only.trim());
    }
    // A whole file under one key: its lines count, each with its own key.
    value.lines().any(|line| {
        let line = line.trim();
        let (key, rest) = line.split_once(['=', ':']).unwrap_or(("", line));
        let key = key.trim().trim_matches(['"', '\'', '-', ' ']);
        let rest = rest.trim().trim_end_matches([',', ';']);
        line_looks_secret("", line) || line_looks_secret(key, rest.trim_matches(['"', '\'']))
    })
}

/// A value as JSON with a mark in the place of every string that looks secret. An element with a
/// `name` and a `value`, as environment variables are, is judged by that name.
pub(crate) fn redacted(value: &Value) -> Vec<u8> {
    serde_json::to_vec(&Redacted { key: "", value }).unwrap_or_default()
}

/// A copy of the whole object, which kubectl keeps in one string.
const COPY: &str = "kubectl.kubernetes.io/last-applied-configuration";

struct Redacted<'a> {
    key: &'a str,
    value: &'a Value,
}

impl Serialize for Redacted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { key, value } = *self;
        match value {
            Value::String(text) if looks_secret(key, text) => {
                serializer.serialize_str("[redacted]")
            }
            Value::Array(list) => {
                serializer.collect_seq(list.iter().map(|value| Redacted { key, value }))
            }
            Value::Object(map) => {
                let name = map.get("name").and_then(Value::as_str);
                serializer.collect_map(map.iter().filter_map(|(member, value)| {
                    if key == "annotations" && member == COPY {
                        return None;
                    }
                    let key = match name {
                        Some(name) if member == "value" => name,
                        _ => member,
                    };
                    Some((member, Redacted { key, value }))
                }))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                value.serialize(serializer)
            }
        }
    }
}

fn line_looks_secret(key: &str, value: &str) -> bool {
    if value.contains("--BEGIN ") && value.contains("PRIVATE KEY") {
        return true;
    }
    if value.split([' ', ',', '"', '\'', '=']).any(is_token) || holds_url_password(value) {
        return true;
    }
    hints_at_secret(key) && could_be_secret(value)
}

fn is_token(word: &str) -> bool {
    let plain = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    };
    let known = TOKENS
        .iter()
        .any(|(prefix, least)| word.starts_with(prefix) && word.len() >= *least && plain(word));
    let is_jwt = word.starts_with("eyJ") && word.split('.').count() == 3 && word.len() > 40;
    known || (is_jwt && plain(word))
}

/// `scheme://user:password@host`.
fn holds_url_password(value: &str) -> bool {
    value.match_indices("://").any(|(index, _)| {
        let rest = value.get(index + 3..).unwrap_or_default();
        let authority = rest
            .split(['/', '?', '#', ' ', '"', '\''])
            .next()
            .unwrap_or_default();
        authority
            .rsplit_once('@')
            .and_then(|(user, _)| user.split_once(':'))
            .is_some_and(|(_, password)| could_be_secret(password))
    })
}

fn hints_at_secret(key: &str) -> bool {
    let mut normal = String::new();
    let mut lower_before = false;
    for character in key.chars() {
        if character.is_uppercase() && lower_before {
            normal.push('_');
        }
        lower_before = character.is_lowercase();
        normal.push(match character {
            '-' | '.' | ' ' | '/' => '_',
            other => other.to_ascii_lowercase(),
        });
    }
    HINTS.iter().any(|hint| {
        normal
            .strip_suffix(hint)
            .is_some_and(|before| before.is_empty() || before.ends_with('_'))
    })
}

/// Whether a value could be a secret at all: no placeholder, switch, path or address.
fn could_be_secret(value: &str) -> bool {
    let placeholder = value.is_empty()
        || value.contains("$(")
        || value.contains("${")
        || value.contains("{{")
        || value.starts_with('$')
        || (value.starts_with('<') && value.ends_with('>'))
        || value.chars().all(|character| character == '*');
    let plain = matches!(
        value.to_ascii_lowercase().as_str(),
        "true"
            | "false"
            | "yes"
            | "no"
            | "on"
            | "off"
            | "null"
            | "none"
            | "required"
            | "enabled"
            | "disabled"
    );
    let elsewhere = value.starts_with('/')
        || value.starts_with("./")
        || value.starts_with("file:")
        || value.starts_with("vault:")
        || value.starts_with("arn:")
        || value.contains("://");
    !(placeholder || plain || elsewhere)
}

#[cfg(test)]
mod tests {
    use super::looks_secret;

    #[test]
    fn the_value_decides_and_the_key_hints() {
        for (key, value, wanted) in [
            ("PASSWORD", "hunter2", true),
            ("dbPassword", "hunter2", true),
            ("db.password", "hunter2", true),
            ("PASSWORD", "$(DB_PASSWORD)", false),
            ("PASSWORD", "${DB_PASSWORD}", false),
            ("PASSWORD", "", false),
            ("PASSWORD_FILE", "/run/secrets/db", false),
            ("PASSWORD", "/run/secrets/db", false),
            ("PASSWORD_MIN_LENGTH", "8", false),
            ("TOKEN_URL", "https://id.example.com/token", false),
            ("SECRET_NAME", "api-tls", false),
            ("COMPASS", "north", false),
            ("ENABLE_TOKEN", "true", false),
            ("URL", "postgres://api:s3cret@db/api", true),
            ("URL", "postgres://api:$(PASSWORD)@db/api", false),
            ("URL", "postgres://api@db/api", false),
            ("anything", "AKIAIOSFODNN7EXAMPLE", true),
            ("anything", "ghp_0123456789abcdefghijABCDEFGHIJ012345", true),
            ("log", "AKIA is a prefix", false),
            ("tls.key", "-----BEGIN RSA PRIVATE KEY-----\nMII\n", true),
            ("ca.crt", "-----BEGIN CERTIFICATE-----\nMII\n", false),
            ("app.yaml", "db:\n  host: x\n  password: hunter2\n", true),
            ("app.yaml", "db:\n  host: x\n  password: ${PW}\n", false),
            ("app.properties", "user=a\ndb.password=hunter2\n", true),
            ("nginx.conf", "server {\n  listen 80;\n}\n", false),
        ] {
            assert_eq!(looks_secret(key, value), wanted, "{key}={value}");
        }
    }
}
