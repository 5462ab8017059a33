//! A server that misbehaves: whatever it does to whichever answer, nothing passes that would not
//! have passed, and nothing fails that was good.

use crate::asking::{ask, ask_of, fact};
use crate::verdicts::{BOUND, catalog, verdict};
use seaworthy_model::{Outcome, ReasonCode};
use seaworthy_tests::servers::github::world::{at, bad, good};
use seaworthy_tests::servers::{Authority, GitHubApi, Leaf, Reply, Routes};
use serde_json::json;

fn raw(text: &str) -> Reply {
    Reply::Raw(text.replace('\n', "\r\n").into_bytes())
}

/// The faults that take no time.
fn faults() -> Vec<(&'static str, Reply)> {
    let limited = |status, headers: &str| {
        let body = json!({ "message": "API rate limit exceeded" });
        Reply::Json(status, headers.to_owned(), body)
    };
    vec![
        ("401", Reply::refuse(401, "Bad credentials")),
        (
            "403",
            Reply::refuse(403, "Resource not accessible by integration"),
        ),
        ("404 for want of a right", Reply::refuse(404, "Not Found")),
        (
            "a primary limit",
            limited(
                403,
                "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1785000000\r\n",
            ),
        ),
        ("a secondary limit", limited(429, "Retry-After: 60\r\n")),
        ("500", Reply::refuse(500, "Server Error")),
        (
            "a proxy's 502",
            raw("HTTP/1.1 502 Bad Gateway\nContent-Type: text/html\nContent-Length: 6\n\n<html>"),
        ),
        (
            "broken JSON",
            raw("HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 8\n\n{\"a\": [1"),
        ),
        (
            "a page of HTML",
            raw("HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 6\n\n<html>"),
        ),
        (
            "an empty body",
            raw("HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 0\n\n"),
        ),
        ("no content", raw("HTTP/1.1 204 No Content\n\n")),
        ("null", Reply::ok(json!(null))),
        (
            "another shape",
            Reply::ok(json!({ "message": "maintenance", "commits": [{}], "total_count": 1 })),
        ),
        ("a list of something else", Reply::ok(json!([{ "id": 1 }]))),
        (
            "a redirect loop",
            Reply::Json(302, "Location: ?\r\n".to_owned(), json!({})),
        ),
        (
            "a redirect elsewhere",
            Reply::Json(
                302,
                "Location: http://127.0.0.2:9/\r\n".to_owned(),
                json!({}),
            ),
        ),
        ("a cut connection", Reply::Cut),
        ("no HTTP", raw("SSH-2.0-OpenSSH_9.2\n")),
        (
            "half a body",
            raw("HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 900\n\n[]"),
        ),
    ]
}

/// Breaks each answer of a world in turn, and gives the verdicts to `check`.
fn each(world: &Routes, check: impl Fn(&str, Outcome, &str)) {
    let catalog = catalog();
    let mut tried = 0;
    for route in world.keys() {
        for (name, fault) in faults() {
            let mut routes = world.clone();
            routes.insert(route.clone(), fault);
            let collected = ask(routes, &json!({}));
            for bound in BOUND {
                let (outcome, message) = verdict(&catalog, bound, &collected);
                check(
                    &format!("{bound:?} with {name} at {route}"),
                    outcome,
                    &message,
                );
            }
            tried += 1;
        }
    }
    assert!(tried > 400, "{tried}");
}

#[test]
fn no_fault_makes_a_pass() {
    each(&bad(), |what, outcome, message| {
        assert_ne!(outcome, Outcome::Pass, "{what}: {message}");
    });
}

#[test]
fn no_fault_makes_a_failure() {
    each(&good(), |what, outcome, message| {
        assert_ne!(outcome, Outcome::Fail, "{what}: {message}");
    });
}

/// What is said of a fault at the first page of the environments.
fn said(reply: Reply) -> String {
    let mut routes = good();
    routes.insert(at("/environments"), reply);
    let collected = ask(routes, &json!({}));
    let fact = fact(&collected, "deployment_environments");
    assert_eq!(fact.value.get("environments"), None);
    fact.unknown["environments"].clone()
}

