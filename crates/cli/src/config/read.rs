//! A configuration file, read and checked.

use super::{Config, Placed, schema};
use crate::failure::Failure;
use seaworthy_collect::{Budgets, TargetKind};
use seaworthy_engine::ItemOverride;
use seaworthy_model::{ItemId, Location, ParamValue, ProbeId, Target};
use seaworthy_yaml::{Diagnostic, Dialect, Document, Limits, Position, Problem, Schema, parse};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Reads and checks the configuration at `path`. A release that is given goes before the file's,
/// which is then not resolved.
pub(crate) fn read(
    path: &Path,
    kinds: &[TargetKind],
    release: Option<&str>,
) -> Result<Config, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::io(format!("failed to read {}: {error}", path.display())))?;
    let file = path.display().to_string();
    let at = |problems: Vec<Problem>| {
        let diagnostics: Vec<_> = problems
            .into_iter()
            .map(|problem| problem.at(&file))
            .collect();
        Failure::diagnostics(&diagnostics)
    };
    let parsed = parse(&bytes, Dialect::Core, &Limits::default());
    if !parsed.problems.is_empty() {
        return Err(at(parsed.problems));
    }
    let [document] = parsed.documents.as_slice() else {
        let found = parsed.documents.len();
        return Err(Failure::config(format!(
            "{file}: one YAML document is wanted, {found} found; `seaworthy init` writes one"
        )));
    };
    let schema = Schema::compile(&schema(kinds))
        .map_err(|error| Failure::internal(format!("the configuration's schema: {error}")))?;
    let problems = schema.check(document);
    if !problems.is_empty() {
        return Err(at(problems));
    }
    let folder = path.parent().unwrap_or_else(|| Path::new("")).to_owned();
    let mut reader = Reading {
        file,
        folder,
        document,
        complaints: Vec::new(),
    };
    let config = reader.config(kinds, release);
    if reader.complaints.is_empty() {
        Ok(config)
    } else {
        Err(Failure::diagnostics(&reader.complaints))
    }
}

