//! TLS servers on loopback, good and faulty.

use super::estate::Served;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// How a server speaks TLS.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) versions: &'static [&'static rustls::SupportedProtocolVersion],
    pub(crate) alpn: &'static [&'static [u8]],
}

pub(crate) const MANNER: Manner = Manner {
    versions: rustls::ALL_VERSIONS,
    alpn: &[],
};

/// Serves `served` on a port of its own until the test's runtime ends.
pub(crate) async fn serve(served: Served) -> SocketAddr {
    serve_at("127.0.0.1:0", served, MANNER).await.unwrap()
}

pub(crate) async fn serve_at(
    at: &str,
    served: Served,
    manner: Manner,
) -> std::io::Result<SocketAddr> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(manner.versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(served.chain, served.key)
        .unwrap();
    config.alpn_protocols = manner.alpn.iter().map(|name| name.to_vec()).collect();
    accept(TlsAcceptor::from(Arc::new(config)), at).await
}

/// One that staples this OCSP answer, if it is any.
pub(crate) fn acceptor_with(served: Served, staple: Vec<u8>) -> TlsAcceptor {
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert_with_ocsp(served.chain, served.key, staple)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// One that speaks TLS 1.2 and 1.3 with these protocols by ALPN.
pub(crate) fn acceptor(served: Served, alpn: &[&[u8]]) -> TlsAcceptor {
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(served.chain, served.key)
        .unwrap();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

async fn accept(acceptor: TlsAcceptor, at: &str) -> std::io::Result<SocketAddr> {
    each(at, move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                // Until the client goes.
                let _ = stream.read(&mut [0]).await;
            }
        }
    })
    .await
}

/// What stands before a server: it answers hellos that begin so by itself.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) start: &'static [u8],
    /// What to say before closing; without it, the connection is closed at once.
    pub(crate) answer: Option<Vec<u8>>,
}

pub(crate) async fn serve_behind(front: Front, served: Served, manner: Manner) -> SocketAddr {
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(manner.versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(served.chain, served.key)
        .unwrap();
    config.alpn_protocols = manner.alpn.iter().map(|name| name.to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let address = each("127.0.0.1:0", move |mut stream| {
        let (acceptor, front) = (acceptor.clone(), front.clone());
        async move {
            let mut start = [0; 3];
            let _ = stream.peek(&mut start).await;
            if start.starts_with(front.start) {
                let mut hello = [0; 4096];
                let _ = stream.read(&mut hello).await;
                let _ = stream.write_all(&front.answer.unwrap_or_default()).await;
            } else if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read(&mut [0]).await;
            }
        }
    });
    address.await.unwrap()
}

/// Serves `shown` and signs with another's key, as who copied a certificate would.
pub(crate) async fn serve_without_key(shown: Served, key: PrivateKeyDer<'static>) -> SocketAddr {
    let provider = aws_lc_rs::default_provider();
    let key = provider.key_provider.load_private_key(key).unwrap();
    let resolver = SingleCertAndKey::from(CertifiedKey::new(shown.chain, key));
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(resolver));
    let acceptor = TlsAcceptor::from(Arc::new(config));
    accept(acceptor, "127.0.0.1:0").await.unwrap()
}

/// A certificate for those who ask for a name, and another one, or none, for those who do not.
#[derive(Debug)]
struct ByName {
    named: Arc<CertifiedKey>,
    nameless: Option<Arc<CertifiedKey>>,
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        match hello.server_name() {
            Some(_) => Some(Arc::clone(&self.named)),
            None => self.nameless.clone(),
        }
    }
}

/// Serves `named` to those who ask for a name, and `nameless` to the others.
pub(crate) async fn serve_by_name(named: Served, nameless: Option<Served>) -> SocketAddr {
    let provider = aws_lc_rs::default_provider();
    let certified = |served: Served| {
        let key = provider.key_provider.load_private_key(served.key).unwrap();
        Arc::new(CertifiedKey::new(served.chain, key))
    };
    let resolver = ByName {
        named: certified(named),
        nameless: nameless.map(certified),
    };
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(resolver));
    let acceptor = TlsAcceptor::from(Arc::new(config));
    accept(acceptor, "127.0.0.1:0").await.unwrap()
}

/// A certificate for those who take signatures by curves, and one for those who take only RSA.
#[derive(Debug)]
struct ByKey {
    curves: Arc<CertifiedKey>,
    rsa: Arc<CertifiedKey>,
}

impl ResolvesServerCert for ByKey {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let schemes = hello.signature_schemes();
        let curves = self.curves.key.choose_scheme(schemes).is_some();
        Some(Arc::clone(if curves { &self.curves } else { &self.rsa }))
    }
}

/// Serves each of two certificates to those who can check its key.
pub(crate) async fn serve_by_key(curves: Served, rsa: Served) -> SocketAddr {
    let provider = aws_lc_rs::default_provider();
    let certified = |served: Served| {
        let key = provider.key_provider.load_private_key(served.key).unwrap();
        Arc::new(CertifiedKey::new(served.chain, key))
    };
    let resolver = ByKey {
        curves: certified(curves),
        rsa: certified(rsa),
    };
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(resolver));
    let acceptor = TlsAcceptor::from(Arc::new(config));
    accept(acceptor, "127.0.0.1:0").await.unwrap()
}

/// Serves a certificate by a curve to those who can check it; with those who take only RSA it fails.
pub(crate) async fn serve_or_fail(curves: Served, fault: Fault) -> SocketAddr {
    let accepts = acceptor(curves, &[]);
    let address = each("127.0.0.1:0", move |stream| {
        let acceptor = accepts.clone();
        async move {
            if takes_rsa_alone(&stream).await {
                fail(fault, stream).await;
            } else if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read(&mut [0]).await;
            }
        }
    });
    address.await.unwrap()
}

