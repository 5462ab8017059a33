//! Names from one certificate to the next, as RFC 5280 §7.1 compares them: such a path is valid, though
//! clients that compare octets refuse it, and what it breaks is told by another rule.

use super::der::{der, name, name_of, sequence, set};
use super::made::{AUTHORITY_KEY, CONSTRAINTS, Made, NAMES, public};
use super::values::constraints;
use super::world::{Case, World, fails, only, passes};

const PATH: &str = "trusted-path";
const LINTS: &str = "certificate-lints";
const PUBLIC: &str = "baseline-requirements";
const CHAINING: &str = "RFC 5280 §6.1.3 (a)(4)";
const COMPARED: &str = "RFC 5280 §7.1";
const STRINGS: (&str, &str) = (LINTS, "in other kinds of strings");
const PRINTABLE: u8 = 0x13;
const TELETEX: u8 = 0x14;
const BMP: u8 = 0x1e;

/// The server's names its issuer so, below a CA of one's own.
fn named(world: &mut World, issuer: Vec<u8>) {
    world.private = true;
    world.leaf().issuer = Some(issuer);
}

/// The CA's name is this; the server's names its issuer so, below a CA of one's own.
fn called(world: &mut World, own: &str, issuer: &str) {
    world.ca().subject = name(own);
    named(world, name(issuer));
}

/// A CA may issue for these subjects, and the server's is that.
fn limited(world: &mut World, permitted: Vec<u8>, subject: &str) {
    let tree = der(0xa4, &permitted);
    world.ca().set(CONSTRAINTS, true, constraints(&[tree], &[]));
    world.leaf().subject = name(subject);
}

/// The server's names its issuer's key, and whom and which number its issuer's certificate has.
fn identified(world: &mut World, issuer: &str, number: &[u8]) {
    world.private = true;
    let key = public(world.ca()).unwrap_or_default();
    let key = key.get(key.len().saturating_sub(20)..).unwrap_or_default();
    let value = sequence(&[
        der(0x80, key),
        der(0xa1, &der(0xa4, &name(issuer))),
        der(0x82, number),
    ]);
    world.leaf().set(AUTHORITY_KEY, false, value);
}

