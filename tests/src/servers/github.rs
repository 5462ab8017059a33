//! A server on loopback that answers as GitHub's REST API documents it, from a table of routes, and
//! that misbehaves where a test says so. A connection for each request, plain or by TLS.

pub mod world;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::Identity;
use anyhow::Result;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

/// How a route answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// JSON with this status and these further header lines, each ended by CR and LF; `{base}` in
    /// them is the server's own address.
    Json(u16, String, Value),
    /// These bytes as they are, then the end of the connection.
    Raw(Vec<u8>),
    /// A head, then a byte now and then, without an end.
    Drip,
    /// A head that promises no end, then bytes until nobody takes them any more.
    Flood,
    /// The connection is cut without a word.
    Cut,
}

impl Reply {
    /// A good answer.
    #[must_use]
    pub fn ok(body: Value) -> Self {
        Self::Json(200, String::new(), body)
    }

    /// A refusal with GitHub's own words.
    #[must_use]
    pub fn refuse(status: u16, message: &str) -> Self {
        let body = serde_json::json!({ "message": message });
        Self::Json(status, String::new(), body)
    }
}

/// What was asked: the target of each request, and its header lines.
type Asked = Vec<(String, String)>;

/// Answers by the target of a request, with its query or without.
pub type Routes = BTreeMap<String, Reply>;

/// A running server. It stops when dropped.
pub struct GitHubApi {
    address: SocketAddr,
    url: String,
    asked: Arc<Mutex<Asked>>,
    stopped: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl GitHubApi {
    /// Starts a server of these routes. Whatever is no route is answered 404, as GitHub does.
    ///
    /// # Errors
    ///
    /// When it cannot listen.
    pub fn start(routes: Routes) -> Result<Self> {
        Self::start_as("http", routes, None)
    }

    /// The same by TLS, with this certificate.
    ///
    /// # Errors
    ///
    /// When it cannot listen, or the certificate is none.
    pub fn start_tls(routes: Routes, identity: &Identity) -> Result<Self> {
        let chain = CertificateDer::pem_slice_iter(identity.chain_pem().as_bytes())
            .collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes())?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Self::start_as("https", routes, Some(Arc::new(config)))
    }

    fn start_as(
        scheme: &'static str,
        routes: Routes,
        tls: Option<Arc<ServerConfig>>,
    ) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let asked = Arc::new(Mutex::new(Asked::new()));
        let routes = Arc::new(routes);
        let url = format!("{scheme}://{address}");
        let base = url.clone();
        let (is_stopped, log) = (Arc::clone(&stopped), Arc::clone(&asked));
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if is_stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (at, routes, log) = (base.clone(), Arc::clone(&routes), Arc::clone(&log));
                let (tls, is_stopped) = (tls.clone(), Arc::clone(&is_stopped));
                // What goes wrong here is seen by the client, whose test decides.
                std::thread::spawn(move || match tls {
                    Some(config) => {
                        let connection = ServerConnection::new(config)?;
                        let mut stream = StreamOwned::new(connection, stream);
                        serve(&mut stream, &at, &routes, &log, &is_stopped)?;
                        stream.conn.send_close_notify();
                        stream.flush()?;
                        Ok(stream.sock.shutdown(Shutdown::Both)?)
                    }
                    None => {
                        let mut stream = stream;
                        serve(&mut stream, &at, &routes, &log, &is_stopped)?;
                        anyhow::Ok(stream.shutdown(Shutdown::Both)?)
                    }
                });
            }
        });
        Ok(Self {
            address,
            url,
            asked,
            stopped,
            accepting: Some(accepting),
        })
    }

    /// Where it listens: `http://127.0.0.1:…`.
    #[must_use]
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The targets that were asked for, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().map(|(target, _)| target.clone()).collect()
    }

    /// The heads of the requests for `target`.
    #[must_use]
    pub fn heads(&self, target: &str) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let ours = asked.iter().filter(|(asked, _)| asked == target);
        ours.map(|(_, head)| head.clone()).collect()
    }
}

impl Drop for GitHubApi {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            drop(accepting.join());
        }
    }
}

impl std::fmt::Debug for GitHubApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("GitHubApi").field(&self.address).finish()
    }
}

fn serve(
    stream: &mut (impl Read + Write),
    base: &str,
    routes: &Routes,
    log: &Mutex<Asked>,
    stopped: &AtomicBool,
) -> Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? == 1 {
        head.extend_from_slice(&byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let path = target.split('?').next().unwrap_or_default();
    let etag = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("if-none-match").then_some(value)
    });
    let etag = etag.map(str::to_owned);
    let reply = routes.get(&target).or_else(|| routes.get(path)).cloned();
    log.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push((target, head));
    match reply.unwrap_or_else(|| Reply::refuse(404, "Not Found")) {
        Reply::Json(_, headers, _) if etag.as_ref().is_some_and(|etag| headers.contains(etag)) => {
            stream.write_all(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")?;
        }
        Reply::Json(status, headers, body) => {
            let body = body.to_string();
            let headers = headers.replace("{base}", base);
            let text = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}",
                body.len()
            );
            stream.write_all(text.as_bytes())?;
        }
        Reply::Raw(bytes) => stream.write_all(&bytes)?,
        Reply::Cut => {}
        Reply::Drip => endless(stream, stopped, 1, Duration::from_millis(20))?,
        Reply::Flood => endless(stream, stopped, 1 << 16, Duration::ZERO)?,
    }
    Ok(())
}

/// Writes pieces of so many bytes, with a pause after each, until nobody takes them.
fn endless(
    stream: &mut impl Write,
    stopped: &AtomicBool,
    piece: usize,
    pause: Duration,
) -> Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")?;
    let bytes = vec![b' '; piece];
    while !stopped.load(Ordering::SeqCst) && stream.write_all(&bytes).is_ok() {
        std::thread::sleep(pause);
    }
    Ok(())
}
