//! The folder of a new probe: `probe.yaml` and one case each for pass, fail and inconclusive.
//! What the fields mean is told in `docs/writing-probes.md`; whether they are right is the catalog's.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{REPLACE, is_name, lay_out};

/// Lays out `probes/<id>` and says what comes next.
pub(crate) fn run(root: &Path, id: &str, subject: &str) -> Result<()> {
    let Some((family, name)) = id.split_once('/') else {
        bail!("`{id}` is no id of a probe; wanted is FAMILY/NAME, as in k8s/hpa-min-replicas");
    };
    if !is_name(family, '-') || !is_name(name, '-') {
        bail!(
            "`{id}` is no id of a probe; wanted are lower-case words, as in k8s/hpa-min-replicas"
        );
    }
    if !is_name(subject, '_') {
        bail!("`{subject}` is no kind of subject; wanted are lower-case words, as in tls_endpoint");
    }
    refuse_unknown_kind(root, subject)?;
    let fact = fact_of_another_probe(root, subject)?;
    let copied = fact.is_some();
    let fact = fact.unwrap_or_else(|| {
        format!("fact: # {REPLACE}: as the collector writes it\n  ref: example\n")
    });
    let folder = format!("probes/{id}");
    let files = [
        ("probe.yaml", probe(subject)),
        ("cases/pass.yaml", case("pass", "", &fact)),
        (
            "cases/fail.yaml",
            case("fail", "with: { holds: false }\n", &fact),
        ),
        (
            "cases/inconclusive.yaml",
            case(
                "inconclusive",
                "unknown: { ref: \"403 forbidden\" }\n",
                &fact,
            ),
        ),
    ];
    lay_out(root, &folder, &files)?;
    println!("\nNext:");
    println!("1. Write {folder}/probe.yaml; docs/facts/{subject}.md lists what can be asked.");
    if copied {
        println!(
            "2. Change the facts in the cases, which are another probe's, until each shows its verdict."
        );
    } else {
        println!("2. Write whole facts into the cases: no other probe has any of this kind yet.");
    }
    println!(
        "3. `cargo run -- probes test probes` runs the cases; `cargo xtask test` shows the probe's row of the matrix."
    );
    println!("4. Should an item of the checklist use it, add it to a binding in config/bindings.");
    println!(
        "5. `cargo xtask gen` writes its page; `cargo xtask tidy` finds every {REPLACE} that is left."
    );
    Ok(())
}

/// The pages of facts are one for each kind; where there are pages, an unknown kind is a slip.
fn refuse_unknown_kind(root: &Path, subject: &str) -> Result<()> {
    let folder = root.join("docs/facts");
    if !folder.is_dir() || folder.join(format!("{subject}.md")).is_file() {
        return Ok(());
    }
    let known: Vec<_> = sorted(&folder)?
        .iter()
        .filter_map(|page| Some(page.file_stem()?.to_string_lossy().into_owned()))
        .filter(|kind| is_name(kind, '_'))
        .collect();
    bail!(
        "there is no kind of subject `{subject}`; there are {}",
        known.join(", ")
    )
}

/// The `fact:` block of a passing case of another probe over the same kind: whole and realistic.
fn fact_of_another_probe(root: &Path, subject: &str) -> Result<Option<String>> {
    let wanted = format!("subject: {subject}");
    for family in sorted(&root.join("probes"))? {
        for probe in sorted(&family)? {
            let judges = std::fs::read_to_string(probe.join("probe.yaml")).unwrap_or_default();
            if !judges.lines().any(|line| line.trim_end() == wanted) {
                continue;
            }
            for case in sorted(&probe.join("cases"))? {
                let text = std::fs::read_to_string(&case)
                    .with_context(|| format!("failed to read {}", case.display()))?;
                let passes = text.lines().any(|line| line.trim_end() == "expect: pass");
                if let Some(fact) = fact_block(&text).filter(|_| passes) {
                    return Ok(Some(fact));
                }
            }
        }
    }
    Ok(None)
}

/// The lines of `fact:`, unless they lean on anchors elsewhere in their file.
fn fact_block(case: &str) -> Option<String> {
    let mut lines = case.lines().skip_while(|line| line.trim_end() != "fact:");
    let mut block = vec![lines.next()?];
    block.extend(lines.take_while(|line| line.is_empty() || line.starts_with([' ', '#'])));
    let leans = |line: &&str| {
        let mut words = line.split_whitespace();
        words.any(|word| word == "<<:" || (word.len() > 1 && word.starts_with(['*', '&'])))
    };
    if block.len() < 2 || block.iter().any(leans) {
        return None;
    }
    Some(block.join("\n").trim_end().to_owned() + "\n")
}

