//! The documents of a run's folder that are written whole, and what a record must keep to.

use crate::atomic::{self, Durability};
use crate::error::{BundleError, IoContext as _};
use crate::layout::{CHECKLIST, Limits, PLAN, TARGETS};
use crate::lines;
use crate::record::{RUN_SCHEMA, RunRecord, RunState};
use seaworthy_model::{Plan, RunInfo, Unassessed};
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// Writes what is given before anything is looked at.
pub(super) fn write_given(
    root: &Path,
    plan: &Plan,
    checklist_source: &[u8],
) -> Result<(), BundleError> {
    atomic::write(root, CHECKLIST, checklist_source, Durability::Later)?;
    write_json(root, PLAN, "the plan", plan)?;
    let place = root.join(TARGETS);
    atomic::write_with(root, TARGETS, Durability::Later, |file| {
        let mut file = BufWriter::new(file);
        for target in &plan.targets {
            file.write_all(&lines::line("a target", target)?)
                .at("write", &place)?;
        }
        file.flush().at("write", &place)
    })
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
    let place = root.join(path);
    atomic::write_with(root, path, Durability::Now, |file| {
        let mut file = BufWriter::new(file);
        serde_json::to_writer_pretty(&mut file, value).map_err(|cause| {
            if cause.is_io() {
                BundleError::Io {
                    step: "write",
                    path: place.clone(),
                    cause: cause.into(),
                }
            } else {
                BundleError::Json { what, cause }
            }
        })?;
        file.write_all(b"\n").at("write", &place)?;
        file.flush().at("write", &place)
    })
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
