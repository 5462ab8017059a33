//! What a reader of the specifications could doubt about certificates and paths: chains made octet by
//! octet, each with the rule that decides it and the verdict that it is to have, by `probe chain`.

#[cfg(test)]
mod anchors;
#[cfg(test)]
mod chaining;
#[cfg(test)]
mod constraints;
#[cfg(test)]
mod contents;
#[cfg(test)]
mod dates;
#[cfg(test)]
mod der;
#[cfg(test)]
mod encoding;
#[cfg(test)]
mod extensions;
#[cfg(test)]
mod form;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod levels;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod long;
#[cfg(test)]
mod made;
#[cfg(test)]
mod malformed;
#[cfg(test)]
mod moduli;
#[cfg(test)]
mod names;
#[cfg(test)]
mod notes;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod profiles;
mod public;
#[cfg(test)]
mod revoked;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod timestamps;
#[cfg(test)]
mod uris;
#[cfg(test)]
mod usages;
#[cfg(test)]
mod values;
#[cfg(test)]
mod world;
#[cfg(test)]
mod written;

use anyhow::{Result, anyhow};
use world::Case;

/// How many are looked at at a time.
const AT_A_TIME: usize = 4;

fn all() -> Vec<Case> {
    let parts = [
        paths::CASES,
        dates::CASES,
        names::CASES,
        form::CASES,
        encoding::CASES,
        malformed::CASES,
        written::CASES,
        keys::CASES,
        timestamps::CASES,
        contents::CASES,
        anchors::CASES,
        chaining::CASES,
        long::CASES,
        rules::CASES,
        levels::CASES,
        schedule::CASES,
        extensions::CASES,
        usages::CASES,
        constraints::CASES,
        forms::CASES,
        uris::CASES,
        policies::CASES,
        public::CASES,
        profiles::CASES,
        revoked::CASES,
    ];
    parts.concat()
}

#[test]
fn each_doubt_is_decided() -> Result<()> {
    let cases = all();
    let size = cases.len().div_ceil(AT_A_TIME);
    let wrong: Result<Vec<String>> = std::thread::scope(|threads| {
        let started: Vec<_> = cases
            .chunks(size)
            .map(|part| threads.spawn(|| part.iter().map(Case::wrong).collect::<Result<Vec<_>>>()))
            .collect();
        let mut wrong = Vec::new();
        for thread in started {
            let part = thread.join().map_err(|_| anyhow!("a thread failed"))??;
            wrong.extend(part.into_iter().flatten());
        }
        Ok(wrong)
    });
    let wrong = wrong?;
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    assert!(cases.len() > 120, "{} cases", cases.len());
    Ok(())
}

#[test]
fn each_doubt_is_told_apart_and_names_its_rule() {
    let mut about: Vec<&str> = all().iter().map(|case| case.about).collect();
    assert!(all().iter().all(|case| !case.rule.is_empty()));
    about.sort_unstable();
    let twice: Vec<_> = about.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
