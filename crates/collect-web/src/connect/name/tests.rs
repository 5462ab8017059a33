//! Which names are the same.

use super::{are_strings_alike, is_within, same};
use proptest::prelude::*;

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap();
    [&[tag, length], content].concat()
}

/// A name of attributes (the last octet of `2.5.4.x`, the tag of the value, the value), each a part of its
/// own.
fn name(attributes: &[(u8, u8, &[u8])]) -> Vec<u8> {
    let parts = attributes.iter().map(|one| part(&[*one]));
    der(0x30, &parts.collect::<Vec<_>>().concat())
}

fn part(attributes: &[(u8, u8, &[u8])]) -> Vec<u8> {
    let all = attributes.iter().map(|(kind, tag, value)| {
        let kind = [6, 3, 0x55, 4, *kind];
        der(0x30, &[&kind[..], &der(*tag, value)].concat())
    });
    der(0x31, &all.collect::<Vec<_>>().concat())
}

const UTF8: u8 = 0x0c;
const PRINTABLE: u8 = 0x13;

/// Whether two common names are the same.
fn alike(one: (u8, &[u8]), two: (u8, &[u8])) -> bool {
    same(&name(&[(3, one.0, one.1)]), &name(&[(3, two.0, two.1)]))
}

#[test]
fn texts_of_the_same_kind() {
    for (one, two, wanted) in [
        ("Root CA", "Root CA", true),
        ("Root CA", "ROOT ca", true),
        ("Root CA", "  Root \t CA ", true),
        ("Root CA", "RootCA", false),
        ("Root CA", "Root CB", false),
        ("Root CA", "Root\u{a0}CA", true),
        ("Root CA", "Root\u{2003}CA", true),
        ("Root CA", "Root\u{ad} CA", true),
        ("Root CA", "Root\u{200b} CA", true),
        ("Root\r\nCA", "Root CA", true),
        ("Root\u{0}", "Root", true),
        ("", "  ", true),
        ("\u{d6}bb", "\u{f6}BB", true),
        ("O\u{308}bb", "\u{f6}bb", true),
        ("Stra\u{df}e", "STRASSE", true),
        ("\u{3a3}\u{3c2}", "\u{3c3}\u{3c3}", true),
        ("\u{ff21}", "a", true),
        ("\u{8a3c}", "\u{8b49}", false),
        // Cyrillic А is no Latin A.
        ("\u{410}", "A", false),
        // For private use, and unassigned in Unicode 3.2: the same octet by octet alone.
        ("\u{e000}a", "\u{e000}A", false),
        ("\u{1f600}a", "\u{1f600}A", false),
        ("\u{1f600}a", "\u{1f600}a", true),
    ] {
        let found = alike((UTF8, one.as_bytes()), (UTF8, two.as_bytes()));
        assert_eq!(found, wanted, "{one:?} and {two:?}");
    }
}

#[test]
fn texts_of_different_kinds() {
    for (one, two, wanted) in [
        ((UTF8, &b"Root"[..]), (PRINTABLE, &b"root"[..]), true),
        ((UTF8, b"Root"), (0x16, b"Root"), true),
        ((UTF8, b"Root"), (0x14, b"Root"), true),
        ((0x14, b"R\xf6t"), (UTF8, "R\u{f6}t".as_bytes()), false),
        ((0x14, b"R\xf6t"), (0x14, b"R\xf6t"), true),
        ((0x1e, b"\0R\0o\0\xf6"), (UTF8, "ro\u{d6}".as_bytes()), true),
        ((0x1e, b"\0R\0"), (UTF8, b"R"), false),
        ((0x1e, b"\xd8\0\0R"), (0x1e, b"\xd8\0\0R"), true),
        ((0x1c, b"\0\0\0R"), (UTF8, b"r"), true),
        ((0x1c, b"\0\x11\0\0"), (UTF8, b"r"), false),
        ((PRINTABLE, b"R\xf6t"), (UTF8, "R\u{f6}t".as_bytes()), false),
        // What is no text at all.
        ((2, &[7]), (2, &[7]), true),
        ((2, &[7]), (4, &[7]), false),
        ((2, b"a"), (2, b"A"), false),
    ] {
        assert_eq!(alike(one, two), wanted, "{one:?} and {two:?}");
        assert_eq!(alike(two, one), wanted, "{two:?} and {one:?}");
    }
}

#[test]
fn parts_and_their_order() {
    let (o, cn) = ((10, UTF8, &b"Test"[..]), (3, UTF8, &b"CA"[..]));
    let capitals = ((10, UTF8, &b"TEST"[..]), (3, PRINTABLE, &b"ca"[..]));
    assert!(same(&name(&[o, cn]), &name(&[capitals.0, capitals.1])));
    assert!(!same(&name(&[o, cn]), &name(&[cn, o])));
    assert!(!same(&name(&[o, cn]), &name(&[o])));
    assert!(!same(&name(&[o]), &name(&[o, cn])));
    assert!(!same(&name(&[o]), &name(&[(3, UTF8, b"Test")])));
    assert!(same(&name(&[]), &name(&[])));
    let together = |attributes: &[(u8, u8, &[u8])]| der(0x30, &part(attributes));
    assert!(same(
        &together(&[o, cn]),
        &together(&[capitals.1, capitals.0])
    ));
    assert!(!same(&together(&[o, cn]), &name(&[o, cn])));
    assert!(!same(&together(&[o, o]), &together(&[o])));
    assert!(!same(&together(&[o, o]), &together(&[o, cn])));
    assert!(are_strings_alike(&together(&[o, cn]), &together(&[cn, o])));
    assert!(!are_strings_alike(
        &name(&[o, cn]),
        &name(&[capitals.0, capitals.1])
    ));
    assert!(is_within(&name(&[o, cn]), &name(&[capitals.0])));
    assert!(is_within(&name(&[o, cn]), &name(&[])));
    assert!(!is_within(&name(&[o]), &name(&[o, cn])));
    assert!(!is_within(&name(&[cn, o]), &name(&[o])));
}

proptest! {
    #[test]
    fn whatever_it_is_it_is_itself_and_nothing_panics(
        one in proptest::collection::vec(any::<u8>(), 0..60),
        two in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        prop_assert!(same(&one, &one));
        prop_assert_eq!(same(&one, &two), same(&two, &one));
        let named = |value: &[u8]| name(&[(3, UTF8, value)]);
        prop_assert_eq!(same(&named(&one), &named(&two)), same(&named(&two), &named(&one)));
    }

    #[test]
    fn case_and_width_are_nothing(words in "[a-zA-Z0-9]{1,8}( [a-z0-9]{1,8}){0,3}") {
        let wide = format!(" {}  ", words.replace(' ', "   ")).to_uppercase();
        prop_assert!(alike((UTF8, words.as_bytes()), (PRINTABLE, wide.as_bytes())));
    }
}