pub(crate) const CASES: &[Case] = &[
    // Case and white space.
    passes("the issuer's name in capitals", COMPARED, |world| {
        named(world, name("O=TEST/CN=ca"));
    }),
    only(
        "the issuer's name in capitals, where the Baseline Requirements bind",
        "BR §7.1.4.1",
        (PUBLIC, "written in other octets"),
        |world| world.leaf().issuer = Some(name("O=TEST/CN=CA")),
    ),
    passes(
        "the issuer's name with a blank at its end",
        COMPARED,
        |world| {
            named(world, name("O=Test/CN=CA "));
        },
    ),
    passes(
        "the issuer's name with a blank before it",
        COMPARED,
        |world| {
            named(world, name("O= Test/CN=CA"));
        },
    ),
    passes("two blanks between words for one", COMPARED, |world| {
        called(world, "O=Test/CN=Lower CA", "O=Test/CN=Lower   CA");
    }),
    passes("a blank that may not be broken", "RFC 4518 §2.2", |world| {
        called(world, "O=Test/CN=Lower CA", "O=Test/CN=Lower\u{a0}CA");
    }),
    passes("a hyphen that is not seen", "RFC 4518 §2.2", |world| {
        called(world, "O=Test/CN=Lower CA", "O=Test/CN=Low\u{ad}er CA");
    }),
    passes("a capital of another script", COMPARED, |world| {
        called(world, "O=Test/CN=\u{c4}rzte", "O=Test/CN=\u{e4}RZTE");
    }),
    passes("a letter and its accent apart", "RFC 4518 §2.3", |world| {
        called(world, "O=Test/CN=\u{c4}rzte", "O=Test/CN=A\u{308}rzte");
    }),
    passes("the name of the root in capitals", COMPARED, |world| {
        world.private = true;
        world.ca().issuer = Some(name("O=TEST/CN=ROOT"));
    }),
    fails(
        "a blank within a word",
        CHAINING,
        (PATH, "no trusted root"),
        |world| named(world, name("O=Te st/CN=CA")),
    ),
    fails(
        "a letter that only looks alike",
        CHAINING,
        (PATH, "no trusted root"),
        |world| called(world, "O=Test/CN=CA", "O=Test/CN=C\u{410}"),
    ),
    fails(
        "a name with a part more",
        CHAINING,
        (PATH, "no trusted root"),
        |world| named(world, name("O=Test/CN=CA/CN=CA")),
    ),
    fails(
        "the same text of another attribute",
        CHAINING,
        (PATH, "no trusted root"),
        |world| named(world, name("OU=Test/CN=CA")),
    ),
    fails(
        "two parts of a name in one",
        CHAINING,
        (PATH, "no trusted root"),
        |world| {
            let part = |text: &str| {
                let name = name(text);
                name.get(4..).unwrap_or_default().to_vec()
            };
            named(world, sequence(&[set(&[part("CN=CA"), part("O=Test")])]));
        },
    ),
    // Kinds of strings.
    only(
        "the issuer's name in PrintableString",
        "RFC 5280 §4.1.2.6 (a)",
        STRINGS,
        |world| named(world, name_of("O=Test/CN=CA", PRINTABLE)),
    ),
    only(
        "the issuer's name in PrintableString and in capitals",
        "RFC 5280 §4.1.2.6 (a)",
        STRINGS,
        |world| named(world, name_of("O=TEST/CN=CA", PRINTABLE)),
    ),
    only(
        "a CA that took PrintableString before UTF8String",
        "RFC 5280 §4.1.2.6 (a)",
        STRINGS,
        |world| {
            world.ca().subject = name_of("O=Test/CN=CA", PRINTABLE);
            named(world, name("O=Test/CN=CA"));
        },
    ),
    fails(
        "the issuer's name in TeletexString",
        "RFC 5280 §4.1.2.6 (a)",
        STRINGS,
        |world| named(world, name_of("O=Test/CN=CA", TELETEX)),
    ),
    fails(
        "the issuer's name in BMPString",
        "RFC 5280 §4.1.2.6 (a)",
        STRINGS,
        |world| named(world, name_of("O=\0T\0e\0s\0t/CN=\0C\0A", BMP)),
    ),
    fails(
        "the name of the root in PrintableString",
        "RFC 5280 §4.1.2.6 (a)",
        STRINGS,
        |world| world.ca().issuer = Some(name_of("O=Test/CN=Root", PRINTABLE)),
    ),
    // Other rules hold as ever.
    fails(
        "a name alike, and another's signature",
        "RFC 5280 §6.1.3 (a)(1)",
        (PATH, "a signature in the chain is wrong"),
        |world| {
            world.ca().key = "a";
            world.add("true", Made::authority("O=Test/CN=CA", "ca", "root"));
            world.leaf().by = "true";
            named(world, name("O=TEST/CN=CA"));
        },
    ),
    fails(
        "a name alike, and over",
        "RFC 5280 §6.1.3 (a)(2)",
        (PATH, "expired at 2026-04-15"),
        |world| {
            named(world, name("O=TEST/CN=CA"));
            world.leaf().until = "260415000000Z";
        },
    ),
    passes(
        "a CA that is over, beside one whose name is alike",
        "RFC 4158 §3.5.5",
        |world| {
            world.private = true;
            world
                .add("old", Made::authority("O=Test/CN=CA", "ca", "root"))
                .until = "260401000000Z";
            world.ca().subject = name("O=TEST/CN=CA");
            world.leaf().issuer = Some(name("O=Test/CN=CA"));
            world.served = vec!["leaf", "old", "ca"];
        },
    ),
    passes(
        "a CA that issued itself by a name alike does not count",
        "RFC 5280 §6.1",
        |world| {
            world.ca().depth(0);
            world.add("next", Made::authority("O=TEST/CN=Ca", "second ca", "ca"));
            world.leaf().by = "next";
            world.served = vec!["leaf", "next", "ca"];
        },
    ),
    // Limits on subjects.
    passes("a permitted subject in capitals", COMPARED, |world| {
        limited(world, name("O=TEST"), "O=Test/CN=api.example.com");
    }),
    passes(
        "a permitted subject in PrintableString",
        COMPARED,
        |world| {
            limited(
                world,
                name_of("O=test", PRINTABLE),
                "O=Test/CN=api.example.com",
            );
        },
    ),
    passes("a permitted subject with wide blanks", COMPARED, |world| {
        limited(world, name("O=Test  Ltd"), "O=Test Ltd /CN=api.example.com");
    }),
    fails(
        "a subject that only begins with a permitted text",
        COMPARED,
        (PATH, "nameConstraints"),
        |world| limited(world, name("O=Test"), "O=Testing/CN=api.example.com"),
    ),
    fails(
        "a permitted subject whose last part is the server's first",
        COMPARED,
        (PATH, "nameConstraints"),
        |world| limited(world, name("O=Other/O=Test"), "O=Test/CN=api.example.com"),
    ),
    fails(
        "an excluded subject in other letters",
        COMPARED,
        (PATH, "nameConstraints"),
        |world| {
            let tree = der(0xa4, &name_of("O=test", PRINTABLE));
            world.ca().set(CONSTRAINTS, true, constraints(&[], &[tree]));
            world.leaf().subject = name("O= TEST/CN=api.example.com");
        },
    ),
    fails(
        "a directory name in other letters than the excluded",
        COMPARED,
        (PATH, "nameConstraints"),
        |world| {
            let tree = der(0xa4, &name("O=Secret"));
            world.ca().set(CONSTRAINTS, true, constraints(&[], &[tree]));
            let names = [
                der(0x82, b"api.example.com"),
                der(0xa4, &name_of("O=SECRET", PRINTABLE)),
            ];
            world.leaf().set(NAMES, false, sequence(&names));
        },
    ),
    // Who the issuer's issuer is.
    passes(
        "the issuer's issuer and number",
        "RFC 5280 §4.2.1.1",
        |world| {
            let number = world.ca().serial.clone();
            identified(world, "O=Test/CN=Root", &number);
        },
    ),
    passes("the issuer's issuer in capitals", COMPARED, |world| {
        let number = world.ca().serial.clone();
        identified(world, "O=TEST/CN=ROOT", &number);
    }),
    only(
        "another issuer of the issuer's",
        "RFC 5280 §4.2.1.1",
        (LINTS, "another issuer and serial number"),
        |world| {
            let number = world.ca().serial.clone();
            identified(world, "O=Test/CN=Other", &number);
        },
    ),
    only(
        "another number of the issuer's",
        "RFC 5280 §4.2.1.1",
        (LINTS, "another issuer and serial number"),
        |world| {
            identified(world, "O=Test/CN=Root", &[7]);
        },
    ),
    fails(
        "another number of a public issuer's, who may not name any",
        "BR §7.1.2.11.1",
        (PUBLIC, "names the issuer's issuer or serial number"),
        |world| {
            identified(world, "O=Test/CN=Root", &[7]);
            world.private = false;
            world.public = true;
        },
    ),
];
