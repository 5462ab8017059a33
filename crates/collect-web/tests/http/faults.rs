//! Servers that misbehave: each is unknown with its reason, in time, and never a fact that a
//! probe could pass on.

use crate::support::{Reply, answer, collect, impatient, only, serve, shut_out};
use seaworthy_model::ReasonCode;
use serde_json::json;
use tokio::net::TcpListener;

async fn both(reply: Reply, reason: ReasonCode, word: &str) {
    let shown = format!("{reply:?}").chars().take(90).collect::<String>();
    let server = serve(move |_| reply.clone()).await;
    let spec = json!({ "url": format!("http://{}/", server.address) });
    for id in ["web/http", "web/cors"] {
        let collected = collect(id, spec.clone(), impatient()).await;
        let (found, detail) = shut_out(&collected);
        assert_eq!(found, reason, "{id} {shown}: {detail}");
        assert!(detail.contains(word), "{id} {shown}: {detail}");
        assert!(detail.contains("127.0.0.1"), "{id} {shown}: {detail}");
    }
}

#[tokio::test]
async fn nothing_is_learnt_from_what_is_no_answer() {
    use ReasonCode::{Denied, Timeout, TooLarge, Unparsed, Unreachable};
    let long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(70_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(600));
    for (reply, reason, word) in [
        (Reply::Hang, Timeout, "within"),
        (
            Reply::Drip(b"HTTP/1.1 200 OK\r\nServer: slow\r\n\r\n".to_vec()),
            Timeout,
            "within",
        ),
        (Reply::Last(Vec::new()), Unreachable, "failed to read"),
        (
            Reply::Last(b"HTTP/1.1 200 OK\r\nServ".to_vec()),
            Unreachable,
            "failed to read",
        ),
        (
            Reply::Last(b"SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n".to_vec()),
            Unparsed,
            "no HTTP",
        ),
        (
            Reply::Last(b"\x15\x03\x01\x00\x02\x02\x46".to_vec()),
            Unparsed,
            "no HTTP",
        ),
        (Reply::Last(long.into_bytes()), TooLarge, "65536"),
        (Reply::Last(many.into_bytes()), TooLarge, "512"),
        (answer(403, "", "forbidden"), Denied, "403"),
        (answer(429, "Retry-After: 5", ""), Denied, "429"),
        (answer(503, "Retry-After: 5", ""), Denied, "503"),
        (
            answer(200, "cf-mitigated: challenge", "<html>"),
            Denied,
            "challenge",
        ),
        (
            answer(202, "x-amzn-waf-action: challenge", ""),
            Denied,
            "challenge",
        ),
    ] {
        both(reply, reason, word).await;
    }
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for id in ["web/http", "web/cors"] {
        let collected = collect(
            id,
            json!({ "url": format!("http://{address}/") }),
            impatient(),
        )
        .await;
        assert_eq!(shut_out(&collected).0, ReasonCode::Unreachable);
    }
}

#[tokio::test]
async fn https_asked_of_a_plain_server() {
    let server = serve(|_| answer(400, "", "")).await;
    let spec = json!({ "url": format!("https://{}/", server.address) });
    let collected = collect("web/http", spec, impatient()).await;
    assert!(collected.facts.is_empty() && !collected.unassessed.is_empty());
}

#[tokio::test]
async fn a_bad_body_does_not_spoil_a_good_head() {
    let head = b"HTTP/1.1 200 OK\r\nX-Frame-Options: DENY\r\nTransfer-Encoding: chunked\r\n\r\n";
    let endless = b"HTTP/1.1 200 OK\r\nX-Frame-Options: DENY\r\n\r\n".to_vec();
    let bomb = b"HTTP/1.1 200 OK\r\nX-Frame-Options: DENY\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00";
    for reply in [
        Reply::Last([head, b"zz\r\n".as_slice()].concat()),
        Reply::Last([head, b"5\r\nab".as_slice()].concat()),
        Reply::Endless(endless),
        Reply::Send(bomb.to_vec()),
    ] {
        let server = serve(move |asked| {
            if asked.path == "/" {
                reply.clone()
            } else {
                answer(404, "", "")
            }
        })
        .await;
        let spec = json!({ "url": format!("http://{}/", server.address) });
        let fact = only(collect("web/http", spec, impatient()).await);
        assert_eq!(fact.value["framing"]["protected"], true);
    }
}

