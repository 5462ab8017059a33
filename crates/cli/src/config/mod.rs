//! `seaworthy.yaml`: what the team configured, read, checked and resolved.
//!
//! `schema` assembles the JSON Schema from the target kinds of the registry; `read` checks a
//! file against it and against what it refers to, and points at line and column; `people` is
//! its section of that name.

mod people;
mod read;
mod schema;

pub(crate) use read::read;
pub(crate) use schema::schema;

use crate::people::People;
use seaworthy_collect::Budgets;
use seaworthy_engine::ItemOverride;
use seaworthy_model::{ItemId, ParamValue, ProbeId, Target};
use seaworthy_yaml::{Diagnostic, Position};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The name of the configuration file that is looked for.
pub(crate) const FILE_NAME: &str = "seaworthy.yaml";

/// A configuration whose every key has been checked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Config {
    /// The service's name.
    pub(crate) service: String,
    /// The environment that is looked at, for example `production`.
    pub(crate) environment: String,
    /// The release that is about to go out.
    pub(crate) release: String,
    /// The team's own checklist.
    pub(crate) checklist: Option<PathBuf>,
    /// Folders of further probes.
    pub(crate) probes: Vec<PathBuf>,
    /// Files or folders of further bindings.
    pub(crate) bindings: Vec<PathBuf>,
    /// A policy file instead of the built-in one.
    pub(crate) policy: Option<PathBuf>,
    /// The limits of a sweep.
    pub(crate) budgets: Budgets,
    /// The targets, in the order of the file.
    pub(crate) targets: Vec<Target>,
    /// Parameters by probe, for every item that uses it.
    pub(crate) parameters: BTreeMap<ProbeId, BTreeMap<String, Placed<ParamValue>>>,
    /// Overrides by item.
    pub(crate) items: BTreeMap<ItemId, Placed<ItemOverride>>,
    /// Who may speak, and where their signed statements lie.
    pub(crate) people: People,
}

impl Config {
    /// A complaint about a target, at the place where the file names it.
    pub(crate) fn complaint(&self, target: &str, message: String) -> Diagnostic {
        let found = self.targets.iter().find(|one| one.name == target);
        let place = found.and_then(|one| one.location.as_ref());
        Diagnostic {
            file: place.map_or_else(String::new, |place| place.file.clone()),
            position: Position {
                line: place.map_or(1, |place| place.line),
                column: place.and_then(|place| place.column).unwrap_or(1),
            },
            message,
            help: Some("see docs/plugins.md".to_owned()),
        }
    }
}

/// A value with the place where the file states it, for complaints that come later.
#[derive(Debug, Clone)]
pub(crate) struct Placed<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it stands; the message is filled in by whoever complains.
    pub(crate) place: Diagnostic,
}

impl<T> Placed<T> {
    /// A complaint about this value.
    pub(crate) fn complaint(&self, message: String, help: Option<String>) -> Diagnostic {
        Diagnostic {
            message,
            help,
            ..self.place.clone()
        }
    }
}
