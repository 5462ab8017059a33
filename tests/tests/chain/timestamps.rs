//! Certificate timestamps, verified by a list of logs (RFC 6962).

use super::der::{bits, der, integer, octets, oid, sequence, time};
use super::logs::{ISSUED, Stamp, TIMESTAMPS, embed, list, log, promised, stamp, stamps, whole};
use super::made::{algorithm, public, sign};
use super::world::{Case, World, fails, open, passes};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const SCT: &str = "scts-verified";
const RULE: &str = "RFC 6962 §3.2";
const POLICY: &str = "RFC 6962 §5.2";

/// Timestamps by two logs, the second of which the list describes so.
fn described(world: &mut World, further: &Value) {
    embed(world, &[stamp("a"), stamp("b")]);
    world.logs = Some(list(&[log("a", &json!({})), log("b", further)]));
}

/// These timestamps, and a list of two logs.
fn stamped(world: &mut World, all: &[Stamp]) {
    embed(world, all);
    world.logs = Some(list(&[log("a", &json!({})), log("b", &json!({}))]));
}

fn since(state: &str, timestamp: &str) -> Value {
    json!({ "state": { state: { "timestamp": timestamp } } })
}

fn interval(from: &str, until: &str) -> Value {
    json!({ "temporal_interval": { "start_inclusive": from, "end_exclusive": until } })
}

/// A staple that says that the server's certificate is good, with timestamps in it.
fn staple(world: &mut World, list: &[u8]) -> Option<Vec<u8>> {
    let (leaf, issuer) = (world.leaf().clone(), world.ca().clone());
    let key = public(&issuer).ok()?;
    // The hash is over the key's bits: behind the algorithm, a header and the unused bits.
    let head = sequence(&[oid("1.2.840.113549.1.1.1"), vec![5, 0]]);
    let key = key.get(4 + head.len() + 5..)?;
    let id = sequence(&[
        sequence(&[oid("2.16.840.1.101.3.4.2.1")]),
        octets(&Sha256::digest(&issuer.subject)),
        octets(&Sha256::digest(key)),
        integer(&leaf.serial),
    ]);
    let extension = sequence(&[oid("1.3.6.1.4.1.11129.2.4.5"), octets(&octets(list))]);
    let answer = sequence(&[
        id,
        der(0x80, &[]),
        time("20260501000000Z"),
        der(0xa0, &time("20260508000000Z")),
        der(0xa1, &sequence(&[extension])),
    ]);
    let signed = sequence(&[
        der(0xa1, &issuer.subject),
        time("20260501000000Z"),
        sequence(&[answer]),
    ]);
    let signature = bits(&sign(issuer.key, &signed).ok()?);
    let basic = sequence(&[signed, algorithm(issuer.key), signature]);
    let response = sequence(&[oid("1.3.6.1.5.5.7.48.1.1"), octets(&basic)]);
    Some(sequence(&[vec![10, 1, 0], der(0xa0, &response)]))
}

