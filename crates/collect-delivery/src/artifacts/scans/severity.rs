//! How findings are rated, by the table `rules/severities.yaml`; and what scanners look for, by
//! `rules/scanners.yaml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// How bad a finding is, worst first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    Critical,
    #[default]
    High,
    Medium,
    Low,
    Info,
}

#[derive(Debug, Default, Deserialize)]
struct Severities {
    sarif_levels: BTreeMap<String, Severity>,
    cvss_tenths: Vec<Step>,
    words: BTreeMap<String, Severity>,
    unrated: Severity,
}

#[derive(Debug, Deserialize)]
struct Step {
    at_least: i64,
    severity: Severity,
}

#[derive(Debug, Default, Deserialize)]
struct Scanners {
    cwes: BTreeMap<String, BTreeSet<i64>>,
    words: BTreeMap<String, BTreeSet<String>>,
    tools: BTreeMap<String, BTreeSet<String>>,
}

// A table that does not parse leaves everything unrated, which is high; a test holds that both do.
static SEVERITIES: LazyLock<Severities> = LazyLock::new(|| {
    crate::rules::parse(include_str!("../../../rules/severities.yaml")).unwrap_or_default()
});
static SCANNERS: LazyLock<Scanners> = LazyLock::new(|| {
    crate::rules::parse(include_str!("../../../rules/scanners.yaml")).unwrap_or_default()
});

impl Severity {
    /// The rating of a tool's own word.
    pub(crate) fn of_word(word: &str) -> Self {
        let word = word.trim().to_lowercase();
        SEVERITIES
            .words
            .get(&word)
            .copied()
            .unwrap_or(SEVERITIES.unrated)
    }

    /// The rating of a SARIF level.
    pub(crate) fn of_level(level: &str) -> Self {
        SEVERITIES
            .sarif_levels
            .get(level)
            .copied()
            .unwrap_or(SEVERITIES.unrated)
    }

    /// The rating of a CVSS score.
    pub(crate) fn of_score(score: f64) -> Option<Self> {
        let tenths = super::super::number::scaled(score, 10.0).filter(|tenths| *tenths <= 100)?;
        let step = SEVERITIES
            .cvss_tenths
            .iter()
            .find(|step| tenths >= step.at_least);
        step.map(|step| step.severity)
    }

    /// The rating of a finding that nobody rated.
    pub(crate) fn unrated() -> Self {
        SEVERITIES.unrated
    }

    /// The SARIF level of as much weight.
    pub(crate) fn level(self) -> &'static str {
        match self {
            Self::Critical | Self::High => "error",
            Self::Medium => "warning",
            Self::Low => "note",
            Self::Info => "none",
        }
    }
}

/// What a tool of that name looks for.
pub(crate) fn looks_for(tool: &str) -> impl Iterator<Item = String> {
    let tool = tool.to_lowercase();
    let fits = move |(name, _): &(&String, &BTreeSet<String>)| tool.starts_with(name.as_str());
    let tools = SCANNERS.tools.iter().filter(fits);
    tools.flat_map(|(_, categories)| categories.clone())
}

/// What weaknesses of these numbers are about.
pub(crate) fn categories(cwes: &BTreeSet<i64>) -> BTreeSet<String> {
    let about = SCANNERS
        .cwes
        .iter()
        .filter(|(_, known)| !known.is_disjoint(cwes));
    about.map(|(category, _)| category.clone()).collect()
}

/// What a finding is about by the words of its rule and its message.
pub(crate) fn named(rule: &str, message: &str) -> BTreeSet<String> {
    let text = format!("{rule} {message}").to_lowercase();
    let about = SCANNERS
        .words
        .iter()
        .filter(|(_, words)| words.iter().any(|word| text.contains(word.as_str())));
    about.map(|(category, _)| category.clone()).collect()
}

