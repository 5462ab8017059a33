//! Name constraints on URIs (RFC 5280 §4.2.1.10).

use super::forms::{PATH, RULE, mailbox, named, uri};
use super::world::{Case, fails, passes};

pub(crate) const CASES: &[Case] = &[
    passes("a URI at a permitted host", RULE, |world| {
        named(
            world,
            uri("https://api.example.com/a?b"),
            &[uri("api.example.com")],
            &[],
        );
    }),
    passes("a URI in a permitted domain", RULE, |world| {
        named(
            world,
            uri("spiffe://prod.example.com/api"),
            &[uri(".example.com")],
            &[],
        );
    }),
    passes(
        "a URI whose host is in capitals, with a port",
        "RFC 5280 §7.4",
        |world| {
            named(
                world,
                uri("HTTPS://API.Example.COM:8443/"),
                &[uri("api.example.com")],
                &[],
            );
        },
    ),
    passes("a URI whose host is an A-label", "RFC 9549 §2", |world| {
        named(
            world,
            uri("https://xn--bcher-kva.example/"),
            &[uri("xn--bcher-kva.example")],
            &[],
        );
    }),
    passes(
        "a URI without a host where none is limited",
        RULE,
        |world| {
            named(world, uri("urn:example:a"), &[mailbox("example.com")], &[]);
        },
    ),
    fails("a URI at another host", RULE, PATH, |world| {
        named(
            world,
            uri("https://example.org/"),
            &[uri("example.com")],
            &[],
        );
    }),
    fails(
        "a URI at a host below the permitted one",
        RULE,
        PATH,
        |world| {
            named(
                world,
                uri("https://a.example.com/"),
                &[uri("example.com")],
                &[],
            );
        },
    ),
    fails(
        "a URI at the host whose domain is permitted",
        RULE,
        PATH,
        |world| {
            named(
                world,
                uri("https://example.com/"),
                &[uri(".example.com")],
                &[],
            );
        },
    ),
    fails(
        "a URI whose user is the permitted host",
        RULE,
        PATH,
        |world| {
            named(
                world,
                uri("https://example.com@example.org/"),
                &[uri("example.com")],
                &[],
            );
        },
    ),
    fails("a URI at an excluded host", RULE, PATH, |world| {
        named(
            world,
            uri("https://a.example.com/"),
            &[],
            &[uri(".example.com")],
        );
    }),
    fails(
        "a URI at an excluded host with a dot at its end",
        RULE,
        PATH,
        |world| {
            named(
                world,
                uri("https://example.com./"),
                &[],
                &[uri("example.com")],
            );
        },
    ),
    fails(
        "a URI without an authority where others are excluded",
        RULE,
        PATH,
        |world| {
            named(world, uri("urn:example:a"), &[], &[uri("example.org")]);
        },
    ),
    fails(
        "a URI at an address where others are excluded",
        RULE,
        PATH,
        |world| {
            named(world, uri("https://192.0.2.1/"), &[], &[uri("example.org")]);
        },
    ),
    fails(
        "a URI at an IPv6 address where hosts are permitted",
        RULE,
        PATH,
        |world| {
            named(
                world,
                uri("https://[2001:db8::1]/"),
                &[uri(".example.com")],
                &[],
            );
        },
    ),
];
