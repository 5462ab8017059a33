//! One workflow file to what matters of it.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax>

use regex::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// What a job does, told by its commands and actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Task {
    Test,
    Build,
    Lint,
    Scan,
    /// Holds the coverage of the tests against a threshold.
    Coverage,
}

/// The commands and actions of each task; whole words.
const COMMANDS: [(Task, &str); 5] = [
    (
        Task::Test,
        r"\b(?:cargo (?:nextest|test|xtask (?:test|ci))|go test|gotestsum|(?:npm|yarn|pnpm|bun)(?: run)?(?: -\S+)* (?:test|t)\b|pytest|python3? -m (?:pytest|unittest)|tox|nox|mvnw?\b[^\n]*\b(?:test|verify|install)|gradlew?\b[^\n]*\b(?:test|check|build)|make (?:test|check|ci)|just test|dotnet test|rspec|rake test|phpunit|(?:npx )?(?:jest|vitest|mocha|playwright test|cypress run)|ctest|bazel test|sbt test|swift test|flutter test)",
    ),
    (
        Task::Build,
        r"\b(?:cargo build|go build|goreleaser|(?:npm|yarn|pnpm|bun) run build|docker (?:buildx )?build|docker/build-push-action|buildah|ko build|mvnw?\b[^\n]*\b(?:package|install|verify)|gradlew?\b[^\n]*\b(?:build|assemble)|make (?:build|all)|dotnet (?:build|publish)|bazel build|python3? -m build|cmake --build|pack build)",
    ),
    (
        Task::Lint,
        r"\b(?:clippy|golangci-lint|eslint|ruff|flake8|pylint|(?:npm|yarn|pnpm)(?: run)? lint|make lint|rubocop|ktlint|checkstyle|stylelint|hadolint|shellcheck|actionlint|super-linter|biome)",
    ),
    (
        Task::Scan,
        r"\b(?:trivy|codeql|gosec|semgrep|snyk|grype|cargo[- ](?:audit|deny)|govulncheck|(?:npm|pnpm|yarn) audit|osv-scanner|gitleaks|trufflehog|pip-audit|bandit|dependency-review-action)",
    ),
    (
        Task::Coverage,
        r"--?(?:cov-|coverage-)?fail[-_]under|--(?:coverage-threshold|min-coverage)|\b(?:check-coverage|go-test-coverage|jacocoTestCoverageVerification|coverageThreshold)",
    ),
];

static TASKS: LazyLock<Vec<(Task, Regex)>> = LazyLock::new(|| {
    let compiled = COMMANDS
        .iter()
        .filter_map(|(task, pattern)| Some((*task, Regex::new(pattern).ok()?)));
    compiled.collect()
});

/// What matters of a workflow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Workflow {
    /// The events that start it.
    pub(super) triggers: BTreeSet<String>,
    pub(super) tasks: BTreeSet<Task>,
    /// Environments that its jobs deploy to, by their usual names.
    pub(super) environments: BTreeSet<String>,
    /// Workflows of the checkout that it calls, as paths.
    pub(super) calls: BTreeSet<String>,
    /// Actions of others that are not pinned to a commit: `actions/checkout@v4`.
    pub(super) unpinned: BTreeSet<String>,
    /// Jobs whose token has more rights than they say, or all.
    pub(super) broad: BTreeSet<String>,
}

/// Reads a workflow.
///
/// # Errors
///
/// When it has no events or no jobs.
pub(super) fn read(value: &Value) -> Result<Workflow, String> {
    let mut workflow = Workflow::default();
    match value.get("on") {
        Some(Value::String(event)) => drop(workflow.triggers.insert(event.clone())),
        Some(Value::Array(events)) => {
            workflow
                .triggers
                .extend(events.iter().filter_map(Value::as_str).map(str::to_owned));
        }
        Some(Value::Object(events)) => workflow.triggers.extend(events.keys().cloned()),
        _ => return Err("it has no `on`".to_owned()),
    }
    let jobs = value
        .get("jobs")
        .and_then(Value::as_object)
        .filter(|jobs| !jobs.is_empty());
    let jobs = jobs.ok_or("it has no jobs")?;
    let choices = choices(value);
    for (id, job) in jobs {
        // A job that is switched off runs nothing.
        if job
            .get("if")
            .is_some_and(|condition| condition == &Value::Bool(false) || condition == "false")
        {
            continue;
        }
        read_job(id, job, value.get("permissions"), &choices, &mut workflow);
    }
    Ok(workflow)
}

/// What may be chosen when the workflow is started by hand, by the input's name.
fn choices(value: &Value) -> BTreeMap<String, Vec<String>> {
    let inputs = value
        .pointer("/on/workflow_dispatch/inputs")
        .and_then(Value::as_object);
    let each = inputs.into_iter().flatten().map(|(name, input)| {
        let options = input
            .get("options")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        (
            name.clone(),
            options
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        )
    });
    each.collect()
}