/// Serves a certificate by a curve, says that there is none for those who can check only RSA, and cuts
/// the connection to who offers suites with RSA keys alone.
pub(crate) async fn rsa_alone_or(curves: Served) -> SocketAddr {
    let accepts = acceptor(curves, &[]);
    let address = each("127.0.0.1:0", move |stream| {
        let acceptor = accepts.clone();
        async move {
            let mut seen = vec![0; 16 * 1024];
            let length = stream.peek(&mut seen).await.unwrap_or_default();
            // The suites of a hello without a session.
            let count = usize::from(u16::from_be_bytes([seen[44], seen[45]])) / 2;
            let suites = seen[46..length].chunks(2).take(count);
            let rsa = [&[0, 0x0a], &[0, 0x2f], &[0xc0, 0x13], &[0, 0x9e]];
            let all = rsa
                .iter()
                .all(|one| suites.clone().any(|suite| suite == *one));
            let curve = suites.clone().any(|suite| suite == [0xc0, 0x09]);
            if all && !curve && seen[43] == 0 {
                drop(stream);
            } else if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read(&mut [0]).await;
            }
        }
    });
    address.await.unwrap()
}

/// Serves a certificate by a curve, and closes the connection where others refuse by an alert.
pub(crate) async fn closes_to_refuse(curves: Served, then: Then) -> SocketAddr {
    let accepts = acceptor(curves, &[]);
    let silent = Arc::new(AtomicU32::new(0));
    let address = each("127.0.0.1:0", move |stream| {
        let (acceptor, silent) = (accepts.clone(), Arc::clone(&silent));
        async move {
            let mut seen = vec![0; 16 * 1024];
            let length = stream.peek(&mut seen).await.unwrap_or_default();
            // An offer of one suite alone that none may have, and the signal for renegotiation.
            let nothing = seen[..length]
                .windows(6)
                .any(|part| part == [0, 4, 0x3a, 0x3a, 0, 0xff]);
            if nothing && then == Then::FallsSilent {
                silent.store(1, Ordering::SeqCst);
            }
            if silent.load(Ordering::SeqCst) == 1 {
                return;
            }
            let Ok(start) =
                tokio_rustls::LazyConfigAcceptor::new(rustls::server::Acceptor::default(), stream)
                    .await
            else {
                return;
            };
            let schemes = start.client_hello().signature_schemes().to_vec();
            let curve = schemes.contains(&rustls::SignatureScheme::ECDSA_NISTP256_SHA256);
            if nothing || !curve {
                return;
            }
            if let Ok(mut stream) = start.into_stream(Arc::clone(acceptor.config())).await {
                let _ = stream.read(&mut [0]).await;
            }
        }
    });
    address.await.unwrap()
}

/// What a server does after it was offered what nobody may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// It goes on.
    GoesOn,
    /// It closes every connection.
    FallsSilent,
}

/// Whether a hello of rustls waits that takes no signature by a curve; it stays unread.
async fn takes_rsa_alone(stream: &TcpStream) -> bool {
    let mut seen = vec![0; 16 * 1024];
    let length = stream.peek(&mut seen).await.unwrap_or_default();
    let mut acceptor = rustls::server::Acceptor::default();
    let read = acceptor.read_tls(&mut &seen[..length]);
    let Ok(Some(accepted)) = read.map(|_| acceptor.accept().ok().flatten()) else {
        return false;
    };
    let schemes = accepted.client_hello().signature_schemes().to_vec();
    let rsa = |scheme: &rustls::SignatureScheme| {
        matches!(
            u16::from(*scheme),
            0x0401 | 0x0501 | 0x0601 | 0x0804..=0x0806 | 0x0201
        )
    };
    schemes.iter().all(rsa)
}

/// Ways of failing after the connection is made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// Never says a word.
    Hang,
    /// Closes at once.
    Close,
    /// Closes after the client's first message.
    CloseAfterHello,
    /// Says this and waits.
    Say(&'static [u8]),
    /// Reads the hello and resets.
    Reset,
}

pub(crate) async fn faulty(fault: Fault) -> SocketAddr {
    counted(fault).await.0
}

/// A faulty server, and how many connections it has got.
pub(crate) async fn counted(fault: Fault) -> (SocketAddr, Arc<AtomicU32>) {
    let count = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&count);
    let address = each("127.0.0.1:0", move |stream| {
        counter.fetch_add(1, Ordering::SeqCst);
        fail(fault, stream)
    });
    (address.await.unwrap(), count)
}

async fn fail(fault: Fault, mut stream: TcpStream) {
    let mut buffer = [0; 4096];
    match fault {
        Fault::Hang => while !matches!(stream.read(&mut buffer).await, Ok(0) | Err(_)) {},
        Fault::Close => {}
        Fault::CloseAfterHello => {
            let _ = stream.read(&mut buffer).await;
        }
        Fault::Say(bytes) => {
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(bytes).await;
            while !matches!(stream.read(&mut buffer).await, Ok(0) | Err(_)) {}
        }
        Fault::Reset => {
            let _ = stream.read(&mut [0; 1]).await;
            // Closing with unread bytes in the socket sends a reset.
            drop(stream);
        }
    }
}

/// A port on which nothing listens.
pub(crate) async fn refused() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
}

pub(crate) async fn each<F>(
    at: &str,
    handle: impl Fn(TcpStream) -> F + Send + 'static,
) -> std::io::Result<SocketAddr>
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(at).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(handle(stream));
        }
    });
    Ok(address)
}
