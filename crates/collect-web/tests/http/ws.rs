//! What the WebSocket collector sees: whom a server lets in, and servers that misbehave.

use crate::support::{
    Asked, Authority, Reply, answer, collect, describe, impatient, only, serve, serve_tls, shut_out,
};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use seaworthy_model::{Fact, ReasonCode};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

const OWN: &str = "https://app.shop.example";

/// The right answer to a handshake.
fn opened(asked: &Asked) -> Reply {
    let key = &asked.headers["sec-websocket-key"];
    let text = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    let accept = base64::engine::general_purpose::STANDARD.encode(digest);
    Reply::Socket(
        format!(
            "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {accept}\r\n\r\n"
        )
        .into_bytes(),
    )
}

fn spec(address: std::net::SocketAddr, message: Value) -> Value {
    let mut websocket = json!({ "paths": ["/ws"] });
    if !message.is_null() {
        websocket["message"] = message;
    }
    json!({
        "url": format!("http://{address}/"),
        "own_origin": OWN,
        "websocket": websocket,
    })
}

async fn look(respond: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Fact {
    let server = serve(respond).await;
    only(collect("web/ws", spec(server.address, Value::Null), impatient()).await)
}

#[tokio::test]
async fn whom_a_server_lets_in() {
    let all = look(opened).await;
    assert_eq!(all.value["opens_to_strangers"], true);
    assert_eq!(all.value["opens_without_origin"], true);
    assert_eq!(all.value["strangers"].as_array().unwrap().len(), 7);
    assert!(all.value["pong_millis"].is_i64());
    let reproduce = all.provenance.reproduce.unwrap();
    assert!(
        reproduce.contains("-H 'Origin: https://evil.example'"),
        "{reproduce}"
    );

    let check = |allowed: fn(&str) -> bool| {
        look(move |asked| match allowed(asked.origin()) {
            true => opened(asked),
            false => answer(403, "", "who are you"),
        })
    };
    let own = check(|origin| origin == OWN).await;
    assert_eq!(
        (
            &own.value["opens"],
            &own.value["opens_to_strangers"],
            &own.value["opens_without_origin"]
        ),
        (&json!(true), &json!(false), &json!(false))
    );
    let unknown: Vec<&String> = own.unknown.keys().collect();
    assert_eq!(unknown, ["message_came", "message_millis"]);
    assert!(own.unknown["message_came"].contains("no message is configured"));
    let suffix = check(|origin| origin.ends_with("shop.example")).await;
    assert_eq!(
        suffix.value["strangers"],
        json!([
            "https://evil-app.shop.example",
            "https://evilshop.example",
            "http://app.shop.example",
            "http://seaworthy.app.shop.example"
        ])
    );
    let null = check(|origin| matches!(origin, OWN | "null")).await;
    assert_eq!(null.value["strangers"], json!(["null"]));
}

#[tokio::test]
async fn what_opens_nothing_is_told_with_its_reason() {
    for (reply, why) in [
        (answer(404, "", ""), "404"),
        (answer(200, "", "<html>"), "200"),
        (answer(426, "Upgrade: websocket", ""), "426"),
        (
            Reply::Send(
                b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                  Sec-WebSocket-Accept: wrong\r\n\r\n"
                    .to_vec(),
            ),
            "answer the key",
        ),
    ] {
        let fact = look(move |_| reply.clone()).await;
        assert_eq!(fact.value["opens"], false);
        let refusal = fact.value["handshakes"][0]["refusal"].as_str().unwrap();
        assert!(refusal.contains(why), "{refusal}");
        assert!(fact.value.get("opens_to_strangers").is_none());
    }
}

#[tokio::test]
async fn what_is_no_answer_teaches_nothing() {
    use ReasonCode::{Denied, Timeout, TooLarge, Unparsed, Unreachable};
    let long = format!("HTTP/1.1 101 X\r\nX: {}\r\n\r\n", "y".repeat(70_000));
    for (reply, reason) in [
        (Reply::Hang, Timeout),
        (
            Reply::Drip(b"HTTP/1.1 101 Switching\r\n\r\n".to_vec()),
            Timeout,
        ),
        (Reply::Last(Vec::new()), Unreachable),
        (Reply::Last(b"HTTP/1.1 101 X\r\nUpgr".to_vec()), Unreachable),
        (
            Reply::Last(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec()),
            Unparsed,
        ),
        (Reply::Last(long.into_bytes()), TooLarge),
        (answer(403, "", ""), Denied),
        (answer(429, "Retry-After: 5", ""), Denied),
    ] {
        let shown = format!("{reply:?}").chars().take(60).collect::<String>();
        let server = serve(move |_| reply.clone()).await;
        let collected = collect("web/ws", spec(server.address, Value::Null), impatient()).await;
        let (found, detail) = shut_out(&collected);
        assert_eq!(found, reason, "{shown}: {detail}");
        assert!(detail.contains("127.0.0.1"), "{detail}");
    }
}

#[tokio::test]
async fn being_shut_out_in_the_middle_is_no_pass() {
    for status in [403, 429, 500] {
        let count = AtomicU32::new(0);
        let fact = look(move |asked| match count.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => opened(asked),
            _ => answer(status, "", ""),
        })
        .await;
        assert!(fact.value.get("opens_to_strangers").is_none(), "{status}");
        assert!(fact.unknown.contains_key("opens_to_strangers"), "{status}");
    }
}

