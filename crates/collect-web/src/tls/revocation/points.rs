//! Where a certificate says that lists of revoked certificates are.

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{DistributionPointName, GeneralName, ParsedExtension};

/// Where a certificate says that lists are (cRLDistributionPoints).
pub(super) fn points(certificate: &X509Certificate<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for extension in certificate.extensions() {
        if let ParsedExtension::CRLDistributionPoints(points) = extension.parsed_extension() {
            for point in points.iter() {
                // One for some reasons only, or by another issuer, is not the whole story.
                if point.reasons.is_some() || point.crl_issuer.is_some() {
                    continue;
                }
                if let Some(DistributionPointName::FullName(names)) = &point.distribution_point {
                    let uri = |name: &GeneralName<'_>| {
                        if let GeneralName::URI(uri) = name {
                            Some((*uri).to_owned())
                        } else {
                            None
                        }
                    };
                    found.extend(names.iter().filter_map(uri));
                }
            }
        }
    }
    found
}
