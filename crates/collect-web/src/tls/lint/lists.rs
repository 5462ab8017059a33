//! Extensions that are lists, of policies and of places: none may be empty (RFC 5280 §4.2.1.4, §4.2.1.11,
//! §4.2.1.13 and §4.2.2.1).

use super::Findings;
use std::collections::BTreeSet;
use x509_parser::extensions::{CRLDistributionPoint, ParsedExtension, X509Extension};

/// For every extension.
pub(super) fn check(extension: &X509Extension<'_>, findings: &mut Findings<'_>) {
    let mut add = |broken: bool, id: &str, rule: &str, message: &str| {
        findings.add(broken, id, rule, message);
    };
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the others are no such lists"
    )]
    match extension.parsed_extension() {
        ParsedExtension::CertificatePolicies(policies) => {
            let ids: BTreeSet<String> = policies
                .iter()
                .map(|policy| policy.policy_id.to_id_string())
                .collect();
            add(
                policies.is_empty(),
                "policies-empty",
                "RFC 5280 §4.2.1.4",
                "its certificatePolicies is empty",
            );
            add(
                ids.len() < policies.len(),
                "policy-twice",
                "RFC 5280 §4.2.1.4",
                "a policy stands in its certificatePolicies twice",
            );
        }
        ParsedExtension::CRLDistributionPoints(points) => {
            add(
                points.iter().next().is_none(),
                "crl-distribution-points-empty",
                "RFC 5280 §4.2.1.13",
                "its cRLDistributionPoints is empty",
            );
            let nowhere = |point: &CRLDistributionPoint<'_>| {
                point.distribution_point.is_none() && point.crl_issuer.is_none()
            };
            add(
                points.iter().any(nowhere),
                "crl-distribution-point-nowhere",
                "RFC 5280 §4.2.1.13",
                "an entry of its cRLDistributionPoints names neither a place nor an issuer",
            );
        }
        ParsedExtension::AuthorityInfoAccess(access) => add(
            access.accessdescs.is_empty(),
            "authority-info-access-empty",
            "RFC 5280 §4.2.2.1",
            "its authorityInfoAccess is empty",
        ),
        ParsedExtension::PolicyConstraints(constraints) => add(
            constraints.require_explicit_policy.is_none()
                && constraints.inhibit_policy_mapping.is_none(),
            "policy-constraints-empty",
            "RFC 5280 §4.2.1.11",
            "its policyConstraints is empty",
        ),
        _ => {}
    }
}
