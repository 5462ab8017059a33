//! Writing a ClientHello: of TLS and SSL 3.0 (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2, RFC 6101
//! §5.6.1.2) and of SSL 2.0, which has a form of its own (RFC 6101 appendix E.1).

use super::suites::SSL_2;

/// A version by its number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub(super) u16);

impl Version {
    pub(super) const SSL_2: Self = Self(0x0002);
    pub(super) const SSL_3: Self = Self(0x0300);
    pub(super) const TLS_1_0: Self = Self(0x0301);
    pub(super) const TLS_1_1: Self = Self(0x0302);
    pub(super) const TLS_1_2: Self = Self(0x0303);
    pub(super) const TLS_1_3: Self = Self(0x0304);

    /// `TLS 1.1`
    pub(super) fn name(self) -> String {
        match self {
            Self::SSL_2 => "SSL 2.0".to_owned(),
            Self::SSL_3 => "SSL 3.0".to_owned(),
            Self(number @ 0x0301..=0x0304) => format!("TLS 1.{}", number - 0x0301),
            Self(number) => format!("version {number:#06x}"),
        }
    }
}

/// Whether a hello carries extensions; some old servers end the connection over any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extensions {
    /// Those that fit the version.
    Fitting,
    /// None at all.
    None,
}

/// What is offered.
#[derive(Clone, Debug)]
pub(super) struct Offer<'a> {
    /// The highest version.
    pub(super) version: Version,
    /// The suites, the preferred first.
    pub(super) suites: &'a [u16],
    /// The name to ask for (SNI); none for an IP address.
    pub(super) server_name: Option<&'a str>,
    /// Whether extensions go with it.
    pub(super) extensions: Extensions,
    /// Random octets: the hello's, and the share of a key in TLS 1.3, which no key is made of.
    pub(super) random: [u8; 32],
    /// The groups for the key exchange, the preferred first.
    pub(super) groups: &'a [u16],
    /// Whether a share of a key is there; without it, a server of TLS 1.3 names the group that it
    /// would take (RFC 8446 §4.2.8).
    pub(super) share: Share,
    /// Whether what few servers should take goes with it.
    pub(super) rare: Rare,
    /// Whether a stapled OCSP answer is asked for (RFC 6066 §8).
    pub(super) staple: Staple,
    /// The protocols to offer by ALPN.
    pub(super) alpn: &'a [&'a [u8]],
}

/// Whether a share of a key is offered in TLS 1.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// One of x25519.
    X25519,
    /// None.
    None,
}

/// Whether a stapled OCSP answer is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Staple {
    /// It is.
    Asked,
    /// It is not.
    None,
}

/// Whether compression by DEFLATE (RFC 3749) and heartbeats (RFC 6520) are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rare {
    /// They are.
    Offered,
    /// They are not.
    None,
}

impl Offer<'_> {
    /// The hello in its record.
    pub(super) fn bytes(&self) -> Vec<u8> {
        if self.version == Version::SSL_2 {
            return self.ssl_2();
        }
        let mut body = Vec::with_capacity(512);
        word(&mut body, self.version.min(Version::TLS_1_2).0);
        body.extend(self.random);
        body.push(0); // no session
        with_length(&mut body, |body| {
            for suite in self.suites {
                word(body, *suite);
            }
            // Renegotiation is safe with us (RFC 5746 §3.3); strict servers ask for that.
            word(body, 0x00ff);
        });
        match self.rare {
            Rare::None => body.extend([1, 0]),
            Rare::Offered => body.extend([2, 1, 0]),
        }
        if self.extensions == Extensions::Fitting && self.version > Version::SSL_3 {
            with_length(&mut body, |body| self.extensions(body));
        }
        let mut record = vec![22];
        // The record's version is the lowest that has one (RFC 8446 §5.1), so that nobody balks.
        word(&mut record, self.version.min(Version::TLS_1_0).0);
        with_length(&mut record, |record| {
            record.extend([1, 0]); // client_hello, and the upper octet of its length
            with_length(record, |record| record.extend(&body));
        });
        record
    }

    fn extensions(&self, body: &mut Vec<u8>) {
        if let Some(name) = self.server_name {
            extension(body, 0, |body| {
                with_length(body, |body| {
                    body.push(0);
                    with_length(body, |body| body.extend(name.as_bytes()));
                });
            });
        }
        if self.staple == Staple::Asked {
            // An OCSP answer, by whatever responder, with whatever extensions.
            extension(body, 5, |body| body.extend([1, 0, 0, 0, 0]));
            // Certificate timestamps (RFC 6962 §3.3.1).
            extension(body, 18, |_| {});
        }
        extension(body, 10, |body| words(body, self.groups));
        extension(body, 11, |body| body.extend([1, 0]));
        if self.version >= Version::TLS_1_2 {
            // ECDSA, RSA-PSS and RSA with SHA-2, then SHA-1: an old suite may go with it.
            let schemes = [
                0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601,
                0x0203, 0x0201, 0x0202,
            ];
            extension(body, 13, |body| words(body, &schemes));
        }
        if !self.alpn.is_empty() {
            extension(body, 16, |body| {
                with_length(body, |body| {
                    for name in self.alpn {
                        body.push(u8::try_from(name.len()).unwrap_or_default());
                        body.extend(*name);
                    }
                });
            });
        }
        if self.rare == Rare::Offered {
            extension(body, 15, |body| body.push(1));
        }
        // Keys of the whole handshake (RFC 7627 §5.2).
        extension(body, 23, |_| {});
        if self.version >= Version::TLS_1_3 {
            extension(body, 43, |body| body.extend([4, 3, 4, 3, 3]));
            extension(body, 51, |body| {
                with_length(body, |body| {
                    if self.share == Share::X25519 {
                        word(body, 29);
                        with_length(body, |body| body.extend(self.random));
                    }
                });
            });
        }
    }

    fn ssl_2(&self) -> Vec<u8> {
        let challenge = self.random.get(..16).unwrap_or_default();
        let specs = SSL_2.as_flattened();
        let mut message = vec![1, 0, 2];
        for part in [specs.len(), 0, challenge.len()] {
            word(&mut message, u16::try_from(part).unwrap_or_default());
        }
        message.extend(specs);
        message.extend(challenge);
        let length = u16::try_from(message.len()).unwrap_or_default() | 0x8000;
        [&length.to_be_bytes()[..], &message].concat()
    }
}

