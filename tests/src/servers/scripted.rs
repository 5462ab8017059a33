//! A server on loopback, over TLS and beside it over plain HTTP, that answers each request with the text
//! that a test makes up: what a well-bred server would never send.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::Identity;

/// A request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `https` or `http`.
    pub scheme: &'static str,
    /// `GET` …
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Header fields, the names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The ports of TLS and of plain HTTP.
    pub ports: (u16, u16),
}

/// The text of an answer: its head, an empty line, its body; lines end as they like. The length of the
/// body is added.
type Answer = dyn Fn(&Asked) -> String + Send + Sync;

/// A running server. It stops when dropped.
#[derive(Debug)]
pub struct Scripted {
    ports: (u16, u16),
    stopped: Arc<AtomicBool>,
    accepting: Vec<JoinHandle<()>>,
}

impl Scripted {
    /// Starts a server with this certificate.
    ///
    /// # Errors
    ///
    /// When it cannot listen, or the certificate is none.
    pub fn start(
        identity: &Identity,
        answer: impl Fn(&Asked) -> String + Send + Sync + 'static,
    ) -> Result<Self> {
        let chain = CertificateDer::pem_slice_iter(identity.chain_pem().as_bytes())
            .collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes())?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        let listeners = [listen()?, listen()?];
        let [secure, plain] = &listeners;
        let ports = (secure.local_addr()?.port(), plain.local_addr()?.port());
        let stopped = Arc::new(AtomicBool::new(false));
        let answer: Arc<Answer> = Arc::new(answer);
        let accepting = listeners
            .into_iter()
            .zip([Some(Arc::new(config)), None])
            .map(|(listener, tls)| {
                let (answer, stopped) = (Arc::clone(&answer), Arc::clone(&stopped));
                std::thread::spawn(move || accept(&listener, &tls, &answer, ports, &stopped))
            })
            .collect();
        Ok(Self {
            ports,
            stopped,
            accepting,
        })
    }

    /// The ports of TLS and of plain HTTP, on 127.0.0.1.
    #[must_use]
    pub const fn ports(&self) -> (u16, u16) {
        self.ports
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        for port in [self.ports.0, self.ports.1] {
            // Wakes the thread that waits for a connection.
            drop(TcpStream::connect(SocketAddr::from((
                Ipv4Addr::LOCALHOST,
                port,
            ))));
        }
        for thread in self.accepting.drain(..) {
            drop(thread.join());
        }
    }
}

fn listen() -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("failed to listen")
}

fn accept(
    listener: &TcpListener,
    tls: &Option<Arc<ServerConfig>>,
    answer: &Arc<Answer>,
    ports: (u16, u16),
    stopped: &AtomicBool,
) {
    for stream in listener.incoming() {
        if stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let (tls, answer) = (tls.clone(), Arc::clone(answer));
        // What goes wrong here is seen by the client, whose test decides.
        std::thread::spawn(move || match tls {
            Some(config) => {
                let connection = ServerConnection::new(config)?;
                let mut stream = StreamOwned::new(connection, stream);
                serve(&mut stream, "https", &answer, ports)?;
                anyhow::Ok(stream.sock.shutdown(Shutdown::Both)?)
            }
            None => {
                let mut stream = stream;
                serve(&mut stream, "http", &answer, ports)?;
                Ok(stream.shutdown(Shutdown::Both)?)
            }
        });
    }
}

/// Answers one request after the other.
fn serve(
    stream: &mut (impl Read + Write),
    scheme: &'static str,
    answer: &Arc<Answer>,
    ports: (u16, u16),
) -> Result<()> {
    loop {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte)? == 0 {
                return Ok(());
            }
            head.extend_from_slice(&byte);
        }
        let asked = read(&String::from_utf8_lossy(&head), scheme, ports);
        stream.write_all(&written(&answer(&asked)))?;
        stream.flush()?;
    }
}

fn read(head: &str, scheme: &'static str, ports: (u16, u16)) -> Asked {
    let mut lines = head.lines();
    let mut words = lines
        .next()
        .unwrap_or_default()
        .split(' ')
        .map(str::to_owned);
    let mut word = || words.next().unwrap_or_default();
    Asked {
        scheme,
        method: word(),
        path: word(),
        headers: lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        ports,
    }
}

/// The bytes of an answer, with its length; what goes ahead of it (1xx) has none, and chunks tell their own,
/// whose lines end in `\n` here.
fn written(text: &str) -> Vec<u8> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut bytes = Vec::new();
    if head.starts_with("HTTP/1.1 1") {
        bytes.extend_from_slice(head.replace('\n', "\r\n").as_bytes());
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes.extend_from_slice(&written(body));
        return bytes;
    }
    if head.to_ascii_lowercase().contains("transfer-encoding:") {
        return text.replace('\n', "\r\n").into_bytes();
    }
    for line in head.trim_end_matches('\n').split('\n') {
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body.as_bytes());
    bytes
}
