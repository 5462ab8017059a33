//! The path from a server's certificate to a root: webpki's, and what it leaves out — the root's own
//! limits, constraints on names of other kinds, policies, and whose key may sign certificates.

use super::anchor::{most_below, root_in_time};
use super::constraints::{Patience, within_constraints};
use super::mask::{Known, Mask, Unmasking};
use super::{Roots, provider};
use super::{policies, prune};
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use std::cell::Cell;
use std::fmt;
use webpki::{EndEntityCert, Error, KeyUsage, VerifiedPath};

/// A rule that webpki does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A CA's key may not sign certificates (RFC 5280 §6.1.4 (n)).
    Usage,
    /// A policy is required, and none holds (RFC 5280 §6.1.3 (f) and §6.1.5).
    Policies,
}

/// Why there is no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// A rule that webpki knows.
    Known(Error),
    /// One that it does not.
    Rule(Rule),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Known(error)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(error) => error.fmt(f),
            Self::Rule(rule) => fmt::Debug::fmt(rule, f),
        }
    }
}

/// What webpki is told of a rule that it does not know: it goes on to other paths, and gives it back
/// where there is none. It says this of lists alone, which are not given to it.
const NOT_YOURS: Error = Error::IssuerNotCrlSigner;

/// Builds the path for a TLS server's certificate, the first of `chain`, at the instant `at`: that one
/// first, the root last.
///
/// # Errors
///
/// Why there is none.
pub(crate) fn verified(
    chain: &[CertificateDer<'_>],
    roots: &Roots,
    at: UnixTime,
) -> Result<Vec<CertificateDer<'static>>, Refused> {
    let (own, others) = chain.split_first().ok_or(Error::UnknownIssuer)?;
    let own = Known::of_server(own);
    let others: Vec<Known<'_>> = others.iter().map(Known::of).collect();
    let all = std::iter::once(&own).chain(&others);
    let masks: Vec<&Mask> = all.filter_map(Known::mask).collect();
    if own.is_a_mask(&masks) {
        return Err(Refused::Known(Error::InvalidSignatureForPublicKey));
    }
    let genuine = others.iter().filter(|one| !one.is_a_mask(&masks));
    let others = prune::of_use(&own, genuine.collect(), roots);
    let shown_own = own.shown();
    let certificate = EndEntityCert::try_from(&shown_own)?;
    let shown: Vec<CertificateDer<'_>> = others.iter().map(|one| one.shown()).collect();
    let judge = Judge {
        own: &own,
        others: &others,
        roots,
        at,
        broken: Cell::new(None),
        patience: Patience::default(),
    };
    let algorithms = provider().signature_verification_algorithms.all;
    let unmasking: Vec<Unmasking<'_>> = algorithms
        .iter()
        .map(|inner| Unmasking {
            inner: *inner,
            masks: &masks,
        })
        .collect();
    let unmasking: Vec<&dyn SignatureVerificationAlgorithm> = unmasking
        .iter()
        .map(|one| one as &dyn SignatureVerificationAlgorithm)
        .collect();
    let holds = |path: &VerifiedPath<'_>| judge.holds(path);
    let path = certificate.verify_for_usage(
        &unmasking,
        roots.anchors(),
        &shown,
        at,
        KeyUsage::server_auth(),
        None,
        // webpki takes a trust anchor's own validity and constraints for none of its business.
        Some(&holds),
    );
    match (path, judge.broken.get()) {
        (Ok(path), _) => Ok(judge.whole(&path)),
        (Err(NOT_YOURS), Some(rule)) => Err(Refused::Rule(rule)),
        (Err(error), _) => Err(Refused::Known(error)),
    }
}

/// Whether a server's certificate is for `name`.
///
/// # Errors
///
/// When the certificate cannot be read so far as to tell.
pub(crate) fn is_for_name(
    certificate: &CertificateDer<'_>,
    name: &rustls_pki_types::ServerName<'_>,
) -> Result<bool, Error> {
    let known = Known::of_server(certificate);
    let shown = known.shown();
    let certificate = EndEntityCert::try_from(&shown)?;
    Ok(certificate.verify_is_valid_for_subject_name(name).is_ok())
}

/// What judges a path that webpki has found.
struct Judge<'a> {
    own: &'a Known<'a>,
    others: &'a [&'a Known<'a>],
    roots: &'a Roots,
    at: UnixTime,
    /// The rule that the last path broke.
    broken: Cell<Option<Rule>>,
    patience: Patience,
}

impl Judge<'_> {
    /// The CAs of a path between the server's own certificate and the root, from below.
    fn authorities(&self, path: &VerifiedPath<'_>) -> Vec<&Known<'_>> {
        let known = |der: &[u8]| {
            let mut others = self.others.iter().copied();
            others.find(|one| one.is_shown_as(der))
        };
        let all = path.intermediate_certificates();
        all.filter_map(|one| known(&one.der())).collect()
    }

    fn whole(&self, path: &VerifiedPath<'_>) -> Vec<CertificateDer<'static>> {
        let authorities = self.authorities(path);
        let below = std::iter::once(self.own).chain(authorities);
        let below = below.map(|one| one.original.clone().into_owned());
        below
            .chain(root_in_time(self.roots, path, self.at).cloned())
            .collect()
    }

    /// Whether webpki's path is one by the rules that it does not know.
    fn holds(&self, path: &VerifiedPath<'_>) -> Result<(), Error> {
        let authorities = self.authorities(path);
        let broken = |rule| {
            self.broken.set(Some(rule));
            Err(NOT_YOURS)
        };
        let root = root_in_time(self.roots, path, self.at).ok_or(Error::CertExpired {
            time: self.at,
            not_after: self.at,
        })?;
        // RFC 5280 §6.1.4 (l) and (m): a CA that issued itself does not count.
        let counted = |below: usize| {
            let all = authorities.iter().take(below);
            u32::try_from(all.filter(|one| !one.itself).count()).unwrap_or(u32::MAX)
        };
        let limits = authorities.iter().map(|one| one.most_below);
        let limits = limits.chain([most_below(root)?]).enumerate();
        if limits
            .into_iter()
            .any(|(below, most)| most.is_some_and(|most| counted(below) > most))
        {
            return Err(Error::PathLenConstraintViolated);
        }
        if authorities.iter().any(|one| !one.may_issue) {
            return broken(Rule::Usage);
        }
        let masked =
            self.own.mask().is_some() || self.others.iter().any(|one| one.mask().is_some());
        if masked || path.anchor().name_constraints.is_some() {
            within_constraints(&self.whole(path), &self.patience)?;
        }
        let limited = std::iter::once(self.own).chain(authorities.iter().copied());
        if limited.clone().any(|one| one.limits_policies) {
            let below: Vec<_> = limited.map(|one| one.original.clone()).collect();
            if !policies::hold(&below) {
                return broken(Rule::Policies);
            }
        }
        Ok(())
    }
}
