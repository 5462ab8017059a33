//! A WebSocket server by an implementation that is not ours, or one that misbehaves: plain, on
//! loopback, to stand behind nginx as a service does.

use anyhow::{Context, Result};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tungstenite::{Message, accept_hdr};

/// How the server behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manner {
    /// A subscription is acknowledged, and notified after this time.
    Notifies(Duration),
    /// A subscription is acknowledged, and nothing more is said.
    Silent,
    /// Closes at the first message.
    HangsUp,
    /// Answers every handshake with these bytes in place of an answer of its own.
    Answers(&'static str),
    /// Never answers a handshake.
    NeverAnswers,
}

/// A running server. It stops when dropped.
#[derive(Debug)]
pub struct Sockets {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Sockets {
    /// Starts a server that opens to this origin, and to programs that send none; to everybody
    /// without one.
    ///
    /// # Errors
    ///
    /// When it cannot listen.
    pub fn start(manner: Manner, only: Option<&'static str>) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .context("failed to listen for WebSocket")?;
        let address = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let is_stopped = Arc::clone(&stopped);
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if is_stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), manner) = (stream, manner.clone()) else {
                    continue;
                };
                // What goes wrong here is seen by the client, whose test decides.
                std::thread::spawn(move || drop(serve(stream, &manner, only)));
            }
        });
        Ok(Self {
            address,
            stopped,
            accepting: Some(accepting),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Sockets {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            drop(accepting.join());
        }
    }
}

fn serve(mut stream: TcpStream, manner: &Manner, only: Option<&'static str>) -> Result<()> {
    match manner {
        Manner::NeverAnswers => {
            // Until the client gives up.
            while stream.read(&mut [0; 1024])? > 0 {}
            return Ok(());
        }
        Manner::Answers(words) => {
            // The request first: to close over unread bytes would reset the connection.
            while stream.read(&mut [0; 4096])? == 4096 {}
            return Ok(stream.write_all(words.as_bytes())?);
        }
        Manner::Notifies(_) | Manner::Silent | Manner::HangsUp => {}
    }
    let mut socket = accept_hdr(stream, Guard(only)).map_err(|error| anyhow::anyhow!("{error}"))?;
    loop {
        let message = socket.read()?;
        if !message.is_text() {
            continue;
        }
        if *manner == Manner::HangsUp {
            socket.close(None)?;
            continue;
        }
        socket.send(Message::text("{\"event\":\"subscribed\"}"))?;
        if let Manner::Notifies(after) = manner {
            std::thread::sleep(*after);
            let told = "{\"event\":\"order\",\"id\":7}";
            socket.send(Message::text(told))?;
        }
    }
}

/// Who is let in.
struct Guard(Option<&'static str>);

impl tungstenite::handshake::server::Callback for Guard {
    fn on_request(self, request: &Request, response: Response) -> Result<Response, ErrorResponse> {
        let origin = request.headers().get("origin");
        match (self.0, origin) {
            (Some(only), Some(origin)) if origin != only => {
                let mut refusal = ErrorResponse::new(Some("who are you".to_owned()));
                *refusal.status_mut() = http::StatusCode::FORBIDDEN;
                Err(refusal)
            }
            _ => Ok(response),
        }
    }
}
