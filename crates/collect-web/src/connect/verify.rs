//! The path from a server's certificate to a root: webpki's, and what it leaves out — the root's own
//! limits, and constraints on subjects.

use super::anchor::{root_in_time, root_keeps};
use super::subjects::{Mask, Unmasking, within_constraints};
use super::{Roots, provider};
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage, VerifiedPath};

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
) -> Result<Vec<CertificateDer<'static>>, Error> {
    let (own, others) = chain.split_first().ok_or(Error::UnknownIssuer)?;
    let certificate = EndEntityCert::try_from(own)?;
    let masks: Vec<Mask> = others.iter().filter_map(Mask::of).collect();
    let shown: Vec<CertificateDer<'_>> = others
        .iter()
        .map(|other| {
            let mask = masks.iter().find(|mask| mask.original == *other);
            mask.map_or_else(|| other.clone(), |mask| mask.shown.clone())
        })
        .collect();
    let whole = |path: &VerifiedPath<'_>| {
        let mut built = vec![own.clone().into_owned()];
        for intermediate in path.intermediate_certificates() {
            let der = intermediate.der();
            let mask = masks.iter().find(|mask| mask.shown == der);
            built.push(mask.map_or_else(|| der.into_owned(), |mask| mask.original.clone()));
        }
        built.extend(root_in_time(roots, path, at).cloned());
        built
    };
    let holds = |path: &VerifiedPath<'_>| {
        root_keeps(roots, path, at)?;
        if masks.is_empty() && path.anchor().name_constraints.is_none() {
            return Ok(());
        }
        within_constraints(&whole(path))
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
    let path = certificate.verify_for_usage(
        &unmasking,
        roots.anchors(),
        &shown,
        at,
        KeyUsage::server_auth(),
        None,
        // webpki takes a trust anchor's own validity and constraints for none of its business.
        Some(&holds),
    )?;
    Ok(whole(&path))
}