pub(crate) const CASES: &[Case] = &[
    passes("timestamps by two logs", RULE, |world| {
        stamped(world, &[stamp("a"), stamp("b")])
    }),
    passes("timestamps that nobody asks about", RULE, |world| {
        embed(
            world,
            &[
                stamp("a"),
                Stamp {
                    signer: "c",
                    ..stamp("b")
                },
            ],
        )
    }),
    passes("a third one by a log that is not known", POLICY, |world| {
        stamped(world, &[stamp("a"), stamp("b"), stamp("c")])
    }),
    fails(
        "a signature by another key",
        RULE,
        (SCT, "bad_signature"),
        |world| {
            stamped(
                world,
                &[
                    stamp("a"),
                    Stamp {
                        signer: "c",
                        ..stamp("b")
                    },
                ],
            )
        },
    ),
    fails(
        "a wrong one beside two that are right",
        RULE,
        (SCT, "bad_signature"),
        |world| {
            stamped(
                world,
                &[
                    stamp("a"),
                    stamp("b"),
                    Stamp {
                        signer: "c",
                        ..stamp("a")
                    },
                ],
            )
        },
    ),
    fails(
        "a timestamp over another certificate",
        RULE,
        (SCT, "bad_signature"),
        |world| {
            stamped(world, &[stamp("a"), stamp("b")]);
            world.leaf().serial = vec![0x11; 16];
        },
    ),
    fails(
        "a timestamp over another issuer's key",
        RULE,
        (SCT, "bad_signature"),
        |world| {
            stamped(world, &[stamp("a"), stamp("b")]);
            world.ca().key = "c";
        },
    ),
    fails(
        "a timestamp over the whole certificate, within it",
        RULE,
        (SCT, "bad_signature"),
        |world| {
            let entry = whole(world);
            let all = stamps(&[stamp("a"), stamp("b")], &entry, &[]);
            world.leaf().set(TIMESTAMPS, false, octets(&all));
            world.logs = Some(list(&[log("a", &json!({})), log("b", &json!({}))]));
        },
    ),
    fails(
        "a log that is not on the list",
        POLICY,
        (SCT, "unknown_log"),
        |world| stamped(world, &[stamp("a"), stamp("c")]),
    ),
    fails("one log alone", POLICY, (SCT, "by 1 logs"), |world| {
        stamped(world, &[stamp("a")])
    }),
    fails("one log twice", POLICY, (SCT, "by 1 logs"), |world| {
        stamped(
            world,
            &[
                stamp("a"),
                Stamp {
                    at: ISSUED + 1,
                    ..stamp("a")
                },
            ],
        )
    }),
    fails(
        "two logs of one operator",
        POLICY,
        (SCT, "of 1 operators"),
        |world| {
            embed(world, &[stamp("a"), stamp("b")]);
            let logs = [log("a", &json!({})), log("b", &json!({}))];
            world.logs =
                Some(json!({ "operators": [{ "name": "one", "logs": logs }] }).to_string());
        },
    ),
    passes("logs of the newer kind", POLICY, |world| {
        embed(world, &[stamp("a"), stamp("b")]);
        let operator =
            |name: &'static str| json!({ "name": name, "tiled_logs": [log(name, &json!({}))] });
        world.logs = Some(json!({ "operators": [operator("a"), operator("b")] }).to_string());
    }),
    fails("no timestamp at all", POLICY, (SCT, "by 0 logs"), |world| {
        world.logs = Some(list(&[log("a", &json!({}))]));
    }),
    // States.
    passes("a log that takes no more", POLICY, |world| {
        described(world, &since("readonly", "2026-04-10T00:00:00Z"))
    }),
    passes("a log that retired afterwards", POLICY, |world| {
        described(world, &since("retired", "2026-04-01T00:00:01Z"))
    }),
    fails(
        "a log that had retired by then",
        POLICY,
        (SCT, "retired_log"),
        |world| described(world, &since("retired", "2026-04-01T00:00:00Z")),
    ),
    fails(
        "a log that is rejected",
        POLICY,
        (SCT, "rejected_log"),
        |world| described(world, &since("rejected", "2026-04-10T00:00:00Z")),
    ),
    fails(
        "a log that waits to be taken",
        POLICY,
        (SCT, "pending_log"),
        |world| described(world, &since("pending", "2026-01-01T00:00:00Z")),
    ),
    // Times.
    passes(
        "an end in the first instant of the interval",
        POLICY,
        |world| {
            described(
                world,
                &interval("2026-07-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            )
        },
    ),
    fails(
        "an end in the instant behind the interval",
        POLICY,
        (SCT, "outside_interval"),
        |world| {
            described(
                world,
                &interval("2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z"),
            )
        },
    ),
    fails(
        "an end before the interval",
        POLICY,
        (SCT, "outside_interval"),
        |world| {
            described(
                world,
                &interval("2026-07-01T00:00:01Z", "2027-01-01T00:00:00Z"),
            )
        },
    ),
    fails(
        "a timestamp that is still to come",
        POLICY,
        (SCT, "from_the_future"),
        |world| {
            stamped(
                world,
                &[
                    stamp("a"),
                    Stamp {
                        at: 1_777_636_800_001,
                        ..stamp("b")
                    },
                ],
            )
        },
    ),
    passes("a timestamp of this very instant", POLICY, |world| {
        stamped(
            world,
            &[
                stamp("a"),
                Stamp {
                    at: 1_777_636_800_000,
                    ..stamp("b")
                },
            ],
        )
    }),
    // Forms.
    passes("a timestamp of another version beside two", RULE, |world| {
        let entry = promised(world);
        let all = stamps(&[stamp("a"), stamp("b")], &entry, &[vec![1, 2, 3]]);
        world.leaf().set(TIMESTAMPS, false, octets(&all));
        world.logs = Some(list(&[log("a", &json!({})), log("b", &json!({}))]));
    }),
    fails(
        "a list that is cut",
        RULE,
        ("certificate-lints", ""),
        |world| {
            let entry = promised(world);
            let mut all = stamps(&[stamp("a"), stamp("b")], &entry, &[]);
            all.pop();
            world.leaf().set(TIMESTAMPS, false, octets(&all));
            world.logs = Some(list(&[log("a", &json!({})), log("b", &json!({}))]));
        },
    ),
    // In the handshake, and in a staple.
    passes("timestamps in the handshake", "RFC 6962 §3.3.1", |world| {
        let entry = whole(world);
        world.handshake = Some(stamps(&[stamp("a"), stamp("b")], &entry, &[]));
        world.logs = Some(list(&[log("a", &json!({})), log("b", &json!({}))]));
    }),
    fails(
        "a promise in the handshake",
        "RFC 6962 §3.3.1",
        (SCT, "handshake): bad_signature"),
        |world| {
            world.ca().key = "rsa";
            let entry = promised(world);
            world.handshake = Some(stamps(&[stamp("a"), stamp("b")], &entry, &[]));
            world.logs = Some(list(&[log("a", &json!({})), log("b", &json!({}))]));
        },
    ),
    passes("one within, one in the staple", "RFC 6962 §3.3", |world| {
        world.ca().key = "rsa";
        embed(world, &[stamp("a")]);
        let entry = whole(world);
        let all = stamps(&[stamp("b")], &entry, &[]);
        world.answer = staple(world, &all);
        world.logs = Some(list(&[log("a", &json!({})), log("b", &json!({}))]));
    }),
    fails(
        "a wrong one in the staple",
        "RFC 6962 §3.3",
        (SCT, "staple): bad_signature"),
        |world| {
            world.ca().key = "rsa";
            embed(world, &[stamp("a"), stamp("b")]);
            let entry = whole(world);
            let all = stamps(
                &[Stamp {
                    signer: "c",
                    ..stamp("b")
                }],
                &entry,
                &[],
            );
            world.answer = staple(world, &all);
            world.logs = Some(list(&[log("a", &json!({})), log("b", &json!({}))]));
        },
    ),
    // The list of logs.
    open(
        "a list of logs that is none",
        POLICY,
        (SCT, "the list of logs"),
        |world| {
            embed(world, &[stamp("a"), stamp("b")]);
            world.logs = Some("[]".to_owned());
        },
    ),
    open(
        "a log whose identifier is not of its key",
        RULE,
        (SCT, "SHA-256"),
        |world| {
            embed(world, &[stamp("a"), stamp("b")]);
            world.logs = Some(list(&[log("a", &json!({ "log_id": "AAAA" }))]));
        },
    ),
    passes(
        "a log that cannot be used beside two that can",
        POLICY,
        |world| {
            embed(world, &[stamp("a"), stamp("b")]);
            let bad = log("c", &json!({ "key": "AAAA" }));
            world.logs = Some(list(&[log("a", &json!({})), log("b", &json!({})), bad]));
        },
    ),
];
