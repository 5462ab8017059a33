//! A chain from a PEM file, judged as if a server had served it: for `probe chain --from-file`.

use super::chain;
use super::fact::{TlsEndpoint, Unknown};
use super::sct::{self, Logs, Places};
use super::{ID, KIND, artifact, malformed, revocation};
use crate::connect::Roots;
use crate::exchange::reproduce::quote;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use seaworthy_collect::{Context, Sink, Trouble};
use seaworthy_model::{Fact, Provenance, ReasonCode, SubjectRef};
use std::path::{Path, PathBuf};

/// More certificates than any chain has.
const MOST: usize = 100;

/// What only a handshake tells.
const OF_A_HANDSHAKE: [&str; 33] = [
    "resumption",
    "early_data",
    "client_certificate",
    "clock_skew_seconds",
    "address",
    "starttls",
    "tls_offered",
    "starttls_injection",
    "protocol",
    "cipher_suite",
    "key_exchange",
    "alpn",
    "ocsp_stapled",
    "staple",
    "key_proven",
    "old_protocols",
    "weak_suites",
    "static_rsa",
    "cipher_suites",
    "groups",
    "weak_groups",
    "post_quantum",
    "dh_bits",
    "dh_group",
    "compression",
    "version_intolerance",
    "secure_renegotiation",
    "extended_master_secret",
    "downgrade_marked",
    "fallback_refused",
    "heartbeat",
    "own_suite_order",
    "profiles",
];

/// A chain in a file, with what stands beside it.
#[derive(Clone, Copy, Debug)]
pub struct ChainFile<'a> {
    /// Files with the certificates, the server's own first: each any number of them in PEM, or one in DER.
    pub files: &'a [Vec<u8>],
    /// The name that the first must be for.
    pub server_name: &'a str,
    /// The only roots to trust, instead of the platform's.
    pub ca_file: Option<&'a Path>,
    /// Whether the Baseline Requirements do not bind the CA.
    pub private_ca: bool,
    /// Whether all of them bind it, although its roots are those of a file.
    pub public_ca: bool,
    /// Files with lists of revoked certificates, in PEM or DER.
    pub crl_files: &'a [PathBuf],
    /// An OCSP answer as a server would staple it, in DER.
    pub ocsp: Option<&'a [u8]>,
    /// A file with a list of certificate logs (log list v3), by which timestamps are verified.
    pub ct_logs: Option<&'a Path>,
    /// A list of certificate timestamps as a handshake would bring it (RFC 6962 §3.3.1).
    pub scts: Option<&'a [u8]>,
    /// The names of the files, for the command that shows the same.
    pub sources: &'a [String],
}

/// Puts the fact about a chain into `sink`, a `tls_endpoint` for its server name, judged at the
/// context's `as_of`. What only a handshake tells (protocol, cipher suite) is unknown in it.
///
/// # Errors
///
/// When the file holds no certificate or too many, the first cannot be read, or the server name is
/// no name.
pub fn chain_fact(file: &ChainFile<'_>, context: &Context, sink: &Sink) -> Result<(), Trouble> {
    let server_name = file.server_name;
    let unparsed = |why: String| Trouble::new(ReasonCode::Unparsed, why);
    let name = crate::target::server_name(server_name).ok_or_else(|| {
        unparsed(format!(
            "{server_name:?} is neither a host name nor an IP address"
        ))
    })?;
    let chain = certificates(file.files).map_err(unparsed)?;
    let ca_file = file.ca_file.map(|path| path.to_string_lossy());
    let roots = Roots::load(ca_file.as_deref());
    let mut unknown = Unknown::new();
    for field in OF_A_HANDSHAKE {
        unknown.insert(
            field.to_owned(),
            "a chain from a file tells nothing of a handshake".to_owned(),
        );
    }
    let mut fact = TlsEndpoint {
        r#ref: format!("chain for {server_name}"),
        host: server_name.to_owned(),
        private_ca: file.private_ca,
        public_ca: file.public_ca,
        ct_logs: file.ct_logs.map(|path| path.display().to_string()),
        ..TlsEndpoint::default()
    };
    let as_of = context.as_of;
    let path = chain::fill(&mut fact, &mut unknown, &chain, &name, &roots, as_of)?;
    if file.ocsp.is_some() {
        unknown.remove("ocsp_stapled");
        unknown.remove("staple");
        fact.ocsp_stapled = Some(true);
    }
    let lists = revocation::of_files(file.crl_files);
    revocation::fill(&mut fact, &mut unknown, &path, file.ocsp, &lists, as_of);
    let places = Places {
        path: &path,
        staple: file.ocsp,
        handshake: Ok(file.scts),
    };
    let logs = file.ct_logs.map(|path| Logs::load(&path.to_string_lossy()));
    sct::fill(&mut fact, &mut unknown, places, &logs, as_of);
    sink.fact(Fact {
        subject: SubjectRef {
            kind: KIND.to_owned(),
            name: fact.r#ref.clone(),
        },
        value: malformed::value_of(&fact, &unknown)?,
        unknown,
        location: None,
        places: seaworthy_model::Places::default(),
        provenance: Provenance {
            target: server_name.to_owned(),
            collector: ID.to_owned(),
            at: context.now(),
            attempts: Vec::new(),
            artifacts: vec![artifact(sink, &chain)],
            reproduce: ca_file.map(|roots| {
                let at = context.as_of.as_second();
                let asked = if matches!(name, ServerName::IpAddress(_)) {
                    "verify_ip"
                } else {
                    "verify_hostname"
                };
                let roots = quote(&roots);
                let sources = file.sources.iter().map(|source| quote(source));
                let others: String = sources
                    .clone()
                    .map(|source| format!(" -untrusted {source}"))
                    .collect();
                let own = sources.into_iter().next().unwrap_or_default();
                format!(
                    "openssl verify -attime {at} -CAfile {roots} -{asked} {}{others} {own}",
                    name.to_str()
                )
            }),
        },
    });
    Ok(())
}

/// The certificates in files, each in PEM or DER.
///
/// # Errors
///
/// When one cannot be read so far, or there are none or too many.
fn certificates(files: &[Vec<u8>]) -> Result<Vec<CertificateDer<'_>>, String> {
    let mut chain = Vec::new();
    for file in files {
        // A SEQUENCE: what a certificate is in DER, and no text begins with.
        if file.first() == Some(&0x30) {
            chain.push(CertificateDer::from(file.as_slice()));
            continue;
        }
        for certificate in CertificateDer::pem_slice_iter(file).take(MOST + 1) {
            chain.push(certificate.map_err(|error| {
                let place = chain.len();
                format!("failed to read certificate {place} of the chain: {error}")
            })?);
        }
    }
    let wanted = format!("1 to {MOST} certificates in PEM or DER are wanted, and there are");
    match chain.len() {
        0 => Err(format!("failed to read a chain: {wanted} none")),
        1..=MOST => Ok(chain),
        _ => Err(format!("failed to read a chain: {wanted} more")),
    }
}