#[tokio::test]
async fn redirects_without_end_show_no_page() {
    for (path, location) in [("/", "/"), ("/", "/a"), ("/deep", "x")] {
        let server = serve(move |_| answer(302, &format!("Location: {location}"), "")).await;
        let spec = json!({ "url": format!("http://{}{path}", server.address) });
        let fact = only(collect("web/http", spec, impatient()).await);
        assert!(
            fact.unknown["csp"].contains("without end"),
            "{:?}",
            fact.unknown
        );
        assert!(fact.unknown.contains_key("cookies"));
    }
}

#[tokio::test]
async fn what_hangs_later_is_unknown_and_the_rest_is_kept() {
    let server = serve(|asked| match asked.path.as_str() {
        "/" => answer(200, "X-Frame-Options: DENY", ""),
        _ => Reply::Hang,
    })
    .await;
    let spec = json!({ "url": format!("http://{}/", server.address), "health": "/healthz" });
    let fact = only(collect("web/http", spec, impatient()).await);
    assert_eq!(fact.value["framing"]["protected"], true);
    for field in ["headers_everywhere", "health", "security_txt"] {
        assert!(
            fact.unknown[field].contains("within"),
            "{field}: {:?}",
            fact.unknown
        );
    }
}

#[tokio::test]
async fn a_target_keeps_its_deadline() {
    let server = serve(|asked| {
        if asked.origin().is_empty() {
            answer(200, "", "")
        } else {
            Reply::Hang
        }
    })
    .await;
    let budgets = seaworthy_collect::Budgets {
        target: std::time::Duration::from_secs(1),
        ..impatient()
    };
    let spec = json!({ "url": format!("http://{}/", server.address) });
    let collecting = collect("web/cors", spec, budgets);
    let fact = only(
        tokio::time::timeout(std::time::Duration::from_secs(5), collecting)
            .await
            .unwrap(),
    );
    assert!(fact.value.get("reflects").is_none());
    assert!(
        fact.unknown["trusts_null"].contains("deadline")
            || fact.unknown["trusts_null"].contains("within")
    );
}

#[tokio::test]
async fn silence_is_asked_again_and_every_attempt_is_recorded() {
    let count = std::sync::atomic::AtomicU32::new(0);
    let server = serve(
        move |_| match count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => Reply::Last(Vec::new()),
            _ => answer(200, "", ""),
        },
    )
    .await;
    let budgets = seaworthy_collect::Budgets {
        attempts: 2,
        ..impatient()
    };
    let fact = only(
        collect(
            "web/http",
            json!({ "url": format!("http://{}/", server.address) }),
            budgets,
        )
        .await,
    );
    let outcomes: Vec<&str> = fact
        .provenance
        .attempts
        .iter()
        .map(|a| a.outcome.as_str())
        .collect();
    assert_eq!(outcomes[..2], ["unreachable", "answered"]);
}

#[tokio::test]
async fn bytes_of_another_answer_are_not_taken_for_one() {
    // The first body is longer than it says, and what follows looks like an answer.
    let server = serve(|asked| match asked.path.as_str() {
        "/" => Reply::Send(
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 404 X\r\n\
              X-Frame-Options: DENY\r\nContent-Length: 0\r\n\r\n"
                .to_vec(),
        ),
        _ => answer(410, "", ""),
    })
    .await;
    let spec = json!({ "url": format!("http://{}/", server.address) });
    let fact = only(collect("web/http", spec, impatient()).await);
    let answers = fact.value["answers"].as_array().unwrap();
    assert!(
        answers.iter().all(|answer| answer["status"] != 404),
        "{answers:?}"
    );
}

#[tokio::test]
async fn more_header_fields_than_usual_are_read_to_the_last() {
    let head = format!(
        "{}Strict-Transport-Security: max-age=31536000",
        "X: y\n".repeat(300)
    );
    let server = serve(move |_| answer(200, &head, "<p>hello")).await;
    let spec = json!({ "url": format!("http://{}/", server.address) });
    let fact = only(collect("web/http", spec.clone(), impatient()).await);
    let shown = fact.value.to_string();
    assert!(shown.contains("max-age=31536000"), "{shown}");
    only(collect("web/cors", spec, impatient()).await);
}
