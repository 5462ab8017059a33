//! Lints: rules that a certificate can break and still be accepted by a path builder. Each
//! finding cites its rule.
//!
//! RFC 5280 and RFC 9525 hold everywhere. The CA/Browser Forum's Baseline Requirements (BR) bind
//! public CAs; their findings are kept apart, so that a private estate can be told from the web.

mod authority;
mod baseline;
mod form;
mod issued;
mod lists;
mod names;
mod public;
mod server;
mod usage;
mod written;

pub(super) use baseline::exceeded;

use super::der::Fault;
use crate::connect::RootSource;
use schemars::JsonSchema;
use serde::Serialize;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{AuthorityKeyIdentifier, ParsedExtension};

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(super) struct Lint {
    /// A stable id, for example `san-missing`.
    pub(super) id: String,
    /// The rule, for example `RFC 9525 §6.3`.
    pub(super) rule: String,
    /// What was found in which certificate.
    pub(super) message: String,
}

/// Findings as they gather, all about one certificate.
struct Findings<'a> {
    subject: &'a str,
    lints: Vec<Lint>,
}

impl Findings<'_> {
    fn add(&mut self, broken: bool, id: &str, rule: &str, message: &str) {
        if broken {
            self.lints.push(Lint {
                id: id.to_owned(),
                rule: rule.to_owned(),
                message: format!("{}: {message}", self.subject),
            });
        }
    }
}

/// The rules that a path breaks.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Broken {
    /// Those that hold everywhere.
    pub(super) everywhere: Vec<Lint>,
    /// Those of the Baseline Requirements.
    pub(super) baseline: Vec<Lint>,
}

/// The lints of a path, the server's own certificate first; `complete` says in whose roots it
/// ends, if it does.
///
/// A root of the platform's is what its programme admitted, older than many a rule: of it only the
/// key is asked about.
pub(super) fn path(
    certificates: &[(String, X509Certificate<'_>)],
    complete: Option<RootSource>,
) -> Broken {
    let mut broken = Broken::default();
    let source = complete.unwrap_or(RootSource::File);
    for (index, (subject, certificate)) in certificates.iter().enumerate() {
        let root = complete.is_some() && index > 0 && index + 1 == certificates.len();
        if root && source == RootSource::Platform {
            continue;
        }
        let findings = || Findings {
            subject,
            lints: Vec::new(),
        };
        let (mut everywhere, mut public) = (findings(), findings());
        form::check(certificate, &mut everywhere);
        if index == 0 {
            server::check(certificate, &mut everywhere);
            baseline::server(certificate, source, &mut public);
        } else {
            authority::check(certificate, root, &mut everywhere);
            baseline::authority(certificate, root, source, &mut public);
        }
        if let Some((_, issuer)) = certificates.get(index + 1) {
            issued::check(certificate, issuer, source, &mut everywhere);
            issued::baseline(certificate, issuer, &mut public);
            if complete == Some(RootSource::Platform) {
                let of_root = index + 2 == certificates.len();
                public::issued(certificate, issuer, index == 0 && of_root, &mut public);
            }
        }
        broken.everywhere.append(&mut everywhere.lints);
        broken.baseline.append(&mut public.lints);
    }
    broken.everywhere.sort();
    broken.baseline.sort();
    broken
}

/// A rule of encoding that a certificate breaks.
pub(super) fn malformed(subject: &str, fault: &Fault) -> Lint {
    Lint {
        id: "certificate-malformed".to_owned(),
        rule: fault.rule.to_owned(),
        message: format!("{subject}: {}", fault.message),
    }
}

/// A log's word that is later than the instant that is judged at.
pub(super) fn timestamp_from_the_future(subject: &str) -> Lint {
    Lint {
        id: "certificate-timestamp-from-the-future".to_owned(),
        rule: "RFC 6962 §5.2".to_owned(),
        message: format!(
            "{subject}: a certificate timestamp is from the future, which clients refuse"
        ),
    }
}

fn authority_key<'a>(
    certificate: &'a X509Certificate<'_>,
) -> Option<&'a AuthorityKeyIdentifier<'a>> {
    certificate.extensions().iter().find_map(|extension| {
        if let ParsedExtension::AuthorityKeyIdentifier(identifier) = extension.parsed_extension() {
            Some(identifier)
        } else {
            None
        }
    })
}

fn subject_key<'a>(certificate: &'a X509Certificate<'_>) -> Option<&'a [u8]> {
    certificate.extensions().iter().find_map(|extension| {
        if let ParsedExtension::SubjectKeyIdentifier(identifier) = extension.parsed_extension() {
            Some(identifier.0)
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests;
