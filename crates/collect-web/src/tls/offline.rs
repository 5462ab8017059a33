//! A chain from a PEM file, judged as if a server had served it: for `probe chain --from-file`.

use super::chain::{self, Unknown};
use super::fact::TlsEndpoint;
use super::{ID, KIND, artifact};
use crate::connect::Roots;
use crate::http::reproduce::quote;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use seaworthy_collect::{Context, Sink, Trouble, fact_value};
use seaworthy_model::{Fact, Provenance, ReasonCode, SubjectRef};
use std::path::Path;

/// More certificates than any chain has.
const MOST: usize = 100;

/// What only a handshake tells.
const OF_A_HANDSHAKE: [&str; 24] = [
    "resumption",
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
    "compression",
    "profiles",
];

/// Puts the fact about the chain in `pem` into `sink`, a `tls_endpoint` for `server_name`,
/// judged at the context's `as_of` against the roots of `ca_file` or the platform's. The server's
/// own certificate stands first in the file. What only a handshake tells (protocol, cipher suite)
/// is unknown in it. `private_ca` says that the
/// Baseline Requirements do not bind the CA. `source` names the file for the command that shows the same.
///
/// # Errors
///
/// When the file holds no certificate or too many, the first cannot be read, or `server_name` is
/// no name.
pub fn chain_fact(
    pem: &[u8],
    server_name: &str,
    ca_file: Option<&Path>,
    private_ca: bool,
    source: &str,
    context: &Context,
    sink: &Sink,
) -> Result<(), Trouble> {
    let unparsed = |why: String| Trouble::new(ReasonCode::Unparsed, why);
    let name = crate::target::server_name(server_name).ok_or_else(|| {
        unparsed(format!(
            "{server_name:?} is neither a host name nor an IP address"
        ))
    })?;
    let mut chain = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem).take(MOST + 1) {
        chain.push(certificate.map_err(|error| {
            unparsed(format!(
                "failed to read certificate {} of the chain: {error}",
                chain.len()
            ))
        })?);
    }
    if chain.is_empty() || chain.len() > MOST {
        return Err(unparsed(format!(
            "failed to read a chain: 1 to {MOST} certificates in PEM are wanted, and there are {}",
            if chain.is_empty() { "none" } else { "more" },
        )));
    }
    let ca_file = ca_file.map(|path| path.to_string_lossy());
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
        private_ca,
        ..TlsEndpoint::default()
    };
    chain::fill(
        &mut fact,
        &mut unknown,
        &chain,
        &name,
        &roots,
        context.as_of,
    )?;
    sink.fact(Fact {
        subject: SubjectRef { kind: KIND.to_owned(), name: fact.r#ref.clone() },
        value: fact_value(&fact)?,
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
                let (roots, source) = (quote(&roots), quote(source));
                format!("openssl verify -attime {at} -CAfile {roots} -{asked} {} -untrusted {source} {source}", name.to_str())
            }),
        },
    });
    Ok(())
}
