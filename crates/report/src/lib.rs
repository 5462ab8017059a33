//! What was found, put into a form that people or programs read.
//!
//! Every report is a pure function of a bundle's content: no clock, no file, no environment, and
//! nothing here changes a verdict, the gate or the exit code. A format is one file and one line
//! of [`FORMATS`]. Where output goes, and whether a terminal wants colour, is the caller's to
//! know.
//!
//! Text from targets and checklists is hostile until shown otherwise: it passes through `inert`
//! on its way into every format.

mod changes;
mod checklist;
mod csv;
mod deployment;
mod fields;
mod github;
mod html;
mod in_toto;
mod inert;
mod input;
mod item;
mod json;
mod junit;
mod markdown;
mod openmetrics;
mod oscal;
mod postmortem;
mod sarif;
mod select;
mod text;

pub use input::{
    Detail, Evidence, FactSource, Format, ItemStream, Items, Options, People, Previous,
    ProbeReport, Render, Report, ReportError, VerdictSource,
};
pub use item::{ItemSummary, Verdicts};
pub use json::{
    PROBE_SCHEMA, REPORT_SCHEMA, json_schema, probe_json_schema, render_probe as probe_json,
};
pub use text::{count, render_probe as probe_text};

/// Every format, in the order in which help lists them.
pub const FORMATS: &[Format] = &[
    text::FORMAT,
    json::FORMAT,
    html::FORMAT,
    checklist::FORMAT,
    markdown::FORMAT,
    junit::FORMAT,
    sarif::FORMAT,
    csv::FORMAT,
    openmetrics::FORMAT,
    oscal::FORMAT,
    in_toto::FORMAT,
    github::FORMAT,
    markdown::SUMMARY,
    deployment::FORMAT,
    postmortem::FORMAT,
];

/// Text of unknown origin as one line that is harmless to a terminal: what steers or hides is
/// shown as its code point.
#[must_use]
pub fn inert(text: &str) -> String {
    inert::line(text, inert::LONGEST)
}

/// The format of that name.
#[must_use]
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
