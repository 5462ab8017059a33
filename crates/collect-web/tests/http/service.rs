//! What a service promises: the numbers of its rate limit, its OpenAPI document, how fast it answers,
//! and whom it refuses.

use crate::support::{Asked, Reply, answer, budgets, collect, impatient, only, serve, shut_out};
use seaworthy_collect::Collected;
use seaworthy_model::ReasonCode;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

async fn look(
    id: &str,
    entry: Value,
    respond: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> Collected {
    let server = serve(respond).await;
    let mut spec = json!({ "url": format!("http://{}/", server.address) });
    spec.as_object_mut()
        .unwrap()
        .extend(entry.as_object().unwrap().clone());
    collect(id, spec, budgets()).await
}

#[tokio::test]
async fn the_numbers_of_a_limit_are_read_also_from_a_429() {
    let entry = json!({ "limits": ["/api"] });
    for status in [200, 401, 429] {
        let respond = move |_: &Asked| {
            answer(
                status,
                "RateLimit-Policy: \"burst\";q=100;w=60\nX-RateLimit-Limit: many",
                "",
            )
        };
        let value = only(look("web/limits", entry.clone(), respond).await).value;
        assert_eq!(
            value["policies"],
            json!([{ "quota": 100, "window": 60, "header": "ratelimit-policy" }])
        );
        assert_eq!(value["malformed"], json!(["x-ratelimit-limit: many"]));
    }
    let value = only(look("web/limits", entry.clone(), |_| answer(200, "", "")).await).value;
    assert_eq!(value["policies"], json!([]));
    let fact = only(
        look("web/limits", entry.clone(), |_| {
            answer(200, "X-RateLimit-Limit: many", "")
        })
        .await,
    );
    assert!(
        fact.unknown["policies"].contains("x-ratelimit-limit: many"),
        "{:?}",
        fact.unknown
    );
    let refused = look("web/limits", entry, |_| {
        answer(403, "X-RateLimit-Limit: 5", "")
    })
    .await;
    assert_eq!(shut_out(&refused).0, ReasonCode::Denied);
}

const DOCUMENT: &str = r##"{"openapi":"3.1.0","info":{"title":"Shop","version":"1.4.0"},"paths":{
  "/orders":{"get":{"responses":{"200":{},"default":{}}},"post":{"responses":{"201":{},"4XX":{}}}},
  "/orders/{id}":{"parameters":[],"get":{"responses":{"200":{}}},"delete":{"responses":{"204":{},"503":{}}}}}}"##;

#[tokio::test]
async fn an_openapi_document_is_read_as_it_is_served() {
    let entry = json!({ "openapi": "/openapi.json" });
    let ask = |status: u16, body: &'static str| {
        look("web/openapi", entry.clone(), move |_| {
            answer(status, "", body)
        })
    };
    let fact = only(ask(200, DOCUMENT).await);
    assert_eq!(fact.unknown, Default::default());
    let value = fact.value;
    assert_eq!(
        (
            &value["version"],
            &value["api"],
            &value["problems"],
            &value["operations"]
        ),
        (&json!("3.1.0"), &json!("Shop 1.4.0"), &json!([]), &json!(4))
    );
    assert_eq!(value["without_errors"], json!(["GET /orders/{id}"]));
    // In YAML, and with much that is wrong.
    let yaml = "swagger: '2.0'\npaths:\n  orders: { get: { responses: {} } }\n";
    let value = only(ask(200, yaml).await).value;
    assert_eq!(value["problems"].as_array().unwrap().len(), 4, "{value:#}");
    let value = only(
        ask(
            200,
            "openapi: 3.0.3\ninfo: { title: A, version: 1 }\npaths: {}\n",
        )
        .await,
    )
    .value;
    assert_eq!(
        value["problems"],
        json!(["it describes no operation: paths is empty"])
    );
    // What is no document leaves everything open; what is not there is not served.
    let fact = only(ask(200, "<html>").await);
    assert!(
        fact.unknown["problems"].starts_with("not understood: "),
        "{:?}",
        fact.unknown
    );
    assert_eq!(only(ask(404, "").await).value["served"], false);
    assert_eq!(shut_out(&ask(403, "").await).0, ReasonCode::Denied);
}

#[tokio::test]
async fn a_sample_is_bounded_and_a_gap_leaves_it_open() {
    let entry = |requests: u32| json!({ "active": { "latency": { "path": "/api", "requests": requests, "per_second": 50 } } });
    let value = only(look("web/latency", entry(20), |_| answer(200, "", "x")).await).value;
    assert_eq!(
        (&value["answers"], &value["server_errors"]),
        (&json!(20), &json!(0))
    );
    assert!(
        value["p50_ms"].is_i64() && value["p95_ms"].is_i64() && value.get("p99_ms").is_none(),
        "{value:#}"
    );
    for cut in [
        Reply::Last(Vec::new()),
        answer(429, "", ""),
        answer(403, "", ""),
    ] {
        let count = AtomicU32::new(0);
        let respond = move |_: &Asked| match count.fetch_add(1, Ordering::SeqCst) {
            0..5 => answer(200, "", "x"),
            _ => cut.clone(),
        };
        let fact = only(look("web/latency", entry(20), respond).await);
        assert_eq!(fact.value["answers"], 4);
        assert!(
            fact.unknown.contains_key("p95_ms") && fact.unknown.contains_key("p99_ms"),
            "{:?}",
            fact.unknown
        );
    }
    let refused = look("web/latency", entry(5), |_| answer(429, "", "")).await;
    assert_eq!(shut_out(&refused).0, ReasonCode::Denied);
    let errors = only(look("web/latency", entry(5), |_| answer(500, "", "")).await).value;
    assert_eq!(errors["server_errors"], 5);
}

#[tokio::test]
async fn who_stands_here_is_refused_asked_or_served() {
    let entry =
        json!({ "restricted": { "paths": ["/admin/"], "from": "a CI runner" }, "headers": {} });
    for (status, outcome) in [
        (403, json!("refused")),
        (451, json!("refused")),
        (401, json!("asks_for_login")),
        (302, json!("asks_for_login")),
        (200, json!("served")),
        (404, Value::Null),
    ] {
        let fact = only(
            look("web/restricted", entry.clone(), move |_| {
                answer(status, "", "")
            })
            .await,
        );
        assert_eq!(
            fact.value.get("outcome").unwrap_or(&Value::Null),
            &outcome,
            "{status}"
        );
        assert_eq!(fact.unknown.contains_key("outcome"), outcome.is_null());
        assert_eq!(
            (&fact.value["vantage"], &fact.value["local_address"]),
            (&json!("a CI runner"), &json!("127.0.0.1"))
        );
    }
    for (status, header) in [(429, ""), (500, ""), (403, "cf-mitigated: challenge")] {
        let collected = look("web/restricted", entry.clone(), move |_| {
            answer(status, header, "")
        })
        .await;
        assert_eq!(shut_out(&collected).0, ReasonCode::Denied);
    }
    // A silent firewall and a service that is down look the same.
    let server = serve(|_| Reply::Hang).await;
    let mut spec = entry.clone();
    spec["url"] = json!(format!("http://{}/", server.address));
    let collected = collect("web/restricted", spec, impatient()).await;
    assert_eq!(shut_out(&collected).0, ReasonCode::Timeout);
}
