//! What was not seen passes nothing: every case that passes is judged again for each field that its probe
//! reads, with that field not looked at. Where it passes all the same, other fields decide, or the parameters
//! of the case do not ask for it; `unseen.txt` lists these, and nothing else may be there.

use anyhow::{Result, ensure};
use seaworthy_catalog::{Case, Cases, Catalog, PreparedFact, Source, explain};
use seaworthy_model::{FactSchema, Outcome, ProbeId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Those whose collectors are within reach of this package.
const FAMILIES: [&str; 8] = [
    "k8s/", "http/", "cors/", "dns/", "ws/", "tls/", "port/", "openapi/",
];

const LISTED: &str = include_str!("unseen.txt");

#[test]
fn what_was_not_seen_passes_nothing() -> Result<()> {
    let sources: Vec<Source> = seaworthy_probes::probes()
        .filter(|(path, _)| FAMILIES.iter().any(|family| path.starts_with(family)))
        .map(|(path, bytes)| Source::new("probes", path, bytes))
        .collect();
    let both = seaworthy_collect_kube::collectors()
        .into_iter()
        .chain(seaworthy_collect_web::collectors());
    let schemas: BTreeMap<&str, FactSchema> = both
        .flat_map(|one| one.facts())
        .map(|schema| (schema.kind, schema))
        .collect();
    let all: Vec<FactSchema> = schemas.values().cloned().collect();
    let catalog = Catalog::load(&sources, &all).catalog;
    let (cases, problems) = Cases::load(&sources, &catalog, &all);
    ensure!(problems.is_empty(), "{problems:?}");
    let ids: Vec<ProbeId> = catalog.probes().map(|one| one.spec().id.clone()).collect();
    let (mut tried, mut passing) = (0, BTreeSet::new());
    for id in &ids {
        let (Some(probe), Some(told)) = (catalog.get(id), explain(&catalog, &cases, id)) else {
            continue;
        };
        let Some(schema) = schemas.get(probe.spec().subject.as_str()) else {
            continue;
        };
        let paths: BTreeSet<String> = told.reads.iter().map(|read| bare(&read.path)).collect();
        let passes = cases.of(id).filter(|case| case.expect == Outcome::Pass);
        for case in passes {
            let params = probe.params(&case.with)?;
            for path in paths
                .iter()
                .filter(|path| may_be_unknown(&schema.schema, path))
            {
                let Some(unseen) = without(case, path) else {
                    continue;
                };
                tried += 1;
                if probe.judge(&unseen, &params).outcome == Outcome::Pass {
                    passing.insert(format!("{id} {path}"));
                }
            }
        }
    }
    assert!(tried > 250, "{tried} fields");
    let listed: BTreeSet<String> = LISTED
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    let more: Vec<&String> = passing.difference(&listed).collect();
    let gone: Vec<&String> = listed.difference(&passing).collect();
    assert!(
        more.is_empty() && gone.is_empty(),
        "these pass unseen, mend the probe or list them: {more:#?}; these do not any more: {gone:#?}"
    );
    Ok(())
}

/// The path without what is asked of it.
fn bare(path: &str) -> String {
    let inner = path
        .strip_prefix("has(")
        .and_then(|rest| rest.strip_suffix(')'));
    inner.unwrap_or(path).to_owned()
}

/// Whether the path is one of fields, each of which may be left out where it stands.
fn may_be_unknown(schema: &Value, path: &str) -> bool {
    let mut object = schema;
    let mut fields = path.split('.').peekable();
    while let Some(field) = fields.next() {
        let Some(property) = object.pointer(&format!("/properties/{field}")) else {
            return false;
        };
        if fields.peek().is_none() {
            let required = object["required"].as_array().into_iter().flatten();
            return !required.into_iter().any(|one| one == field);
        }
        let Some(name) = reference(property) else {
            return false;
        };
        let Some(next) = schema.pointer(name.trim_start_matches('#')) else {
            return false;
        };
        object = next;
    }
    false
}

/// The first definition that a property refers to.
fn reference(property: &Value) -> Option<&str> {
    match property {
        Value::Object(map) => match map.get("$ref") {
            Some(Value::String(name)) => Some(name),
            _ => map.get("anyOf").and_then(reference),
        },
        Value::Array(all) => all.iter().find_map(reference),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// The fact of a case with one field not looked at; none where what holds it is not there.
fn without(case: &Case, path: &str) -> Option<PreparedFact> {
    let mut value = case.value.clone();
    let (parent, field) = match path.rsplit_once('.') {
        Some((parent, field)) => (format!("/{}", parent.replace('.', "/")), field),
        None => (String::new(), path),
    };
    value.pointer_mut(&parent)?.as_object_mut()?.remove(field);
    let mut unknown = case.unknown.clone();
    unknown.insert(path.to_owned(), "not looked at".to_owned());
    Some(PreparedFact::from_parts(&value, &unknown))
}
