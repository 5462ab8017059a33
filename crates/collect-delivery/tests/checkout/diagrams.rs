//! Diagrams against what they show, by the history of the checkout.

use crate::support::{checkout, fact, field, of, write};
use serde_json::{Value, json};
use std::path::Path;

const DRAWN: &str = "# System architecture\n\n```mermaid\ngraph TD; shop --> db\n```\n";

/// Commits all of a checkout on a day; false where there is no git.
fn commit(root: &Path, day: &str) -> bool {
    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.current_dir(root).args(["-c", "user.name=t"]);
        command.args([
            "-c",
            "user.email=t@shop.example",
            "-c",
            "commit.gpgsign=false",
        ]);
        for name in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
            command.env(name, format!("{day}T12:00:00Z"));
        }
        let output = command.args(arguments).output();
        output.is_ok_and(|output| output.status.success())
    };
    git(&["init", "-q"]) && git(&["add", "-A"]) && git(&["commit", "-qm", "x"])
}

/// A checkout whose diagram is of January, and whose `changed` file is of June.
fn aged(document: &str, changed: &str) -> Option<tempfile::TempDir> {
    let folder = checkout(&[
        ("docs/architecture.md", document),
        ("docs/img/net.svg", "<svg/>"),
        (changed, "1\n"),
    ]);
    let root = folder.path();
    if !commit(root, "2026-01-02") {
        return None;
    }
    write(root, changed, "2\n");
    assert!(commit(root, "2026-06-01"));
    Some(folder)
}

fn behind(root: &Path, more: Value) -> (Value, Vec<String>, Value) {
    let collected = of(root, more);
    let fact = fact(&collected, "document", "architecture");
    let told = field(fact, "/diagrams_behind");
    let told = told.as_array().cloned().unwrap_or_default();
    let told = told
        .iter()
        .filter_map(|one| one.as_str().map(str::to_owned));
    let unknown = fact.unknown.get("diagrams_behind_days").cloned();
    (
        field(fact, "/diagrams_behind_days"),
        told.collect(),
        json!(unknown),
    )
}

#[test]
fn a_diagram_is_held_against_what_it_shows() {
    let picture = "# System architecture\n\n![the network](img/net.svg)\n";
    let told = |text: &str| format!("---\nshows: [deploy/**]\n---\n{text}");
    let reviewed = format!("{DRAWN}\nLast reviewed: 2026-05-20\n");
    for (document, changed, more, days) in [
        (DRAWN, "src/pay.rs", json!({}), json!(150)),
        (picture, "src/pay.rs", json!({}), json!(150)),
        (&told(DRAWN), "src/pay.rs", json!({}), json!(0)),
        (&told(DRAWN), "deploy/net.yaml", json!({}), json!(150)),
        (
            DRAWN,
            "src/pay.rs",
            json!({"shows": {"architecture": "deploy/**"}}),
            json!(0),
        ),
        (DRAWN, "tests/pay.rs", json!({}), json!(0)),
        (DRAWN, "docs/more.md", json!({}), json!(0)),
        (&reviewed, "src/pay.rs", json!({}), json!(12)),
        (
            "# System architecture\n\nWords alone.\n",
            "src/pay.rs",
            json!({}),
            Value::Null,
        ),
    ] {
        let Some(folder) = aged(document, changed) else {
            return;
        };
        let (found, told, unknown) = behind(folder.path(), more);
        assert_eq!(
            (&found, &unknown),
            (&days, &Value::Null),
            "{document} {changed}: {told:?}"
        );
        let is_behind = days.as_i64().is_some_and(|days| days > 0);
        assert_eq!(
            told.iter().any(|one| one.contains(changed)),
            is_behind,
            "{told:?}"
        );
    }
}

#[test]
fn a_picture_is_as_old_as_itself_and_one_that_is_not_kept_as_its_source() {
    let picture = "# System architecture\n\n![the network](img/net.svg)\n";
    let Some(folder) = aged(picture, "src/pay.rs") else {
        return;
    };
    let root = folder.path();
    // The source alone was changed: what is shown is the old picture.
    write(root, "docs/img/net.drawio", "<mxfile/>");
    assert!(commit(root, "2026-06-10"));
    assert_eq!(behind(root, json!({})).0, 150);
    write(root, "docs/img/net.svg", "<svg />");
    assert!(commit(root, "2026-06-11"));
    assert_eq!(behind(root, json!({})).0, 0);
    std::fs::remove_file(root.join("docs/img/net.svg")).unwrap();
    assert!(commit(root, "2026-06-12"));
    assert_eq!(behind(root, json!({})).0, 0);
}

#[test]
fn what_was_taken_away_was_changed() {
    let Some(folder) = aged(DRAWN, "src/pay.rs") else {
        return;
    };
    let root = folder.path();
    std::fs::remove_file(root.join("src/pay.rs")).unwrap();
    assert!(commit(root, "2026-06-20"));
    let (days, told, _) = behind(root, json!({}));
    assert_eq!(days, 169);
    assert!(
        told[0].contains("src/pay.rs, which was changed on 2026-06-20"),
        "{told:?}"
    );
}

#[test]
fn what_the_history_does_not_tell_is_not_known() {
    let folder = checkout(&[("docs/architecture.md", DRAWN), ("src/a.rs", "")]);
    let (days, _, unknown) = behind(folder.path(), json!({}));
    assert_eq!(days, Value::Null);
    assert!(
        unknown
            .to_string()
            .contains("no commit of the history holds"),
        "{unknown}"
    );

    let Some(folder) = aged(DRAWN, "src/pay.rs") else {
        return;
    };
    let root = folder.path();
    let head = std::process::Command::new("git")
        .current_dir(root)
        .args(["rev-parse", "HEAD"])
        .output();
    std::fs::write(root.join(".git/shallow"), head.unwrap().stdout).unwrap();
    let (_, _, unknown) = behind(root, json!({}));
    assert!(unknown.to_string().contains("shallow"), "{unknown}");

    let outside = "# System architecture\n\n![net](https://wiki.shop.example/net.png)\n";
    let Some(folder) = aged(outside, "src/pay.rs") else {
        return;
    };
    let (_, _, unknown) = behind(folder.path(), json!({}));
    assert!(
        unknown.to_string().contains("outside of the repository"),
        "{unknown}"
    );

    let folder = checkout(&[("docs/architecture.md", DRAWN), ("src/a.rs", "")]);
    assert!(commit(folder.path(), "2099-01-01"));
    let (_, _, unknown) = behind(folder.path(), json!({}));
    assert!(unknown.to_string().contains("yet to come"), "{unknown}");
}
