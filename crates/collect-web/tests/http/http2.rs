//! Servers that speak HTTP/2 and nothing else.

use crate::support::{Authority, collect, http, impatient, shut_out};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use seaworthy_model::ReasonCode;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What the server does with a path; an error resets the stream.
type Respond = fn(&str) -> Result<Response<Full<Bytes>>, std::io::Error>;

async fn serve(respond: Respond) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = Authority::new().acceptor(&[b"h2"]);
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let service = service_fn(|request: Request<Incoming>| async move {
                    respond(request.uri().path())
                });
                let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    (address, task)
}

fn spec(address: SocketAddr) -> Value {
    // Nothing listens at port 1, so plain HTTP is refused at once.
    json!({
        "url": format!("https://shop.example:{}/", address.port()),
        "addresses": [address.ip().to_string()],
        "plain_http": "http://shop.example:1/",
    })
}

fn response(status: u16, name: &str, value: &str) -> Result<Response<Full<Bytes>>, std::io::Error> {
    Ok(Response::builder()
        .status(status)
        .header("set-cookie", "sid=hunter2")
        .header(name, value)
        .body(Full::new(Bytes::from("x")))
        .unwrap())
}

#[tokio::test]
async fn heads_are_read_in_order_and_redacted() {
    let (address, server) = serve(|path| {
        let status = if path == "/" { 200 } else { 404 };
        response(status, "strict-transport-security", "max-age=7")
    })
    .await;
    let fact = http(spec(address)).await;
    server.abort();
    assert_eq!(fact.value["version"], "HTTP/2");
    assert_eq!(fact.value["hsts"]["max_age"], 7);
    assert_eq!(fact.value["headers_everywhere"]["missing"], json!([]));
    assert!(!fact.value.to_string().contains("hunter2"));
}

#[tokio::test]
async fn resets_and_oversize_heads_are_no_answers() {
    let (address, server) = serve(|_| Err(std::io::Error::other("no"))).await;
    let collected = collect("web/http", spec(address), impatient()).await;
    server.abort();
    assert_eq!(shut_out(&collected).0, ReasonCode::Unreachable);

    let (address, server) = serve(|_| response(200, "x-long", &"y".repeat(90_000))).await;
    let collected = collect("web/http", spec(address), impatient()).await;
    server.abort();
    assert_eq!(
        shut_out(&collected).0,
        ReasonCode::Unparsed,
        "{:?}",
        collected.unassessed
    );
}

#[tokio::test]
async fn a_guard_is_known_by_its_status_here_too() {
    let (address, server) = serve(|_| response(429, "retry-after", "5")).await;
    let collected = collect("web/cors", spec(address), impatient()).await;
    server.abort();
    assert_eq!(shut_out(&collected).0, ReasonCode::Denied);
}
