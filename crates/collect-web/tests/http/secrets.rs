//! Configured headers: sent to a trusted peer only, and shown nowhere.

use crate::support::{Authority, answer, budgets, collect, serve, serve_tls, shut_out};
use serde_json::json;

const SECRET: &str = "correct-horse-battery-staple";

fn secret_file() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{SECRET}\n")).unwrap();
    file
}

#[tokio::test]
async fn a_trusted_peer_gets_the_header_and_nobody_sees_it() {
    let authority = Authority::new();
    let secret = secret_file();
    // The server repeats what it was given wherever it can.
    let server = serve_tls(&authority, |asked| {
        let token = asked.headers.get("x-token").cloned().unwrap_or_default();
        answer(
            200,
            &format!("X-Echo: <{token}>\nSet-Cookie: t={token}; Path=/{token}"),
            &token,
        )
    })
    .await;
    let spec = json!({
        "url": format!("https://{}/", server.address),
        "ca_file": authority.ca_file(),
        "headers": { "X-Token": format!("file:{}", secret.path().display()) },
    });
    for id in ["web/http", "web/cors"] {
        let collected = collect(id, spec.clone(), budgets()).await;
        assert!(!collected.facts.is_empty(), "{:?}", collected.unassessed);
        let artifacts: String = collected
            .artifacts
            .iter()
            .map(|artifact| String::from_utf8_lossy(&artifact.bytes).into_owned())
            .collect();
        assert!(artifacts.contains("X-Echo: <[redacted]>"), "{artifacts}");
        assert!(!format!("{:?}{artifacts}", collected.facts).contains(SECRET));
        let reproduce = collected.facts[0].provenance.reproduce.clone().unwrap();
        assert!(reproduce.contains("X-Token: $(cat "), "{reproduce}");
    }
    for asked in server.asked.lock().unwrap().iter() {
        // A preflight never carries it, and CORS is tried with and without.
        let carries = asked.headers.contains_key("x-token");
        assert!(!carries || asked.method == "GET", "{asked:?}");
        assert!(carries || !asked.origin().is_empty(), "{asked:?}");
    }
}

#[tokio::test]
async fn nobody_else_gets_it() {
    let authority = Authority::new();
    let secret = secret_file();
    let headers = json!({ "X-Token": format!("file:{}", secret.path().display()) });
    let untrusted = serve_tls(&authority, |_| answer(200, "", "")).await;
    let plain = serve(|_| answer(200, "", "")).await;
    let other = Authority::new();
    let spec = json!({
        "url": format!("https://{}/", untrusted.address),
        "headers": headers,
        "ca_file": other.ca_file(),
    });
    let collected = collect("web/http", spec, budgets()).await;
    assert!(!shut_out(&collected).1.contains(SECRET));
    assert!(untrusted.asked.lock().unwrap().is_empty());
    let spec = json!({ "url": format!("http://{}/", plain.address), "headers": headers });
    let _ = collect("web/http", spec, budgets()).await;
    assert!(
        plain
            .asked
            .lock()
            .unwrap()
            .iter()
            .all(|asked| !asked.headers.contains_key("x-token"))
    );
}
