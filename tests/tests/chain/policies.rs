//! Certificate policies (RFC 5280 §6.1, RFC 9618), for a client that takes any policy.

use super::der::{integer, oid, sequence};
use super::made::{Made, POLICIES};
use super::values::policies;
use super::world::{Case, World, fails, passes};

const PATH: (&str, &str) = ("trusted-path", "policy");
const DOMAIN: &str = "2.23.140.1.2.1";
const ANY: &str = "2.5.29.32.0";
const CONSTRAINTS: &str = "2.5.29.36";
const INHIBIT: &str = "2.5.29.54";
const MAPPINGS: &str = "2.5.29.33";

/// policyConstraints: from where on a policy is required, and from where on none is mapped.
fn required(after: u8) -> Vec<u8> {
    vec![0x30, 3, 0x80, 1, after]
}

fn unmapped(after: u8) -> Vec<u8> {
    vec![0x30, 6, 0x80, 1, 0, 0x81, 1, after]
}

fn mapping(from: &str, to: &str) -> Vec<u8> {
    sequence(&[sequence(&[oid(from), oid(to)])])
}

/// A CA below the CA, which issues to the server.
fn lower(world: &mut World) {
    world.add(
        "lower",
        Made::authority("O=Test/CN=Lower", "second ca", "ca"),
    );
    world.leaf().by = "lower";
    world.served = vec!["leaf", "lower", "ca"];
}

