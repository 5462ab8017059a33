//! Tests of `csp_weakness.rs`.

use super::{Fields, csp};
use proptest::prelude::*;

fn read(lines: &[&str]) -> super::Csp {
    let mut fields = Fields::default();
    for line in lines {
        fields.push("content-security-policy", line);
    }
    csp(&fields, &[])
}

/// The weaknesses of one policy, in a word each.
fn check(policy: &str, wanted: &str) {
    assert_eq!(read(&[policy]).weaknesses.join(" "), wanted, "{policy}");
}

#[test]
fn directives_fall_back_to_default_src() {
    check("default-src 'none'", "");
    check("default-src 'self'", "");
    check(
        "default-src 'self' 'unsafe-inline'",
        "inline-script inline-style",
    );
    check("default-src 'self'; script-src 'self'", "");
    check("script-src 'self'", "inline-style no-object-src");
    check(
        "img-src 'self'",
        "inline-script eval any-script-host inline-style no-object-src no-base-uri",
    );
    check(
        "default-src 'none'; script-src 'self' 'unsafe-eval'",
        "eval",
    );
    // Elements and attributes apart.
    check(
        "default-src 'none'; script-src-attr 'unsafe-inline'",
        "inline-script",
    );
    check(
        "default-src 'none'; script-src-elem 'unsafe-inline'",
        "inline-script",
    );
    check(
        "default-src 'none'; script-src 'unsafe-inline'; script-src-elem 'self'; script-src-attr 'none'",
        "",
    );
    check(
        "default-src 'none'; style-src-attr 'unsafe-inline'",
        "inline-style",
    );
    // The first of two directives of a name counts.
    check("default-src 'none'; script-src 'self'; script-src *", "");
    check(
        "default-src 'none'; script-src *; script-src 'self'",
        "any-script-host",
    );
    // A sandbox runs neither plug-ins nor, by itself, scripts.
    check("sandbox; default-src * 'unsafe-inline'", "inline-style");
    check("sandbox; img-src *", "inline-style");
}

#[test]
fn a_right_nonce_or_hash_takes_the_power_from_unsafe_inline() {
    let inline = "default-src 'self'; base-uri 'none'; script-src 'unsafe-inline'";
    for right in ["'nonce-abc'", "'sha256-abc='", "'strict-dynamic'"] {
        check(&format!("{inline} {right}"), "");
    }
    for malformed in ["'nonce-{{x}}'", "nonce-abc", "'nonce-'", "'sha1-abc'"] {
        check(&format!("{inline} {malformed}"), "inline-script");
    }
    // A script that is trusted by its nonce goes where an injected <base> sends it.
    check("default-src 'self'; script-src 'nonce-abc'", "no-base-uri");
    check(
        "default-src 'self'; script-src 'sha256-abc=' 'strict-dynamic'",
        "no-base-uri",
    );
    check(
        "default-src 'self'; script-src 'nonce-abc'; base-uri *",
        "no-base-uri",
    );
    check(
        "default-src 'self'; script-src 'nonce-abc' 'strict-dynamic' https: *; base-uri 'self'",
        "",
    );
}

#[test]
fn hosts_of_anybody() {
    for any in ["*", "https:", "http:", "data:", "https://*", "*:443"] {
        check(
            &format!("default-src 'none'; script-src {any}"),
            "any-script-host",
        );
    }
    check("default-src 'none'; script-src https://*.example.com", "");
    for host in [
        "https://cdn.jsdelivr.net",
        "*.jsdelivr.net",
        "unpkg.com/",
        "https://ajax.googleapis.com",
        "https://*.google.com",
        "https://cdn.jsdelivr.net/npm/",
        "'unsafe-eval' https://www.googletagmanager.com",
    ] {
        check(
            &format!("default-src 'none'; script-src 'self' {host}"),
            if host.contains("eval") {
                "eval bypass-host"
            } else {
                "bypass-host"
            },
        );
    }
    for host in [
        "https://cdn.jsdelivr.net/npm/jquery@3/dist/jquery.min.js",
        "https://www.googletagmanager.com",
        "https://static.example.com",
    ] {
        check(&format!("default-src 'none'; script-src 'self' {host}"), "");
    }
    // A trust in nonces that goes on takes hosts out of the list.
    check(
        "default-src 'none'; script-src 'nonce-a' 'strict-dynamic' unpkg.com; base-uri 'none'",
        "",
    );
    // Anybody can have a name under a public suffix.
    check(
        "default-src 'none'; script-src *.github.io",
        "any-script-host",
    );
}

