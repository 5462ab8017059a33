//! The built-in bindings, marks and policy against the built-in checklist: every leaf is bound,
//! nothing is bound for nothing, and, where the catalogue lies beside the checkout, each item is
//! verified by the families that it names and carries its mark.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop where it stands, and says what it skips"
)]

use seaworthy_catalog::bindings::{Bindings, Bound, Coverage, Layer, Source, coverage};
use seaworthy_catalog::policy::{load_marks, load_policy};
use seaworthy_model::{
    AttestWhen, Checklist, Item, ItemKind, Mark, ParamValue, Phase, ProbeId, ProbeSpec,
};
use seaworthy_yaml::{Dialect, Limits};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> Vec<u8> {
    let path = root().join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn checklist() -> Checklist {
    let source = read("config/checklists/production.md");
    seaworthy_checklist::parse(&source).unwrap().checklist
}

/// The default checklist with one piece of its text replaced.
fn edited(from: &str, to: &str) -> Checklist {
    let source = String::from_utf8(read("config/checklists/production.md")).unwrap();
    assert!(source.contains(from), "{from}");
    seaworthy_checklist::parse(source.replace(from, to).as_bytes())
        .unwrap()
        .checklist
}

/// The built-in probes as far as bindings need them: id, title and parameters.
fn specs() -> Vec<ProbeSpec> {
    let mut specs = Vec::new();
    for family in folders(&root().join("probes")) {
        for probe in folders(&family) {
            let file = probe.join("probe.yaml");
            let Ok(bytes) = std::fs::read(&file) else {
                continue;
            };
            let parsed = seaworthy_yaml::parse(&bytes, Dialect::Core, &Limits::default());
            let document = parsed.documents.into_iter().next();
            let document = document.unwrap_or_else(|| panic!("{}", file.display()));
            let part = |name: &str| document.value().get(name).cloned();
            specs.push(ProbeSpec {
                id: ProbeId(format!("{}/{}", name(&family), name(&probe))),
                title: serde_json::from_value(part("title").unwrap()).unwrap(),
                subject: String::new(),
                where_: None,
                where_reason: None,
                params: part("params")
                    .map(|params| serde_json::from_value(params).unwrap())
                    .unwrap_or_default(),
                assertions: Vec::new(),
                why: String::new(),
                fix: String::new(),
                references: Vec::new(),
                controls: Vec::new(),
            });
        }
    }
    specs
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).unwrap();
    let mut folders: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

fn bindings() -> Bindings {
    let folder = root().join("config/bindings");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let files: Vec<_> = files
        .into_iter()
        .map(|name| {
            let file = format!("config/bindings/{name}");
            let bytes = read(&file);
            (file, bytes)
        })
        .collect();
    let sources: Vec<_> = files
        .iter()
        .map(|(file, bytes)| Source {
            file,
            bytes,
            layer: Layer::BuiltIn,
        })
        .collect();
    let (bindings, diagnostics) = Bindings::load(&sources, &specs());
    let shown: Vec<_> = diagnostics.iter().map(ToString::to_string).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
    bindings
}

fn covered(checklist: &Checklist) -> Coverage {
    coverage(&bindings(), checklist)
}

#[test]
fn every_leaf_is_bound_and_every_binding_is_used() {
    let checklist = checklist();
    let covered = covered(&checklist);
    assert_eq!(covered.unbound, []);
    let ambiguous: Vec<_> = covered.ambiguous.iter().map(ToString::to_string).collect();
    assert!(ambiguous.is_empty(), "{}", ambiguous.join("\n"));
    let idle: Vec<_> = covered
        .idle
        .iter()
        .map(|(location, text)| format!("{location}: {text}"))
        .collect();
    assert!(idle.is_empty(), "{}", idle.join("\n"));
    assert_eq!(covered.bound.len(), 338);
    let sign_offs = checklist
        .leaves()
        .filter(|item| item.kind == ItemKind::SignOff);
    assert_eq!(sign_offs.count(), 6);
}

/// Probes that no item asks for; `seaworthy probe` uses them, and teams bind them where they want
/// more than the checklist does.
const UNASKED: &str = include_str!("unasked.txt");

#[test]
fn every_probe_serves_an_item() {
    let covered = covered(&checklist());
    let used: BTreeSet<_> = covered
        .bound
        .values()
        .flat_map(|bound| &bound.uses)
        .map(|used| used.probe.as_str())
        .collect();
    let specs = specs();
    let idle = specs.iter().map(|spec| spec.id.as_str());
    let idle: Vec<_> = idle.filter(|id| !used.contains(id)).collect();
    let unasked: Vec<_> = UNASKED.lines().collect();
    assert_eq!(idle, unasked, "bind it, or list it in unasked.txt");
}

#[test]
fn what_is_bound_follows_the_text() {
    let used = |checklist: &Checklist, title: &str| {
        let item = checklist.items.iter().find(|item| item.title == title);
        let item = item.unwrap_or_else(|| panic!("no item {title}"));
        bindings().bind(item, checklist).unwrap().unwrap()
    };
    for (from, to, probe, name, wanted) in [
        (
            "Min replicas: 3+",
            "Min replicas: 5+",
            "k8s/hpa-min-replicas",
            "min",
            5,
        ),
        (
            "Max replicas: 10+",
            "Max replicas: 1,000+",
            "k8s/hpa-max-replicas",
            "max",
            1000,
        ),
        (
            "CPU target: 70%",
            "CPU target: 65 %",
            "k8s/hpa-cpu-target",
            "target",
            65,
        ),
        (
            "Memory target: 80%",
            "Memory target: 75%",
            "k8s/hpa-memory-target",
            "target",
            75,
        ),
        (
            "1,000 concurrent users test",
            "2,500 concurrent users test",
            "load/concurrent-users",
            "users",
            2500,
        ),
    ] {
        let bound = used(&edited(from, to), to);
        let used = bound.uses.iter().find(|used| used.probe.as_str() == probe);
        let value = used.unwrap().with.get(name);
        assert_eq!(value, Some(&ParamValue::Int(wanted)), "{to}");
    }
    for (from, to, wanted) in [
        (
            "p99 latency <1000ms",
            "p99 latency < 2 s",
            "p99 over the window is under 2 s",
        ),
        (
            "24-hour stability verified",
            "48-hour stability verified",
            "48-hour",
        ),
        (
            "High error rate alerts (>5%)",
            "High error rate alerts (>0.5%)",
            "at most 0.5%",
        ),
    ] {
        let bound = used(&edited(from, to), to);
        let mut checks = bound.unbuilt.iter().map(|family| &family.check);
        assert!(
            checks.any(|check| check.contains(wanted)),
            "{to}: {bound:?}"
        );
    }
}

#[test]
fn the_policy_scores_every_section_before_the_deployment() {
    let (policy, diagnostics) = load_policy(
        "config/policy/default.yaml",
        &read("config/policy/default.yaml"),
    );
    assert_eq!(diagnostics, []);
    let policy = policy.unwrap();
    let checklist = checklist();
    let table = checklist.score.clone().unwrap();
    let names: BTreeSet<_> = table
        .categories
        .iter()
        .map(|row| row.name.as_str())
        .collect();
    let known: BTreeSet<_> = policy.categories.keys().map(String::as_str).collect();
    assert_eq!(names, known);
    assert_eq!(table.minimum, policy.minimum_score);
    let scored: BTreeSet<_> = policy
        .categories
        .values()
        .flatten()
        .map(String::as_str)
        .collect();
    let due_before =
        |item: &&Item| item.kind == ItemKind::Leaf && item.phase == Phase::PreDeployment;
    let sections: BTreeSet<_> = checklist
        .items
        .iter()
        .filter(due_before)
        .map(|item| item.section.as_str())
        .collect();
    assert_eq!(sections, scored);
}

/// A row of the catalogue.
struct Row {
    number: usize,
    mark: Option<Mark>,
    families: BTreeSet<String>,
    check: String,
}

/// The catalogue's rows, in the checklist's order; `None` where it is not there.
fn catalogue() -> Option<Vec<Row>> {
    let path = root().join("../shared/catalogue.md");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: there is no {}", path.display());
        return None;
    };
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, number, mark, _, families, check, ..] = cells.as_slice() else {
            return None;
        };
        Some(Row {
            number: number.parse().ok()?,
            mark: match *mark {
                "🔴" => Some(Mark::Critical),
                "🟡" => Some(Mark::Important),
                _ => None,
            },
            families: families.split('+').map(str::to_owned).collect(),
            check: (*check).to_owned(),
        })
    });
    let rows: Vec<_> = rows.collect();
    assert_eq!(rows.len(), 408);
    Some(rows)
}

