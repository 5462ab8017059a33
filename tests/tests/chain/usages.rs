//! What a key is for: keyUsage and extendedKeyUsage (RFC 5280 §4.2.1.3 and §4.2.1.12, BR §7.1.2.7).

use super::made::{Made, PURPOSE, USAGE};
use super::values::purposes;
use super::world::{Case, World, fails, passes};

const LINTS: &str = "certificate-lints";
const PUBLIC: &str = "baseline-requirements";
const SERVER: &str = "1.3.6.1.5.5.7.3.1";
const CLIENT: &str = "1.3.6.1.5.5.7.3.2";

pub(crate) const CASES: &[Case] = &[
    // keyUsage.
    passes("a server's without it", "BR §7.1.2.7.11", |world| {
        world.leaf().without(USAGE)
    }),
    passes(
        "a server's for signatures and key encipherment",
        "BR §7.1.2.7.11",
        |world| {
            world.leaf().key = "rsa";
            world.leaf().set(USAGE, true, vec![3, 2, 5, 0xa0]);
        },
    ),
    passes(
        "an RSA key for key encipherment alone",
        "BR §7.1.2.7.11",
        |world| {
            world.leaf().key = "rsa";
            world.leaf().set(USAGE, true, vec![3, 2, 5, 0x20]);
        },
    ),
    fails(
        "a key on a curve that may not sign",
        "RFC 8446 §4.4.2.2",
        (LINTS, "digitalSignature"),
        |world| {
            world.leaf().set(USAGE, true, vec![3, 2, 3, 8]);
        },
    ),
    fails(
        "a server's key for lists alone",
        "RFC 5280 §4.2.1.12",
        (LINTS, "keyUsage"),
        |world| {
            world.leaf().set(USAGE, true, vec![3, 2, 1, 2]);
        },
    ),
    fails(
        "a server's key that may sign certificates",
        "RFC 5280 §4.2.1.9",
        (LINTS, "allows to sign certificates"),
        |world| {
            world.leaf().set(USAGE, true, vec![3, 2, 2, 0x84]);
        },
    ),
    fails(
        "a key that may nothing",
        "RFC 5280 §4.2.1.3",
        (LINTS, "allows nothing"),
        |world| {
            world.leaf().set(USAGE, true, vec![3, 2, 7, 0]);
        },
    ),
    fails(
        "a CA's without it",
        "BR §7.1.2.10.7",
        (PUBLIC, "no keyUsage"),
        |world| world.ca().without(USAGE),
    ),
    // What a key of its kind can do.
    fails(
        "an RSA key for key agreement too",
        "RFC 3279 §2.3.1",
        (LINTS, "keyAgreement"),
        |world| {
            world.leaf().key = "rsa";
            world.leaf().set(USAGE, true, vec![3, 2, 3, 0x88]);
        },
    ),
    fails(
        "a key on a curve for key encipherment too",
        "RFC 8813 §3",
        (LINTS, "keyEncipherment"),
        |world| {
            world.leaf().set(USAGE, true, vec![3, 2, 5, 0xa0]);
        },
    ),
    fails(
        "a key on a curve for data encipherment too",
        "RFC 8813 §3",
        (LINTS, "dataEncipherment"),
        |world| {
            world.leaf().set(USAGE, true, vec![3, 2, 4, 0x90]);
        },
    ),
    passes(
        "a key on a curve for key agreement too",
        "RFC 5480 §3",
        |world| {
            world.leaf().set(USAGE, true, vec![3, 2, 3, 0x88]);
        },
    ),
    passes(
        "a key that may also bind to what it signs",
        "RFC 5280 §4.2.1.3",
        |world| {
            world.leaf().set(USAGE, true, vec![3, 2, 6, 0xc0]);
        },
    ),
    fails(
        "a CA's key on a curve for key encipherment",
        "RFC 8813 §3",
        (LINTS, "O=Test, CN=CA"),
        |world| {
            world.ca().set(USAGE, true, vec![3, 2, 1, 0x26]);
        },
    ),
    passes(
        "a private key of Ed25519 for signatures",
        "RFC 9295 §3",
        |world| {
            world.private = true;
            world.leaf().key = "ed25519";
        },
    ),
    fails(
        "a key of Ed25519 for key agreement too",
        "RFC 9295 §3",
        (LINTS, "Ed25519"),
        |world| {
            world.private = true;
            world.leaf().key = "ed25519";
            world.leaf().set(USAGE, true, vec![3, 2, 3, 0x88]);
        },
    ),
    // extendedKeyUsage.
    passes("for servers and clients", "BR §7.1.2.7.10", |world| {
        world
            .leaf()
            .set(PURPOSE, false, purposes(&[SERVER, CLIENT]))
    }),
    fails(
        "for no purpose that is named",
        "BR §7.1.2.7.10",
        (PUBLIC, "no extendedKeyUsage"),
        |world| world.leaf().without(PURPOSE),
    ),
    fails(
        "for clients alone",
        "RFC 5280 §4.2.1.12",
        ("trusted-path", "not meant for TLS servers"),
        |world| {
            world.leaf().set(PURPOSE, false, purposes(&[CLIENT]));
        },
    ),
    fails(
        "for any purpose",
        "BR §7.1.2.7.10",
        (LINTS, "does not name TLS servers"),
        |world| {
            world.leaf().set(PURPOSE, false, purposes(&["2.5.29.37.0"]));
        },
    ),
    fails(
        "for servers and any purpose",
        "BR §7.1.2.7.10",
        (PUBLIC, "more than TLS"),
        |world| {
            world
                .leaf()
                .set(PURPOSE, false, purposes(&[SERVER, "2.5.29.37.0"]));
        },
    ),
    fails(
        "for servers and code",
        "BR §7.1.2.7.10",
        (PUBLIC, "more than TLS"),
        |world| {
            world
                .leaf()
                .set(PURPOSE, false, purposes(&[SERVER, "1.3.6.1.5.5.7.3.3"]));
        },
    ),
    fails(
        "for servers and OCSP answers",
        "BR §7.1.2.7.10",
        (PUBLIC, "more than TLS"),
        |world| {
            world
                .leaf()
                .set(PURPOSE, false, purposes(&[SERVER, "1.3.6.1.5.5.7.3.9"]));
        },
    ),
    fails(
        "for servers and promised certificates",
        "BR §7.1.2.7.10",
        (PUBLIC, "more than TLS"),
        |world| {
            world.leaf().set(
                PURPOSE,
                false,
                purposes(&[SERVER, "1.3.6.1.4.1.11129.2.4.4"]),
            );
        },
    ),
    fails(
        "for an empty list of purposes",
        "RFC 5280 §4.2.1.12",
        ("trusted-path", "empty extendedKeyUsage"),
        |world| {
            world.leaf().set(PURPOSE, false, purposes(&[]));
        },
    ),
    fails(
        "purposes that are critical",
        "BR §7.1.2.7.6",
        (PUBLIC, "extendedKeyUsage is critical"),
        |world| world.leaf().critical(PURPOSE, true),
    ),
    fails(
        "a root with purposes",
        "BR §7.1.2.1.2",
        (PUBLIC, "extendedKeyUsage"),
        |world| {
            world.root().set(PURPOSE, false, purposes(&[SERVER]));
        },
    ),
    // Purposes along a path.
    passes(
        "a CA below one for servers, without purposes",
        "RFC 5280 §4.2.1.12",
        |world| {
            below(world);
            world.ca().set(PURPOSE, false, purposes(&[SERVER]));
        },
    ),
    fails(
        "a CA for servers below one for clients alone",
        "RFC 5280 §4.2.1.12",
        ("trusted-path", "extendedKeyUsage"),
        |world| {
            below(world).set(PURPOSE, false, purposes(&[SERVER]));
            world.ca().set(PURPOSE, false, purposes(&[CLIENT]));
        },
    ),
    fails(
        "a CA for OCSP alone",
        "RFC 5280 §4.2.1.12",
        ("trusted-path", "extendedKeyUsage"),
        |world| {
            world
                .ca()
                .set(PURPOSE, false, purposes(&["1.3.6.1.5.5.7.3.9"]));
        },
    ),
    passes(
        "a private root for servers",
        "RFC 5280 §4.2.1.12",
        |world| {
            world.private = true;
            world.root().set(PURPOSE, false, purposes(&[SERVER]));
        },
    ),
    passes(
        "a private root for any purpose",
        "RFC 5280 §4.2.1.12",
        |world| {
            world.private = true;
            world.root().set(PURPOSE, false, purposes(&["2.5.29.37.0"]));
        },
    ),
    fails(
        "a private root for clients alone",
        "RFC 5280 §4.2.1.12",
        (LINTS, "it is a root's"),
        |world| {
            world.private = true;
            world.root().set(PURPOSE, false, purposes(&[CLIENT]));
        },
    ),
    passes(
        "a purpose that nobody knows beside servers",
        "RFC 5280 §4.2.1.12",
        |world| {
            world
                .leaf()
                .set(PURPOSE, false, purposes(&[SERVER, "1.3.9999.9"]));
        },
    ),
    fails(
        "a purpose that nobody knows alone",
        "RFC 5280 §4.2.1.12",
        (LINTS, "does not name TLS servers"),
        |world| {
            world.leaf().set(PURPOSE, false, purposes(&["1.3.9999.9"]));
        },
    ),
    fails(
        "servers' purpose of Netscape's alone",
        "RFC 5280 §4.2.1.12",
        (LINTS, "does not name TLS servers"),
        |world| {
            world
                .leaf()
                .set(PURPOSE, false, purposes(&["2.16.840.1.113730.4.1"]));
        },
    ),
];

/// A CA below the CA, which issues to the server.
fn below(world: &mut World) -> &mut Made {
    world.add(
        "lower",
        Made::authority("O=Test/CN=Lower", "second ca", "ca"),
    );
    world.leaf().by = "lower";
    world.served = vec!["leaf", "lower", "ca"];
    world.one("lower")
}
