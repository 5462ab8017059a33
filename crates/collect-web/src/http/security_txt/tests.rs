//! What is right and wrong with the text of a security.txt.

use super::{SecurityTxt, security_txt};
use jiff::Timestamp;
use proptest::prelude::*;
use url::Url;

const GOOD: &str = "# hello\nContact: mailto:security@a.example\nExpires: 2027-01-01T00:00:00Z\n";

fn read(body: &str) -> SecurityTxt {
    read_at(
        body,
        "https://a.example/.well-known/security.txt",
        "text/plain; charset=utf-8",
    )
}

fn read_at(body: &str, url: &str, kind: &str) -> SecurityTxt {
    let as_of: Timestamp = "2026-12-01T00:00:00Z".parse().unwrap();
    let url = Url::parse(url).unwrap();
    security_txt(body.as_bytes(), (&url, &url), Some(kind), as_of)
}

#[test]
fn a_good_one() {
    let found = read(GOOD);
    assert_eq!(found.valid, Some(true), "{found:?}");
    assert_eq!(
        (found.days_left, found.signed, found.contacts.len()),
        (Some(31), false, 1)
    );
    assert_eq!(read(&GOOD.replace('\n', "\r\n")).valid, Some(true));
    let signed = format!(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{GOOD}-----BEGIN PGP \
         SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
    );
    let found = read(&signed);
    assert!(found.valid == Some(true) && found.signed, "{found:?}");
}

#[test]
fn rules_broken() {
    for (body, error) in [
        ("", "Contact is missing"),
        ("Expires: 2027-01-01T00:00:00Z", "Contact is missing"),
        ("Contact: mailto:a@b.example", "Expires is missing"),
        (
            "Contact: a@b.example\nExpires: 2027-01-01T00:00:00Z",
            "contact is no URI",
        ),
        (
            "Contact: http://b.example\nExpires: 2027-01-01T00:00:00Z",
            "without HTTPS",
        ),
        ("Contact: https://b.example\nExpires: next year", "no date"),
        (
            "Contact: https://b.example\nExpires: 2020-01-01T00:00:00Z",
            "expired",
        ),
        (
            "Contact: https://b.example\nExpires: 2027-01-01T00:00:00Z\nExpires: 2028-01-01T00:00:00Z",
            "stands twice",
        ),
        (
            "Contact: https://b.example\nExpires: 2027-01-01T00:00:00Z\nCanonical: https://x.example/",
            "does not name",
        ),
        (
            "Contact: https://b.example\nExpires: 2027-01-01T00:00:00Z\nhello there",
            "line 3",
        ),
        ("<!doctype html>\n<p>not found", "line 1"),
        (
            "-----BEGIN PGP SIGNED MESSAGE-----\n\nContact: https://b.example",
            "frame",
        ),
    ] {
        let found = read(body);
        assert!(
            found.valid == Some(false) && found.errors.iter().any(|e| e.contains(error)),
            "{body}: {found:?}"
        );
    }
    for (url, kind, error) in [
        (
            "http://a.example/.well-known/security.txt",
            "text/plain",
            "HTTPS",
        ),
        ("https://a.example/security.txt", "text/plain", "legacy"),
        (
            "https://a.example/.well-known/security.txt",
            "text/html",
            "content type",
        ),
        (
            "https://a.example/.well-known/security.txt",
            "text/plain; charset=latin1",
            "charset",
        ),
    ] {
        let found = read_at(GOOD, url, kind);
        assert!(
            found.valid == Some(false) && found.errors.iter().any(|e| e.contains(error)),
            "{url}: {found:?}"
        );
    }
}

proptest! {
    #[test]
    fn never_panics(any in "\\PC{0,80}", near in "(Contact|Expires|:| |\n|\r|-----BEGIN PGP SIGNED MESSAGE-----|2027-01-01T00:00:00Z){0,12}") {
        let _ = read(&any);
        let _ = read(&near);
    }
}
