//! The labelled secrets of `tests/secrets`, scanned as files of a checkout: how many are found, and
//! how often harmless text is taken for one. The figures are kept in `docs/accuracy.md`.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON is indexed by key, and letters by a number below their count"
)]

mod random;

use anyhow::{Context as _, Result, ensure};
use random::Random;
use seaworthy_collect::{Budgets, Context, Sink};
use seaworthy_model::Target;
use seaworthy_tests::{accuracy, named};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How often each text is put together, with other characters.
const TIMES: u64 = 3;
/// So many texts make up a checkout; the scan tells of 50 findings at most.
const BATCH: usize = 25;

/// A text that is scanned.
struct Sample {
    file: String,
    bytes: Vec<u8>,
    /// The rule that must find it, or what harmless thing it is.
    label: String,
    /// How the set writes it, for messages.
    written: String,
}

fn field<'v>(row: &'v Value, name: &str) -> Result<&'v str> {
    row[name]
        .as_str()
        .with_context(|| format!("{row} has no {name}"))
}

/// Tokens in every place.
fn tokens() -> Result<Vec<Sample>> {
    let places = named::list("tests/secrets/places.yaml")?;
    let mut samples = Vec::new();
    for (seed, row) in (1..).zip(named::list("tests/secrets/tokens.yaml")?) {
        let token = field(&row, "token")?;
        for (place, seed) in places.iter().zip((seed * 1000..).step_by(10)) {
            for time in 0..TIMES {
                let token = Random::new(seed + time).fill(token)?;
                let text = field(place, "text")?.replacen("{}", &token, 1);
                samples.push(Sample {
                    file: field(place, "file")?.to_owned(),
                    bytes: encoded(&text),
                    label: field(&row, "rule")?.to_owned(),
                    written: format!("{} in {}", field(&row, "token")?, field(place, "file")?),
                });
            }
        }
    }
    Ok(samples)
}

fn texts(file: &str, label: &str) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for (seed, row) in (1..).zip(named::list(file)?) {
        for time in 0..TIMES {
            let text = Random::new(seed * 77 + time).fill(field(&row, "text")?)?;
            samples.push(Sample {
                file: field(&row, "file")?.to_owned(),
                bytes: encoded(&text),
                label: field(&row, label)?.to_owned(),
                written: field(&row, "text")?.trim().to_owned(),
            });
        }
    }
    Ok(samples)
}

