//! What is left of development on lists of origins, and what preflights let pass.

use super::cors::{allow, policy, respond};
use crate::support::{answer, cors, serve};
use seaworthy_model::Fact;
use serde_json::json;

/// Pages of a person's own machine, as they are left on lists from development.
#[tokio::test]
async fn what_is_left_of_development_is_found() {
    let local =
        |origin: &str| origin.starts_with("http://localhost:") || origin.contains("127.0.0.1");
    let fact = policy(move |asked| local(asked.origin()).then(|| allow(asked.origin()))?).await;
    let found = &fact.value["localhost"];
    assert_eq!(found.as_array().unwrap().len(), 5, "{found}");
    let one = policy(|asked| {
        (asked.origin() == "http://localhost:5173").then(|| allow(asked.origin()))?
    })
    .await;
    assert_eq!(one.value["localhost"], json!(["http://localhost:5173"]));
    assert!(
        one.provenance
            .reproduce
            .unwrap()
            .contains("'Origin: http://localhost:5173'")
    );
    let none = policy(|asked| {
        (asked.origin() == "https://app.shop.example").then(|| allow(asked.origin()))?
    })
    .await;
    assert_eq!(none.value["localhost"], json!([]));
    // Whose pages are served here itself has no other machine to fear.
    let server = serve(|_| answer(200, "", "")).await;
    let own = cors(json!({ "url": format!("http://{}/", server.address) })).await;
    assert!(own.value.get("localhost").is_none());
}

#[tokio::test]
async fn what_a_preflight_lets_pass_is_seen() {
    let preflights = |answer: &'static str| {
        policy(move |asked| {
            let own = asked.origin() == "https://app.shop.example";
            let repeat = |name: &str| asked.headers.get(name).cloned().unwrap_or_default();
            own.then(|| {
                let allow = "Access-Control-Allow-Origin: https://app.shop.example\nVary: Origin\n";
                let lists = answer
                    .replace("{method}", &repeat("access-control-request-method"))
                    .replace("{headers}", &repeat("access-control-request-headers"));
                format!("{allow}{lists}")
            })
        })
    };
    let of = |fact: &Fact, field: &str| fact.value["preflight"][field].clone();
    let fixed = preflights("Access-Control-Allow-Methods: PUT, delete\nAccess-Control-Allow-Headers: Content-Type,Authorization").await;
    assert_eq!(of(&fixed, "methods"), json!(["PUT", "delete"]));
    assert_eq!(
        of(&fixed, "headers"),
        json!(["authorization", "content-type"])
    );
    assert_eq!(
        (of(&fixed, "any_method"), of(&fixed, "any_header")),
        (json!(false), json!(false))
    );
    assert_eq!(
        (of(&fixed, "authorization"), of(&fixed, "private_network")),
        (json!(true), json!([]))
    );
    let echo = preflights("Access-Control-Allow-Methods: {method}\nAccess-Control-Allow-Headers: {headers}\nAccess-Control-Allow-Private-Network: true").await;
    assert_eq!(
        (of(&echo, "any_method"), of(&echo, "any_header")),
        (json!(true), json!(true))
    );
    assert_eq!(of(&echo, "methods"), json!(["GET"]));
    assert_eq!(
        of(&echo, "private_network"),
        json!(["https://app.shop.example"])
    );
    let star = preflights("Access-Control-Allow-Headers: *").await;
    assert_eq!(
        (of(&star, "any_header"), of(&star, "authorization")),
        (json!(true), json!(false))
    );
    let literal =
        preflights("Access-Control-Allow-Headers: *\nAccess-Control-Allow-Credentials: true").await;
    assert_eq!(
        (of(&literal, "any_header"), of(&literal, "literal_wildcard")),
        (json!(false), json!(true))
    );
    let broken = preflights("Access-Control-Allow-Headers: a; b").await;
    assert_eq!(
        of(&broken, "malformed"),
        json!(["access-control-allow-headers: a; b"])
    );
    // Where nobody is allowed nothing more is asked.
    let closed = policy(|_| None).await;
    assert!(closed.value.get("preflight").is_none() && !closed.unknown.contains_key("preflight"));
}

/// A server that breaks down over what nobody asks for has said enough of its origins.
#[tokio::test]
async fn a_failure_over_an_odd_preflight_touches_nothing_else() {
    let fact = respond(|asked| {
        let odd = asked
            .headers
            .get("access-control-request-method")
            .is_some_and(|name| name == "SEAWORTHY");
        let status = if odd {
            500
        } else if asked.path == "/" {
            200
        } else {
            404
        };
        let own = asked.origin() == "https://app.shop.example" && !odd;
        answer(
            status,
            &own.then(|| allow(asked.origin()))
                .flatten()
                .unwrap_or_default(),
            "",
        )
    })
    .await;
    assert_eq!(
        (&fact.value["reflects"], &fact.value["wildcard"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(fact.value["preflight"]["any_header"], false);
    let open: Vec<&String> = fact.unknown.keys().collect();
    assert_eq!(open, ["preflight.any_method"]);
    assert!(fact.unknown["preflight.any_method"].contains("500"));
}
