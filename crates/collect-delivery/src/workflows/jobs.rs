//! The jobs of a checkout's workflows, by the names of the checks that they report, and what each runs:
//! so that a check that a branch requires is told by what it does.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax>

use super::collect::{FOLDER, files, one};
use super::read::{Task, tasks_of};
use regex::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How deep reusable workflows are followed.
const DEEPEST: usize = 4;
/// Actions that only make ready what others run, by what they begin with.
const READY: [&str; 9] = [
    "actions/checkout@",
    "actions/setup-",
    "actions/cache",
    "actions/upload-artifact",
    "actions/download-artifact",
    "docker/setup-",
    "docker/login-action",
    "dtolnay/rust-toolchain",
    "step-security/harden-runner",
];
/// Commands that fail nothing.
const IDLE: [&str; 14] = [
    "echo", "printf", "cd", "export", "set", "mkdir", "true", ":", "exit", "sleep", "ls", "pwd",
    "which", "cat",
];
/// What takes a failure from the command before it.
const EXCUSED: [&str; 4] = ["|| true", "|| :", "|| exit 0", "|| echo"];

/// What a job runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Runs {
    /// Where the job is defined: `.github/workflows/test.yml: unit`.
    pub(crate) place: String,
    /// What it is known to do, where its failure fails the job.
    pub(crate) tasks: BTreeSet<Task>,
    /// It also runs what is not known: a script, another action.
    pub(crate) opaque: bool,
}

/// The jobs of a checkout.
#[derive(Debug, Default)]
pub(crate) struct Jobs(Vec<(Regex, Runs)>);

impl Jobs {
    /// Reads the workflows below `root`. One that is no workflow reports nothing.
    ///
    /// # Errors
    ///
    /// When the folder or a file cannot be read.
    pub(crate) fn of(root: &Path) -> Result<Self, String> {
        let mut workflows = BTreeMap::new();
        for path in files(root)? {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let file = format!("{FOLDER}/{}", name.unwrap_or_default());
            let value = one(&path).map_err(|why| format!("not understood: {file}: {why}"))?;
            workflows.insert(file, value);
        }
        let mut jobs = Self::default();
        for (file, workflow) in &workflows {
            let title = workflow.get("name").and_then(Value::as_str).unwrap_or(file);
            // The name of the workflow may stand before that of the job.
            let before = format!("(?:{} / )?", regex::escape(title));
            jobs.take(&workflows, file, workflow, &before, 0);
        }
        Ok(jobs)
    }

    fn take(
        &mut self,
        all: &BTreeMap<String, Value>,
        file: &str,
        workflow: &Value,
        before: &str,
        depth: usize,
    ) {
        let jobs = workflow.get("jobs").and_then(Value::as_object);
        for (id, job) in jobs.into_iter().flatten() {
            let name = format!("{before}{}", name(id, job));
            if let Some(called) = job.get("uses").and_then(Value::as_str) {
                let inner = called
                    .strip_prefix("./")
                    .and_then(|path| all.get_key_value(path));
                match inner {
                    Some((path, inner)) if depth < DEEPEST => {
                        self.take(all, path, inner, &format!("{name} / "), depth + 1);
                    }
                    // A workflow of another repository is not here to be read.
                    _ => self.put(
                        &format!("{name} / .*"),
                        Runs {
                            opaque: true,
                            ..Runs::default()
                        },
                        file,
                        id,
                    ),
                }
                continue;
            }
            self.put(&name, runs(job), file, id);
        }
    }

    fn put(&mut self, name: &str, runs: Runs, file: &str, id: &str) {
        if let Ok(pattern) = Regex::new(&format!("^{name}$")) {
            let place = format!("{file}: {id}");
            self.0.push((pattern, Runs { place, ..runs }));
        }
    }

    /// What the check `name` runs; of several jobs of that name what all of them do. `None` where no job of
    /// the checkout reports it.
    pub(crate) fn named(&self, name: &str) -> Option<Runs> {
        let mut fitting = self.0.iter().filter(|(pattern, _)| pattern.is_match(name));
        let (_, first) = fitting.next()?;
        let mut found = first.clone();
        for (_, other) in fitting {
            found.tasks.retain(|task| other.tasks.contains(task));
            found.opaque &= other.opaque;
        }
        Some(found)
    }
}

/// The names under which a job's checks are reported, as a pattern.
fn name(id: &str, job: &Value) -> String {
    let given = job.get("name").and_then(Value::as_str).unwrap_or(id);
    let mut pattern = String::new();
    let mut rest = given;
    while let Some((plain, more)) = rest.split_once("${{") {
        pattern.push_str(&regex::escape(plain));
        pattern.push_str(".*");
        rest = more.split_once("}}").map_or("", |(_, after)| after);
    }
    pattern.push_str(&regex::escape(rest));
    // The values of a matrix follow in brackets.
    if job.pointer("/strategy/matrix").is_some() {
        pattern.push_str(r"(?: \(.*\))?");
    }
    pattern
}

fn is(value: Option<&Value>, word: &str) -> bool {
    value.is_some_and(|value| match value {
        Value::Bool(on) => on.to_string() == word,
        Value::String(text) => text.trim_matches(['$', '{', '}', ' ']) == word,
        _ => false,
    })
}

