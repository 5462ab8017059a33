//! Heads in files, and what is made of them.

use super::{HeadFile, fact_from_head};
use jiff::Timestamp;
use seaworthy_collect::Trouble;
use seaworthy_model::{Fact, ReasonCode};
use url::Url;

fn of_bytes(bytes: &[u8], scheme: &str, url: Option<&str>, now: &str) -> Result<Fact, Trouble> {
    let url = url.map(|url| Url::parse(url).unwrap());
    let file = HeadFile {
        bytes,
        scheme,
        url: url.as_ref(),
        status: 200,
        source: "head.txt",
    };
    fact_from_head(&file, now.parse::<Timestamp>().unwrap())
}

fn of(head: &str, scheme: &str, url: Option<&str>) -> Fact {
    of_bytes(head.as_bytes(), scheme, url, "1970-01-01T00:00:00Z").unwrap()
}

fn read(head: &str) -> Fact {
    of(head, "https", None)
}

#[test]
fn a_saved_head_is_judged_and_the_rest_is_unknown() {
    let fact = |head: &str, scheme: &str| of(head, scheme, None);
    let found = fact(
        "Strict-Transport-Security: max-age=5
Set-Cookie: a=b
",
        "https",
    );
    assert_eq!(found.value["hsts"]["max_age"], 5);
    assert_eq!(found.value["cookie_issues"][0], "a: not Secure");
    assert!(found.value["csp"].is_object() && found.value.get("headers_everywhere").is_none());
    assert!(
        found.unknown.contains_key("plain") && found.unknown.contains_key("headers_everywhere")
    );
    assert_eq!(
        fact("Strict-Transport-Security: max-age=5", "http").value["hsts"]["valid"],
        false
    );
    let redirect = fact(
        "HTTP/1.1 301 Moved
Location: https://a.example/
",
        "https",
    );
    assert!(redirect.value.get("csp").is_none());
    let meta = fact(
        "Content-Type: text/html

<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\">",
        "https",
    );
    assert_eq!(meta.value["csp"]["in_page"], 1);
}

#[test]
fn of_a_whole_way_the_end_is_judged() {
    let way = "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 301 Moved\r\nLocation: /x\r\n\
            Set-Cookie: theme=dark\r\n\r\nHTTP/2 200\r\nX-Content-Type-Options: nosniff\r\n\r\nhello";
    let found = read(way);
    assert_eq!(found.value["nosniff"], true);
    let names = |index: usize| found.value["answers"][index]["name"].clone();
    assert_eq!((names(0), names(1)), ("redirect".into(), "page".into()));
    assert_eq!(found.value["cookie_issues"][0], "theme: not Secure");
    // A body may begin like a head.
    let body = read(
        "HTTP/1.1 200 OK\r\nServer: x\r\n\r\nHTTP/2 200\r\nX-Content-Type-Options: nosniff\r\n\r\n",
    );
    assert_eq!(body.value["nosniff"], false);
    let alone = read("HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\nHTTP/");
    assert!(alone.value.get("nosniff").is_none());
}

#[test]
fn cookies_of_an_old_file_live_from_its_answer_on() {
    let head = "Date: Sun, 06 Nov 1994 08:49:37 GMT\n\
            Set-Cookie: sid=1; Expires=Mon, 07 Nov 1994 08:49:37 GMT\n";
    let read =
        |head: &str| of_bytes(head.as_bytes(), "https", None, "2026-12-01T00:00:00Z").unwrap();
    assert_eq!(read(head).value["cookies"][0]["max_age"], 86_400);
    let undated = head.split_once('\n').unwrap().1;
    assert_eq!(read(undated).value["cookies"][0]["deletion"], true);
}

