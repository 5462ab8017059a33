//! Servers for the tests, played over raw TCP so that every byte is ours, and a way to run one
//! collector against them.

use jiff::Timestamp;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use seaworthy_collect::{Budgets, Collected, Collector, Context, Sink};
use seaworthy_model::{Fact, Location, ReasonCode, Target};
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What a client asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn origin(&self) -> &str {
        self.headers.get("origin").map_or("", String::as_str)
    }
}

/// What a server does about it.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Sends these bytes and waits for the next request.
    Send(Vec<u8>),
    /// Sends these bytes and closes.
    Last(Vec<u8>),
    /// Never says anything.
    Hang,
    /// A byte at a time, more slowly than anybody waits.
    Drip(Vec<u8>),
    /// These bytes, then a body without end.
    Endless(Vec<u8>),
    /// These bytes, then frames of WebSocket: a ping is answered, any other is sent back.
    Socket(Vec<u8>),
}

/// An answer with its length, so that the connection can be kept.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Reply {
    let headers: String = headers
        .lines()
        .map(|line| format!("{}\r\n", line.trim()))
        .collect();
    Reply::Send(
        format!(
            "HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes(),
    )
}

/// A server that goes when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Respond = Arc<dyn Fn(&Asked) -> Reply + Send + Sync>;

/// A plain HTTP server on an ephemeral port.
pub(crate) async fn serve(respond: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Server {
    listen(None, Arc::new(respond)).await
}

/// The same over TLS, with a certificate for 127.0.0.1 and localhost.
pub(crate) async fn serve_tls(
    authority: &Authority,
    respond: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> Server {
    listen(Some(authority.acceptor(&[b"http/1.1"])), Arc::new(respond)).await
}

async fn listen(tls: Option<TlsAcceptor>, respond: Respond) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (tls, respond, log) = (tls.clone(), Arc::clone(&respond), Arc::clone(&log));
            tokio::spawn(async move {
                match tls {
                    None => converse(stream, &respond, &log).await,
                    Some(acceptor) => {
                        if let Ok(stream) = acceptor.accept(stream).await {
                            converse(stream, &respond, &log).await;
                        }
                    }
                }
            });
        }
    });
    Server {
        address,
        asked,
        task,
    }
}

async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    respond: &Respond,
    log: &Mutex<Vec<Asked>>,
) {
    while let Some(asked) = read_request(&mut stream).await {
        log.lock().unwrap().push(asked.clone());
        match respond(&asked) {
            Reply::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Reply::Last(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
                return;
            }
            Reply::Hang => std::future::pending().await,
            Reply::Drip(bytes) => {
                for byte in bytes {
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                    let _ = stream.flush().await;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            Reply::Endless(bytes) => {
                let _ = stream.write_all(&bytes).await;
                while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
                return;
            }
            Reply::Socket(bytes) => {
                let _ = stream.write_all(&bytes).await;
                while echo_frame(&mut stream).await.is_some() {}
                return;
            }
        }
    }
}

/// Reads one short frame of a client and answers it.
async fn echo_frame(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Option<()> {
    let (first, second) = (stream.read_u8().await.ok()?, stream.read_u8().await.ok()?);
    assert_eq!(second & 0x80, 0x80, "a client masks its frames");
    let length = second & 0x7f;
    let mut mask = [0; 4];
    stream.read_exact(&mut mask).await.ok()?;
    let mut payload = vec![0; usize::from(length)];
    stream.read_exact(&mut payload).await.ok()?;
    for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
    let opcode = if first & 0x0f == 9 { 10 } else { first & 0x0f };
    stream.write_all(&[0x80 | opcode, length]).await.ok()?;
    stream.write_all(&payload).await.ok()?;
    stream.flush().await.ok()
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<Asked> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    let text = String::from_utf8(bytes).ok()?;
    let mut lines = text.lines();
    let mut words = lines.next()?.split(' ');
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .map_or(0, |text| text.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Asked {
        method: words.next()?.to_owned(),
        path: words.next()?.to_owned(),
        headers,
        body: String::from_utf8(body).ok()?,
    })
}

/// A certificate authority of the test's own.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate in a file.
    pub(crate) file: tempfile::NamedTempFile,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), certificate.pem()).unwrap();
        Self {
            issuer: Issuer::new(params, key),
            file,
        }
    }

    pub(crate) fn ca_file(&self) -> &str {
        self.file.path().to_str().unwrap()
    }

    pub(crate) fn acceptor(&self, alpn: &[&[u8]]) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        let params = CertificateParams::new(names).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

