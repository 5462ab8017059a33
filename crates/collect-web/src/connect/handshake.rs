//! The TLS handshake with a verifier that accepts every chain and writes down what it was shown.

use super::identity::Asked;
use crate::target::Endpoint;
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs};
use rustls::{
    AlertDescription, ClientConfig, DigitallySignedStruct, HandshakeKind, SignatureScheme,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// What a TLS server showed of itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Peer {
    /// The certificates as served, the server's own first.
    pub(crate) chain: Vec<CertificateDer<'static>>,
    /// The stapled OCSP answer; empty when there is none.
    pub(crate) ocsp: Vec<u8>,
    /// Why the server did not prove that it holds the certificate's key, where it did not.
    pub(crate) unproven_key: Option<String>,
    /// `TLS 1.3` or `TLS 1.2`.
    pub(crate) protocol: String,
    /// The IANA name of the cipher suite.
    pub(crate) cipher_suite: String,
    /// The key exchange group, where one was used.
    pub(crate) key_exchange: Option<String>,
    /// The protocol chosen by ALPN.
    pub(crate) alpn: Option<String>,
    /// The issuers of client certificates that the server would take, where it asks for one.
    pub(crate) asks_for: Option<Vec<String>>,
    /// Whether one was shown to it.
    pub(crate) shown_own: bool,
    /// Whether the session was taken up from an earlier one.
    pub(crate) resumed: bool,
    /// Whether it knows none of the protocols that were offered by ALPN, and was asked without.
    pub(crate) without_alpn: bool,
    /// Where its certificates were read in the clear, without a handshake: whether it could prove that
    /// it has the key, or why not. Whether it did, `unproven_key` tells.
    pub(crate) in_the_clear: Option<Result<(), String>>,
}

/// Of which kind the key of the server's certificate is to be. A server may have a certificate for
/// each and choose by the signatures that a client can check (RFC 8446 §4.4.2.2, RFC 5246 §7.4.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Any: the server chooses.
    #[default]
    Any,
    /// RSA.
    Rsa,
    /// ECDSA or EdDSA.
    Curves,
}

impl Keys {
    fn has(self, scheme: SignatureScheme) -> bool {
        let rsa = matches!(
            scheme,
            SignatureScheme::RSA_PKCS1_SHA1
                | SignatureScheme::RSA_PKCS1_SHA256
                | SignatureScheme::RSA_PKCS1_SHA384
                | SignatureScheme::RSA_PKCS1_SHA512
                | SignatureScheme::RSA_PSS_SHA256
                | SignatureScheme::RSA_PSS_SHA384
                | SignatureScheme::RSA_PSS_SHA512
        );
        match self {
            Self::Any => true,
            Self::Rsa => rsa,
            Self::Curves => !rsa,
        }
    }
}

/// How a handshake ended that came to nothing.
#[derive(Debug)]
pub(crate) struct Broken {
    /// What stood in the way.
    pub(crate) trouble: Trouble,
    /// What the server had shown by then, where it asked for a client certificate and ended the
    /// handshake by an alert.
    pub(crate) peer: Option<Peer>,
}

/// Handshakes that may take up each other's sessions.
#[derive(Clone, Debug)]
pub(crate) struct Shaker {
    config: Arc<ClientConfig>,
    recorder: Arc<Recorder>,
    asked: Arc<Asked>,
}

impl Shaker {
    /// One that offers `alpn` and takes keys of the kinds `keys`; `resumption` says which sessions
    /// may be taken up.
    ///
    /// # Errors
    ///
    /// When the target's client certificate cannot be read.
    pub(crate) fn new(
        endpoint: &Endpoint,
        alpn: &[&[u8]],
        resumption: Resumption,
        keys: Keys,
    ) -> Result<Self, Trouble> {
        let recorder = Arc::new(Recorder {
            keys,
            ..Recorder::default()
        });
        let asked = Arc::new(Asked::new(endpoint)?);
        let mut config =
            base().map_err(|error| Trouble::new(ReasonCode::CollectorFailed, error.to_string()))?;
        config
            .dangerous()
            .set_certificate_verifier(Arc::<Recorder>::clone(&recorder));
        config.client_auth_cert_resolver = Arc::<Asked>::clone(&asked);
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        config.resumption = resumption;
        Ok(Self {
            config: Arc::new(config),
            recorder,
            asked,
        })
    }
}

/// The one crypto provider of the process; it is passed explicitly and never installed.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| Arc::new(aws_lc_rs::default_provider())))
}

/// What the configurations of all handshakes have in common. One that is made anew brings room for the
/// sessions of 256 servers, which costs more than a small part of a handshake.
fn base() -> Result<ClientConfig, rustls::Error> {
    static BASE: OnceLock<Result<ClientConfig, rustls::Error>> = OnceLock::new();
    let made = || {
        let mut config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Recorder::default()))
            .with_no_client_auth();
        config.resumption = Resumption::disabled();
        Ok(config)
    };
    BASE.get_or_init(made).clone()
}

