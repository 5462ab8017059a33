//! A small certificate authority: a root, an intermediate, and leaves for any names and dates.
//! Broken chains are for the tests to compose from the parts of an [`Identity`].

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

/// Year, month and day; midnight in UTC.
type Date = (i32, u8, u8);

/// From before any release of this program to after any of its tests: no test here expires.
const ALWAYS: (Date, Date) = ((2020, 1, 1), (2099, 12, 31));

/// A root and an intermediate, which signs.
#[derive(Debug)]
pub struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    intermediate: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// Makes an authority called `name` with keys of its own.
    ///
    /// # Errors
    ///
    /// When keys cannot be made.
    pub fn new(name: &str) -> Result<Self> {
        Self::called(name, None)
    }

    /// The same, with an organisation in its names: by that CAA is compared.
    ///
    /// # Errors
    ///
    /// When keys cannot be made.
    pub fn of(name: &str, organisation: &str) -> Result<Self> {
        Self::called(name, Some(organisation))
    }

    fn called(name: &str, organisation: Option<&str>) -> Result<Self> {
        let parameters = |role: &str, below: u8| {
            let mut parameters = dated(CertificateParams::default(), ALWAYS);
            let common_name = format!("{name} {role}");
            parameters
                .distinguished_name
                .push(DnType::CommonName, common_name);
            if let Some(organisation) = organisation {
                parameters
                    .distinguished_name
                    .push(DnType::OrganizationName, organisation);
            }
            parameters.use_authority_key_identifier_extension = true;
            parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(below));
            parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            parameters
        };
        let failed = || format!("failed to make the authority {name}");
        let key = || KeyPair::generate().with_context(failed);
        let root = CertifiedIssuer::self_signed(parameters("root", 1), key()?);
        let root = root.with_context(failed)?;
        let intermediate = CertifiedIssuer::signed_by(parameters("intermediate", 0), key()?, &root)
            .with_context(failed)?;
        Ok(Self { root, intermediate })
    }

    /// The root in PEM: what a client has to trust (`--ca-file`).
    #[must_use]
    pub fn root_pem(&self) -> String {
        self.root.pem()
    }

    /// A certificate from the intermediate, with its key.
    ///
    /// # Errors
    ///
    /// When a name is neither a DNS name nor an address.
    pub fn issue(&self, leaf: &Leaf) -> Result<Identity> {
        let failed = || {
            format!(
                "failed to issue a certificate for {}",
                leaf.names.join(", ")
            )
        };
        let parameters = CertificateParams::new(leaf.names.clone()).with_context(failed)?;
        let mut parameters = dated(parameters, leaf.valid);
        let common_name = leaf.names.first().cloned().unwrap_or_default();
        parameters
            .distinguished_name
            .push(DnType::CommonName, common_name);
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        parameters.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().with_context(failed)?;
        let certificate = parameters.signed_by(&key, &self.intermediate);
        Ok(Identity {
            leaf_pem: certificate.with_context(failed)?.pem(),
            intermediate_pem: self.intermediate.pem(),
            key_pem: key.serialize_pem(),
        })
    }
}

/// What a certificate is to say.
#[derive(Debug, Clone)]
pub struct Leaf {
    names: Vec<String>,
    valid: (Date, Date),
}

impl Leaf {
    /// For DNS names and IP addresses; valid at any time at which a test may run.
    #[must_use]
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            names: names.into_iter().map(str::to_owned).collect(),
            valid: ALWAYS,
        }
    }

    /// Valid from one day to another, each as year, month, day at midnight in UTC.
    #[must_use]
    pub const fn valid(mut self, from: (i32, u8, u8), until: (i32, u8, u8)) -> Self {
        self.valid = (from, until);
        self
    }
}

/// A certificate with what belongs to it.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The certificate itself.
    pub leaf_pem: String,
    /// The certificate of its issuer, which the root has signed.
    pub intermediate_pem: String,
    /// Its key, in PKCS #8.
    pub key_pem: String,
}

impl Identity {
    /// What a correct server sends: the leaf, then the intermediate, without the root.
    #[must_use]
    pub fn chain_pem(&self) -> String {
        format!("{}{}", self.leaf_pem, self.intermediate_pem)
    }
}

fn dated(mut parameters: CertificateParams, (from, until): (Date, Date)) -> CertificateParams {
    parameters.not_before = date_time_ymd(from.0, from.1, from.2);
    parameters.not_after = date_time_ymd(until.0, until.1, until.2);
    parameters
}
