//! The opening handshake of WebSocket over HTTP/1.1 (RFC 6455 §4): what a client sends, and
//! whether what came back opens the connection.

use crate::exchange::head::{Fields, Head};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

/// What is put behind a key before its digest (§1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A key of 16 random bytes in base64; none where there is no randomness.
pub(super) fn key() -> Option<String> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    Some(STANDARD.encode(bytes))
}

/// The only right answer to a key (§4.2.2).
pub(super) fn accept(key: &str) -> String {
    STANDARD.encode(digest(
        &SHA1_FOR_LEGACY_USE_ONLY,
        format!("{key}{GUID}").as_bytes(),
    ))
}

/// What is asked for of a URL: its path and query.
pub(super) fn target(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// The request; `headers` are further lines.
pub(super) fn request(
    target: &str,
    host: &str,
    key: &str,
    headers: &[(String, String)],
) -> Vec<u8> {
    let mut text = format!(
        "GET {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {}\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n",
        concat!("seaworthy/", env!("CARGO_PKG_VERSION")),
    );
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.into_bytes()
}

/// Why a head does not open the connection (§4.1); none where it does.
pub(super) fn refusal(head: &Head, key: &str, protocols: &[String]) -> Option<String> {
    let fields = &head.fields;
    let status = head.status.unwrap_or_default();
    if status != 101 {
        return Some(format!("status {status} in place of 101"));
    }
    let upgrade = only(fields, "upgrade");
    if !upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket")) {
        return Some("Upgrade is not websocket (§4.1)".to_owned());
    }
    let mut connection = fields.list("connection");
    if !connection.any(|member| member.eq_ignore_ascii_case("upgrade")) {
        return Some("Connection does not list Upgrade (§4.1)".to_owned());
    }
    if only(fields, "sec-websocket-accept") != Some(&accept(key)) {
        return Some("Sec-WebSocket-Accept does not answer the key (§4.1)".to_owned());
    }
    if fields.list("sec-websocket-extensions").next().is_some() {
        return Some("an extension was chosen that nobody offered (§4.1)".to_owned());
    }
    let chosen = fields.joined("sec-websocket-protocol");
    match chosen.as_deref().map(str::trim) {
        Some(chosen) if !protocols.iter().any(|own| own == chosen) => {
            Some("a subprotocol was chosen that nobody offered (§4.1)".to_owned())
        }
        // Browsers go beyond the RFC here (WebSockets Standard, establish a WebSocket connection).
        None if !protocols.is_empty() => Some(format!(
            "none of the subprotocols {} was chosen, so that browsers close the connection",
            protocols.join(", ")
        )),
        Some(_) | None => None,
    }
}

fn only<'a>(fields: &'a Fields, name: &'a str) -> Option<&'a str> {
    let mut all = fields.all(name);
    match (all.next(), all.next()) {
        (Some(value), None) => Some(value.trim()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{accept, key, refusal};
    use crate::exchange::head::Head;

    /// The key and the answer of RFC 6455 §1.3.
    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

    #[test]
    fn the_example_of_the_rfc() {
        assert_eq!(accept(KEY), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(key().unwrap().len(), 24);
        assert_ne!(key(), key());
    }

    #[test]
    fn what_opens_and_what_does_not() {
        const GOOD: &str = "Upgrade: WebSocket\nConnection: keep-alive, Upgrade\n\
            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n";
        let check = |status: u16, lines: &str| {
            let head = Head::parse(format!("HTTP/1.1 {status} X\n{lines}").as_bytes()).unwrap();
            refusal(&head, KEY, &["chat".to_owned()])
        };
        assert_eq!(
            check(101, &format!("{GOOD}Sec-WebSocket-Protocol: chat\n")),
            None
        );
        let head = Head::parse(format!("HTTP/1.1 101 X\n{GOOD}").as_bytes()).unwrap();
        assert_eq!(refusal(&head, KEY, &[]), None);
        for (status, lines, why) in [
            (403, GOOD.to_owned(), "403"),
            (200, GOOD.to_owned(), "200"),
            (101, GOOD.to_owned(), "none of the subprotocols chat"),
            (101, GOOD.replace("WebSocket\n", "h2c\n"), "Upgrade"),
            (
                101,
                GOOD.replace("WebSocket\n", "h2c, websocket\n"),
                "Upgrade",
            ),
            (
                101,
                format!("{GOOD}Sec-WebSocket-Protocol: chat\nSec-WebSocket-Protocol: chat\n"),
                "subprotocol",
            ),
            (101, GOOD.replace(", Upgrade", ""), "Connection"),
            (101, GOOD.replace("s3pP", "S3pP"), "Accept"),
            (101, GOOD.replace("Sec-WebSocket-Accept", "X"), "Accept"),
            (
                101,
                format!("{GOOD}Sec-WebSocket-Extensions: x\n"),
                "extension",
            ),
            (
                101,
                format!("{GOOD}Sec-WebSocket-Protocol: other\n"),
                "subprotocol",
            ),
        ] {
            let found = check(status, &lines).unwrap();
            assert!(found.contains(why), "{lines}: {found}");
        }
    }
}
