//! The looks that are off by default: what they send, their bounds, and what they make of it.

use crate::support::{Asked, Reply, answer, budgets, collect, describe, only, serve};
use seaworthy_collect::Collected;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

async fn look(
    id: &str,
    active: Value,
    respond: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> (Collected, Vec<Asked>) {
    let server = serve(respond).await;
    let spec = json!({ "url": format!("http://{}/", server.address), "active": active });
    let collected = collect(id, spec, budgets()).await;
    let asked = server.asked.lock().unwrap().clone();
    (collected, asked)
}

#[tokio::test]
async fn a_burst_ends_at_the_first_429_and_never_goes_beyond_its_bound() {
    let count = AtomicU32::new(0);
    let burst = json!({ "rate_limit": { "path": "/login", "requests": 9, "per_second": 50 } });
    let (collected, asked) = look("web/burst", burst.clone(), move |_| {
        match count.fetch_add(1, Ordering::SeqCst) {
            0..4 => answer(200, "RateLimit-Limit: 4", ""),
            _ => answer(429, "Retry-After: 9", ""),
        }
    })
    .await;
    let value = only(collected).value;
    assert_eq!(
        (&value["limited"], &value["limited_at"]),
        (&json!(true), &json!(5))
    );
    assert_eq!(
        (&value["tells_when"], &value["announces"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(asked.len(), 5);
    let (collected, asked) = look("web/burst", burst, |_| answer(200, "", "")).await;
    assert_eq!(only(collected).value["limited"], false);
    assert_eq!(asked.len(), 9);
    // Whatever the entry says.
    let many = json!({ "rate_limit": { "path": "/", "requests": 100_000, "per_second": 1000 } });
    let plan = describe(
        "web/burst",
        json!({ "url": "http://a.example/", "active": many }),
    );
    assert!(
        plan.contains("up to 200 times, at most 50 a second"),
        "{plan}"
    );
}

#[tokio::test]
async fn a_forged_request_is_refused_taken_or_says_nothing() {
    let forgery = json!({ "forgery": ["/account/email"] });
    for (status, refused) in [
        (403, Some(true)),
        (400, Some(true)),
        (419, Some(true)),
        (200, Some(false)),
        (302, Some(false)),
        (401, None),
        (404, None),
        (405, None),
    ] {
        let (collected, asked) = look("web/forgery", forgery.clone(), move |_| {
            answer(status, "", "")
        })
        .await;
        let fact = only(collected);
        assert_eq!(
            fact.value.get("refused").and_then(Value::as_bool),
            refused,
            "{status}"
        );
        assert_eq!(fact.unknown.contains_key("refused"), refused.is_none());
        let [one] = asked.as_slice() else {
            panic!("{asked:?}")
        };
        assert_eq!(
            (one.method.as_str(), one.origin()),
            ("POST", "https://evil.example")
        );
    }
    let (collected, _) = look("web/forgery", forgery, |_| answer(429, "", "")).await;
    assert!(collected.facts.is_empty() && !collected.unassessed.is_empty());
}

const DOCUMENT: &str = r#"{"openapi":"3.1.0","paths":{"/orders/{id}":{"get":{"parameters":[{"name":"id","in":"path"}]}},"/orders":{"post":{"requestBody":{"required":true}}}}}"#;

#[tokio::test]
async fn malformed_requests_are_made_from_the_document() {
    let openapi =
        json!({ "openapi": { "document": "/openapi.json", "requests": 20, "per_second": 50 } });
    let respond = |breaks: bool| {
        move |asked: &Asked| match asked.path.as_str() {
            "/openapi.json" => answer(200, "Content-Type: application/json", DOCUMENT),
            path if breaks && path.contains("%00") => answer(500, "", ""),
            _ => answer(400, "", ""),
        }
    };
    let (collected, asked) = look("web/malformed", openapi.clone(), respond(false)).await;
    let value = only(collected).value;
    assert_eq!(
        (&value["answered"], &value["refused"]),
        (&json!(6), &json!(6))
    );
    assert_eq!(value["server_errors"], json!([]));
    assert_eq!(asked.len(), 7);
    let (collected, _) = look("web/malformed", openapi.clone(), respond(true)).await;
    assert_eq!(
        only(collected).value["server_errors"],
        json!(["GET /orders/{id} with a zero byte as id (500)"])
    );
    let (collected, _) = look("web/malformed", openapi, |_| answer(200, "", "<html>")).await;
    assert!(collected.facts.is_empty(), "no document");
}

#[tokio::test]
async fn nothing_is_sent_without_a_word_in_the_entry() {
    let server = serve(|_| answer(200, "", "")).await;
    let spec = json!({ "url": format!("http://{}/", server.address) });
    for id in ["web/burst", "web/forgery", "web/malformed"] {
        assert_eq!(describe(id, spec.clone()), "");
    }
    assert!(server.asked.lock().unwrap().is_empty());
}
