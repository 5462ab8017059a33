//! The server of the benchmark of endpoints: 50 listeners that speak TLS and HTTP/1.1, and one that
//! redirects to them.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::PrivatePkcs8KeyDer;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const LISTENERS: usize = 50;

/// The body of every answer.
pub(crate) const PAGE: &str = "<!doctype html><title>bench</title><p>hello";

static TLS: Counter = Counter::new();
static PLAIN: Counter = Counter::new();

/// Connections, by TLS those whose handshake came to its end, and the requests answered over them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Met {
    pub(crate) connections: u64,
    pub(crate) requests: u64,
}

impl Met {
    /// As two words; [`Self::read`] reads them.
    pub(crate) fn written(self) -> String {
        format!("{} {}", self.connections, self.requests)
    }

    pub(crate) fn read<'a>(mut words: impl Iterator<Item = &'a str>) -> Self {
        let mut count = || words.next().unwrap().parse().unwrap();
        Self {
            connections: count(),
            requests: count(),
        }
    }
}

struct Counter {
    connections: AtomicU64,
    requests: AtomicU64,
}

impl Counter {
    const fn new() -> Self {
        Self {
            connections: AtomicU64::new(0),
            requests: AtomicU64::new(0),
        }
    }

    fn take(&self) -> Met {
        Met {
            connections: self.connections.swap(0, Ordering::Relaxed),
            requests: self.requests.swap(0, Ordering::Relaxed),
        }
    }
}

/// The server's process, as who starts it sees it.
pub(crate) struct Server {
    pub(crate) ports: Vec<u16>,
    pub(crate) plain: u16,
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Server {
    /// Starts it; the certificate of its CA is then `ca.pem` in `folder`.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(super::STEP, "serve")
            .env(super::FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut server = Self {
            ports: Vec::new(),
            plain: 0,
            asks: child.stdin.take().unwrap(),
            answers: BufReader::new(child.stdout.take().unwrap()),
            child,
        };
        let line = server.line();
        let mut ports = line.split(' ').map(|port| port.parse().unwrap());
        server.plain = ports.next().unwrap();
        server.ports = ports.collect();
        server
    }

    /// What it met since this was asked last: by TLS, and in the clear.
    pub(crate) fn met(&mut self) -> [Met; 2] {
        self.asks.write_all(b"\n").unwrap();
        let line = self.line();
        let mut words = line.split(' ');
        [(); 2].map(|()| Met::read(&mut words))
    }

    /// Waits until it met so much since it was asked last: it may be at the end of what a client has
    /// done with.
    pub(crate) fn comes_to(&mut self, wanted: [Met; 2]) {
        let begun = Instant::now();
        let mut met = [Met::default(); 2];
        while met != wanted {
            for (sum, more) in met.iter_mut().zip(self.met()) {
                sum.connections += more.connections;
                sum.requests += more.requests;
            }
            let waits = begun.elapsed() < Duration::from_secs(10);
            assert!(
                waits,
                "{wanted:?} was wanted of the bare client, {met:?} done"
            );
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until standard input ends; each line of it is answered by what was met since the one
/// before.
#[tokio::main]
pub(crate) async fn serve(folder: &Path) {
    let acceptor = TlsAcceptor::from(Arc::new(tls(folder)));
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut ports = vec![plain.local_addr().unwrap().port()];
    tokio::spawn(async move {
        while let Ok((stream, _)) = plain.accept().await {
            PLAIN.connections.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(answer(stream, &PLAIN));
        }
    });
    for _ in 0..LISTENERS {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        ports.push(listener.local_addr().unwrap().port());
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let _ = stream.set_nodelay(true);
                    if let Ok(stream) = acceptor.accept(stream).await {
                        TLS.connections.fetch_add(1, Ordering::Relaxed);
                        answer(stream, &TLS).await;
                    }
                });
            }
        });
    }
    let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
    println!("{}", ports.join(" "));
    let asked = tokio::task::spawn_blocking(|| {
        for _ in std::io::stdin().lock().lines() {
            println!("{} {}", TLS.take().written(), PLAIN.take().written());
        }
    });
    asked.await.unwrap();
}

fn tls(folder: &Path) -> ServerConfig {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "bench root");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    std::fs::write(folder.join("ca.pem"), pem).unwrap();
    let root = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["*.bench.example".to_owned()]).unwrap();
    let own = own.signed_by(&key, &root).unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    builder
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key.into())
        .unwrap()
}

/// Answers one request after the other: the page, any other path, or a redirect in the clear.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, counter: &Counter) {
    let mut asked = Vec::new();
    loop {
        let Some(end) = asked.windows(4).position(|end| end == b"\r\n\r\n") else {
            match stream.read_buf(&mut asked).await {
                Ok(1..) => continue,
                Ok(0) | Err(_) => return,
            }
        };
        let head: Vec<u8> = asked.drain(..end + 4).collect();
        let status = if std::ptr::eq(counter, &PLAIN) {
            "308 Permanent Redirect\r\nlocation: https://e0.bench.example/"
        } else if head.split(|byte| *byte == b' ').nth(1) == Some(b"/") {
            "200 OK"
        } else {
            "404 Not Found"
        };
        let told = format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\
             strict-transport-security: max-age=63072000\r\nx-content-type-options: nosniff\r\n\
             content-security-policy: default-src 'self'\r\nreferrer-policy: no-referrer\r\n\r\n{PAGE}",
            PAGE.len(),
        );
        counter.requests.fetch_add(1, Ordering::Relaxed);
        if stream.write_all(told.as_bytes()).await.is_err() {
            return;
        }
    }
}
