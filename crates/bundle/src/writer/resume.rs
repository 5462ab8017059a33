//! Taking up a run that was broken off: what was answered in full is kept, the rest is dropped and
//! asked again.
//!
//! The records that are kept are written anew beside `content/`, since the shard that was open has
//! no end, and then put in its place. A crash on the way leaves a run that can be resumed again:
//! the older journal is gone before anything is moved, so that at worst everything is asked again.

use super::Writer;
use super::files::{run_record, write_given, write_json};
use super::journal::{self, Answered, Journal};
use crate::error::{BundleError, IoContext};
use crate::gz::ShardWriter;
use crate::layout::{
    FACTS, FOLDERS, LISTS, Limits, PARTIAL, RESULTS, RUN, ShardKind, StatementKind, UNASSESSED,
};
use crate::lines::{LineEnd, read_line};
use crate::open::open_regular;
use crate::reader::Reader;
use crate::record::{Counts, Resumed, RunState};
use crate::result_line::ResultLines;
use crate::shards::{Shards, Tail};
use jiff::Timestamp;
use seaworthy_model::{Plan, Request, Target};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, ErrorKind, Write as _};
use std::ops::Range;
use std::path::Path;

/// What is kept of a run that was broken off.
struct Kept {
    facts: ShardWriter,
    unassessed: File,
    journal: Journal,
    requests: BTreeSet<Request>,
    counts: (u64, u64),
    resumed: Vec<Resumed>,
}

pub(super) fn resume(
    root: &Path,
    plan: &Plan,
    checklist_source: &[u8],
    at: Timestamp,
) -> Result<Writer, BundleError> {
    let limits = Limits::default();
    let kept = keep(root, plan, limits)?;
    // What an earlier sealing left, and words of people that may have ended.
    let words = StatementKind::ALL.map(StatementKind::folder);
    for folder in [RESULTS].into_iter().chain(LISTS).chain(words) {
        remove(&root.join(folder))?;
    }
    for folder in FOLDERS {
        fs::create_dir_all(root.join(folder)).at("create the folder", &root.join(folder))?;
    }
    write_given(root, plan, checklist_source)?;
    let mut resumed = kept.resumed;
    resumed.push(Resumed {
        at,
        kept: kept.requests.len() as u64,
        asked: plan.requests.len().saturating_sub(kept.requests.len()) as u64,
    });
    let mut record = run_record(&plan.run, RunState::Unsealed);
    record.resumed.clone_from(&resumed);
    write_json(root, RUN, "the run", &record)?;
    Ok(Writer {
        root: root.to_owned(),
        limits,
        run: plan.run.clone(),
        previous: None,
        attestations: Vec::new(),
        refused: Vec::new(),
        counts: Counts {
            targets: plan.targets.len() as u64,
            facts: kept.counts.0,
            unassessed: kept.counts.1,
            ..Counts::default()
        },
        facts: kept.facts,
        results: ShardWriter::new(root, ShardKind::Results, limits),
        lines: ResultLines::new(&root.join(PARTIAL)),
        unassessed: kept.unassessed,
        journal: kept.journal,
        last: None,
        kept: kept.requests,
        resumed,
        stopped: false,
    })
}

/// Keeps what `plan` asks in the same way, and makes the run's folder ready to go on.
fn keep(root: &Path, plan: &Plan, limits: Limits) -> Result<Kept, BundleError> {
    let lock = journal::lock(root)?;
    put_back(root)?;
    let reader = Reader::open_with(root, limits)?;
    if reader.is_sealed() {
        let problem = "is sealed: the run came to its end, and there is nothing to resume";
        return Err(BundleError::malformed(root, None, problem));
    }
    let old = reader.plan();
    if old.run.id != plan.run.id {
        let problem = "is another run than the one that is to go on";
        return Err(BundleError::malformed(root, None, problem));
    }
    let readable = (count_facts(root, limits)?, count_unassessed(root, limits)?);
    let mut answered = journal::read(root)?;
    answered.retain(|one| {
        same(old, plan, &one.request)
            && one.facts.end <= readable.0
            && one.unassessed.end <= readable.1
    });
    let aside = root.join(PARTIAL).join("resumed");
    remove(&aside)?;
    let folder = aside.join(FACTS);
    fs::create_dir_all(&folder).at("create the folder", &folder)?;
    let mut facts = ShardWriter::new(&aside, ShardKind::Facts, limits);
    let kept_facts = copy_facts(root, limits, &answered, &mut facts)?;
    facts.flush()?;
    let kept_unassessed = copy_unassessed(root, limits, &answered, &aside)?;
    let mut journal = Journal::create_next(root, lock)?;
    let mut at = (0, 0);
    for one in &answered {
        let to = (at.0 + length(&one.facts), at.1 + length(&one.unassessed));
        journal.note(&Answered {
            request: one.request.clone(),
            facts: at.0..to.0,
            unassessed: at.1..to.1,
        })?;
        at = to;
    }
    swap(root, &aside, &mut facts, &mut journal)?;
    let place = root.join(UNASSESSED);
    let unassessed = File::options()
        .append(true)
        .open(&place)
        .at("open", &place)?;
    Ok(Kept {
        facts,
        unassessed,
        journal,
        requests: answered.into_iter().map(|one| one.request).collect(),
        counts: (kept_facts, kept_unassessed),
        resumed: reader.run().resumed.clone(),
    })
}

