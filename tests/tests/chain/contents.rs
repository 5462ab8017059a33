//! What stands in fields and extensions: bounds, empty lists, signatures that are none, dates across a path.

use super::der::{bits, der, integer, name, oid, sequence, set};
use super::made::{ACCESS, BASIC, CONSTRAINTS, LISTS, NAMES, POLICIES, SUBJECT_KEY};
use super::values::{constraints, dns};
use super::world::{Case, World, fails, passes};

const PATH: &str = "trusted-path";
const LINTS: &str = "certificate-lints";
const BOUNDS: &str = "RFC 5280 appendix A.1";

fn organisation(world: &mut World, letters: usize) {
    let value = "o".repeat(letters);
    let part = |kind: &str, text: &str| set(&[sequence(&[oid(kind), der(0x0c, text.as_bytes())])]);
    world.leaf().subject =
        sequence(&[part("2.5.4.10", &value), part("2.5.4.3", "api.example.com")]);
}

fn key(world: &mut World, id: &str, octets: usize) {
    world.private = true;
    world.leaf().public = Some(sequence(&[sequence(&[oid(id)]), bits(&vec![9; octets])]));
}

/// The server's certificate with this signature.
fn signed(world: &mut World, change: fn(&mut Vec<Vec<u8>>) -> Vec<u8>) {
    world.leaf().parts = Some(change);
}

/// A name of so many octets, in labels of 49.
fn long(octets: usize) -> String {
    let mut text = "a".repeat(octets);
    for place in (49..octets).step_by(50) {
        text.replace_range(place..=place, ".");
    }
    text
}

