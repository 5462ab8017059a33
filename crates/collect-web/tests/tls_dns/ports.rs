//! Ports of loopback: open, refused, and silent.

use super::support::{collect, collect_with, context, says};
use seaworthy_collect::{Budgets, Context};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

async fn listening() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// A port at which nothing listens; it is held by a socket that does not.
fn closed() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

/// A port that answers no further connect: its queue is full, and the kernel drops what comes.
async fn silent() -> (TcpListener, Vec<TcpStream>, u16) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let mut held = Vec::new();
    let patience = Duration::from_millis(300);
    while let Ok(Ok(stream)) = tokio::time::timeout(patience, TcpStream::connect(address)).await {
        held.push(stream);
    }
    (listener, held, address.port())
}

fn entry(allow: &[u16], sweep: &[u16]) -> Value {
    let sweep: Vec<String> = sweep.iter().map(u16::to_string).collect();
    json!({"host": "db.example.com", "addresses": ["127.0.0.1"], "allow": allow, "sweep": sweep})
}

#[tokio::test]
async fn open_refused_and_silent_ports_are_told_apart() {
    let ((_a, allowed), (_b, unexpected)) = (listening().await, listening().await);
    let (_c, refused) = closed();
    let (_d, _held, silent) = silent().await;
    let spec = entry(&[allowed, refused], &[unexpected, silent]);
    let collected = collect("web/ports", "host", spec).await;
    assert_eq!(collected.unassessed, []);
    let fact = &collected.facts[0];
    assert_eq!(
        fact.subject.to_string(),
        "host_ports db.example.com [127.0.0.1]"
    );
    assert_eq!(fact.unknown, Default::default());
    says(
        fact,
        &[
            ("/tried", json!(4)),
            ("/closed", json!(1)),
            ("/filtered", json!(1)),
            ("/unexpected", json!([{"port": unexpected, "service": ""}])),
            ("/missing", json!([refused])),
        ],
    );
    assert_eq!(fact.value["open"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn where_nothing_answers_nothing_is_known() {
    let (_listener, _held, silent) = silent().await;
    let collected = collect("web/ports", "host", entry(&[silent], &[])).await;
    let fact = &collected.facts[0];
    for field in ["open", "unexpected", "missing"] {
        assert!(fact.unknown[field].contains("no port answered"), "{field}");
        assert!(fact.value.get(field).is_none(), "{field}");
    }
}

#[tokio::test]
async fn what_was_not_tried_in_time_is_not_taken_for_closed() {
    let ((_a, one), (_b, two)) = (listening().await, listening().await);
    let (_listener, _held, silent) = silent().await;
    let budgets = Budgets {
        per_host: 1,
        connect: Duration::from_millis(400),
        target: Duration::from_millis(200),
        ..context().budgets
    };
    let context = Context::new(jiff::Timestamp::UNIX_EPOCH, budgets, || {
        jiff::Timestamp::UNIX_EPOCH
    });
    let mut ports = [one, two, silent];
    ports.sort_unstable();
    let collected = collect_with("web/ports", "host", entry(&[one, two], &ports), &context).await;
    let fact = &collected.facts[0];
    // Those behind the silent one were not tried; if it was the last, all others were.
    if ports[2] == silent {
        assert_eq!(fact.unknown, Default::default());
        return;
    }
    let whole = fact
        .unknown
        .values()
        .all(|why| why.contains("not tried in time") || why.contains("no port answered"));
    assert!(
        whole && fact.unknown.contains_key("missing"),
        "{:?}",
        fact.unknown
    );
}
