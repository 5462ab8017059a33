//! The forms in which a suite may have the head of an answer.

use crate::heads::Set;
use serde_json::json;

/// A form: its name, and how it writes a status line, headers and a body. None where it holds no body.
pub(crate) type Form = (&'static str, fn(&Set) -> Option<Vec<u8>>);

pub(crate) const FORMS: &[Form] = &[
    ("CRLF", |set| {
        Some(plain("HTTP/1.1 200 OK", set, "\r\n", false))
    }),
    ("LF", |set| Some(plain("HTTP/1.1 200 OK", set, "\n", false))),
    ("no reason", |set| {
        Some(plain("HTTP/1.1 200", set, "\r\n", false))
    }),
    ("no status line", |set| {
        let text = plain("", set, "\n", false);
        Some(text.strip_prefix(b"\n").unwrap_or(&text).to_vec())
    }),
    ("HTTP/2", |set| Some(plain("HTTP/2 200", set, "\r\n", true))),
    ("pseudo-header", |set| {
        Some(plain(":status: 200", set, "\n", true))
    }),
    ("after a way", |set| {
        let mut text = b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n\
            HTTP/1.1 301 Moved\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"
            .to_vec();
        text.extend(plain("HTTP/1.1 200 OK", set, "\r\n", false));
        Some(text)
    }),
    ("curl -v", |set| {
        let head = String::from_utf8(plain("HTTP/1.1 200 OK", set, "\r\n", false)).ok()?;
        let lines = head.lines().map(|line| format!("< {line}\r\n"));
        let text: String = lines.collect();
        let before = "* Connected to shop.test\r\n> GET / HTTP/1.1\r\n> Host: shop.test\r\n> \r\n";
        set.body
            .is_empty()
            .then(|| format!("{before}{text}* left intact\n").into_bytes())
    }),
    ("wget -S", |set| {
        let head = String::from_utf8(plain("HTTP/1.1 200 OK", set, "\n", false)).ok()?;
        let lines = head.lines().filter(|line| !line.is_empty());
        let text: String = lines.map(|line| format!("  {line}\n")).collect();
        let before = "--2026-11-27 10:00:00--  https://shop.test/\nawaiting response...\n";
        set.body
            .is_empty()
            .then(|| format!("{before}{text}Length: 5\n").into_bytes())
    }),
    ("JSON, pairs", |set| {
        let document = json!({"status": 200, "headers": set.headers, "body": set.body});
        Some(document.to_string().into_bytes())
    }),
    ("JSON, lists by name", |set| {
        let mut headers = serde_json::Map::new();
        for (name, value) in set.headers {
            let list = headers
                .entry(name.to_ascii_lowercase())
                .or_insert_with(|| json!([]));
            list.as_array_mut()?.push(json!(value));
        }
        let document = json!({"status": "200", "headers": headers, "body": set.body});
        Some(document.to_string().into_bytes())
    }),
    ("HAR", |set| {
        let pair = |(name, value): &(&str, &str)| json!({"name": name, "value": value});
        let headers: Vec<_> = set.headers.iter().map(pair).collect();
        let entry = json!({
            "request": {"method": "GET", "url": "https://shop.test/"},
            "response": {"status": 200, "httpVersion": "HTTP/2", "headers": headers,
                "redirectURL": "", "content": {"mimeType": "text/html", "text": set.body}},
        });
        let document = json!({"log": {"version": "1.2", "entries": [entry]}});
        Some(document.to_string().into_bytes())
    }),
    ("UTF-16", |set| {
        let text = String::from_utf8(plain("HTTP/1.1 200 OK", set, "\r\n", false)).ok()?;
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        Some([0xff, 0xfe].into_iter().chain(units).collect())
    }),
];

pub(crate) fn plain(first: &str, set: &Set, end: &str, lower: bool) -> Vec<u8> {
    let mut text = format!("{first}{end}");
    for (name, value) in set.headers {
        let name = if lower {
            name.to_ascii_lowercase()
        } else {
            (*name).to_owned()
        };
        text.push_str(&format!("{name}: {value}{end}"));
    }
    text.push_str(end);
    text.push_str(set.body);
    text.into_bytes()
}
