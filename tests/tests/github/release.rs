//! The changes of a release, its ends, and the freeze before it.

use crate::asking::{ask, fact, facts, with};
use seaworthy_tests::servers::github::world::{
    BASE, FEATURE, HEAD, LAST, SQUASH, activity, at, commit, good, put, review, user,
};
use seaworthy_tests::servers::{Reply, Routes};
use serde_json::{Value, json};

fn none() -> Value {
    json!({})
}

#[test]
fn a_commit_without_a_pull_request_is_a_change_of_its_own() {
    let mut routes = good();
    put(&mut routes, &format!("/commits/{SQUASH}/pulls"), json!([]));
    let elsewhere = json!([{ "number": 7, "merged_at": "2026-03-01T12:00:00Z", "base": { "ref": "feature" } },
        { "number": 8, "merged_at": null, "base": { "ref": "main" } }]);
    put(&mut routes, &format!("/commits/{FEATURE}/pulls"), elsewhere);
    put(
        &mut routes,
        "/pulls/13/commits",
        json!([commit(HEAD, "ada")]),
    );
    put(
        &mut routes,
        "/pulls/13",
        json!({ "number": 13, "merged_at": "2026-03-01T12:00:00Z", "user": user("ada"),
        "merged_by": user("ada"), "head": { "sha": FEATURE }, "base": { "ref": "main" }, "commits": 1 }),
    );
    let collected = ask(routes.clone(), &none());
    let changes = facts(&collected, "change");
    let names: Vec<&str> = changes
        .iter()
        .map(|one| one.subject.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "octo/shop#13",
            "octo/shop@2f0c4d5e6a7b",
            "octo/shop@3f0c4d5e6a7b"
        ]
    );
    assert_eq!(
        changes[1].value["merged_elsewhere"],
        json!(["#7 into feature"])
    );
    assert_eq!(changes[0].value["self_merged"], true);
    assert_eq!(
        fact(&collected, "release_range").value["commits_without"],
        2
    );
    // Where the team says that a merge into this branch counts, it does.
    put(
        &mut routes,
        "/pulls/7",
        json!({ "number": 7, "merged_at": "2026-03-01T12:00:00Z", "user": user("ada"),
        "head": { "sha": FEATURE }, "base": { "ref": "feature" }, "commits": 1 }),
    );
    put(
        &mut routes,
        "/pulls/7/commits",
        json!([commit(FEATURE, "ada")]),
    );
    put(
        &mut routes,
        "/pulls/7/reviews",
        json!([review("bob", "APPROVED", FEATURE)]),
    );
    let collected = ask(routes, &json!({ "merged_into": ["feature"] }));
    assert_eq!(
        fact(&collected, "release_range").value["commits_without"],
        1
    );
}

#[test]
fn a_good_pull_request_before_others_that_hold_the_commit() {
    let mut routes = good();
    let both = json!([{ "number": 11, "merged_at": "2026-03-01T12:00:00Z", "base": { "ref": "main" } },
        { "number": 12, "merged_at": "2026-03-01T12:00:00Z", "base": { "ref": "main" } }]);
    put(&mut routes, &format!("/commits/{SQUASH}/pulls"), both);
    put(
        &mut routes,
        "/pulls/11",
        json!({ "number": 11, "merged_at": "2026-03-01T12:00:00Z", "user": user("ada"),
        "head": { "sha": LAST }, "base": { "ref": "main" }, "commits": 1 }),
    );
    put(
        &mut routes,
        "/pulls/11/commits",
        json!([commit(LAST, "ada")]),
    );
    put(&mut routes, "/pulls/11/reviews", json!([]));
    let collected = ask(routes, &none());
    let names: Vec<&str> = facts(&collected, "change")
        .iter()
        .map(|one| one.subject.name.as_str())
        .collect();
    assert_eq!(names, ["octo/shop#12", "octo/shop#13"]);
}

#[test]
fn the_release_before_is_found_or_asked_for() {
    let kind = "release_range";
    let previous =
        |change: fn(&mut Routes), more: Value| with(change, more, kind).0["previous"].clone();
    let named = previous(
        |all| put(all, "/commits/0a1b2c3", json!({ "sha": BASE })),
        json!({ "previous": "0a1b2c3" }),
    );
    assert_eq!(named, "0a1b2c3");
    // Without releases, the highest version among the tags that the release follows.
    let found = previous(
        |all| {
            put(all, "/releases", json!([]));
            put(
                all,
                "/tags",
                json!([{ "name": "v1.2.9" }, { "name": "nightly" }, { "name": "v1.3.0" }, { "name": "v1.4.0" }]),
            );
            put(all, "/commits/tags%2Fv1.4.0", json!({ "sha": HEAD }));
        },
        none(),
    );
    assert_eq!(found, "v1.3.0");
    let mut routes = good();
    put(&mut routes, "/releases", json!([]));
    put(&mut routes, "/tags", json!([]));
    let collected = ask(routes, &none());
    assert!(facts(&collected, "change").is_empty());
    let hole = &collected.unassessed[0];
    assert_eq!(hole.kinds, ["release_range", "change"]);
    assert!(
        hole.detail.contains("name it under `previous`"),
        "{}",
        hole.detail
    );
}

