//! Certificates for tests: a root, an intermediate, and servers' certificates with one thing
//! wrong each.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::{Path, PathBuf};

pub(crate) type Authority = CertifiedIssuer<'static, KeyPair>;

/// A span of years, months and days.
pub(crate) type Span = ((i32, u8, u8), (i32, u8, u8));

/// Around the instant at which tests judge.
pub(crate) const GOOD: Span = ((2026, 1, 1), (2026, 12, 1));
/// Over by then.
pub(crate) const PAST: Span = ((2025, 1, 1), (2026, 5, 1));
/// Not begun by then.
pub(crate) const FUTURE: Span = ((2026, 7, 1), (2026, 12, 1));
/// A CA's.
pub(crate) const LONG: Span = ((2020, 1, 1), (2040, 1, 1));

/// A private estate: its root in a file, an intermediate under it.
pub(crate) struct Estate {
    pub(crate) root: Authority,
    pub(crate) intermediate: Authority,
    folder: tempfile::TempDir,
}

/// A certificate with its key, and what is served beside it.
pub(crate) struct Served {
    /// The server's own certificate in PEM.
    pub(crate) pem: String,
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

impl Estate {
    pub(crate) fn new() -> Self {
        let root = root("Test Root", LONG);
        let intermediate = under(&root, "Test Intermediate", LONG);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root.pem"), root.pem()).unwrap();
        Self {
            root,
            intermediate,
            folder,
        }
    }

    /// The PEM file with the root.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A good certificate for `name`, served with the intermediate.
    pub(crate) fn good(&self, name: &str) -> Served {
        self.served(server(name, GOOD))
    }

    /// A certificate by `params`, served with the intermediate.
    pub(crate) fn served(&self, params: CertificateParams) -> Served {
        let mut served = issued(&self.intermediate, params);
        served.chain.push(self.intermediate.der().clone());
        served
    }
}

/// A certificate by `params` that `issuer` issues, served alone.
pub(crate) fn issued(issuer: &Authority, params: CertificateParams) -> Served {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    Served {
        pem: certificate.pem(),
        chain: vec![certificate.der().clone()],
        key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
    }
}

/// The same with an RSA key.
pub(crate) fn issued_with_rsa(issuer: &Authority, params: CertificateParams) -> Served {
    let key = KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    Served {
        pem: certificate.pem(),
        chain: vec![certificate.der().clone()],
        key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
    }
}

/// A certificate by `params` that nobody else issued.
pub(crate) fn self_signed(params: CertificateParams) -> Served {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    Served {
        pem: certificate.pem(),
        chain: vec![certificate.der().clone()],
        key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
    }
}

pub(crate) fn root(name: &str, span: Span) -> Authority {
    Authority::self_signed(authority(name, span), KeyPair::generate().unwrap()).unwrap()
}

pub(crate) fn under(issuer: &Authority, name: &str, span: Span) -> Authority {
    Authority::signed_by(authority(name, span), KeyPair::generate().unwrap(), issuer).unwrap()
}

/// What a CA's certificate says.
pub(crate) fn authority(name: &str, span: Span) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    within(params, span)
}

/// What a server's certificate for `name` says.
pub(crate) fn server(name: &str, span: Span) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    within(params, span)
}

fn within(mut params: CertificateParams, (from, until): Span) -> CertificateParams {
    // Without a common name of ours, every certificate would be called "rcgen self signed cert".
    params.use_authority_key_identifier_extension = true;
    params.not_before = date_time_ymd(from.0, from.1, from.2);
    params.not_after = date_time_ymd(until.0, until.1, until.2);
    params
}
