//! What the HTTP collector sees of servers that behave.

use crate::support::{
    Asked, Authority, Reply, answer, budgets, collect, describe, http, only, serve, serve_tls,
};
use serde_json::{Value, json};

const GOOD: &str = "Strict-Transport-Security: max-age=31536000; includeSubDomains
    Content-Security-Policy: default-src 'self'
    X-Frame-Options: DENY
    X-Content-Type-Options: nosniff
    Referrer-Policy: no-referrer
    Permissions-Policy: camera=()";

/// As nginx does: headers on a success, none on an error.
fn forgets_on_errors(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/" => answer(200, GOOD, "hello"),
        _ => answer(404, "Server: nginx/1.25.3", "no"),
    }
}

#[tokio::test]
async fn headers_that_errors_lack_are_named() {
    let authority = Authority::new();
    let server = serve_tls(&authority, forgets_on_errors).await;
    // By its name, since browsers note no HSTS of an address.
    let url = format!("https://shop.example:{}/", server.address.port());
    let fact = http(json!({ "url": url, "addresses": ["127.0.0.1"] })).await;
    let value = &fact.value;
    assert_eq!(value["hsts"]["max_age"], 31_536_000);
    assert_eq!(value["framing"]["by"], "x-frame-options");
    assert_eq!(value["nosniff"], true);
    assert_eq!(value["csp"]["weaknesses"], json!([]));
    let everywhere = &value["headers_everywhere"];
    assert_eq!(everywhere["expected"].as_array().unwrap().len(), 6);
    assert_eq!(
        everywhere["missing"][0],
        "content-security-policy on not_found (404)"
    );
    assert_eq!(everywhere["hsts_everywhere"], false);
    assert_eq!(value["version_leaks"][0]["value"], "nginx/1.25.3");
    assert_eq!(value["security_txt"]["present"], false);
    // The page, the error, and what was sent in place of a security.txt.
    assert_eq!(fact.provenance.artifacts.len(), 3);
    let reproduce = fact.provenance.reproduce.unwrap();
    assert!(
        reproduce.starts_with("curl ") && reproduce.contains(&url),
        "{reproduce}"
    );
    assert_eq!(fact.subject.name, format!("{url} [127.0.0.1]"));
}

#[tokio::test]
async fn the_head_is_kept_as_received_without_cookie_values() {
    let server = serve(|_| {
        Reply::Send(
            b"HTTP/1.1 200 Fine\r\nX-B: 2\r\nSET-cookie: sid=hunter2; HttpOnly\r\nx-b: 1\r\n\
              Bad Line : x\r\nSet-Cookie: theme=swordfish; Secure; SameSite=None\r\nContent-Length: 0\r\n\r\n"
                .to_vec(),
        )
    })
    .await;
    let spec = json!({ "url": format!("http://{}/", server.address) });
    let collected = collect("web/http", spec, budgets()).await;
    let heads: Vec<String> = collected
        .artifacts
        .iter()
        .map(|artifact| String::from_utf8(artifact.bytes.clone()).unwrap())
        .collect();
    assert!(
        heads.iter().any(|head| head.starts_with(
            "HTTP/1.1 200 Fine\nX-B: 2\nSET-cookie: sid=[redacted 7 bytes]; HttpOnly\nx-b: 1\n"
        )),
        "{heads:?}"
    );
    let whole = format!("{:?} {heads:?}", collected.facts);
    assert!(!whole.contains("hunter2") && !whole.contains("swordfish"));
    let fact = only(collected);
    assert_eq!(
        fact.value["answers"][0]["headers"]["x-b"],
        json!(["2", "1"])
    );
    assert_eq!(fact.value["answers"][0]["malformed_lines"], 1);
    let cookies = fact.value["cookies"].as_array().unwrap();
    assert_eq!(cookies.len(), 2);
    assert_eq!(
        (&cookies[0]["name"], &cookies[0]["session"]),
        (&json!("sid"), &json!(true))
    );
}

