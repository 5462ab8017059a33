//! The roots that a path may end in: the platform's, or those of a PEM file.

use super::known::Known;
use super::refused::Refused;
use crate::connect::octets::place_of;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use std::io::Read as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A file of roots larger than this is no file of roots.
const LARGEST_FILE: u64 = 16 << 20;

/// The files whose roots are kept.
const MOST_FILES: usize = 16;

/// Where roots come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RootSource {
    /// The platform's trust store: the public web's rules hold.
    Platform,
    /// A file that the configuration names: a private estate.
    File,
}

/// Trusted roots. There is at least one.
#[derive(Debug)]
pub(crate) struct Roots {
    /// Where they come from.
    pub(crate) source: RootSource,
    /// How many certificates beside them cannot be used.
    pub(crate) unusable: usize,
    all: Vec<Root>,
}

/// A trusted root.
#[derive(Debug)]
pub(super) struct Root {
    pub(super) certificate: CertificateDer<'static>,
    /// Its subject's name in DER.
    pub(super) subject: Vec<u8>,
    /// What else is read of it, once a path may end there.
    known: OnceLock<Result<Known, Refused>>,
}

impl Root {
    /// Nothing where it cannot be a root.
    fn new(certificate: CertificateDer<'static>) -> Option<Self> {
        let anchor = webpki::anchor_from_trusted_cert(&certificate).ok()?;
        let content = place_of(&anchor.subject, &certificate)?;
        let header = match content.len() {
            0..128 => 2,
            128..256 => 3,
            _ => 4,
        };
        let name = content.start.checked_sub(header)?..content.end;
        Some(Self {
            subject: certificate.get(name)?.to_vec(),
            known: OnceLock::new(),
            certificate,
        })
    }

    /// # Errors
    ///
    /// When it cannot be read.
    pub(super) fn known(&self) -> Result<&Known, Refused> {
        let known = self.known.get_or_init(|| Known::read(&self.certificate));
        known.as_ref().map_err(Clone::clone)
    }
}

impl Roots {
    /// The roots of `ca_file`, or the platform's.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or there is no root at all: then nothing can be said about
    /// trust, which is another thing than "untrusted".
    pub(crate) fn load(ca_file: Option<&str>) -> Result<Arc<Self>, Trouble> {
        match ca_file {
            Some(path) => file(path),
            None => platform(),
        }
    }

    /// The roots in a PEM text; `label` says where it is from.
    ///
    /// # Errors
    ///
    /// When there is none that can be used. One that cannot is counted beside those that can.
    pub(crate) fn from_pem(pem: &[u8], label: &str) -> Result<Self, Trouble> {
        let mut certificates = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            certificates.push(certificate.map_err(|error| {
                failed(format!("failed to read roots from {label}: {error}; a PEM file of CA certificates is wanted"))
            })?);
        }
        let count = certificates.len();
        let roots = Self::new(RootSource::File, certificates);
        if roots.all.is_empty() {
            return Err(failed(format!(
                "failed to read roots from {label}: 0 of {count} certificates can be used; a PEM file of CA certificates is wanted",
            )));
        }
        Ok(roots)
    }

    /// Each of them.
    pub(super) fn all(&self) -> &[Root] {
        &self.all
    }

    /// Whether `certificate` itself is one of the roots.
    pub(crate) fn hold(&self, certificate: &CertificateDer<'_>) -> bool {
        self.all.iter().any(|own| own.certificate == *certificate)
    }

    fn new(source: RootSource, all: Vec<CertificateDer<'static>>) -> Self {
        let count = all.len();
        let all: Vec<Root> = all.into_iter().filter_map(Root::new).collect();
        Self {
            source,
            unusable: count - all.len(),
            all,
        }
    }
}

/// The platform's roots, read once per process.
fn platform() -> Result<Arc<Roots>, Trouble> {
    static PLATFORM: OnceLock<Result<Arc<Roots>, String>> = OnceLock::new();
    PLATFORM
        .get_or_init(|| {
            let loaded = rustls_native_certs::load_native_certs();
            let roots = Roots::new(RootSource::Platform, loaded.certs);
            if roots.all.is_empty() {
                let why: Vec<String> = loaded.errors.iter().map(ToString::to_string).collect();
                return Err(format!(
                    "the platform has no trusted roots, so nothing can be said about trust ({}); install ca-certificates or name a ca_file",
                    if why.is_empty() { "none found".to_owned() } else { why.join("; ") },
                ));
            }
            Ok(Arc::new(roots))
        })
        .clone()
        .map_err(failed)
}

/// A file, what it held, and the roots in it.
type Kept = (String, Vec<u8>, Arc<Roots>);

/// The roots of a file. It is read each time and taken apart only where it holds something else than
/// before: thousands of targets name the same one.
fn file(path: &str) -> Result<Arc<Roots>, Trouble> {
    static KEPT: Mutex<Vec<Kept>> = Mutex::new(Vec::new());
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let pem = read(path)?;
    let same = |(file, held, _): &&Kept| file == path && *held == pem;
    if let Some((_, _, roots)) = kept().iter().find(same) {
        return Ok(Arc::clone(roots));
    }
    let roots = Arc::new(Roots::from_pem(&pem, path)?);
    let mut kept = kept();
    kept.retain(|(file, _, _)| file != path);
    if kept.len() >= MOST_FILES {
        kept.remove(0);
    }
    kept.push((path.to_owned(), pem, Arc::clone(&roots)));
    Ok(roots)
}

fn read(path: &str) -> Result<Vec<u8>, Trouble> {
    let fail =
        |error: std::io::Error| failed(format!("failed to read the ca_file {path}: {error}"));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(fail)?;
    file.take(LARGEST_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(fail)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Trouble::new(
            ReasonCode::TooLarge,
            format!("failed to read the ca_file {path}: it has more than {LARGEST_FILE} bytes"),
        ));
    }
    Ok(bytes)
}

fn failed(detail: String) -> Trouble {
    Trouble::new(ReasonCode::CollectorFailed, detail)
}

#[cfg(test)]
mod tests {
    use super::Roots;
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
    use std::sync::Arc;

    fn root() -> String {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().pem()
    }

    #[test]
    fn a_file_is_taken_apart_once_and_anew_where_it_changed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        let path = file.to_str().unwrap();
        let load = || Roots::load(Some(path));
        std::fs::write(&file, root()).unwrap();
        let first = load().unwrap();
        assert!(Arc::ptr_eq(&first, &load().unwrap()));
        std::fs::write(&file, root()).unwrap();
        let second = load().unwrap();
        assert_ne!(first.all[0].certificate, second.all[0].certificate);
        std::fs::write(&file, "nothing").unwrap();
        assert!(load().is_err(), "no root is kept of a file that has none");
        std::fs::remove_file(&file).unwrap();
        assert!(load().is_err());
    }
}
