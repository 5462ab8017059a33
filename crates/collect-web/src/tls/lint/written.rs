//! How algorithms and names are written: the parameters that go with an algorithm, and the kind of string
//! that goes with an attribute.

use super::Findings;
use x509_parser::asn1_rs::{Any, Tag};
use x509_parser::certificate::X509Certificate;
use x509_parser::x509::{AlgorithmIdentifier, X509Name};

/// Attributes of a DirectoryString (RFC 5280 appendix A.1): names of persons, organisations, places.
const DIRECTORY: [&str; 13] = [
    "2.5.4.3", "2.5.4.4", "2.5.4.7", "2.5.4.8", "2.5.4.9", "2.5.4.10", "2.5.4.11", "2.5.4.12",
    "2.5.4.15", "2.5.4.17", "2.5.4.41", "2.5.4.42", "2.5.4.65",
];
/// countryName, serialNumber, dnQualifier.
const PRINTABLE: [&str; 3] = ["2.5.4.6", "2.5.4.5", "2.5.4.46"];
/// emailAddress, domainComponent.
const IA5: [&str; 2] = ["1.2.840.113549.1.9.1", "0.9.2342.19200300.100.1.25"];

/// The most characters of an attribute (RFC 5280 appendix A.1, upper bounds).
const LONGEST: [(&str, usize); 9] = [
    ("2.5.4.3", 64),
    ("2.5.4.5", 64),
    ("2.5.4.6", 2),
    ("2.5.4.7", 128),
    ("2.5.4.8", 128),
    ("2.5.4.10", 64),
    ("2.5.4.11", 64),
    ("2.5.4.12", 64),
    ("1.2.840.113549.1.9.1", 255),
];

/// For every certificate.
pub(super) fn check(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    parameters(&certificate.signature_algorithm, "signature", findings);
    parameters(&certificate.public_key().algorithm, "key", findings);
    attributes(certificate.issuer(), "issuer", findings);
    attributes(certificate.subject(), "subject", findings);
}

/// What stands beside the identifier of an algorithm.
enum Wanted {
    Null,
    Nothing,
    /// The identifier of a curve.
    Curve,
}

fn parameters(algorithm: &AlgorithmIdentifier<'_>, of: &str, findings: &mut Findings<'_>) {
    let oid = algorithm.algorithm.to_id_string();
    let (wanted, rule) = match oid.as_str() {
        // rsaEncryption; PKCS #1 v1.5 with MD5, SHA-1 and SHA-2.
        "1.2.840.113549.1.1.1" => (Wanted::Null, "RFC 3279 §2.3.1"),
        "1.2.840.113549.1.1.4" | "1.2.840.113549.1.1.5" => (Wanted::Null, "RFC 3279 §2.2.1"),
        "1.2.840.113549.1.1.11"
        | "1.2.840.113549.1.1.12"
        | "1.2.840.113549.1.1.13"
        | "1.2.840.113549.1.1.14" => (Wanted::Null, "RFC 4055 §5"),
        "1.2.840.10045.2.1" => (Wanted::Curve, "RFC 5480 §2.1.1"),
        "1.2.840.10045.4.1" => (Wanted::Nothing, "RFC 3279 §2.2.3"),
        id if id.starts_with("1.2.840.10045.4.3.") => (Wanted::Nothing, "RFC 5758 §3.2"),
        "1.3.101.110" | "1.3.101.111" | "1.3.101.112" | "1.3.101.113" => {
            (Wanted::Nothing, "RFC 8410 §3")
        }
        _ => return,
    };
    let found = algorithm.parameters.as_ref().map(Any::tag);
    let (met, told) = match wanted {
        Wanted::Null => (found == Some(Tag::Null), "NULL"),
        Wanted::Nothing => (found.is_none(), "no parameters"),
        Wanted::Curve => (
            found == Some(Tag::Oid),
            "the name of a curve and not its numbers",
        ),
    };
    findings.add(
        !met,
        "algorithm-parameters",
        rule,
        &format!("the algorithm of its {of} ({oid}) goes with {told}"),
    );
}

fn attributes(name: &X509Name<'_>, of: &str, findings: &mut Findings<'_>) {
    for attribute in name.iter_attributes() {
        let id = attribute.attr_type().to_id_string();
        let bound = LONGEST.iter().find(|(known, _)| *known == id);
        let long = attribute.as_str().map_or(0, |text| text.chars().count());
        if let Some((_, most)) = bound.filter(|(_, most)| long > *most) {
            findings.add(
                true,
                "name-attribute-long",
                "RFC 5280 appendix A.1",
                &format!(
                    "the attribute {id} of its {of} has {long} characters, and {most} are the most"
                ),
            );
        }
        let tag = attribute.attr_value().tag();
        let directory = [
            Tag::PrintableString,
            Tag::Utf8String,
            Tag::TeletexString,
            Tag::BmpString,
            Tag::UniversalString,
        ];
        let (met, told) = if DIRECTORY.contains(&id.as_str()) {
            (directory.contains(&tag), "a DirectoryString")
        } else if PRINTABLE.contains(&id.as_str()) {
            (tag == Tag::PrintableString, "a PrintableString")
        } else if IA5.contains(&id.as_str()) {
            (tag == Tag::Ia5String, "an IA5String")
        } else {
            continue;
        };
        findings.add(
            !met,
            "name-string-type",
            "RFC 5280 appendix A.1",
            &format!("the attribute {id} of its {of} is not {told}"),
        );
        let empty = attribute.as_slice().is_empty();
        findings.add(
            empty,
            "name-attribute-empty",
            "RFC 5280 appendix A.1",
            &format!("the attribute {id} of its {of} is empty"),
        );
    }
}
