//! How certificates are written: DER. What goes with names and algorithms is in `written.rs`.

use super::der::{der, integer, name, octets, oid, sequence, set};
use super::made::{BASIC, NAMES, USAGE};
use super::world::{Case, HOST, World, fails, passes};

const LINTS: &str = "certificate-lints";
const DER: &str = "X.690 §10.1";

/// Replaces a field of the server's certificate before it is signed.
fn fields(world: &mut World, change: fn(&mut Vec<Vec<u8>>)) {
    world.leaf().fields = Some(change);
}

/// Writes the server's certificate out of its parts in another way.
fn parts(world: &mut World, change: fn(&mut Vec<Vec<u8>>) -> Vec<u8>) {
    world.leaf().parts = Some(change);
}

/// Adds an extension as it stands to the server's.
fn extension(all: &mut [Vec<u8>], added: &[u8]) {
    if let Some(last) = all.last_mut() {
        let list = content(content(last)).to_vec();
        *last = der(0xa3, &der(0x30, &[&list, added].concat()));
    }
}

/// What stands behind tag and length.
fn content(element: &[u8]) -> &[u8] {
    let octets = match element.get(1) {
        Some(0x81) => 3,
        Some(0x82) => 4,
        _ => 2,
    };
    element.get(octets..).unwrap_or_default()
}

/// An element whose length takes one octet more than it needs.
fn long(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len())
        .unwrap_or_default()
        .to_be_bytes();
    [&[tag, 0x83, 0][..], &length, content].concat()
}

/// One of indefinite length.
fn open_ended(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x80][..], content, &[0, 0]].concat()
}