/// The number of a weakness in a text such as `CWE-79`, `external/cwe/cwe-079` or `79`.
pub(crate) fn cwe(text: &str) -> Option<i64> {
    let lower = text.to_ascii_lowercase();
    let digits = match lower.rfind("cwe-").or_else(|| lower.rfind("cwe:")) {
        Some(at) => lower.get(at + 4..)?,
        None => lower.trim(),
    };
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

/// The numbers in a value that is a text, a number, or a list of them.
pub(crate) fn cwes(value: Option<&Value>) -> BTreeSet<i64> {
    match value {
        Some(Value::Array(list)) => list.iter().flat_map(|one| cwes(Some(one))).collect(),
        Some(Value::String(text)) => cwe(text).into_iter().collect(),
        Some(Value::Number(number)) => number.as_i64().into_iter().collect(),
        _ => BTreeSet::new(),
    }
}

/// The base score of a CVSS 3.0 or 3.1 vector (CVSS 3.1 specification §7.1).
pub(crate) fn base_score(vector: &str) -> Option<f64> {
    if !vector.starts_with("CVSS:3.") {
        return None;
    }
    let metrics: BTreeMap<&str, &str> = vector
        .split('/')
        .skip(1)
        .filter_map(|part| part.split_once(':'))
        .collect();
    let weight = |name: &str, table: &[(&str, f64)]| {
        let value = metrics.get(name)?;
        table
            .iter()
            .find(|(key, _)| key == value)
            .map(|(_, weight)| *weight)
    };
    let changed = match *metrics.get("S")? {
        "U" => false,
        "C" => true,
        _ => return None,
    };
    let impact_of = |name| weight(name, &[("H", 0.56), ("L", 0.22), ("N", 0.0)]);
    let lost = 1.0 - (1.0 - impact_of("C")?) * (1.0 - impact_of("I")?) * (1.0 - impact_of("A")?);
    let impact = if changed {
        7.52 * (lost - 0.029) - 3.25 * (lost - 0.02).powi(15)
    } else {
        6.42 * lost
    };
    let privileges = if changed {
        [("N", 0.85), ("L", 0.68), ("H", 0.5)]
    } else {
        [("N", 0.85), ("L", 0.62), ("H", 0.27)]
    };
    let ease = 8.22
        * weight("AV", &[("N", 0.85), ("A", 0.62), ("L", 0.55), ("P", 0.2)])?
        * weight("AC", &[("L", 0.77), ("H", 0.44)])?
        * weight("PR", &privileges)?
        * weight("UI", &[("N", 0.85), ("R", 0.62)])?;
    if impact <= 0.0 {
        return Some(0.0);
    }
    let sum = if changed {
        1.08 * (impact + ease)
    } else {
        impact + ease
    };
    // Rounded up to one decimal, as the specification's Roundup does.
    let scaled = (sum.min(10.0) * 100_000.0).round();
    let rest = scaled % 10_000.0;
    Some(if rest == 0.0 {
        scaled / 100_000.0
    } else {
        ((scaled - rest) / 10_000.0 + 1.0) / 10.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_parse_and_rate() {
        assert_eq!(Severity::of_word("MODERATE"), Severity::Medium);
        assert_eq!(Severity::of_word("unheard of"), Severity::High);
        assert_eq!(Severity::of_level("note"), Severity::Low);
        for (score, wanted) in [
            (9.8, Severity::Critical),
            (8.95, Severity::Critical),
            (8.9, Severity::High),
            (6.9, Severity::Medium),
            (0.1, Severity::Low),
            (0.0, Severity::Info),
        ] {
            assert_eq!(Severity::of_score(score), Some(wanted), "{score}");
        }
        assert_eq!(Severity::of_score(11.0), None);
        assert!(looks_for("CodeQL").any(|category| category == "xss"));
        assert_eq!(
            categories(&[89].into()),
            ["sql-injection".to_owned()].into()
        );
    }

    #[test]
    fn vectors_have_the_scores_of_the_specification() {
        // Examples of the CVSS 3.1 user guide.
        for (vector, score) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
            ("CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8),
            ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4),
            ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
        ] {
            let found = base_score(vector).unwrap();
            assert!((found - score).abs() < 0.001, "{vector}: {found}");
        }
        for bad in [
            "",
            "CVSS:4.0/AV:N",
            "CVSS:3.1/AV:N",
            "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        ] {
            assert_eq!(base_score(bad), None, "{bad}");
        }
    }

    #[test]
    fn weaknesses_are_found_in_the_ways_that_tools_write_them() {
        for (text, wanted) in [
            ("CWE-79", Some(79)),
            ("external/cwe/cwe-089", Some(89)),
            ("CWE-89: SQL Injection", Some(89)),
            ("79", Some(79)),
            ("security", None),
        ] {
            assert_eq!(cwe(text), wanted, "{text}");
        }
    }
}
