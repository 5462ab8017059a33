//! SARIF 2.1.0 of any tool: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! Results are folded as they come; what differs in nothing that counts is counted together, so
//! that a report of any length needs the memory of its rules.

use super::severity::{self, Severity};
use super::tally::{Finding, Found, Tally, oldest};
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::number;
use crate::artifacts::release::{Origin, hash, instant};
use crate::artifacts::stream::walk;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The most different results of one run.
const MOST_DIFFERENT: usize = 200_000;
/// Of results that differ in their place only, so many are kept.
const SAMPLES: usize = 3;

const PATHS: [&str; 8] = [
    "runs/[]/results/[]",
    "runs/[]/results/$",
    "runs/[]/tool/driver",
    "runs/[]/tool/extensions/[]/rules/[]",
    "runs/[]/invocations/[]",
    "runs/[]/versionControlProvenance/[]/revisionId",
    "runs/[]/$",
    "version",
];

/// What a rule says of its results.
#[derive(Clone, Debug, Default)]
struct Rule {
    level: Option<String>,
    score: Option<f64>,
    cwes: BTreeSet<i64>,
}

/// What counts of a result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    rule: String,
    index: Option<usize>,
    level: Option<String>,
    tenths: Option<i64>,
    cwes: BTreeSet<i64>,
}

/// One run as far as it was read.
#[derive(Default)]
struct Run {
    tool: Option<String>,
    rules: Vec<(String, Rule)>,
    by_id: BTreeMap<String, Rule>,
    overrides: BTreeMap<String, String>,
    results: BTreeMap<Alike, (i64, Vec<Finding>)>,
    suppressed: i64,
    has_results: bool,
    trouble: Option<String>,
}

/// Reads a report.
///
/// # Errors
///
/// When it is no SARIF 2.1, ends in the middle, holds no run, or a run says that it failed.
pub(super) fn read(
    input: &mut Input,
    tally: &mut Tally,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let mut run = Run::default();
    let (mut version, mut runs, mut trouble) = (None, 0, None);
    walk(input.bytes(), &PATHS, |part| {
        match part.path {
            0 => run.result(&part.value)?,
            1 => run.has_results = true,
            2 => run.driver(&part.value),
            3 => run.rule(&part.value, false),
            4 => run.invocation(&part.value, origin),
            5 => origin.commit = part.value.as_str().and_then(hash),
            6 => {
                runs += 1;
                let ended = std::mem::take(&mut run);
                if let Some(why) = ended.end(tally) {
                    trouble.get_or_insert(why);
                }
            }
            _ => version = part.value.as_str().map(str::to_owned),
        }
        Ok(())
    })?;
    match version {
        Some(version) if version.starts_with("2.1") => {}
        Some(version) => {
            let what = format!("it is SARIF {version}; 2.1.0 is read");
            return Err(Broken::unparsed(None, what));
        }
        None => return Err(Broken::unparsed(None, "it names no SARIF version")),
    }
    if runs == 0 {
        return Err(Broken::unparsed(None, "it holds no run"));
    }
    trouble.map_or(Ok(()), |why| Err(Broken::unparsed(None, why)))
}

fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer).and_then(Value::as_str)
}

