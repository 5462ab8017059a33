//! One open connection, plain or TLS, that holds its place in the budgets until it is dropped.

use super::handshake::{Broken, Keys, Peer, Shaker, shake_hands};
use super::starttls::{self, Consent, Stowaway};
use crate::target::Endpoint;
use rustls::client::Resumption;
use rustls_pki_types::ServerName;
use seaworthy_collect::{Context, Permit, Trouble};
use seaworthy_model::ReasonCode;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{self, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
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
    let manner = Manner::plain(endpoint, alpn);
    match reach(endpoint, address, &manner, context).await? {
        Reached::Open(connection) => Ok(*connection),
        Reached::Declined(why) => Err(declined(endpoint, address, &why)),
        Reached::Barred(_, trouble) => Err(trouble),
    }
}

/// What a server that offers no TLS is to those who cannot do without.
pub(crate) fn declined(endpoint: &Endpoint, address: SocketAddr, why: &str) -> Trouble {
    let told = format!("{} at {address} offers no TLS: {why}", endpoint.host);
    Trouble::new(ReasonCode::Denied, told)
}

/// How a connection is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner<'a> {
    /// The name to ask for; an IP address is asked for by no name at all (RFC 6066 §3).
    pub(crate) server_name: &'a ServerName<'static>,
    /// The protocols to offer by ALPN; that of a `starttls` goes before.
    pub(crate) alpn: &'a [&'a [u8]],
    /// The kinds of keys that are taken.
    pub(crate) keys: Keys,
}

impl<'a> Manner<'a> {
    /// As clients do.
    pub(crate) fn plain(endpoint: &'a Endpoint, alpn: &'a [&'a [u8]]) -> Self {
        Self {
            server_name: &endpoint.server_name,
            alpn,
            keys: Keys::Any,
        }
    }

    /// Who shakes hands so, and takes up no earlier session.
    ///
    /// # Errors
    ///
    /// When the target's client certificate cannot be read.
    pub(crate) fn shaker(&self, endpoint: &Endpoint) -> Result<Shaker, Trouble> {
        let alpn = match endpoint.starttls {
            Some(protocol) => protocol.alpn(),
            None => self.alpn,
        };
        Shaker::new(endpoint, alpn, Resumption::disabled(), self.keys)
    }
}

/// How far a connection went.
#[derive(Debug)]
pub(crate) enum Reached {
    /// It is open.
    Open(Box<Connection>),
    /// The server says that it offers no TLS, in these words.
    Declined(String),
    /// The server asks for a client certificate and ends the handshake without; what it showed.
    Barred(Box<Peer>, Trouble),
}

/// Connects in this manner; a server that offers no TLS is an answer like any other.
///
/// # Errors
///
/// As [`open`].
pub(crate) async fn reach(
    endpoint: &Endpoint,
    address: SocketAddr,
    manner: &Manner<'_>,
    context: &Context,
) -> Result<Reached, Trouble> {
    let permit = context.connection(&endpoint.host, Some(address)).await;
    let place = format!("{} at {address}", endpoint.host);
    let tcp = match dial(endpoint, address, Stowaway::None, context).await? {
        Ok(tcp) => tcp,
        Err(declined) => return Ok(Reached::Declined(declined)),
    };
    let (stream, peer) = if endpoint.secure {
        let shaker = manner.shaker(endpoint)?;
        let (stream, peer) = match secure(tcp, &shaker, &place, manner, context).await {
            Ok(secured) => secured,
            Err(broken) => {
                return match broken.peer {
                    Some(peer) => Ok(Reached::Barred(Box::new(peer), broken.trouble)),
                    None => Err(broken.trouble),
                };
            }
        };
        (Stream::Tls(Box::new(stream)), Some(peer))
    } else {
        (Stream::Plain(tcp), None)
    };
    Ok(Reached::Open(Box::new(Connection {
        peer,
        stream,
        _permit: permit,
    })))
}

/// Connects to where TLS begins: by TCP, and by the words of the protocol that stands before it.
/// The caller holds the right to. A server that offers no TLS says so in the inner error.
///
/// # Errors
///
/// When the address cannot be connected to, or what it says is not understood; each of the two
/// steps has the budgets' connect deadline.
pub(crate) async fn dial(
    endpoint: &Endpoint,
    address: SocketAddr,
    stowaway: Stowaway,
    context: &Context,
) -> Result<Result<TcpStream, String>, Trouble> {
    let place = format!("{} at {address}", endpoint.host);
    let mut tcp = connect(&place, address, context).await?;
    let Some(protocol) = endpoint.starttls else {
        return Ok(Ok(tcp));
    };
    let limit = context.budgets.connect;
    let asked = starttls::ask(&mut tcp, protocol, &place, stowaway);
    let asked = tokio::time::timeout(limit, asked).await;
    match asked.map_err(|_| late("ask for TLS at", &place, limit))?? {
        Consent::Given => Ok(Ok(tcp)),
        Consent::Declined(why) => Ok(Err(why)),
    }
}

/// Shakes hands over a connection on which TLS is to begin, within the budgets' connect deadline.
///
/// # Errors
///
/// When no handshake comes about.
pub(crate) async fn secure(
    tcp: TcpStream,
    shaker: &Shaker,
    place: &str,
    manner: &Manner<'_>,
    context: &Context,
) -> Result<(TlsStream<TcpStream>, Peer), Broken> {
    let limit = context.budgets.connect;
    let handshake = shake_hands(tcp, shaker, manner.server_name, place);
    let late = |_| Broken {
        trouble: late("shake hands by TLS with", place, limit),
        peer: None,
    };
    tokio::time::timeout(limit, handshake).await.map_err(late)?
}

/// Connects by TCP; `place` names the peer in messages. The caller holds the right to.
///
/// # Errors
///
/// When the address cannot be connected to within the budgets' connect deadline.
async fn connect(
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

/// Ends what is sent by TCP alone, so that a server that waits goes on to its end while it can still
/// be read. A `close_notify` would end TLS both ways: mail servers then speak on in the clear, which
/// rustls cannot answer once it has said its end.
pub(crate) async fn end_sending(stream: &mut TlsStream<TcpStream>) -> io::Result<()> {
    stream.flush().await?;
    stream.get_mut().0.shutdown().await
}

impl Connection {
    /// The same for a connection of either kind.
    pub(crate) async fn end_sending(&mut self) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.shutdown().await,
            Stream::Tls(stream) => end_sending(stream).await,
        }
    }
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
