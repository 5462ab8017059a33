//! A proxy on loopback: it opens tunnels (CONNECT), passes plain requests on, and writes down what it was
//! asked for. Whatever host is asked for, it connects to loopback.

use anyhow::{Context as _, Result};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// What a proxy does with what it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyManner {
    /// It passes everything on.
    Helpful,
    /// It answers 407 to everything.
    Refusing,
}

/// A running proxy. It stops when dropped.
pub struct Proxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    stopped: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Starts a proxy.
    ///
    /// # Errors
    ///
    /// When it cannot listen.
    pub fn start(manner: ProxyManner) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (heads, stopped) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (log, is_stopped) = (Arc::clone(&heads), Arc::clone(&stopped));
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if is_stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let log = Arc::clone(&log);
                // What goes wrong here is seen by the client, whose test decides.
                std::thread::spawn(move || serve(stream, manner, &log));
            }
        });
        Ok(Self {
            address,
            heads,
            stopped,
            accepting: Some(accepting),
        })
    }

    /// Where it listens: `127.0.0.1:…`.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The heads of what it was asked for, in order.
    #[must_use]
    pub fn heads(&self) -> Vec<String> {
        self.heads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            drop(accepting.join());
        }
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Proxy").field(&self.address).finish()
    }
}

fn serve(mut client: TcpStream, manner: ProxyManner, log: &Mutex<Vec<String>>) -> Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte)? == 1 {
        head.extend_from_slice(&byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    log.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(head.clone());
    if manner == ProxyManner::Refusing {
        client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
        return Ok(client.shutdown(Shutdown::Both)?);
    }
    let (line, rest) = head.split_once("\r\n").context("a head")?;
    let mut words = line.split(' ');
    let (method, target) = (
        words.next().context("a method")?,
        words.next().context("a target")?,
    );
    let (authority, path) = match target.strip_prefix("http://") {
        Some(absolute) => absolute.split_once('/').unwrap_or((absolute, "")),
        None => (target, ""),
    };
    let port = authority.rsplit_once(':').map_or("80", |(_, port)| port);
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port.parse()?))?;
    if method == "CONNECT" {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    } else {
        server.write_all(format!("{method} /{path} HTTP/1.1\r\n{rest}").as_bytes())?;
    }
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    let there = std::thread::spawn(move || {
        let copied = std::io::copy(&mut from_client, &mut to_server);
        drop(to_server.shutdown(Shutdown::Write));
        copied
    });
    drop(std::io::copy(&mut server, &mut client));
    drop(client.shutdown(Shutdown::Both));
    drop(there.join());
    Ok(())
}
