//! One open connection, plain or TLS, that holds its place in the budgets until it is dropped.

use super::handshake::{Peer, shake_hands};
use crate::target::Endpoint;
use rustls_pki_types::ServerName;
use seaworthy_collect::{Context, Permit, Trouble};
use seaworthy_model::ReasonCode;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{self, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// An open connection; reads and writes go through it.
#[derive(Debug)]
pub(crate) struct Connection {
    /// What the server showed of itself; `None` over plain HTTP.
    pub(crate) peer: Option<Peer>,
    stream: Stream,
    _permit: Permit,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Connects to one address of `endpoint`, by TLS if its URL says https; `alpn` are the protocols
/// to offer (`http/1.1`), none for no ALPN. Each step has the budgets' connect deadline.
///
/// # Errors
///
/// When the address cannot be connected to, or TLS does not come about.
pub(crate) async fn open(
    endpoint: &Endpoint,
    address: SocketAddr,
    alpn: &[&[u8]],
    context: &Context,
) -> Result<Connection, Trouble> {
    open_as(endpoint, address, &endpoint.server_name, alpn, context).await
}

/// The same, asking for another name; an IP address is asked for by no name at all (RFC 6066 §3).
///
/// # Errors
///
/// As [`open`].
pub(crate) async fn open_as(
    endpoint: &Endpoint,
    address: SocketAddr,
    server_name: &ServerName<'static>,
    alpn: &[&[u8]],
    context: &Context,
) -> Result<Connection, Trouble> {
    let permit = context.connection(&endpoint.host).await;
    let place = format!("{} at {address}", endpoint.host);
    let limit = context.budgets.connect;
    let tcp = connect(&place, address, context).await?;
    let (stream, peer) = if endpoint.secure {
        let handshake = shake_hands(tcp, server_name, alpn, &place);
        let (stream, peer) = tokio::time::timeout(limit, handshake)
            .await
            .map_err(|_| late("shake hands by TLS with", &place, limit))??;
        (Stream::Tls(Box::new(stream)), Some(peer))
    } else {
        (Stream::Plain(tcp), None)
    };
    Ok(Connection {
        peer,
        stream,
        _permit: permit,
    })
}

/// Connects by TCP; `place` names the peer in messages. The caller holds the right to.
///
/// # Errors
///
/// When the address cannot be connected to within the budgets' connect deadline.
pub(crate) async fn connect(
    place: &str,
    address: SocketAddr,
    context: &Context,
) -> Result<TcpStream, Trouble> {
    let limit = context.budgets.connect;
    let tcp = tokio::time::timeout(limit, TcpStream::connect(address))
        .await
        .map_err(|_| late("connect to", place, limit))?
        .map_err(|error| unreachable(place, address, &error))?;
    // Requests are small and answers are waited for, so nothing is gained by gathering bytes.
    tcp.set_nodelay(true)
        .map_err(|error| unreachable(place, address, &error))?;
    Ok(tcp)
}

fn late(step: &str, place: &str, limit: Duration) -> Trouble {
    Trouble::new(
        ReasonCode::Timeout,
        format!("failed to {step} {place}: no answer within {limit:?}; is a firewall in the way?"),
    )
}

fn unreachable(place: &str, address: SocketAddr, error: &io::Error) -> Trouble {
    let nowhere = [
        io::ErrorKind::NetworkUnreachable,
        io::ErrorKind::HostUnreachable,
    ];
    let hint = if error.kind() == io::ErrorKind::ConnectionRefused {
        "nothing listens there"
    } else if address.is_ipv6() && nowhere.contains(&error.kind()) {
        "this machine may have no IPv6; sweep from one that has"
    } else {
        "check the address, the route and the firewall"
    };
    Trouble::new(
        ReasonCode::Unreachable,
        format!("failed to connect to {place}: {error}; {hint}"),
    )
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Stream::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Stream::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(context),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
