//! Reading the certificates that a server of TLS 1.2 or before sends in the clear after its hello
//! (RFC 5246 §7.4.2), with the staple beside them (RFC 6066 §8) and the signature by which it proves
//! that it has the key (RFC 5246 §7.4.3). What they are worth is not said here.

use super::answer::{Answer, Chosen, Reader, Stop, hello_body};
use super::client::Version;
use super::flight;

/// More certificates than any chain has.
const MOST: usize = 100;

/// A server's turn as far as it shows itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(super) version: Version,
    /// The number of the suite.
    pub(super) suite: u16,
    /// The server's random octets.
    random: [u8; 32],
    /// The certificates as served, each whole; there is at least one.
    pub(crate) certificates: Vec<Vec<u8>>,
    /// The stapled OCSP answer; empty where there is none.
    pub(crate) staple: Vec<u8>,
    /// The certificate timestamps in its hello (RFC 6962 §3.3.1), where there are any.
    pub(crate) timestamps: Option<Vec<u8>>,
    /// The body of ServerKeyExchange, where there is one.
    exchange: Option<Vec<u8>>,
}

/// A signature by the key of the server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signed {
    /// What it is over: the random octets of both sides, and the server's share of the key exchange.
    pub(crate) message: Vec<u8>,
    /// The scheme by its number (RFC 8446 §4.2.3).
    pub(crate) scheme: u16,
    pub(crate) signature: Vec<u8>,
}

/// Reads all octets that a server has sent so far; nothing while more is needed.
///
/// # Errors
///
/// When what is there is no such turn, or shows no certificate.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Turn>, &'static str> {
    flight::read(bytes, turn)
}

fn turn(messages: &mut Reader<'_>) -> Result<Turn, Stop> {
    let mut turn = hello(messages)?;
    loop {
        let (kind, body) = flight::message(messages)?;
        match kind {
            0 if body.0.is_empty() => {}
            11 if turn.certificates.is_empty() => turn.certificates = whole(certificates(body))?,
            22 => turn.staple = whole(staple(body))?,
            12 => turn.exchange = Some(body.0.to_vec()),
            // The server asks for a certificate, or its turn is over.
            13 | 14 => break,
            _ => return Err(Stop::Strange("a handshake message out of turn")),
        }
    }
    if turn.certificates.is_empty() {
        return Err(Stop::Strange("a turn without a certificate"));
    }
    Ok(turn)
}

/// The hello, with which the turn begins.
fn hello(reader: &mut Reader<'_>) -> Result<Turn, Stop> {
    loop {
        let (kind, mut body) = flight::message(reader)?;
        if kind == 0 && body.0.is_empty() {
            continue;
        }
        if kind != 2 {
            return Err(Stop::Strange("a handshake message that is no ServerHello"));
        }
        let timestamps = extension(Reader(body.0), 18).ok().flatten();
        let random = body.0.get(2..34).and_then(|octets| octets.try_into().ok());
        let random = random.ok_or(Stop::Strange("a ServerHello that is cut off"))?;
        let Answer::Hello(Chosen {
            version,
            suite: Some(suite),
            ..
        }) = whole(hello_body(&mut body))?
        else {
            return Err(Stop::Strange("a ServerHello without a cipher suite"));
        };
        if version >= Version::TLS_1_3 {
            return Err(Stop::Strange("a certificate that is encrypted"));
        }
        return Ok(Turn {
            version,
            suite,
            random,
            certificates: Vec::new(),
            staple: Vec::new(),
            timestamps,
            exchange: None,
        });
    }
}

/// What an extension of a ServerHello holds (RFC 5246 §7.4.1.3).
fn extension(mut hello: Reader<'_>, wanted: u16) -> Result<Option<Vec<u8>>, Stop> {
    hello.take(34)?;
    let session = hello.octet()?;
    hello.take(session.into())?;
    hello.take(3)?;
    if hello.0.is_empty() {
        return Ok(None);
    }
    let length = hello.word()?;
    let mut all = hello.take(length.into())?;
    while !all.0.is_empty() {
        let kind = all.word()?;
        let length = all.word()?;
        let content = all.take(length.into())?;
        if kind == wanted {
            return Ok(Some(content.0.to_vec()));
        }
    }
    Ok(None)
}

