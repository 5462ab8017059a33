//! The path from the server's certificate to a root, built from what was served alone: nothing is
//! fetched, as browsers do by AIA and other clients do not.

use super::refusal::{explain, undecided};
use crate::connect::{self, Refused, RootSource, Roots, When, span, verified};
use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, ServerName};
use std::collections::BTreeSet;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// Of so many ends of certificates the longest path is looked for at most.
const MOST_ENDS: usize = 24;

/// What became of building a path.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Judged {
    /// The path's certificates, the server's own first, the root last. It is there too when all
    /// that is wrong with the path is the time.
    pub(super) path: Option<Vec<CertificateDer<'static>>>,
    /// What is wrong.
    pub(super) error: Option<String>,
    /// Why it is not known whether there is one.
    pub(super) undecided: Option<String>,
    /// Whether what is wrong is that no root is reached.
    pub(super) unknown_issuer: bool,
}

/// Builds a path for a TLS server's certificate at the instant `as_of`.
/// `served` are the certificates of `chain` that can be read.
pub(super) fn judge(
    chain: &[CertificateDer<'_>],
    served: &[(usize, X509Certificate<'_>)],
    roots: &Roots,
    as_of: Timestamp,
) -> Judged {
    let now = as_of.as_second();
    let found = pinned(chain, roots, now).map_or_else(|| verified(chain, roots, When::at(now)), Ok);
    let refused = match found {
        Ok(path) => {
            return Judged {
                path: Some(lasting(path, (chain, served), roots, now)),
                ..Judged::default()
            };
        }
        Err(refused) => refused,
    };
    if let Some(why) = undecided(&refused, chain) {
        return Judged {
            undecided: Some(why),
            ..Judged::default()
        };
    }
    let timely = matches!(
        refused,
        Refused::Expired(_) | Refused::NotYetValid(_) | Refused::RootOutOfTime
    );
    let path = timely.then(|| verified(chain, roots, When::AnyTime).ok());
    Judged {
        path: path.flatten(),
        error: Some(explain(&refused)),
        undecided: None,
        unknown_issuer: refused == Refused::UnknownIssuer,
    }
}

/// Of several paths the one that lasts longest: clients find another one when the first is over. None
/// lasts longer than the server's own certificate.
fn lasting(
    path: Vec<CertificateDer<'static>>,
    (chain, served): (&[CertificateDer<'_>], &[(usize, X509Certificate<'_>)]),
    roots: &Roots,
    now: i64,
) -> Vec<CertificateDer<'static>> {
    let validity = |der: &CertificateDer<'_>| {
        let read = served.iter().find(|(_, one)| one.as_raw() == der.as_ref());
        if let Some((_, certificate)) = read {
            return Some(span(certificate));
        }
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        Some(span(&certificate))
    };
    let end = |path: &[CertificateDer<'_>]| {
        let ends = path.iter().filter_map(validity).map(|(_, until)| until);
        ends.min().unwrap_or(i64::MIN)
    };
    let first = end(&path);
    let own = path
        .first()
        .and_then(validity)
        .map_or(first, |(_, until)| until);
    if own <= first {
        return path;
    }
    let ends: BTreeSet<i64> = chain
        .iter()
        .filter_map(validity)
        .map(|(_, until)| until)
        .filter(|until| first < *until && *until <= own)
        .collect();
    let later = ends.into_iter().rev().take(MOST_ENDS);
    let mut paths = later.filter_map(|end| verified(chain, roots, When::During(now, end)).ok());
    paths.next().unwrap_or(path)
}

/// Whether `certificate` is for `name`.
///
/// # Errors
///
/// When the certificate cannot be read so far as to tell.
pub(super) fn is_for_name(
    certificate: &CertificateDer<'_>,
    name: &ServerName<'_>,
) -> Result<bool, String> {
    connect::is_for_name(certificate, name).map_err(|refused| explain(&refused))
}

/// A path of one certificate: the server's own, where the configuration's file of roots holds the
/// very same one. `openssl req -x509` makes such certificates, CA flag and all, and curl and
/// OpenSSL take a file with one as they take any root.
fn pinned(
    chain: &[CertificateDer<'_>],
    roots: &Roots,
    now: i64,
) -> Option<Vec<CertificateDer<'static>>> {
    let own = chain.first()?;
    if roots.source != RootSource::File || !roots.hold(own) || !connect::is_understood(own) {
        return None;
    }
    let (_, certificate) = X509Certificate::from_der(own).ok()?;
    let (from, until) = span(&certificate);
    let purpose = certificate.extended_key_usage().ok()?;
    let for_servers = purpose.is_none_or(|purpose| purpose.value.server_auth);
    (from <= now && now <= until && for_servers).then(|| vec![own.clone().into_owned()])
}