#[test]
fn several_policies_are_an_intersection() {
    assert!(!read(&["script-src 'self'", "default-src * 'unsafe-inline'"]).allows_inline_script);
    assert!(!read(&["script-src 'self', default-src * 'unsafe-inline'"]).allows_any_script_host);
    // Each policy closes one of the two ways in, so both are closed.
    let apart = read(&[
        "script-src 'unsafe-inline'; script-src-elem 'self'",
        "script-src 'unsafe-inline'; script-src-attr 'none'",
    ]);
    assert!(!apart.allows_inline_script);
    assert!(
        read(&["script-src 'unsafe-inline'", "default-src 'unsafe-inline'"]).allows_inline_script
    );
    // Two policies that leave different ways open leave none.
    assert!(!read(&["script-src https:", "script-src data:"]).allows_any_script_host);
    assert!(read(&["script-src https: data:", "script-src data:"]).allows_any_script_host);
    // One leaves all hosts, the other a host of strangers.
    let both = read(&["script-src https:", "script-src unpkg.com"]);
    assert_eq!(both.bypass_hosts, ["unpkg.com"]);
    let apart = read(&["script-src cdn.jsdelivr.net", "script-src unpkg.com"]);
    assert!(apart.bypass_hosts.is_empty());
}

#[test]
fn a_meta_element_is_one_more_policy() {
    let found = csp(
        &Fields::default(),
        &["default-src 'self'; frame-ancestors 'none'".to_owned()],
    );
    assert!(found.enforced && found.present && !found.allows_inline_script);
    assert_eq!((found.in_page, found.frame_ancestors), (1, None));
    let mut fields = Fields::default();
    fields.push("content-security-policy", "default-src * 'unsafe-inline'");
    let both = csp(&fields, &["script-src 'self'".to_owned()]);
    assert!(!both.allows_inline_script && !both.allows_any_script_host);
}

#[test]
fn nothing_and_report_only_protect_nothing() {
    let mut fields = Fields::default();
    fields.push("Content-Security-Policy-Report-Only", "default-src 'none'");
    let found = csp(&fields, &[]);
    assert!(found.present && found.report_only && !found.enforced);
    assert!(found.allows_inline_script && found.allows_any_script_host);
    assert_eq!(found.weaknesses, ["report-only"]);
    let none = csp(&Fields::default(), &[]);
    assert!(!none.present && none.allows_inline_script);
    // A header without a directive is no policy.
    let empty = read(&[" ; ,"]);
    assert!(empty.present && !empty.enforced && empty.allows_inline_script);
}

proptest! {
    #[test]
    fn never_panics(any in "\\PC{0,80}", near in "(script-src|default-src|sandbox|'nonce-|'|;|,| |\\*|https:|a){0,24}") {
        let _ = read(&[&any, &near]);
    }

    /// One more policy never opens anything.
    #[test]
    fn more_policies_only_close(
        a in "(script-src|default-src) ('self'|'unsafe-inline'|\\*|'nonce-a'| ){0,4}",
        b in "(script-src|default-src|img-src) ('self'|'unsafe-inline'|\\*|'nonce-a'| ){0,4}",
    ) {
        let (one, two) = (read(&[&a]), read(&[&a, &b]));
        prop_assert!(one.allows_inline_script || !two.allows_inline_script);
        prop_assert!(one.allows_any_script_host || !two.allows_any_script_host);
        prop_assert!(!one.object_src_ok || two.object_src_ok);
    }
}
