//! Name constraints: what a CA may issue for (RFC 5280 §4.2.1.10).

use super::der::{der, integer, name, sequence};
use super::made::{CONSTRAINTS, Made, NAMES};
use super::values::{constraints, dns, ip};
use super::world::{Alter, Case, World, fails, passes, replace};

const PATH: (&str, &str) = ("trusted-path", "nameConstraints");
const LINTS: &str = "certificate-lints";
const RULE: &str = "RFC 5280 §4.2.1.10";

fn host(name: &str) -> Vec<u8> {
    der(0x82, name.as_bytes())
}

fn range(octets: &[u8]) -> Vec<u8> {
    der(0x87, octets)
}

fn subject(text: &str) -> Vec<u8> {
    der(0xa4, &name(text))
}

fn limit(world: &mut World, permitted: &[Vec<u8>], excluded: &[Vec<u8>]) {
    world
        .ca()
        .set(CONSTRAINTS, true, constraints(permitted, excluded));
}

/// A server's certificate for an address, by a CA for these alone.
fn addressed(world: &mut World, address: &[u8], permitted: &[u8]) {
    world.leaf().subject = name("O=Test");
    world.leaf().set(NAMES, false, ip(address));
    limit(world, &[range(permitted)], &[]);
}

/// 2001:db8::1, and the range 2001:db8::/32.
const SIX: [u8; 16] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const RANGE: [u8; 32] = {
    let mut range = [0; 32];
    range[0] = 0x20;
    range[1] = 1;
    range[2] = 0xd;
    range[3] = 0xb8;
    range[16] = 0xff;
    range[17] = 0xff;
    range[18] = 0xff;
    range[19] = 0xff;
    range
};