pub(crate) const CASES: &[Case] = &[
    // Lengths and tags.
    fails(
        "an indefinite length",
        DER,
        (LINTS, "indefinite length"),
        |world| parts(world, |all| open_ended(0x30, &all.concat())),
    ),
    fails(
        "an indefinite length within",
        DER,
        (LINTS, "indefinite length"),
        |world| fields(world, |all| all[4] = open_ended(0x30, &all[4][2..])),
    ),
    fails(
        "a length of an octet too many",
        DER,
        (LINTS, "more octets"),
        |world| parts(world, |all| long(0x30, &all.concat())),
    ),
    fails(
        "a length within of an octet too many",
        DER,
        (LINTS, "more octets"),
        |world| fields(world, |all| all[5] = long(0x30, &name("O=Test")[2..])),
    ),
    fails(
        "a subject that is a SET",
        "RFC 5280 §4.1.2.6",
        (LINTS, "subject"),
        |world| fields(world, |all| all[5][0] = 0x31),
    ),
    fails(
        "no issuer",
        "RFC 5280 §4.1.2.4",
        (LINTS, "no list of attributes"),
        |world| {
            fields(world, |all| {
                all.remove(3);
            })
        },
    ),
    fails(
        "no validity",
        "RFC 5280 §4.1.2.5",
        (LINTS, "not two dates"),
        |world| {
            fields(world, |all| {
                all.remove(4);
            })
        },
    ),
    fails(
        "one date alone",
        "RFC 5280 §4.1.2.5",
        (LINTS, "not two dates"),
        |world| {
            fields(world, |all| {
                all[4] = sequence(&[der(0x17, b"260401000000Z")])
            })
        },
    ),
    fails(
        "a date that is a text",
        "RFC 5280 §4.1.2.5",
        (LINTS, "not two dates"),
        |world| {
            fields(world, |all| {
                all[4] = sequence(&[der(0x17, b"260401000000Z"), der(0x16, b"260701000000Z")]);
            })
        },
    ),
    fails(
        "no public key",
        "RFC 5280 §4.1.2.7",
        (LINTS, "public key"),
        |world| {
            fields(world, |all| {
                all.remove(6);
            })
        },
    ),
    fails(
        "no signature",
        "RFC 5280 §4.1",
        (LINTS, "a signature"),
        |world| parts(world, |all| sequence(&all[..2])),
    ),
    fails(
        "a signature of octets",
        "RFC 5280 §4.1",
        (LINTS, "a signature"),
        |world| {
            parts(world, |all| {
                all[2][0] = 4;
                sequence(all)
            })
        },
    ),
    fails(
        "a field behind the extensions",
        "RFC 5280 §4.1",
        (LINTS, ""),
        |world| fields(world, |all| all.push(octets(&[1]))),
    ),
    fails(
        "a field behind the signature",
        "RFC 5280 §4.1",
        (LINTS, ""),
        |world| {
            parts(world, |all| {
                all.push(octets(&[1]));
                sequence(all)
            })
        },
    ),
    fails(
        "an empty list of extensions",
        "RFC 5280 §4.1.2.9",
        (LINTS, ""),
        |world| fields(world, |all| all[8] = der(0xa3, &sequence(&[]))),
    ),
    fails(
        "a serial number of octets",
        "RFC 5280 §4.1.2.2",
        (LINTS, "serial number"),
        |world| fields(world, |all| all[1] = octets(&[0x5a; 16])),
    ),
    fails(
        "a serial number of octets, and no version",
        "RFC 5280 §4.1.2.2",
        (LINTS, "serial number"),
        |world| {
            fields(world, |all| {
                all[0].clear();
                all[1] = octets(&[0x5a; 16]);
            })
        },
    ),
    fails(
        "nothing that is signed",
        "RFC 5280 §4.1",
        (LINTS, ""),
        |world| {
            parts(world, |all| {
                all[0] = sequence(&[]);
                sequence(all)
            })
        },
    ),
    fails(
        "version 1 in so many words",
        "RFC 5280 §4.1.2.1",
        (LINTS, ""),
        |world| fields(world, |all| all[0] = der(0xa0, &integer(&[0]))),
    ),
    // Numbers, flags, bits.
    fails(
        "a serial number with an octet too many",
        "X.690 §8.3.2",
        (LINTS, "INTEGER"),
        |world| {
            fields(world, |all| {
                all[1] = integer(&[0, 0x5a, 1, 2, 3, 4, 5, 6, 7])
            })
        },
    ),
    fails(
        "a serial number without an octet",
        "X.690 §8.3.2",
        (LINTS, "INTEGER"),
        |world| fields(world, |all| all[1] = integer(&[])),
    ),
    fails(
        "a flag that is 1",
        "X.690 §11.1",
        (LINTS, "BOOLEAN"),
        |world| {
            fields(world, |all| {
                extension(
                    all,
                    &sequence(&[oid("2.5.29.14"), vec![1, 1, 1], octets(&octets(&[1; 20]))]),
                );
            })
        },
    ),
    fails(
        "a flag that says the default",
        "X.690 §11.5",
        (LINTS, "the default"),
        |world| {
            fields(world, |all| {
                extension(
                    all,
                    &sequence(&[oid("2.5.29.14"), vec![1, 1, 0], octets(&octets(&[1; 20]))]),
                );
            })
        },
    ),
    passes("the same without the flag", "RFC 5280 §4.2.1.2", |world| {
        fields(world, |all| {
            extension(
                all,
                &sequence(&[oid("2.5.29.14"), octets(&octets(&[1; 20]))]),
            );
        })
    }),
    fails(
        "no CA in so many words",
        "X.690 §11.5",
        (LINTS, "the default"),
        |world| world.leaf().set(BASIC, true, sequence(&[vec![1, 1, 0]])),
    ),
    fails(
        "a CA's flag that is 1",
        "X.690 §11.1",
        (LINTS, "BOOLEAN"),
        |world| world.ca().set(BASIC, true, sequence(&[vec![1, 1, 1]])),
    ),
    fails(
        "bits that are not set at an end",
        "X.690 §11.2.2",
        (LINTS, "not set"),
        |world| world.leaf().set(USAGE, true, vec![3, 2, 0, 0x80]),
    ),
    fails(
        "unused bits that are set",
        "X.690 §11.2.1",
        (LINTS, "unused bits"),
        |world| world.leaf().set(USAGE, true, vec![3, 2, 7, 0x81]),
    ),
    fails(
        "octets behind an extension's value",
        "RFC 5280 §4.2",
        (LINTS, ""),
        |world| world.leaf().set(USAGE, true, vec![3, 2, 7, 0x80, 0]),
    ),
    fails(
        "octets behind the names",
        "RFC 5280 §4.2",
        (LINTS, ""),
        |world| {
            let value = [sequence(&[der(0x82, HOST.as_bytes())]), vec![5, 0]].concat();
            world.leaf().set(NAMES, false, value);
        },
    ),
    fails(
        "an extension without a value",
        "RFC 5280 §4.1.2.9",
        (LINTS, ""),
        |world| fields(world, |all| extension(all, &sequence(&[oid("2.5.29.14")]))),
    ),
    fails(
        "names that are a SET",
        "RFC 5280 §4.2.1.6",
        (LINTS, ""),
        |world| {
            world
                .leaf()
                .set(NAMES, false, set(&[der(0x82, HOST.as_bytes())]));
        },
    ),
    fails(
        "a name in pieces",
        "X.690 §10.2",
        (LINTS, "no host name"),
        |world| {
            let pieces = der(
                0xa2,
                &[der(0x16, b"api."), der(0x16, b"example.com")].concat(),
            );
            world.leaf().set(NAMES, false, sequence(&[pieces]));
        },
    ),
    fails(
        "an identifier that is cut",
        "X.690 §8.19.2",
        (LINTS, ""),
        |world| {
            fields(world, |all| {
                let id = vec![6, 3, 0x2a, 3, 0x84];
                extension(all, &sequence(&[id, octets(&[5, 0])]));
            })
        },
    ),
];
