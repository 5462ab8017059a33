//! The days on which the longest validity changes (BR §6.3.2, Ballot SC-081), and its last second.

use super::world::{Case, World, fails, passes};

const LONGEST: &str = "BR §6.3.2";

/// A public server's certificate of these dates, judged in its first second.
fn dated(world: &mut World, from: &'static str, until: &'static str, at: &'static str) {
    world.public = true;
    world.at = at;
    (world.leaf().from, world.leaf().until) = (from, until);
}

const fn too_long(about: &'static str, most: &'static str, change: fn(&mut World)) -> Case {
    fails(about, LONGEST, ("baseline-requirements", most), change)
}

pub(crate) const CASES: &[Case] = &[
    passes(
        "398 days, begun in the last second of their time",
        LONGEST,
        |world| {
            dated(
                world,
                "260314235959Z",
                "270416235958Z",
                "2026-03-14T23:59:59Z",
            )
        },
    ),
    too_long(
        "398 days, begun a second later",
        "more than 200 days",
        |world| {
            dated(
                world,
                "260315000000Z",
                "270416235959Z",
                "2026-03-15T00:00:00Z",
            )
        },
    ),
    passes(
        "200 days, begun in the last second of their time",
        LONGEST,
        |world| {
            dated(
                world,
                "270314235959Z",
                "270930235958Z",
                "2027-03-14T23:59:59Z",
            )
        },
    ),
    too_long(
        "200 days, begun a second later",
        "more than 100 days",
        |world| {
            dated(
                world,
                "270315000000Z",
                "270930235959Z",
                "2027-03-15T00:00:00Z",
            )
        },
    ),
    passes(
        "100 days, begun in the last second of their time",
        LONGEST,
        |world| {
            dated(
                world,
                "290314235959Z",
                "290622235958Z",
                "2029-03-14T23:59:59Z",
            )
        },
    ),
    too_long(
        "100 days, begun a second later",
        "more than 47 days",
        |world| {
            dated(
                world,
                "290315000000Z",
                "290622235959Z",
                "2029-03-15T00:00:00Z",
            )
        },
    ),
    too_long(
        "398 days, to midnight on the day",
        "more than 398 days",
        |world| {
            // Both ends belong to it: a second too many.
            dated(
                world,
                "260101000000Z",
                "270203000000Z",
                "2026-01-01T00:00:00Z",
            )
        },
    ),
    passes(
        "398 days, to the second before midnight",
        LONGEST,
        |world| {
            dated(
                world,
                "260101000000Z",
                "270202235959Z",
                "2026-01-01T00:00:00Z",
            )
        },
    ),
    too_long("ten years", "more than 200 days", |world| {
        dated(
            world,
            "260401000000Z",
            "360401000000Z",
            "2026-04-01T00:00:00Z",
        )
    }),
    too_long(
        "a certificate without an end",
        "more than 200 days",
        |world| {
            dated(
                world,
                "260401000000Z",
                "99991231235959Z",
                "2026-04-01T00:00:00Z",
            )
        },
    ),
    fails(
        "a second before it begins",
        "RFC 5280 §4.1.2.5",
        ("trusted-path", "not valid before"),
        |world| {
            dated(
                world,
                "260401000000Z",
                "260901000000Z",
                "2026-03-31T23:59:59Z",
            )
        },
    ),
];
