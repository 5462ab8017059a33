//! What binds public CAs alone (CA/Browser Forum, Baseline Requirements): the roots are the platform's.

use super::der::{der, name, sequence};
use super::made::{ACCESS, LISTS, NAMES, POLICIES, USAGE};
use super::values::{access, dns, ip, lists, policies};
use super::world::{Case, World, fails, passes};

const PUBLIC: &str = "baseline-requirements";
const LONGEST: &str = "BR §6.3.2";

/// A public server's certificate of these dates, judged a second after it began.
fn dated(world: &mut World, from: &'static str, until: &'static str, at: &'static str) {
    world.public = true;
    world.at = at;
    (world.leaf().from, world.leaf().until) = (from, until);
}

fn addressed(world: &mut World, octets: &[u8], asked: &'static str) {
    world.public = true;
    world.asked = asked;
    world.leaf().subject = name("C=DE");
    world.leaf().set(NAMES, false, ip(octets));
}

fn named(world: &mut World, host: &'static str) {
    world.public = true;
    world.asked = host;
    world.leaf().subject = name("C=DE");
    world.leaf().set(NAMES, false, dns(&[host]));
}

pub(crate) const CASES: &[Case] = &[
    passes(
        "a public server's as it should be",
        "BR §7.1.2.7",
        |world| world.public = true,
    ),
    // How long it may be valid: both ends belong to it.
    passes("398 days before March 2026", LONGEST, |world| {
        dated(
            world,
            "260314235959Z",
            "270416235958Z",
            "2026-03-15T00:00:00Z",
        )
    }),
    fails(
        "398 days and a second",
        LONGEST,
        (PUBLIC, "more than 398 days"),
        |world| {
            dated(
                world,
                "260314235959Z",
                "270416235959Z",
                "2026-03-15T00:00:00Z",
            );
        },
    ),
    passes("200 days since March 2026", LONGEST, |world| {
        dated(
            world,
            "260315000000Z",
            "260930235959Z",
            "2026-03-16T00:00:00Z",
        )
    }),
    fails(
        "200 days and a second",
        LONGEST,
        (PUBLIC, "more than 200 days"),
        |world| {
            dated(
                world,
                "260315000000Z",
                "261001000000Z",
                "2026-03-16T00:00:00Z",
            );
        },
    ),
    passes("100 days since March 2027", LONGEST, |world| {
        dated(
            world,
            "270315000000Z",
            "270622235959Z",
            "2027-03-16T00:00:00Z",
        )
    }),
    fails(
        "100 days and a second",
        LONGEST,
        (PUBLIC, "more than 100 days"),
        |world| {
            dated(
                world,
                "270315000000Z",
                "270623000000Z",
                "2027-03-16T00:00:00Z",
            );
        },
    ),
    passes("47 days since March 2029", LONGEST, |world| {
        dated(
            world,
            "290315000000Z",
            "290430235959Z",
            "2029-03-16T00:00:00Z",
        )
    }),
    fails(
        "47 days and a second",
        LONGEST,
        (PUBLIC, "more than 47 days"),
        |world| {
            dated(
                world,
                "290315000000Z",
                "290501000000Z",
                "2029-03-16T00:00:00Z",
            );
        },
    ),
    // For whom it may be.
    fails(
        "a name that nobody can own",
        "BR §7.1.4.2",
        (PUBLIC, "internal name"),
        |world| named(world, "shop.internal"),
    ),
    fails(
        "a host without a domain",
        "BR §7.1.4.2",
        (PUBLIC, "internal name"),
        |world| named(world, "intranet"),
    ),
    fails(
        "a name of a test's",
        "RFC 6761 §6.2",
        (PUBLIC, "internal name"),
        |world| named(world, "shop.test"),
    ),
    passes(
        "an address that anybody reaches",
        "BR §7.1.2.7.12",
        |world| addressed(world, &[1, 1, 1, 1], "1.1.1.1"),
    ),
    fails(
        "a private address",
        "BR §7.1.4.2",
        (PUBLIC, "reserved address"),
        |world| addressed(world, &[10, 0, 0, 1], "10.0.0.1"),
    ),
    fails(
        "an address of documentation's",
        "BR §7.1.4.2",
        (PUBLIC, "reserved address"),
        |world| addressed(world, &[192, 0, 2, 1], "192.0.2.1"),
    ),
    fails(
        "an IPv6 address of one link",
        "BR §7.1.4.2",
        (PUBLIC, "reserved address"),
        |world| {
            addressed(
                world,
                &[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                "fe80::1",
            );
        },
    ),
    fails(
        "an organisational unit",
        "BR §7.1.2.7.4",
        (PUBLIC, "organizationalUnitName"),
        |world| {
            world.public = true;
            world.leaf().subject = name("O=Test/OU=Shop/CN=api.example.com");
        },
    ),
    // What it must say.
    fails(
        "a serial number that can be guessed",
        "BR §7.1",
        (PUBLIC, "64 bits"),
        |world| {
            world.public = true;
            world.leaf().serial = vec![0x12, 0x34];
        },
    ),
    fails(
        "no policy",
        "BR §7.1.2.7.9",
        (PUBLIC, "certificatePolicies"),
        |world| {
            world.public = true;
            world.leaf().without(POLICIES);
        },
    ),
    fails(
        "no policy of the Forum's",
        "BR §7.1.2.7.9",
        (PUBLIC, "2.23.140.1.2"),
        |world| {
            world.public = true;
            world.leaf().set(POLICIES, false, policies(&["1.3.9999.7"]));
        },
    ),
    passes(
        "a policy of its own beside the Forum's",
        "BR §7.1.2.7.9",
        |world| {
            world.public = true;
            world
                .leaf()
                .set(POLICIES, false, policies(&["2.23.140.1.2.1", "1.3.9999.7"]));
        },
    ),
    fails(
        "policies that are critical beside a public server",
        "BR §7.1.2.7.6",
        (PUBLIC, "certificatePolicies is critical"),
        |world| {
            world.public = true;
            world.leaf().critical(POLICIES, true);
        },
    ),
    fails(
        "no place of its issuer's",
        "BR §7.1.2.7.7",
        (PUBLIC, "authorityInfoAccess"),
        |world| {
            world.public = true;
            world.leaf().without(ACCESS);
        },
    ),
    fails(
        "a place of its issuer's by another protocol",
        "BR §7.1.2.7.7",
        (PUBLIC, "http"),
        |world| {
            world.public = true;
            world
                .leaf()
                .set(ACCESS, false, access("ldap://ca.example.com/ca"));
        },
    ),
    fails(
        "a place of lists by another protocol",
        "BR §7.1.2.11.2",
        (PUBLIC, "http"),
        |world| {
            world.public = true;
            world
                .leaf()
                .set(LISTS, false, lists("ldap://ca.example.com/ca"));
        },
    ),
    fails(
        "neither lists nor answers on revocation",
        "BR §7.1.2.11.2",
        (PUBLIC, "revoked"),
        |world| {
            world.public = true;
            world.leaf().without(LISTS);
        },
    ),
    passes(
        "answers on revocation in the place of lists",
        "BR §7.1.2.11.2",
        |world| {
            world.public = true;
            world.leaf().without(LISTS);
            let answers = sequence(&[
                super::der::oid("1.3.6.1.5.5.7.48.1"),
                der(0x86, b"http://ocsp.example.com"),
            ]);
            world.leaf().set(ACCESS, false, sequence(&[answers]));
        },
    ),
    fails(
        "a CA whose keyUsage is not critical",
        "BR §7.1.2.10.7",
        (PUBLIC, "keyUsage is not critical"),
        |world| {
            world.public = true;
            world.ca().critical(USAGE, false);
        },
    ),
    fails(
        "a CA that may sign no lists",
        "BR §7.1.2.10.7",
        (PUBLIC, "cRLSign"),
        |world| {
            world.public = true;
            world.ca().set(USAGE, true, vec![3, 2, 2, 4]);
        },
    ),
    fails(
        "a root that issued to a server",
        "BR §6.1.7",
        (PUBLIC, "a root issued it"),
        |world| {
            world.public = true;
            world.leaf().by = "root";
            world.served = vec!["leaf"];
        },
    ),
    passes(
        "a CA on P-384 that signs with SHA-384",
        "BR §7.1.3.2.2",
        |world| {
            world.public = true;
            world.ca().key = "p-384";
        },
    ),
    passes(
        "a CA on P-521 that signs with SHA-512",
        "BR §7.1.3.2.2",
        |world| {
            world.public = true;
            world.ca().key = "p-521";
        },
    ),
];
