//! What is read of a certificate to build and judge a path, once for its bytes.

use super::Refused;
use super::form;
use super::policies::Said;
use crate::connect::name;
use crate::recent::{Recent, once};
use rustls_pki_types::CertificateDer;
use std::sync::Arc;
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::OID_X509_EXT_NAME_CONSTRAINTS;
use x509_parser::prelude::FromDer as _;

thread_local! {
    static LATELY: Recent<Result<Arc<Known>, Refused>> = const { Recent::new() };
}

/// A certificate as paths are built of it.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) der: CertificateDer<'static>,
    /// The subject's and the issuer's name, each in DER.
    pub(super) subject: Vec<u8>,
    pub(super) issuer: Vec<u8>,
    /// Its subjectPublicKeyInfo in DER.
    pub(super) key: Vec<u8>,
    /// The first and the last second of its validity.
    pub(super) from: i64,
    pub(super) until: i64,
    /// Whether it says that it is a CA's (basicConstraints).
    pub(super) is_authority: bool,
    /// How many CAs may stand below it.
    pub(super) most_below: Option<u32>,
    /// Whether its key may sign certificates (keyUsage), as far as it says.
    pub(super) may_issue: bool,
    /// Whether it issued itself: subject and issuer are the same name (RFC 5280 §6.1).
    pub(super) itself: bool,
    /// The value of its nameConstraints.
    pub(super) constraints: Option<Vec<u8>>,
    /// Why it is for no TLS server, if it is for none (extendedKeyUsage).
    pub(super) purpose: Option<Refused>,
    pub(super) policies: Said,
    /// The certificate as webpki is shown it.
    pub(super) shown: CertificateDer<'static>,
    /// What is wrong with its form.
    pub(super) form: Option<Refused>,
}

/// Reads a certificate, or remembers it.
///
/// # Errors
///
/// When it cannot be read.
pub(super) fn known(der: &CertificateDer<'_>) -> Result<Arc<Known>, Refused> {
    once(&LATELY, der, || Known::read(der).map(Arc::new))
}

impl Known {
    /// # Errors
    ///
    /// When the certificate cannot be read.
    pub(super) fn read(der: &CertificateDer<'_>) -> Result<Self, Refused> {
        let (_, certificate) = X509Certificate::from_der(der).map_err(|_| Refused::Malformed)?;
        let (from, until) = span(&certificate);
        let basic = certificate.basic_constraints();
        let usage = certificate.key_usage();
        let purpose = certificate.extended_key_usage();
        let read = basic.is_ok() && usage.is_ok() && purpose.is_ok();
        let policies = Said::by(&certificate);
        let shown = form::shown(der, &certificate);
        let form = form::fault(&shown, &certificate)
            .or_else(|| (!read || policies.is_none()).then_some(Refused::Malformed));
        let basic = basic.ok().flatten();
        let purpose = purpose.ok().flatten();
        let (subject, issuer) = (
            certificate.subject().as_raw(),
            certificate.issuer().as_raw(),
        );
        let constraints = certificate
            .extensions()
            .iter()
            .find(|one| one.oid == OID_X509_EXT_NAME_CONSTRAINTS);
        Ok(Self {
            subject: subject.to_vec(),
            issuer: issuer.to_vec(),
            key: certificate.public_key().raw.to_vec(),
            from,
            until,
            is_authority: basic.as_ref().is_some_and(|basic| basic.value.ca),
            most_below: basic.and_then(|basic| basic.value.path_len_constraint),
            may_issue: usage
                .ok()
                .flatten()
                .is_none_or(|usage| usage.value.key_cert_sign()),
            itself: name::same(subject, issuer),
            constraints: constraints.map(|one| one.value.to_vec()),
            purpose: purpose.and_then(|purpose| {
                let named = purpose.value;
                if named.server_auth {
                    return None;
                }
                Some(match form::names_no_purpose(named) {
                    true => Refused::NoPurpose,
                    false => Refused::Purpose,
                })
            }),
            policies: policies.unwrap_or_default(),
            form,
            shown,
            der: der.clone().into_owned(),
        })
    }
}

/// The first and the last second of a certificate's validity.
pub(crate) fn span(certificate: &X509Certificate<'_>) -> (i64, i64) {
    let validity = certificate.validity();
    (
        validity.not_before.timestamp(),
        validity.not_after.timestamp(),
    )
}
