//! SPF records by their grammar.

use super::{is_spf, parse};
use proptest::prelude::*;

#[test]
fn records_by_their_version() {
    for (text, wanted) in [
        ("v=spf1", true),
        ("V=SPF1 -all", true),
        ("v=spf10 -all", false),
        ("v=spf2.0/pra -all", false),
        ("spf1", false),
    ] {
        assert_eq!(is_spf(text), wanted, "{text}");
    }
}

#[test]
fn records_by_their_grammar() {
    let good = parse("v=spf1 a mx:mail.example.com/24//64 ptr exists:%{i}.example.com include:_SPF.example.com ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all").unwrap();
    assert_eq!(
        (
            good.lookups,
            good.includes.len(),
            good.includes[0].domain.as_str()
        ),
        (4, 1, "_spf.example.com")
    );
    assert_eq!(good.all.as_deref(), Some("~all"));
    for odd in [
        "v=spf1 a:foo:bar/baz.example.com/24//64",
        "v=spf1 later=%{c}%{t}%%",
        "v=spf1 a:example.co-m.",
        "v=spf1 exists:%{L2r-}.%{d}",
        "v=spf1 a:example.com//0",
        "v=spf1 mx/0//0",
    ] {
        assert!(parse(odd).is_ok(), "{odd}: {:?}", parse(odd));
    }
    let redirected = parse("v=spf1 redirect=other.example unknown=x").unwrap();
    assert_eq!(redirected.redirect.as_deref(), Some("other.example"));
    assert_eq!(parse("v=spf1 all").unwrap().all.as_deref(), Some("+all"));
    for bad in [
        "v=spf1 ip4:192.0.2.256",
        "v=spf1 ip4:192.0.2.0/33",
        "v=spf1 ip4",
        "v=spf1 include:",
        "v=spf1 all:x",
        "v=spf1 a/33",
        "v=spf1 a/",
        "v=spf1 mx:/24",
        "v=spf1 nonsense",
        "v=spf1 ip6:192.0.2.1",
        "v=spf1 redirect=a.example redirect=b.example",
        "v=spf1 include:a..example",
        "v=spf1 - all",
        "v=spf1 ipv4:192.0.2.1",
        // An address is no domain, and neither is a name of one label (§7.1, toplabel).
        "v=spf1 a:192.0.2.1",
        "v=spf1 include:localhost",
        "v=spf1 a//",
        "v=spf1 a:/24",
        "v=spf1 a:example.com/",
        "v=spf1 a:example.com//24/24",
        "v=spf1 a:example.com:8080",
        "v=spf1 a:example.123",
        "v=spf1 a:example.-com",
        "v=spf1 a:museum.",
        "v=spf1 ptr/0",
        "v=spf1 later=%abc",
        "v=spf1 =hi",
        "v=spf1 ip4:192.0.2.0/024",
        "v=spf1 exists:%{i",
        "v=spf1 exists:%{z}.example.com",
        "v=spf1 exists:%{d0}.example.com",
        "v=spf1 exists:%i.example.com",
    ] {
        assert!(parse(bad).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,80}", terms in "[-+~?a-z0-9:/.%=]{0,60}") {
        let _ = (is_spf(&text), parse(&text));
        let _ = parse(&format!("v=spf1 {terms}"));
    }
}

#[test]
fn what_is_never_reached_costs_nothing() {
    let read = parse("v=spf1 a -all mx include:more.example.com exists:x.example.com").unwrap();
    assert_eq!(
        (read.lookups, read.includes.len(), read.named.len()),
        (1, 0, 1)
    );
}

#[test]
fn networks_that_are_anybodys() {
    for (term, open) in [
        ("ip4:0.0.0.0/0", true),
        ("+ip4:128.0.0.0/1", true),
        ("ip6:::/0", true),
        ("ip4:10.0.0.0/8", false),
        ("ip6:2000::/12", false),
        ("?ip4:0.0.0.0/0", false),
        ("-ip4:0.0.0.0/0", false),
    ] {
        let read = parse(&format!("v=spf1 {term} -all")).unwrap();
        assert_eq!(read.open.is_some(), open, "{term}");
    }
    assert_eq!(parse("v=spf1 -all ip4:0.0.0.0/0").unwrap().open, None);
}
