//! Dates: when a certificate holds, and how its dates are written (RFC 5280 §4.1.2.5).

use super::world::{Case, fails, passes};

const PATH: &str = "trusted-path";
const LINTS: &str = "certificate-lints";
const FORM: &str = "RFC 5280 §4.1.2.5.2";

pub(crate) const CASES: &[Case] = &[
    passes("in the first second", "RFC 5280 §4.1.2.5", |world| {
        world.at = "2026-04-01T00:00:00Z"
    }),
    fails(
        "a second before the first",
        "RFC 5280 §4.1.2.5",
        (PATH, "not valid before 2026-04-01"),
        |world| {
            world.at = "2026-03-31T23:59:59Z";
        },
    ),
    fails(
        "in the last second",
        "RFC 5280 §4.1.2.5",
        ("not-expiring", "expires at 2026-07-01T00:00:00Z, in 0 days"),
        |world| {
            world.at = "2026-07-01T00:00:00Z";
        },
    ),
    fails(
        "a second after the last",
        "RFC 5280 §4.1.2.5",
        (PATH, "expired at 2026-07-01T00:00:00Z"),
        |world| {
            world.at = "2026-07-01T00:00:01Z";
        },
    ),
    fails(
        "the CA's is over",
        "RFC 5280 §6.1.3 (a)(2)",
        ("not-expiring", "O=Test, CN=CA expired at 2026-04-30"),
        |world| {
            world.ca().until = "260430000000Z";
        },
    ),
    fails(
        "the CA's has not begun",
        "RFC 5280 §6.1.3 (a)(2)",
        (PATH, "not valid before 2026-05-02"),
        |world| {
            world.ca().from = "260502000000Z";
        },
    ),
    fails(
        "the root's is over",
        "RFC 5280 §6.1.1 (d)",
        (PATH, "the root is outside its validity"),
        |world| {
            world.root().until = "260430000000Z";
        },
    ),
    fails(
        "the root's has not begun",
        "RFC 5280 §6.1.1 (d)",
        (PATH, "the root is outside its validity"),
        |world| {
            world.root().from = "260502000000Z";
        },
    ),
    fails(
        "it ends before it begins",
        "RFC 5280 §4.1.2.5",
        (LINTS, "ends before it begins"),
        |world| {
            world.leaf().until = "260301000000Z";
        },
    ),
    passes("one instant alone", "RFC 5280 §4.1.2.5", |world| {
        world.root().from = "200101000000Z";
        world.ca().from = "260401000000Z";
    }),
    // The years.
    passes("a CA without an end", "RFC 5280 §4.1.2.5", |world| {
        world.ca().until = "99991231235959Z"
    }),
    passes("a root without an end", "RFC 5280 §4.1.2.5", |world| {
        world.root().until = "99991231235959Z"
    }),
    passes(
        "a server's without an end, below a root of one's own",
        "RFC 5280 §4.1.2.5",
        |world| {
            world.leaf().until = "99991231235959Z";
        },
    ),
    passes("the last year of UTCTime", FORM, |world| {
        world.ca().until = "491231235959Z"
    }),
    passes("the first year of GeneralizedTime", FORM, |world| {
        world.ca().until = "20500101000000Z"
    }),
    fails(
        "UTCTime of 1950",
        "RFC 5280 §4.1.2.5.1",
        (PATH, ""),
        |world| world.ca().until = "500101000000Z",
    ),
    fails(
        "GeneralizedTime before 2050",
        "RFC 5280 §4.1.2.5",
        (LINTS, "UTCTime up to 2049"),
        |world| {
            world.leaf().until = "20260701000000Z";
        },
    ),
    fails(
        "the first year as GeneralizedTime",
        "RFC 5280 §4.1.2.5",
        (LINTS, "UTCTime up to 2049"),
        |world| {
            world.leaf().from = "20260401000000Z";
        },
    ),
    passes("the day of a leap year", "RFC 5280 §4.1.2.5", |world| {
        world.ca().until = "280229000000Z"
    }),
    // A date that is none is refused by every client.
    fails(
        "the day of another year",
        "RFC 5280 §4.1.2.5.1",
        (PATH, "the date \"270229000000Z\" is no UTCTime"),
        |world| world.leaf().until = "270229000000Z",
    ),
    fails(
        "a thirteenth month",
        "RFC 5280 §4.1.2.5.1",
        (LINTS, "the date \"271301000000Z\" is no UTCTime"),
        |world| world.leaf().until = "271301000000Z",
    ),
    fails("hour 24", "RFC 5280 §4.1.2.5.1", (PATH, "date"), |world| {
        world.leaf().until = "260701240000Z"
    }),
    fails(
        "second 60",
        "RFC 5280 §4.1.2.5.1",
        (PATH, "date"),
        |world| world.leaf().until = "260630235960Z",
    ),
    fails(
        "letters for digits",
        "RFC 5280 §4.1.2.5.1",
        (PATH, "date"),
        |world| world.leaf().until = "26O7O1000000Z",
    ),
    fails(
        "a small z",
        "RFC 5280 §4.1.2.5.1",
        (PATH, "date"),
        |world| world.leaf().until = "260701000000z",
    ),
    fails(
        "blanks around a date",
        "RFC 5280 §4.1.2.5.1",
        (PATH, "date"),
        |world| world.leaf().from = "260401000000Z ",
    ),
    fails(
        "a date that is empty",
        "RFC 5280 §4.1.2.5.1",
        (PATH, "date"),
        |world| world.leaf().from = "",
    ),
    fails(
        "a date of the CA's that is none",
        "RFC 5280 §4.1.2.5.1",
        (LINTS, "date"),
        |world| world.ca().until = "270229000000Z",
    ),
    fails(
        "UTCTime without seconds",
        "RFC 5280 §4.1.2.5.1",
        (PATH, "date"),
        |world| world.leaf().until = "2607010000Z",
    ),
    fails(
        "UTCTime with an offset",
        "RFC 5280 §4.1.2.5.1",
        (PATH, "date"),
        |world| world.leaf().until = "260701000000+0000",
    ),
    fails(
        "GeneralizedTime with a fraction",
        FORM,
        (PATH, "date"),
        |world| world.ca().until = "20510701000000.5Z",
    ),
    fails("GeneralizedTime without Z", FORM, (PATH, "date"), |world| {
        world.ca().until = "20510701000000"
    }),
    fails(
        "GeneralizedTime with an offset",
        FORM,
        (PATH, "date"),
        |world| world.ca().until = "20510701000000+0100",
    ),
];