#[test]
fn each_fault_is_told_as_what_it_is() {
    let page = |next: &str, entries: serde_json::Value| {
        let link = format!(
            "Link: <{{base}}{}{next}>; rel=\"next\"\r\n",
            at("/environments")
        );
        Reply::Json(200, link, json!({ "environments": entries }))
    };
    let entry = json!([{ "name": "a" }]);
    for (reply, wanted) in [
        (
            Reply::refuse(401, "Bad credentials"),
            "denied: GET repos/octo/shop/environments?per_page=100: answered 401 \"Bad credentials\"",
        ),
        (
            Reply::refuse(403, "Must have admin rights"),
            "answered 403 \"Must have admin rights\"; the token has no right to it",
        ),
        (
            Reply::refuse(404, "Not Found"),
            "GitHub does not tell apart",
        ),
        (
            Reply::refuse(503, "x"),
            "collector failed: GET repos/octo/shop/environments?per_page=100: answered 503",
        ),
        (
            Reply::Json(
                302,
                "Location: http://127.0.0.2:9/\r\n".to_owned(),
                json!({}),
            ),
            "another host, 127.0.0.2, which is not followed",
        ),
        (
            Reply::Json(302, "Location: ?\r\n".to_owned(), json!({})),
            "more than 5 redirects",
        ),
        (Reply::Cut, "unreachable: "),
        (
            Reply::Drip,
            "no answer in time: GET repos/octo/shop/environments?per_page=100 of 127.0.0.1: no whole answer within 1 s",
        ),
        (Reply::Flood, "too large: "),
        (
            raw("HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 6\n\n<html>"),
            "application/json is wanted, text/html came",
        ),
        (
            Reply::ok(json!({ "environments": [{}], "total_count": 1 })),
            "another shape than documented",
        ),
        (
            Reply::ok(json!({ "environments": [], "total_count": 3 })),
            "its pages hold 0 of 3 entries",
        ),
        (page("", entry.clone()), "a page repeats the one before it"),
        (page("?per_page=100", json!([])), "go round in a circle"),
    ] {
        let said = said(reply.clone());
        assert!(said.contains(wanted), "{reply:?}: {said}");
    }
}

#[test]
fn pages_without_an_end_have_one() {
    let mut routes = good();
    for page in 1..=120 {
        let link = format!(
            "Link: <{{base}}{}?page={}>; rel=\"next\"\r\n",
            at("/environments"),
            page + 1
        );
        let body = json!({ "environments": [{ "name": format!("e{page}") }] });
        let query = if page == 1 {
            "?per_page=100".to_owned()
        } else {
            format!("?page={page}")
        };
        routes.insert(
            at(&format!("/environments{query}")),
            Reply::Json(200, link, body),
        );
    }
    let api = GitHubApi::start(routes).unwrap();
    let collected = ask_of(&api, &json!({}));
    let fact = fact(&collected, "deployment_environments");
    assert!(fact.unknown["environments"].contains("more than 100 pages"));
    let asked = api.asked();
    assert_eq!(
        asked
            .iter()
            .filter(|one| one.contains("environments"))
            .count(),
        100
    );
}

#[test]
fn after_a_limit_nothing_more_is_asked() {
    let mut routes = good();
    let headers = "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1785000000\r\n".to_owned();
    let Some(Reply::Json(_, _, repo)) = routes.get(&at("")).cloned() else {
        panic!()
    };
    routes.insert(at(""), Reply::Json(200, headers, repo));
    let api = GitHubApi::start(routes).unwrap();
    let collected = ask_of(&api, &json!({}));
    assert_eq!(api.asked(), [at("")]);
    let hole = collected.unassessed.first().unwrap();
    assert_eq!((hole.reason, hole.kinds.len()), (ReasonCode::Denied, 7));
    assert!(
        hole.detail.contains(
            "was not sent: the rate limit of the token is used up; sweep again after 2026-"
        ),
        "{}",
        hole.detail
    );
}

#[test]
fn silence_is_tried_again_and_every_attempt_is_told() {
    let mut routes = good();
    routes.insert(at(""), Reply::Cut);
    let collected = ask(routes, &json!({}));
    assert_eq!(collected.facts, []);
    assert!(!collected.unassessed[0].attempts.is_empty());
}

#[test]
fn the_token_goes_to_a_trusted_peer_only() {
    let (ours, others) = (
        Authority::new("ours").unwrap(),
        Authority::new("others").unwrap(),
    );
    let identity = ours.issue(&Leaf::new(["127.0.0.1"])).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let trusting = json!({ "ca_file": file.path() });
    std::fs::write(file.path(), ours.root_pem()).unwrap();
    let api = GitHubApi::start_tls(good(), &identity).unwrap();
    let collected = ask_of(&api, &trusting);
    assert_eq!(collected.unassessed, []);
    assert_eq!(collected.facts.len(), 8);
    let api = GitHubApi::start_tls(good(), &identity).unwrap();
    std::fs::write(file.path(), others.root_pem()).unwrap();
    let collected = ask_of(&api, &trusting);
    assert_eq!(api.asked(), [""; 0], "something was sent");
    let hole = &collected.unassessed[0];
    assert_eq!(
        (collected.facts.len(), hole.reason),
        (0, ReasonCode::Denied)
    );
    assert!(
        hole.detail.contains("is `ca_file` needed?"),
        "{}",
        hole.detail
    );
    // A file of roots that is none.
    std::fs::write(file.path(), "none").unwrap();
    let collected = ask_of(&api, &trusting);
    assert_eq!(api.asked(), [""; 0]);
    assert!(!collected.unassessed.is_empty());
}
