//! Names: for whom a certificate is (RFC 9525 §6, RFC 8399).

use super::der::{der, oid, sequence};
use super::made::NAMES;
use super::values::{dns, ip};
use super::world::{Case, World, fails, passes};

const MATCH: &str = "name-matches";
const LINTS: &str = "certificate-lints";
const RULE: &str = "RFC 9525 §6.3";
const IP: &str = "RFC 9525 §6.5";

/// Asks for a name of a certificate for others; the subject names nobody.
fn ask(world: &mut World, asked: &'static str, written: &[&str]) {
    world.asked = asked;
    world.leaf().set(NAMES, false, dns(written));
    world.leaf().subject = super::der::name("O=Test");
}

fn ask_address(world: &mut World, asked: &'static str, octets: &[u8]) {
    ask(world, asked, &[]);
    world.leaf().set(NAMES, false, ip(octets));
}

/// 2001:db8::1
const SIX: [u8; 16] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
/// ::ffff:192.0.2.1
const MAPPED: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1];

pub(crate) const CASES: &[Case] = &[
    passes("a name in capitals", RULE, |world| {
        ask(world, "API.example.com", &["api.EXAMPLE.com"])
    }),
    passes("a name that is asked for with its dot", RULE, |world| {
        ask(world, "api.example.com.", &["api.example.com"])
    }),
    passes("the second of several names", RULE, |world| {
        ask(world, "b.example.com", &["a.example.com", "b.example.com"])
    }),
    passes("a wildcard for one label", RULE, |world| {
        ask(world, "a.example.com", &["*.example.com"])
    }),
    passes("a wildcard for an A-label", "RFC 9525 §7.2", |world| {
        ask(world, "b\u{fc}cher.example.com", &["*.example.com"])
    }),
    passes(
        "a wildcard below a company's suffix",
        "BR §3.2.2.6",
        |world| ask(world, "a.github.io", &["*.github.io"]),
    ),
    passes("an A-label for its U-label", "RFC 9525 §6.3", |world| {
        ask(
            world,
            "b\u{fc}cher.example.com",
            &["xn--bcher-kva.example.com"],
        )
    }),
    passes("an A-label in capitals", "RFC 9525 §6.3", |world| {
        ask(
            world,
            "xn--bcher-kva.example.com",
            &["XN--BCHER-KVA.example.com"],
        )
    }),
    passes("digits and hyphens", RULE, |world| {
        ask(world, "3-a.1.example.com", &["3-a.1.example.com"])
    }),
    passes("a label of 63", RULE, |world| {
        const LONG: &str =
            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg.example.com";
        ask(world, LONG, &[LONG]);
    }),
    fails(
        "another name",
        RULE,
        (MATCH, "not for b.example.com"),
        |world| ask(world, "b.example.com", &["a.example.com"]),
    ),
    fails(
        "the domain of a name below it",
        RULE,
        (MATCH, ""),
        |world| ask(world, "example.com", &["a.example.com"]),
    ),
    fails("a name below the domain", RULE, (MATCH, ""), |world| {
        ask(world, "a.example.com", &["example.com"])
    }),
    fails("a name that only ends alike", RULE, (MATCH, ""), |world| {
        ask(world, "evil-example.com", &["example.com"])
    }),
    fails("a wildcard for two labels", RULE, (MATCH, ""), |world| {
        ask(world, "b.a.example.com", &["*.example.com"])
    }),
    fails("a wildcard for none", RULE, (MATCH, ""), |world| {
        ask(world, "example.com", &["*.example.com"])
    }),
    fails(
        "a part of a label, then a wildcard",
        RULE,
        (MATCH, ""),
        |world| ask(world, "ab.example.com", &["a*.example.com"]),
    ),
    fails(
        "a wildcard, then a part of a label",
        RULE,
        (MATCH, ""),
        |world| ask(world, "ab.example.com", &["*b.example.com"]),
    ),
    fails(
        "a wildcard within an A-label",
        "RFC 9525 §6.3",
        (MATCH, ""),
        |world| {
            ask(world, "xn--bcher-kva.example.com", &["xn--*.example.com"]);
        },
    ),
    fails("a wildcard within the name", RULE, (MATCH, ""), |world| {
        ask(world, "a.b.example.com", &["a.*.example.com"])
    }),
    fails("two wildcards", RULE, (LINTS, "wildcard"), |world| {
        ask(world, "a.b.example.com", &["*.*.example.com"])
    }),
    fails("a wildcard alone", RULE, (LINTS, "wildcard"), |world| {
        ask(world, "a.example.com", &["a.example.com", "*"])
    }),
    fails(
        "a wildcard over a public suffix",
        "BR §3.2.2.6",
        (LINTS, "public suffix"),
        |world| ask(world, "example.com", &["*.com"]),
    ),
    fails(
        "a wildcard over a public suffix of two labels",
        "BR §3.2.2.6",
        (LINTS, "public suffix"),
        |world| {
            ask(world, "example.co.uk", &["*.co.uk"]);
        },
    ),
    fails(
        "the common name alone",
        "RFC 9525 §2",
        (MATCH, "no name"),
        |world| world.leaf().without(NAMES),
    ),
    fails(
        "the common name beside another name",
        "RFC 9525 §6.4",
        (MATCH, ""),
        |world| world.leaf().set(NAMES, false, dns(&["b.example.com"])),
    ),
    fails(
        "a written name with a dot at its end",
        "RFC 5280 §4.2.1.6",
        (LINTS, "preferred syntax"),
        |world| {
            ask(
                world,
                "api.example.com",
                &["api.example.com", "api.example.com."],
            );
        },
    ),
    fails(
        "a written name with a dot at its beginning",
        "RFC 5280 §4.2.1.6",
        (LINTS, "preferred syntax"),
        |world| {
            ask(
                world,
                "api.example.com",
                &["api.example.com", ".example.com"],
            );
        },
    ),
    fails(
        "an empty name",
        "RFC 5280 §4.2.1.6",
        (LINTS, "preferred syntax"),
        |world| ask(world, "api.example.com", &["api.example.com", ""]),
    ),
    fails(
        "a blank for a name",
        "RFC 5280 §4.2.1.6",
        (LINTS, "preferred syntax"),
        |world| ask(world, "api.example.com", &["api.example.com", " "]),
    ),
    fails(
        "a zero octet within a name",
        "RFC 5280 §4.2.1.6",
        (MATCH, ""),
        |world| ask(world, "api.example.com", &["api.example.com\0.example.net"]),
    ),
    fails(
        "a U-label that is written as it is",
        "RFC 8399 §2.2",
        (MATCH, ""),
        |world| {
            ask(
                world,
                "b\u{fc}cher.example.com",
                &["b\u{fc}cher.example.com"],
            );
        },
    ),
    fails(
        "an A-label that is none",
        "RFC 5890 §2.3.2.1",
        ("baseline-requirements", "no A-label"),
        |world| {
            ask(
                world,
                "api.example.com",
                &["api.example.com", "xn--zzzzzzzz9999.example.com"],
            );
        },
    ),
    fails(
        "an underscore",
        "BR §7.1.2.7.12",
        ("baseline-requirements", "underscore"),
        |world| ask(world, "a_b.example.com", &["a_b.example.com"]),
    ),
    fails(
        "a label of 64",
        "RFC 1034 §3.1",
        (LINTS, "preferred syntax"),
        |world| {
            const LONG: &str =
                "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg.example.com";
            ask(world, "api.example.com", &["api.example.com", LONG]);
        },
    ),
    fails(
        "a hyphen at a label's end",
        "RFC 1034 §3.5",
        (LINTS, "preferred syntax"),
        |world| {
            ask(
                world,
                "api.example.com",
                &["api.example.com", "a-.example.com"],
            )
        },
    ),
    fails(
        "no name in subjectAltName",
        "RFC 5280 §4.2.1.6",
        (LINTS, "subjectAltName"),
        |world| world.leaf().set(NAMES, false, dns(&[])),
    ),
    passes(
        "a sharp s, which is a letter of its own",
        "RFC 5894 §7.2",
        |world| {
            ask(world, "fa\u{df}.example.com", &["xn--fa-hia.example.com"]);
        },
    ),
    passes("an address beside a name", IP, |world| {
        ask(world, "192.0.2.1", &[]);
        let both = [der(0x82, b"api.example.com"), der(0x87, &[192, 0, 2, 1])];
        world.leaf().set(NAMES, false, sequence(&both));
    }),
    // Addresses.
    passes("an IPv4 address", IP, |world| {
        ask_address(world, "192.0.2.1", &[192, 0, 2, 1])
    }),
    passes("an IPv6 address", IP, |world| {
        ask_address(world, "2001:DB8:0::1", &SIX)
    }),
    fails("another address", IP, (MATCH, ""), |world| {
        ask_address(world, "192.0.2.2", &[192, 0, 2, 1])
    }),
    fails("an IPv4 address within IPv6", IP, (MATCH, ""), |world| {
        ask_address(world, "192.0.2.1", &MAPPED)
    }),
    fails(
        "an address that is written as a DNS name",
        IP,
        (MATCH, ""),
        |world| ask(world, "192.0.2.1", &["192.0.2.1"]),
    ),
    fails("a wildcard for an address", IP, (MATCH, ""), |world| {
        ask(world, "192.0.2.1", &["*.0.2.1"])
    }),
    fails(
        "an address with a mask",
        "RFC 5280 §4.2.1.6",
        (LINTS, "neither 4 nor 16 octets"),
        |world| {
            ask_address(world, "192.0.2.1", &[192, 0, 2, 1, 255, 255, 255, 255]);
        },
    ),
    fails(
        "an address of three octets",
        "RFC 5280 §4.2.1.6",
        (MATCH, ""),
        |world| ask_address(world, "192.0.2.1", &[192, 0, 2]),
    ),
    // Other kinds of names are for nobody who asks for a host.
    fails(
        "a URI with the host",
        "RFC 9525 §6.2",
        (MATCH, ""),
        |world| {
            world.leaf().set(
                NAMES,
                false,
                sequence(&[der(0x86, b"https://api.example.com/")]),
            );
        },
    ),
    fails(
        "a mailbox at the host",
        "RFC 9525 §6.2",
        (MATCH, ""),
        |world| {
            world
                .leaf()
                .set(NAMES, false, sequence(&[der(0x81, b"a@api.example.com")]));
        },
    ),
    fails("a service's name", "RFC 9525 §6.2", (MATCH, ""), |world| {
        let service = der(
            0xa0,
            &[
                oid("1.3.6.1.5.5.7.8.7"),
                der(0xa0, &der(0x16, b"_https.api.example.com")),
            ]
            .concat(),
        );
        world.leaf().set(NAMES, false, sequence(&[service]));
    }),
    fails(
        "a name in capitals in the subject alone",
        "BR §7.1.4.3",
        ("baseline-requirements", "common name"),
        |world| {
            world.leaf().subject = super::der::name("CN=API.example.com");
        },
    ),
];
