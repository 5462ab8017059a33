//! Settings in configuration files, by rules that are data (`rules/settings.yaml`): a line
//! `key: value` or `key = value` at a time, whatever the file is written in.

use super::facts::Setting;
use regex::Regex;
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: String,
    key: String,
    #[serde(default)]
    least_ms: Option<i64>,
    #[serde(default)]
    most_ms: Option<i64>,
    #[serde(default)]
    least: Option<i64>,
    #[serde(default)]
    most: Option<i64>,
    #[serde(default)]
    forbidden: Option<String>,
    #[serde(default)]
    not: Option<String>,
    /// A share: more than nothing, and not everything.
    #[serde(default)]
    share: bool,
}

struct Rule {
    raw: Raw,
    key: Regex,
    forbidden: Option<Regex>,
    not: Option<Regex>,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let raws: Vec<Raw> =
        crate::rules::parse(include_str!("../../rules/settings.yaml")).unwrap_or_default();
    let rules = raws.into_iter().filter_map(|raw| {
        Some(Rule {
            key: Regex::new(&format!("^(?:{})", raw.key)).ok()?,
            forbidden: raw
                .forbidden
                .as_deref()
                .and_then(|pattern| Regex::new(pattern).ok()),
            not: raw.not.as_deref().and_then(|text| Regex::new(text).ok()),
            raw,
        })
    });
    rules.collect()
});

static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^\s*(?:-\s+)?["']?([A-Za-z][A-Za-z0-9_./-]*)["']?\s*[:=]\s*(.*?)\s*,?$"#).ok()
});

/// What a file holds that sets any of them.
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "timeout|deadline|ping|idle|back[_-]?off|retr(?:y|ies)|attempt|circuit|outlier|failure|origin|sampl";
    Regex::new(&format!("(?i-u:{words})")).ok()
});

/// Every rule with what was found of it.
pub(crate) fn none() -> Vec<Setting> {
    let blank = |rule: &Rule| Setting {
        reference: rule.raw.id.clone(),
        ..Setting::default()
    };
    RULES.iter().map(blank).collect()
}

/// The most places of a setting that are told of.
const MOST: usize = 20;

/// Puts what files further on set behind what was found before.
pub(crate) fn append(settings: &mut Vec<Setting>, next: Vec<Setting>) {
    if settings.is_empty() {
        *settings = next;
        return;
    }
    for (setting, next) in settings.iter_mut().zip(next) {
        setting.places.extend(next.places);
        setting.places.truncate(MOST);
        setting.out_of_bounds.extend(next.out_of_bounds);
        setting.out_of_bounds.truncate(MOST);
    }
}

/// Whether a file holds configuration, by its name.
pub(crate) fn is_configuration(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name).to_lowercase();
    let end = file.rsplit_once('.').map_or("", |(_, end)| end);
    ["yaml", "yml", "toml", "properties", "conf", "ini", "env"].contains(&end)
        || file.starts_with(".env")
        || (end == "json" && (file.contains("config") || file.contains("settings")))
}

/// Reads a configuration file.
pub(crate) fn read(file: &str, text: &str, settings: &mut [Setting]) {
    let (Some(pattern), Some(words)) = (LINE.as_ref(), WORDS.as_ref()) else {
        return;
    };
    // Most files hold none of the words, and need not be taken apart.
    if !words.is_match(text) {
        return;
    }
    let mut above = Above::default();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with(['#', '/', ';']) {
            continue;
        }
        if above.heading(line) {
            continue;
        }
        let Some(found) = pattern.captures(line) else {
            continue;
        };
        let text = |group| found.get(group).map_or("", |m| m.as_str());
        let (key, value) = (text(1).to_lowercase(), text(2));
        let whole = above.whole(line, &key);
        let parent = whole.rsplit_once('.').map_or("", |(parent, _)| parent);
        if value.is_empty() || value == "{" {
            above.open(line, &key);
        }
        for (rule, setting) in RULES.iter().zip(settings.iter_mut()) {
            // What stands below a setting is a part of it, and no other one.
            let part = rule.key.is_match(parent);
            let fits = rule.key.is_match(&key) || (rule.key.is_match(&whole) && !part);
            if !fits || rule.not.as_ref().is_some_and(|not| not.is_match(&whole)) {
                continue;
            }
            let place = format!(
                "{file}:{number}: {}",
                line.trim().chars().take(80).collect::<String>()
            );
            if !within(rule, value) && setting.out_of_bounds.len() < MOST {
                setting.out_of_bounds.push(place.clone());
            }
            if setting.places.len() < MOST {
                setting.places.push(place);
            }
        }
    }
}

/// The keys that a line stands under: by indentation in YAML and JSON, by headings in TOML and INI.
#[derive(Default)]
struct Above {
    heading: String,
    keys: Vec<(usize, String)>,
}

impl Above {
    fn indent(line: &str) -> usize {
        line.len() - line.trim_start().len()
    }

    /// Takes `[a.b]`; true where the line is one.
    fn heading(&mut self, line: &str) -> bool {
        let name = line.trim().strip_prefix('[').and_then(|rest| {
            let name = rest.split(']').next()?.trim_matches(['[', '"']);
            (rest.contains(']') && !name.contains([',', ' '])).then(|| name.to_lowercase())
        });
        let Some(name) = name else { return false };
        self.heading = name;
        self.keys.clear();
        true
    }

