//! Reports in which an attribute of a case's element says how it ended: xUnit.net v2/v3, NUnit 3
//! and TRX (Visual Studio).

use super::tally::{Ending, Tally};
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::release::{Origin, instant};
use crate::artifacts::xml::{Element, Node, Xml};

/// How one dialect writes cases.
pub(super) struct Dialect {
    case: &'static str,
    name: &'static str,
    suite: &'static str,
    outcome: &'static str,
    passed: &'static [&'static str],
    skipped: &'static [&'static str],
    /// The element and the attribute with the instant of the run.
    started: (&'static str, &'static str),
    /// Elements that say of themselves that something outside any case failed.
    broken: &'static [&'static str],
}

/// xUnit.net, <https://xunit.net/docs/format-xml-v2>.
pub(super) const XUNIT: Dialect = Dialect {
    case: "test",
    name: "name",
    suite: "type",
    outcome: "result",
    passed: &["Pass"],
    skipped: &["Skip", "NotRun"],
    started: ("assembly", "start-rtf"),
    broken: &["error"],
};

/// NUnit 3, <https://docs.nunit.org/articles/nunit/technical-notes/usage/Test-Result-XML-Format.html>.
pub(super) const NUNIT: Dialect = Dialect {
    case: "test-case",
    name: "name",
    suite: "classname",
    outcome: "result",
    passed: &["Passed", "Warning"],
    skipped: &["Skipped", "Inconclusive"],
    started: ("test-run", "start-time"),
    broken: &[],
};

/// TRX, the schema `vstst.xsd` of Visual Studio 2010.
pub(super) const TRX: Dialect = Dialect {
    case: "UnitTestResult",
    name: "testName",
    suite: "testListId",
    outcome: "outcome",
    passed: &["Passed", "PassedButRunAborted", "Warning"],
    skipped: &["NotExecuted", "NotRunnable", "Inconclusive", "Pending"],
    started: ("Times", "start"),
    broken: &[],
};

/// Reads a report of `dialect`.
///
/// # Errors
///
/// When it is not well-formed or ends in the middle; what was read before stays.
pub(super) fn read(
    dialect: &Dialect,
    input: &mut Input,
    tally: &mut Tally,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let mut xml = Xml::new(input.bytes());
    loop {
        match xml.next()? {
            Node::Start(element) if element.name == dialect.case => {
                let Some(outcome) = element.get(dialect.outcome) else {
                    let what = format!("a {} has no {}", dialect.case, dialect.outcome);
                    return Err(Broken::unparsed(xml.line(), what));
                };
                let suite = match dialect.suite {
                    "testListId" => "",
                    suite => element.get(suite).unwrap_or_default(),
                };
                let name = element.get(dialect.name).unwrap_or_default();
                tally.count(ending(dialect, outcome), suite, name, outcome);
            }
            Node::Start(element) if dialect.broken.contains(&element.name.as_str()) => {
                let name = element.get("name").or_else(|| element.get("type"));
                tally.count(
                    Ending::Failed,
                    name.unwrap_or("error"),
                    "",
                    "outside any test",
                );
            }
            Node::Start(element) => started(dialect, &element, origin),
            Node::End(_) | Node::Text(_) => {}
            Node::Eof => return Ok(()),
        }
    }
}

fn ending(dialect: &Dialect, outcome: &str) -> Ending {
    if dialect.passed.contains(&outcome) {
        Ending::Passed
    } else if dialect.skipped.contains(&outcome) {
        Ending::Skipped
    } else {
        // `Failed`, `Error`, `Timeout`, `Aborted`, and whatever a later version adds.
        Ending::Failed
    }
}

fn started(dialect: &Dialect, element: &Element, origin: &mut Origin) {
    let (name, attribute) = dialect.started;
    if element.name != name {
        return;
    }
    // NUnit writes `2026-03-01 12:00:00Z`, a blank in place of the T.
    let text = element.get(attribute);
    let at = text.and_then(|text| instant(&text.trim().replacen(' ', "T", 1)));
    if let Some(at) = at {
        origin.at = Some(origin.at.map_or(at, |other| other.min(at)));
    }
}
