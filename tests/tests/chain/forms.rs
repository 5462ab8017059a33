//! Name constraints on mailboxes and names of other forms (RFC 5280 §4.2.1.10); those on URIs are in
//! `uris.rs`.

use super::der::{der, name, oid, sequence, set};
use super::made::{CONSTRAINTS, Made, NAMES};
use super::values::constraints;
use super::world::{Case, HOST, World, fails, passes};

pub(crate) const PATH: (&str, &str) = ("trusted-path", "nameConstraints");
pub(crate) const RULE: &str = "RFC 5280 §4.2.1.10";
const UTF8: &str = "RFC 9598 §6";

pub(crate) fn mailbox(text: &str) -> Vec<u8> {
    der(0x81, text.as_bytes())
}

pub(crate) fn uri(text: &str) -> Vec<u8> {
    der(0x86, text.as_bytes())
}

/// A name of a type of its own.
fn other(kind: &str, value: &[u8]) -> Vec<u8> {
    der(0xa0, &[oid(kind), der(0xa0, value)].concat())
}

fn utf8_mailbox(text: &str) -> Vec<u8> {
    other("1.3.6.1.5.5.7.8.9", &der(0x0c, text.as_bytes()))
}

/// A server of a private CA with a name of another form too, and what the CA is limited to.
pub(crate) fn named(world: &mut World, own: Vec<u8>, permitted: &[Vec<u8>], excluded: &[Vec<u8>]) {
    world.private = true;
    world
        .leaf()
        .set(NAMES, false, sequence(&[der(0x82, HOST.as_bytes()), own]));
    world
        .ca()
        .set(CONSTRAINTS, true, constraints(permitted, excluded));
}

/// A CA below the limited one, of this subject.
fn lower(world: &mut World, subject: Vec<u8>, permitted: &[Vec<u8>]) {
    let mut lower = Made::authority("O=Test/CN=Lower", "second ca", "ca");
    lower.subject = subject;
    world.add("lower", lower);
    world.leaf().by = "lower";
    world.served = vec!["leaf", "lower", "ca"];
    world
        .ca()
        .set(CONSTRAINTS, true, constraints(permitted, &[]));
}

/// A subject with a mailbox in it.
fn mailed(text: &str) -> Vec<u8> {
    let part =
        |kind: &str, tag: u8, text: &str| set(&[sequence(&[oid(kind), der(tag, text.as_bytes())])]);
    sequence(&[
        part("2.5.4.10", 0x0c, "Test"),
        part("1.2.840.113549.1.9.1", 0x16, text),
    ])
}

