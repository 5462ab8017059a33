//! RFC 5280 §6.1 rule by rule, where two of them meet: CAs that issued themselves, limits above limits,
//! extensions that are absent, twice, or of another form.

use super::der::{der, integer, sequence, yes};
use super::made::{BASIC, CONSTRAINTS, Extension, Made, NAMES, POLICIES, USAGE};
use super::paths::line;
use super::values::{constraints, dns};
use super::world::{Case, World, fails, only, passes};

const PATH: &str = "trusted-path";
const LINTS: &str = "certificate-lints";
const NAMED: (&str, &str) = (PATH, "nameConstraints");
const DEPTH: (&str, &str) = (PATH, "pathLenConstraint");

fn host(name: &str) -> Vec<u8> {
    der(0x82, name.as_bytes())
}

/// The CA's next key, by a certificate that it issued itself.
pub(crate) fn next(world: &mut World) -> &mut Made {
    world.add("next", Made::authority("O=Test/CN=CA", "second ca", "ca"));
    world.leaf().by = "next";
    world.served = vec!["leaf", "next", "ca"];
    world.one("next")
}

/// A CA of another name below the CA.
pub(crate) fn lower(world: &mut World) -> &mut Made {
    world.add(
        "lower",
        Made::authority("O=Test/CN=Lower", "second ca", "ca"),
    );
    world.leaf().by = "lower";
    world.served = vec!["leaf", "lower", "ca"];
    world.one("lower")
}

fn twice(made: &mut Made, id: &'static str, value: Vec<u8>) {
    made.extensions.push(Extension {
        id,
        critical: true,
        value: Some(value),
    });
}

