//! A subset: what it shows must be what was sealed, and must be whole for the items that it names.

use super::{Verification, signature};
use crate::RunPredicate;
use crate::check::{self, Finding};
use crate::commit::{commitment, read_list};
use crate::error::BundleError;
use crate::export::{self, Disclosed};
use crate::layout::{BLOBS, Limits, RUN, ShardKind};
use crate::reader::read_run;
use seaworthy_model::{Fact, FactCite, ItemResult};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(super) fn check(
    verification: &mut Verification,
    sums: &[u8],
    predicate: Option<&RunPredicate>,
    limits: Limits,
) -> Result<(), BundleError> {
    let dir = verification.dir.clone();
    let (findings, present) = check::check_present(&dir, sums)?;
    let sound = findings.is_empty();
    verification.findings.extend(findings);
    if !sound {
        return Ok(());
    }
    if present.contains(RUN) {
        let run = read_run(&dir, &limits)?;
        signature::compare(verification, predicate, &run);
        verification.run = Some(run);
    }
    let manifest = export::read_manifest(&dir)?;
    let mut problems = Problems(Vec::new());
    let facts: BTreeMap<FactCite, Fact> = records(&dir, ShardKind::Facts, limits, &mut problems)?
        .into_iter()
        .collect();
    let results: Vec<(FactCite, ItemResult)> =
        records(&dir, ShardKind::Results, limits, &mut problems)?;
    complete(&manifest.items, &results, &facts, &mut problems);
    for artifact in facts.values().flat_map(|fact| &fact.provenance.artifacts) {
        let path = format!("{BLOBS}/{}", artifact.digest.hex());
        if !present.contains(&path) {
            verification.findings.push(Finding::Missing { path });
        }
    }
    verification.findings.extend(problems.0);
    verification.subset = Some(manifest);
    Ok(())
}

struct Problems(Vec<Finding>);

impl Problems {
    fn add(&mut self, path: &str, problem: String) {
        self.0.push(Finding::BadDisclosure {
            path: path.to_owned(),
            problem,
        });
    }
}

/// Every record of a kind that the subset shows and that was sealed so.
fn records<T: DeserializeOwned>(
    dir: &Path,
    kind: ShardKind,
    limits: Limits,
    problems: &mut Problems,
) -> Result<Vec<(FactCite, T)>, BundleError> {
    let mut all = Vec::new();
    for shard in export::disclosed_shards(dir, kind)? {
        let path = export::disclosed_path(kind, shard);
        let list = match read_list(dir, kind, shard) {
            Ok(list) => list,
            Err(error) => {
                problems.add(&path, error.to_string());
                continue;
            }
        };
        let mut last = 0;
        for line in export::read_disclosed(dir, kind, shard, limits)? {
            let Disclosed { line, salt, record } = match line {
                Ok(line) => line,
                Err(problem) => {
                    problems.add(&path, problem);
                    continue;
                }
            };
            if line <= last {
                problems.add(&path, format!("line {line} is out of order or there twice"));
            }
            last = last.max(line);
            let sealed = list.get((line as usize).wrapping_sub(1));
            if sealed != Some(&commitment(&salt, record.as_bytes())) {
                problems.add(
                    &path,
                    format!("the record of line {line} is not the one that was sealed"),
                );
                continue;
            }
            match serde_json::from_str(&record) {
                Ok(record) => all.push((FactCite { shard, line }, record)),
                Err(error) => problems.add(&path, format!("line {line}: {error}")),
            }
        }
    }
    Ok(all)
}

/// An item is shown with every fact that it cites, or something could be kept back unseen.
fn complete(
    wanted: &[String],
    results: &[(FactCite, ItemResult)],
    facts: &BTreeMap<FactCite, Fact>,
    problems: &mut Problems,
) {
    let shown: BTreeSet<&str> = results.iter().map(|(_, item)| item.id.as_str()).collect();
    for item in wanted {
        if !shown.contains(item.as_str()) {
            let problem = format!("names the item {}, which is not shown", item.escape_debug());
            problems.add(export::EXPORT, problem);
        }
    }
    for (place, item) in results {
        let path = export::disclosed_path(ShardKind::Results, place.shard);
        if !wanted.iter().any(|wanted| wanted == item.id.as_str()) {
            problems.add(
                &path,
                format!("shows {}, which export.json does not name", item.id),
            );
        }
        let cites = item.verdicts.iter().flat_map(|verdict| &verdict.facts);
        if let Some(cite) = cites.into_iter().find(|cite| !facts.contains_key(cite)) {
            let FactCite { shard, line } = cite;
            let problem = format!(
                "{} stands on the fact {shard}:{line}, which is not shown",
                item.id
            );
            problems.add(&path, problem);
        }
    }
}
