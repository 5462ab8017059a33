//! Lists and answers from files, beside a saved chain (RFC 5280 §6.3, RFC 6960). What they are worth is
//! doubted one by one where they are read: `crates/collect-web/src/tls/revocation/doubts`.

use super::world::{Case, World, fails, open, passes};

const REVOKED: &str = "not-revoked";

/// Lists by the CA and by the root; the first with these serial numbers.
fn both(world: &mut World, serials: Vec<Vec<u8>>) {
    world.lists = vec![("ca", serials), ("root", Vec::new())];
}

pub(crate) const CASES: &[Case] = &[
    passes("nobody is on the lists", "RFC 5280 §6.3.3", |world| {
        both(world, Vec::new())
    }),
    passes("another is on the list", "RFC 5280 §6.3.3", |world| {
        both(world, vec![vec![1]])
    }),
    fails(
        "the server's certificate is on the list",
        "RFC 5280 §6.3.3",
        (REVOKED, "CN=api.example.com is revoked since 2026-04-01"),
        |world| {
            let serial = world.leaf().serial.clone();
            both(world, vec![serial]);
        },
    ),
    fails(
        "the server's certificate is on the list of what is new alone",
        "RFC 5280 §6.3.3 (l)",
        (REVOKED, "CN=api.example.com is revoked"),
        |world| {
            both(world, Vec::new());
            world.news = vec![("ca", vec![world.leaf().serial.clone()])];
        },
    ),
    passes(
        "another is on the list of what is new",
        "RFC 5280 §6.3.3 (l)",
        |world| {
            both(world, Vec::new());
            world.news = vec![("ca", vec![vec![1]])];
        },
    ),
    open(
        "there is nothing but a list of what is new",
        "RFC 5280 §5.2.4",
        (REVOKED, "what is new since another list"),
        |world| {
            world.lists = vec![("root", Vec::new())];
            world.news = vec![("ca", Vec::new())];
        },
    ),
    fails(
        "the list names its issuer in capitals",
        "RFC 5280 §6.3.3 (b)(1)",
        (REVOKED, "CN=api.example.com is revoked"),
        |world| {
            world.add(
                "twin",
                super::made::Made::authority("O=TEST/CN=ca", "ca", "root"),
            );
            let serial = world.leaf().serial.clone();
            world.lists = vec![("twin", vec![serial]), ("root", Vec::new())];
        },
    ),
    fails(
        "the CA's certificate is on the list",
        "RFC 5280 §6.3.3",
        (REVOKED, "CN=CA is revoked"),
        |world| {
            let serial = world.ca().serial.clone();
            world.lists = vec![("ca", Vec::new()), ("root", vec![serial])];
        },
    ),
    open(
        "no list speaks of the CA",
        "RFC 5280 §6.3.3",
        (REVOKED, "whether O=Test, CN=CA is revoked"),
        |world| {
            world.lists = vec![("ca", Vec::new())];
        },
    ),
    open(
        "the list is over",
        "RFC 5280 §6.3.3 (a)",
        (REVOKED, "stale"),
        |world| {
            both(world, Vec::new());
            world.leaf().until = "280101000000Z";
            world.at = "2027-01-01T00:00:00Z";
        },
    ),
    fails(
        "an answer that is none",
        "RFC 6960 §4.2.1",
        ("staple-valid", "malformed"),
        |world| {
            world.answer = Some(vec![0x30, 0]);
        },
    ),
    fails(
        "a responder that gives no answer",
        "RFC 6960 §4.2.1",
        ("staple-valid", "tryLater"),
        |world| {
            world.answer = Some(vec![0x30, 3, 10, 1, 3]);
        },
    ),
];