/// A document that fits the schema, on its way to a [`Config`].
pub(super) struct Reading<'d> {
    file: String,
    pub(super) folder: PathBuf,
    document: &'d Document,
    complaints: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn config(&mut self, kinds: &[TargetKind], release: Option<&str>) -> Config {
        // Not a copy: a configuration may name thousands of targets.
        let document = self.document;
        let root = document.value();
        let config = Config {
            service: text(root, "service"),
            environment: text(root, "environment"),
            release: release.map_or_else(|| self.release(root), str::to_owned),
            checklist: self.path(root, "checklist"),
            probes: self.paths(root, "probes"),
            bindings: self.paths(root, "bindings"),
            policy: self.path(root, "policy"),
            budgets: budgets(root.get("budgets")),
            targets: self.targets(root, kinds),
            parameters: self.parameters(root),
            items: self.items(root),
            people: self.people(root),
        };
        self.unique_names(&config.targets);
        config
    }

    pub(super) fn complain(&mut self, pointer: &str, message: String, help: Option<&str>) {
        let place = self.place(pointer);
        self.complaints.push(Diagnostic {
            message,
            help: help.map(str::to_owned),
            ..place
        });
    }

    fn place(&self, pointer: &str) -> Diagnostic {
        Diagnostic {
            file: self.file.clone(),
            position: self.position(pointer),
            message: String::new(),
            help: None,
        }
    }

    fn position(&self, pointer: &str) -> Position {
        let known = self.document.position(pointer);
        known.unwrap_or_else(|| self.document.start())
    }

    /// `env:NAME` is read from the environment: a release is no secret, and CI knows it.
    fn release(&mut self, root: &Value) -> String {
        let stated = text(root, "release");
        let Some(name) = stated.strip_prefix("env:") else {
            return stated;
        };
        match std::env::var(name) {
            Ok(value) if !value.is_empty() => value,
            _ => {
                let message = format!("the environment variable {name} is not set");
                let help = "set it, or give the release with --release";
                self.complain("/release", message, Some(help));
                String::new()
            }
        }
    }

    fn path(&mut self, root: &Value, key: &str) -> Option<PathBuf> {
        let stated = root.get(key)?.as_str()?;
        self.existing(&format!("/{key}"), stated)
    }

    fn paths(&mut self, root: &Value, key: &str) -> Vec<PathBuf> {
        let listed = root
            .get(key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        listed
            .iter()
            .enumerate()
            .filter_map(|(index, path)| self.existing(&format!("/{key}/{index}"), path.as_str()?))
            .collect()
    }

    pub(super) fn existing(&mut self, pointer: &str, stated: &str) -> Option<PathBuf> {
        let path = self.folder.join(stated);
        if path.exists() {
            return Some(path);
        }
        let message = format!("there is no {}", path.display());
        self.complain(
            pointer,
            message,
            Some("paths are relative to this file's folder"),
        );
        None
    }

    fn targets(&mut self, root: &Value, kinds: &[TargetKind]) -> Vec<Target> {
        let mut targets = Vec::new();
        for kind in kinds {
            let list = format!("/targets/{}", kind.key);
            let listed = root.pointer(&list).and_then(Value::as_array);
            let positions = self.document.element_positions(&list);
            let entries = listed.into_iter().flatten().zip(positions);
            for (index, (entry, position)) in entries.enumerate() {
                let pointer = format!("{list}/{index}");
                targets.extend(self.target(kind, &pointer, entry, position));
            }
        }
        targets
    }

    fn target(
        &mut self,
        kind: &TargetKind,
        pointer: &str,
        entry: &Value,
        position: Position,
    ) -> Option<Target> {
        let mut spec = entry.as_object()?.clone();
        let name = spec
            .remove("name")
            .and_then(|name| name.as_str().map(str::to_owned));
        let labels = spec.remove("labels").unwrap_or_default();
        for field in kind.paths {
            self.resolve(&mut spec, field, pointer);
        }
        let spec = Value::Object(spec);
        for (inner, message) in (kind.check)(&spec) {
            self.complain(&format!("{pointer}{inner}"), message, None);
        }
        let name = name.or_else(|| (kind.default_name)(&spec));
        let Some(name) = name else {
            let message = "this target has no name, and none can be taken from what it is";
            self.complain(pointer, message.to_owned(), Some("add `name:`"));
            return None;
        };
        Some(Target {
            name,
            kind: kind.kind.to_owned(),
            labels: labels
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|label| label.as_str().map(str::to_owned))
                .collect(),
            spec: spec.into(),
            location: Some(Location {
                file: self.file.clone(),
                line: position.line,
                column: Some(position.column),
            }),
        })
    }

    /// Makes the path, or the paths, in `field` relative to where the command runs. A field of a
    /// field is written `field/field`; where the outer one is a list, of each of its entries.
    fn resolve(&mut self, spec: &mut Map<String, Value>, field: &str, pointer: &str) {
        if let Some((outer, inner)) = field.split_once('/') {
            let pointer = format!("{pointer}/{outer}");
            match spec.get_mut(outer) {
                Some(Value::Object(fields)) => self.resolve(fields, inner, &pointer),
                Some(Value::Array(entries)) => {
                    for (index, entry) in entries.iter_mut().enumerate() {
                        if let Value::Object(fields) = entry {
                            self.resolve(fields, inner, &format!("{pointer}/{index}"));
                        }
                    }
                }
                _ => {}
            }
            return;
        }
        let Some(value) = spec.get_mut(field) else {
            return;
        };
        let pointer = format!("{pointer}/{field}");
        if let Value::String(path) = value {
            if let Some(found) = self.existing(&pointer, path) {
                *path = found.display().to_string();
            }
        } else if let Value::Array(paths) = value {
            for (index, path) in paths.iter_mut().enumerate() {
                let Some(stated) = path.as_str() else {
                    continue;
                };
                if let Some(found) = self.existing(&format!("{pointer}/{index}"), stated) {
                    *path = Value::String(found.display().to_string());
                }
            }
        }
    }

    fn unique_names(&mut self, targets: &[Target]) {
        let mut seen: BTreeMap<&str, &Target> = BTreeMap::new();
        for target in targets {
            if let Some(first) = seen.insert(&target.name, target) {
                let place = target.location.clone();
                let mut complaint = self.place("");
                if let Some(place) = place {
                    complaint.position = Position {
                        line: place.line,
                        column: place.column.unwrap_or(1),
                    };
                }
                let line = first.location.as_ref().map_or(0, |place| place.line);
                complaint.message = format!(
                    "the target name {:?} stands at line {line} already",
                    target.name
                );
                complaint.help = Some("give one of them another `name:`".to_owned());
                self.complaints.push(complaint);
            }
        }
    }

    fn parameters(&self, root: &Value) -> BTreeMap<ProbeId, BTreeMap<String, Placed<ParamValue>>> {
        self.by_probe(root.get("parameters"), "/parameters")
    }

    fn by_probe(
        &self,
        value: Option<&Value>,
        pointer: &str,
    ) -> BTreeMap<ProbeId, BTreeMap<String, Placed<ParamValue>>> {
        let probes = value.and_then(Value::as_object);
        let probes = probes.into_iter().flatten().map(|(probe, given)| {
            let pointer = format!("{pointer}/{}", escape(probe));
            let given = given
                .as_object()
                .into_iter()
                .flatten()
                .filter_map(|(name, value)| {
                    let place = self.place(&format!("{pointer}/{}", escape(name)));
                    let value = serde_json::from_value(value.clone()).ok()?;
                    Some((name.clone(), Placed { value, place }))
                });
            (ProbeId(probe.clone()), given.collect())
        });
        probes.collect()
    }

    fn items(&mut self, root: &Value) -> BTreeMap<ItemId, Placed<ItemOverride>> {
        let mut items = BTreeMap::new();
        let listed = root
            .get("items")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        for (id, given) in &listed {
            let pointer = format!("/items/{}", escape(id));
            let skip = given.get("skip").and_then(Value::as_bool).unwrap_or(false);
            if skip && given.get("because").is_none() {
                let message = "an item that is skipped needs `because:`".to_owned();
                self.complain(
                    &pointer,
                    message,
                    Some("say why, for those who read the report"),
                );
            }
            let with = self.by_probe(given.get("with"), &format!("{pointer}/with"));
            let with = with.into_iter().map(|(probe, given)| {
                (
                    probe,
                    given
                        .into_iter()
                        .map(|(name, placed)| (name, placed.value))
                        .collect(),
                )
            });
            let value = ItemOverride {
                skip,
                with: with.collect(),
            };
            let place = self.place(&pointer);
            items.insert(ItemId::from(id.clone()), Placed { value, place });
        }
        items
    }
}

pub(super) fn text(root: &Value, key: &str) -> String {
    root.get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// A JSON pointer's reference token (RFC 6901 §3).
fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

fn budgets(given: Option<&Value>) -> Budgets {
    let mut budgets = Budgets::default();
    let number = |key: &str| given?.get(key)?.as_u64();
    let seconds = |key: &str, default| number(key).map_or(default, Duration::from_secs);
    let count = |key: &str, default| {
        number(key)
            .and_then(|number| usize::try_from(number).ok())
            .unwrap_or(default)
    };
    budgets.per_host = count("per_host", budgets.per_host);
    budgets.per_address = count("per_address", budgets.per_address);
    budgets.in_all = count("in_all", budgets.in_all);
    budgets.connect = seconds("connect", budgets.connect);
    budgets.request = seconds("request", budgets.request);
    budgets.target = seconds("target", budgets.target);
    budgets.sweep = seconds("sweep", budgets.sweep);
    budgets.attempts = number("attempts")
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(budgets.attempts);
    budgets
}