    /// Leaves what a line does not stand under.
    fn leave(&mut self, line: &str) {
        let indent = Self::indent(line);
        self.keys.retain(|(at, _)| *at < indent);
    }

    fn open(&mut self, line: &str, key: &str) {
        self.leave(line);
        self.keys.push((Self::indent(line), key.to_owned()));
    }

    fn whole(&mut self, line: &str, key: &str) -> String {
        self.leave(line);
        let above = self.keys.iter().map(|(_, key)| key.as_str());
        let heading = (!self.heading.is_empty()).then_some(self.heading.as_str());
        let parts: Vec<&str> = heading.into_iter().chain(above).chain([key]).collect();
        parts.join(".")
    }
}

fn within(rule: &Rule, value: &str) -> bool {
    let bare = value
        .split(" #")
        .next()
        .unwrap_or(value)
        .trim()
        .trim_matches(['"', '\'']);
    if let Some(forbidden) = &rule.forbidden {
        return !forbidden.is_match(value.trim()) && bare != "*";
    }
    if rule.raw.share {
        return bare
            .parse()
            .map_or(true, |share: f64| is_share(bare, share));
    }
    let bounded = |number: Option<i64>, least: Option<i64>, most: Option<i64>| {
        // A reference or an expression is decided elsewhere.
        number.is_none_or(|number| {
            least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
        })
    };
    if rule.raw.least_ms.is_some() || rule.raw.most_ms.is_some() {
        return bounded(millis(bare), rule.raw.least_ms, rule.raw.most_ms);
    }
    bounded(bare.parse().ok(), rule.raw.least, rule.raw.most)
}

/// Between nothing and everything: a fraction of 1, or with whole numbers per cent.
fn is_share(text: &str, share: f64) -> bool {
    let everything = if text.contains('.') || share <= 1.0 {
        1.0
    } else {
        100.0
    };
    share > 0.0 && share < everything
}

/// `500ms`, `5s`, `2m`, `1h`; a bare number may be seconds or milliseconds and is not judged,
/// but 0 is no limit in either.
fn millis(text: &str) -> Option<i64> {
    let at = text.find(|c: char| c.is_ascii_alphabetic());
    let (number, unit) = text.split_at(at.unwrap_or(text.len()));
    let number: i64 = number.trim().parse().ok()?;
    match unit {
        "" => (number == 0).then_some(0),
        "ms" => Some(number),
        "s" => number.checked_mul(1000),
        "m" | "min" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{none, read};

    fn places(text: &str, id: &str) -> (usize, usize) {
        let mut settings = none();
        read("app.yaml", text, &mut settings);
        let found = settings
            .iter()
            .find(|setting| setting.reference == id)
            .unwrap();
        (found.places.len(), found.out_of_bounds.len())
    }

    #[test]
    fn settings_are_found_by_their_key_and_held_against_bounds() {
        for (text, id, wanted) in [
            ("http:\n  timeout: 5s\n", "http-timeout", (1, 0)),
            ("http_client_timeout = 0", "http-timeout", (1, 1)),
            ("REQUEST_TIMEOUT=10m", "http-timeout", (1, 1)),
            ("# timeout: 5s", "http-timeout", (0, 0)),
            ("grpc_deadline: 2s", "grpc-timeout", (1, 0)),
            (
                "grpc:\n  timeout: 2s\nx: 1\ntimeout: 1s",
                "grpc-timeout",
                (1, 0),
            ),
            ("grpc:\n  timeout: 2s", "http-timeout", (0, 0)),
            (
                "[websocket]\nidle_timeout = 30s",
                "websocket-timeout",
                (1, 0),
            ),
            (
                "{\n  \"grpc\": {\n    \"timeout\": \"2s\"\n  }\n}",
                "grpc-timeout",
                (1, 0),
            ),
            ("database:\n  timeout: 5s", "http-timeout", (0, 0)),
            (
                "tracing:\n  sampling:\n    ratio: 0.1",
                "trace-sampling",
                (1, 0),
            ),
            ("OTEL_TRACES_SAMPLER_ARG=1.0", "trace-sampling", (1, 1)),
            ("tracing:\n  sampling_ratio: 0", "trace-sampling", (1, 1)),
            (
                "jaeger:\n  sampling:\n    percentage: 100",
                "trace-sampling",
                (1, 1),
            ),
            (
                "jaeger:\n  sampling:\n    percentage: 10",
                "trace-sampling",
                (1, 0),
            ),
            ("websocket_idle_timeout: 30s", "websocket-timeout", (1, 0)),
            ("retry:\n  attempts: 3", "retry-limit", (1, 0)),
            ("max_retries: 1000", "retry-limit", (1, 1)),
            ("backoff: exponential", "backoff", (1, 0)),
            (
                "    outlierDetection:\n      x: 1",
                "circuit-breaker",
                (1, 0),
            ),
            (
                "cors_allowed_origins: https://a.example",
                "cors-origin",
                (1, 0),
            ),
            ("CORS_ORIGIN=*", "cors-origin", (1, 1)),
            ("allow_origins: [\"*\"]", "cors-origin", (1, 1)),
        ] {
            assert_eq!(places(text, id), wanted, "{text}");
        }
    }
}