/// What is in a folder, sorted; nothing where there is no folder.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let list = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let list = list.with_context(|| format!("failed to list {}", folder.display()))?;
    let mut paths: Vec<_> = list.iter().map(std::fs::DirEntry::path).collect();
    paths.sort();
    Ok(paths)
}

/// A probe that loads and whose cases hold, so that its row shows up before it is written.
fn probe(subject: &str) -> String {
    format!(
        "\
title: \"{REPLACE}: the property, as a sentence that is true or false\"
subject: {subject}
params:
  holds: {{ type: bool, default: true, description: \"{REPLACE}, or remove params\" }}
assert:
  - that: {subject}.ref != \"\" && params.holds # {REPLACE}
    message: \"{{{subject}.ref}} {REPLACE}: what was found, and what was wanted\"
why: \"{REPLACE}: the risk, in a sentence or two\"
fix: \"{REPLACE}: what to do, concretely\"
references: []
"
    )
}

fn case(expect: &str, more: &str, fact: &str) -> String {
    format!(
        "# {REPLACE}: change the fact until it shows this verdict by itself.\nexpect: {expect}\n{more}{fact}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo;

    fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            repo::write(&folder.path().join(file), text).unwrap();
        }
        folder
    }

    #[test]
    fn touches_its_own_folder_and_no_other() {
        let root = repository(&[
            ("README.md", ""),
            ("probes/web/a/probe.yaml", "subject: other\n"),
        ]);
        run(root.path(), "k8s/new-one", "workload").unwrap();
        let expected = [
            "README.md",
            "probes/k8s/new-one/cases/fail.yaml",
            "probes/k8s/new-one/cases/inconclusive.yaml",
            "probes/k8s/new-one/cases/pass.yaml",
            "probes/k8s/new-one/probe.yaml",
            "probes/web/a/probe.yaml",
        ];
        let found = repo::files(root.path()).unwrap();
        assert_eq!(found, expected.map(PathBuf::from));
        let probe = repo::text(root.path(), &found[4]).unwrap().unwrap();
        assert!(probe.contains("subject: workload\n"));
        assert!(probe.contains("message: \"{workload.ref} REPLACE-ME"));
    }

    #[test]
    fn facts_come_from_a_passing_case_of_the_same_kind() {
        let root = repository(&[
            ("probes/k8s/a/probe.yaml", "title: A\nsubject: workload\n"),
            (
                "probes/k8s/a/cases/bad.yaml",
                "expect: fail\nfact:\n  ref: bad\n",
            ),
            (
                "probes/k8s/a/cases/base.yaml",
                "expect: pass\nfact:\n  <<: *base\n",
            ),
            (
                "probes/k8s/a/cases/good.yaml",
                "expect: pass\nfact:\n  ref: good\n\n  replicas: 3\nunknown: {}\n",
            ),
        ]);
        run(root.path(), "k8s/b", "workload").unwrap();
        for (case, more) in [
            ("pass", ""),
            ("fail", "with: { holds: false }\n"),
            ("inconclusive", "unknown: { ref: \"403 forbidden\" }\n"),
        ] {
            let path = format!("probes/k8s/b/cases/{case}.yaml");
            let text = repo::text(root.path(), Path::new(&path)).unwrap().unwrap();
            let expected = format!("expect: {case}\n{more}fact:\n  ref: good\n\n  replicas: 3\n");
            assert!(text.ends_with(&expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_cannot_be_a_probe() {
        let root = repository(&[
            ("probes/k8s/there/probe.yaml", ""),
            ("docs/facts/workload.md", ""),
            ("docs/facts/tls_endpoint.md", ""),
        ]);
        for (id, subject, error) in [
            ("k8s", "workload", "`k8s` is no id of a probe"),
            ("k8s/a/b", "workload", "`k8s/a/b` is no id of a probe"),
            ("../a", "workload", "`../a` is no id of a probe"),
            ("k8s/a", "Workload", "`Workload` is no kind of subject"),
            (
                "k8s/a",
                "worklod",
                "no kind of subject `worklod`; there are tls_endpoint, workload",
            ),
            ("k8s/there", "workload", "probes/k8s/there is there already"),
        ] {
            let found = run(root.path(), id, subject).unwrap_err().to_string();
            assert!(found.contains(error), "{found}");
        }
        assert_eq!(repo::files(root.path()).unwrap().len(), 3);
    }
}