#[test]
fn nothing_is_made_of_what_shows_nothing() {
    for (head, reason) in [
        ("\n\n", ReasonCode::Unparsed),
        ("", ReasonCode::Unparsed),
        ("HTTP/1.1 100 Continue\n\n", ReasonCode::Unparsed),
        ("HTTP/1.1 403 Forbidden\nServer: x\n", ReasonCode::Denied),
        ("HTTP/1.1 429 Slow\nServer: x\n", ReasonCode::Denied),
        ("HTTP/1.1 503 Busy\nRetry-After: 9\n", ReasonCode::Denied),
        ("cf-mitigated: challenge\n", ReasonCode::Denied),
        (
            "HTTP/1.1 304 Not Modified\nServer: x\n",
            ReasonCode::NoSubject,
        ),
        ("{\"headers\": []}", ReasonCode::Unparsed),
    ] {
        let read = of_bytes(head.as_bytes(), "https", None, "1970-01-01T00:00:00Z");
        assert_eq!(read.unwrap_err().reason, reason, "{head}");
    }
    let long = vec![b'a'; super::MOST_BYTES + 1];
    let read = of_bytes(&long, "https", None, "1970-01-01T00:00:00Z");
    assert_eq!(read.unwrap_err().reason, ReasonCode::TooLarge);
}

#[test]
fn a_redirect_that_leads_nowhere_is_shown() {
    let shown = read("HTTP/1.1 302 Found\nX-Content-Type-Options: nosniff\n");
    assert_eq!(shown.value["nosniff"], true);
    assert!(
        read("HTTP/1.1 302 Found\nLocation: /\n")
            .value
            .get("nosniff")
            .is_none()
    );
}

#[test]
fn what_asks_for_a_login_is_passed_over_where_the_next_answer_is_there() {
    let digest = "HTTP/1.1 401 Unauthorized\nServer: x\n\nHTTP/1.1 200 OK\nX-Content-Type-Options: nosniff\n";
    assert_eq!(read(digest).value["nosniff"], true);
    assert_eq!(
        read("HTTP/1.1 401 Unauthorized\nServer: x\n").value["nosniff"],
        false
    );
}

#[test]
fn the_url_at_the_end_of_the_way_decides() {
    const HSTS: &str = "Strict-Transport-Security: max-age=5\n";
    let valid = |head: &str, scheme: &str, url: Option<&str>| {
        let fact = of(head, scheme, url);
        fact.value["hsts"]["valid"].clone()
    };
    assert_eq!(valid(HSTS, "https", Some("https://a.example/")), true);
    assert_eq!(valid(HSTS, "https", Some("http://a.example/")), false);
    assert_eq!(valid(HSTS, "https", Some("https://192.0.2.1/")), false);
    let way = |to: &str| format!("HTTP/1.1 301 X\nLocation: {to}\n\nHTTP/1.1 200 OK\n{HSTS}");
    assert_eq!(valid(&way("https://a.example/"), "http", None), true);
    assert_eq!(valid(&way("http://a.example/"), "https", None), false);
    assert_eq!(valid(&way("/x"), "https", Some("http://a.example/")), false);
    assert_eq!(valid(&way("https://[2001:db8::1]/"), "https", None), false);
    assert_eq!(valid(&way("/x"), "https", None), true);
}

#[test]
fn a_cookie_is_held_against_the_host_that_set_it() {
    let issues = |head: &str, url: &str| {
        let fact = of(head, "https", Some(url));
        fact.value["cookie_issues"].as_array().unwrap().len()
    };
    let cookie = "Set-Cookie: a=b; Secure; Domain=a.example\n";
    assert_eq!(issues(cookie, "https://www.a.example/"), 0);
    assert_eq!(issues(cookie, "https://b.example/"), 1);
    let way = format!(
        "HTTP/1.1 302 X\nLocation: https://b.example/\n{cookie}\nHTTP/1.1 200 OK\nServer: x\n"
    );
    assert_eq!(issues(&way, "https://a.example/"), 0);
}

#[test]
fn what_a_page_that_is_cut_off_says_of_itself_is_unknown() {
    let of = |length: usize, more: &str| {
        read(&format!(
            "Content-Type: text/html\nContent-Length: {length}\nReferrer-Policy: no-referrer\n{more}\n<html><head><title>x"
        ))
    };
    let cut = of(5000, "");
    assert!(cut.unknown["referrer_policy"].contains("of the 5000 bytes"));
    assert!(cut.unknown.contains_key("csp"));
    for whole in [of(5, ""), of(5000, "Content-Encoding: gzip\n")] {
        assert_eq!(whole.value["referrer_policy"]["safe"], true);
    }
    // A head alone, as `curl -I` shows it, is judged as it stands.
    let head =
        read("Content-Type: text/html\nContent-Length: 5000\nReferrer-Policy: no-referrer\n");
    assert_eq!(head.value["referrer_policy"]["safe"], true);
}
