//! What plain HTTP does beside an HTTPS endpoint.

use crate::support::{Authority, Reply, Server, answer, budgets, collect, http, serve, serve_tls};
use serde_json::{Value, json};
use tokio::net::TcpListener;

async fn secure(authority: &Authority) -> Server {
    serve_tls(authority, |asked| match asked.path.as_str() {
        "/back" => answer(
            302,
            &format!("Location: http://{}/", asked.headers["host"]),
            "",
        ),
        _ => answer(200, "", "x"),
    })
    .await
}

async fn look(location: &str, status: u16) -> Value {
    let authority = Authority::new();
    let secure = secure(&authority).await;
    let location = location.replace("SECURE", &secure.address.to_string());
    let plain = serve(move |asked| match asked.path.as_str() {
        "/" => answer(
            status,
            &format!("Location: {location}\nSet-Cookie: a=b"),
            "body",
        ),
        _ => answer(301, "Location: /", ""),
    })
    .await;
    let fact = http(json!({
        "url": format!("https://{}/", secure.address),
        "plain_http": format!("http://{}/", plain.address),
    }))
    .await;
    fact.value["plain"].clone()
}

#[tokio::test]
async fn chains_are_followed_hop_by_hop() {
    for (location, status, to_https, same_host, permanent, ends) in [
        ("https://SECURE/", 301, true, true, true, "https"),
        ("https://SECURE/", 308, true, true, true, "https"),
        ("https://SECURE/", 302, true, true, false, "https"),
        (
            "https://www.other.example/",
            301,
            true,
            false,
            true,
            "elsewhere",
        ),
        ("http://www.other.example/", 301, false, false, true, "http"),
        ("/next", 301, false, true, true, "loop"),
        ("/", 301, false, true, true, "loop"),
        ("https://SECURE/back", 301, true, true, true, "http"),
    ] {
        let plain = look(location, status).await;
        assert_eq!(plain["redirects"], true, "{location}");
        assert_eq!(plain["to_https"], to_https, "{location}");
        assert_eq!(plain["same_host"], same_host, "{location}");
        assert_eq!(plain["permanent"], permanent, "{location} {status}");
        assert_eq!(plain["ends"], ends, "{location}: {plain}");
        assert_eq!(plain["sets_cookies"], true);
    }
}

#[tokio::test]
async fn content_over_plain_http_is_no_redirect() {
    let plain = look("https://SECURE/", 200).await;
    assert_eq!(
        (&plain["redirects"], &plain["status"]),
        (&json!(false), &json!(200))
    );
    assert_eq!(plain["ends"], "http");
}

#[tokio::test]
async fn a_refused_port_is_told_from_a_cut_connection() {
    let authority = Authority::new();
    let secure = secure(&authority).await;
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let spec = |plain| json!({ "url": format!("https://{}/", secure.address), "plain_http": format!("http://{plain}/") });
    let fact = http(spec(closed)).await;
    assert_eq!(fact.value["plain"]["refused"], true);
    let cut = serve(|_| Reply::Last(Vec::new())).await;
    let fact = http(spec(cut.address)).await;
    assert!(fact.value.get("plain").is_none() && fact.unknown.contains_key("plain"));
    let forbidden = serve(|_| answer(403, "", "")).await;
    let fact = http(spec(forbidden.address)).await;
    assert!(fact.unknown["plain"].contains("403"));
}

#[tokio::test]
async fn the_heads_of_plain_http_and_of_further_paths_are_kept() {
    let authority = Authority::new();
    let secure = serve_tls(&authority, |asked| match asked.path.as_str() {
        "/healthz" => answer(200, "X-Health: yes", "ok"),
        "/.well-known/security.txt" => answer(200, "Content-Type: text/plain\nX-Contact: yes", "x"),
        _ => answer(200, "", "x"),
    })
    .await;
    let plain = serve(|_| answer(301, "Location: /next\nSet-Cookie: sid=hunter2", "")).await;
    let spec = json!({
        "url": format!("https://{}/", secure.address),
        "plain_http": format!("http://{}/", plain.address),
        "health": "/healthz",
    });
    let collected = collect("web/http", spec, budgets()).await;
    let text = |label: &str| -> String {
        let cited = &collected.facts[0].provenance.artifacts;
        let cited = cited.iter().find(|one| one.label == label).unwrap();
        let mut all = collected.artifacts.iter();
        let found = all.find(|one| one.digest == cited.digest).unwrap();
        String::from_utf8(found.bytes.clone()).unwrap()
    };
    let plain = text("response heads (plain HTTP)");
    assert!(plain.starts_with("> GET /\nHTTP/1.1 301"), "{plain}");
    assert!(plain.contains("Location: /next") && !plain.contains("hunter2"));
    let further = text("response heads (further paths)");
    assert!(further.contains("> GET /healthz\n") && further.contains("X-Health: yes"));
    assert!(further.contains("X-Contact: yes"), "{further}");
}
