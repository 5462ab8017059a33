//! A certificate authority of the demo's own, and what it issues.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, Error, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls_pki_types::PrivateKeyDer;
use std::sync::Arc;

/// The authority.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    now: Timestamp,
}

impl Authority {
    pub(super) fn new(now: Timestamp) -> Result<Self, Error> {
        let mut parameters = CertificateParams::default();
        parameters
            .distinguished_name
            .push(DnType::CommonName, "Seaworthy demo root");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        dated(&mut parameters, now, -365, 3650);
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate()?)?;
        Ok(Self { issuer, now })
    }

    pub(super) fn root_pem(&self) -> String {
        self.issuer.pem()
    }

    /// A TLS configuration with a certificate for `name`: valid for 60 more days, or expired ten
    /// days ago.
    pub(super) fn issue(&self, name: &str, expired: bool) -> Result<Arc<ServerConfig>, Error> {
        let mut parameters = CertificateParams::new(vec![name.to_owned()])?;
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        parameters.use_authority_key_identifier_extension = true;
        let until = if expired { -10 } else { 60 };
        dated(&mut parameters, self.now, until - 90, until);
        let key = KeyPair::generate()?;
        let certificate = parameters.signed_by(&key, &self.issuer)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = PrivateKeyDer::try_from(key.serialize_der())
            .map_err(|_| Error::CouldNotParseKeyPair)?;
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder
                    .with_no_client_auth()
                    .with_single_cert(vec![certificate.der().clone()], key)
            })
            .map_err(|_| Error::CouldNotParseKeyPair)?;
        Ok(Arc::new(config))
    }
}

/// Sets the validity to whole days counted from `now`.
fn dated(parameters: &mut CertificateParams, now: Timestamp, from: i64, until: i64) {
    let day = |offset: i64| {
        let shifted = now
            .saturating_add(SignedDuration::from_hours(24 * offset))
            .unwrap_or(now);
        let date = TimeZone::UTC.to_datetime(shifted).date();
        // jiff's months and days are 1-based and positive.
        date_time_ymd(
            i32::from(date.year()),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        )
    };
    parameters.not_before = day(from);
    parameters.not_after = day(until);
}
