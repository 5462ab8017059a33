//! certificatePolicies of a public server's certificate (BR §7.1.2.7.9), by which it says how its
//! owner was validated.

use super::super::Findings;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{ParsedExtension, PolicyInformation};

const RULE: &str = "BR §7.1.2.7.9";

/// Any policy (RFC 5280 §4.2.1.4).
const ANY: &str = "2.5.29.32.0";

/// A pointer to a practice statement, the only qualifier.
const STATEMENT: &str = "1.3.6.1.5.5.7.2.1";

/// How the owner was validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Validated {
    Domain,
    Organization,
    Individual,
    Extended,
}

/// The Forum's policies.
const RESERVED: [(&str, Validated); 4] = [
    ("2.23.140.1.1", Validated::Extended),
    ("2.23.140.1.2.1", Validated::Domain),
    ("2.23.140.1.2.2", Validated::Organization),
    ("2.23.140.1.2.3", Validated::Individual),
];

impl Validated {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Domain => "domain validated",
            Self::Organization => "organisation validated",
            Self::Individual => "individual validated",
            Self::Extended => "extended validated",
        }
    }

    /// The section of its profile.
    pub(super) fn rule(self) -> &'static str {
        match self {
            Self::Domain => "BR §7.1.2.7.2",
            Self::Individual => "BR §7.1.2.7.3",
            Self::Organization => "BR §7.1.2.7.4",
            Self::Extended => "BR §7.1.2.7.5",
        }
    }
}

/// For a server's own certificate; gives how its owner was validated, where it says so once.
pub(super) fn server(
    certificate: &X509Certificate<'_>,
    findings: &mut Findings<'_>,
) -> Option<Validated> {
    let Some(named) = named(certificate) else {
        findings.add(
            true,
            "policies-missing",
            RULE,
            "it has no certificatePolicies",
        );
        return None;
    };
    let ids: Vec<String> = named
        .iter()
        .map(|one| one.policy_id.to_id_string())
        .collect();
    let mut reserved = RESERVED
        .iter()
        .filter(|(id, _)| ids.iter().any(|own| own == id))
        .map(|(_, validated)| *validated);
    let (first, second) = (reserved.next(), reserved.next());
    findings.add(
        first.is_none(),
        "policy-of-the-forum-missing",
        RULE,
        "its certificatePolicies name none of the Forum's (2.23.140.1.2.1 to 3, 2.23.140.1.1)",
    );
    findings.add(
        second.is_some(),
        "policy-of-the-forum-twice",
        RULE,
        "its certificatePolicies name more than one of the Forum's, so that nobody knows how its owner was validated",
    );
    findings.add(
        ids.iter().any(|id| id == ANY),
        "policy-any",
        RULE,
        "its certificatePolicies name any policy (anyPolicy)",
    );
    let qualifiers = named
        .iter()
        .filter_map(|one| one.policy_qualifiers.as_ref());
    let other = |id: &String| id != STATEMENT;
    let mut ids = qualifiers
        .flatten()
        .map(|one| one.policy_qualifier_id.to_id_string());
    findings.add(
        ids.any(|id| other(&id)),
        "policy-qualifier",
        RULE,
        "its certificatePolicies have a qualifier that is no pointer to a practice statement (id-qt-cps)",
    );
    first.filter(|_| second.is_none())
}

/// Whether it names any policy at all.
pub(super) fn has_any(certificate: &X509Certificate<'_>) -> bool {
    named(certificate).is_some()
}

fn named<'c>(certificate: &'c X509Certificate<'_>) -> Option<&'c [PolicyInformation<'c>]> {
    let mut all = certificate.extensions().iter();
    all.find_map(|extension| {
        if let ParsedExtension::CertificatePolicies(policies) = extension.parsed_extension() {
            Some(policies.as_slice())
        } else {
            None
        }
    })
}
