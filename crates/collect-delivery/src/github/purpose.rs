//! What a check is for: by the team's own patterns, else by what the job of the checkout runs that
//! reports it, else by the words of its name.

use crate::workflows::{Runs, Task};
use globset::Glob;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a check is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Purpose {
    /// Tests.
    Test,
    /// Coverage of tests, over a threshold.
    Coverage,
    /// A scan for vulnerabilities or secrets.
    Security,
    /// Linters.
    Lint,
}

const ALL: [Purpose; 4] = [
    Purpose::Test,
    Purpose::Coverage,
    Purpose::Security,
    Purpose::Lint,
];

impl Purpose {
    /// The name as the configuration writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Coverage => "coverage",
            Self::Security => "security",
            Self::Lint => "lint",
        }
    }

    /// What a job does that is for this.
    fn task(self) -> Task {
        match self {
            Self::Test => Task::Test,
            Self::Coverage => Task::Coverage,
            Self::Security => Task::Scan,
            Self::Lint => Task::Lint,
        }
    }

    /// The whole words by which a check's name tells of it; docs/github.md has the same table.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Test => &[
                "test",
                "tests",
                "testing",
                "unittest",
                "unittests",
                "e2e",
                "pytest",
                "jest",
                "vitest",
                "nextest",
                "junit",
                "spec",
                "specs",
            ],
            Self::Coverage => &["coverage", "codecov", "coveralls"],
            Self::Security => &[
                "security",
                "codeql",
                "trivy",
                "snyk",
                "semgrep",
                "gosec",
                "grype",
                "gitleaks",
                "trufflehog",
                "govulncheck",
                "sast",
                "dast",
                "vulnerability",
                "vulnerabilities",
                "audit",
                "osv",
                "bandit",
                "checkov",
                "tfsec",
            ],
            Self::Lint => &[
                "lint",
                "linter",
                "linters",
                "linting",
                "eslint",
                "clippy",
                "golangci",
                "ruff",
                "flake8",
                "pylint",
                "rubocop",
                "ktlint",
                "checkstyle",
                "stylelint",
                "hadolint",
                "shellcheck",
                "actionlint",
                "biome",
            ],
        }
    }
}

/// The purposes of the check `name`, in the order of [`Purpose`]. Where `job` is known that reports it,
/// what it runs counts; its name counts beside it only if the job runs more than is known.
pub(super) fn purposes(
    name: &str,
    own: &BTreeMap<Purpose, Vec<String>>,
    job: Option<&Runs>,
) -> Vec<String> {
    let of = |purpose: &Purpose| match (own.get(purpose), job) {
        (Some(patterns), _) => patterns.iter().any(|pattern| fits(pattern, name)),
        (None, Some(runs)) => {
            runs.tasks.contains(&purpose.task()) || (runs.opaque && speaks_of(*purpose, name))
        }
        (None, None) => speaks_of(*purpose, name),
    };
    let found = ALL.into_iter().filter(of);
    found.map(|purpose| purpose.name().to_owned()).collect()
}

/// Names of checks hold slashes and brackets, which a glob would read as its own: a name that is
/// written out fits, too.
fn fits(pattern: &str, name: &str) -> bool {
    pattern == name || Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(name))
}

fn speaks_of(purpose: Purpose, name: &str) -> bool {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    // A service's patch coverage says nothing of the whole.
    if purpose == Purpose::Coverage && words.contains(&"patch") {
        return false;
    }
    words.iter().any(|word| purpose.words().contains(word))
}

#[cfg(test)]
mod tests {
    use super::{Purpose, Runs, Task, purposes};
    use std::collections::BTreeMap;

    #[test]
    fn names_tell_of_purposes() {
        for (name, wanted) in [
            ("test", "test"),
            ("CI / unit-tests (ubuntu-latest, 1.95)", "test"),
            ("codecov/project", "coverage"),
            ("codecov/patch", ""),
            ("test coverage", "test coverage"),
            ("Analyze (go) / CodeQL", "security"),
            ("golangci-lint", "lint"),
            ("latest", ""),
            ("contest-results", ""),
            ("build", ""),
            ("deploy preview", ""),
        ] {
            assert_eq!(
                purposes(name, &BTreeMap::new(), None).join(" "),
                wanted,
                "{name}"
            );
        }
    }

    #[test]
    fn a_team_names_its_own() {
        let own = BTreeMap::from([(
            Purpose::Test,
            vec!["verify *".to_owned(), "matrix [a]".to_owned()],
        )]);
        for (name, wanted) in [
            ("verify (linux)", "test"),
            ("matrix [a]", "test"),
            ("test", ""),
            ("eslint", "lint"),
        ] {
            assert_eq!(purposes(name, &own, None).join(" "), wanted, "{name}");
        }
    }

    #[test]
    fn what_a_job_runs_counts_before_its_name() {
        let runs = |tasks: &[Task], opaque| Runs {
            tasks: tasks.iter().copied().collect(),
            opaque,
            ..Runs::default()
        };
        let own = BTreeMap::from([(Purpose::Lint, vec!["tests".to_owned()])]);
        for (name, job, wanted) in [
            (
                "verify",
                runs(&[Task::Test, Task::Scan], false),
                "test security",
            ),
            ("tests", runs(&[], false), "lint"),
            ("tests", runs(&[], true), "test lint"),
            ("security", runs(&[Task::Lint], false), ""),
        ] {
            assert_eq!(purposes(name, &own, Some(&job)).join(" "), wanted, "{name}");
        }
    }
}
