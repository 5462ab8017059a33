//! The collector `delivery/workflows`.

use super::read::{Task, Workflow, read};
use crate::repository::target::{self, Spec};
use crate::sink::{Draft, Looked, put};
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, fact_schema};
use seaworthy_model::{FactSchema, Target};
use seaworthy_yaml::{Dialect, Limits};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The GitHub Actions workflows of a checkout, all together.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
struct WorkflowsFact {
    /// `.github/workflows`.
    #[serde(rename = "ref")]
    reference: String,
    /// The workflow files, sorted.
    files: Vec<String>,
    /// True: every workflow file could be read. Unknown otherwise, never false.
    #[serde(default)]
    complete: bool,
    /// The events on which some job runs tests, sorted: `pull_request`, `push` …, also through
    /// workflows of the checkout that are called.
    tests_on: Vec<String>,
    /// The events on which some job builds.
    builds_on: Vec<String>,
    /// The events on which some job lints.
    lints_on: Vec<String>,
    /// The events on which some job scans for vulnerabilities or secrets.
    scans_on: Vec<String>,
    /// The environments that jobs deploy to, in lower case; `prod` is `production`, `stage` is
    /// `staging`, `development` is `dev`.
    environments: Vec<String>,
    /// Actions of others that are not pinned to a commit, with their file, at most 50.
    unpinned: Vec<String>,
    /// Jobs whose token has every right that the repository gives, because neither they nor their
    /// workflow say `permissions`, or say `write-all`; at most 50.
    broad_permissions: Vec<String>,
}

const KIND: &str = "workflows";
pub(super) const FOLDER: &str = ".github/workflows";

/// Reads the workflows of a checkout.
pub(crate) struct Workflows;

impl Collector for Workflows {
    fn id(&self) -> &'static str {
        "delivery/workflows"
    }

    fn target_kind(&self) -> &'static str {
        target::KIND
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<WorkflowsFact>(KIND)]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        let path = Spec::of(target).map(|spec| spec.path).unwrap_or_default();
        vec![format!("read {path}/{FOLDER}/*.yml and *.yaml")]
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let root = Spec::of(target).unwrap_or_default().root();
            put(self, target, context, sink, move || look(&root)).await;
        })
    }
}

fn look(root: &Path) -> Looked {
    let nothing = |what: &str| (Vec::new(), vec![(vec![KIND.to_owned()], what.to_owned())]);
    match holds_a_file(root) {
        Ok(true) => {}
        Ok(false) => return nothing(&format!("nothing seen: {} holds no file", root.display())),
        Err(error) => return nothing(&format!("failed to read {}: {error}", root.display())),
    }
    let mut workflows: BTreeMap<String, Workflow> = BTreeMap::new();
    let (mut files, mut hole) = (Vec::new(), None);
    let paths = match self::files(root) {
        Ok(paths) => paths,
        Err(why) => return nothing(&why),
    };
    for path in paths {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let file = format!("{FOLDER}/{name}");
        match one(&path).and_then(|value| read(&value)) {
            Ok(workflow) => drop(workflows.insert(file.clone(), workflow)),
            Err(why) => drop(hole.get_or_insert(format!("not understood: {file}: {why}"))),
        }
        files.push(file);
    }
    let mut fact = fact(&workflows);
    fact.files = files;
    let unknown = hole
        .into_iter()
        .map(|why| ("complete".to_owned(), why))
        .collect();
    (
        vec![Draft::new(KIND, FOLDER, &fact, unknown, None)],
        Vec::new(),
    )
}

/// Whether there is a file in a folder or below it, what Git keeps for itself left out: of folders
/// alone nothing follows.
///
/// # Errors
///
/// When no file was found, and a folder could not be read.
fn holds_a_file(folder: &Path) -> std::io::Result<bool> {
    let mut unread = None;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == ".git" {
            continue;
        }
        if !entry.file_type()?.is_dir() {
            return Ok(true);
        }
        match holds_a_file(&entry.path()) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(error) => unread = Some(error),
        }
    }
    unread.map_or(Ok(false), Err)
}

/// The workflow files of a checkout, sorted; none where it has no folder of them.
///
/// # Errors
///
/// When the folder cannot be read.
pub(super) fn files(root: &Path) -> Result<Vec<PathBuf>, String> {
    let folder = root.join(FOLDER);
    let mut paths: Vec<PathBuf> = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(format!("failed to read {}: {error}", folder.display())),
    };
    paths.retain(|path| {
        path.extension()
            .is_some_and(|end| end == "yml" || end == "yaml")
    });
    paths.sort();
    Ok(paths)
}

/// A workflow file as YAML.
///
/// # Errors
///
/// When it cannot be read, or is no YAML.
pub(super) fn one(path: &Path) -> Result<Value, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let parsed = seaworthy_yaml::parse(&bytes, Dialect::Core, &Limits::default());
    if let Some(problem) = parsed.problems.first() {
        return Err(format!(
            "line {}: {}",
            problem.position.line, problem.message
        ));
    }
    let document = parsed.documents.first().ok_or("it is empty")?;
    Ok(document.value().clone())
}

fn fact(workflows: &BTreeMap<String, Workflow>) -> WorkflowsFact {
    let on = |task: Task| {
        let mut events: BTreeSet<String> = BTreeSet::new();
        for workflow in workflows.values() {
            if reaches(workflow, workflows, &|one| one.tasks.contains(&task), 0) {
                events.extend(workflow.triggers.iter().cloned());
            }
        }
        events.into_iter().collect()
    };
    let listed = |of: fn(&Workflow) -> &BTreeSet<String>| {
        let all = workflows.iter().flat_map(|(file, workflow)| {
            of(workflow).iter().map(move |one| format!("{file}: {one}"))
        });
        all.take(50).collect()
    };
    let environments: BTreeSet<String> = workflows
        .values()
        .flat_map(|one| one.environments.clone())
        .collect();
    WorkflowsFact {
        reference: FOLDER.to_owned(),
        files: Vec::new(),
        complete: true,
        tests_on: on(Task::Test),
        builds_on: on(Task::Build),
        lints_on: on(Task::Lint),
        scans_on: on(Task::Scan),
        environments: environments.into_iter().collect(),
        unpinned: listed(|workflow| &workflow.unpinned),
        broad_permissions: listed(|workflow| &workflow.broad),
    }
}

/// Whether a workflow, or one that it calls, is as wanted.
fn reaches(
    workflow: &Workflow,
    all: &BTreeMap<String, Workflow>,
    wanted: &dyn Fn(&Workflow) -> bool,
    depth: usize,
) -> bool {
    let called = workflow.calls.iter().filter_map(|path| all.get(path));
    wanted(workflow)
        || (depth < 4
            && called
                .into_iter()
                .any(|one| reaches(one, all, wanted, depth + 1)))
}
