//! To what a run is held beyond its checklist: what the command line asks for, and the run that
//! it follows.

use super::sealed::sealed;
use crate::failure::Failure;
use clap::Args;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use seaworthy_bundle::Reader;
use seaworthy_model::{Baseline, ItemResult, ResultKind, RunBefore, RunInfo, Tightening};
use seaworthy_yaml::suggest;
use std::path::{Path, PathBuf};

/// What tightens a gate; nothing here loosens one.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct TightenArgs {
    /// Not ready if any due item has one of these results: fail, inconclusive, pending, skipped,
    /// waived, attested
    #[arg(long, value_name = "RESULTS", value_delimiter = ',')]
    pub(crate) fail_on: Vec<String>,
    /// Not ready under this score, where it is higher than the checklist's minimum
    #[arg(long, value_name = "SCORE")]
    pub(crate) min_score: Option<String>,
    /// Not ready if an item or the score is worse than in this sealed run, such as that of the
    /// last release
    #[arg(long, value_name = "RUN")]
    pub(crate) baseline: Option<PathBuf>,
}

/// The results that `--fail-on` takes. What passes, does not apply or is not due is no failure.
const FAIL_ON: [ResultKind; 6] = [
    ResultKind::Fail,
    ResultKind::Inconclusive,
    ResultKind::Pending,
    ResultKind::Skipped,
    ResultKind::Waived,
    ResultKind::Attested,
];

impl TightenArgs {
    /// Reads what was asked for; the baseline must be a sealed run of the same service and phase.
    pub(crate) fn resolve(&self, run: &RunInfo) -> Result<Tightening, Failure> {
        let fail_on = self.fail_on.iter().map(|name| result(name));
        let min_score = self.min_score.as_deref().map(score).transpose()?;
        let baseline = self.baseline.as_deref().map(|path| baseline(path, run));
        Ok(Tightening {
            fail_on: fail_on.collect::<Result<_, _>>()?,
            min_score,
            baseline: baseline.transpose()?,
        })
    }
}

fn result(name: &str) -> Result<ResultKind, Failure> {
    let names = FAIL_ON.map(|kind| kind.to_string());
    FAIL_ON
        .into_iter()
        .find(|kind| kind.to_string() == name.trim())
        .ok_or_else(|| {
            let near = suggest(name, names.iter().map(String::as_str));
            let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
            let names = names.join(", ");
            Failure::usage(format!("--fail-on takes {names}, found `{name}`{near}"))
        })
}

/// A decimal from 0 to 10, such as `9` or `8.5`.
fn score(text: &str) -> Result<String, Failure> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits =
        |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let in_range = whole
        .parse::<u32>()
        .is_ok_and(|whole| whole < 10 || (whole == 10 && fraction.bytes().all(|b| b == b'0')));
    if digits(whole) && digits(fraction) && in_range {
        return Ok(text.to_owned());
    }
    Err(Failure::usage(format!(
        "--min-score wants a score from 0 to 10 such as 8.5, found `{text}`"
    )))
}

fn baseline(path: &Path, run: &RunInfo) -> Result<Baseline, Failure> {
    let reader = unchanged(path)?;
    let then = &reader.run().run;
    for (what, found, wanted) in [
        ("service", then.service.as_str(), run.service.as_str()),
        ("phase", then.phase.as_str(), run.phase.as_str()),
    ] {
        if found != wanted {
            return Err(Failure::usage(format!(
                "--baseline {}: it is of the {what} {found}, this run of {wanted}",
                path.display()
            )));
        }
    }
    let digest = reader.digest()?;
    let results = results(&reader)?;
    Ok(seaworthy_judge::baseline(reader.plan(), digest, &results))
}

/// Opens a sealed run in which nothing was changed since.
pub(crate) fn unchanged(path: &Path) -> Result<Reader, Failure> {
    let reader = Reader::open(path)?;
    sealed(&reader)?;
    if let Some(first) = reader.check()?.first() {
        return Err(Failure::io(format!(
            "{} was changed since it was sealed: {first}",
            path.display()
        )));
    }
    Ok(reader)
}

/// The results of a run, without their verdicts, of which there may be many.
pub(crate) fn results(reader: &Reader) -> Result<Vec<ItemResult>, Failure> {
    let mut stream = reader.result_stream()?;
    let mut results = Vec::new();
    while let Some(result) = stream.next_result()? {
        results.push(result);
    }
    Ok(results)
}

/// The run that a new one follows: the one that was named, else the newest sealed run of the
/// same service and environment in `runs`.
pub(crate) fn before(
    named: Option<&Path>,
    runs: &Path,
    run: &RunInfo,
) -> Result<Option<RunBefore>, Failure> {
    if let Some(path) = named {
        let reader = unchanged(path)?;
        let then = &reader.run().run;
        if then.service != run.service {
            return Err(Failure::usage(format!(
                "--after {}: it is of the service {}, this run of {}",
                path.display(),
                then.service,
                run.service
            )));
        }
        return run_before(&reader).map(Some);
    }
    let Ok(entries) = std::fs::read_dir(runs) else {
        return Ok(None);
    };
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("run-") && path.is_dir()
        })
        .collect();
    // An id begins with the second of its start, so that only runs of one second are opened to
    // see which is the newest.
    folders.sort_by(|a, b| b.cmp(a));
    let mut newest: Option<(PathBuf, Reader)> = None;
    for folder in folders {
        if newest
            .as_ref()
            .is_some_and(|(first, _)| second(first) != second(&folder))
        {
            break;
        }
        // A folder that cannot be read is no run to follow; --after says why when it is named.
        let Ok(reader) = Reader::open(&folder) else {
            continue;
        };
        let then = &reader.run().run;
        let ours = then.service == run.service && then.environment == run.environment;
        let newer = newest
            .as_ref()
            .is_none_or(|(_, first)| first.run().run.as_of < then.as_of);
        if reader.is_sealed() && ours && newer {
            newest = Some((folder, reader));
        }
    }
    newest.map(|(_, reader)| run_before(&reader)).transpose()
}

/// The part of a run's folder name that tells its second.
fn second(folder: &Path) -> Option<String> {
    let name = folder.file_name()?.to_string_lossy();
    Some(name.rsplit_once('-')?.0.to_owned())
}

fn run_before(reader: &Reader) -> Result<RunBefore, Failure> {
    let run = &reader.run().run;
    let (gate, _) = sealed(reader)?;
    // A run that was asked to judge at a time to come started before it.
    let started = started(&run.id).unwrap_or(run.as_of);
    Ok(RunBefore {
        run: run.id.clone(),
        digest: reader.digest()?,
        as_of: run.as_of.min(started),
        release: run.release.clone(),
        phase: run.phase,
        decision: gate.decision,
    })
}

/// The instant in a run's id.
fn started(id: &str) -> Option<Timestamp> {
    let (instant, _) = id.split_once('-')?;
    let time = DateTime::strptime("%Y%m%dT%H%M%SZ", instant).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}