#[test]
fn a_freeze_that_was_kept_broken_or_never_seen() {
    let moves = |entries: Value| {
        let (fact, unknown) = with(|all| put(all, "/activity", entries), none(), "code_freeze");
        (fact["moves"].as_array().map(Vec::len), unknown)
    };
    let old = activity(BASE, "2026-02-01T12:00:00Z", "push");
    let late = activity(HEAD, "2026-03-03T12:00:00Z", "pr_merge");
    let unknown = vec!["moves".to_owned()];
    assert_eq!(moves(json!([late, old])).0, Some(1));
    assert_eq!(
        moves(json!([activity(
            HEAD,
            "2026-03-03T12:00:00Z",
            "branch_creation"
        )]))
        .0,
        Some(0)
    );
    // Nothing at all, nothing old enough, and an activity that does not end at the branch's head.
    assert_eq!(moves(json!([])), (None, unknown.clone()));
    assert_eq!(moves(json!([late])), (None, unknown.clone()));
    assert_eq!(moves(json!([old])), (None, unknown.clone()));
    // A freeze that has ended, one that has not begun, and none.
    let until =
        json!({ "freeze": { "from": "2026-02-20T00:00:00Z", "until": "2026-02-25T00:00:00Z" } });
    let (fact, _) = with(|_| (), until, "code_freeze");
    assert_eq!(fact["moves"], json!([]));
    let later = json!({ "freeze": { "from": "2030-01-01T00:00:00Z" } });
    for more in [
        later,
        json!({ "freeze": { "from": "env:NO_SUCH_VARIABLE_HERE" } }),
    ] {
        let (fact, unknown) = with(|_| (), more, "code_freeze");
        assert_eq!((fact.get("moves"), unknown.len()), (None, 2));
    }
}

/// A release of so many squashed pull requests, over pages of a hundred.
fn many(count: usize) -> Routes {
    let mut routes = good();
    let sha = |index: usize| format!("{index:040x}");
    let all: Vec<Value> = (1..=count)
        .map(|index| commit(&sha(index), "ada"))
        .collect();
    let compare = format!("/compare/{BASE}...{HEAD}?per_page=100");
    let pages: Vec<&[Value]> = all.chunks(100).collect();
    for (page, commits) in pages.iter().enumerate() {
        let query = |page: usize| match page {
            0 => at(&compare),
            page => at(&format!("{compare}&page={}", page + 1)),
        };
        let link = match page + 1 < pages.len() {
            true => format!("Link: <{{base}}{}>; rel=\"next\"\r\n", query(page + 1)),
            false => String::new(),
        };
        let body = json!({ "status": "ahead", "total_commits": count, "commits": commits });
        routes.insert(query(page), Reply::Json(200, link, body));
    }
    for index in 1..=count {
        let (number, head) = (1000 + index, format!("{:040x}", 0xffff + index));
        let mut pull = json!({ "number": number, "merged_at": "2026-03-01T12:00:00Z", "user": user("ada"),
            "head": { "sha": head }, "base": { "ref": "main" }, "commits": 1 });
        put(
            &mut routes,
            &format!("/commits/{}/pulls", sha(index)),
            json!([pull.clone()]),
        );
        pull["merged_by"] = user("bob");
        put(&mut routes, &format!("/pulls/{number}"), pull);
        put(
            &mut routes,
            &format!("/pulls/{number}/commits"),
            json!([commit(&head, "ada")]),
        );
        put(
            &mut routes,
            &format!("/pulls/{number}/reviews"),
            json!([review("bob", "APPROVED", &head)]),
        );
    }
    routes
}

#[test]
fn every_change_of_a_big_release_is_looked_at() {
    let collected = ask(many(250), &none());
    assert_eq!(collected.unassessed, []);
    assert_eq!(facts(&collected, "change").len(), 250);
    assert_eq!(
        fact(&collected, "release_range").value["pull_requests"],
        250
    );
    // One page of the comparison that is missing leaves the release open.
    let mut routes = many(250);
    routes.remove(&at(&format!(
        "/compare/{BASE}...{HEAD}?per_page=100&page=3"
    )));
    let collected = ask(routes, &none());
    assert_eq!(facts(&collected, "change").len(), 0);
    assert!(!collected.unassessed.is_empty());
}