impl Run {
    fn driver(&mut self, driver: &Value) {
        self.tool = text(driver, "/name").map(str::to_owned);
        for rule in driver
            .get("rules")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.rule(rule, true);
        }
    }

    /// `of_driver`: only these are meant by a result's `ruleIndex` (§3.27.6).
    fn rule(&mut self, rule: &Value, of_driver: bool) {
        let id = text(rule, "/id").unwrap_or_default().to_owned();
        let tags = rule.pointer("/properties/tags");
        let mut cwes: BTreeSet<i64> = tags
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .filter(|tag| tag.to_ascii_lowercase().contains("cwe"))
            .filter_map(severity::cwe)
            .collect();
        cwes.extend(severity::cwes(rule.pointer("/properties/cwe")));
        // §3.52: the taxonomy that a rule stands in relation to.
        for related in rule
            .get("relationships")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if text(related, "/target/toolComponent/name") == Some("CWE") {
                cwes.extend(text(related, "/target/id").and_then(severity::cwe));
            }
        }
        let known = Rule {
            level: text(rule, "/defaultConfiguration/level").map(str::to_owned),
            score: rule
                .pointer("/properties/security-severity")
                .and_then(number::float),
            cwes,
        };
        self.by_id.insert(id.clone(), known.clone());
        if of_driver {
            self.rules.push((id, known));
        }
    }

    fn invocation(&mut self, invocation: &Value, origin: &mut Origin) {
        oldest(origin, text(invocation, "/endTimeUtc").and_then(instant));
        if invocation.get("executionSuccessful") == Some(&Value::Bool(false)) {
            self.trouble =
                Some("a run says that it did not go well (executionSuccessful)".to_owned());
        }
        let list = |name: &str| {
            invocation
                .get(name)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
        };
        let mut notes =
            list("toolExecutionNotifications").chain(list("toolConfigurationNotifications"));
        if let Some(note) = notes.find(|note| text(note, "/level") == Some("error")) {
            let message = text(note, "/message/text").unwrap_or("an error");
            self.trouble = Some(format!("the tool met an error: {message}"));
        }
        for change in list("ruleConfigurationOverrides") {
            let id = text(change, "/descriptor/id");
            let level = text(change, "/configuration/level");
            if let (Some(id), Some(level)) = (id, level) {
                self.overrides.insert(id.to_owned(), level.to_owned());
            }
        }
    }

    fn result(&mut self, result: &Value) -> Result<(), String> {
        // §3.27.9: only `fail`, the default, says that something was found.
        // `open` and `review` say that the tool could not decide.
        let kind = text(result, "/kind").unwrap_or("fail");
        // §3.27.24: what is gone since the baseline is no finding any more.
        if text(result, "/baselineState") == Some("absent") {
            return Ok(());
        }
        if kind != "fail" {
            if !["pass", "notApplicable", "informational"].contains(&kind) && !is_suppressed(result)
            {
                let rule = text(result, "/ruleId").unwrap_or("a rule");
                let what = format!("a result of {rule} is undecided (kind {kind})");
                self.trouble.get_or_insert(what);
            }
            return Ok(());
        }
        if is_suppressed(result) {
            self.suppressed += 1;
            return Ok(());
        }
        let rule = text(result, "/ruleId").or_else(|| text(result, "/rule/id"));
        let index = result
            .get("ruleIndex")
            .or_else(|| result.pointer("/rule/index"));
        let score = result
            .pointer("/properties/security-severity")
            .and_then(number::float);
        let alike = Alike {
            rule: rule.unwrap_or_default().to_owned(),
            index: index
                .and_then(Value::as_u64)
                .and_then(|index| usize::try_from(index).ok()),
            level: text(result, "/level").map(str::to_owned),
            tenths: score.and_then(|score| number::scaled(score, 10.0)),
            cwes: severity::cwes(result.pointer("/properties/cwe")),
        };
        if self.results.len() >= MOST_DIFFERENT && !self.results.contains_key(&alike) {
            return Err(format!(
                "a run holds more than {MOST_DIFFERENT} different results"
            ));
        }
        let (times, samples) = self.results.entry(alike).or_default();
        *times += 1;
        if samples.len() < SAMPLES {
            samples.push(sample(result));
        }
        Ok(())
    }

    /// Counts the run's results, now that its rules are known; gives what went wrong in it.
    fn end(self, tally: &mut Tally) -> Option<String> {
        let Some(tool) = &self.tool else {
            return Some("a run names no tool".to_owned());
        };
        tally.suppressed += self.suppressed;
        let about: BTreeSet<i64> = self
            .by_id
            .values()
            .flat_map(|rule| rule.cwes.clone())
            .collect();
        for (alike, (times, samples)) in &self.results {
            self.resolve(alike, *times, samples, tally);
        }
        // §3.14.23: without `results` the file holds the rules alone, and nothing was scanned.
        if !self.has_results {
            return Some(format!(
                "a run of {tool} has no results, so nothing was scanned"
            ));
        }
        tally.ran(tool);
        tally.looks_for.extend(severity::categories(&about));
        self.trouble
    }

    fn resolve(&self, alike: &Alike, times: i64, samples: &[Finding], tally: &mut Tally) {
        let by_index = alike.index.and_then(|index| self.rules.get(index));
        let id = match (alike.rule.is_empty(), by_index) {
            (true, Some((id, _))) => id,
            _ => &alike.rule,
        };
        // §3.27.5: `CA1000/1` is a part of the rule `CA1000`.
        let base = id.split('/').next().unwrap_or(id);
        let of_id = self.by_id.get(id).or_else(|| self.by_id.get(base));
        let rule = of_id
            .or(by_index.map(|(_, rule)| rule))
            .cloned()
            .unwrap_or_default();
        // §3.27.10.
        let level = alike.level.clone();
        let level = level.or_else(|| self.overrides.get(id).cloned());
        let level = level.or(rule.level).unwrap_or_else(|| "warning".to_owned());
        #[expect(clippy::cast_precision_loss, reason = "a score has two digits")]
        let score = alike
            .tenths
            .map(|tenths| tenths as f64 / 10.0)
            .or(rule.score);
        let severity = score
            .and_then(Severity::of_score)
            .unwrap_or_else(|| Severity::of_level(&level));
        let mut left = times;
        for (at, sample) in samples.iter().enumerate() {
            let last = at + 1 == samples.len();
            let count = if last { left } else { 1 };
            left -= count;
            let found = Found {
                finding: Finding {
                    severity,
                    rule: id.clone(),
                    ..sample.clone()
                },
                level: Some(level.clone()),
                cwes: rule.cwes.union(&alike.cwes).copied().collect(),
            };
            tally.count(found, count);
        }
    }
}

/// §3.27.23: suppressed unless one of the suppressions is not accepted.
fn is_suppressed(result: &Value) -> bool {
    let list = result.get("suppressions").and_then(Value::as_array);
    list.is_some_and(|list| {
        let accepted = |one: &Value| matches!(text(one, "/status"), None | Some("accepted"));
        !list.is_empty() && list.iter().all(accepted)
    })
}

fn sample(result: &Value) -> Finding {
    let place = "/locations/0/physicalLocation";
    let file = text(result, &format!("{place}/artifactLocation/uri")).unwrap_or_default();
    let line = result
        .pointer(&format!("{place}/region/startLine"))
        .and_then(Value::as_u64);
    let place = match line {
        Some(line) if !file.is_empty() => format!("{file}:{line}"),
        _ => file.to_owned(),
    };
    let message = text(result, "/message/text").or_else(|| text(result, "/message/markdown"));
    Finding {
        place,
        message: message.unwrap_or_default().to_owned(),
        ..Finding::default()
    }
}