pub(crate) fn budgets() -> Budgets {
    Budgets {
        connect: Duration::from_secs(5),
        request: Duration::from_secs(5),
        attempts: 1,
        backoff: Duration::ZERO,
        ..Budgets::default()
    }
}

/// Deadlines for servers that never answer.
pub(crate) fn impatient() -> Budgets {
    Budgets {
        connect: Duration::from_millis(300),
        request: Duration::from_millis(300),
        ..budgets()
    }
}

fn target(spec: Value) -> Target {
    Target {
        name: "api".to_owned(),
        kind: "endpoint".to_owned(),
        labels: std::collections::BTreeSet::new(),
        spec: spec.into(),
        location: Some(Location {
            file: "seaworthy.yaml".into(),
            line: 3,
            column: None,
        }),
    }
}

fn collector(id: &str) -> Box<dyn Collector> {
    let mut all = seaworthy_collect_web::collectors().into_iter();
    all.find(|collector| collector.id() == id).unwrap()
}

/// What `seaworthy plan` says that a collector would ask.
pub(crate) fn describe(id: &str, spec: Value) -> String {
    collector(id).describe(&target(spec)).join("\n")
}

/// Runs one collector on an endpoint; each fact is checked against its schema.
pub(crate) async fn collect(id: &str, spec: Value, budgets: Budgets) -> Collected {
    let target = target(spec);
    let collector = collector(id);
    let at: Timestamp = "2026-12-01T00:00:00Z".parse().unwrap();
    let context = Context::new(at, budgets, || "2026-12-01T00:00:00Z".parse().unwrap());
    let sink = Sink::new();
    collector.collect(&target, &context, &sink).await;
    let collected = sink.take();
    for unassessed in &collected.unassessed {
        assert_eq!(unassessed.location, target.location, "{unassessed:?}");
    }
    for fact in &collected.facts {
        let schemas = collector.facts();
        let schema = schemas
            .iter()
            .find(|schema| schema.kind == fact.subject.kind)
            .unwrap();
        if let Err(error) = jsonschema::validate(&schema.schema, &fact.value) {
            panic!("{error} in {:#}", fact.value);
        }
        for path in fact.unknown.keys() {
            let pointer = format!("/{}", path.replace('.', "/"));
            assert!(
                fact.value.pointer(&pointer).is_none(),
                "{path} is unknown and has a value"
            );
        }
    }
    collected
}

/// The only fact that `web/http` finds about a server.
pub(crate) async fn http(spec: Value) -> Fact {
    only(collect("web/http", spec, budgets()).await)
}

/// The only fact that `web/cors` finds about a server.
pub(crate) async fn cors(spec: Value) -> Fact {
    only(collect("web/cors", spec, budgets()).await)
}

pub(crate) fn only(collected: Collected) -> Fact {
    assert!(
        collected.unassessed.is_empty(),
        "{:?}",
        collected.unassessed
    );
    let mut facts = collected.facts;
    assert_eq!(facts.len(), 1);
    facts.remove(0)
}

/// The reason of the only thing that could not be read, and its story.
pub(crate) fn shut_out(collected: &Collected) -> (ReasonCode, &str) {
    assert!(
        collected.facts.is_empty(),
        "a fact about {}",
        collected.facts[0].subject
    );
    let [only] = collected.unassessed.as_slice() else {
        panic!("one thing wanted: {:?}", collected.unassessed);
    };
    (only.reason, &only.detail)
}