pub(crate) const CASES: &[Case] = &[
    passes(
        "a policy that nobody asks for",
        "RFC 5280 §6.1.2 (d)",
        |world| {
            world.ca().set(POLICIES, false, policies(&["1.3.9999.7"]));
        },
    ),
    passes(
        "a policy that is required and there",
        "RFC 5280 §6.1.3 (d)",
        |world| {
            world.ca().set(POLICIES, false, policies(&[DOMAIN]));
            world.ca().set(CONSTRAINTS, true, required(0));
        },
    ),
    passes(
        "any policy is the one that is required",
        "RFC 5280 §6.1.3 (d)",
        |world| {
            world.ca().set(POLICIES, false, policies(&[ANY]));
            world.ca().set(CONSTRAINTS, true, required(0));
        },
    ),
    passes("policies that are critical", "RFC 5280 §4.2.1.4", |world| {
        world.ca().set(POLICIES, true, policies(&[DOMAIN]));
    }),
    passes(
        "a limit to any policy, which nobody requires",
        "RFC 5280 §4.2.1.14",
        |world| {
            world.ca().set(INHIBIT, true, integer(&[0]));
        },
    ),
    passes(
        "a policy that is required below the server's",
        "RFC 5280 §4.2.1.11",
        |world| {
            world.ca().set(CONSTRAINTS, true, required(2));
        },
    ),
    fails(
        "a policy that is required and not the CA's",
        "RFC 5280 §6.1.3 (f)",
        PATH,
        |world| {
            world.ca().set(CONSTRAINTS, true, required(0));
        },
    ),
    fails(
        "a policy that is required and not the server's",
        "RFC 5280 §6.1.3 (f)",
        PATH,
        |world| {
            world.ca().set(POLICIES, false, policies(&[DOMAIN]));
            world.ca().set(CONSTRAINTS, true, required(0));
            world.leaf().without(POLICIES);
        },
    ),
    fails(
        "a policy that is required and another",
        "RFC 5280 §6.1.3 (d)",
        PATH,
        |world| {
            world.ca().set(POLICIES, false, policies(&["1.3.9999.7"]));
            world.ca().set(CONSTRAINTS, true, required(0));
        },
    ),
    fails(
        "a policy that the server itself requires",
        "RFC 5280 §6.1.5 (b)",
        PATH,
        |world| {
            world.leaf().set(CONSTRAINTS, true, required(0));
        },
    ),
    fails(
        "any policy is no more the one that is required",
        "RFC 5280 §6.1.3 (d)(2)",
        PATH,
        |world| {
            lower(world);
            world.ca().set(POLICIES, false, policies(&[ANY]));
            world.ca().set(CONSTRAINTS, true, required(0));
            world.ca().set(INHIBIT, true, integer(&[0]));
            world.one("lower").set(POLICIES, false, policies(&[ANY]));
        },
    ),
    passes(
        "any policy of the first CA below the limit",
        "RFC 5280 §4.2.1.14",
        |world| {
            lower(world);
            world.ca().set(POLICIES, false, policies(&[ANY]));
            world.ca().set(CONSTRAINTS, true, required(0));
            world.ca().set(INHIBIT, true, integer(&[1]));
            world.one("lower").set(POLICIES, false, policies(&[ANY]));
        },
    ),
    passes(
        "a policy that is mapped to the server's",
        "RFC 5280 §6.1.4 (b)(1)",
        |world| {
            world.ca().set(POLICIES, false, policies(&["1.3.9999.7"]));
            world
                .ca()
                .set(MAPPINGS, true, mapping("1.3.9999.7", DOMAIN));
            world.ca().set(CONSTRAINTS, true, required(0));
        },
    ),
    fails(
        "a policy that is mapped away",
        "RFC 5280 §6.1.4 (b)(1)",
        PATH,
        |world| {
            world.ca().set(POLICIES, false, policies(&[DOMAIN]));
            world
                .ca()
                .set(MAPPINGS, true, mapping(DOMAIN, "1.3.9999.7"));
            world.ca().set(CONSTRAINTS, true, required(0));
        },
    ),
    fails(
        "a policy that may be mapped no more",
        "RFC 5280 §6.1.4 (b)(2)",
        PATH,
        |world| {
            lower(world);
            world.ca().set(POLICIES, false, policies(&["1.3.9999.7"]));
            world.ca().set(CONSTRAINTS, true, unmapped(0));
            world
                .one("lower")
                .set(POLICIES, false, policies(&["1.3.9999.7"]));
            world
                .one("lower")
                .set(MAPPINGS, true, mapping("1.3.9999.7", DOMAIN));
        },
    ),
    fails(
        "any policy that is mapped",
        "RFC 5280 §6.1.4 (a)",
        PATH,
        |world| {
            world.ca().set(POLICIES, false, policies(&[ANY]));
            world.ca().set(MAPPINGS, true, mapping(ANY, DOMAIN));
        },
    ),
    fails(
        "an empty limit",
        "RFC 5280 §4.2.1.11",
        ("certificate-lints", "policyConstraints is empty"),
        |world| {
            world.ca().set(CONSTRAINTS, true, vec![0x30, 0]);
        },
    ),
    // Numbers that let some certificates go by first.
    passes(
        "a policy that is required too far below",
        "RFC 5280 §6.1.4 (i)(1)",
        |world| {
            lower(world);
            world.ca().set(CONSTRAINTS, true, required(3));
            world.leaf().without(POLICIES);
        },
    ),
    fails(
        "a policy that is required just at the server's",
        "RFC 5280 §6.1.4 (h)(1)",
        PATH,
        |world| {
            lower(world);
            world.ca().set(CONSTRAINTS, true, required(1));
            world.leaf().without(POLICIES);
        },
    ),
    passes(
        "one of two policies is the one that is required",
        "RFC 5280 §6.1.3 (d)",
        |world| {
            world
                .ca()
                .set(POLICIES, false, policies(&["1.3.9999.7", DOMAIN]));
            world.ca().set(CONSTRAINTS, true, required(0));
        },
    ),
    fails(
        "a policy that the CA in between has not",
        "RFC 5280 §6.1.3 (d)",
        PATH,
        |world| {
            lower(world);
            world.ca().set(POLICIES, false, policies(&[DOMAIN]));
            world.ca().set(CONSTRAINTS, true, required(0));
            world
                .one("lower")
                .set(POLICIES, false, policies(&["1.3.9999.7"]));
        },
    ),
    passes(
        "a policy through three certificates",
        "RFC 5280 §6.1.3 (d)",
        |world| {
            lower(world);
            for name in ["ca", "lower"] {
                world.one(name).set(POLICIES, false, policies(&[DOMAIN]));
            }
            world.ca().set(CONSTRAINTS, true, required(0));
        },
    ),
    fails(
        "the server's is called by the name before the mapping",
        "RFC 5280 §6.1.4 (b)",
        PATH,
        |world| {
            world.ca().set(POLICIES, false, policies(&[DOMAIN]));
            world.ca().set(CONSTRAINTS, true, required(0));
            world
                .ca()
                .set(MAPPINGS, true, mapping(DOMAIN, "1.3.9999.8"));
        },
    ),
    fails(
        "a mapping to any policy",
        "RFC 5280 §6.1.4 (a)",
        PATH,
        |world| {
            world.ca().set(POLICIES, false, policies(&[DOMAIN]));
            world.ca().set(CONSTRAINTS, true, required(0));
            world.ca().set(MAPPINGS, true, mapping(DOMAIN, ANY));
        },
    ),
    fails(
        "a limit to any policy that is negative",
        "RFC 5280 §4.2.1.14",
        ("certificate-lints", ""),
        |world| {
            world.ca().set(INHIBIT, true, integer(&[0x80]));
        },
    ),
    fails(
        "a requirement for the CA below too, which has no policy",
        "RFC 5280 §6.1.3 (f)",
        PATH,
        |world| {
            lower(world);
            world.ca().set(POLICIES, false, policies(&[DOMAIN]));
            world.ca().set(CONSTRAINTS, true, required(0));
        },
    ),
];
