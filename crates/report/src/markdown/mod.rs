//! Markdown for merge requests and for GitHub's step summary: the verdict, what blocks, the
//! scores, what changed, what is waived. The two differ in how much they may hold.

mod parts;

use crate::input::{Format, Options, Render, Report, ReportError, no_facts};
use parts::Room;

pub(crate) const FORMAT: Format = Format {
    name: "markdown",
    describe: "Markdown, for a comment on a merge request",
    file: "merge-request.md",
    cites: no_facts,
    compares: true,
    brief: false,
    render: Render::Whole(merge_request),
};

pub(crate) const SUMMARY: Format = Format {
    name: "github-summary",
    describe: "Markdown, for GITHUB_STEP_SUMMARY: as above, with every failure",
    file: "step-summary.md",
    cites: no_facts,
    compares: true,
    brief: false,
    render: Render::Whole(step_summary),
};

/// GitHub takes 65,536 characters in a comment, GitLab a million.
const COMMENT: usize = 60_000;
/// GitHub takes 1 MiB of summary from a step, and drops all of it beyond that.
const STEP: usize = 1024 * 1024 - 1024;

#[expect(clippy::unnecessary_wraps, reason = "every format has this signature")]
fn merge_request(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    let room = Room {
        blockers: 10,
        others: 5,
        undecided: 10,
        changes: 20,
    };
    Ok(fitted(report, room, COMMENT))
}

#[expect(clippy::unnecessary_wraps, reason = "every format has this signature")]
fn step_summary(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    let room = Room {
        blockers: 200,
        others: 500,
        undecided: 200,
        changes: 500,
    };
    Ok(fitted(report, room, STEP))
}

/// Whole blocks up to `most` bytes, the important ones first; a block that does not fit is
/// named, and those after it are left out.
fn fitted(report: &Report<'_>, room: Room, most: usize) -> String {
    let mut out = String::new();
    let last = parts::evidence(report);
    let cut = "\n> What follows did not fit here; the whole report is in the bundle.\n";
    let most = most.saturating_sub(last.len() + cut.len());
    for block in parts::blocks(report, room) {
        if out.len() + block.len() > most {
            out.push_str(cut);
            break;
        }
        out.push_str(&block);
    }
    out.push_str(&last);
    out
}