pub(crate) const CASES: &[Case] = &[
    // How many CAs may stand below.
    passes(
        "a limit of three hundred CAs",
        "RFC 5280 §4.2.1.9",
        |world| {
            let most = integer(&[1, 0x2c]);
            world.ca().set(BASIC, true, sequence(&[yes(), most]));
        },
    ),
    passes("a limit of two hundred CAs", "RFC 5280 §4.2.1.9", |world| {
        let most = integer(&[0, 200]);
        world.ca().set(BASIC, true, sequence(&[yes(), most]));
    }),
    fails(
        "a limit above a wider one",
        "RFC 5280 §6.1.4 (m)",
        DEPTH,
        |world| {
            line(world, &["a", "b", "c"]);
            world.one("a").depth(1);
            world.one("b").depth(7);
        },
    ),
    passes(
        "a root's limit, and a CA that issued itself",
        "RFC 5280 §6.1.4 (l)",
        |world| {
            world.root().depth(1);
            next(world);
        },
    ),
    fails(
        "a root's limit, and two CAs",
        "RFC 5280 §4.2.1.9",
        DEPTH,
        |world| {
            world.root().depth(1);
            lower(world);
        },
    ),
    passes(
        "two keys of one CA, below a limit of none",
        "RFC 5280 §6.1.4 (l)",
        |world| {
            world.ca().depth(0);
            next(world).depth(0);
            world.add("third", Made::authority("O=Test/CN=CA", "a", "next"));
            world.leaf().by = "third";
            world.served = vec!["leaf", "third", "next", "ca"];
        },
    ),
    fails(
        "a CA of another name below a new key and a limit of none",
        "RFC 5280 §6.1.4 (l)",
        DEPTH,
        |world| {
            world.ca().depth(0);
            next(world);
            world.add("third", Made::authority("O=Test/CN=Third", "a", "next"));
            world.leaf().by = "third";
            world.served = vec!["leaf", "third", "next", "ca"];
        },
    ),
    // Who is a CA.
    fails(
        "a CA of version 3 without extensions",
        "RFC 5280 §6.1.4 (k)",
        (PATH, "is no CA"),
        |world| world.ca().extensions.clear(),
    ),
    only(
        "a CA without keyUsage",
        "RFC 5280 §4.2.1.3",
        (LINTS, "has no keyUsage"),
        |world| {
            world.private = true;
            world.ca().without(USAGE);
        },
    ),
    only(
        "a root of one's own without keyUsage",
        "RFC 5280 §4.2.1.3",
        (LINTS, "CN=Root: it is a CA's and has no keyUsage"),
        |world| {
            world.private = true;
            world.root().without(USAGE);
        },
    ),
    fails(
        "a CA whose keyUsage is all zero",
        "RFC 5280 §6.1.4 (n)",
        (PATH, "keyUsage"),
        |world| world.ca().set(USAGE, true, vec![3, 1, 0]),
    ),
    // What is trusted itself.
    fails(
        "a pinned certificate with a critical extension that nobody knows",
        "RFC 5280 §4.2",
        (PATH, "critical extension"),
        |world| {
            world.leaf().set("1.3.9999.5", true, vec![5, 0]);
            world.trusted = vec!["leaf"];
            world.served = vec!["leaf"];
        },
    ),
    passes(
        "a pinned certificate with an extension that nobody knows",
        "RFC 5280 §4.2",
        |world| {
            world.leaf().set("1.3.9999.5", false, vec![5, 0]);
            world.trusted = vec!["leaf"];
            world.served = vec!["leaf"];
        },
    ),
    // Names of CAs that issued themselves.
    passes(
        "a name of a new key's that its CA may not issue for",
        "RFC 5280 §6.1.3 (b)",
        |world| {
            world.private = true;
            next(world).set(NAMES, false, dns(&["ca.example.org"]));
            let trees = constraints(&[host("example.com")], &[]);
            world.ca().set(CONSTRAINTS, true, trees);
        },
    ),
    fails(
        "a name of a lower CA's that its CA may not issue for",
        "RFC 5280 §6.1.3 (b)",
        NAMED,
        |world| {
            lower(world).set(NAMES, false, dns(&["ca.example.org"]));
            let trees = constraints(&[host("example.com")], &[]);
            world.ca().set(CONSTRAINTS, true, trees);
        },
    ),
    fails(
        "a server's of its CA's own name is limited as any",
        "RFC 5280 §6.1.3 (b)",
        NAMED,
        |world| {
            world.leaf().subject = world.ca().subject.clone();
            let trees = constraints(&[host("example.org")], &[]);
            world.ca().set(CONSTRAINTS, true, trees);
        },
    ),
    fails(
        "a limit of a new key's",
        "RFC 5280 §6.1.4 (g)",
        NAMED,
        |world| {
            let trees = constraints(&[host("example.org")], &[]);
            next(world).set(CONSTRAINTS, true, trees);
        },
    ),
    // The form of limits.
    fails(
        "a limit with a minimum",
        "RFC 5280 §4.2.1.10",
        (PATH, "malformed"),
        |world| {
            let tree = sequence(&[host("example.com"), der(0x80, &[0])]);
            let value = sequence(&[der(0xa0, &tree)]);
            world.ca().set(CONSTRAINTS, true, value);
        },
    ),
    fails(
        "what is permitted is no list",
        "RFC 5280 §4.2.1.10",
        (PATH, "malformed"),
        |world| {
            let value = sequence(&[der(0xa0, &host("example.org"))]);
            world.ca().set(CONSTRAINTS, true, value);
        },
    ),
    fails(
        "what is excluded stands before what is permitted",
        "RFC 5280 §4.2.1.10",
        (PATH, "malformed"),
        |world| {
            let tree = |name: &str| sequence(&[host(name)]);
            let excluded = der(0xa1, &tree("example.org"));
            let value = sequence(&[excluded, der(0xa0, &tree("example.com"))]);
            world.ca().set(CONSTRAINTS, true, value);
        },
    ),
    fails(
        "limits twice",
        "RFC 5280 §4.2",
        (PATH, "malformed"),
        |world| {
            let trees = constraints(&[host("example.com")], &[]);
            world.ca().set(CONSTRAINTS, true, trees.clone());
            twice(world.ca(), CONSTRAINTS, trees);
        },
    ),
    fails(
        "a number of CAs twice",
        "RFC 5280 §4.2",
        (PATH, "malformed"),
        |world| twice(world.ca(), BASIC, sequence(&[yes()])),
    ),
    fails(
        "a server's policies that are malformed",
        "RFC 5280 §4.2.1.4",
        (PATH, "malformed"),
        |world| world.leaf().set(POLICIES, false, vec![2, 1, 7]),
    ),
];
