//! Policies through several certificates (RFC 5280 §6.1, RFC 9618): what counts, what is mapped, and what
//! CAs that issued themselves change.

use super::der::{integer, oid, sequence};
use super::made::POLICIES;
use super::rules::{lower, next};
use super::values::policies;
use super::world::{Case, fails, passes};

const POLICY: (&str, &str) = ("trusted-path", "policy");
const DOMAIN: &str = "2.23.140.1.2.1";
const OTHER: &str = "1.3.9999.7";
const ANY: &str = "2.5.29.32.0";
const REQUIRED: &str = "2.5.29.36";
const INHIBIT: &str = "2.5.29.54";
const MAPPINGS: &str = "2.5.29.33";

/// From where on a policy is required.
fn required(after: u8) -> Vec<u8> {
    vec![0x30, 3, 0x80, 1, after]
}

/// From where on a policy is required, at once, and none is mapped.
fn unmapped(after: u8) -> Vec<u8> {
    vec![0x30, 6, 0x80, 1, 0, 0x81, 1, after]
}

fn mapping(pairs: &[(&str, &str)]) -> Vec<u8> {
    let pairs = pairs
        .iter()
        .map(|(from, to)| sequence(&[oid(from), oid(to)]));
    sequence(&pairs.collect::<Vec<_>>())
}

pub(crate) const CASES: &[Case] = &[
    // Policies below CAs that issued themselves.
    passes(
        "any policy of a new key's, where it is inhibited",
        "RFC 5280 §6.1.3 (d)(2)",
        |world| {
            next(world).set(POLICIES, false, policies(&[ANY]));
            world.ca().set(POLICIES, false, policies(&[ANY]));
            world.ca().set(REQUIRED, true, required(0));
            world.ca().set(INHIBIT, true, integer(&[0]));
        },
    ),
    fails(
        "any policy of the server's, where it is inhibited",
        "RFC 5280 §6.1.3 (d)(2)",
        POLICY,
        |world| {
            world.ca().set(POLICIES, false, policies(&[DOMAIN]));
            world.ca().set(REQUIRED, true, required(0));
            world.ca().set(INHIBIT, true, integer(&[0]));
            world.leaf().set(POLICIES, false, policies(&[ANY]));
        },
    ),
    passes(
        "any policy of the server's",
        "RFC 5280 §6.1.3 (d)(2)",
        |world| {
            world.private = true;
            world.ca().set(POLICIES, false, policies(&[DOMAIN]));
            world.ca().set(REQUIRED, true, required(0));
            world.leaf().set(POLICIES, false, policies(&[ANY]));
        },
    ),
    passes(
        "a new key does not count until a policy is required",
        "RFC 5280 §6.1.4 (h)",
        |world| {
            next(world);
            world.ca().set(REQUIRED, true, required(2));
            world.leaf().without(POLICIES);
        },
    ),
    fails(
        "a lower CA counts until a policy is required",
        "RFC 5280 §6.1.4 (h)",
        POLICY,
        |world| {
            lower(world);
            world.ca().set(REQUIRED, true, required(2));
            world.leaf().without(POLICIES);
        },
    ),
    fails(
        "a lower CA makes the requirement nearer",
        "RFC 5280 §6.1.4 (i)(1)",
        POLICY,
        |world| {
            lower(world).set(REQUIRED, true, required(0));
            world.ca().set(REQUIRED, true, required(9));
        },
    ),
    fails(
        "a requirement that is not critical",
        "RFC 5280 §6.1.4 (i)(1)",
        POLICY,
        |world| world.ca().set(REQUIRED, false, required(0)),
    ),
    // Mappings.
    passes(
        "a mapping of a policy that any policy stands for",
        "RFC 5280 §6.1.4 (b)(1)",
        |world| {
            world.ca().set(POLICIES, false, policies(&[ANY]));
            world.ca().set(MAPPINGS, true, mapping(&[(OTHER, DOMAIN)]));
            world.ca().set(REQUIRED, true, required(0));
        },
    ),
    passes(
        "a mapping to two policies",
        "RFC 5280 §6.1.4 (b)(1)",
        |world| {
            let pairs = [(OTHER, "1.3.9999.8"), (OTHER, DOMAIN)];
            world.ca().set(POLICIES, false, policies(&[OTHER]));
            world.ca().set(MAPPINGS, true, mapping(&pairs));
            world.ca().set(REQUIRED, true, required(0));
        },
    ),
    fails(
        "a mapping of a policy that the CA has not",
        "RFC 5280 §6.1.4 (b)(1)",
        POLICY,
        |world| {
            world.ca().set(POLICIES, false, policies(&["1.3.9999.9"]));
            world.ca().set(MAPPINGS, true, mapping(&[(OTHER, DOMAIN)]));
            world.ca().set(REQUIRED, true, required(0));
        },
    ),
    passes(
        "a lower CA may still map",
        "RFC 5280 §6.1.4 (b)(1)",
        |world| {
            let below = lower(world);
            below.set(POLICIES, false, policies(&[OTHER]));
            below.set(MAPPINGS, true, mapping(&[(OTHER, DOMAIN)]));
            world.ca().set(POLICIES, false, policies(&[OTHER]));
            world.ca().set(REQUIRED, true, unmapped(1));
        },
    ),
    passes("two mappings in a row", "RFC 5280 §6.1.4 (b)(1)", |world| {
        let below = lower(world);
        below.set(POLICIES, false, policies(&["1.3.9999.8"]));
        below.set(MAPPINGS, true, mapping(&[("1.3.9999.8", DOMAIN)]));
        world.ca().set(POLICIES, false, policies(&[OTHER]));
        let first = mapping(&[(OTHER, "1.3.9999.8")]);
        world.ca().set(MAPPINGS, true, first);
        world.ca().set(REQUIRED, true, required(0));
    }),
    fails(
        "two policies that are mapped to each other's place",
        "RFC 5280 §6.1.4 (b)(1)",
        POLICY,
        |world| {
            world.ca().set(POLICIES, false, policies(&[DOMAIN]));
            let pairs = mapping(&[(DOMAIN, OTHER), (OTHER, DOMAIN)]);
            world.ca().set(MAPPINGS, true, pairs);
            world.ca().set(REQUIRED, true, required(0));
        },
    ),
];
