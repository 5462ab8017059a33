//! What is trusted, what is served beside it, and how a CA is found: names, keys, identifiers.

use super::der::{der, integer, name, name_of, octets, oid, sequence};
use super::made::{AUTHORITY_KEY, BASIC, Made, PURPOSE, SUBJECT_KEY, USAGE};
use super::values::purposes;
use super::world::{Case, World, fails, passes};

const PATH: &str = "trusted-path";
const LINTS: &str = "certificate-lints";
const CHAINING: &str = "RFC 5280 §6.1.3 (a)(4)";
const IDENTIFIER: &str = "RFC 5280 §4.2.1.1";

/// The CA's name and key, certified by another root.
fn crossed(world: &mut World) -> &mut Made {
    world.add(
        "other root",
        Made::authority("O=Test/CN=Other Root", "second root", "other root"),
    );
    world.add("cross", Made::authority("O=Test/CN=CA", "ca", "other root"))
}

/// A server's certificate that is trusted itself.
fn pinned(world: &mut World) {
    world.trusted = vec!["leaf"];
    world.served = vec!["leaf"];
}

fn identifier(world: &mut World, parts: &[Vec<u8>]) {
    world.private = true;
    world.leaf().set(AUTHORITY_KEY, false, sequence(parts));
}

/// So many certificates of one name, each of a key that signed none of the others.
fn strangers(world: &mut World, issuer: &str, names: &[&'static str]) {
    for other in names {
        let mut made = Made::authority(issuer, other, "root");
        made.forged = true;
        world.add(other, made);
    }
    world.served.extend(names);
}

const MANY: [&str; 9] = [
    "a",
    "b",
    "c",
    "d",
    "e",
    "f",
    "g",
    "second root",
    "second ca",
];

pub(crate) const CASES: &[Case] = &[
    // What is trusted.
    passes(
        "a root that issued to the server, served too",
        "RFC 5280 §6.1",
        |world| {
            world.private = true;
            world.leaf().by = "root";
            world.served = vec!["leaf", "root"];
        },
    ),
    passes(
        "a root that signed itself wrongly",
        "RFC 5280 §6.1.1 (d)",
        |world| world.root().forged = true,
    ),
    passes(
        "a root that signed itself with SHA-1",
        "RFC 5280 §6.1.1 (d)",
        |world| world.root().algorithm = Some(sequence(&[oid("1.2.840.10045.4.1")])),
    ),
    passes(
        "two roots, one of which is a stranger",
        "RFC 5280 §6.1",
        |world| {
            world.add(
                "stranger",
                Made::authority("O=Other/CN=Root", "second root", "stranger"),
            );
            world.trusted = vec!["stranger", "root"];
        },
    ),
    fails(
        "a stranger's root alone",
        "RFC 5280 §6.1",
        (PATH, "no trusted root"),
        |world| {
            world.add(
                "stranger",
                Made::authority("O=Other/CN=Root", "second root", "stranger"),
            );
            world.trusted = vec!["stranger"];
        },
    ),
    passes(
        "a CA that is trusted, its own issuer unknown",
        "RFC 5280 §6.1.1 (d)",
        |world| {
            world.trusted = vec!["ca"];
            world.served = vec!["leaf"];
        },
    ),
    passes("a pinned certificate", "RFC 5280 §6.1", |world| {
        pinned(world)
    }),
    fails(
        "a pinned certificate that is over",
        "RFC 5280 §4.1.2.5",
        (PATH, ""),
        |world| {
            pinned(world);
            world.leaf().until = "260430000000Z";
        },
    ),
    fails(
        "a pinned certificate for another name",
        "RFC 9525 §6",
        ("name-matches", ""),
        |world| {
            pinned(world);
            world.asked = "b.example.com";
        },
    ),
    fails(
        "a pinned certificate for clients",
        "RFC 5280 §4.2.1.12",
        (PATH, ""),
        |world| {
            pinned(world);
            world
                .leaf()
                .set(PURPOSE, false, purposes(&["1.3.6.1.5.5.7.3.2"]));
        },
    ),
    fails(
        "another of the same key is pinned",
        "RFC 5280 §6.1",
        (PATH, ""),
        |world| {
            let mut twin = Made::server("api.example.com", "ca");
            twin.serial = vec![0x33; 16];
            world.add("twin", twin);
            world.trusted = vec!["twin"];
            world.served = vec!["leaf"];
        },
    ),
    fails(
        "a root of version 1",
        "RFC 5280 §4.1.2.1",
        (LINTS, "version 3"),
        |world| {
            world.root().version = 0;
            world.root().extensions.clear();
        },
    ),
    fails(
        "a root without basicConstraints",
        "RFC 5280 §4.2.1.9",
        (LINTS, "O=Test, CN=Root"),
        |world| world.root().without(BASIC),
    ),
    fails(
        "a root whose key may not sign",
        "RFC 5280 §4.2.1.3",
        (LINTS, "O=Test, CN=Root"),
        |world| world.root().set(USAGE, true, vec![3, 2, 1, 2]),
    ),
    fails(
        "a root without an identifier of its key",
        "RFC 5280 §4.2.1.2",
        (LINTS, "CN=Root"),
        |world| world.root().without(SUBJECT_KEY),
    ),
    // Cross-signs.
    passes(
        "a cross-sign by the root that is trusted",
        "RFC 4158 §2.3",
        |world| {
            crossed(world);
            world.trusted = vec!["other root"];
            world.served = vec!["leaf", "ca", "cross"];
        },
    ),
    passes("two ways to two roots", "RFC 4158 §2.3", |world| {
        crossed(world);
        world.trusted = vec!["other root", "root"];
        world.served = vec!["leaf", "cross", "ca"];
    }),
    passes(
        "a cross-sign that is no CA's beside the true one",
        "RFC 4158 §2.4",
        |world| {
            crossed(world).set(BASIC, true, sequence(&[]));
            world.trusted = vec!["other root", "root"];
            world.served = vec!["leaf", "cross", "ca"];
        },
    ),
    fails(
        "only a cross-sign that is no CA's",
        "RFC 5280 §6.1.4 (k)",
        (PATH, ""),
        |world| {
            crossed(world).set(BASIC, true, sequence(&[]));
            world.trusted = vec!["other root"];
            world.served = vec!["leaf", "cross"];
        },
    ),
    fails(
        "a cross-sign by nobody who is trusted",
        "RFC 5280 §6.1",
        (PATH, "no trusted root"),
        |world| {
            crossed(world);
            world.served = vec!["leaf", "cross"];
        },
    ),
    passes(
        "the root, certified by an older one",
        "RFC 4158 §2.3",
        |world| {
            world.add(
                "old root",
                Made::authority("O=Test/CN=Old Root", "second root", "old root"),
            );
            world.add(
                "bridge",
                Made::authority("O=Test/CN=Root", "root", "old root"),
            );
            world.trusted = vec!["old root"];
            world.served = vec!["leaf", "ca", "bridge"];
        },
    ),
    fails(
        "the root's key under another name",
        CHAINING,
        (PATH, "no trusted root"),
        |world| {
            world.add(
                "renamed",
                Made::authority("O=Test/CN=Renamed", "root", "renamed"),
            );
            world.trusted = vec!["renamed"];
        },
    ),
    // Names from one to the next.
    fails(
        "the issuer's name without its organisation",
        CHAINING,
        (PATH, ""),
        |world| {
            world.leaf().issuer = Some(name("CN=CA"));
        },
    ),
    fails(
        "the issuer's name in another order",
        CHAINING,
        (PATH, ""),
        |world| {
            world.leaf().issuer = Some(name("CN=CA/O=Test"));
        },
    ),
    passes(
        "a CA's name in PrintableString throughout",
        CHAINING,
        |world| {
            world.ca().subject = name_of("O=Test/CN=CA", 0x13);
        },
    ),
    passes("a CA's name of letters of all scripts", CHAINING, |world| {
        world.ca().subject = name("O=Test/CN=\u{8a3c}\u{660e}\u{66f8}");
    }),
    // Identifiers of the issuer's key.
    fails(
        "an identifier of nothing",
        IDENTIFIER,
        (LINTS, "names no key"),
        |world| identifier(world, &[]),
    ),
    fails(
        "an identifier by name and number alone",
        IDENTIFIER,
        (LINTS, "names no key"),
        |world| {
            let issuer = der(0xa1, &der(0xa4, &name("O=Test/CN=Root")));
            identifier(world, &[issuer, der(0x82, &[7])]);
        },
    ),
    fails(
        "a number without a name",
        IDENTIFIER,
        (LINTS, "without the other"),
        |world| identifier(world, &[der(0x80, &[7; 20]), der(0x82, &[7])]),
    ),
    fails(
        "a name without a number",
        IDENTIFIER,
        (LINTS, "without the other"),
        |world| {
            let issuer = der(0xa1, &der(0xa4, &name("O=Test/CN=Root")));
            identifier(world, &[der(0x80, &[7; 20]), issuer]);
        },
    ),
    fails(
        "an identifier that is a text",
        IDENTIFIER,
        (LINTS, "malformed"),
        |world| {
            world.private = true;
            world.leaf().set(AUTHORITY_KEY, false, octets(&[7; 20]));
        },
    ),
    fails(
        "an identifier of the own key that is a number",
        "RFC 5280 §4.2.1.2",
        (LINTS, ""),
        |world| world.leaf().set(SUBJECT_KEY, false, integer(&[7])),
    ),
    passes(
        "an identifier of the own key that is long",
        "RFC 5280 §4.2.1.2",
        |world| world.leaf().set(SUBJECT_KEY, false, octets(&[7; 64])),
    ),
    // Many who are not needed: decided, and soon.
    passes(
        "nine strangers of the issuer's name",
        "RFC 4158 §2.4",
        |world| strangers(world, "O=Test/CN=CA", &MANY),
    ),
    passes(
        "nine strangers of the root's name",
        "RFC 4158 §2.4",
        |world| strangers(world, "O=Test/CN=Root", &MANY),
    ),
    fails(
        "nine strangers of the issuer's name, and not the issuer",
        "RFC 4158 §2.4",
        (PATH, "a signature in the chain is wrong"),
        |world| {
            world.served = vec!["leaf"];
            strangers(world, "O=Test/CN=CA", &MANY);
        },
    ),
    passes("the same CA twenty times", "RFC 4158 §2.4", |world| {
        world.served.extend(["ca"; 20])
    }),
    fails(
        "a stranger twenty times in the place of the CA",
        "RFC 4158 §2.4",
        (PATH, ""),
        |world| {
            world.served = vec!["leaf"];
            strangers(world, "O=Test/CN=CA", &["a"]);
            world.served.extend(["a"; 20]);
        },
    ),
];
