//! The facts and artifacts that a format shows, looked up in a bundle. What is asked for is
//! bounded by the format; the shards are read once, line by line.

use crate::failure::Failure;
use seaworthy_bundle::Reader;
use seaworthy_model::FactCite;
use seaworthy_report::Evidence;
use std::collections::BTreeSet;

/// Artifacts are text for people or they are not shown; larger ones stay in the bundle.
const LARGEST: usize = 64 * 1024;

/// Reads the facts at `cites`, and the small artifacts that they name.
pub(super) fn read(reader: &Reader, cites: &BTreeSet<FactCite>) -> Result<Evidence, Failure> {
    let mut evidence = Evidence::default();
    let Some(last) = cites.last() else {
        return Ok(evidence);
    };
    for record in reader.facts()? {
        let (cite, fact) = record?;
        if cites.contains(&cite) {
            for artifact in &fact.provenance.artifacts {
                if !evidence.artifacts.contains_key(&artifact.digest) {
                    // One that is not there is shown by its digest alone; `verify` complains.
                    if let Ok(bytes) = reader.blob(&artifact.digest)
                        && bytes.len() <= LARGEST
                    {
                        evidence.artifacts.insert(artifact.digest.clone(), bytes);
                    }
                }
            }
            evidence.facts.insert(cite, fact);
        }
        if cite >= *last {
            break;
        }
    }
    Ok(evidence)
}
