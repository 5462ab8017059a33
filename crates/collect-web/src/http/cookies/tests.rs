//! Tests of `cookies.rs`.

use super::{Cookie, Place, cookie};
use jiff::Timestamp;
use proptest::prelude::*;

const SHOP: Place<'_> = Place {
    https: true,
    host: "app.shop.example",
};

fn read(value: &str) -> Cookie {
    cookie(
        value,
        "page",
        SHOP,
        Timestamp::from_second(1_700_000_000).unwrap(),
    )
    .unwrap()
}

#[test]
fn issues_of_each_line() {
    for (value, issues) in [
        ("sid=x; Secure; HttpOnly; SameSite=Lax", ""),
        ("sid=x;secure;httponly;samesite=STRICT", ""),
        (
            "sid=x",
            "not Secure|a session cookie, not HttpOnly|a session cookie without SameSite",
        ),
        ("theme=dark; Secure", ""),
        ("theme=dark", "not Secure"),
        ("csrftoken=x; Secure", ""),
        (
            "sid=x; Secure; HttpOnly; SameSite=Maybe",
            "a session cookie without SameSite",
        ),
        (
            "sid=x; Secure; HttpOnly; SameSite=Lax; SameSite=Maybe",
            "a session cookie without SameSite",
        ),
        (
            "theme=x; SameSite=None",
            "not Secure|SameSite=None without Secure, so browsers refuse it",
        ),
        ("theme=x; SameSite=None; Secure", ""),
        ("__Host-sid=x; Secure; Path=/; HttpOnly; SameSite=Lax", ""),
        (
            "__Host-sid=x; Secure; HttpOnly; SameSite=Lax",
            "breaks the rules of its __Host-, __Secure- or __Http- prefix",
        ),
        (
            "__host-sid=x; Secure; Path=/; Domain=shop.example; HttpOnly; SameSite=Lax",
            "breaks the rules of its __Host-, __Secure- or __Http- prefix",
        ),
        (
            "__Secure-theme=x",
            "not Secure|breaks the rules of its __Host-, __Secure- or __Http- prefix",
        ),
        (
            "__Host-sid; Secure; Path=/",
            "breaks the rules of its __Host-, __Secure- or __Http- prefix",
        ),
        // Deletions have nothing to protect.
        ("sid=; Max-Age=0", ""),
        ("sid=gone; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ""),
    ] {
        assert_eq!(read(value).issues.join("|"), issues, "{value}");
    }
    let plain = cookie(
        "a=b; Secure",
        "page",
        Place {
            https: false,
            host: "",
        },
        Timestamp::UNIX_EPOCH,
    );
    assert!(!plain.unwrap().issues.is_empty());
    for nothing in ["", " ; Secure", "=; Path=/"] {
        let found = cookie(nothing, "page", SHOP, Timestamp::UNIX_EPOCH);
        assert_eq!(found, None, "{nothing}");
    }
}

#[test]
fn what_browsers_refuse_to_store() {
    let long = "x".repeat(4096);
    let domain = "for a domain that its host may not speak for, so browsers refuse it";
    for (value, issue) in [
        (
            format!("t={long}; Secure"),
            Some("larger than 4096 bytes, so browsers refuse it"),
        ),
        (
            "t=a\u{1}b; Secure".to_owned(),
            Some("holds a control character, so browsers refuse it"),
        ),
        ("t=a; Secure; Domain=shop.example".to_owned(), None),
        ("t=a; Secure; Domain=.app.shop.example".to_owned(), None),
        ("t=a; Secure; Domain=other.example".to_owned(), Some(domain)),
        (
            "t=a; Secure; Domain=pp.shop.example".to_owned(),
            Some(domain),
        ),
        (
            "t=a; Secure; Domain=x.app.shop.example".to_owned(),
            Some(domain),
        ),
        // An attribute that is too long is none, and the rest counts.
        (format!("t=a; Secure; Domain={long}"), None),
        (
            "__Http-t=a; Secure".to_owned(),
            Some("breaks the rules of its __Host-, __Secure- or __Http- prefix"),
        ),
        (
            "__Host-Http-t=a; Secure; HttpOnly; SameSite=Lax; Path=/".to_owned(),
            None,
        ),
    ] {
        let found = read(&value).issues;
        assert_eq!(found.first().map(String::as_str), issue, "{value}");
    }
    let public = cookie(
        "a=b; Secure; Domain=co.uk",
        "page",
        Place {
            https: true,
            host: "shop.co.uk",
        },
        Timestamp::UNIX_EPOCH,
    );
    assert_eq!(public.unwrap().issues, [domain]);
}

#[test]
fn lifetimes() {
    for (value, age, deletion) in [
        ("a=b", None, false),
        ("a=b; Max-Age=60", Some(60), false),
        ("a=b; Max-Age=-5", None, true),
        ("a=b; Max-Age=abc", None, false),
        (
            "a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            Some(60),
            false,
        ),
        (
            "a=b; Expires=Tue, 14 Nov 2023 22:13:30 GMT",
            Some(10),
            false,
        ),
        ("a=b; Expires=nonsense", None, false),
        ("a=b; Max-Age=99999999999999999999", Some(i64::MAX), false),
    ] {
        let found = read(value);
        assert_eq!((found.max_age, found.deletion), (age, deletion), "{value}");
        assert_eq!(found.persistent, age.is_some());
    }
}

#[test]
fn attributes_as_browsers_read_them() {
    let found = read(" sid = secret ; Domain=.A.Example; Path=x; path=/p ; HttpOnly=false");
    assert_eq!(
        (found.name.as_str(), found.domain.as_deref()),
        ("sid", Some("a.example"))
    );
    assert!(
        !found.host_only && found.http_only,
        "HttpOnly=false is HttpOnly"
    );
    assert_eq!(found.path.as_deref(), Some("/p"));
    let text = serde_json::to_string(&found).unwrap();
    assert!(!text.contains("secret"), "{text}");
}

proptest! {
    #[test]
    fn never_panics_nor_shows_the_value(name in "[a-z_]{0,8}", rest in "\\PC{0,60}") {
        let found = read(&format!("{name}=QQsecretQQ; {rest}"));
        prop_assert!(!serde_json::to_string(&found).unwrap().contains("QQsecretQQ"));
        let _ = cookie(&rest, "page", SHOP, Timestamp::UNIX_EPOCH);
    }
}
