//! Legal pages, static files, and the front page with what it loads.

use crate::support::{Asked, Reply, answer, budgets, collect, only, serve};
use seaworthy_collect::Collected;
use seaworthy_model::Fact;
use serde_json::{Value, json};

async fn look(
    id: &str,
    more: Value,
    respond: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> Collected {
    let server = serve(respond).await;
    let mut spec = json!({ "url": format!("http://{}/", server.address) });
    for (key, value) in more.as_object().unwrap() {
        spec[key] = value.clone();
    }
    collect(id, spec, budgets()).await
}

fn of<'a>(collected: &'a Collected, kind: &str, part: &str) -> &'a Fact {
    let mut facts = collected.facts.iter();
    facts
        .find(|fact| fact.subject.kind == kind && fact.subject.name.contains(part))
        .unwrap_or_else(|| panic!("no {kind} {part}: {collected:?}"))
}

const HTML: &str = "Content-Type: text/html";

#[tokio::test]
async fn legal_pages_answer_have_text_and_are_linked() {
    let legal = json!({ "legal": { "privacy": "/privacy", "terms": "/terms" } });
    let found = look("web/legal", legal.clone(), |asked| {
        match asked.path.as_str() {
            "/" => answer(200, HTML, "<a href='/privacy/'>Privacy</a>"),
            "/privacy" => answer(301, "Location: /privacy/", ""),
            "/privacy/" => answer(200, HTML, "<p>We keep nothing."),
            _ => answer(200, HTML, "<script>render()</script>"),
        }
    })
    .await;
    let privacy = &of(&found, "legal_page", "privacy").value;
    assert_eq!(
        (&privacy["ok"], &privacy["has_text"], &privacy["linked"]),
        (&json!(true), &json!(true), &json!(true))
    );
    let terms = &of(&found, "legal_page", "terms").value;
    assert_eq!(
        (&terms["has_text"], &terms["linked"]),
        (&json!(false), &json!(false))
    );
    // A front page that only scripts fill shows nothing of links.
    let found = look("web/legal", legal.clone(), |_| {
        answer(200, HTML, "<div id=app></div>")
    })
    .await;
    let privacy = of(&found, "legal_page", "privacy");
    assert!(privacy.unknown["linked"].contains("without the help of scripts"));
    // What cannot be unpacked shows nothing either.
    let found = look("web/legal", legal.clone(), |_| {
        answer(
            200,
            "Content-Type: text/html\nContent-Encoding: br",
            "packed",
        )
    })
    .await;
    let privacy = of(&found, "legal_page", "privacy");
    for field in ["has_text", "linked"] {
        assert!(privacy.unknown[field].contains("an encoding that was not asked for"));
    }
    let found = look("web/legal", legal, |_| answer(429, "", "")).await;
    assert!(found.facts.is_empty() && !found.unassessed.is_empty());
}

#[tokio::test]
async fn static_files_are_asked_twice() {
    let assets = json!({ "assets": ["/app.js", "/logo.png"] });
    let count = std::sync::atomic::AtomicU32::new(0);
    let found = look("web/assets", assets, move |asked| {
        assert_eq!(asked.headers["accept-encoding"], "gzip, br, zstd");
        let again = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 1;
        let hit = if again { "X-Cache: HIT" } else { "X-Cache: MISS" };
        match asked.path.as_str() {
            "/app.js" => answer(
                200,
                &format!("Content-Type: text/javascript; charset=utf-8\nContent-Encoding: br\nCF-Ray: 1\n{hit}\nCache-Control: public, max-age=31536000, immutable"),
                "x",
            ),
            _ => answer(404, "Content-Type: text/html", ""),
        }
    })
    .await;
    let script = &of(&found, "static_asset", "app.js").value;
    assert_eq!(script["encoding"], "br");
    assert_eq!(script["max_age"], 31_536_000);
    assert_eq!(
        (&script["immutable"], &script["cached"], &script["cdn"]),
        (&json!(true), &json!(true), &json!("Cloudflare"))
    );
    assert_eq!(of(&found, "static_asset", "logo.png").value["ok"], false);
    // Both answers are kept as they came.
    let provenance = &of(&found, "static_asset", "app.js").provenance;
    let kept = provenance.artifacts.first().unwrap();
    let mut artifacts = found.artifacts.iter();
    let heads = artifacts.find(|one| one.digest == kept.digest).unwrap();
    let heads = String::from_utf8(heads.bytes.clone()).unwrap();
    assert_eq!(heads.matches("> GET /app.js\nHTTP/1.1 200").count(), 2);
    assert!(heads.contains("X-Cache: MISS") && heads.contains("X-Cache: HIT"));
}

#[tokio::test]
async fn the_front_page_and_what_it_loads() {
    let page = "<script src=/a.js></script><link rel=stylesheet href=/b.css><img src=https://cdn.example/c.png>";
    let respond = |status: u16| {
        move |asked: &Asked| match asked.path.as_str() {
            "/" => answer(200, HTML, page),
            "/b.css" => answer(status, "", ""),
            _ => answer(200, "", "x"),
        }
    };
    let none = json!({});
    let fine = only(look("web/front", none.clone(), respond(200)).await).value;
    assert_eq!((&fine["files"], &fine["elsewhere"]), (&json!(2), &json!(1)));
    assert_eq!(fine["broken"], json!([]));
    let broken = only(look("web/front", none.clone(), respond(404)).await).value;
    assert!(
        broken["broken"][0]
            .as_str()
            .unwrap()
            .ends_with("/b.css (404)")
    );
    let throttled = only(look("web/front", none, respond(429)).await);
    assert!(throttled.unknown["broken"].contains("429"));
}
