//! `openssl s_server`, once for each way of speaking TLS, and nginx in some of them.

use anyhow::{Context, Result, ensure};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Nginx, REQUIRE_SERVERS, Site};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

/// The name that every server has.
pub(crate) const NAME: &str = "tls.example.com";

/// The second Oakley group (RFC 2409 §6.2): a prime of 1024 bits.
const OAKLEY_2: &str = "-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
";

/// A name, and the options of `openssl s_server` parted by spaces.
const SERVERS: [(&str, &str); 24] = [
    ("default", ""),
    ("tls-1.3", "-min_protocol TLSv1.3"),
    ("tls-1.2", "-min_protocol TLSv1.2 -max_protocol TLSv1.2"),
    (
        "tls-1.1",
        "-min_protocol TLSv1.1 -max_protocol TLSv1.1 -cipher ALL:@SECLEVEL=0",
    ),
    (
        "tls-1.0",
        "-min_protocol TLSv1 -max_protocol TLSv1 -cipher ALL:@SECLEVEL=0",
    ),
    (
        "all-versions",
        "-min_protocol TLSv1 -cipher DEFAULT:@SECLEVEL=0",
    ),
    (
        "1.1-and-1.3",
        "-min_protocol TLSv1.1 -no_tls1_2 -cipher DEFAULT:@SECLEVEL=0",
    ),
    (
        "everything",
        "-min_protocol TLSv1 -cipher ALL:COMPLEMENTOFALL:@SECLEVEL=0",
    ),
    (
        "intermediate",
        "-min_protocol TLSv1.2 -cipher ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305 -curves X25519:P-256:P-384",
    ),
    ("rsa-key-exchange", "-max_protocol TLSv1.2 -cipher kRSA"),
    (
        "anonymous",
        "-max_protocol TLSv1.2 -cipher aNULL:@SECLEVEL=0",
    ),
    ("null", "-max_protocol TLSv1.2 -cipher eNULL:@SECLEVEL=0"),
    (
        "camellia-and-aria",
        "-max_protocol TLSv1.2 -cipher CAMELLIA:ARIA",
    ),
    (
        "ccm",
        "-cipher AESCCM -ciphersuites TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256",
    ),
    (
        "cbc",
        "-max_protocol TLSv1.2 -cipher ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA384:AES128-SHA256",
    ),
    (
        "chacha",
        "-cipher CHACHA20 -ciphersuites TLS_CHACHA20_POLY1305_SHA256",
    ),
    (
        "prime-1024",
        "-max_protocol TLSv1.2 -cipher kDHE:@SECLEVEL=0 -dhparam dh.pem",
    ),
    ("prime-by-key", "-max_protocol TLSv1.2 -cipher kDHE"),
    ("p-256", "-curves P-256"),
    ("p-521-and-x448", "-curves P-521:X448"),
    (
        "brainpool",
        "-max_protocol TLSv1.2 -curves brainpoolP256r1:brainpoolP384r1",
    ),
    (
        "small-curves",
        "-max_protocol TLSv1.2 -cipher ECDHE:@SECLEVEL=0 -curves secp192k1:P-224:P-256",
    ),
    ("no-tickets", "-no_ticket"),
    ("server-preference", "-serverpref -min_protocol TLSv1.2"),
];

/// A name, and the directives of a server of nginx, by which the same OpenSSL is spoken to otherwise:
/// its own preference, no DHE without a prime, sessions of its own, ALPN.
const NGINX: [(&str, &str); 3] = [
    (
        "nginx",
        "ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers HIGH:!aNULL:!MD5;",
    ),
    (
        "nginx-old",
        "ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ALL:@SECLEVEL=0; \
         ssl_prefer_server_ciphers on; ssl_dhparam dh.pem; ssl_session_tickets off;",
    ),
    (
        "nginx-narrow",
        "ssl_protocols TLSv1.2; ssl_ecdh_curve secp384r1; \
         ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305;",
    ),
];

/// A server; it ends when dropped, and nginx with the last of its servers.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) name: &'static str,
    pub(crate) port: u16,
    by: By,
}

