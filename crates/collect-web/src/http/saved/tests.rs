//! Files as tools write them.

use super::plain;
use proptest::prelude::*;

fn read(bytes: &[u8]) -> (String, Option<String>) {
    let saved = plain(bytes).unwrap();
    let text = String::from_utf8_lossy(&saved.text).replace('\r', "");
    (text, saved.url)
}

#[test]
fn what_tools_print_of_a_connection() {
    const CURL: &str = "* Connected to a.example\n> GET / HTTP/1.1\n> Accept: */*\n> \n* ok\n\
        < HTTP/1.1 301 Moved\r\n< Location: /x\r\n< \r\n* more\n< HTTP/2 200\n< server: x\n<\n{ [5 bytes]\nhello";
    assert_eq!(
        read(CURL.as_bytes()).0,
        "HTTP/1.1 301 Moved\nLocation: /x\n\nHTTP/2 200\nserver: x\n"
    );
    const WGET: &str = "--2026-01-01-- http://a.example/\nHTTP request sent, awaiting response...\n  HTTP/1.1 200 OK\n  Server: x\nLength: 5\n";
    assert_eq!(read(WGET.as_bytes()).0, "HTTP/1.1 200 OK\nServer: x\n");
    // What begins with a status line is plain, whatever its body holds.
    let plain_text = "HTTP/1.1 200 OK\nServer: x\n\n< HTTP/1.1 200 OK\n< X: y\n";
    assert_eq!(read(plain_text.as_bytes()).0, plain_text);
}

#[test]
fn what_shells_write() {
    const HEAD: &str = "HTTP/1.1 200 OK\nServer: \u{e4}\n";
    let of = |mark: [u8; 2], octets: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = HEAD.encode_utf16().flat_map(octets);
        mark.into_iter().chain(units).collect()
    };
    for bytes in [
        HEAD.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", HEAD.as_bytes()].concat(),
        of([0xff, 0xfe], u16::to_le_bytes),
        of([0xfe, 0xff], u16::to_be_bytes),
    ] {
        assert_eq!(read(&bytes).0, HEAD);
    }
}

#[test]
fn json_in_the_shapes_of_clients() {
    for (json, wanted) in [
        (
            r#"{"status": 404, "headers": {"Server": "x", "set-cookie": ["a=b", "c=d"]}, "body": "hi"}"#,
            "HTTP/1.1 404\nServer: x\nset-cookie: a=b\nset-cookie: c=d\n\nhi",
        ),
        (r#"{"headers": [["A", "1"], ["A", "2"]]}"#, "A: 1\nA: 2\n\n"),
        (
            r#"{"headers": [{"name": "A", "value": "1\n2"}], "status": "200"}"#,
            "HTTP/1.1 200\nA: 1\nA: 2\n\n",
        ),
        (
            r#"{"strict-transport-security": "max-age=1"}"#,
            "strict-transport-security: max-age=1\n",
        ),
        (r#"[["A", 5]]"#, "A: 5\n"),
        // Nothing that stands in a name becomes a field.
        (
            r#"{"headers": {"X: y\r\nSet-Cookie": "a=b"}}"#,
            "?: a=b\n\n",
        ),
        (r#"{"headers": {"A": ""}}"#, "A: \n\n"),
        (
            r#"{"status_code": 404, "headers": {"A": "1"}}"#,
            "HTTP/1.1 404\nA: 1\n\n",
        ),
        (
            r#"{"request": {"url": "x"}, "response": {"statusCode": 404, "headers": [["A", "1"]]}}"#,
            "HTTP/1.1 404\nA: 1\n\n",
        ),
    ] {
        assert_eq!(read(json.as_bytes()).0, wanted, "{json}");
    }
    for none in [
        r#"{"headers": 5}"#,
        r#"{"a": {"b": 1}}"#,
        "{",
        "[1]",
        r#"[["a"]]"#,
        r#"{"log": {"entries": []}}"#,
    ] {
        assert!(plain(none.as_bytes()).is_err(), "{none}");
    }
}

#[test]
fn a_har_is_followed_as_far_as_its_redirects_lead() {
    let har = serde_json::json!({"log": {"entries": [
        {"request": {"url": "http://a.example/"}, "response": {"status": 301, "httpVersion": "http/2.0",
            "headers": [{"name": "Location", "value": "https://a.example/"}],
            "redirectURL": "https://a.example/", "content": {"size": 0}}},
        {"request": {"url": "https://a.example/"}, "response": {"status": 200, "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Server", "value": "x"}], "redirectURL": "",
            "content": {"text": "<p>hello"}}},
        {"request": {"url": "https://a.example/a.png"}, "response": {"status": 200,
            "headers": [{"name": "X", "value": "y"}], "redirectURL": "", "content": {}}},
    ]}});
    let (text, url) = read(har.to_string().as_bytes());
    assert_eq!(
        text,
        "HTTP/2.0 301\nLocation: https://a.example/\n\nHTTP/1.1 200\nServer: x\n\n<p>hello"
    );
    assert_eq!(url.as_deref(), Some("http://a.example/"));
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), near in "[\\[{\"a:,}\\] <HTTP/1\n]{0,40}") {
        let _ = plain(&bytes);
        let _ = plain(near.as_bytes());
    }
}
