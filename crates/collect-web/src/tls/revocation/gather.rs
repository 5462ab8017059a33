//! Where lists come from: files that the configuration names, and, where it lets us, the places that
//! the certificates name.

use super::fetch;
use super::points::points;
use crate::target::TlsSpec;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use seaworthy_collect::Context;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// A file of lists larger than this is not read.
const LARGEST_FILE: u64 = 64 << 20;

/// At most so many places are asked for lists.
const MOST_PLACES: usize = 8;

/// A list as it came.
#[derive(Clone, Debug)]
pub(super) struct List {
    /// The file or the address.
    pub(super) source: String,
    pub(super) der: Vec<u8>,
}

/// The lists at hand.
#[derive(Clone, Debug, Default)]
pub(in crate::tls) struct Lists {
    pub(super) read: Vec<List>,
    /// What could not be read, and why.
    pub(super) missed: Vec<String>,
}

impl Lists {
    /// Whether the configuration asks for lists at all.
    pub(super) fn asked(&self) -> bool {
        !self.read.is_empty() || !self.missed.is_empty()
    }
}

/// The lists that `spec` names, and those that the certificates of `chain` do where it says so.
pub(in crate::tls) async fn lists(
    spec: &TlsSpec,
    chain: &[CertificateDer<'_>],
    context: &Context,
) -> Lists {
    let mut lists = of_files(&spec.crl_files);
    if !spec.fetch_crls {
        return lists;
    }
    let places: BTreeSet<String> = chain
        .iter()
        .filter_map(|der| Some(points(&X509Certificate::from_der(der).ok()?.1)))
        .flatten()
        .filter(|place| place.starts_with("http://"))
        .collect();
    if places.is_empty() {
        let why =
            "the certificates name no list that can be fetched by HTTP (cRLDistributionPoints)";
        lists.missed.push(why.to_owned());
    }
    for place in places.into_iter().take(MOST_PLACES) {
        match fetch::list(&place, context).await {
            Ok(bytes) => {
                let der = first(&bytes).unwrap_or(bytes);
                lists.read.push(List { source: place, der });
            }
            Err(why) => lists
                .missed
                .push(format!("the list {place} is not fetched: {why}")),
        }
    }
    lists
}

/// The lists in these files.
pub(in crate::tls) fn of_files(paths: &[impl AsRef<Path>]) -> Lists {
    let mut lists = Lists::default();
    for path in paths {
        let path = path.as_ref().to_string_lossy();
        match file(&path) {
            Ok(read) => lists.read.extend(read.into_iter().map(|der| List {
                source: path.clone().into_owned(),
                der,
            })),
            Err(why) => lists
                .missed
                .push(format!("the list {path} is not read: {why}")),
        }
    }
    lists
}

/// The lists in a file, in PEM or DER.
fn file(path: &str) -> Result<Vec<Vec<u8>>, String> {
    let fail = |error: std::io::Error| error.to_string();
    let mut bytes = Vec::new();
    let open = std::fs::File::open(path).map_err(fail)?;
    open.take(LARGEST_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(fail)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(format!("it has more than {LARGEST_FILE} bytes"));
    }
    if !bytes.starts_with(b"-----") && bytes.first() == Some(&0x30) {
        return Ok(vec![bytes]);
    }
    let mut all = Vec::new();
    for list in CertificateRevocationListDer::pem_slice_iter(&bytes) {
        all.push(list.map_err(|error| error.to_string())?.to_vec());
    }
    if all.is_empty() {
        return Err("there is no list in it, neither in PEM nor in DER".to_owned());
    }
    Ok(all)
}

fn first(bytes: &[u8]) -> Option<Vec<u8>> {
    let list = CertificateRevocationListDer::from_pem_slice(bytes).ok()?;
    Some(list.to_vec())
}
