//! What a key is for: keyUsage and extendedKeyUsage (RFC 5280 §4.2.1.3 and §4.2.1.12, BR §7.1.2.7).

use super::made::{PURPOSE, USAGE};
use super::values::purposes;
use super::world::{Case, fails, passes};

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
];