#[tokio::test]
async fn a_page_behind_a_redirect_is_the_page() {
    let server = serve(|asked| match asked.path.as_str() {
        "/" => answer(302, "Location: /login?next=abc", ""),
        "/login?next=abc" => answer(200, GOOD, "log in"),
        _ => answer(404, GOOD, ""),
    })
    .await;
    let fact = http(json!({ "url": format!("http://{}/", server.address) })).await;
    let names: Vec<&str> = fact.value["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|answer| answer["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["redirect", "page", "not_found"]);
    assert_eq!(fact.value["csp"]["enforced"], true);
    assert!(
        !fact.value.to_string().contains("next=abc"),
        "query values are redacted"
    );
    // Over plain HTTP no HSTS counts, and there is no plain twin to ask.
    assert_eq!(fact.value["hsts"]["valid"], false);
    assert!(fact.value.get("plain").is_none() && !fact.unknown.contains_key("plain"));
}

#[tokio::test]
async fn an_apex_that_leads_elsewhere_is_judged_by_its_own_hsts() {
    let server = serve(|asked| match asked.path.as_str() {
        "/" => answer(301, "Location: https://www.example.com/", ""),
        _ => answer(404, "", ""),
    })
    .await;
    let fact = http(json!({ "url": format!("http://{}/", server.address) })).await;
    assert!(fact.value.get("csp").is_none() && !fact.unknown.contains_key("csp"));
    assert_eq!(fact.value["hsts"]["present"], false);
}

#[tokio::test]
async fn an_error_in_place_of_the_page_leaves_its_headers_unknown() {
    for status in [401, 404, 500, 503] {
        let server = serve(move |_| answer(status, "Server: x", "")).await;
        let fact = http(json!({ "url": format!("http://{}/", server.address) })).await;
        assert_eq!(fact.value["answers"][0]["name"], "error");
        for field in [
            "csp",
            "framing",
            "nosniff",
            "cookies",
            "headers_everywhere",
            "version_leaks",
        ] {
            let why = fact
                .unknown
                .get(field)
                .unwrap_or_else(|| panic!("{status}: {field} is not unknown"));
            assert!(why.contains(&status.to_string()), "{why}");
        }
    }
}

#[tokio::test]
async fn a_page_for_every_path_shows_no_error_answer() {
    let server = serve(|_| answer(200, GOOD, "<html>")).await;
    let fact = http(json!({ "url": format!("http://{}/", server.address) })).await;
    assert!(fact.unknown["headers_everywhere"].contains("no error answer"));
    assert_eq!(fact.value["csp"]["enforced"], true);
}

#[tokio::test]
async fn health_and_contact() {
    let server = serve(|asked| match asked.path.as_str() {
        "/healthz" => answer(200, "Cache-Control: max-age=60", "ok"),
        "/security.txt" => answer(
            200,
            "Content-Type: text/plain",
            "Contact: mailto:a@b.example\nExpires: 2027-01-01T00:00:00Z\n",
        ),
        "/" => answer(200, "", "x"),
        _ => answer(404, "", ""),
    })
    .await;
    let url = format!("http://{}/", server.address);
    let fact = http(json!({ "url": url, "health": "/healthz", "paths": ["/more"] })).await;
    let health = &fact.value["health"];
    assert_eq!(
        (&health["ok"], &health["cacheable"]),
        (&json!(true), &json!(true))
    );
    let contact = &fact.value["security_txt"];
    assert_eq!(
        (&contact["present"], &contact["legacy"], &contact["valid"]),
        (&json!(true), &json!(true), &json!(false))
    );
    assert!(
        fact.value["answers"]
            .as_array()
            .unwrap()
            .iter()
            .any(|answer| answer["name"] == "/more")
    );
    // A health endpoint that a guard answers for is not known.
    let server = serve(|asked| answer(if asked.path == "/h" { 429 } else { 200 }, "", "")).await;
    let fact = http(json!({ "url": format!("http://{}/", server.address), "health": "/h" })).await;
    assert!(fact.unknown["health"].contains("429"));
}

