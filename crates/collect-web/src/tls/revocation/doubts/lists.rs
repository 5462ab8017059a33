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
            "an entry of another's, in a list that is of none but its issuer",
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
            "for others than its issuer too",
            of().scoped(&flag(4)),
            NotRevoked,
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
        ("a strange list", strange, Nothing("critical extension")),
        (
            "a strange list that may be passed over",
            passed_over,
            NotRevoked,
        ),
    ]
}

/// Lists that are not the whole story: they tell who is revoked, and not who is not.
fn partial() -> Vec<(&'static str, Listed, Says)> {
    let of = || Listed::of(&[]);
    let own = || Listed::of(&[&SERIAL]);
    let flag = |place: u8| der(0x80 | place, &[0xff]);
    let new = |mut listed: Listed| {
        let base = extension(&id_ce(27), true, &[2, 1, 6]);
        listed.extensions.push(base);
        listed
    };
    let mut removed = own();
    removed.entries[0].1 = extension(&id_ce(21), false, &[10, 1, 8]);
    vec![
        (
            "for some reasons alone, and it is on it",
            own().scoped(&der(0x83, &[1, 0x40])),
            Revoked,
        ),
        (
            "flags in the wrong order",
            own().scoped(&[flag(4), flag(1)].concat()),
            Nothing("cannot be read"),
        ),
        (
            "a flag that nobody knows",
            of().scoped(&flag(6)),
            Nothing("cannot be read"),
        ),
        (
            "a place that is none",
            of().scoped(&der(0xa0, &[0xa0, 1])),
            Nothing("cannot be read"),
        ),
        ("what is new alone", new(of()), Nothing("deltaCRLIndicator")),
        ("what is new alone, and it is on it", new(own()), Revoked),
        (
            "what is new alone, and it is on hold no more",
            new(removed),
            Nothing("deltaCRLIndicator"),
        ),
    ]
}

/// Lists of several issuers (RFC 5280 §5.3.3): an entry that names none is of the one before it.
fn indirect() -> Vec<(&'static str, Listed, Says)> {
    // GeneralNames of one directoryName of one commonName.
    let named = |text: &str| {
        let attribute = [&[6, 3, 0x55, 4, 3][..], &der(0x0c, text.as_bytes())].concat();
        let name = der(0x30, &der(0x31, &der(0x30, &attribute)));
        let value = der(0x30, &der(0xa4, &name));
        extension(&id_ce(29), true, &value)
    };
    let list = |entries: [(&[u8], Vec<u8>); 2]| {
        let mut listed = Listed::of(&[]).scoped(&der(0x84, &[0xff]));
        listed.entries = entries
            .map(|(number, more)| (number.to_vec(), more))
            .to_vec();
        listed
    };
    vec![
        (
            "its number, of another issuer",
            list([(&[1], Vec::new()), (&SERIAL, named("Other"))]),
            NotRevoked,
        ),
        (
            "its number, behind one of another issuer",
            list([(&[1], named("Other")), (&SERIAL, Vec::new())]),
            NotRevoked,
        ),
        (
            "its number, of its own issuer behind another",
            list([(&[1], named("Other")), (&SERIAL, named("CA"))]),
            Revoked,
        ),
        (
            "its number, of its own issuer in other letters",
            list([(&[1], named("Other")), (&SERIAL, named("ca "))]),
            Revoked,
        ),
        (
            "its number, of an issuer that cannot be read",
            list([
                (&[1], Vec::new()),
                (&SERIAL, extension(&id_ce(29), true, &[0x30, 1])),
            ]),
            Revoked,
        ),
    ]
}

#[test]
fn lists_by_what_they_hold_and_of_whom() {
    let issuer = ca();
    let own = own(&issuer);
    for (about, list, says) in [dated(), written(), scoped(), partial(), indirect()]
        .into_iter()
        .flatten()
    {
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
    let rolled = authority(
        "CA",
        &[KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign],
    );
    let own = super::own(&rolled);
    let path =
        [&own, may_not.der(), rolled.der()].map(|der| X509Certificate::from_der(der).unwrap().1);
    let list = List {
        source: "a list".to_owned(),
        der: Listed::of(&[&SERIAL]).der(&rolled),
    };
    let (_, words) = crl::read(&list, &path, AS_OF.parse().unwrap());
    assert!(
        words
            .iter()
            .any(|word| word.place == 0 && word.revoked.is_some()),
        "the second of two CAs of one name signed it"
    );
    check(
        "no list at all",
        Nothing("no list of revoked"),
        told_by(vec![0x30, 0], &own, &rolled),
    );
}
