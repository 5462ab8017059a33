//! Where the issuer's certificate, its answers and its lists are (BR §7.1.2.7.7, §7.1.2.11.2).

use super::super::Findings;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{
    AccessDescription, CRLDistributionPoint, DistributionPointName, GeneralName, ParsedExtension,
};

const DAY: i64 = 86_400;

/// The ways of authorityInfoAccess: to the issuer's answers (id-ad-ocsp), and to its certificate
/// (id-ad-caIssuers).
const ANSWERS: &str = "1.3.6.1.5.5.7.48.1";
const ISSUERS: &str = "1.3.6.1.5.5.7.48.2";

/// For a server's own certificate.
pub(super) fn server(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let access = access(certificate);
    let rule = "BR §7.1.2.7.7";
    findings.add(
        access.is_none(),
        "authority-info-access-missing",
        rule,
        "it has no authorityInfoAccess",
    );
    let ways: Vec<(String, Option<String>)> = access
        .into_iter()
        .flatten()
        .map(|one| (one.access_method.to_id_string(), uri(&one.access_location)))
        .collect();
    findings.add(
        !ways.iter().all(|(_, place)| is_http(place.as_deref())),
        "authority-info-access-scheme",
        rule,
        "a place in its authorityInfoAccess is not of the scheme http",
    );
    findings.add(
        !ways.iter().all(|(way, _)| [ANSWERS, ISSUERS].contains(&way.as_str())),
        "authority-info-access-way",
        rule,
        "its authorityInfoAccess names another way than to answers (OCSP) and to the issuer's certificate",
    );
    let answers = ways.iter().any(|(way, _)| way == ANSWERS);
    let points = points(certificate);
    lists(points, findings);
    findings.add(
        points.is_none_or(|points| points.is_empty()) && !answers && !is_short_lived(certificate),
        "revocation-not-told",
        "BR §7.1.2.11.2",
        "it names neither a list nor a responder that would tell that it is revoked",
    );
}

/// For a CA's below the root.
pub(super) fn authority(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let points = points(certificate);
    lists(points, findings);
    findings.add(
        points.is_none(),
        "ca-revocation-not-told",
        "BR §7.1.2.11.2",
        "it is a CA's and names no list that would tell that it is revoked (cRLDistributionPoints)",
    );
}

/// How lists are named.
fn lists(points: Option<&[CRLDistributionPoint<'_>]>, findings: &mut Findings<'_>) {
    let points = points.unwrap_or_default();
    let rule = "BR §7.1.2.11.2";
    let mut places = Vec::new();
    let mut whole = true;
    for point in points {
        whole &= point.reasons.is_none() && point.crl_issuer.is_none();
        match &point.distribution_point {
            Some(DistributionPointName::FullName(names)) => {
                places.extend(names.iter().map(uri));
            }
            Some(_) | None => whole = false,
        }
    }
    findings.add(
        !places.iter().all(|place| is_http(place.as_deref())),
        "crl-distribution-point-scheme",
        rule,
        "a place in its cRLDistributionPoints is not of the scheme http",
    );
    findings.add(
        !whole,
        "crl-distribution-point-form",
        rule,
        "its cRLDistributionPoints name a list by another form than its full name, or one of some reasons or another issuer",
    );
}

fn access<'c>(certificate: &'c X509Certificate<'_>) -> Option<&'c [AccessDescription<'c>]> {
    let mut all = certificate.extensions().iter();
    all.find_map(|extension| {
        if let ParsedExtension::AuthorityInfoAccess(access) = extension.parsed_extension() {
            Some(access.accessdescs.as_slice())
        } else {
            None
        }
    })
}

fn points<'c>(certificate: &'c X509Certificate<'_>) -> Option<&'c [CRLDistributionPoint<'c>]> {
    let mut all = certificate.extensions().iter();
    all.find_map(|extension| {
        if let ParsedExtension::CRLDistributionPoints(points) = extension.parsed_extension() {
            Some(points.points.as_slice())
        } else {
            None
        }
    })
}

/// The place, in lower case; none where it is none of a URI.
fn uri(name: &GeneralName<'_>) -> Option<String> {
    if let GeneralName::URI(place) = name {
        Some(place.to_ascii_lowercase())
    } else {
        None
    }
}

fn is_http(place: Option<&str>) -> bool {
    place.is_some_and(|place| place.starts_with("http://"))
}

/// So short that nobody need tell that it is revoked (BR §1.6.1): ten days, and seven since March 2026.
fn is_short_lived(certificate: &X509Certificate<'_>) -> bool {
    let validity = certificate.validity();
    let from = validity.not_before.timestamp();
    let most = if from >= 1_773_532_800 { 7 } else { 10 };
    validity.not_after.timestamp() - from < most * DAY
}
