//! Lists by what they hold, by when, and of whom they speak.

use super::super::crl;
use super::super::gather::List;
use super::listed::Listed;
use super::{
    AS_OF, Authority, NotRevoked, Nothing, PLACE, Revoked, SERIAL, STRANGE, Says, authority, ca,
    check, der, extension, id_ce, own,
};
use rcgen::{KeyPair, KeyUsagePurpose};
use rustls_pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// What a list says of the server's certificate below `issuer`; `problem` is to be told with nothing.
fn told_by(list: Vec<u8>, own: &CertificateDer<'_>, issuer: &Authority) -> (Option<bool>, String) {
    let path = [own, issuer.der()].map(|der| X509Certificate::from_der(der).unwrap().1);
    let list = List {
        source: "a list".to_owned(),
        der: list,
    };
    let (told, words) = crl::read(&list, &path, AS_OF.parse().unwrap());
    let word = words.iter().find(|word| word.place == 0);
    (
        word.map(|word| word.revoked.is_some()),
        told.problems.join("; "),
    )
}

/// Lists by whom they hold, and when.
fn dated() -> Vec<(&'static str, Listed, Says)> {
    let of = |entries: &[&[u8]]| Listed::of(entries);
    let own = || of(&[&SERIAL]);
    let mut first = of(&[]);
    (first.version, first.extensions) = (Vec::new(), Vec::new());
    let from = |from, listed| Listed { from, ..listed };
    let until = |until, listed| Listed { until, ..listed };
    let over = Some("260601000000Z");
    vec![
        ("nobody is on it", of(&[]), NotRevoked),
        ("another is on it", of(&[&[1], &[0x5a, 1]]), NotRevoked),
        ("it is on it", of(&[&[1], &SERIAL, &[2]]), Revoked),
        ("a list of version 1", first, NotRevoked),
        (
            "from tomorrow on",
            from("260602000000Z", of(&[])),
            Nothing("only from"),
        ),
        ("over", until(over, of(&[])), Nothing("stale since")),
        (
            "without an end",
            until(None, of(&[])),
            Nothing("how long it holds"),
        ),
        ("over, and it was on it", until(over, own()), Revoked),
    ]
}

/// Lists by their entries and their signature.
fn written() -> Vec<(&'static str, Listed, Says)> {
    let of = |entries: &[&[u8]]| Listed::of(entries);
    let own = || of(&[&SERIAL]);
    let with = |oid: &[u8], critical, value: &[u8]| {
        let mut listed = own();
        listed.entries[0].1 = extension(oid, critical, value);
        listed
    };
    let forged = |listed| Listed {
        key: KeyPair::generate().ok(),
        ..listed
    };
    let mut other = of(&[]);
    other.within = der(0x30, &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3]);
    let strange = Nothing("an entry has the critical extension");
    let not_its = Nothing("not its issuer's");
    vec![
        ("put on hold", with(&id_ce(21), false, &[10, 1, 6]), Revoked),
        (
            "a critical reason",
            with(&id_ce(21), true, &[10, 1, 1]),
            Revoked,
        ),
        ("a strange entry", with(&STRANGE, true, &[5, 0]), strange),
        (
            "one that may be passed over",
            with(&STRANGE, false, &[5, 0]),
            Revoked,
        ),
        (
            "an entry of another's",
            with(&id_ce(29), true, &[0x30, 0]),
            strange,
        ),
        (
            "another algorithm within",
            other,
            Nothing("another signature algorithm"),
        ),
        ("another's signature", forged(of(&[])), not_its),
        ("another's on who is on it", forged(own()), not_its),
    ]
}

/// Lists by their scope (RFC 5280 §5.2.5).
fn scoped() -> Vec<(&'static str, Listed, Says)> {
    let of = || Listed::of(&[]);
    let flag = |place: u8| der(0x80 | place, &[0xff]);
    let point = |place: &str| der(0xa0, &der(0xa0, &der(0x86, place.as_bytes())));
    let mut delta = of();
    delta
        .extensions
        .push(extension(&id_ce(27), true, &[2, 1, 6]));
    let mut strange = of();
    strange.extensions.push(extension(&STRANGE, true, &[5, 0]));
    let mut passed_over = of();
    passed_over
        .extensions
        .push(extension(&STRANGE, false, &[5, 0]));
    vec![
        (
            "for servers and people alone",
            of().scoped(&flag(1)),
            NotRevoked,
        ),
        ("for CAs alone", of().scoped(&flag(2)), Nothing("scope")),
        (
            "for attributes alone",
            of().scoped(&flag(5)),
            Nothing("scope"),
        ),
        (
            "for some reasons alone",
            of().scoped(&der(0x83, &[1, 0x40])),
            Nothing("some reasons"),
        ),
        (
            "by another than the issuer",
            of().scoped(&flag(4)),
            Nothing("indirectCRL"),
        ),
        (
            "of the place that it names",
            of().scoped(&point(PLACE)),
            NotRevoked,
        ),
        (
            "of another place",
            of().scoped(&point("http://crl.example.com/b.crl")),
            Nothing("scope"),
        ),
        ("what is new alone", delta, Nothing("deltaCRLIndicator")),
        ("a strange list", strange, Nothing("critical extension")),
        (
            "a strange list that may be passed over",
            passed_over,
            NotRevoked,
        ),
    ]
}

#[test]
fn lists_by_what_they_hold_and_of_whom() {
    let issuer = ca();
    let own = own(&issuer);
    for (about, list, says) in [dated(), written(), scoped()].into_iter().flatten() {
        check(about, says, told_by(list.der(&issuer), &own, &issuer));
    }
}

#[test]
fn lists_by_whose_they_are() {
    let (issuer, other) = (ca(), authority("Other", &[KeyUsagePurpose::CrlSign]));
    let own = own(&issuer);
    let of_other = told_by(Listed::of(&[]).der(&other), &own, &issuer);
    check(
        "another's list",
        Nothing("issued nothing of this path"),
        of_other,
    );
    let may_not = authority("CA", &[KeyUsagePurpose::KeyCertSign]);
    let own = super::own(&may_not);
    let of_who_may_not = told_by(Listed::of(&[]).der(&may_not), &own, &may_not);
    check(
        "a CA that may sign no lists",
        Nothing("may sign no lists"),
        of_who_may_not,
    );
    check(
        "no list at all",
        Nothing("no list of revoked"),
        told_by(vec![0x30, 0], &own, &may_not),
    );
}
