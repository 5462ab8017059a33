//! Service level objectives: OpenSLO v1, Sloth v1 and Pyrra v1alpha1 objects, and prose.

use super::text::Section;
use regex::Regex;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::sync::LazyLock;

/// The service level objectives of one kind, wherever the repository states them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Objectives {
    /// What they are about: `availability`, `latency` or `errors`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// The objectives, at most 20: `slo/api.yaml requests-availability: 99.900% (Sloth)`. Those of
    /// prose have the line of their heading.
    pub(crate) stated: Vec<String>,
}

/// A service level objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Objective {
    /// File and name: `slo/api.yaml requests-availability`.
    pub(crate) reference: String,
    /// How it is written: `OpenSLO`, `Sloth`, `Pyrra` or `document`.
    pub(crate) form: String,
    /// What it is about, by its name and its indicator; it may be about two things.
    pub(crate) about: Vec<String>,
    /// In thousandths of a per cent: 99900 is 99.9%; none where it is a latency.
    pub(crate) thousandths: Option<i64>,
    /// The line of the file.
    pub(crate) line: i64,
}

/// The objectives by what they are about; one for each, stated or not.
pub(crate) fn by_subject(all: &[Objective]) -> Vec<Objectives> {
    let each = ABOUT.iter().map(|(name, _)| {
        let fits = all
            .iter()
            .filter(|one| one.about.iter().any(|about| about == name));
        let words = |one: &Objective| {
            let share = one.thousandths.map_or("a latency".to_owned(), |share| {
                format!("{}.{:03}%", share / 1000, share % 1000)
            });
            format!(
                "{}: {share} ({}, line {})",
                one.reference, one.form, one.line
            )
        };
        Objectives {
            reference: (*name).to_owned(),
            stated: fits.map(words).take(20).collect(),
        }
    });
    each.collect()
}

/// What words say that an objective is about.
const ABOUT: [(&str, &[&str]); 3] = [
    ("availability", &["availab", "uptime", "up time", "success"]),
    (
        "latency",
        &[
            "latency",
            "response time",
            "duration",
            "p95",
            "p99",
            "percentile",
        ],
    ),
    ("errors", &["error", "fail", "5xx", "success rate"]),
];

fn about(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let of = ABOUT
        .iter()
        .filter(|(_, words)| words.iter().any(|word| text.contains(word)));
    of.map(|(name, _)| (*name).to_owned()).collect()
}