#[tokio::test]
async fn every_address_has_its_own_fact() {
    let one = serve(|_| answer(200, "X-Frame-Options: DENY", "")).await;
    let two = serve(|_| answer(200, "", "")).await;
    let spec = json!({
        "url": format!("http://localhost:{}/", one.address.port()),
        "addresses": [one.address.to_string(), two.address.to_string(), "127.0.0.1:1"],
    });
    let collected = collect("web/http", spec, budgets()).await;
    let protected: Vec<bool> = collected
        .facts
        .iter()
        .map(|fact| fact.value["framing"]["protected"].as_bool().unwrap())
        .collect();
    assert_eq!(protected.iter().filter(|yes| **yes).count(), 1);
    assert_eq!(protected.len(), 2);
    assert!(
        collected.unassessed[0].detail.contains("127.0.0.1:1"),
        "{:?}",
        collected.unassessed
    );
}

#[tokio::test]
async fn nothing_is_asked_that_the_plan_does_not_name() {
    let server = serve(|asked| answer(if asked.path == "/" { 200 } else { 404 }, "", "")).await;
    let spec = json!({
        "url": format!("http://{}/", server.address),
        "paths": ["/login"],
        "health": "/healthz",
    });
    let mut plan = String::new();
    for id in ["web/http", "web/cors"] {
        plan.push_str(&describe(id, spec.clone()));
        let _ = collect(id, spec.clone(), budgets()).await;
    }
    let plan = plan.replace("a path that does not exist", "/seaworthy-does-not-exist");
    for asked in server.asked.lock().unwrap().iter() {
        assert!(plan.contains(&asked.path), "{asked:?} in {plan}");
        assert!(plan.contains(&asked.method), "{asked:?} in {plan}");
    }
}

/// By our clock it is noon of 1 December 2026; both clocks are believed where they agree.
#[tokio::test]
async fn what_depends_on_a_clock_that_may_be_wrong_is_unknown() {
    let authority = Authority::new();
    for (date, skew, valid, days, persistent) in [
        (
            "Tue, 01 Dec 2026 00:00:30 GMT",
            30,
            json!(true),
            Value::Null,
            true,
        ),
        // A day ahead: nothing comes to another end but the days of the session cookie.
        (
            "Wed, 02 Dec 2026 00:00:00 GMT",
            86_400,
            json!(true),
            json!(30),
            true,
        ),
        // By theirs all is past.
        (
            "Sat, 02 Jan 2027 00:00:00 GMT",
            2_764_800,
            Value::Null,
            json!(-1),
            false,
        ),
    ] {
        let server = serve_tls(&authority, move |asked| {
            let head = format!("Date: {date}\nContent-Type: text/plain\n");
            match asked.path.as_str() {
                "/" => answer(
                    200,
                    &format!(
                        "{head}Set-Cookie: sid=1; HttpOnly; SameSite=Lax; Expires=Fri, 01 Jan 2027 00:00:00 GMT"
                    ),
                    "hello",
                ),
                "/.well-known/security.txt" => answer(
                    200,
                    &head,
                    "Contact: mailto:a@b.example\nExpires: 2027-01-01T00:00:00Z\n",
                ),
                _ => answer(404, &head, "no"),
            }
        })
        .await;
        let url = format!("https://{}/", server.address);
        let fact = http(json!({ "url": url, "ca_file": authority.ca_file() })).await;
        let (value, unknown) = (&fact.value, &fact.unknown);
        assert_eq!(value["clock_skew_seconds"], skew);
        let contact = &value["security_txt"];
        assert_eq!(contact["valid"], valid, "{date}");
        assert_eq!(unknown.contains_key("security_txt.valid"), valid.is_null());
        assert_eq!(contact["days_left_by_server"], days, "{date}");
        assert_eq!(
            unknown.contains_key("security_txt.clock_decides"),
            !days.is_null()
        );
        assert_eq!(
            unknown.contains_key("cookies"),
            !persistent,
            "{date}: {unknown:?}"
        );
        assert_eq!(
            unknown.contains_key("session_cookie_days"),
            skew > 60,
            "{date}"
        );
    }
}
