//! The files of a checkout: what .gitignore names is left out, and what other people's code or
//! machines wrote is told apart.

use globset::{Glob, GlobSet, GlobSetBuilder};
use ignore::WalkBuilder;
use regex::Regex;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The most files that are looked at.
const MOST: usize = 500_000;

/// A file of the checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) path: PathBuf,
    /// The path within the checkout, with `/`.
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// Files, and what could not be listed.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    pub(crate) files: Vec<Entry>,
    pub(crate) holes: Vec<String>,
}

/// Lists the files below `root`, sorted by path.
pub(crate) fn walk(root: &Path, exclude: &[String]) -> Walked {
    let mut walked = Walked::default();
    let excluded = globs(exclude);
    if !root.is_dir() {
        walked
            .holes
            .push(format!("nothing seen: {} is no folder", root.display()));
        return walked;
    }
    let walk = WalkBuilder::new(root)
        .hidden(false)
        .require_git(false)
        .follow_links(false)
        .filter_entry(|entry| entry.file_name() != ".git" && !is_bundle(entry.path()))
        .build();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                walked.holes.push(format!("failed to read {error}"));
                continue;
            }
        };
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let within = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let name = within.to_string_lossy().replace('\\', "/");
        if excluded.is_match(&name) {
            continue;
        }
        walked.files.push(Entry {
            size: entry
                .metadata()
                .map(|metadata| metadata.len())
                .unwrap_or_default(),
            path: entry.path().to_owned(),
            name,
        });
        if walked.files.len() >= MOST {
            walked
                .holes
                .push(format!("too large: there are more than {MOST} files"));
            break;
        }
    }
    walked.files.sort_by(|a, b| a.name.cmp(&b.name));
    if walked.files.is_empty() {
        walked
            .holes
            .push(format!("nothing seen: {} holds no file", root.display()));
    }
    walked
}

/// Whether a folder is the evidence of a sweep. It holds the checklist and words about secrets, and
/// would speak for the repository that it was made of.
#[must_use]
pub fn is_bundle(path: &Path) -> bool {
    path.join("content/run.json").is_file() && path.join("content/plan.json").is_file()
}

/// A set of globs; what is none matches nothing.
pub(crate) fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        // A folder stands for all that is in it.
        for pattern in [
            pattern.clone(),
            format!("{}/**", pattern.trim_end_matches('/')),
        ] {
            if let Ok(glob) = Glob::new(&pattern) {
                set.add(glob);
            }
        }
    }
    set.build().unwrap_or_default()
}

/// Folders for what a build leaves, where they stand at the top. Further down a package may be called
/// so: `internal/build/`.
const BUILT: [&str; 3] = ["dist", "target", "build"];

/// Folders whose files others wrote.
const VENDORED: [&str; 9] = [
    "node_modules",
    "vendor",
    "third_party",
    "third-party",
    "bower_components",
    ".venv",
    "venv",
    "site-packages",
    "Pods",
];

/// Whether others wrote the file, or a machine did by where it stands.
pub(crate) fn is_vendored(name: &str) -> bool {
    let Some((folders, _)) = name.rsplit_once('/') else {
        return false;
    };
    let top = folders.split('/').next().unwrap_or_default();
    BUILT.contains(&top) || folders.split('/').any(|folder| VENDORED.contains(&folder))
}

/// Whether the file is a test or its data, by where it stands and what it is called.
pub(crate) fn is_test(name: &str) -> bool {
    let lower = name.to_lowercase();
    let (folders, file) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let in_tests = folders.split('/').any(|folder| {
        [
            "test",
            "tests",
            "__tests__",
            "spec",
            "specs",
            "testdata",
            "fixtures",
            "e2e",
            "testing",
            "mocks",
            "examples",
            "benches",
        ]
        .contains(&folder)
    });
    let stem = file.split('.').next().unwrap_or_default();
    in_tests
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || stem == "tests"
        || file.contains(".test.")
        || file.contains(".spec.")
        || stem.ends_with("_spec")
        || (file.ends_with(".java") || file.ends_with(".kt") || file.ends_with(".cs"))
            && (stem.ends_with("test") || stem.ends_with("tests"))
}

/// Whether the file is data of tests, by the folders that it stands in; what is below `docs` is not.
pub(crate) fn is_test_data(name: &str) -> bool {
    let lower = name.to_lowercase();
    let folders = lower.rsplit_once('/').map_or("", |(folders, _)| folders);
    let mut above_docs = folders.split('/').take_while(|one| *one != "docs");
    above_docs.any(|one| ["test", "tests", "__tests__", "testdata", "fixtures"].contains(&one))
}

/// The text without the modules of tests within it (`#[cfg(test)] mod …` at the margin, as rustfmt writes
/// them); the lines that are left keep their numbers.
pub(crate) fn without_tests<'t>(name: &str, text: &'t str) -> Cow<'t, str> {
    const BEGIN: &str = "\n#[cfg(test)]\nmod ";
    if !name.ends_with(".rs") || !text.contains(BEGIN) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        let (before, module) = rest.split_at(at);
        // A module in a file of its own ends on its line.
        let line = module.get(BEGIN.len()..).unwrap_or_default().lines().next();
        let end = if line.is_some_and(|line| line.trim_end().ends_with('{')) {
            module.find("\n}\n").map_or(module.len(), |end| end + 2)
        } else {
            BEGIN.len()
        };
        let (module, after) = module.split_at(end);
        kept.push_str(before);
        kept.extend(module.matches('\n'));
        rest = after;
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// Whether a machine wrote the file, by its first lines (Go's and others' convention).
pub(crate) fn is_generated(text: &str) -> bool {
    static WORDS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new("(?i-u:@generated|do not edit|auto-?generated)").ok());
    let end = text.match_indices('\n').nth(19);
    let head = text.get(..end.map_or(text.len(), |(at, _)| at));
    let words = WORDS.as_ref();
    words.is_some_and(|words| words.is_match(head.unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use super::without_tests;

    #[test]
    fn tests_within_a_file_are_left_out_and_lines_keep_their_numbers() {
        let text = "a\n\n#[cfg(test)]\nmod tests {\n    // TODO\n}\n\nb\n";
        assert_eq!(without_tests("x.rs", text), "a\n\n\n\n\n\n\nb\n");
        assert_eq!(without_tests("x.go", text), text);
        let open = "a\n#[cfg(test)]\nmod tests {\n    // TODO\n";
        assert_eq!(without_tests("x.rs", open), "a\n\n\n\n");
        let apart = "a\n#[cfg(test)]\nmod properties;\nb // TODO\n";
        assert!(without_tests("x.rs", apart).ends_with("properties;\nb // TODO\n"));
    }
}