#[derive(Debug)]
enum By {
    OpenSsl(Child),
    Nginx(#[expect(dead_code, reason = "kept so that it runs on")] Arc<Nginx>),
}

impl Drop for Running {
    fn drop(&mut self) {
        if let By::OpenSsl(child) = &mut self.by {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Starts all of them; nothing where openssl is missing.
pub(crate) fn start(scene: &Scene) -> Result<Option<Vec<Running>>> {
    certificates(scene)?;
    if !is_there()? {
        return Ok(None);
    }
    let started = SERVERS
        .iter()
        .map(|(name, options)| one(scene, name, options));
    let mut all: Vec<Running> = started.collect::<Result<_>>()?;
    all.extend(nginx(scene)?);
    Ok(Some(all))
}

/// Whether openssl is installed.
pub(crate) fn is_there() -> Result<bool> {
    let there = Command::new("openssl").arg("version").output();
    if there.is_err() {
        let required = std::env::var(REQUIRE_SERVERS).is_ok_and(|value| value == "1");
        ensure!(!required, "openssl is wanted");
        writeln!(std::io::stderr(), "skipped: openssl is not installed")?;
    }
    Ok(there.is_ok())
}

/// The servers of nginx; none where it is missing.
fn nginx(scene: &Scene) -> Result<Vec<Running>> {
    let read = |name: &str| std::fs::read_to_string(scene.path(name));
    let (certificate, key) = (read("own.pem")?, read("own.key")?);
    let prime = scene.path("dh.pem").display().to_string();
    let setup = NGINX.iter().fold(Nginx::setup(), |setup, (name, options)| {
        let options = options.replace("dh.pem", &prime);
        let site = Site::tls_with(name, &certificate, &key).with(&options);
        setup.site(site.with("location / { return 200 hello; }"))
    });
    let Some(nginx) = setup.start()?.map(Arc::new) else {
        return Ok(Vec::new());
    };
    let one = |(name, _): &(&'static str, &str)| Running {
        name,
        port: nginx.port(name),
        by: By::Nginx(Arc::clone(&nginx)),
    };
    Ok(NGINX.iter().map(one).collect())
}

/// A server with the certificate of [`certificates`] and these options of `openssl s_server`.
pub(crate) fn one(scene: &Scene, name: &'static str, options: &str) -> Result<Running> {
    let mut child = Command::new("openssl")
        .args(["s_server", "-accept", "127.0.0.1:0", "-www"])
        .args([
            "-cert",
            "own.pem",
            "-cert_chain",
            "own.pem",
            "-key",
            "own.key",
        ])
        .args(options.split_whitespace())
        .current_dir(scene.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("failed to start the server {name}"))?;
    let output = child.stdout.take().context("an output")?;
    let port = BufReader::new(output).lines().find_map(|line| {
        let place = line.ok()?;
        place
            .strip_prefix("ACCEPT ")?
            .rsplit_once(':')?
            .1
            .trim()
            .parse()
            .ok()
    });
    let running = Running {
        name,
        port: port.unwrap_or_default(),
        by: By::OpenSsl(child),
    };
    ensure!(
        running.port > 0,
        "the server {name} does not start: {options}"
    );
    Ok(running)
}

/// A root, and a certificate with an RSA key, which all suites can go with.
pub(crate) fn certificates(scene: &Scene) -> Result<()> {
    let mut root = CertificateParams::default();
    root.distinguished_name
        .push(DnType::CommonName, "Scanned Root");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    root.not_before = date_time_ymd(2020, 1, 1);
    root.not_after = date_time_ymd(2090, 1, 1);
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate()?)?;
    let mut own = CertificateParams::new(vec![NAME.to_owned()])?;
    own.distinguished_name.push(DnType::CommonName, NAME);
    own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    own.use_authority_key_identifier_extension = true;
    own.not_before = date_time_ymd(2020, 1, 1);
    own.not_after = date_time_ymd(2090, 1, 1);
    let key = KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256)?;
    scene.write("own.pem", &own.signed_by(&key, &root)?.pem())?;
    scene.write("own.key", &key.serialize_pem())?;
    scene.write("root.pem", &root.pem())?;
    scene.write("dh.pem", OAKLEY_2)
}