pub(crate) const CASES: &[Case] = &[
    // Bounds.
    passes("an organisation of 64 characters", BOUNDS, |world| {
        organisation(world, 64)
    }),
    fails(
        "an organisation of 65 characters",
        BOUNDS,
        (LINTS, "64 are the most"),
        |world| organisation(world, 65),
    ),
    fails(
        "a country of three letters",
        BOUNDS,
        (LINTS, "2 are the most"),
        |world| world.leaf().subject = name("C=DEU/CN=api.example.com"),
    ),
    fails(
        "a DNS name of more than 253 octets",
        "RFC 5280 §4.2.1.6",
        (LINTS, "syntax"),
        |world| {
            let name = long(258);
            world
                .leaf()
                .set(NAMES, false, dns(&["api.example.com", &name]));
        },
    ),
    passes(
        "a name of one label below a root of one's own",
        "RFC 9525 §6.3",
        |world| {
            world.asked = "localhost";
            world.leaf().subject = name("O=Test");
            world.leaf().set(NAMES, false, dns(&["localhost"]));
        },
    ),
    fails(
        "a number of CAs that is negative",
        "RFC 5280 §4.2.1.9",
        (PATH, ""),
        |world| {
            let value = sequence(&[vec![1, 1, 0xff], integer(&[0xff])]);
            world.ca().set(BASIC, true, value);
        },
    ),
    fails(
        "a CA's flag that is left out beside a number",
        "RFC 5280 §4.2.1.9",
        (PATH, ""),
        |world| world.ca().set(BASIC, true, sequence(&[integer(&[0])])),
    ),
    // Lists that must not be empty.
    fails(
        "an empty list of policies",
        "RFC 5280 §4.2.1.4",
        (LINTS, ""),
        |world| world.leaf().set(POLICIES, false, sequence(&[])),
    ),
    fails(
        "an empty list of places of lists",
        "RFC 5280 §4.2.1.13",
        (LINTS, ""),
        |world| world.leaf().set(LISTS, false, sequence(&[])),
    ),
    fails(
        "a place of lists that is nowhere",
        "RFC 5280 §4.2.1.13",
        (LINTS, ""),
        |world| world.leaf().set(LISTS, false, sequence(&[sequence(&[])])),
    ),
    fails(
        "an empty list of places of the issuer's",
        "RFC 5280 §4.2.2.1",
        (LINTS, ""),
        |world| world.leaf().set(ACCESS, false, sequence(&[])),
    ),
    fails(
        "an empty list of what is permitted",
        "RFC 5280 §4.2.1.10",
        (LINTS, ""),
        |world| {
            world
                .ca()
                .set(CONSTRAINTS, true, sequence(&[der(0xa0, &[])]))
        },
    ),
    fails(
        "a list of limits in another order",
        "RFC 5280 §4.2.1.10",
        (PATH, ""),
        |world| {
            let one = |tag: u8, host: &[u8]| der(tag, &sequence(&[der(0x82, host)]));
            let value = sequence(&[one(0xa1, b"example.org"), one(0xa0, b"example.com")]);
            world.ca().set(CONSTRAINTS, true, value);
        },
    ),
    fails(
        "a limit to a name with a dot at its end",
        "RFC 5280 §4.2.1.10",
        (LINTS, "no DNS name"),
        |world| {
            let limit = constraints(
                &[der(0x82, b"example.com."), der(0x82, b"example.com")],
                &[],
            );
            world.ca().set(CONSTRAINTS, true, limit);
        },
    ),
    // Keys that prove nothing.
    fails(
        "a key of X25519",
        "RFC 8410 §3",
        (LINTS, "cannot sign"),
        |world| key(world, "1.3.101.110", 32),
    ),
    fails(
        "a key of X448",
        "RFC 8410 §3",
        (LINTS, "cannot sign"),
        |world| key(world, "1.3.101.111", 56),
    ),
    fails(
        "a public key of Ed448",
        "BR §6.1.5",
        ("baseline-requirements", "Ed448"),
        |world| {
            key(world, "1.3.101.113", 57);
            world.private = false;
        },
    ),
    passes("a private key of Ed448", "RFC 8410 §3", |world| {
        key(world, "1.3.101.113", 57)
    }),
    // Signatures.
    fails(
        "a signature of no octets",
        "RFC 5280 §4.1.1.3",
        (PATH, "signature"),
        |world| {
            signed(world, |all| {
                all[2] = bits(&[]);
                sequence(all)
            })
        },
    ),
    fails(
        "a signature of zeros",
        "RFC 5280 §4.1.1.3",
        (PATH, "signature"),
        |world| {
            signed(world, |all| {
                all[2] = bits(&sequence(&[integer(&[0]), integer(&[0])]));
                sequence(all)
            })
        },
    ),
    fails(
        "a signature with an octet behind it",
        "RFC 5280 §4.1.1.3",
        (PATH, "signature"),
        |world| {
            signed(world, |all| {
                let with_one = [&all[2][3..], &[0]].concat();
                all[2] = bits(&with_one);
                sequence(all)
            })
        },
    ),
    fails(
        "a signature by RSASSA-PSS with its defaults",
        "RFC 4055 §3.1",
        ("strong-signature", "SHA1"),
        |world| {
            world.ca().key = "rsa";
            let id = sequence(&[oid("1.2.840.113549.1.1.10"), sequence(&[])]);
            world.leaf().algorithm = Some(id);
        },
    ),
    fails(
        "a signature by RSASSA-PSS that is PKCS #1's",
        "RFC 8017 §8.1",
        (PATH, ""),
        |world| {
            world.ca().key = "rsa";
            let hash = sequence(&[oid("2.16.840.1.101.3.4.2.1"), vec![5, 0]]);
            let mask = sequence(&[oid("1.2.840.113549.1.1.8"), hash.clone()]);
            let parameters = sequence(&[
                der(0xa0, &hash),
                der(0xa1, &mask),
                der(0xa2, &integer(&[32])),
            ]);
            world.leaf().algorithm = Some(sequence(&[oid("1.2.840.113549.1.1.10"), parameters]));
        },
    ),
    fails(
        "a signature by a hash of 224 bits",
        "BR §7.1.3.2",
        ("baseline-requirements", "SHA224"),
        |world| {
            world.leaf().algorithm = Some(sequence(&[oid("1.2.840.10045.4.3.1")]));
        },
    ),
    // Dates across a path need not lie within each other.
    passes(
        "a server's that ends after its CA's",
        "RFC 5280 §6.1.3 (a)(2)",
        |world| world.ca().until = "260615000000Z",
    ),
    passes(
        "a server's that began before its CA's",
        "RFC 5280 §6.1.3 (a)(2)",
        |world| world.ca().from = "260420000000Z",
    ),
    fails(
        "a root that ends before all below it",
        "RFC 5280 §6.1.1 (d)",
        ("not-expiring", "the root"),
        |world| world.root().until = "260515000000Z",
    ),
    // What nobody needs.
    passes(
        "a critical extension of a certificate that is not needed",
        "RFC 4158 §2.4",
        |world| {
            world.one("stranger").set("1.3.9999.3", true, vec![5, 0]);
            world.served.push("stranger");
        },
    ),
    passes(
        "an over certificate that is not needed",
        "RFC 4158 §2.4",
        |world| {
            world.one("stranger").until = "210101000000Z";
            world.served.push("stranger");
        },
    ),
    passes(
        "a CA whose identifier of its key is empty of meaning",
        "RFC 5280 §4.2.1.2",
        |world| {
            world
                .leaf()
                .set(SUBJECT_KEY, false, der(4, b"any octets will do"));
        },
    ),
];
