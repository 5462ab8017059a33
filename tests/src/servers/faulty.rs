//! A proxy on loopback in front of an API server that answers some requests itself: with an error
//! status, by cutting the connection, or not at all. Plain HTTP towards the client.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::ApiServer;

/// What the proxy does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Passes it on.
    None,
    /// Answers with this status, and with these further header lines (each ended by CR and LF).
    Status(u16, &'static str),
    /// Passes on this many bytes of the answer, then cuts the connection.
    Cut(usize),
    /// Never answers.
    Silence,
}

/// Chooses a fault for the target of a request, such as `/api/v1/pods?limit=500`.
type Choose = dyn Fn(&str) -> Fault + Send + Sync;

/// A running proxy. It stops when dropped.
pub struct Faulty {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Faulty {
    /// Starts a proxy in front of `server`.
    ///
    /// # Errors
    ///
    /// When it cannot listen, or the server's root is none.
    pub fn before(
        server: &ApiServer,
        choose: impl Fn(&str) -> Fault + Send + Sync + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let behind = Arc::new(Behind::new(server)?);
        let choose: Arc<Choose> = Arc::new(choose);
        let is_stopped = Arc::clone(&stopped);
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if is_stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (behind, choose) = (Arc::clone(&behind), Arc::clone(&choose));
                let Ok(stream) = stream else { continue };
                // What goes wrong here is seen by the client, whose test decides.
                std::thread::spawn(move || drop(behind.serve(stream, &*choose)));
            }
        });
        Ok(Self {
            address,
            stopped,
            accepting: Some(accepting),
        })
    }

    /// Where it listens: `http://127.0.0.1:…`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            drop(accepting.join());
        }
    }
}

impl std::fmt::Debug for Faulty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Faulty").field(&self.address).finish()
    }
}

/// The server behind.
struct Behind {
    address: String,
    tls: Arc<ClientConfig>,
}

impl Behind {
    fn new(server: &ApiServer) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        let pem = server.authority().as_bytes();
        roots.add(rustls::pki_types::CertificateDer::from_pem_slice(pem)?)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let address = server.url().strip_prefix("https://");
        Ok(Self {
            address: address.context("no https address")?.to_owned(),
            tls: Arc::new(tls),
        })
    }

    /// One request, then the connection ends.
    fn serve(&self, mut client: TcpStream, choose: &Choose) -> Result<()> {
        let Some(head) = head(&mut client)? else {
            return Ok(());
        };
        let target = head.split(' ').nth(1).unwrap_or_default();
        let most = match choose(target) {
            Fault::None => usize::MAX,
            Fault::Cut(bytes) => bytes,
            Fault::Silence => {
                // Until the client gives up.
                drop(client.read(&mut [0; 1]));
                return Ok(());
            }
            Fault::Status(code, headers) => {
                let body = format!(
                    "{{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"injected {code}\",\"code\":{code}}}"
                );
                let length = body.len();
                write!(
                    client,
                    "HTTP/1.1 {code} Injected\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                )?;
                return Ok(());
            }
        };
        let answer = self.ask(&head)?;
        client.write_all(answer.get(..most).unwrap_or(&answer))?;
        client.shutdown(Shutdown::Both)?;
        Ok(())
    }

    /// The whole answer of the server to a request without a body.
    fn ask(&self, head: &str) -> Result<Vec<u8>> {
        let name = ServerName::try_from("127.0.0.1")?.to_owned();
        let connection = ClientConnection::new(Arc::clone(&self.tls), name)?;
        let stream = TcpStream::connect(&self.address)?;
        let mut server = StreamOwned::new(connection, stream);
        for line in head.lines().filter(|line| !line.is_empty()) {
            let is_ours = ["connection:", "host:"]
                .iter()
                .any(|name| line.to_ascii_lowercase().starts_with(name));
            if !is_ours {
                write!(server, "{line}\r\n")?;
            }
        }
        write!(
            server,
            "Host: {}\r\nConnection: close\r\n\r\n",
            self.address
        )?;
        server.flush()?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer)?;
        Ok(answer)
    }
}

/// The head of a request; `None` where the client only looked in.
fn head(client: &mut TcpStream) -> Result<Option<String>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if client.read(&mut byte)? == 0 {
            return Ok(None);
        }
        head.extend(byte);
    }
    Ok(Some(String::from_utf8(head)?))
}