fn runs(job: &Value) -> Runs {
    let mut runs = Runs::default();
    // A job that is left out is reported as a success.
    if is(job.get("if"), "false") {
        return runs;
    }
    let steps = job.get("steps").and_then(Value::as_array);
    for step in steps.into_iter().flatten() {
        if is(step.get("if"), "false") || is(step.get("continue-on-error"), "true") {
            continue;
        }
        if let Some(used) = step.get("uses").and_then(Value::as_str) {
            let found = tasks_of(used);
            runs.opaque |= found.is_empty() && !READY.iter().any(|ready| used.starts_with(ready));
            runs.tasks.extend(found);
        }
        if let Some(script) = step.get("run").and_then(Value::as_str) {
            script_runs(script, &mut runs);
        }
    }
    runs
}

fn script_runs(script: &str, runs: &mut Runs) {
    let excused = |text: &str| EXCUSED.iter().any(|excuse| text.contains(excuse));
    // A shell that goes on after a failure ends with the last command's status alone.
    let goes_on = script.contains("set +e");
    let joined = script.replace("\\\n", " ");
    for line in joined.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') || excused(line) {
            continue;
        }
        for command in line
            .split("&&")
            .flat_map(|part| part.split(';'))
            .map(str::trim)
        {
            let word = command.split_whitespace().next().unwrap_or_default();
            if word.is_empty() || IDLE.contains(&word) {
                continue;
            }
            let found = tasks_of(command);
            if found.is_empty() || goes_on {
                runs.opaque = true;
            } else {
                runs.tasks.extend(found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Jobs, Runs, Task};
    use std::path::Path;

    fn checkout(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let workflows = folder.path().join(".github/workflows");
        std::fs::create_dir_all(&workflows).unwrap();
        for (name, text) in files {
            std::fs::write(workflows.join(name), text).unwrap();
        }
        folder
    }

    fn named(root: &Path, check: &str) -> Option<(Vec<Task>, bool)> {
        let Runs { tasks, opaque, .. } = Jobs::of(root).unwrap().named(check)?;
        Some((tasks.into_iter().collect(), opaque))
    }

    #[test]
    fn a_check_is_found_by_the_names_that_its_job_reports() {
        let folder = checkout(&[
            (
                "ci.yml",
                "name: CI\non: push\njobs:\n  unit: { steps: [{ run: cargo test }] }\n  os:\n    name: Verify ${{ matrix.os }}!\n    strategy: { matrix: { os: [a, b] } }\n    steps: [{ run: go test ./... }]\n  plain:\n    strategy: { matrix: { os: [a, b] } }\n    steps: [{ run: npm test }]\n  call: { uses: ./.github/workflows/inner.yml }\n  far: { uses: octo/else/.github/workflows/x.yml@v1 }\n",
            ),
            (
                "inner.yml",
                "on: workflow_call\njobs:\n  lint: { name: Lint it, steps: [{ run: cargo clippy }] }\n",
            ),
        ]);
        let test = || Some((vec![Task::Test], false));
        for (check, wanted) in [
            ("unit", test()),
            ("CI / unit", test()),
            ("Verify ubuntu-latest!", test()),
            ("plain (a, 1)", test()),
            ("call / Lint it", Some((vec![Task::Lint], false))),
            ("far / whatever", Some((vec![], true))),
            ("units", None),
            ("codecov/project", None),
            ("Other / unit", None),
        ] {
            assert_eq!(named(folder.path(), check), wanted, "{check}");
        }
    }

    #[test]
    fn only_what_fails_the_job_counts() {
        for (steps, wanted) in [
            ("[{ run: cargo test }]", (vec![Task::Test], false)),
            ("[{ run: echo cargo test }]", (vec![], false)),
            ("[{ run: cargo test || true }]", (vec![], false)),
            (
                "[{ run: cargo test, continue-on-error: true }]",
                (vec![], false),
            ),
            ("[{ run: cargo test, if: false }]", (vec![], false)),
            (
                "[{ run: \"set +e\\ncargo test\\necho done\" }]",
                (vec![], true),
            ),
            (
                "[{ run: cd shop && cargo test }]",
                (vec![Task::Test], false),
            ),
            ("[{ uses: actions/checkout@v4 }]", (vec![], false)),
            (
                "[{ uses: aquasecurity/trivy-action@v1 }]",
                (vec![Task::Scan], false),
            ),
            ("[{ uses: ./.github/actions/all }]", (vec![], true)),
            ("[{ run: ./ci.sh }]", (vec![], true)),
            (
                "[{ run: pytest --cov-fail-under=80 }]",
                (vec![Task::Test, Task::Coverage], false),
            ),
        ] {
            let text = format!("on: push\njobs:\n  a:\n    steps: {steps}\n");
            let folder = checkout(&[("a.yml", &text)]);
            assert_eq!(named(folder.path(), "a"), Some(wanted), "{steps}");
        }
        let off = "on: push\njobs:\n  a: { if: \"${{ false }}\", steps: [{ run: cargo test }] }\n";
        assert_eq!(
            named(checkout(&[("a.yml", off)]).path(), "a"),
            Some((vec![], false))
        );
    }

    #[test]
    fn of_two_jobs_of_one_name_what_both_do() {
        let folder = checkout(&[
            (
                "a.yml",
                "on: push\njobs:\n  a: { steps: [{ run: cargo test }, { run: cargo clippy }] }\n",
            ),
            (
                "b.yml",
                "on: push\njobs:\n  a: { steps: [{ run: cargo test }] }\n",
            ),
        ]);
        assert_eq!(named(folder.path(), "a"), Some((vec![Task::Test], false)));
        assert!(Jobs::of(checkout(&[("a.yml", "on: [\n")]).path()).is_err());
        assert_eq!(named(tempfile::tempdir().unwrap().path(), "a"), None);
    }
}
