//! How names and algorithms are written: the kind of string that goes with an attribute, the parameters
//! that go with an algorithm.

use super::der::{bits, der, integer, name_of, oid, sequence, set};
use super::world::{Case, HOST, World, fails, passes};

const LINTS: &str = "certificate-lints";

fn subject(world: &mut World, kind: &str, tag: u8, value: &[u8]) {
    let own = set(&[sequence(&[oid(kind), der(tag, value)])]);
    let common = set(&[sequence(&[oid("2.5.4.3"), der(0x0c, HOST.as_bytes())])]);
    world.leaf().subject = sequence(&[own, common]);
}

pub(crate) const CASES: &[Case] = &[
    // Names.
    passes(
        "a subject in PrintableString",
        "RFC 5280 §4.1.2.6",
        |world| world.leaf().subject = name_of("O=Test/CN=api.example.com", 0x13),
    ),
    passes(
        "a country in PrintableString",
        "RFC 5280 appendix A.1",
        |world| subject(world, "2.5.4.6", 0x13, b"DE"),
    ),
    fails(
        "a country in UTF8String",
        "RFC 5280 appendix A.1",
        (LINTS, "PrintableString"),
        |world| subject(world, "2.5.4.6", 0x0c, b"DE"),
    ),
    fails(
        "an organisation in IA5String",
        "RFC 5280 appendix A.1",
        (LINTS, "DirectoryString"),
        |world| subject(world, "2.5.4.10", 0x16, b"Test"),
    ),
    fails(
        "an organisation that is empty",
        "RFC 5280 appendix A.1",
        (LINTS, "empty"),
        |world| subject(world, "2.5.4.10", 0x0c, b""),
    ),
    fails(
        "a mailbox in UTF8String",
        "RFC 5280 appendix A.1",
        (LINTS, "IA5String"),
        |world| subject(world, "1.2.840.113549.1.9.1", 0x0c, b"root@example.com"),
    ),
    fails(
        "an asterisk in PrintableString",
        "X.680 §41.4",
        (LINTS, "characters"),
        |world| subject(world, "2.5.4.10", 0x13, b"*"),
    ),
    fails(
        "octets that are no UTF-8",
        "X.680 §41",
        (LINTS, "characters"),
        |world| subject(world, "2.5.4.10", 0x0c, &[0xff, 0xfe]),
    ),
    fails(
        "attributes of one part in another order",
        "X.690 §11.6",
        (LINTS, "order"),
        |world| {
            let part =
                |kind: &str, value: &str| sequence(&[oid(kind), der(0x0c, value.as_bytes())]);
            let both = set(&[part("2.5.4.3", HOST), part("2.5.4.10", "Test")]);
            world.leaf().subject = sequence(&[both]);
        },
    ),
    passes(
        "attributes of one part in their order",
        "X.690 §11.6",
        |world| {
            let part =
                |kind: &str, value: &str| sequence(&[oid(kind), der(0x0c, value.as_bytes())]);
            let both = set(&[part("2.5.4.10", "Test"), part("2.5.4.11", "A unit of Test")]);
            let common = set(&[part("2.5.4.3", HOST)]);
            world.leaf().subject = sequence(&[both, common]);
        },
    ),
    // Algorithms.
    fails(
        "ECDSA with NULL",
        "RFC 5758 §3.2",
        (LINTS, "no parameters"),
        |world| {
            world.leaf().algorithm = Some(sequence(&[oid("1.2.840.10045.4.3.2"), vec![5, 0]]));
        },
    ),
    fails(
        "RSA without NULL",
        "RFC 4055 §5",
        (LINTS, "NULL"),
        |world| {
            world.ca().key = "rsa";
            world.leaf().algorithm = Some(sequence(&[oid("1.2.840.113549.1.1.11")]));
        },
    ),
    fails(
        "Ed25519 with NULL",
        "RFC 8410 §3",
        (LINTS, "no parameters"),
        |world| {
            world.ca().key = "ed25519";
            world.leaf().algorithm = Some(sequence(&[oid("1.3.101.112"), vec![5, 0]]));
        },
    ),
    fails(
        "an RSA key without NULL",
        "RFC 3279 §2.3.1",
        (LINTS, "NULL"),
        |world| {
            world.leaf().key = "rsa";
            world.leaf().fields = Some(|all| {
                // The NULL goes, and the lengths around it.
                let head = sequence(&[oid("1.2.840.113549.1.1.1")]);
                let with_null = sequence(&[oid("1.2.840.113549.1.1.1"), vec![5, 0]]);
                let rest = all[6]
                    .get(4 + with_null.len()..)
                    .unwrap_or_default()
                    .to_vec();
                all[6] = sequence(&[head, rest]);
            });
        },
    ),
    fails(
        "a curve by its numbers",
        "RFC 5480 §2.1.1",
        (LINTS, "the name of a curve"),
        |world| {
            let numbers = sequence(&[integer(&[1])]);
            let point = [&[4][..], &[1; 64]].concat();
            world.leaf().public = Some(sequence(&[
                sequence(&[oid("1.2.840.10045.2.1"), numbers]),
                bits(&point),
            ]));
        },
    ),
    fails(
        "a curve that is the CA's",
        "RFC 5480 §2.1.1",
        (LINTS, "the name of a curve"),
        |world| {
            let point = [&[4][..], &[1; 64]].concat();
            world.leaf().public = Some(sequence(&[
                sequence(&[oid("1.2.840.10045.2.1"), vec![5, 0]]),
                bits(&point),
            ]));
        },
    ),
];