/// Shakes hands over `stream`. `place` names the peer in messages.
///
/// # Errors
///
/// When no handshake comes about: an alert is [`ReasonCode::Denied`], a cut connection
/// [`ReasonCode::Unreachable`], anything that is no TLS [`ReasonCode::Unparsed`].
pub(crate) async fn shake_hands(
    stream: TcpStream,
    shaker: &Shaker,
    server_name: &ServerName<'static>,
    place: &str,
) -> Result<(TlsStream<TcpStream>, Peer), Broken> {
    let connector = TlsConnector::from(Arc::clone(&shaker.config));
    let done = connector.connect(server_name.clone(), stream).await;
    let mut peer = shaker.recorder.take();
    peer.asks_for = shaker.asked.issuers();
    peer.shown_own = peer.asks_for.is_some() && shaker.asked.has_own();
    let stream = match done {
        Ok(stream) => stream,
        Err(error) => {
            let trouble = trouble(&error, place);
            let asked = peer.asks_for.is_some() && trouble.reason == ReasonCode::Denied;
            let peer = asked.then_some(peer);
            return Err(Broken { trouble, peer });
        }
    };
    let (_, session) = stream.get_ref();
    peer.protocol = session.protocol_version().map_or_else(String::new, version);
    peer.cipher_suite = session
        .negotiated_cipher_suite()
        .map_or_else(String::new, |suite| suite_name(suite.suite()));
    peer.key_exchange = session
        .negotiated_key_exchange_group()
        .map(|group| format!("{:?}", group.name()));
    peer.resumed = session.handshake_kind() == Some(HandshakeKind::Resumed);
    peer.alpn = session
        .alpn_protocol()
        .map(|name| String::from_utf8_lossy(name).into_owned());
    Ok((stream, peer))
}

fn version(version: rustls::ProtocolVersion) -> String {
    let name = format!("{version:?}");
    match name.strip_prefix("TLSv1_") {
        Some(minor) => format!("TLS 1.{minor}"),
        None => name,
    }
}

fn suite_name(suite: rustls::CipherSuite) -> String {
    let name = format!("{suite:?}");
    // rustls writes TLS13_AES_128_GCM_SHA256 for what IANA registers as TLS_AES_128_GCM_SHA256.
    match name.strip_prefix("TLS13_") {
        Some(rest) => format!("TLS_{rest}"),
        None => name,
    }
}

/// Whether a server ended the handshake since it knows none of the protocols that were offered by
/// ALPN (RFC 7301 §3.2).
pub(crate) fn wants_another_protocol(trouble: &Trouble) -> bool {
    is_alert(trouble, AlertDescription::NoApplicationProtocol)
}

/// Whether a server ended the handshake since it can sign by none of the offered signatures: the alert
/// handshake_failure (RFC 8446 §4.4.2.2, RFC 5246 §7.2.2), or insufficient_security in its place (RFC
/// 8446 §6.2). Any other alert is about something else.
pub(crate) fn takes_no_such_key(trouble: &Trouble) -> bool {
    is_alert(trouble, AlertDescription::HandshakeFailure)
        || is_alert(trouble, AlertDescription::InsufficientSecurity)
}

/// Whether a server closed or reset the connection in the place of an answer.
pub(crate) fn was_cut(trouble: &Trouble) -> bool {
    trouble.reason == ReasonCode::Unreachable && trouble.detail.contains(CUT)
}

/// What is said of a connection that was cut within a handshake.
const CUT: &str = "the connection was cut";

fn is_alert(trouble: &Trouble, alert: AlertDescription) -> bool {
    let told = format!("the alert {alert:?};");
    trouble.reason == ReasonCode::Denied && trouble.detail.contains(&told)
}

fn trouble(error: &std::io::Error, place: &str) -> Trouble {
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let step = format!("failed to shake hands by TLS with {place}");
    match tls {
        Some(rustls::Error::AlertReceived(alert)) => Trouble::new(
            ReasonCode::Denied,
            format!(
                "{step}: the server answered with the alert {alert:?}; it may know no such name, want a client certificate, or speak neither TLS 1.2 nor TLS 1.3"
            ),
        ),
        Some(other) => Trouble::new(
            ReasonCode::Unparsed,
            format!("{step}: {other}; is it a TLS server of version 1.2 or 1.3?"),
        ),
        None => Trouble::new(
            ReasonCode::Unreachable,
            format!("{step}: {CUT} ({error}); look at the server's log"),
        ),
    }
}

/// Accepts every chain and writes it down; signatures of the handshake are checked, and a wrong
/// one is written down too.
#[derive(Debug, Default)]
struct Recorder {
    seen: Mutex<Peer>,
    keys: Keys,
}

impl Recorder {
    fn take(&self) -> Peer {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn speaks(&self, version: &str) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        version.clone_into(&mut seen.protocol);
    }

    fn proof(&self, outcome: Result<HandshakeSignatureValid, rustls::Error>) {
        if let Err(error) = outcome {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.unproven_key = Some(error.to_string());
        }
    }

    fn algorithms() -> WebPkiSupportedAlgorithms {
        provider().signature_verification_algorithms
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.chain = std::iter::once(end_entity)
            .chain(intermediates)
            .map(|certificate| certificate.clone().into_owned())
            .collect();
        seen.ocsp = ocsp_response.to_vec();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.speaks("TLS 1.2");
        self.proof(rustls::crypto::verify_tls12_signature(
            message,
            cert,
            dss,
            &Self::algorithms(),
        ));
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.speaks("TLS 1.3");
        self.proof(rustls::crypto::verify_tls13_signature(
            message,
            cert,
            dss,
            &Self::algorithms(),
        ));
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = Self::algorithms().supported_schemes();
        schemes.retain(|scheme| self.keys.has(*scheme));
        schemes
    }
}