/// The message is whole: what it lacks will not come.
fn whole<T>(read: Result<T, Stop>) -> Result<T, Stop> {
    read.map_err(|stop| match stop {
        Stop::More => Stop::Strange("a message that is cut off"),
        strange @ Stop::Strange(_) => strange,
    })
}

fn certificates(mut body: Reader<'_>) -> Result<Vec<Vec<u8>>, Stop> {
    let length = body.triple()?;
    let mut list = body.take(length)?;
    let mut all = Vec::new();
    while !list.0.is_empty() {
        let length = list.triple()?;
        all.push(list.take(length)?.0.to_vec());
        if all.len() > MOST {
            return Err(Stop::Strange("more certificates than any chain has"));
        }
    }
    Ok(all)
}

/// CertificateStatus of the kind `ocsp`.
fn staple(mut body: Reader<'_>) -> Result<Vec<u8>, Stop> {
    if body.octet()? != 1 {
        return Err(Stop::Strange("a staple of a kind that was not asked for"));
    }
    let length = body.triple()?;
    Ok(body.take(length)?.0.to_vec())
}

impl Turn {
    /// The signature over the key exchange, to a hello with these random octets; nothing where the
    /// suite has none, or it is of a version whose signatures name no scheme.
    pub(super) fn signed(&self, suite: &str, random: &[u8; 32]) -> Option<Signed> {
        if self.version != Version::TLS_1_2 {
            return None;
        }
        let body = self.exchange.as_deref()?;
        let mut reader = Reader(body);
        let parameters = parameters(&mut reader, suite).ok()?;
        let scheme = reader.word().ok()?;
        let length = reader.word().ok()?;
        let signature = reader.take(length.into()).ok()?.0.to_vec();
        let message = [&random[..], &self.random, body.get(..parameters)?].concat();
        Some(Signed {
            message,
            scheme,
            signature,
        })
    }
}

/// The length of the server's share: a named curve with a point (RFC 8422 §5.4), or a prime, a
/// generator and a number (RFC 5246 §7.4.3).
fn parameters(reader: &mut Reader<'_>, suite: &str) -> Result<usize, Stop> {
    let before = reader.0.len();
    if suite.starts_with("TLS_ECDHE_") {
        if reader.octet()? != 3 {
            return Err(Stop::Strange("a curve without a name"));
        }
        reader.word()?;
        let length = reader.octet()?;
        reader.take(length.into())?;
    } else if suite.starts_with("TLS_DHE_") {
        for _ in 0..3 {
            let length = reader.word()?;
            reader.take(length.into())?;
        }
    } else {
        return Err(Stop::Strange("a suite without a signed key exchange"));
    }
    Ok(before - reader.0.len())
}

