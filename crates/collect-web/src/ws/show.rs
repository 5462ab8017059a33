//! The commands that show the same: two handshakes by curl, and the configured message in a frame
//! of its own (RFC 6455 §5.2), whose mask of zeros leaves the text as it is.

use super::fact::WebSocket;
use super::handshake::target;
use super::socket::Socket;
use crate::exchange::outgoing::authority;
use crate::exchange::reproduce::{curl, quote};
use crate::target::MessageSpec;
use seaworthy_collect::{SecretRef, redact_url};
use std::net::IpAddr;

/// The key of RFC 6455 §1.3; any does.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

impl Socket<'_> {
    /// A handshake with the own origin, one with a stranger's, and the message where one is
    /// configured. Secrets stand in them by reference.
    pub(super) fn command(&self, fact: &WebSocket) -> String {
        let stranger = fact
            .strangers
            .first()
            .map_or("https://evil.example", String::as_str);
        let upgrade = format!(
            "--http1.1 -m 2 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H \
             'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: {KEY}'"
        );
        let protocol = self.protocols().pop();
        let protocol = protocol.map(|name| format!("-H 'Sec-WebSocket-Protocol: {name}'"));
        let handshake = |origin: &str| {
            let origin = format!("-H {}", quote(&format!("Origin: {origin}")));
            let mut extra = vec![upgrade.as_str(), &origin];
            extra.extend(protocol.as_deref());
            curl(
                self.visit.endpoint,
                self.visit.address,
                self.url.as_str(),
                &extra,
            )
        };
        let mut commands = vec![handshake(&fact.own_origin), handshake(stranger)];
        let spec = self.visit.endpoint.spec.websocket.as_ref();
        if let Some(message) = spec.and_then(|spec| spec.message.as_ref()) {
            commands.push(self.talk(&fact.own_origin, message));
        }
        commands.join("; ")
    }

    /// A handshake by hand, the message, and what comes back until the wait is over.
    fn talk(&self, origin: &str, message: &MessageSpec) -> String {
        let mut head = format!(
            "GET {} HTTP/1.1\\r\\nHost: {}\\r\\nOrigin: {}\\r\\nUpgrade: websocket\\r\\n\
             Connection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: {KEY}\\r\\n",
            literal(&redacted_target(self.url)),
            literal(&authority(self.url)),
            literal(origin),
        );
        for protocol in self.protocols() {
            head.push_str(&format!(
                "Sec-WebSocket-Protocol: {}\\r\\n",
                literal(&protocol)
            ));
        }
        let mut arguments = String::new();
        let headers = self.visit.endpoint.spec.headers.iter();
        for (name, value) in headers.filter(|_| self.visit.endpoint.secure) {
            head.push_str(&format!("{}: %s\\r\\n", literal(name)));
            arguments.push_str(&match SecretRef::parse(value) {
                Some(SecretRef::Env(variable)) => format!(" \"${variable}\""),
                Some(SecretRef::File(path)) => format!(" \"$(cat {})\"", quote(&path)),
                None => " ''".to_owned(),
            });
        }
        let wait = self.wait(message).as_secs().clamp(1, 10);
        format!(
            "{{ printf '{head}\\r\\n'{arguments}; sleep 1; printf '{}%s' {}; sleep {wait}; }} | {}",
            frame_head(message.send.len()),
            quote(&message.send),
            self.pipe(wait),
        )
    }

    /// What carries bytes to the address and back for so many seconds and the handshake's one.
    fn pipe(&self, wait: u64) -> String {
        let address = self.visit.address;
        if !self.visit.endpoint.secure {
            // Without a limit curl stays for as long as the server does.
            return format!("curl -sS -N -m {} telnet://{address}", wait + 2);
        }
        let mut words = format!("openssl s_client -quiet -no_ign_eof -connect {address}");
        let name = self.visit.endpoint.spec.server_name.as_ref();
        let name = name.unwrap_or(&self.visit.endpoint.host);
        if name.parse::<IpAddr>().is_err() {
            words.push_str(&format!(" -servername {}", quote(name)));
        }
        if let Some(file) = &self.visit.endpoint.spec.ca_file {
            words.push_str(&format!(" -CAfile {}", quote(file)));
        }
        words
    }
}

/// Path and query, values of the query left out.
fn redacted_target(url: &url::Url) -> String {
    let shown = redact_url(url.as_str());
    url::Url::parse(&shown).map_or_else(|_| url.path().to_owned(), |url| target(&url))
}

/// Text as the format of printf within single quotes has it.
fn literal(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "%%")
        .replace('\'', "'\\''")
}

/// The head of a text frame with a mask of zeros, in octal.
fn frame_head(length: usize) -> String {
    let length = u16::try_from(length).unwrap_or(u16::MAX);
    let mut bytes = vec![0x81];
    match u8::try_from(length).ok().filter(|length| *length < 126) {
        Some(short) => bytes.push(0x80 | short),
        None => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.iter().map(|byte| format!("\\{byte:03o}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{frame_head, literal};

    #[test]
    fn frames_and_text_for_printf() {
        assert_eq!(frame_head(5), r"\201\205\000\000\000\000");
        assert_eq!(frame_head(300), r"\201\376\001\054\000\000\000\000");
        assert_eq!(literal(r"/ws?a=100%'\"), r"/ws?a=100%%'\''\\");
    }
}
