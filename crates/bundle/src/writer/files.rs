//! The documents of a run's folder that are written whole, and what a record must keep to.

use crate::atomic::{self, Durability};
use crate::error::BundleError;
use crate::layout::{CHECKLIST, Limits, PLAN, TARGETS};
use crate::lines;
use crate::record::{RUN_SCHEMA, RunRecord, RunState};
use seaworthy_model::{Plan, RunInfo, Unassessed};
use std::path::Path;

/// Writes what is given before anything is looked at.
pub(super) fn write_given(
    root: &Path,
    plan: &Plan,
    checklist_source: &[u8],
) -> Result<(), BundleError> {
    atomic::write(root, CHECKLIST, checklist_source, Durability::Later)?;
    write_json(root, PLAN, "the plan", plan)?;
    let mut targets = Vec::new();
    for target in &plan.targets {
        lines::push(&mut targets, "a target", target)?;
    }
    atomic::write(root, TARGETS, &targets, Durability::Later)?;
    Ok(())
}

pub(super) fn run_record(run: &RunInfo, state: RunState) -> RunRecord {
    RunRecord {
        schema: RUN_SCHEMA.to_owned(),
        run: run.clone(),
        state,
        counts: None,
        gate: None,
        score: None,
        waivers: Vec::new(),
        attestations: Vec::new(),
        refused: Vec::new(),
        previous: None,
        resumed: Vec::new(),
    }
}

pub(super) fn write_json<T: serde::Serialize>(
    root: &Path,
    path: &str,
    what: &'static str,
    value: &T,
) -> Result<(), BundleError> {
    let mut bytes =
        serde_json::to_vec_pretty(value).map_err(|cause| BundleError::Json { what, cause })?;
    bytes.push(b'\n');
    atomic::write(root, path, &bytes, Durability::Now)
}

pub(super) fn admit_unassessed(
    record: &Unassessed,
    line: &[u8],
    limits: &Limits,
) -> Result<(), BundleError> {
    let size = line.len() as u64;
    if size > limits.fact_line {
        return Err(BundleError::TooLarge {
            what: format!("what could not be read of `{}`", record.target),
            size,
            limit: limits.fact_line,
        });
    }
    Ok(())
}

pub(super) fn is_plain_name(id: &str) -> bool {
    (1..=200).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte))
}
