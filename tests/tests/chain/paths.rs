//! Paths: which certificates lead to a root (RFC 5280 §6.1, RFC 4158).

use super::made::{BASIC, Extension, Made, PURPOSE, SUBJECT_KEY, USAGE};
use super::values::purposes;
use super::world::{Alter, Case, World, fails, passes, replace};

const PATH: &str = "trusted-path";

/// Puts a line of CAs between the root and the server.
pub(crate) fn line(world: &mut World, names: &[&'static str]) {
    let mut above = "root";
    for name in names {
        world.add(
            name,
            Made::authority(&format!("O=Test/CN={name}"), name, above),
        );
        above = name;
    }
    world.leaf().by = above;
    world.served = vec!["leaf"];
    world.served.extend(names.iter().rev());
}

/// A certificate of the CA by another root, for the same key.
fn cross(world: &mut World, until: &'static str) {
    world.add(
        "second root",
        Made::authority("O=Test/CN=Second Root", "second root", "second root"),
    );
    let cross = Made::authority("O=Test/CN=CA", "ca", "second root");
    world.add("cross", cross).until = until;
    world.served = vec!["leaf", "cross", "ca"];
}

/// Two CAs that signed each other; the first has the CA's name and key.
fn circle(world: &mut World) {
    world.add("first", Made::authority("O=Test/CN=CA", "ca", "second"));
    world.add(
        "second",
        Made::authority("O=Test/CN=Second", "second ca", "ca"),
    );
}

pub(crate) const CASES: &[Case] = &[
    passes("a chain as it should be", "RFC 5280 §6.1", |_| {}),
    passes("the root is served too", "RFC 8446 §4.4.2", |world| {
        world.served = vec!["leaf", "ca", "root"];
    }),
    passes("the order is wrong", "RFC 8446 §4.4.2", |world| {
        world.served = vec!["leaf", "root", "ca"];
    }),
    passes("a certificate is served twice", "RFC 4158 §2.4", |world| {
        world.served = vec!["leaf", "ca", "ca"];
    }),
    passes(
        "a stranger's certificate is served too",
        "RFC 4158 §2.4",
        |world| {
            world.add("stranger", Made::authority("CN=Stranger", "a", "stranger"));
            world.served = vec!["leaf", "stranger", "ca"];
        },
    ),
    passes(
        "the server's issuer is trusted itself",
        "RFC 5280 §6.1.1 (d)",
        |world| {
            world.trusted = vec!["ca"];
            world.served = vec!["leaf"];
        },
    ),
    passes(
        "the server's own certificate is trusted itself",
        "RFC 5280 §6.1.1 (d)",
        |world| {
            world.trusted = vec!["leaf"];
            world.served = vec!["leaf"];
        },
    ),
    fails(
        "an intermediate is not served",
        "RFC 8446 §4.4.2",
        (PATH, "no trusted root"),
        |world| {
            world.served = vec!["leaf"];
        },
    ),
    fails(
        "the served root is not trusted",
        "RFC 5280 §6.1",
        (PATH, "no trusted root"),
        |world| {
            world.add(
                "second root",
                Made::authority("CN=Second Root", "second root", "second root"),
            );
            world.trusted = vec!["second root"];
            world.served = vec!["leaf", "ca", "root"];
        },
    ),
    fails(
        "a trusted root of the same name has another key",
        "RFC 5280 §6.1.3 (a)(1)",
        (PATH, "signature"),
        |world| {
            world.add(
                "twin",
                Made::authority("O=Test/CN=Root", "second root", "twin"),
            );
            world.trusted = vec!["twin"];
        },
    ),
    fails(
        "the server's certificate is its own issuer's",
        "RFC 5280 §6.1",
        (PATH, ""),
        |world| {
            world.leaf().by = "leaf";
            world.served = vec!["leaf"];
        },
    ),
    fails(
        "the signature on the server's is another's",
        "RFC 5280 §6.1.3 (a)(1)",
        (PATH, "a signature in the chain is wrong"),
        |world| {
            world.leaf().forged = true;
        },
    ),
    fails(
        "the signature on the CA's is another's",
        "RFC 5280 §6.1.3 (a)(1)",
        (PATH, "a signature in the chain is wrong"),
        |world| {
            world.ca().forged = true;
        },
    ),
    // Several paths.
    passes(
        "an expired cross-sign before the good one",
        "RFC 4158 §3.5.5",
        |world| {
            cross(world, "260401000000Z");
        },
    ),
    passes(
        "a sibling of the same name with another key before it",
        "RFC 4158 §3.5.12",
        |world| {
            world
                .add("sibling", Made::authority("O=Test/CN=CA", "a", "root"))
                .until = "260401000000Z";
            world.served = vec!["leaf", "sibling", "ca"];
        },
    ),
    fails(
        "only the sibling of the same name is served",
        "RFC 5280 §6.1.3 (a)(1)",
        (PATH, "signature"),
        |world| {
            world.add("sibling", Made::authority("O=Test/CN=CA", "a", "root"));
            world.served = vec!["leaf", "sibling"];
        },
    ),
    passes(
        "a cross-sign that ends soon beside one that lasts",
        "RFC 4158 §3.5.5",
        |world| {
            cross(world, "260510000000Z");
            world.trusted = vec!["second root", "root"];
        },
    ),
    fails(
        "the only path ends soon",
        "RFC 5280 §6.1.3 (a)(2)",
        ("not-expiring", "CN=CA expires at 2026-05-10"),
        |world| {
            world.ca().until = "260510000000Z";
        },
    ),
    passes(
        "a path by a CA that may not, beside one that may",
        "RFC 4158 §2.4",
        |world| {
            cross(world, "400101000000Z");
            world.one("cross").set(USAGE, true, vec![3, 2, 1, 2]);
            world.trusted = vec!["second root", "root"];
        },
    ),
    passes(
        "CAs that signed each other beside a path",
        "RFC 4158 §5.2",
        |world| {
            circle(world);
            world.served = vec!["leaf", "first", "second", "ca"];
        },
    ),
    fails(
        "CAs that signed each other and nobody else",
        "RFC 4158 §5.2",
        (PATH, "no trusted root"),
        |world| {
            circle(world);
            world.served = vec!["leaf", "first", "second"];
        },
    ),
    passes(
        "a root past its end beside the one in its place",
        "RFC 4158 §3.5.5",
        |world| {
            world
                .add("old", Made::authority("O=Test/CN=Root", "root", "old"))
                .until = "210101000000Z";
            world.trusted = vec!["old", "root"];
        },
    ),
    // Depth.
    passes("six CAs below the root", "RFC 5280 §6.1", |world| {
        line(world, &["a", "b", "c", "d", "e", "f"]);
    }),
    passes("seven CAs below the root", "RFC 5280 §6.1", |world| {
        line(world, &["a", "b", "c", "d", "e", "f", "g"]);
    }),
    passes(
        "a CA under which no other may stand",
        "RFC 5280 §4.2.1.9",
        |world| world.ca().depth(0),
    ),
    fails(
        "a CA below one under which none may stand",
        "RFC 5280 §6.1.4 (l)",
        (PATH, "pathLenConstraint"),
        |world| {
            line(world, &["a", "b"]);
            world.one("a").depth(0);
        },
    ),
    passes(
        "a CA below one that allows it",
        "RFC 5280 §6.1.4 (l)",
        |world| {
            line(world, &["a", "b"]);
            world.one("a").depth(1);
        },
    ),
    passes("a number of CAs beyond all", "RFC 5280 §4.2.1.9", |world| {
        world.ca().depth(127)
    }),
    fails(
        "a root under which no CA may stand",
        "RFC 5280 §4.2.1.9",
        (PATH, "pathLenConstraint"),
        |world| {
            world.root().depth(0);
        },
    ),
    passes(
        "a CA that issued itself does not count",
        "RFC 5280 §6.1.4 (l)",
        |world| {
            world.ca().depth(0);
            world.add("next", Made::authority("O=Test/CN=CA", "second ca", "ca"));
            world.leaf().by = "next";
            world.served = vec!["leaf", "next", "ca"];
        },
    ),
    fails(
        "a CA below one that issued itself counts",
        "RFC 5280 §6.1.4 (l)",
        (PATH, ""),
        |world| {
            line(world, &["a", "b", "c"]);
            world.one("a").depth(0);
            world.one("b").subject = super::der::name("O=Test/CN=a");
        },
    ),
    fails(
        "a copy of a CA's certificate that allows more, beside the true one",
        "RFC 5280 §6.1.3 (a)(1)",
        (PATH, ""),
        |world| {
            line(world, &["a", "b"]);
            world.one("a").depth(0);
            let alter: Alter =
                |der| replace(der, &[1, 1, 0xff, 2, 1, 0], &[1, 1, 0xff, 2, 1, 0x7f]);
            world.altered = Some(("a", alter));
        },
    ),
    fails(
        "a copy of a CA's certificate that requires no policy, beside the true one",
        "RFC 5280 §6.1.3 (a)(1)",
        (PATH, ""),
        |world| {
            // policyConstraints
            world.ca().set("2.5.29.36", true, vec![0x30, 3, 0x80, 1, 0]);
            let alter: Alter = |der| {
                replace(
                    der,
                    &[0x55, 0x1d, 36, 1, 1, 0xff],
                    &[0x55, 0x1d, 36, 1, 1, 0],
                )
            };
            world.altered = Some(("ca", alter));
        },
    ),
    // Who may issue.
    fails(
        "a CA without basicConstraints",
        "RFC 5280 §6.1.4 (k)",
        (PATH, "is no CA"),
        |world| {
            world.ca().without(BASIC);
        },
    ),
    fails(
        "a CA that says that it is none",
        "RFC 5280 §6.1.4 (k)",
        (PATH, "is no CA"),
        |world| {
            world.ca().set(BASIC, true, vec![0x30, 0]);
        },
    ),
    fails(
        "a CA of version 1",
        "RFC 5280 §6.1.4 (k)",
        (PATH, "version 3"),
        |world| {
            world.ca().version = 0;
            world.ca().extensions.clear();
        },
    ),
    fails(
        "a CA whose key may sign lists alone",
        "RFC 5280 §6.1.4 (n)",
        (PATH, "keyUsage"),
        |world| {
            world.ca().set(USAGE, true, vec![3, 2, 1, 2]);
        },
    ),
    fails(
        "a server's certificate that issued another",
        "RFC 5280 §6.1.4 (k)",
        (PATH, "is no CA"),
        |world| {
            let mut other = Made::server("other.example.com", "ca");
            other.key = "a";
            other.extensions.push(Extension {
                id: SUBJECT_KEY,
                critical: false,
                value: None,
            });
            world.add("other", other);
            world.leaf().by = "other";
            world.served = vec!["leaf", "other", "ca"];
        },
    ),
    fails(
        "a CA for clients alone",
        "RFC 5280 §4.2.1.12",
        (PATH, "not meant for TLS servers"),
        |world| {
            world
                .ca()
                .set(PURPOSE, false, purposes(&["1.3.6.1.5.5.7.3.2"]));
        },
    ),
    passes(
        "a CA for servers and clients",
        "RFC 5280 §4.2.1.12",
        |world| {
            world.ca().set(
                PURPOSE,
                false,
                purposes(&["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]),
            );
        },
    ),
    fails(
        "a CA for any purpose",
        "BR §7.1.2.10.6",
        (PATH, "not meant for TLS servers"),
        |world| {
            world.ca().set(PURPOSE, false, purposes(&["2.5.29.37.0"]));
        },
    ),
];
