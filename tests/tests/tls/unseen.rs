//! A second certificate that is not seen leaves no verdict over certificates passing: the server has one
//! by a curve, and resets the connection to who takes only RSA.

use super::servers::NAME;
use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::Acceptor;
use rustls::{ServerConfig, ServerConnection, SignatureScheme, Stream};
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

/// Probes over certificates; each is undecided of the one that was not seen.
const OF_CERTIFICATES: [&str; 6] = [
    "tls/baseline-requirements",
    "tls/name-matches",
    "tls/not-expiring",
    "tls/strong-key",
    "tls/strong-signature",
    "tls/trusted-path",
];

/// A good certificate by a curve; its root is written down.
fn config(scene: &Scene) -> Result<ServerConfig> {
    let mut root = CertificateParams::default();
    root.distinguished_name.push(DnType::CommonName, "Root");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate()?)?;
    scene.write("root.pem", &root.pem())?;
    let mut own = CertificateParams::new(vec![NAME.to_owned()])?;
    own.distinguished_name.push(DnType::CommonName, NAME);
    own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    own.use_authority_key_identifier_extension = true;
    own.not_before = date_time_ymd(2026, 1, 1);
    own.not_after = date_time_ymd(2026, 12, 1);
    let key = KeyPair::generate()?;
    let certificate = own.signed_by(&key, &root)?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok(config)
}

/// Whether the hello that waits takes only RSA; it stays unread.
fn takes_rsa_alone(stream: &TcpStream) -> bool {
    let mut seen = vec![0; 16 * 1024];
    let length = stream.peek(&mut seen).unwrap_or_default();
    let mut acceptor = Acceptor::default();
    let mut hello = seen.get(..length).unwrap_or_default();
    let read = acceptor.read_tls(&mut hello).is_ok();
    let Some(accepted) = acceptor.accept().ok().flatten().filter(|_| read) else {
        return false;
    };
    let schemes = accepted.client_hello().signature_schemes().to_vec();
    let curves = [
        SignatureScheme::ECDSA_NISTP256_SHA256,
        SignatureScheme::ED25519,
    ];
    !schemes.iter().any(|scheme| curves.contains(scheme))
}

fn serve(config: ServerConfig) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            std::thread::spawn(move || {
                // What is left unread when a socket is closed makes the system send a reset.
                if takes_rsa_alone(&stream) {
                    return;
                }
                if let Ok(mut connection) = ServerConnection::new(config) {
                    let _ = Stream::new(&mut connection, &mut stream).read(&mut [0]);
                }
            });
        }
    });
    Ok(address)
}

#[test]
fn a_second_certificate_that_is_cut_off_is_undecided_with_its_reason() -> Result<()> {
    let scene = Scene::new()?;
    let address = serve(config(&scene)?)?;
    let place = format!("{NAME}:{}", address.port());
    let resolve = format!("{place}:127.0.0.1");
    let at = "2026-06-01T12:00:00Z";
    let arguments = [
        "probe",
        "tls",
        &place,
        "--resolve",
        &resolve,
        "--ca-file",
        "root.pem",
        "--at-time",
        at,
        "--format",
        "json",
    ];
    let ran = scene.run(&arguments)?;
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    let report = ran.json()?;
    for probe in OF_CERTIFICATES {
        let found = verdicts_of(&report, probe);
        let of = |part: &str| {
            let named = |one: &&&serde_json::Value| {
                one["subject"]["name"]
                    .as_str()
                    .is_some_and(|name| name.ends_with(part))
            };
            found
                .iter()
                .find(named)
                .with_context(|| format!("{probe}: {found:#?}"))
        };
        let (first, second) = (of("]")?, of("if it has one")?);
        assert_eq!(first["verdict"], "pass", "{first}");
        assert_eq!(
            (&second["verdict"], &second["reason"]),
            (&"inconclusive".into(), &"unreachable".into()),
            "{second}"
        );
        let message = second["message"].as_str().unwrap_or_default();
        assert!(message.contains(&address.to_string()), "{message}");
    }
    for probe in [
        "tls/old-protocols-refused",
        "tls/weak-suites-refused",
        "tls/modern-protocol",
    ] {
        let all = verdicts_of(&report, probe);
        assert!(all.iter().all(|one| one["verdict"] == "pass"), "{all:#?}");
    }
    Ok(())
}