fn word(bytes: &mut Vec<u8>, word: u16) {
    bytes.extend(word.to_be_bytes());
}

fn words(bytes: &mut Vec<u8>, all: &[u16]) {
    with_length(bytes, |bytes| {
        for one in all {
            word(bytes, *one);
        }
    });
}

fn extension(bytes: &mut Vec<u8>, kind: u16, content: impl FnOnce(&mut Vec<u8>)) {
    word(bytes, kind);
    with_length(bytes, content);
}

/// Content after its length in two octets. All that is written here is far below 64 KiB.
fn with_length(bytes: &mut Vec<u8>, content: impl FnOnce(&mut Vec<u8>)) {
    let mut inner = Vec::new();
    content(&mut inner);
    word(bytes, u16::try_from(inner.len()).unwrap_or(u16::MAX));
    bytes.extend(inner);
}

#[cfg(test)]
mod tests {
    use super::{Extensions, Offer, Rare, Share, Staple, Version};
    use crate::tls::hello::suites::{OLD, SOUND};
    use rustls::server::Acceptor;

    fn offer<'a>(version: Version, suites: &'a [u16]) -> Offer<'a> {
        Offer {
            version,
            suites,
            server_name: Some("a.example.com"),
            extensions: Extensions::Fitting,
            random: [7; 32],
            groups: &[29, 23],
            share: Share::X25519,
            rare: Rare::None,
            staple: Staple::None,
            alpn: &[],
        }
    }

    /// rustls reads what is written here as it was meant.
    #[test]
    fn another_reader_sees_the_same_hello() {
        for (version, suites) in [(Version::TLS_1_2, OLD), (Version::TLS_1_3, SOUND)] {
            let bytes = offer(version, suites).bytes();
            let mut acceptor = Acceptor::default();
            acceptor.read_tls(&mut bytes.as_slice()).unwrap();
            let accepted = acceptor.accept().unwrap().unwrap();
            let hello = accepted.client_hello();
            assert_eq!(hello.server_name(), Some("a.example.com"));
            let read: Vec<u16> = hello
                .cipher_suites()
                .iter()
                .map(|suite| (*suite).into())
                .collect();
            assert_eq!(read[..suites.len()], *suites);
            assert!(
                hello
                    .named_groups()
                    .is_some_and(|groups| groups.contains(&rustls::NamedGroup::X25519))
            );
        }
    }

    #[test]
    fn hellos_by_their_octets() {
        let plain = Offer {
            extensions: Extensions::None,
            ..offer(Version::TLS_1_0, &[5])
        };
        let bytes = plain.bytes();
        assert_eq!(bytes[..11], [22, 3, 1, 0, 47, 1, 0, 0, 43, 3, 1]);
        assert_eq!(bytes[43..], [0, 0, 4, 0, 5, 0, 255, 1, 0]);
        let bytes = offer(Version::SSL_3, &[5]).bytes();
        assert_eq!(bytes[..3], [22, 3, 0]);
        assert_eq!(bytes.len(), 52, "SSL 3.0 has no extensions");
        let bytes = offer(Version::SSL_2, &[]).bytes();
        assert_eq!(bytes[..11], [0x80, 46, 1, 0, 2, 0, 21, 0, 0, 0, 16]);
        assert_eq!(bytes.len(), 48);
    }
}
