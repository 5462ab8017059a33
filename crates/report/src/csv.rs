//! Comma-separated values (RFC 4180) for spreadsheets: a row for each verdict, and one for each
//! item without any.
//!
//! A cell that a spreadsheet would take for a formula begins with an apostrophe, so that text from
//! a target calculates nothing.

use crate::inert::{LONGEST, line};
use crate::input::{Format, Items, Render, Report, ReportError, no_facts};
use seaworthy_model::{ItemResult, Verdict};
use std::fmt::Display;
use std::io::{self, Write};

pub(crate) const FORMAT: Format = Format {
    name: "csv",
    describe: "comma-separated values, for spreadsheets: a row for each verdict",
    file: "results.csv",
    cites: no_facts,
    compares: false,
    render: Render::ItemByItem {
        sums: false,
        write: render,
    },
};

const COLUMNS: [&str; 22] = [
    "item",
    "title",
    "section",
    "phase",
    "kind",
    "mark",
    "optional",
    "result",
    "reason",
    "message",
    "credited",
    "counted",
    "probe",
    "target",
    "subject_kind",
    "subject",
    "verdict",
    "verdict_reason",
    "verdict_message",
    "where",
    "evidence",
    "waived",
];

fn render(_report: &Report<'_>, items: &dyn Items, out: &mut dyn Write) -> Result<(), ReportError> {
    row(out, COLUMNS.iter().map(|name| (*name).to_owned()))?;
    let mut stream = items.stream()?;
    while let Some(item) = stream.next_item()? {
        let mut alone = true;
        while let Some(verdict) = stream.next_verdict()? {
            row(out, cells(&item, Some(&verdict)))?;
            alone = false;
        }
        if alone {
            row(out, cells(&item, None))?;
        }
    }
    Ok(())
}

fn cells(item: &ItemResult, verdict: Option<&Verdict>) -> impl Iterator<Item = String> {
    let word = |value: serde_json::Result<serde_json::Value>| {
        let value = value.unwrap_or_default();
        value.as_str().unwrap_or_default().to_owned()
    };
    let of = |told: fn(&Verdict) -> String| verdict.map(told).unwrap_or_default();
    let cells: [String; 22] = [
        item.id.to_string(),
        item.title.clone(),
        item.section.clone(),
        item.phase.to_string(),
        word(serde_json::to_value(item.kind)),
        word(serde_json::to_value(item.mark)),
        item.optional.to_string(),
        item.result.to_string(),
        word(serde_json::to_value(item.reason)),
        item.message.clone().unwrap_or_default(),
        item.credited.to_string(),
        item.counted.to_string(),
        of(|verdict| verdict.probe.to_string()),
        of(|verdict| verdict.target.clone()),
        of(|verdict| verdict.subject.kind.clone()),
        of(|verdict| verdict.subject.name.clone()),
        of(|verdict| verdict.verdict.to_string()),
        word(serde_json::to_value(
            verdict.and_then(|verdict| verdict.reason),
        )),
        of(|verdict| verdict.message.clone().unwrap_or_default()),
        of(|verdict| shown(verdict.location.as_ref())),
        of(|verdict| {
            let first = verdict.facts.first();
            first.map_or_else(String::new, |cite| format!("{}:{}", cite.path(), cite.line))
        }),
        of(|verdict| verdict.waived.to_string()),
    ];
    cells.into_iter()
}

fn shown(value: Option<&impl Display>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn row(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    let mut line = String::new();
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            line.push(',');
        }
        line.push('"');
        line.push_str(&inert_cell(&cell).replace('"', "\"\""));
        line.push('"');
    }
    line.push_str("\r\n");
    out.write_all(line.as_bytes())
}

/// Spreadsheets begin a formula with `=`, `+`, `-` or `@`, also in their full-width forms; a tab
/// or a line break before one is passed over, and is taken away here.
fn inert_cell(text: &str) -> String {
    let text = line(text, LONGEST);
    if text.starts_with([
        '=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '|', '%',
    ]) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::inert_cell;

    #[test]
    fn nothing_calculates() {
        for (text, wanted) in [
            ("plain", "plain"),
            ("=1+1", "'=1+1"),
            ("\t=1+1", "'=1+1"),
            ("\r\n@SUM(A1)", "'@SUM(A1)"),
            ("-2+3|cmd", "'-2+3|cmd"),
            ("+1", "'+1"),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
        ] {
            assert_eq!(inert_cell(text), wanted);
        }
    }
}
