//! Coverage as lines of text: LCOV's tracefiles (`geninfo(1)`) and Go's cover profiles
//! (<https://go.dev/blog/cover>).

use super::map::{CoverageMap, Spot};
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;

/// Reads a tracefile.
///
/// # Errors
///
/// When a record is not closed, or a line of it cannot be read.
pub(super) fn lcov(input: &mut Input, map: &mut CoverageMap) -> Result<(), Broken> {
    let mut file: Option<String> = None;
    let mut last = 0;
    // Lines of the record, and its own sums (LF, LH), which some writers give alone.
    let (mut lines, mut found, mut hit) = (0_u64, None, None);
    input.lines(|number, line| {
        last = number;
        let bad = |what: &str| Broken::unparsed(number, format!("{what}: {line:?}"));
        if let Some(path) = line.strip_prefix("SF:") {
            if file.is_some() {
                return Err(bad("a record begins before the last one has ended"));
            }
            map.file(path);
            (lines, found, hit) = (0, None, None);
            file = Some(path.to_owned());
        } else if let Some(data) = line.strip_prefix("DA:") {
            let file = file
                .as_deref()
                .ok_or_else(|| bad("a line stands outside a record"))?;
            let mut parts = data.split(',');
            let at = parts.next().and_then(|part| part.trim().parse().ok());
            let hits = parts
                .next()
                .and_then(|part| part.trim().parse::<f64>().ok());
            let (Some(at), Some(hits)) = (at, hits) else {
                return Err(bad("wanted is DA:<line>,<count>"));
            };
            lines += 1;
            map.line(file, at, hits > 0.0)?;
        } else if let Some(count) = line.strip_prefix("LF:") {
            found = count.trim().parse::<i64>().ok().filter(|count| *count >= 0);
        } else if let Some(count) = line.strip_prefix("LH:") {
            hit = count.trim().parse::<i64>().ok().filter(|count| *count >= 0);
        } else if let Some(data) = line.strip_prefix("BRDA:") {
            let taken = data.rsplit(',').next().unwrap_or_default();
            map.branches(1, i64::from(taken != "-" && taken.trim() != "0"));
        } else if line == "end_of_record" {
            let Some(file) = file.take() else {
                return Err(bad("a record ends that has not begun"));
            };
            match (lines, found, hit) {
                (0, Some(found), Some(hit)) if found > 0 => {
                    map.spot(&file, Spot::Sum, found, hit.min(found))?;
                }
                (0, Some(found), None) if found > 0 => {
                    return Err(bad("a record counts lines (LF) and tells of none"));
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    match file {
        Some(file) => Err(Broken::unparsed(
            last,
            format!("the record of {file} does not end"),
        )),
        None => Ok(()),
    }
}

/// Reads a cover profile: `name.go:line.column,line.column statements count`.
///
/// # Errors
///
/// When a line is none of these.
pub(super) fn go_cover(input: &mut Input, map: &mut CoverageMap) -> Result<(), Broken> {
    input.lines(|number, line| {
        // Profiles that were put together carry several mode lines.
        if line.trim().is_empty() || line.starts_with("mode: ") {
            return Ok(());
        }
        let block = || {
            let (place, rest) = line.rsplit_once(':')?;
            let mut parts = rest.split(' ');
            let range = parts
                .next()
                .filter(|range| range.contains(',') && range.contains('.'))?;
            let statements: i64 = parts.next()?.parse().ok().filter(|count| *count >= 0)?;
            let count: u64 = parts.next()?.parse().ok()?;
            Some((place, range, statements, count))
        };
        let Some((file, range, statements, count)) = block() else {
            let what =
                format!("wanted is file.go:line.column,line.column statements count: {line:?}");
            return Err(Broken::unparsed(number, what));
        };
        let covered = if count > 0 { statements } else { 0 };
        map.spot(file, Spot::Block(range.into()), statements, covered)
    })
}
