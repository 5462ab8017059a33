//! What the subject of a public server's certificate may say, by how its owner was validated
//! (BR §7.1.2.7.2 to 7.1.2.7.5, §7.1.4), and what that of a CA must say (§7.1.2.10.2).

use super::super::Findings;
use super::policies::Validated;
use crate::dns::printable;
use x509_parser::certificate::X509Certificate;

const COMMON_NAME: &str = "2.5.4.3";
const SERIAL_NUMBER: &str = "2.5.4.5";
const COUNTRY: &str = "2.5.4.6";
const LOCALITY: &str = "2.5.4.7";
const STATE: &str = "2.5.4.8";
const STREET: &str = "2.5.4.9";
const ORGANIZATION: &str = "2.5.4.10";
const BUSINESS_CATEGORY: &str = "2.5.4.15";
const DOMAIN_COMPONENT: &str = "0.9.2342.19200300.100.1.25";
const SURNAME: &str = "2.5.4.4";
const GIVEN_NAME: &str = "2.5.4.42";
const JURISDICTION: &str = "1.3.6.1.4.1.311.60.2.1.3";

/// The names of attributes for messages.
const NAMES: [(&str, &str); 12] = [
    (COMMON_NAME, "commonName"),
    (SERIAL_NUMBER, "serialNumber"),
    (COUNTRY, "countryName"),
    (LOCALITY, "localityName"),
    (STATE, "stateOrProvinceName"),
    (STREET, "streetAddress"),
    (ORGANIZATION, "organizationName"),
    (BUSINESS_CATEGORY, "businessCategory"),
    (DOMAIN_COMPONENT, "domainComponent"),
    (SURNAME, "surname"),
    (GIVEN_NAME, "givenName"),
    (JURISDICTION, "jurisdictionCountry"),
];

/// For a server's own certificate.
pub(super) fn server(
    certificate: &X509Certificate<'_>,
    validated: Option<Validated>,
    findings: &mut Findings<'_>,
) {
    let attributes = attributes(certificate);
    let has = |id: &str| attributes.iter().any(|(own, _)| own == id);
    forms(&attributes, findings);
    let Some(validated) = validated else {
        return;
    };
    let rule = validated.rule();
    for wanted in wanted(validated) {
        findings.add(
            !has(wanted),
            "subject-incomplete",
            rule,
            &format!(
                "it is {} and its subject has no {}",
                validated.words(),
                shown(wanted)
            ),
        );
    }
    findings.add(
        validated != Validated::Domain && !has(LOCALITY) && !has(STATE),
        "subject-incomplete",
        rule,
        &format!(
            "it is {} and its subject has neither localityName nor stateOrProvinceName",
            validated.words()
        ),
    );
    for (id, _) in &attributes {
        let unfit = match validated {
            Validated::Domain => ![COUNTRY, COMMON_NAME].contains(&id.as_str()),
            Validated::Organization => [SURNAME, GIVEN_NAME].contains(&id.as_str()),
            Validated::Individual | Validated::Extended => false,
        };
        findings.add(
            unfit,
            "subject-not-validated",
            rule,
            &format!(
                "it is {} and its subject has {}, which nobody validated",
                validated.words(),
                shown(id)
            ),
        );
    }
}

/// For a CA's below the root.
pub(super) fn authority(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let attributes = attributes(certificate);
    for wanted in [COUNTRY, ORGANIZATION, COMMON_NAME] {
        findings.add(
            !attributes.iter().any(|(own, _)| own == wanted),
            "ca-subject-incomplete",
            "BR §7.1.2.10.2",
            &format!("it is a CA's and its subject has no {}", shown(wanted)),
        );
    }
}

/// What the subject must say, beside where its owner is.
fn wanted(validated: Validated) -> &'static [&'static str] {
    match validated {
        Validated::Domain => &[],
        Validated::Individual => &[COUNTRY, SURNAME, GIVEN_NAME],
        Validated::Organization => &[COUNTRY, ORGANIZATION],
        Validated::Extended => &[
            COUNTRY,
            ORGANIZATION,
            BUSINESS_CATEGORY,
            JURISDICTION,
            SERIAL_NUMBER,
        ],
    }
}

/// How each attribute is written.
fn forms(attributes: &[(String, Option<String>)], findings: &mut Findings<'_>) {
    for (index, (id, value)) in attributes.iter().enumerate() {
        let mut before = attributes.iter().take(index);
        let may_repeat = [STREET, DOMAIN_COMPONENT].contains(&id.as_str());
        findings.add(
            !may_repeat && before.any(|(other, _)| other == id),
            "subject-attribute-twice",
            "BR §7.1.4.1",
            &format!("its subject has {} more than once", shown(id)),
        );
        // One that is no text is told of by its form.
        let Some(value) = value else {
            continue;
        };
        let says = value.chars().any(char::is_alphanumeric);
        findings.add(
            !value.is_empty() && !says,
            "subject-without-words",
            "BR §7.1.4.2",
            &format!("the {} of its subject says nothing: {:?}", shown(id), value),
        );
        let letters = value.len() == 2 && value.bytes().all(|one| one.is_ascii_uppercase());
        findings.add(
            id == COUNTRY && !letters,
            "subject-country-form",
            "BR §7.1.4.2",
            &format!(
                "the countryName of its subject, {}, is no code of two capital letters",
                printable(value)
            ),
        );
    }
}

/// Kind and text of each attribute; none for what is no text.
fn attributes(certificate: &X509Certificate<'_>) -> Vec<(String, Option<String>)> {
    let all = certificate.subject().iter_attributes();
    all.map(|one| {
        let text = one.as_str().ok().map(str::to_owned);
        (one.attr_type().to_id_string(), text)
    })
    .collect()
}

fn shown(id: &str) -> &str {
    let known = NAMES.iter().find(|(known, _)| *known == id);
    known.map_or(id, |(_, name)| name)
}
