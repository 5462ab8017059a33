//! Frames of WebSocket (RFC 6455 §5), as far as a client needs them: short ones out, masked, and
//! those of a server in.

use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The largest payload that is read of a frame.
const MOST_PAYLOAD: u64 = 64 * 1024;

/// What a frame is (§5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl Opcode {
    const ALL: [(u8, Self); 6] = [
        (0, Self::Continuation),
        (1, Self::Text),
        (2, Self::Binary),
        (8, Self::Close),
        (9, Self::Ping),
        (10, Self::Pong),
    ];

    fn code(self) -> u8 {
        let found = Self::ALL.iter().find(|(_, known)| *known == self);
        found.map_or(0, |(code, _)| *code)
    }

    fn of(code: u8) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == code);
        found.map(|(_, opcode)| *opcode)
    }
}

/// A frame of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Whether it ends its message.
    pub(super) last: bool,
    pub(super) opcode: Opcode,
    pub(super) payload: Vec<u8>,
}

/// A whole message in one masked frame; `payload` is cut after 65,535 bytes, which no caller
/// comes near.
pub(super) fn encode(opcode: Opcode, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap_or(u16::MAX);
    let mut bytes = vec![0x80 | opcode.code()];
    match u8::try_from(length).ok().filter(|length| *length < 126) {
        Some(short) => bytes.push(0x80 | short),
        None => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend(mask);
    let masked = payload
        .iter()
        .take(usize::from(length))
        .zip(mask.iter().cycle());
    bytes.extend(masked.map(|(byte, mask)| byte ^ mask));
    bytes
}

/// Reads one frame.
///
/// # Errors
///
/// When the connection ends, or what came breaks the protocol or the limit.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Frame, Trouble> {
    let cut = |error: std::io::Error| {
        Trouble::new(
            ReasonCode::Unreachable,
            format!("the connection ended in the middle of a frame: {error}"),
        )
    };
    let first = stream.read_u8().await.map_err(cut)?;
    let second = stream.read_u8().await.map_err(cut)?;
    let broken = |why: &str| Trouble::new(ReasonCode::Unparsed, format!("a frame {why}"));
    if first & 0x70 != 0 {
        return Err(broken(
            "uses an extension that was not agreed on (RFC 6455 §5.2)",
        ));
    }
    if second & 0x80 != 0 {
        return Err(broken("of the server is masked (RFC 6455 §5.1)"));
    }
    let opcode = Opcode::of(first & 0x0f).ok_or_else(|| broken("has an unknown opcode"))?;
    let length = match second & 0x7f {
        126 => u64::from(stream.read_u16().await.map_err(cut)?),
        127 => stream.read_u64().await.map_err(cut)?,
        short => u64::from(short),
    };
    if length > MOST_PAYLOAD {
        return Err(Trouble::new(
            ReasonCode::TooLarge,
            format!("a frame of {length} bytes is larger than the limit of {MOST_PAYLOAD}"),
        ));
    }
    let mut payload = vec![0; usize::try_from(length).unwrap_or_default()];
    stream.read_exact(&mut payload).await.map_err(cut)?;
    Ok(Frame {
        last: first & 0x80 != 0,
        opcode,
        payload,
    })
}

#[cfg(test)]
mod tests {
    use super::{Frame, Opcode, encode, read};
    use proptest::prelude::*;
    use seaworthy_model::ReasonCode;

    #[test]
    fn the_examples_of_the_rfc() {
        // RFC 6455 §5.7: a single-frame masked text message of "Hello".
        let bytes = encode(Opcode::Text, b"Hello", [0x37, 0xfa, 0x21, 0x3d]);
        assert_eq!(
            bytes,
            [
                0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58
            ]
        );
        assert_eq!(
            encode(Opcode::Binary, &[0; 256], [0; 4])[..4],
            [0x82, 0xfe, 1, 0]
        );
    }

    async fn of(bytes: &[u8]) -> Result<Frame, ReasonCode> {
        let mut bytes = bytes;
        read(&mut bytes).await.map_err(|trouble| trouble.reason)
    }

    #[tokio::test]
    async fn frames_of_a_server() {
        let hello = of(b"\x81\x05Hello").await.unwrap();
        assert_eq!(
            (hello.opcode, hello.payload.as_slice()),
            (Opcode::Text, &b"Hello"[..])
        );
        let long = [&[0x82, 126, 1, 0][..], &[7; 256]].concat();
        assert_eq!(of(&long).await.unwrap().payload.len(), 256);
        for (bytes, reason) in [
            (&b""[..], ReasonCode::Unreachable),
            (b"\x81\x05Hel", ReasonCode::Unreachable),
            (b"\x81\x85mask12345", ReasonCode::Unparsed),
            (b"\xc1\x00", ReasonCode::Unparsed),
            (b"\x83\x00", ReasonCode::Unparsed),
            (
                b"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff",
                ReasonCode::TooLarge,
            ),
        ] {
            assert_eq!(of(bytes).await.unwrap_err(), reason, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let _ = runtime.block_on(of(&bytes));
        }
    }
}