fn read_job(
    id: &str,
    job: &Value,
    of_workflow: Option<&Value>,
    choices: &BTreeMap<String, Vec<String>>,
    workflow: &mut Workflow,
) {
    let permissions = job.get("permissions").or(of_workflow);
    if permissions.is_none_or(|rights| rights == "write-all") {
        workflow.broad.insert(id.to_owned());
    }
    let environment = job
        .get("environment")
        .map(|e| e.get("name").unwrap_or(e))
        .and_then(Value::as_str);
    if let Some(name) = environment {
        let input = name
            .split("inputs.")
            .nth(1)
            .filter(|_| name.contains("${{"));
        let input = input.and_then(|rest| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
                .next()
        });
        match input.and_then(|input| choices.get(input)) {
            Some(options) => workflow
                .environments
                .extend(options.iter().map(|name| usual(name))),
            None => drop(workflow.environments.insert(usual(name))),
        }
    }
    if let Some(called) = job.get("uses").and_then(Value::as_str) {
        action(called, workflow);
        if let Some(path) = called.strip_prefix("./") {
            workflow.calls.insert(path.to_owned());
        }
    }
    for step in job
        .get("steps")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if let Some(used) = step.get("uses").and_then(Value::as_str) {
            action(used, workflow);
            tasks(used, workflow);
        }
        if let Some(script) = step.get("run").and_then(Value::as_str) {
            let lines = script.lines().filter(|line| {
                !line.trim_start().starts_with(['#']) && !line.trim_start().starts_with("echo ")
            });
            lines.for_each(|line| tasks(line, workflow));
        }
    }
}

fn tasks(text: &str, workflow: &mut Workflow) {
    workflow.tasks.extend(tasks_of(text));
}

/// What a command or an action does.
pub(super) fn tasks_of(text: &str) -> BTreeSet<Task> {
    let found = TASKS.iter().filter(|(_, pattern)| pattern.is_match(text));
    found.map(|(task, _)| *task).collect()
}

fn action(used: &str, workflow: &mut Workflow) {
    if used.starts_with("./") || used.contains("@sha256:") {
        return;
    }
    let version = used.rsplit_once('@').map_or("", |(_, version)| version);
    let pinned = version.len() == 40 && version.bytes().all(|b| b.is_ascii_hexdigit());
    if !pinned {
        workflow.unpinned.insert(used.to_owned());
    }
}

/// `prod` and `production` are one environment.
pub(crate) fn usual(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    match lower.as_str() {
        "prod" | "prd" | "live" => "production".to_owned(),
        "stage" | "stg" | "preprod" | "pre-production" => "staging".to_owned(),
        "development" | "develop" => "dev".to_owned(),
        _ => lower,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_runs_when_and_where() {
        let workflow = read(&json!({
            "on": {"push": {"branches": ["main"]}, "pull_request": null},
            "permissions": {"contents": "read"},
            "jobs": {
                "test": {"steps": [
                    {"uses": "actions/checkout@v4"},
                    {"uses": "actions/setup-go@0123456789abcdef0123456789abcdef01234567"},
                    {"run": "go vet ./...\ngo test ./...\n"}]},
                "deploy": {"environment": {"name": "Prod"}, "permissions": "write-all", "steps": [{"run": "docker build ."}]},
                "off": {"if": false, "steps": [{"run": "golangci-lint run"}]},
            }
        })).unwrap();
        assert_eq!(
            workflow.triggers,
            ["pull_request".to_owned(), "push".to_owned()].into()
        );
        assert_eq!(workflow.tasks, [Task::Test, Task::Build].into());
        assert_eq!(workflow.environments, ["production".to_owned()].into());
        assert_eq!(workflow.unpinned, ["actions/checkout@v4".to_owned()].into());
        assert_eq!(workflow.broad, ["deploy".to_owned()].into());
    }

    #[test]
    fn what_only_looks_like_a_task_is_none() {
        for script in [
            "echo cargo test",
            "# go test",
            "npm install",
            "ls tests",
            "cargo run",
        ] {
            let value = json!({"on": "push", "jobs": {"test": {"steps": [{"run": script}]}}});
            assert_eq!(read(&value).unwrap().tasks, BTreeSet::new(), "{script}");
        }
        for script in [
            "npm test",
            "npm run test",
            "mvn -B verify",
            "./gradlew check",
            "make test",
            "python -m pytest -q",
        ] {
            let value = json!({"on": "push", "jobs": {"a": {"steps": [{"run": script}]}}});
            assert!(
                read(&value).unwrap().tasks.contains(&Task::Test),
                "{script}"
            );
        }
        assert!(read(&json!({"jobs": {}})).is_err());
        assert!(read(&json!({"on": "push"})).is_err());
    }

    #[test]
    fn an_environment_that_is_chosen_by_hand_is_each_of_the_choices() {
        let value = json!({
            "on": {"workflow_dispatch": {"inputs": {"where": {"type": "choice", "options": ["dev", "staging"]}}}},
            "jobs": {"deploy": {"environment": "${{ inputs.where }}", "steps": []}}
        });
        assert_eq!(
            read(&value).unwrap().environments,
            ["dev".to_owned(), "staging".to_owned()].into()
        );
    }
}
