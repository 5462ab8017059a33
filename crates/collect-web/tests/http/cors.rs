//! What the CORS collector makes of servers' policies.

use crate::support::{Asked, Reply, answer, budgets, collect, cors, serve};
use seaworthy_model::{Fact, ReasonCode};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};

/// Asks a server with a policy, as if it were https://app.shop.example.
pub(super) async fn policy(
    allow: impl Fn(&Asked) -> Option<String> + Send + Sync + 'static,
) -> Fact {
    respond(move |asked| {
        let status = if asked.path == "/" { 200 } else { 404 };
        answer(status, &allow(asked).unwrap_or_default(), "")
    })
    .await
}

pub(super) async fn respond(respond: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Fact {
    let server = serve(respond).await;
    cors(json!({
        "url": format!("http://{}/", server.address),
        "own_origin": "https://app.shop.example",
    }))
    .await
}

pub(super) fn allow(origin: &str) -> Option<String> {
    Some(format!(
        "Access-Control-Allow-Origin: {origin}\nVary: Origin"
    ))
}

/// The Boolean fields that are true.
fn set(fact: &Fact) -> String {
    assert!(fact.unknown.is_empty(), "{:?}", fact.unknown);
    let fields = fact.value.as_object().unwrap().iter();
    let set: Vec<&str> = fields
        .filter(|(_, value)| **value == true)
        .map(|(name, _)| name.as_str())
        .collect();
    set.join(" ")
}

#[tokio::test]
async fn each_policy_is_told_apart() {
    const OWN: &str = "https://app.shop.example";
    let none = policy(|_| None).await;
    assert_eq!(set(&none), "");
    assert_eq!(none.value["exchanges"].as_array().unwrap().len(), 87);
    assert_eq!(
        set(&policy(|_| allow("*")).await),
        "applies own_allowed wildcard"
    );
    assert_eq!(set(&policy(|_| allow(OWN)).await), "applies own_allowed");
    assert_eq!(
        set(&policy(|asked| (asked.origin() == OWN).then(|| allow(OWN))?).await),
        "applies own_allowed"
    );
    assert_eq!(
        set(&policy(|asked| (asked.origin() == "null").then(|| allow("null"))?).await),
        "applies trusts_null"
    );
    let reflects =
        policy(|asked| (!asked.origin().is_empty()).then(|| allow(asked.origin()))?).await;
    assert_eq!(
        set(&reflects),
        "applies own_allowed reflects trusts_null trusts_sibling trusts_lookalike trusts_plain_http trusts_other_port trusts_subdomain"
    );
}

#[tokio::test]
async fn checks_by_part_of_a_name_are_found() {
    for (name, check, lookalikes) in [
        (
            "suffix of the host",
            (|o| o.ends_with("app.shop.example")) as fn(&str) -> bool,
            vec!["https://evil-app.shop.example"],
        ),
        (
            "suffix of the domain",
            |o| o.ends_with("shop.example"),
            // What else ends so is the estate's own.
            vec!["https://appxshop.example", "https://evilshop.example"],
        ),
        (
            "prefix",
            |o| o.starts_with("https://app.shop.example"),
            vec![
                "https://app.shop.example!.evil.example",
                "https://app.shop.example%60.evil.example",
                "https://app.shop.example.evil.example",
                "https://app.shop.example_.evil.example",
                "https://app.shop.example`.evil.example",
                "https://app.shop.example{.evil.example",
            ],
        ),
        (
            "unescaped dot",
            |o| o == "https://app.shop.example" || o == "https://appxshop.example",
            vec!["https://appxshop.example"],
        ),
        (
            "special",
            |o| o.starts_with("https://app.shop.example_"),
            vec!["https://app.shop.example_.evil.example"],
        ),
    ] {
        let fact = policy(move |asked| check(asked.origin()).then(|| allow(asked.origin()))?).await;
        assert_eq!(fact.value["trusts_lookalike"], true, "{name}");
        assert_eq!(fact.value["lookalikes"], json!(lookalikes), "{name}");
        assert_eq!(fact.value["reflects"], false, "{name}");
    }
}

/// Nobody else can have a name below one's own domain, so an estate that trusts all of them trusts no
/// stranger.
#[tokio::test]
async fn an_estate_that_trusts_its_own_names_trusts_no_lookalike() {
    let all = policy(|asked| {
        let origin = asked.origin();
        (origin.starts_with("https:") && origin.ends_with(".shop.example"))
            .then(|| allow(origin))?
    });
    assert_eq!(
        set(&all.await),
        "applies own_allowed trusts_sibling trusts_subdomain"
    );
}

#[tokio::test]
async fn the_places_and_methods_apart() {
    // Only the error page reflects, only the preflight does, and only with credentials.
    let error = policy(|asked| (asked.path != "/").then(|| allow(asked.origin()))?).await;
    assert_eq!(error.value["reflects"], true);
    let reproduce = error.provenance.reproduce.unwrap();
    assert!(
        reproduce.contains("-H 'Origin: https://evil.example'"),
        "{reproduce}"
    );
    let preflight =
        policy(|asked| (asked.method == "OPTIONS").then(|| allow(asked.origin()))?).await;
    assert_eq!(preflight.value["reflects"], true);
    assert_eq!(preflight.value["missing_vary"], false);
    let careless = policy(|asked| {
        (!asked.origin().is_empty()).then(|| {
            format!(
                "Access-Control-Allow-Origin: {}\nAccess-Control-Allow-Credentials: true",
                asked.origin()
            )
        })
    })
    .await;
    assert_eq!(
        (
            &careless.value["missing_vary"],
            &careless.value["credentials_to_strangers"]
        ),
        (&json!(true), &json!(true))
    );
    assert!(
        careless.value["credentialed"]
            .as_array()
            .unwrap()
            .contains(&json!("https://evil.example"))
    );
}

#[tokio::test]
async fn a_refused_origin_is_an_answer() {
    // Spring answers 403 to origins that it does not know.
    let fact = respond(|asked| match asked.origin() {
        "" => answer(200, "", ""),
        "https://app.shop.example" => answer(200, &allow(asked.origin()).unwrap(), ""),
        _ => answer(403, "", "Invalid CORS request"),
    })
    .await;
    assert_eq!(set(&fact), "applies own_allowed");
    // Middleware of Express throws at them, which comes to a 500.
    let thrown = respond(|asked| match asked.origin() {
        "" => answer(200, "", ""),
        "https://app.shop.example" => answer(200, &allow(asked.origin()).unwrap(), ""),
        _ => answer(500, "", "Not allowed by CORS"),
    })
    .await;
    assert_eq!(set(&thrown), "applies own_allowed");
    assert!(!thrown.unknown.contains_key("reflects"));
}

#[tokio::test]
async fn whom_requests_that_write_let_in_is_seen_by_their_preflight() {
    let fact = respond(|asked| {
        let writes = asked
            .headers
            .get("access-control-request-method")
            .is_some_and(|one| one == "PUT");
        let allowed = writes.then(|| allow(asked.origin())).flatten();
        answer(200, &allowed.unwrap_or_default(), "")
    })
    .await;
    assert_eq!(fact.value["reflects"], true);
}

#[tokio::test]
async fn a_failure_is_no_refusal() {
    let fact = respond(|asked| match asked.origin() {
        "" => answer(200, "", ""),
        _ => answer(500, "", "no such header"),
    })
    .await;
    assert!(fact.unknown["reflects"].contains("status 500"));
    // The second answer to the same request was another one.
    let count = AtomicU32::new(0);
    let flaky = respond(move |asked| {
        let foreign = asked.origin() == "https://evil.example" && asked.method == "GET";
        if foreign && count.fetch_add(1, Ordering::SeqCst) == 0 {
            answer(500, "", "")
        } else {
            answer(200, "", "")
        }
    })
    .await;
    assert!(flaky.unknown["reflects"].contains("status 500"));
}

#[tokio::test]
async fn being_shut_out_in_the_middle_is_no_pass() {
    for status in [403, 429, 500, 503] {
        let count = AtomicU32::new(0);
        let fact = respond(move |asked| {
            if count.fetch_add(1, Ordering::SeqCst) < 3 {
                answer(if asked.path == "/" { 200 } else { 404 }, "", "")
            } else {
                answer(status, "", "")
            }
        })
        .await;
        for path in [
            "reflects",
            "trusts_null",
            "wildcard",
            "trusts_lookalike",
            "missing_vary",
        ] {
            let why = fact
                .unknown
                .get(path)
                .unwrap_or_else(|| panic!("{status}: {path} is known"));
            assert!(why.contains(&status.to_string()), "{why}");
        }
    }
}

/// What a failing service sends is not what it allows when it works.
#[tokio::test]
async fn a_failure_in_place_of_the_resource_shows_nothing() {
    let server = serve(|asked| answer(500, &allow(asked.origin()).unwrap(), "")).await;
    let spec = json!({ "url": format!("http://{}/", server.address) });
    let collected = collect("web/cors", spec, budgets()).await;
    assert_eq!(collected.facts, []);
    let missed = &collected.unassessed[0];
    assert_eq!(missed.reason, ReasonCode::NoSubject);
    assert!(missed.detail.contains("status 500"), "{}", missed.detail);
}

#[tokio::test]
async fn without_a_success_only_mistakes_are_certain() {
    let fact = respond(|asked| {
        let null = asked.origin() == "null";
        answer(
            401,
            &null.then(|| allow("null")).flatten().unwrap_or_default(),
            "",
        )
    })
    .await;
    assert_eq!(fact.value["trusts_null"], true);
    assert!(fact.unknown["reflects"].contains("401"));
}

#[tokio::test]
async fn configured_paths_are_asked() {
    let server = serve(|asked| match asked.path.as_str() {
        "/api" => answer(200, &allow("*").unwrap(), ""),
        _ => answer(404, "", ""),
    })
    .await;
    let fact = cors(json!({
        "url": format!("http://{}/", server.address),
        "cors": { "paths": ["/api"] },
    }))
    .await;
    assert_eq!(fact.value["wildcard"], true);
    assert!(
        fact.subject.name.contains("/api ["),
        "{}",
        fact.subject.name
    );
    assert!(
        fact.provenance
            .reproduce
            .unwrap()
            .contains("-H 'Origin: https://evil.example'")
    );
}

#[tokio::test]
async fn a_resource_that_only_redirects_is_judged_by_the_redirect() {
    let fact = respond(|asked| match (asked.path.as_str(), asked.origin()) {
        ("/", "" | "null") => answer(308, "Location: https://www.shop.example/", ""),
        ("/", _) => answer(403, "", ""),
        _ => answer(404, "", ""),
    })
    .await;
    assert_eq!(set(&fact), "");
}

#[tokio::test]
async fn who_is_let_in_with_credentials_alone_is_found() {
    let with = |name: &'static str| {
        policy(move |asked| {
            asked
                .headers
                .contains_key(name)
                .then(|| allow(asked.origin()))?
        })
    };
    let fact = with("cookie").await;
    assert_eq!(fact.value["reflects"], true);
    let exchanges = fact.value["exchanges"].as_array().unwrap();
    let named = |exchange: &&serde_json::Value| exchange["allow_origin"] == exchange["origin"];
    assert!(
        exchanges
            .iter()
            .filter(named)
            .all(|e| e["credentials"] == true)
    );
    // Without them alone: a public answer that turns private once somebody is logged in.
    let public = policy(|asked| (!asked.headers.contains_key("cookie")).then(|| allow("*"))?).await;
    assert_eq!(public.value["wildcard"], true);
}

#[tokio::test]
async fn a_plain_sub_domain_and_the_age_of_preflights() {
    let plain = |origin: &str| origin == "http://seaworthy.app.shop.example";
    let fact = policy(move |asked| plain(asked.origin()).then(|| allow(asked.origin()))?).await;
    assert_eq!(set(&fact), "applies trusts_plain_http");
    let fact = policy(|asked| {
        (asked.method == "OPTIONS").then(|| "Access-Control-Max-Age: 31536000".to_owned())
    })
    .await;
    assert_eq!(fact.value["preflight_max_age"], 31_536_000);
    let fact = policy(|_| allow("https://*.shop.example")).await;
    assert_eq!(fact.value["malformed"], json!(["https://*.shop.example"]));
    assert_eq!(fact.value["own_allowed"], false);
}