pub(crate) const CASES: &[Case] = &[
    // Mailboxes.
    passes("a mailbox at a permitted host", RULE, |world| {
        named(
            world,
            mailbox("root@example.com"),
            &[mailbox("example.com")],
            &[],
        );
    }),
    passes(
        "a mailbox at a permitted host in capitals",
        "RFC 5280 §7.5",
        |world| {
            named(
                world,
                mailbox("root@EXAMPLE.com"),
                &[mailbox("example.COM")],
                &[],
            );
        },
    ),
    passes("a mailbox in a permitted domain", RULE, |world| {
        named(
            world,
            mailbox("root@a.example.com"),
            &[mailbox(".example.com")],
            &[],
        );
    }),
    passes("the permitted mailbox itself", RULE, |world| {
        named(
            world,
            mailbox("root@example.com"),
            &[mailbox("root@example.com")],
            &[],
        );
    }),
    passes("a mailbox beside an excluded one", RULE, |world| {
        named(
            world,
            mailbox("root@example.com"),
            &[],
            &[mailbox("other@example.com")],
        );
    }),
    passes("a mailbox where only URIs are limited", RULE, |world| {
        named(
            world,
            mailbox("root@example.com"),
            &[uri("example.org")],
            &[],
        );
    }),
    fails("a mailbox at another host", RULE, PATH, |world| {
        named(
            world,
            mailbox("root@example.org"),
            &[mailbox("example.com")],
            &[],
        );
    }),
    fails(
        "a mailbox at a host below the permitted one",
        RULE,
        PATH,
        |world| {
            named(
                world,
                mailbox("root@a.example.com"),
                &[mailbox("example.com")],
                &[],
            );
        },
    ),
    fails(
        "a mailbox at the host whose domain is permitted",
        RULE,
        PATH,
        |world| {
            named(
                world,
                mailbox("root@example.com"),
                &[mailbox(".example.com")],
                &[],
            );
        },
    ),
    fails(
        "a mailbox at a host that only ends alike",
        RULE,
        PATH,
        |world| {
            named(
                world,
                mailbox("root@evilexample.com"),
                &[mailbox(".example.com")],
                &[],
            );
        },
    ),
    fails(
        "the permitted mailbox in another case",
        "RFC 5280 §7.5",
        PATH,
        |world| {
            named(
                world,
                mailbox("Root@example.com"),
                &[mailbox("root@example.com")],
                &[],
            );
        },
    ),
    fails(
        "an excluded mailbox between quotes",
        "RFC 5321 §4.1.2",
        PATH,
        |world| {
            named(
                world,
                mailbox("\"root\"@example.com"),
                &[],
                &[mailbox("root@example.com")],
            );
        },
    ),
    fails(
        "a mailbox at an excluded host that is permitted too",
        RULE,
        PATH,
        |world| {
            let host = mailbox("example.com");
            named(
                world,
                mailbox("root@example.com"),
                std::slice::from_ref(&host),
                std::slice::from_ref(&host),
            );
        },
    ),
    fails(
        "a mailbox without a host where mailboxes are limited",
        RULE,
        PATH,
        |world| {
            named(world, mailbox("root"), &[], &[mailbox("example.com")]);
        },
    ),
    passes(
        "a CA whose subject has a permitted mailbox",
        RULE,
        |world| {
            lower(world, mailed("ca@example.com"), &[mailbox("example.com")]);
        },
    ),
    fails(
        "a CA whose subject has a mailbox elsewhere",
        RULE,
        PATH,
        |world| {
            lower(world, mailed("ca@example.org"), &[mailbox("example.com")]);
        },
    ),
    passes(
        "a mailbox in a subject beside subjectAltName",
        RULE,
        |world| {
            world.leaf().subject = mailed("root@example.org");
            world.ca().set(
                CONSTRAINTS,
                true,
                constraints(&[mailbox("example.com")], &[]),
            );
        },
    ),
    // Mailboxes in UTF-8 are limited as the others are.
    passes("a UTF-8 mailbox at a permitted host", UTF8, |world| {
        let own = utf8_mailbox("\u{8001}\u{5e2b}@xn--bcher-kva.example");
        named(world, own, &[mailbox("xn--bcher-kva.example")], &[]);
    }),
    fails("a UTF-8 mailbox at another host", UTF8, PATH, |world| {
        let own = utf8_mailbox("\u{8001}\u{5e2b}@example.org");
        named(world, own, &[mailbox("example.com")], &[]);
    }),
    fails(
        "a UTF-8 mailbox in an excluded domain",
        UTF8,
        PATH,
        |world| {
            let own = utf8_mailbox("\u{8001}\u{5e2b}@a.example.com");
            named(world, own, &[], &[mailbox(".example.com")]);
        },
    ),
    // Forms of which nobody has said what lies within what.
    fails(
        "a registered identifier where such are limited",
        RULE,
        PATH,
        |world| {
            let id = der(0x88, &[0x2a, 3, 4]);
            named(world, id.clone(), &[id], &[]);
        },
    ),
    fails(
        "a name of a type of its own where that type is limited",
        RULE,
        PATH,
        |world| {
            let own = other("1.3.6.1.4.1.311.20.2.3", &der(0x0c, b"root@example.com"));
            named(world, own.clone(), &[own], &[]);
        },
    ),
    passes(
        "a name of a type of its own where another type is limited",
        RULE,
        |world| {
            let own = other("1.3.6.1.4.1.311.20.2.3", &der(0x0c, b"root@example.com"));
            named(world, own, &[other("1.3.9999.1", &der(0x0c, b"a"))], &[]);
        },
    ),
    fails(
        "an X.400 address where such are excluded",
        RULE,
        PATH,
        |world| {
            let own = der(0xa3, &sequence(&[]));
            named(world, own.clone(), &[], &[own]);
        },
    ),
    passes(
        "a registered identifier where only mailboxes are limited",
        RULE,
        |world| {
            named(
                world,
                der(0x88, &[0x2a, 3, 4]),
                &[mailbox("example.com")],
                &[],
            );
        },
    ),
    fails(
        "limits on URIs that are not critical",
        RULE,
        PATH,
        |world| {
            named(
                world,
                uri("https://example.org/"),
                &[uri("example.com")],
                &[],
            );
            world.ca().critical(CONSTRAINTS, false);
        },
    ),
    fails("a root's limit on URIs", "RFC 5937 §3.2", PATH, |world| {
        named(world, uri("https://example.org/"), &[], &[]);
        world.ca().without(CONSTRAINTS);
        world
            .root()
            .set(CONSTRAINTS, true, constraints(&[uri("example.com")], &[]));
    }),
    fails(
        "a directory name that is not permitted, beside the subject",
        RULE,
        PATH,
        |world| {
            let own = der(0xa4, &name("O=Other"));
            named(world, own, &[der(0xa4, &name("CN=api.example.com"))], &[]);
        },
    ),
];
