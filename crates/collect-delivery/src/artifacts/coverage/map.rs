//! Lines and whether they were executed, merged over reports.

use super::words;
use crate::artifacts::broken::Broken;
use crate::artifacts::number::hundredths;
use seaworthy_model::ReasonCode;
use std::collections::BTreeMap;

/// The most lines of all reports together.
const MOST_LINES: usize = 20_000_000;

/// What can be executed: a line, or for Go a block by its position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Spot {
    Line(u32),
    Block(Box<str>),
    /// A whole file of which only sums are known.
    Sum,
}

/// What a report says of one spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    of: i64,
    covered: i64,
}

/// Coverage by file and spot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CoverageMap {
    files: BTreeMap<String, BTreeMap<Spot, Seen>>,
    spots: usize,
    /// Branches and how many of them were taken.
    pub(crate) branches: (i64, i64),
}

impl CoverageMap {
    /// Records a line.
    ///
    /// # Errors
    ///
    /// When there are too many.
    pub(crate) fn line(&mut self, file: &str, line: u32, covered: bool) -> Result<(), Broken> {
        self.spot(file, Spot::Line(line), 1, i64::from(covered))
    }

    /// Records a spot that stands for `of` statements, of which `covered` were executed. Of two
    /// records of one spot the better counts.
    ///
    /// # Errors
    ///
    /// When there are too many.
    pub(crate) fn spot(
        &mut self,
        file: &str,
        spot: Spot,
        of: i64,
        covered: i64,
    ) -> Result<(), Broken> {
        let covered = covered.clamp(0, of.max(0));
        let spots = match self.files.get_mut(file) {
            Some(spots) => spots,
            None => self.files.entry(file.to_owned()).or_default(),
        };
        let before = spots.len();
        let seen = spots.entry(spot).or_insert(Seen { of, covered });
        seen.covered = seen.covered.max(covered);
        seen.of = seen.of.max(of);
        self.spots += spots.len() - before;
        if self.spots > MOST_LINES {
            return Err(Broken {
                reason: ReasonCode::TooLarge,
                line: None,
                what: format!("the reports tell of more than {MOST_LINES} lines"),
            });
        }
        Ok(())
    }

    /// A file that is known and may hold nothing to execute.
    pub(crate) fn file(&mut self, file: &str) {
        self.files.entry(file.to_owned()).or_default();
    }

    /// Records branches.
    pub(crate) fn branches(&mut self, of: i64, taken: i64) {
        self.branches.0 = self.branches.0.saturating_add(of.max(0));
        self.branches.1 = self.branches.1.saturating_add(taken.clamp(0, of.max(0)));
    }

    /// Adds another report.
    pub(super) fn merge(&mut self, other: Self) -> Result<(), Broken> {
        self.branches(other.branches.0, other.branches.1);
        for (file, spots) in other.files {
            self.file(&file);
            for (spot, seen) in spots {
                self.spot(&file, spot, seen.of, seen.covered)?;
            }
        }
        Ok(())
    }

    /// How many lines could be executed, and how many were.
    pub(crate) fn lines(&self) -> (i64, i64) {
        self.files.values().map(of_file).fold((0, 0), |sum, file| {
            (sum.0.saturating_add(file.0), sum.1.saturating_add(file.1))
        })
    }

    /// How many files there are.
    pub(super) fn files(&self) -> usize {
        self.files.len()
    }

    /// The files with the lowest shares.
    pub(super) fn lowest(&self, most: usize) -> Vec<String> {
        let mut shares: Vec<(i64, &String)> = self
            .files
            .iter()
            .filter_map(|(file, spots)| {
                let (of, covered) = of_file(spots);
                Some((hundredths(covered, of)?, file))
            })
            .filter(|(share, _)| *share < 10_000)
            .collect();
        shares.sort();
        let lowest = shares.into_iter().take(most);
        lowest
            .map(|(share, file)| format!("{file} {}", words(share)))
            .collect()
    }
}

fn of_file(spots: &BTreeMap<Spot, Seen>) -> (i64, i64) {
    spots.values().fold((0, 0), |sum, seen| {
        (
            sum.0.saturating_add(seen.of),
            sum.1.saturating_add(seen.covered),
        )
    })
}
