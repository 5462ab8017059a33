//! Rule for documents: a path of this repository that stands in back quotes exists, and so does
//! the file that a relative link leads to. Web addresses and anchors are not followed.

use std::path::{Component, Path, PathBuf};

use super::{Fault, Source};

/// Only what starts with one of these is taken for a path of this repository.
const FOLDERS: &[&str] = &[
    "benches/", "config/", "crates/", "deploy/", "docs/", "probes/", "tests/", "xtask/",
];

pub(super) fn check(root: &Path, source: &Source) -> Vec<Fault> {
    let is_document = ["README.md", "CONTRIBUTING.md"]
        .map(Path::new)
        .contains(&source.path.as_path())
        || (source.path.starts_with("docs") && source.path.extension().is_some_and(|e| e == "md"));
    let mut faults = Vec::new();
    if !is_document {
        return faults;
    }
    let mut fenced = false;
    for (number, line) in source.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        // Every second part stands between two back quotes.
        for named in line.split('`').skip(1).step_by(2) {
            if let Some(path) = certain_part(named).filter(|path| !root.join(path).exists()) {
                let message = format!("names `{named}`, but there is no {path}");
                faults.push(Fault::at(&source.path, number + 1, message));
            }
        }
        for link in links(line) {
            if let Some(message) = broken(root, &source.path, link) {
                faults.push(Fault::at(&source.path, number + 1, message));
            }
        }
    }
    faults
}

/// Where the links of a line lead, without their titles. What is quoted is no link.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split("](").skip(1);
    let before = line.match_indices("](");
    parts.zip(before).filter_map(move |(rest, (at, _))| {
        let quoted = line.get(..at)?.matches('`').count() % 2 == 1;
        let (target, _) = rest.split_once(')')?;
        let target = target.split_whitespace().next()?;
        (!quoted).then_some(target)
    })
}

/// What is wrong with a link, if it is one to a file and there is no such file here.
fn broken(root: &Path, document: &Path, link: &str) -> Option<String> {
    let (path, _) = link.split_once('#').unwrap_or((link, ""));
    let leads_elsewhere = ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| link.starts_with(scheme));
    if path.is_empty() || leads_elsewhere {
        return None;
    }
    match resolved(document, path) {
        None => Some(format!(
            "links to {link}, which lies outside the repository"
        )),
        Some(file) if !root.join(&file).exists() => Some(format!(
            "links to {link}, but there is no {}",
            file.display()
        )),
        Some(_) => None,
    }
}

/// A link's path from the root, `..` taken away; `None` where it leads out of the repository.
fn resolved(document: &Path, path: &str) -> Option<PathBuf> {
    let mut file = document.parent()?.to_path_buf();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(name) => file.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !file.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(file)
}

/// The part of a quoted text that has to exist, if it is a path of this repository at all:
/// without a line number, and only down to the first component with a placeholder.
fn certain_part(named: &str) -> Option<String> {
    let is_path = FOLDERS.iter().any(|folder| named.starts_with(folder));
    if !is_path || named.contains(char::is_whitespace) {
        return None;
    }
    let (path, _) = named.split_once(':').unwrap_or((named, ""));
    let certain: Vec<_> = path
        .split('/')
        .take_while(|part| !part.contains(['*', '<', '{', '…', '[']) && !part.contains("..."))
        // Capitals alone stand for something: `probes/FAMILY/NAME/probe.yaml`.
        .take_while(|part| part.is_empty() || !part.chars().all(|c| c.is_ascii_uppercase()))
        .collect();
    Some(certain.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("crates/model/src")).unwrap();
        std::fs::write(folder.path().join("crates/model/src/lib.rs"), "").unwrap();
        let source = Source {
            path: path.into(),
            text: text.into(),
        };
        check(folder.path(), &source).len()
    }

    #[test]
    fn names_what_is_not_there() {
        for (text, expected) in [
            (
                "`crates/model`, `crates/model/` and `crates/model/src/lib.rs`",
                0,
            ),
            ("`crates/model/src/lib.rs:12`", 0),
            ("`crates/gone` beside `crates/model` and `xtask/gone.rs`", 2),
            ("`crates/model/gone.rs:12`", 1),
            (
                "`crates/<name>/gone.rs`, `crates/*/src`, `crates/model/{a,b}.rs`, `crates/NAME/x`",
                0,
            ),
            ("`gone/<name>` and `gone`, `a crates/gone`", 0),
            ("`probes/<family>/x`", 1),
            ("crates/gone without quotes", 0),
            ("```\n`crates/gone`\n```\n`crates/gone`", 1),
            ("`crates/gone/file and words`", 0),
        ] {
            assert_eq!(faults("README.md", text), expected, "{text}");
            assert_eq!(faults("CONTRIBUTING.md", text), expected, "{text}");
            assert_eq!(faults("docs/a/b.md", text), expected, "{text}");
        }
    }

    #[test]
    fn follows_relative_links() {
        for (document, text, expected) in [
            ("README.md", "[a](crates/model/src/lib.rs)", 0),
            ("README.md", "[a](crates/model) and [b](./crates/model/)", 0),
            (
                "README.md",
                "[a](crates/model#part \"title\"), [b](#part)",
                0,
            ),
            (
                "README.md",
                "[a](https://example.com/a) [b](mailto:a@example.com)",
                0,
            ),
            (
                "README.md",
                "`[a](gone.md)` and \n```\n[a](gone.md)\n```",
                0,
            ),
            (
                "README.md",
                "[a](gone.md), [b](crates/model), [c](gone.md#part)",
                2,
            ),
            ("README.md", "`a` [`b`](gone.md) ![c](gone.png)", 2),
            ("CONTRIBUTING.md", "[a](../CONTRIBUTING.md)", 1),
            ("docs/a/b.md", "[a](../../crates/model/src/lib.rs)", 0),
            ("docs/a/b.md", "[a](crates/model/src/lib.rs)", 1),
            ("docs/a/b.md", "[a](../../../main/crates/model)", 1),
            ("docs/a/b.md", "[a](/crates/model)", 1),
        ] {
            assert_eq!(faults(document, text), expected, "{document}: {text}");
        }
    }

    #[test]
    fn looks_at_documents_only() {
        for path in ["crates/model/src/lib.rs", "config/a.md", "docs/a.txt"] {
            assert_eq!(faults(path, "`crates/gone`"), 0, "{path}");
        }
    }
}
