//! Malformed certificates that are not the server's own, and what is no certificate.

use super::der::{integer, sequence, yes};
use super::made::{BASIC, Made};
use super::world::{Case, fails, open, passes};

const LINTS: &str = "certificate-lints";

pub(crate) const CASES: &[Case] = &[
    // Others than the server's own.
    fails(
        "a CA that is malformed",
        "RFC 5280 §4.1.2.5",
        (LINTS, "not two dates"),
        |world| {
            world.ca().fields = Some(|all| all[4] = sequence(&[]));
        },
    ),
    fails(
        "a stranger beside the path that is malformed",
        "RFC 8446 §4.4.2",
        (LINTS, "the served certificate 2"),
        |world| {
            world
                .add("stranger", Made::authority("O=Other", "b", "root"))
                .fields = Some(|all| all[4] = sequence(&[]));
            world.served.push("stranger");
        },
    ),
    passes(
        "a flag that is said where it is no default",
        "X.690 §11.5",
        |world| {
            world.leaf().set(BASIC, true, sequence(&[]));
            world
                .ca()
                .set(BASIC, true, sequence(&[yes(), integer(&[0])]));
        },
    ),
    passes(
        "a root that is malformed beside the one that is needed",
        "RFC 5280 §6.1.1 (d)",
        |world| {
            world
                .add("broken", Made::authority("O=Other", "b", "broken"))
                .fields = Some(|all| all[6] = sequence(&[]));
            world.trusted.push("broken");
        },
    ),
    open(
        "a root that is malformed alone",
        "RFC 5280 §6.1.1 (d)",
        ("trusted-path", "0 of 1"),
        |world| {
            world.root().fields = Some(|all| {
                all.remove(5);
                all.remove(5);
            });
        },
    ),
    open(
        "a text in the place of the certificate",
        "RFC 5280 §4.1",
        ("trusted-path", "not an X.509"),
        |world| world.leaf().parts = Some(|_| b"no certificate".to_vec()),
    ),
    open(
        "a certificate that is cut",
        "RFC 5280 §4.1",
        ("trusted-path", "not an X.509"),
        |world| {
            world.leaf().parts = Some(|all| {
                let mut whole = sequence(all);
                whole.pop();
                whole
            })
        },
    ),
    open(
        "an empty SEQUENCE",
        "RFC 5280 §4.1",
        ("trusted-path", "not an X.509"),
        |world| world.leaf().parts = Some(|_| sequence(&[])),
    ),
];