#[tokio::test]
async fn a_message_is_waited_for() {
    let server = serve(opened).await;
    let message = |expect: &str| json!({ "send": "{\"subscribe\":\"orders\"}", "expect": expect });
    let ask = |expect| collect("web/ws", spec(server.address, message(expect)), impatient());
    let fact = only(ask("orders").await);
    assert_eq!(fact.value["message_came"], true);
    assert!(fact.value["message_millis"].is_i64());
    let fact = only(ask("never").await);
    assert_eq!(fact.value["message_came"], false);
    assert!(fact.unknown["message_millis"].contains("within"));
}

#[tokio::test]
async fn over_tls_with_headers_and_by_the_plan() {
    let authority = Authority::new();
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "hunter2-hunter2").unwrap();
    let server = serve_tls(&authority, |asked| {
        if asked
            .headers
            .get("x-token")
            .is_some_and(|token| token == "hunter2-hunter2")
        {
            opened(asked)
        } else {
            answer(401, "", "")
        }
    })
    .await;
    let spec = json!({
        "url": format!("https://{}/", server.address),
        "ca_file": authority.ca_file(),
        "headers": { "X-Token": format!("file:{}", secret.path().display()) },
        "websocket": { "paths": ["/ws?token=abc"] },
    });
    let plan = describe("web/ws", spec.clone());
    assert!(plan.contains("wss://") && !plan.contains("abc"), "{plan}");
    let fact = only(collect("web/ws", spec, impatient()).await);
    assert_eq!(fact.value["opens"], true);
    assert!(!fact.value.to_string().contains("token=abc"));
    assert!(
        server
            .asked
            .lock()
            .unwrap()
            .iter()
            .all(|asked| asked.path == "/ws?token=abc")
    );
}

/// An opened connection over which the server says this at once, and then ends it.
fn ended(asked: &Asked, frames: &[u8]) -> Reply {
    let Reply::Socket(head) = opened(asked) else {
        unreachable!("it opens");
    };
    Reply::Last([&head, frames].concat())
}

#[tokio::test]
async fn who_is_let_in_and_shown_out_at_once_is_not_in() {
    const POLICY: [u8; 4] = [0x88, 0x02, 0x03, 0xf0];
    for frames in [&POLICY[..], &[]] {
        let frames = frames.to_vec();
        let fact = look(move |asked| match asked.origin() {
            OWN => opened(asked),
            _ => ended(asked, &frames),
        })
        .await;
        assert_eq!(fact.value["opens_to_strangers"], false, "{}", fact.value);
        assert_eq!(fact.value["strangers"], json!([]));
        assert_eq!(fact.value["handshakes"][2]["closed"], true);
    }
    // A message came first.
    let greeted = |asked: &Asked| match asked.origin() {
        OWN => opened(asked),
        _ => ended(asked, &[&[0x81, 0x02, b'h', b'i'][..], &POLICY].concat()),
    };
    let fact = look(greeted).await;
    assert_eq!(fact.value["strangers"].as_array().unwrap().len(), 7);
    // Where everybody is shown out, it is not for the origin.
    let fact = look(|asked| ended(asked, &POLICY)).await;
    assert_eq!(fact.value["opens_to_strangers"], true);
    assert!(fact.unknown.contains_key("pong_millis"));
    // From some time on everybody is.
    let served = AtomicU32::new(0);
    let fact = look(move |asked| match served.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => opened(asked),
        _ => ended(asked, &POLICY),
    })
    .await;
    assert!(
        fact.unknown.contains_key("opens_to_strangers"),
        "{}",
        fact.value
    );
}