#[cfg(test)]
mod tests {
    use super::{Turn, read};
    use crate::tls::hello::client::Version;
    use proptest::prelude::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind], &length[1..], body].concat()
    }

    fn listed(parts: &[&[u8]]) -> Vec<u8> {
        let all: Vec<u8> = parts.iter().flat_map(|part| sized(part)).collect();
        sized(&all)
    }

    fn sized(part: &[u8]) -> Vec<u8> {
        let length = u32::try_from(part.len()).unwrap().to_be_bytes();
        [&length[1..], part].concat()
    }

    fn hello(version: u16) -> Vec<u8> {
        let body = [&version.to_be_bytes()[..], &[9; 32], &[0, 0xc0, 0x09, 0]].concat();
        message(2, &body)
    }

    fn records(messages: &[u8], most: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in messages.chunks(most) {
            bytes.extend([22, 3, 1]);
            bytes.extend(u16::try_from(part.len()).unwrap().to_be_bytes());
            bytes.extend(part);
        }
        bytes
    }

    /// An ECDHE exchange on x25519 with a point of two octets, signed by ecdsa_secp256r1_sha256.
    const EXCHANGE: [u8; 13] = [3, 0, 29, 2, 7, 8, 4, 3, 0, 3, 1, 2, 3];

    fn flight(version: u16) -> Vec<u8> {
        [
            hello(version),
            message(11, &listed(&[b"own", b"issuer"])),
            message(22, &[&[1][..], &sized(b"good")].concat()),
            message(12, &EXCHANGE),
            message(14, &[]),
        ]
        .concat()
    }

    fn wanted(version: u16) -> Turn {
        Turn {
            version: Version(version),
            suite: 0xc009,
            random: [9; 32],
            certificates: vec![b"own".to_vec(), b"issuer".to_vec()],
            staple: b"good".to_vec(),
            timestamps: None,
            exchange: Some(EXCHANGE.to_vec()),
        }
    }

    #[test]
    fn timestamps_stand_in_an_extension_of_the_hello() {
        let extensions = [0, 9, 0xff, 1, 0, 1, 0, 0, 18, 0, 0];
        let with = |content: &[u8]| {
            let mut all = extensions[2..].to_vec();
            all.pop();
            all.push(u8::try_from(content.len()).unwrap());
            all.extend(content);
            let length = u16::try_from(all.len()).unwrap().to_be_bytes();
            let head = [&[3, 3][..], &[9; 32], &[2, 7, 7, 0xc0, 0x09, 0]].concat();
            message(2, &[&head[..], &length, &all].concat())
        };
        for content in [&b"timestamps"[..], b""] {
            let messages = [
                with(content),
                message(11, &listed(&[b"own"])),
                message(14, &[]),
            ];
            let turn = read(&records(&messages.concat(), 500)).unwrap().unwrap();
            assert_eq!(turn.timestamps.as_deref(), Some(content));
        }
    }

    #[test]
    fn the_signature_is_over_both_sides_and_the_share() {
        let turn = read(&records(&flight(0x0303), 99)).unwrap().unwrap();
        let signed = turn
            .signed("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", &[7; 32])
            .unwrap();
        assert_eq!(
            signed.message,
            [&[7; 32][..], &[9; 32], &EXCHANGE[..6]].concat()
        );
        assert_eq!((signed.scheme, signed.signature), (0x0403, vec![1, 2, 3]));
        let suites = [
            "TLS_RSA_WITH_AES_128_CBC_SHA",
            "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
        ];
        for suite in suites {
            assert_eq!(turn.signed(suite, &[7; 32]), None, "{suite}");
        }
        // Before TLS 1.2 a signature names no scheme.
        assert_eq!(
            wanted(0x0302).signed("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", &[7; 32]),
            None
        );
    }

    #[test]
    fn what_shows_no_certificate_is_told() {
        let cut = [hello(0x0301), message(11, &[0, 0, 9, 0, 0, 1, 7])].concat();
        let none = [hello(0x0301), message(11, &[0, 0, 0]), message(14, &[])].concat();
        let without = [hello(0x0301), message(14, &[])].concat();
        let many = vec![&b"x"[..]; 101];
        let many = [hello(0x0301), message(11, &listed(&many))].concat();
        let long = [hello(0x0301), vec![11, 0xff, 0, 0]].concat();
        for (messages, told) in [
            (cut, "cut off"),
            (none, "without a certificate"),
            (without, "without a certificate"),
            (many, "more certificates"),
            (long, "longer than any"),
            (hello(0x0304), "encrypted"),
            (message(11, &[0, 0, 0]), "no ServerHello"),
            ([hello(0x0301), message(4, &[])].concat(), "out of turn"),
        ] {
            let why = read(&records(&messages, 500)).unwrap_err();
            assert!(why.contains(told), "{why}, {told} wanted");
        }
        assert!(read(&[21, 3, 1, 0, 2, 2, 40]).is_err());
        assert!(read(&[22, 3, 1, 0, 0]).is_err());
    }

    proptest! {
        /// However it is cut into records and however much is there, a part is never a turn.
        #[test]
        fn a_part_is_no_turn(version in 0x0300_u16..0x0304, most in 1_usize..200) {
            let bytes = records(&flight(version), most);
            for length in 0..bytes.len() {
                prop_assert_eq!(read(&bytes[..length]), Ok(None));
            }
            prop_assert_eq!(read(&bytes), Ok(Some(wanted(version))));
        }

        #[test]
        fn no_octets_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            let framed = records(&[hello(0x0302), message(11, &bytes), bytes.clone()].concat(), 64);
            if let Ok(Some(turn)) = read(&framed) {
                let _ = turn.signed("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", &[0; 32]);
                let _ = turn.signed("TLS_DHE_RSA_WITH_AES_128_CBC_SHA", &[0; 32]);
            }
        }
    }
}
