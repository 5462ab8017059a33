//! GitHub's workflow commands: annotations at the lines of a change, as a step prints them.
//!
//! GitHub shows ten of each kind from a step and drops the others without a word, so where there
//! are more the last one counts the rest.

use crate::inert::{LONGEST, line};
use crate::input::{Format, Options, Render, Report, ReportError, no_facts};
use crate::select;
use seaworthy_model::{ItemResult, Location, Verdict};

pub(crate) const FORMAT: Format = Format {
    name: "github",
    describe: "workflow commands, for annotations on GitHub",
    file: "annotations.txt",
    cites: no_facts,
    compares: false,
    brief: false,
    render: Render::Whole(render),
};

/// Annotations of one kind that GitHub shows of a step.
const OF_A_KIND: usize = 10;

#[expect(clippy::unnecessary_wraps, reason = "every format has this signature")]
fn render(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    let mut out = String::new();
    let blockers: Vec<Note<'_>> = select::blockers(report)
        .into_iter()
        .flat_map(notes)
        .collect();
    write(&mut out, "error", &blockers);
    let (important, others): (Vec<&ItemResult>, Vec<&ItemResult>) = select::other_failures(report)
        .into_iter()
        .partition(|item| item.mark.is_some());
    let undecided = select::undecided(report);
    let warnings: Vec<Note<'_>> = important
        .into_iter()
        .flat_map(notes)
        .chain(undecided.into_iter().map(Note::of))
        .collect();
    write(&mut out, "warning", &warnings);
    let others: Vec<Note<'_>> = others.into_iter().flat_map(notes).collect();
    write(&mut out, "notice", &others);
    Ok(out)
}

struct Note<'a> {
    title: &'a str,
    message: String,
    place: Option<&'a Location>,
}

impl<'a> Note<'a> {
    fn of(item: &'a ItemResult) -> Self {
        Self {
            title: &item.title,
            message: select::told(item).unwrap_or_else(|| item.result.to_string()),
            place: None,
        }
    }
}

/// A note for each probe that fails, at its first subject.
fn notes(item: &ItemResult) -> Vec<Note<'_>> {
    let found = select::failing(item);
    if found.is_empty() {
        return vec![Note::of(item)];
    }
    let first = |verdicts: &Vec<&'_ Verdict>| verdicts.len();
    found
        .values()
        .filter_map(|verdicts| {
            let verdict = *verdicts.first()?;
            let told = verdict.message.clone();
            let told = told.unwrap_or_else(|| verdict.subject.to_string());
            let more = match first(verdicts) {
                1 => String::new(),
                many => format!(" (and {} more like it)", many - 1),
            };
            Some(Note {
                title: &item.title,
                message: format!("{told}{more}"),
                place: verdict.location.as_ref(),
            })
        })
        .collect()
}

fn write(out: &mut String, kind: &str, notes: &[Note<'_>]) {
    let shown = if notes.len() > OF_A_KIND {
        OF_A_KIND - 1
    } else {
        notes.len()
    };
    for note in notes.iter().take(shown) {
        let mut properties = Vec::new();
        if let Some(place) = note.place {
            properties.push(format!("file={}", property(&place.file)));
            properties.push(format!("line={}", place.line));
            properties.extend(place.column.map(|column| format!("col={column}")));
        }
        properties.push(format!("title={}", property(note.title)));
        out.push_str(&format!(
            "::{kind} {}::{}\n",
            properties.join(","),
            data(&note.message)
        ));
    }
    if notes.len() > shown {
        let rest = notes.len() - shown;
        out.push_str(&format!(
            "::{kind} title=Seaworthy::and {rest} more; see the report\n"
        ));
    }
}

/// The message of a command, escaped as the runner reads it.
fn data(text: &str) -> String {
    line(text, LONGEST)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn no_text_ends_a_command_or_begins_another() {
        assert_eq!(
            data("50% done\n::error::forged"),
            "50%25 done ::error::forged"
        );
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