/// The families by which a bound item is verified; a person counts as `human`.
fn families(bound: &Bound) -> BTreeSet<String> {
    let probes = bound.uses.iter().map(|used| used.probe.family().to_owned());
    let unbuilt = bound.unbuilt.iter().map(|family| family.family.clone());
    let people = bound.attest.iter().map(|_| "human".to_owned());
    probes.chain(unbuilt).chain(people).collect()
}

#[test]
fn each_item_is_verified_by_the_families_of_the_catalogue() {
    let Some(rows) = catalogue() else { return };
    let checklist = checklist();
    let covered = covered(&checklist);
    assert_eq!(checklist.items.len(), rows.len());
    let mut wrong = Vec::new();
    for (item, row) in checklist.items.iter().zip(&rows) {
        let wanted: BTreeSet<String> = match item.kind {
            ItemKind::Leaf => row.families.clone(),
            ItemKind::Group => {
                assert_eq!(row.families, ["group".to_owned()].into(), "{}", row.number);
                continue;
            }
            ItemKind::SignOff => {
                assert_eq!(
                    row.families,
                    ["signoff".to_owned()].into(),
                    "{}",
                    row.number
                );
                continue;
            }
        };
        let bound = &covered.bound[&item.id];
        if families(bound) != wanted {
            wrong.push(format!(
                "{} {}: {:?}, wanted {wanted:?}",
                row.number,
                item.id,
                families(bound)
            ));
        }
        let rule = bound.attest.as_ref().map(|rule| rule.when);
        let alone = wanted.len() == 1 && wanted.contains("human");
        let named = ["drill", "review", "report"]
            .iter()
            .any(|word| row.check.contains(word));
        if rule == Some(AttestWhen::NoMachineTarget) && (alone || named) {
            wrong.push(format!(
                "{} {}: a person must always be asked",
                row.number, item.id
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_marks_are_those_of_the_catalogue() {
    let (marks, diagnostics) = load_marks(
        "config/policy/marks.yaml",
        &read("config/policy/marks.yaml"),
    );
    assert_eq!(diagnostics, []);
    let checklist = checklist();
    let idle: Vec<_> = marks
        .idle(&checklist)
        .into_iter()
        .map(|(location, text)| format!("{location}: {text}"))
        .collect();
    assert!(idle.is_empty(), "{}", idle.join("\n"));
    let mut counted: BTreeMap<Option<Mark>, usize> = BTreeMap::new();
    for item in &checklist.items {
        *counted.entry(marks.of(item, &checklist)).or_default() += 1;
    }
    assert_eq!(counted[&Some(Mark::Critical)], 71);
    assert_eq!(counted[&Some(Mark::Important)], 154);
    let Some(rows) = catalogue() else { return };
    for (item, row) in checklist.items.iter().zip(&rows) {
        assert_eq!(
            marks.of(item, &checklist),
            row.mark,
            "{} {}",
            row.number,
            item.id
        );
    }
}
