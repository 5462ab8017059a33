//! From a shelf of documents to the fact about each rule: the candidates, the best of them, and
//! what it tells.

use super::facts::DocumentFact;
use super::review::{self, Said};
use super::rules::{Part, Rule};
use super::shelf::{Shelf, place};
use super::text::{Document, Section};
use super::{changelog, contacts, diagrams, links, spans};
use crate::repository::target::{self, Spec};
use crate::repository::walk;
use crate::sink::Draft;
use jiff::Timestamp;
use jiff::tz::Offset;
use std::collections::BTreeMap;
use std::path::Path;

/// A part of a document that may be what a rule asks for.
struct Candidate<'s> {
    file: &'s str,
    document: &'s Document,
    part: Part,
    defects: Vec<String>,
}

impl Candidate<'_> {
    fn sections(&self) -> &[Section] {
        match self.part {
            Part::Whole => &self.document.sections[..],
            Part::From(index) => self.document.below(index),
        }
    }
}

fn candidates<'s>(rule: &Rule, spec: &Spec, shelf: &'s Shelf) -> Vec<Candidate<'s>> {
    let told = spec.documents.get(&rule.id).map(target::Files::list);
    let mut found: Vec<Candidate<'s>> = Vec::new();
    for (file, document) in &shelf.documents {
        let parts = match &told {
            Some(files)
                if files
                    .iter()
                    .any(|told| told.trim_start_matches("./") == file) =>
            {
                vec![Part::Whole]
            }
            Some(_) => Vec::new(),
            // Data of tests speaks for no service, and a checklist asks for documents.
            None if document.is_checklist() || walk::is_test_data(file) => Vec::new(),
            None => rule.parts(file, document),
        };
        found.extend(parts.into_iter().map(|part| Candidate {
            file,
            document,
            part,
            defects: rule.defects(document, part),
        }));
    }
    // Of several candidates the one that lacks least; a whole document before a section.
    found.sort_by_key(|one| (one.defects.len(), one.part != Part::Whole, one.file));
    found
}

pub(super) fn draft(rule: &Rule, spec: &Spec, shelf: &Shelf, as_of: Timestamp) -> Draft {
    let found = candidates(rule, spec, shelf);
    let mut fact = DocumentFact {
        reference: rule.id.clone(),
        rule: rule.id.clone(),
        found: !found.is_empty(),
        review_within: rule.within,
        version: spec.version(),
        ..DocumentFact::default()
    };
    let mut unknown = BTreeMap::new();
    let mut location = None;
    if let Some((best, others)) = found.split_first() {
        let line = fill(&mut fact, best, &spec.root(), shelf);
        let others = others.iter().filter(|other| other.file != best.file);
        fact.others = others.map(|other| other.file.to_owned()).take(10).collect();
        fact.others.dedup();
        location = Some(place(&spec.root(), best.file, line));
        objectives(rule, &found, shelf, &mut fact);
        reviewed(&mut fact, &mut unknown, best, shelf, as_of);
        if rule.diagrams > 0 {
            let part = (best.file, best.document, best.sections());
            diagrams::tell(&mut fact, &mut unknown, spec, shelf, part, as_of);
        }
    }
    match &fact.version {
        Some(version) => fact.has_release = fact.releases.contains(version),
        None => {
            let why = "the configuration names no version; give `version:` to the repository";
            unknown.insert("has_release".to_owned(), why.to_owned());
        }
    }
    Draft::new("document", &rule.id, &fact, unknown, location)
}

/// When the best candidate was last reviewed: by its own word, else by the last change to its file.
fn reviewed(
    fact: &mut DocumentFact,
    unknown: &mut BTreeMap<String, String>,
    best: &Candidate<'_>,
    shelf: &Shelf,
    as_of: Timestamp,
) {
    let today = Offset::UTC.to_datetime(as_of).date();
    let file = best.file;
    let (day, from) = match (review::reviewed(best.document, today), &shelf.changed) {
        (Said::On(day), _) => (Ok(day), "document"),
        (Said::Ahead(day), _) => {
            let why = format!(
                "not understood: {file} says that it was reviewed on {day}, which is yet to come"
            );
            (Err(why), "document")
        }
        (Said::Nothing, Err(why)) => {
            let why = format!("{file} does not say when it was last reviewed, nor does {why}");
            (Err(why), "history")
        }
        (Said::Nothing, Ok(changed)) => {
            let why = format!("{file} does not say when it was last reviewed");
            (changed.get(file).copied().ok_or(why), "history")
        }
    };
    match day {
        Ok(day) => {
            fact.reviewed_on = day.to_string();
            fact.reviewed_days = (today - day).get_days().into();
            fact.reviewed_from = Some(from.to_owned());
        }
        Err(why) => {
            unknown.insert("reviewed_on".to_owned(), why.clone());
            unknown.insert("reviewed_days".to_owned(), why);
        }
    }
}

/// What the best candidate tells; gives its line.
fn fill(fact: &mut DocumentFact, best: &Candidate<'_>, root: &Path, shelf: &Shelf) -> u32 {
    let sections = best.sections();
    let line = match best.part {
        Part::Whole => 1,
        Part::From(_) => sections.first().map_or(1, |section| section.line),
    };
    fact.title = Some(match best.part {
        Part::Whole => best.document.title().to_owned(),
        Part::From(_) => sections
            .first()
            .map_or_else(String::new, |section| section.heading.clone()),
    });
    fact.place = Some(match best.part {
        Part::Whole => best.file.to_owned(),
        Part::From(_) => format!("{}:{line}", best.file),
    });
    fact.defects.clone_from(&best.defects);
    fact.dead_links = links::dead(root, best.file, best.document, &shelf.documents);
    fact.dead_links.truncate(20);
    let contacts = contacts::read(sections);
    fact.contacts = contacts.rows;
    fact.contacts_missing = contacts.missing;
    let log = changelog::read(best.document);
    fact.empty_releases = log.empty;
    fact.releases = log.versions.into_iter().take(50).collect();
    line
}

/// Objectives and intervals may stand in any of a rule's documents, and those of backups in the
/// document of backups.
fn objectives(rule: &Rule, found: &[Candidate<'_>], shelf: &Shelf, fact: &mut DocumentFact) {
    let names = |names: &[&str]| {
        let each = found
            .iter()
            .filter_map(|one| spans::stated(&one.document.sections, names));
        each.min()
    };
    fact.rto_minutes = names(&["RTO", "recovery time objective"]);
    fact.rpo_minutes = names(&["RPO", "recovery point objective"]);
    if ![
        "recovery-objectives",
        "backup-strategy",
        "disaster-recovery-plan",
    ]
    .contains(&rule.id.as_str())
    {
        return;
    }
    let all = || shelf.documents.values();
    let interval = |words: &[&str]| {
        all()
            .filter_map(|one| spans::interval(&one.sections, words))
            .min()
    };
    fact.backup_minutes = interval(&["backup", "back up", "wal archiv", "snapshot"]);
    fact.restore_test_minutes = interval(&[
        "restore test",
        "restoration test",
        "restore drill",
        "restored",
        "restore is tested",
        "test restore",
        "testing schedule",
        "backup test",
    ]);
    fact.retention_minutes = found
        .iter()
        .filter_map(|one| spans::kept(&one.document.sections))
        .max();
}
