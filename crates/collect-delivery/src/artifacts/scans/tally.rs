//! What one scan report, or several, come to.

use super::severity::{Severity, categories, named};
use crate::artifacts::release::Origin;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The most findings that are kept, the worst ones first.
const MOST: usize = 50;
/// The longest text of a finding, in characters.
const LONGEST: usize = 200;

/// Something that a scanner found.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(crate) struct Finding {
    /// How bad it is, by the table in `rules/severities.yaml`.
    pub(crate) severity: Severity,
    /// The tool's rule, or the advisory: `G201`, `CVE-2026-0001`.
    pub(crate) rule: String,
    /// The file, with the line where it is known: `main.go:12`; or the package with its version.
    pub(crate) place: String,
    /// What the tool says of it, shortened.
    pub(crate) message: String,
    /// The version that mends it; absent where there is none, or where no package is concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fixed_in: Option<String>,
    /// It is known to be exploited, by what the report itself says.
    pub(crate) known_exploited: bool,
}

/// A finding with what is only counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub(crate) finding: Finding,
    /// The level, where it is not the one that goes with the severity.
    pub(crate) level: Option<String>,
    pub(crate) cwes: BTreeSet<i64>,
}

/// Counts of findings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) tools: BTreeSet<String>,
    pub(crate) scanned: BTreeSet<String>,
    pub(crate) looks_for: BTreeSet<String>,
    pub(crate) by_severity: BTreeMap<Severity, i64>,
    pub(crate) by_level: BTreeMap<String, i64>,
    pub(crate) by_category: BTreeMap<String, i64>,
    pub(crate) suppressed: i64,
    pub(crate) with_fix: i64,
    pub(crate) known_exploited: i64,
    pub(crate) findings: BTreeSet<Finding>,
    /// When the oldest database of advisories was made.
    pub(crate) database_at: Option<Timestamp>,
    /// A scan was really made.
    pub(crate) ran: bool,
}

impl Tally {
    /// Says that `tool` made a scan.
    pub(crate) fn ran(&mut self, tool: &str) {
        self.ran = true;
        self.tools.insert(tool.to_lowercase());
        self.looks_for.extend(super::severity::looks_for(tool));
    }

    /// Counts `times` findings that are alike, and keeps one of them.
    pub(crate) fn count(&mut self, found: Found, times: i64) {
        let Found {
            mut finding,
            level,
            cwes,
        } = found;
        let level = level.unwrap_or_else(|| finding.severity.level().to_owned());
        *self.by_level.entry(level).or_default() += times;
        *self.by_severity.entry(finding.severity).or_default() += times;
        let mut about = categories(&cwes);
        about.extend(named(&finding.rule, &finding.message));
        for category in about {
            *self.by_category.entry(category).or_default() += times;
        }
        self.with_fix += if finding.fixed_in.is_some() { times } else { 0 };
        self.known_exploited += if finding.known_exploited { times } else { 0 };
        for text in [&mut finding.message, &mut finding.rule, &mut finding.place] {
            let line = text.lines().next().unwrap_or_default();
            *text = line.trim().chars().take(LONGEST).collect();
        }
        self.findings.insert(finding);
        while self.findings.len() > MOST {
            self.findings.pop_last();
        }
    }

    /// The age of the database; the oldest counts.
    pub(crate) fn database(&mut self, at: Option<Timestamp>) {
        self.database_at = match (self.database_at, at) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }

    /// Adds another report's counts.
    pub(crate) fn add(&mut self, other: Self) {
        self.tools.extend(other.tools);
        self.scanned.extend(other.scanned);
        self.looks_for.extend(other.looks_for);
        sum(&mut self.by_severity, other.by_severity);
        sum(&mut self.by_level, other.by_level);
        sum(&mut self.by_category, other.by_category);
        self.suppressed += other.suppressed;
        self.with_fix += other.with_fix;
        self.known_exploited += other.known_exploited;
        self.findings.extend(other.findings);
        while self.findings.len() > MOST {
            self.findings.pop_last();
        }
        self.database(other.database_at);
        self.ran |= other.ran;
    }
}

fn sum<K: Ord>(into: &mut BTreeMap<K, i64>, from: BTreeMap<K, i64>) {
    for (key, count) in from {
        *into.entry(key).or_default() += count;
    }
}

/// Keeps the older of two instants.
pub(crate) fn oldest(origin: &mut Origin, at: Option<Timestamp>) {
    if let Some(at) = at {
        origin.at = Some(origin.at.map_or(at, |other| other.min(at)));
    }
}