/// `long:` puts a text at the end of a long line, `utf-16:` writes it as Windows does.
fn encoded(text: &str) -> Vec<u8> {
    if let Some(rest) = text.strip_prefix("long:") {
        return format!("{}{rest}", "x=1;".repeat(5000)).into_bytes();
    }
    if let Some(rest) = text.strip_prefix("utf-16:") {
        let units = format!("\u{feff}{rest}");
        return units.encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    text.as_bytes().to_vec()
}

/// For each sample the rules that found something in it.
fn scanned(samples: &[Sample]) -> Result<Vec<BTreeSet<String>>> {
    let mut all = Vec::new();
    for batch in samples.chunks(BATCH) {
        let folder = tempfile::tempdir()?;
        for (index, sample) in batch.iter().enumerate() {
            let path = folder.path().join(format!("s{index}")).join(&sample.file);
            std::fs::create_dir_all(path.parent().context("a folder")?)?;
            std::fs::write(path, &sample.bytes)?;
        }
        let mut found = vec![BTreeSet::new(); batch.len()];
        for (rule, place) in findings(folder.path())? {
            let index = place
                .strip_prefix('s')
                .and_then(|rest| rest.split('/').next());
            let index: usize = index.context("a sample's folder")?.parse()?;
            found.get_mut(index).context("a sample")?.insert(rule);
        }
        all.extend(found);
    }
    Ok(all)
}

/// What the collector finds in a checkout: rules and places.
fn findings(root: &Path) -> Result<Vec<(String, String)>> {
    let target = Target {
        name: "samples".to_owned(),
        kind: "repository".to_owned(),
        labels: Default::default(),
        spec: json!({ "path": root }).into(),
        location: None,
    };
    let now = || jiff::Timestamp::UNIX_EPOCH;
    let context = Context::new(now(), Budgets::default(), now);
    let sink = Sink::new();
    let collectors = seaworthy_collect_delivery::collectors();
    let collector = collectors
        .iter()
        .find(|one| one.id() == "delivery/repository")
        .context("no such collector")?;
    tokio::runtime::Builder::new_current_thread()
        .build()?
        .block_on(collector.collect(&target, &context, &sink));
    let facts = sink.take().facts;
    let scan = facts
        .iter()
        .find(|fact| fact.subject.kind == "secret_scan")
        .context("no scan")?;
    let listed = scan.value["findings"].as_array().context("no findings")?;
    ensure!(
        scan.value["in_tree"] == listed.len(),
        "not every finding is told"
    );
    let each = listed.iter().map(|one| {
        anyhow::Ok((
            field(one, "rule")?.to_owned(),
            field(one, "place")?.to_owned(),
        ))
    });
    each.collect()
}

#[test]
fn secrets() -> Result<()> {
    let mut wanted = tokens()?;
    wanted.extend(texts("tests/secrets/named.yaml", "rule")?);
    let harmless = texts("tests/secrets/harmless.yaml", "like")?;
    let (found, alarms) = (scanned(&wanted)?, scanned(&harmless)?);

    let mut by_rule: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut missed = BTreeSet::new();
    for (sample, rules) in wanted.iter().zip(&found) {
        let counts = by_rule.entry(&sample.label).or_default();
        counts[0] += 1;
        counts[1] += usize::from(!rules.is_empty());
        counts[2] += usize::from(rules.contains(&sample.label));
        if rules.is_empty() {
            missed.insert(format!("`{}`", one_line(&sample.written)));
        }
    }
    let mut by_kind: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (sample, rules) in harmless.iter().zip(&alarms) {
        let counts = by_kind.entry(&sample.label).or_default();
        counts[0] += 1;
        counts[1] += usize::from(!rules.is_empty());
        if let Some(rule) = rules.first() {
            taken.insert(format!("`{}` ({rule})", one_line(&sample.written)));
        }
    }
    accuracy::keep("secrets", &report(&by_rule, &by_kind, &missed, &taken))
}

fn one_line(text: &str) -> String {
    text.replace("{=}", "")
        .replace('\n', " ⏎ ")
        .replace('`', "'")
}

fn report(
    by_rule: &BTreeMap<&str, [usize; 3]>,
    by_kind: &BTreeMap<&str, [usize; 2]>,
    missed: &BTreeSet<String>,
    taken: &BTreeSet<String>,
) -> String {
    let sum = |index: usize| by_rule.values().map(|counts| counts[index]).sum::<usize>();
    let sum_of = |index: usize| by_kind.values().map(|counts| counts[index]).sum::<usize>();
    let mut lines = vec![
        format!(
            "Of {} secrets {} are found, {} of them by the rule that names them. Of {} harmless texts {} are taken for one.",
            sum(0),
            sum(1),
            sum(2),
            sum_of(0),
            sum_of(1),
        ),
        String::new(),
        "| rule | secrets | found | by this rule |".to_owned(),
        "|---|---|---|---|".to_owned(),
    ];
    for (rule, [all, found, named]) in by_rule {
        lines.push(format!("| `{rule}` | {all} | {found} | {named} |"));
    }
    lines.push(String::new());
    lines.push("| harmless | texts | taken for a secret |".to_owned());
    lines.push("|---|---|---|".to_owned());
    for (kind, [all, taken]) in by_kind {
        lines.push(format!("| {kind} | {all} | {taken} |"));
    }
    for (what, texts) in [("Missed", missed), ("Taken for a secret", taken)] {
        lines.push(String::new());
        lines.push(if texts.is_empty() {
            format!("{what}: none.")
        } else {
            format!("{what}:\n")
        });
        lines.extend(texts.iter().map(|text| format!("- {text}")));
    }
    lines.join("\n")
}
