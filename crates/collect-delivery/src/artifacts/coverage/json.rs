//! Coverage as JSON: coverage.py's `coverage json` (format 2 and 3) and Istanbul's
//! `coverage-final.json` and `coverage-summary.json`.

use super::map::{CoverageMap, Spot};
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::release::{Origin, instant};
use crate::artifacts::stream::walk;
use serde_json::Value;
use std::collections::BTreeMap;

/// Reads a report of coverage.py.
///
/// # Errors
///
/// When it ends in the middle, or a file's lines are missing.
pub(super) fn coverage_py(
    input: &mut Input,
    map: &mut CoverageMap,
    origin: &mut Origin,
) -> Result<(), Broken> {
    walk(input.bytes(), &["files/*", "meta/timestamp"], |part| {
        if part.path == 1 {
            origin.at = part.value.as_str().and_then(instant);
            return Ok(());
        }
        let file = part.key;
        map.file(file);
        for (list, covered) in [("executed_lines", true), ("missing_lines", false)] {
            let lines = part.value.get(list).and_then(Value::as_array);
            let lines = lines.ok_or_else(|| format!("{file} has no {list}"))?;
            for line in lines {
                let number = line.as_u64().and_then(|line| u32::try_from(line).ok());
                let number = number.ok_or_else(|| format!("{file}: {line} is no line"))?;
                map.line(file, number, covered)
                    .map_err(|broken| broken.to_string())?;
            }
        }
        let summary = |name: &str| {
            part.value
                .pointer(&format!("/summary/{name}"))
                .and_then(Value::as_i64)
        };
        if let (Some(of), Some(taken)) = (summary("num_branches"), summary("covered_branches")) {
            map.branches(of, taken);
        }
        Ok(())
    })
}

/// Reads a report of Istanbul (nyc, c8, Jest, Vitest).
///
/// # Errors
///
/// When it ends in the middle, or a file's statements are missing.
pub(super) fn istanbul(input: &mut Input, map: &mut CoverageMap) -> Result<(), Broken> {
    walk(input.bytes(), &["*"], |part| {
        let (file, value) = (part.key, &part.value);
        if let Some(sums) = value
            .get("lines")
            .filter(|sums| sums.get("total").is_some())
        {
            // `coverage-summary.json`; its `total` is the sum of the others.
            let number = |name: &str| sums.get(name).and_then(Value::as_i64);
            let (Some(of), Some(covered)) = (number("total"), number("covered")) else {
                return Err(format!("{file} has no lines.total or lines.covered"));
            };
            if file == "total" || of == 0 {
                return Ok(());
            }
            return map
                .spot(file, Spot::Sum, of, covered)
                .map_err(|broken| broken.to_string());
        }
        let object = |name: &str| value.get(name).and_then(Value::as_object);
        let (Some(statements), Some(counts)) = (object("statementMap"), object("s")) else {
            return Err(format!("{file} has no statementMap or no s"));
        };
        map.file(file);
        // Istanbul's lines: where a statement begins, with the best count of the statements there.
        let mut lines: BTreeMap<u32, bool> = BTreeMap::new();
        for (id, place) in statements {
            let line = place.pointer("/start/line").and_then(Value::as_u64);
            let line = line.and_then(|line| u32::try_from(line).ok());
            let (Some(line), Some(count)) = (line, counts.get(id).and_then(Value::as_u64)) else {
                return Err(format!(
                    "{file}: the statement {id} has no line or no count"
                ));
            };
            *lines.entry(line).or_default() |= count > 0;
        }
        for (line, covered) in lines {
            map.line(file, line, covered)
                .map_err(|broken| broken.to_string())?;
        }
        for taken in object("b")
            .into_iter()
            .flat_map(|branches| branches.values())
        {
            for count in taken.as_array().into_iter().flatten() {
                map.branches(1, i64::from(count.as_u64().unwrap_or_default() > 0));
            }
        }
        Ok(())
    })
}
