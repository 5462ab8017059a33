//! Cobertura XML, `coverage-04.dtd`, as coverage.py, cargo-llvm-cov, Istanbul, Coverlet and gcovr
//! write it.

use super::map::{CoverageMap, Spot};
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::release::Origin;
use crate::artifacts::xml::{Element, Node, Xml};
use jiff::Timestamp;

/// Reads a report.
///
/// # Errors
///
/// When it is not well-formed, ends in the middle, or is another format with the same root.
pub(super) fn read(
    input: &mut Input,
    map: &mut CoverageMap,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let mut xml = Xml::new(input.bytes());
    let mut file = String::new();
    let mut sums = None;
    let (mut seen, mut in_methods) = (0_i64, false);
    loop {
        match xml.next()? {
            Node::Start(element) => match element.name.as_str() {
                "coverage" => {
                    origin.at = element.count("timestamp").and_then(timestamp);
                    sums = element
                        .count("lines-valid")
                        .zip(element.count("lines-covered"));
                }
                "project" | "testproject" => {
                    let what = "it is Clover XML, which is not read; write Cobertura or LCOV";
                    return Err(Broken::unparsed(xml.line(), what));
                }
                "class" => {
                    file = element.get("filename").unwrap_or_default().to_owned();
                    map.file(&file);
                }
                "methods" => in_methods = true,
                // Methods repeat lines, and Istanbul adds those of the declarations, which its own
                // sums do not count.
                "line" if !file.is_empty() && !in_methods => {
                    seen += 1;
                    line(&element, &file, map, xml.line())?;
                }
                _ => {}
            },
            Node::End(name) if name == "class" => file.clear(),
            Node::End(name) if name == "methods" => in_methods = false,
            Node::End(_) | Node::Text(_) => {}
            Node::Eof => break,
        }
    }
    match sums {
        // Some writers leave the lines out and give the sums alone.
        Some((valid, covered)) if seen == 0 && valid > 0 => {
            map.spot("(sum)", Spot::Sum, valid, covered)
        }
        Some((valid, _)) if seen < valid => {
            let what = format!("it claims {valid} lines and lists {seen}");
            Err(Broken::unparsed(xml.line(), what))
        }
        _ => Ok(()),
    }
}

fn line(element: &Element, file: &str, map: &mut CoverageMap, at: u64) -> Result<(), Broken> {
    let number = element.count("number").and_then(|n| u32::try_from(n).ok());
    let (Some(number), Some(hits)) = (number, element.get("hits")) else {
        return Err(Broken::unparsed(at, "a line has no number or no hits"));
    };
    // Counts beyond 64 bits are written too; only 0 is none.
    let hits = hits.trim();
    if hits.is_empty() || !hits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Broken::unparsed(
            at,
            format!("a line has the hits {hits:?}, which are no count"),
        ));
    }
    let covered = !hits.trim_start_matches('0').is_empty();
    if let Some((taken, of)) = element.get("condition-coverage").and_then(conditions) {
        map.branches(of, taken);
    }
    map.line(file, number, covered)
}

/// `50% (1/2)`.
fn conditions(text: &str) -> Option<(i64, i64)> {
    let (_, rest) = text.split_once('(')?;
    let (taken, of) = rest.trim_end_matches(')').split_once('/')?;
    Some((taken.trim().parse().ok()?, of.trim().parse().ok()?))
}

/// Seconds by the DTD, milliseconds by coverage.py and Istanbul.
fn timestamp(number: i64) -> Option<Timestamp> {
    if number <= 0 {
        None
    } else if number > 100_000_000_000 {
        Timestamp::from_millisecond(number).ok()
    } else {
        Timestamp::from_second(number).ok()
    }
}
