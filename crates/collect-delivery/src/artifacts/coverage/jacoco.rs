//! JaCoCo XML, `report.dtd` 1.1: <https://www.jacoco.org/jacoco/trunk/coverage/report.dtd>.

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
/// When it is not well-formed or ends in the middle.
pub(super) fn read(
    input: &mut Input,
    map: &mut CoverageMap,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let mut xml = Xml::new(input.bytes());
    let (mut group, mut package, mut file) = (Vec::new(), String::new(), None);
    let mut seen = false;
    let mut depth = 0_usize;
    loop {
        match xml.next()? {
            Node::Start(element) => {
                depth += 1;
                let name = element.get("name").unwrap_or_default();
                match element.name.as_str() {
                    "sessioninfo" => started(&element, origin),
                    "group" => group.push(name.to_owned()),
                    "package" => name.clone_into(&mut package),
                    "sourcefile" => {
                        let path = [group.join("/"), package.clone(), name.to_owned()];
                        let path: Vec<&str> = path
                            .iter()
                            .map(String::as_str)
                            .filter(|part| !part.is_empty())
                            .collect();
                        let path = path.join("/");
                        map.file(&path);
                        file = Some(path);
                    }
                    "line" => {
                        seen = true;
                        line(&element, file.as_deref(), map, xml.line())?;
                    }
                    // The sums of the whole stand just below the root.
                    "counter" if depth == 2 && !seen => sum(&element, map)?,
                    "counter" if depth == 2 && element.get("type") == Some("BRANCH") => {
                        let (missed, covered) = counter(&element);
                        map.branches(missed + covered, covered);
                    }
                    _ => {}
                }
            }
            Node::End(name) => {
                depth = depth.saturating_sub(1);
                match name.as_str() {
                    "group" => drop(group.pop()),
                    "sourcefile" => file = None,
                    _ => {}
                }
            }
            Node::Text(_) => {}
            Node::Eof => return Ok(()),
        }
    }
}

fn counter(element: &Element) -> (i64, i64) {
    let count = |name| element.count(name).unwrap_or_default().max(0);
    (count("missed"), count("covered"))
}

fn sum(element: &Element, map: &mut CoverageMap) -> Result<(), Broken> {
    let (missed, covered) = counter(element);
    match element.get("type") {
        Some("LINE") if missed + covered > 0 => {
            map.spot("(sum)", Spot::Sum, missed + covered, covered)
        }
        Some("BRANCH") => {
            map.branches(missed + covered, covered);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A line is covered as soon as one of its instructions was executed, as JaCoCo counts lines.
fn line(
    element: &Element,
    file: Option<&str>,
    map: &mut CoverageMap,
    at: u64,
) -> Result<(), Broken> {
    let number = element.count("nr").and_then(|n| u32::try_from(n).ok());
    let (Some(file), Some(number)) = (file, number) else {
        return Err(Broken::unparsed(
            at,
            "a line stands outside a sourcefile or has no nr",
        ));
    };
    let count = |name| element.count(name).unwrap_or_default();
    if count("mi") == 0 && count("ci") == 0 {
        return Ok(());
    }
    map.line(file, number, count("ci") > 0)
}

/// The oldest session counts.
fn started(element: &Element, origin: &mut Origin) {
    let at = element
        .count("start")
        .and_then(|at| Timestamp::from_millisecond(at).ok());
    if let Some(at) = at {
        origin.at = Some(origin.at.map_or(at, |other: Timestamp| other.min(at)));
    }
}
