//! Extensions (RFC 5280 §4.2) and the profile of a server's certificate (BR §7.1.2.7).

use super::der::{der, integer, name, octets, oid, sequence, yes};
use super::made::{
    ACCESS, AUTHORITY_KEY, BASIC, CONSTRAINTS, Extension, LISTS, NAMES, POLICIES, PURPOSE,
    SUBJECT_KEY, USAGE, timestamps,
};
use super::values::{access, constraints, dns, policies, purposes};
use super::world::{Case, fails, passes};

const LINTS: &str = "certificate-lints";
const PUBLIC: &str = "baseline-requirements";
const SERVER: &str = "1.3.6.1.5.5.7.3.1";

pub(crate) const CASES: &[Case] = &[
    // Any extension.
    fails(
        "an extension twice",
        "RFC 5280 §4.2",
        (LINTS, "twice"),
        |world| {
            let value = Some(purposes(&[SERVER]));
            world.leaf().extensions.push(Extension {
                id: PURPOSE,
                critical: false,
                value,
            });
        },
    ),
    passes("an unknown extension", "RFC 5280 §4.2", |world| {
        world.leaf().set("1.3.9999.3", false, vec![5, 0])
    }),
    fails(
        "an unknown extension that is critical",
        "RFC 5280 §4.2",
        (LINTS, "clients must refuse it"),
        |world| {
            world.leaf().set("1.3.9999.3", true, vec![5, 0]);
        },
    ),
    fails(
        "an unknown critical extension of the CA's",
        "RFC 5280 §6.1.4 (o)",
        ("trusted-path", ""),
        |world| {
            world.ca().set("1.3.9999.3", true, vec![5, 0]);
        },
    ),
    fails(
        "an unknown critical extension of the root's",
        "RFC 5280 §4.2",
        (LINTS, "clients must refuse it"),
        |world| {
            world.root().set("1.3.9999.3", true, vec![5, 0]);
        },
    ),
    fails(
        "a certificate that is a promise of one",
        "RFC 6962 §3.1",
        (LINTS, "clients must refuse it"),
        |world| {
            world
                .leaf()
                .set("1.3.6.1.4.1.11129.2.4.3", true, vec![5, 0]);
        },
    ),
    fails(
        "an extension that is malformed",
        "RFC 5280 §4.2",
        (LINTS, "malformed"),
        |world| {
            world.leaf().set(POLICIES, false, vec![0x30, 9, 1]);
        },
    ),
    // basicConstraints.
    passes(
        "a server's that says that it is no CA's",
        "BR §7.1.2.7.8",
        |world| world.leaf().set(BASIC, true, vec![0x30, 0]),
    ),
    fails(
        "a server's that is a CA's",
        "BR §7.1.2.7.8",
        ("trusted-path", "CA certificate"),
        |world| {
            world.leaf().set(BASIC, true, sequence(&[yes()]));
        },
    ),
    fails(
        "a server's with a number of CAs below it",
        "RFC 5280 §4.2.1.9",
        (LINTS, "pathLenConstraint"),
        |world| {
            world.leaf().set(BASIC, true, sequence(&[integer(&[0])]));
        },
    ),
    fails(
        "a CA's that is not critical",
        "RFC 5280 §4.2.1.9",
        (LINTS, "basicConstraints is not critical"),
        |world| {
            world.ca().critical(BASIC, false);
        },
    ),
    fails(
        "a number of CAs of one that may not sign",
        "RFC 5280 §4.2.1.9",
        (LINTS, "pathLenConstraint"),
        |world| {
            world.ca().depth(0);
            world.ca().set(USAGE, true, vec![3, 2, 1, 2]);
        },
    ),
    // Key identifiers.
    fails(
        "no identifier of the issuer's key",
        "RFC 5280 §4.2.1.1",
        (LINTS, "no authorityKeyIdentifier"),
        |world| world.leaf().without(AUTHORITY_KEY),
    ),
    fails(
        "an identifier of another's key",
        "RFC 5280 §4.2.1.1",
        (LINTS, "not the subjectKeyIdentifier of its issuer"),
        |world| {
            world
                .leaf()
                .set(AUTHORITY_KEY, false, sequence(&[der(0x80, &[7; 20])]));
        },
    ),
    fails(
        "an identifier of the issuer's key that is critical",
        "RFC 5280 §4.2.1.1",
        (LINTS, "authorityKeyIdentifier is critical"),
        |world| {
            world.leaf().critical(AUTHORITY_KEY, true);
        },
    ),
    fails(
        "an identifier by name and number",
        "BR §7.1.2.11.1",
        (PUBLIC, "names no key"),
        |world| {
            let issuer = der(0xa1, &der(0xa4, &name("O=Test/CN=Root")));
            world
                .leaf()
                .set(AUTHORITY_KEY, false, sequence(&[issuer, der(0x82, &[7])]));
        },
    ),
    fails(
        "a CA without an identifier of its key",
        "RFC 5280 §4.2.1.2",
        (LINTS, "no subjectKeyIdentifier"),
        |world| {
            world.ca().without(SUBJECT_KEY);
            world
                .leaf()
                .set(AUTHORITY_KEY, false, sequence(&[der(0x80, &[7; 20])]));
        },
    ),
    fails(
        "an identifier of the own key that is critical",
        "RFC 5280 §4.2.1.2",
        (LINTS, "subjectKeyIdentifier is critical"),
        |world| {
            world.leaf().set(SUBJECT_KEY, true, octets(&[7; 20]));
        },
    ),
    // subjectAltName.
    passes(
        "names that are critical beside an empty subject",
        "RFC 5280 §4.2.1.6",
        |world| {
            world.leaf().subject = sequence(&[]);
            world.leaf().critical(NAMES, true);
        },
    ),
    fails(
        "names that are not critical beside an empty subject",
        "RFC 5280 §4.2.1.6",
        (LINTS, "subjectAltName is not critical"),
        |world| {
            world.leaf().subject = sequence(&[]);
        },
    ),
    fails(
        "names that are critical beside a subject",
        "BR §7.1.2.7.12",
        (PUBLIC, "subjectAltName is critical"),
        |world| world.leaf().critical(NAMES, true),
    ),
    fails(
        "a mailbox among the names",
        "BR §7.1.2.7.12",
        (PUBLIC, "neither a DNS name nor an IP address"),
        |world| {
            let both = [der(0x82, b"api.example.com"), der(0x81, b"a@example.com")];
            world.leaf().set(NAMES, false, sequence(&both));
        },
    ),
    // The others.
    fails(
        "name constraints of a server's",
        "RFC 5280 §4.2.1.10",
        (LINTS, "nameConstraints stands in"),
        |world| {
            world.leaf().set(
                CONSTRAINTS,
                true,
                constraints(&[der(0x82, b"example.com")], &[]),
            );
        },
    ),
    fails(
        "a place of the issuer's that is critical",
        "RFC 5280 §4.2.2.1",
        (LINTS, "authorityInfoAccess is critical"),
        |world| {
            world
                .leaf()
                .set(ACCESS, true, access("http://ca.example.com/ca.crt"));
        },
    ),
    fails(
        "a place of lists that is critical",
        "BR §7.1.2.7.6",
        (PUBLIC, "cRLDistributionPoints is critical"),
        |world| world.leaf().critical(LISTS, true),
    ),
    fails(
        "a policy twice",
        "RFC 5280 §4.2.1.4",
        (LINTS, "twice"),
        |world| {
            world.leaf().set(
                POLICIES,
                false,
                policies(&["2.23.140.1.2.1", "2.23.140.1.2.1"]),
            );
        },
    ),
    passes("a demand for a staple", "RFC 7633 §4", |world| {
        world
            .leaf()
            .set("1.3.6.1.5.5.7.1.24", false, sequence(&[integer(&[5])]));
    }),
    fails(
        "certificate timestamps that are malformed",
        "RFC 6962 §3.3",
        (LINTS, "malformed"),
        |world| {
            world
                .leaf()
                .set("1.3.6.1.4.1.11129.2.4.2", false, octets(&[0, 9, 0]));
        },
    ),
    passes(
        "names of several kinds in one constraint",
        "RFC 5280 §4.2.1.10",
        |world| {
            let trees = [
                der(0x82, b"example.com"),
                der(0x87, &[192, 0, 2, 0, 255, 255, 255, 0]),
                der(0x81, b"example.org"),
            ];
            world.ca().set(CONSTRAINTS, true, constraints(&trees, &[]));
            world.leaf().set(NAMES, false, dns(&["api.example.com"]));
        },
    ),
    fails(
        "a timestamp's list of another kind",
        "RFC 5280 §4.2",
        (LINTS, "malformed"),
        |world| {
            world
                .leaf()
                .set("1.3.6.1.4.1.11129.2.4.2", false, oid("1.2.3"));
        },
    ),
    passes(
        "certificate timestamps of two logs",
        "RFC 6962 §3.3",
        |world| {
            let value = timestamps(&[(1, 1_775_000_000), (2, 1_775_000_000)]);
            world.leaf().set("1.3.6.1.4.1.11129.2.4.2", false, value);
        },
    ),
    fails(
        "a certificate timestamp from the future",
        "RFC 6962 §5.2",
        (LINTS, "from the future"),
        |world| {
            let value = timestamps(&[(1, 1_775_000_000), (2, 1_780_000_000)]);
            world.leaf().set("1.3.6.1.4.1.11129.2.4.2", false, value);
        },
    ),
];
