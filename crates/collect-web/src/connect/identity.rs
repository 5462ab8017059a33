//! The certificate by which we show who we are, where a target names one, and whether a server asks
//! for any.

use crate::target::Endpoint;
use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use seaworthy_collect::{SecretRef, Trouble};
use seaworthy_model::ReasonCode;
use std::sync::{Arc, Mutex, PoisonError};
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::X509Name;

/// Answers a server that asks for a client certificate, and writes down that it did.
#[derive(Debug)]
pub(super) struct Asked {
    own: Option<Arc<CertifiedKey>>,
    issuers: Mutex<Option<Vec<String>>>,
}

impl Asked {
    /// With the certificate that the target names, if it does.
    ///
    /// # Errors
    ///
    /// When it, or its key, cannot be read; the key is never repeated.
    pub(super) fn new(endpoint: &Endpoint) -> Result<Self, Trouble> {
        Ok(Self {
            own: own(endpoint)?,
            issuers: Mutex::new(None),
        })
    }

    /// The issuers that the server would take; nothing where it did not ask.
    pub(super) fn issuers(&self) -> Option<Vec<String>> {
        self.issuers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether there is a certificate to show.
    pub(super) fn has_own(&self) -> bool {
        self.own.is_some()
    }
}

impl ResolvesClientCert for Asked {
    fn resolve(
        &self,
        root_hint_subjects: &[&[u8]],
        _sigschemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        let name = |der: &&[u8]| {
            let (_, name) = X509Name::from_der(der).ok()?;
            Some(crate::dns::printable(&name.to_string()))
        };
        let names = root_hint_subjects.iter().filter_map(name).collect();
        *self.issuers.lock().unwrap_or_else(PoisonError::into_inner) = Some(names);
        self.own.clone()
    }

    fn has_certs(&self) -> bool {
        true
    }
}

fn own(endpoint: &Endpoint) -> Result<Option<Arc<CertifiedKey>>, Trouble> {
    let named = endpoint.spec.tls.as_ref().and_then(|tls| {
        let key = tls.client_key.as_deref().and_then(SecretRef::parse)?;
        Some((tls.client_certificate.as_deref()?, key))
    });
    let Some((path, reference)) = named else {
        return Ok(None);
    };
    let failed = |why: String| {
        let told = format!("failed to read the client certificate {path}: {why}");
        Trouble::new(ReasonCode::CollectorFailed, told)
    };
    let mut chain = Vec::new();
    let all = CertificateDer::pem_file_iter(path).map_err(|error| failed(error.to_string()))?;
    for certificate in all {
        chain.push(certificate.map_err(|error| failed(error.to_string()))?);
    }
    if chain.is_empty() {
        return Err(failed(
            "there is no certificate in it; PEM is wanted".to_owned(),
        ));
    }
    let secret = reference.resolve()?;
    // What is wrong with a key is said without a word of it.
    let key = PrivateKeyDer::from_pem_slice(secret.expose().as_bytes())
        .map_err(|_| failed("its key (client_key) is no private key in PEM".to_owned()))?;
    let key = super::provider()
        .key_provider
        .load_private_key(key)
        .map_err(|_| failed("its key (client_key) is of a kind that cannot be used".to_owned()))?;
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch)) => Err(failed(
            "its key (client_key) belongs to another certificate".to_owned(),
        )),
        _ => Ok(Some(Arc::new(certified))),
    }
}