/// The objectives in one YAML document.
pub(crate) fn objects(file: &str, value: &Value) -> Vec<Objective> {
    let text = |pointer: &str| {
        value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let (version, kind) = (text("/apiVersion"), text("/kind"));
    let objective = |form: &str, name: &str, share: Option<i64>, hints: &Value| Objective {
        reference: format!("{file} {name}"),
        form: form.to_owned(),
        about: about(&format!("{name} {hints}")),
        thousandths: share,
        line: 1,
    };
    if version.starts_with("openslo/") && kind == "SLO" {
        let targets = value.pointer("/spec/objectives").and_then(Value::as_array);
        let name = text("/metadata/name");
        let each = targets.into_iter().flatten().filter_map(|one| {
            let share = one
                .get("targetPercent")
                .and_then(|share| percent(share, 1000.0));
            let share = share.or_else(|| {
                one.get("target")
                    .and_then(|share| percent(share, 100_000.0))
            })?;
            Some(objective("OpenSLO", name, Some(share), value))
        });
        return each.collect();
    }
    let sloth = text("/version") == "prometheus/v1";
    if sloth || version.starts_with("sloth.slok.dev/") {
        let slos = value
            .get("slos")
            .or_else(|| value.pointer("/spec/slos"))
            .and_then(Value::as_array);
        let each = slos.into_iter().flatten().filter_map(|one| {
            let name = one.get("name").and_then(Value::as_str)?;
            let share = percent(one.get("objective")?, 1000.0)?;
            Some(objective("Sloth", name, Some(share), one))
        });
        return each.collect();
    }
    if version.starts_with("pyrra.dev/") && kind == "ServiceLevelObjective" {
        let share = value
            .pointer("/spec/target")
            .and_then(|share| percent(share, 1000.0));
        let indicator = value.pointer("/spec/indicator").unwrap_or(value);
        return share
            .map(|share| objective("Pyrra", text("/metadata/name"), Some(share), indicator))
            .into_iter()
            .collect();
    }
    Vec::new()
}

/// A number or a text that is one, times `factor`, if it is a share that can be an objective.
fn percent(value: &Value, factor: f64) -> Option<i64> {
    let share = crate::artifacts::number::scaled(crate::artifacts::number::float(value)?, factor)?;
    (1..100_000).contains(&share).then_some(share)
}

/// The objectives that the prose of a document states: a line, under a heading or beside words
/// that speak of objectives, with a share in per cent or a limit in time.
pub(crate) fn prose(file: &str, sections: &[Section]) -> Vec<Objective> {
    static SHARE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(\d{1,2}(?:\.\d+)?)\s?%").ok());
    static LIMIT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:<|under|below|within|less than|at most|≤)\s*\d+(?:\.\d+)?\s*(?:ms|milliseconds?|s|seconds?)\b").ok()
    });
    let speaks = |text: &str| {
        let text = text.to_lowercase();
        let words = text.split(|c: char| !c.is_alphanumeric());
        text.contains("service level")
            || words
                .into_iter()
                .any(|word| ["slo", "slos", "sla", "slas"].contains(&word))
    };
    let title = sections.iter().find(|section| section.level == 1);
    let in_title = title.is_some_and(|section| speaks(&section.heading));
    let mut found = Vec::new();
    for section in sections {
        let under = in_title || speaks(&section.heading);
        for line in section.text.lines().filter(|line| under || speaks(line)) {
            let share = SHARE.as_ref().and_then(|pattern| pattern.captures(line));
            let share =
                share.and_then(|found| percent(&Value::from(found.get(1)?.as_str()), 1000.0));
            let limit = LIMIT.as_ref().is_some_and(|pattern| pattern.is_match(line));
            let about = about(&format!("{} {line}", section.heading));
            if (share.is_some() || limit) && !about.is_empty() {
                found.push(Objective {
                    reference: format!("{file} {}", section.heading),
                    form: "document".to_owned(),
                    about,
                    thousandths: share,
                    line: i64::from(section.line),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::markdown;
    use serde_json::json;

    #[test]
    fn objectives_of_each_tool() {
        let openslo = json!({"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "api-availability"},
            "spec": {"objectives": [{"target": 0.999}]}});
        let sloth = json!({"version": "prometheus/v1", "service": "api", "slos": [
            {"name": "requests-latency", "objective": 99.5}, {"name": "x"}]});
        let pyrra = json!({"apiVersion": "pyrra.dev/v1alpha1", "kind": "ServiceLevelObjective",
            "metadata": {"name": "api-errors"}, "spec": {"target": "99", "indicator": {"ratio": {"errors": {}}}}});
        for (value, form, word, share) in [
            (openslo, "OpenSLO", "availability", 99_900),
            (sloth, "Sloth", "latency", 99_500),
            (pyrra, "Pyrra", "errors", 99_000),
        ] {
            let found = objects("slo.yaml", &value);
            assert_eq!(found.len(), 1, "{value}");
            assert_eq!(
                (found[0].form.as_str(), found[0].thousandths),
                (form, Some(share))
            );
            assert!(
                found[0].about.contains(&word.to_owned()),
                "{:?}",
                found[0].about
            );
        }
        assert!(objects("x", &json!({"kind": "SLO"})).is_empty());
    }

    #[test]
    fn objectives_of_prose() {
        let text = "# Service levels\n\n## Availability\n\nThe SLO is 99.95% in a month.\n\n## Latency\n\np95 under 300 ms\n\n# Other\n\n20% of users\n";
        let found = prose("slo.md", &markdown::read(text).sections);
        let shares: Vec<_> = found.iter().map(|one| one.thousandths).collect();
        assert_eq!(shares, [Some(99_950), None]);
        assert!(
            prose(
                "x",
                &markdown::read("# Tests\n\nAt least 80% coverage and few errors.\n").sections
            )
            .is_empty()
        );
    }
}