/// Whether both plans make the request, and of a target that is configured in the same way.
fn same(old: &Plan, new: &Plan, request: &Request) -> bool {
    // Where in the configuration it stands does not change what is asked.
    let target = |plan: &Plan| -> Option<Target> {
        let found = plan
            .targets
            .iter()
            .find(|target| *target.name == *request.target);
        found.cloned().map(|target| Target {
            location: None,
            ..target
        })
    };
    old.requests.contains(request) && new.requests.contains(request) && target(old) == target(new)
}

fn length(range: &Range<u64>) -> u64 {
    range.end.saturating_sub(range.start)
}

fn count_facts(root: &Path, limits: Limits) -> Result<u64, BundleError> {
    let mut shards = Shards::open(root, ShardKind::Facts, limits, Tail::MayBeCut, None)?;
    let mut count = 0;
    while let Some(record) = shards.next_raw() {
        record?;
        count += 1;
    }
    Ok(count)
}

/// Copies the facts of the answered requests, one request after the other as the journal has them.
fn copy_facts(
    root: &Path,
    limits: Limits,
    answered: &[Answered],
    into: &mut ShardWriter,
) -> Result<u64, BundleError> {
    let wanted = starts(answered, |one| &one.facts);
    let mut shards = Shards::open(root, ShardKind::Facts, limits, Tail::MayBeCut, None)?;
    let (mut number, mut kept) = (0, 0);
    while let Some(record) = shards.next_raw() {
        let record = record?;
        if within(&wanted, number) {
            into.append(&[record.bytes, b"\n"].concat())?;
            kept += 1;
        }
        number += 1;
    }
    Ok(kept)
}

fn copy_unassessed(
    root: &Path,
    limits: Limits,
    answered: &[Answered],
    aside: &Path,
) -> Result<u64, BundleError> {
    let wanted = starts(answered, |one| &one.unassessed);
    let place = aside.join(UNASSESSED);
    let mut into = File::create(&place).at("create", &place)?;
    let mut kept = 0;
    each_unassessed(root, limits, |number, line| {
        if within(&wanted, number) {
            kept += 1;
            into.write_all(&[line, b"\n"].concat())
                .at("write", &place)?;
        }
        Ok(())
    })?;
    Ok(kept)
}

fn count_unassessed(root: &Path, limits: Limits) -> Result<u64, BundleError> {
    let mut count = 0;
    each_unassessed(root, limits, |_, _| {
        count += 1;
        Ok(())
    })?;
    Ok(count)
}

fn each_unassessed(
    root: &Path,
    limits: Limits,
    mut each: impl FnMut(u64, &[u8]) -> Result<(), BundleError>,
) -> Result<(), BundleError> {
    let place = root.join(UNASSESSED);
    let mut reader = BufReader::new(open_regular(root, UNASSESSED)?);
    let mut line = Vec::new();
    for number in 0.. {
        match read_line(&mut reader, &mut line, limits.fact_line).at("read", &place)? {
            LineEnd::Newline => each(number, &line)?,
            LineEnd::End | LineEnd::Cut | LineEnd::TooLong => break,
        }
    }
    Ok(())
}

/// The ranges by their start; records were written one request after the other, so none overlap.
fn starts<'a>(
    answered: &'a [Answered],
    range: impl Fn(&'a Answered) -> &'a Range<u64>,
) -> BTreeMap<u64, u64> {
    let ranges = answered.iter().map(range).filter(|range| !range.is_empty());
    ranges.map(|range| (range.start, range.end)).collect()
}

fn within(ranges: &BTreeMap<u64, u64>, number: u64) -> bool {
    ranges
        .range(..=number)
        .next_back()
        .is_some_and(|(_, end)| number < *end)
}

/// Puts the kept records in the place of the older ones.
fn swap(
    root: &Path,
    aside: &Path,
    facts: &mut ShardWriter,
    journal: &mut Journal,
) -> Result<(), BundleError> {
    journal::forget(root)?;
    for path in [UNASSESSED, FACTS] {
        let (place, new) = (root.join(path), aside.join(path));
        if path == FACTS {
            let older = root.join(PARTIAL).join("older-facts");
            fs::rename(&place, &older).at("move aside", &place)?;
        }
        fs::rename(&new, &place).at("move into place", &place)?;
    }
    facts.move_to(root);
    journal.replace(root)?;
    remove(&root.join(PARTIAL).join("older-facts"))?;
    remove(aside)
}

/// Undoes half a swap.
fn put_back(root: &Path) -> Result<(), BundleError> {
    let (place, older) = (root.join(FACTS), root.join(PARTIAL).join("older-facts"));
    if place.symlink_metadata().is_err() && older.symlink_metadata().is_ok() {
        return fs::rename(&older, &place).at("move into place", &place);
    }
    remove(&older)
}

/// Removes a folder with all that is in it, where there is one.
fn remove(folder: &Path) -> Result<(), BundleError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.at("remove", folder),
    }
}