pub(crate) const CASES: &[Case] = &[
    // DNS names.
    passes("a host below a permitted domain", RULE, |world| {
        limit(world, &[host("example.com")], &[])
    }),
    passes("the permitted name itself", RULE, |world| {
        limit(world, &[host("api.example.com")], &[])
    }),
    passes("a permitted domain in capitals", RULE, |world| {
        limit(world, &[host("EXAMPLE.com")], &[])
    }),
    passes("one of two permitted domains", RULE, |world| {
        limit(world, &[host("example.org"), host("example.com")], &[])
    }),
    passes("a permitted domain that is empty", RULE, |world| {
        limit(world, &[host("")], &[])
    }),
    passes("an excluded domain that is another", RULE, |world| {
        limit(world, &[], &[host("example.org")])
    }),
    passes("an excluded name that only ends alike", RULE, |world| {
        limit(world, &[], &[host("pi.example.com")])
    }),
    fails("a host below another domain", RULE, PATH, |world| {
        limit(world, &[host("example.org")], &[])
    }),
    fails(
        "a host of a domain that only ends alike",
        RULE,
        PATH,
        |world| limit(world, &[host("ple.com")], &[]),
    ),
    fails("a host above the permitted name", RULE, PATH, |world| {
        limit(world, &[host("a.api.example.com")], &[])
    }),
    fails("an excluded domain", RULE, PATH, |world| {
        limit(world, &[], &[host("example.com")])
    }),
    fails("an excluded domain that is empty", RULE, PATH, |world| {
        limit(world, &[], &[host("")])
    }),
    fails(
        "a domain that is permitted and excluded",
        RULE,
        PATH,
        |world| {
            limit(world, &[host("example.com")], &[host("api.example.com")]);
        },
    ),
    fails("one of the names is not permitted", RULE, PATH, |world| {
        limit(world, &[host("api.example.com")], &[]);
        world
            .leaf()
            .set(NAMES, false, dns(&["api.example.com", "b.example.com"]));
    }),
    passes("a wildcard below a permitted domain", RULE, |world| {
        limit(world, &[host("example.com")], &[]);
        world
            .leaf()
            .set(NAMES, false, dns(&["api.example.com", "*.example.com"]));
    }),
    fails(
        "a wildcard for more than the permitted name",
        RULE,
        PATH,
        |world| {
            limit(world, &[host("api.example.com")], &[]);
            world
                .leaf()
                .set(NAMES, false, dns(&["api.example.com", "*.example.com"]));
        },
    ),
    fails("a wildcard for an excluded name too", RULE, PATH, |world| {
        limit(world, &[], &[host("secret.example.com")]);
        world
            .leaf()
            .set(NAMES, false, dns(&["api.example.com", "*.example.com"]));
    }),
    fails(
        "a domain with a dot at its beginning",
        RULE,
        (LINTS, "no DNS name"),
        |world| limit(world, &[host(".example.com")], &[]),
    ),
    fails(
        "a wildcard for a constraint",
        RULE,
        (LINTS, "no DNS name"),
        |world| limit(world, &[host("example.com"), host("*.example.com")], &[]),
    ),
    // Addresses.
    passes("an address in a permitted range", RULE, |world| {
        world.asked = "192.0.2.1";
        addressed(world, &[192, 0, 2, 1], &[192, 0, 2, 0, 255, 255, 255, 0]);
    }),
    passes("an IPv6 address in a permitted range", RULE, |world| {
        world.asked = "2001:db8::1";
        addressed(world, &SIX, &RANGE);
    }),
    fails(
        "an address out of the permitted range",
        RULE,
        PATH,
        |world| {
            world.asked = "192.0.3.1";
            addressed(world, &[192, 0, 3, 1], &[192, 0, 2, 0, 255, 255, 255, 0]);
        },
    ),
    fails(
        "an IPv6 address where IPv4 is permitted",
        RULE,
        PATH,
        |world| {
            world.asked = "2001:db8::1";
            addressed(world, &SIX, &[0; 8]);
        },
    ),
    fails("an address in an excluded range", RULE, PATH, |world| {
        world.asked = "192.0.2.1";
        addressed(world, &[192, 0, 2, 1], &[0; 8]);
        limit(world, &[], &[range(&[192, 0, 2, 0, 255, 255, 255, 0])]);
    }),
    fails(
        "a mask with a gap",
        "RFC 4632 §3.1",
        (LINTS, "no address with a mask"),
        |world| {
            world.asked = "192.0.2.1";
            addressed(world, &[192, 0, 2, 1], &[192, 0, 2, 0, 255, 0, 255, 0]);
        },
    ),
    fails(
        "a range without a mask",
        RULE,
        (LINTS, "no address with a mask"),
        |world| limit(world, &[host("example.com"), range(&[192, 0, 2, 0])], &[]),
    ),
    // One kind of names says nothing of another.
    passes("a host where only addresses are limited", RULE, |world| {
        limit(world, &[range(&[192, 0, 2, 0, 255, 255, 255, 0])], &[])
    }),
    passes("a host where only mailboxes are limited", RULE, |world| {
        limit(world, &[der(0x81, b"example.org")], &[])
    }),
    passes("a host where only URIs are limited", RULE, |world| {
        limit(world, &[der(0x86, b".example.org")], &[])
    }),
    passes("a host where all addresses are excluded", RULE, |world| {
        limit(world, &[], &[range(&[0; 8]), range(&[0; 32])])
    }),
    passes("an address where only hosts are limited", RULE, |world| {
        world.asked = "192.0.2.1";
        addressed(world, &[192, 0, 2, 1], &[0; 8]);
        limit(world, &[host("example.org")], &[]);
    }),
    // Subjects.
    passes("a subject below a permitted one", RULE, |world| {
        limit(world, &[subject("O=Test")], &[]);
        world.leaf().subject = name("O=Test/CN=api.example.com");
    }),
    fails("a subject that is not permitted", RULE, PATH, |world| {
        limit(world, &[subject("O=Test")], &[])
    }),
    fails("a subject that is excluded", RULE, PATH, |world| {
        limit(world, &[], &[subject("CN=api.example.com")])
    }),
    fails(
        "a copy of a CA's certificate for any subject, beside the true one",
        "RFC 5280 §6.1.3 (a)(1)",
        ("trusted-path", ""),
        |world| {
            limit(world, &[subject("O=Test")], &[]);
            let alter: Alter = |der| {
                let tree = subject("O=Test");
                let mut other = tree.clone();
                other[0] = 0xa5;
                replace(der, &tree, &other);
            };
            world.altered = Some(("ca", alter));
        },
    ),
    // Who is limited.
    fails("a limit of the root's", "RFC 5937 §3.2", PATH, |world| {
        world
            .root()
            .set(CONSTRAINTS, true, constraints(&[host("example.org")], &[]));
    }),
    fails(
        "a limit of the CA above the issuer",
        "RFC 5280 §6.1.4 (g)",
        PATH,
        |world| {
            limit(world, &[host("example.org")], &[]);
            world.add(
                "lower",
                Made::authority("O=Test/CN=Lower", "second ca", "ca"),
            );
            world.leaf().by = "lower";
            world.served = vec!["leaf", "lower", "ca"];
        },
    ),
    fails(
        "a wider limit below a narrow one",
        "RFC 5280 §6.1.4 (g)",
        PATH,
        |world| {
            limit(world, &[host("example.org")], &[]);
            let mut lower = Made::authority("O=Test/CN=Lower", "second ca", "ca");
            lower.set(CONSTRAINTS, true, constraints(&[host("example.com")], &[]));
            world.add("lower", lower);
            world.leaf().by = "lower";
            world.served = vec!["leaf", "lower", "ca"];
        },
    ),
    // The form.
    fails(
        "limits that are not critical",
        RULE,
        (LINTS, "nameConstraints is not critical"),
        |world| {
            limit(world, &[host("example.com")], &[]);
            world.ca().critical(CONSTRAINTS, false);
        },
    ),
    fails(
        "no limit at all",
        RULE,
        (LINTS, "nameConstraints is empty"),
        |world| world.ca().set(CONSTRAINTS, true, sequence(&[])),
    ),
    fails(
        "a limit with a maximum",
        RULE,
        ("trusted-path", ""),
        |world| {
            let tree = sequence(&[host("example.com"), der(0x81, &[1])]);
            world
                .ca()
                .set(CONSTRAINTS, true, sequence(&[der(0xa0, &tree)]));
        },
    ),
    fails(
        "a limit that is malformed",
        RULE,
        ("trusted-path", ""),
        |world| world.ca().set(CONSTRAINTS, true, integer(&[1])),
    ),
];
