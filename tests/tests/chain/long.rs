//! Paths of many CAs, and many ways to go: decided, and soon.

use super::der::der;
use super::made::{CONSTRAINTS, Made};
use super::paths::line;
use super::values::constraints;
use super::world::{Case, World, fails, open, passes};

const PATH: &str = "trusted-path";

/// As many keys as there are, but for the root's and the server's.
const TEN: [&str; 10] = [
    "a",
    "b",
    "c",
    "d",
    "e",
    "f",
    "g",
    "ca",
    "second ca",
    "second root",
];

/// CAs of which each has a certificate by each other one, and the first by the root. The last issues to the
/// server. The root's stands at the end of what is served.
fn mesh(world: &mut World, names: &[&'static str]) {
    let called = |name: &str| format!("O=Test/CN={name}");
    let (Some(first), Some(last)) = (names.first(), names.last()) else {
        return;
    };
    world.served = vec!["leaf"];
    for name in names {
        world.add(name, Made::authority(&called(name), name, "root"));
    }
    for name in names {
        for by in names.iter().filter(|by| *by != name) {
            let one: &'static str = format!("{name} by {by}").leak();
            world.add(one, Made::authority(&called(name), name, by));
            world.served.push(one);
        }
    }
    world.leaf().by = last;
    world.served.push(first);
}

/// So many CAs in a row, all of one key.
fn row(world: &mut World, many: usize) {
    let mut above = "root";
    let mut names = Vec::new();
    for place in 0..many {
        let name: &'static str = format!("CA {place}").leak();
        world.add(
            name,
            Made::authority(&format!("O=Test/CN={name}"), "a", above),
        );
        names.push(name);
        above = name;
    }
    world.leaf().by = above;
    world.served = vec!["leaf"];
    world.served.extend(names.iter().rev());
}

pub(crate) const CASES: &[Case] = &[
    passes("ten CAs below the root", "RFC 5280 §6.1", |world| {
        line(world, &TEN);
    }),
    passes("ten CAs in the wrong order", "RFC 8446 §4.4.2", |world| {
        line(world, &TEN);
        world.served[1..].reverse();
    }),
    fails(
        "ten CAs, the one in the middle over",
        "RFC 5280 §6.1.3 (a)(2)",
        (PATH, "expired at 2026-04-01"),
        |world| {
            line(world, &TEN);
            world.one("e").until = "260401000000Z";
        },
    ),
    fails(
        "ten CAs below one that allows eight",
        "RFC 5280 §6.1.4 (l)",
        (PATH, "pathLenConstraint"),
        |world| {
            line(world, &TEN);
            world.one("a").depth(8);
        },
    ),
    passes(
        "ten CAs below one that allows nine",
        "RFC 5280 §6.1.4 (l)",
        |world| {
            line(world, &TEN);
            world.one("a").depth(9);
        },
    ),
    fails(
        "ten CAs, the one in the middle missing",
        "RFC 8446 §4.4.2",
        (PATH, "serve the certificate of O=Test, CN=e"),
        |world| {
            line(world, &TEN);
            world.served.retain(|name| *name != "e");
        },
    ),
    fails(
        "ten CAs, a signature in the middle another's",
        "RFC 5280 §6.1.3 (a)(1)",
        (PATH, "a signature in the chain is wrong"),
        |world| {
            line(world, &TEN);
            world.one("e").forged = true;
        },
    ),
    passes("thirty-two CAs below the root", "RFC 5280 §6.1", |world| {
        row(world, 32);
    }),
    open(
        "thirty-three CAs below the root",
        "RFC 5280 §6.1",
        (PATH, "more than 32 CAs"),
        |world| row(world, 33),
    ),
    passes(
        "eight CAs that all signed each other",
        "RFC 4158 §5.2",
        |world| {
            mesh(world, &["a", "b", "c", "d", "e", "f", "g", "ca"]);
        },
    ),
    fails(
        "eight CAs that all signed each other, and no root",
        "RFC 4158 §5.2",
        (PATH, "no trusted root"),
        |world| {
            mesh(world, &["a", "b", "c", "d", "e", "f", "g", "ca"]);
            world.served.pop();
        },
    ),
    fails(
        "eight CAs that all signed each other, and a root that is over",
        "RFC 5280 §6.1.3 (a)(2)",
        (PATH, "the root is outside its validity"),
        |world| {
            mesh(world, &["a", "b", "c", "d", "e", "f", "g", "ca"]);
            world.root().until = "260401000000Z";
        },
    ),
    passes(
        "eight CAs that all signed each other, below one that allows one",
        "RFC 5280 §6.1.4 (l)",
        |world| {
            mesh(world, &["a", "b", "c", "d", "e", "f", "g", "ca"]);
            world.one("a").depth(1);
        },
    ),
    open(
        "ten CAs that all signed each other, below a root that may not issue for the name",
        "RFC 5280 §6.1.4 (g)",
        (PATH, "more paths than are looked at"),
        |world| {
            mesh(world, &TEN);
            let limit = constraints(&[], &[der(0x82, b"example.com")]);
            world.root().set(CONSTRAINTS, true, limit);
        },
    ),
];
