//! Bytes to and fro over one connection: the handshake's exchange, and one frame for another.

use super::frame::{Frame, Opcode, encode, read};
use super::message::Assembly;
use crate::connect::Connection;
use crate::exchange::record::HEAD_LIMIT;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::time::Instant;

/// Bytes that are read while one message is waited for: a busy feed may bring many others first.
const MOST_BYTES: usize = 4 << 20;

/// Sends a request and reads to the end of a head.
pub(super) async fn exchange(
    stream: &mut BufReader<Connection>,
    request: &[u8],
) -> Result<Vec<u8>, Trouble> {
    let cut = |error: std::io::Error| {
        Trouble::new(
            ReasonCode::Unreachable,
            format!("the connection ended before the answer: {error}"),
        )
    };
    stream.write_all(request).await.map_err(cut)?;
    stream.flush().await.map_err(cut)?;
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") && !bytes.ends_with(b"\n\n") {
        if bytes.len() >= HEAD_LIMIT {
            return Err(Trouble::new(
                ReasonCode::TooLarge,
                format!("the head is larger than {HEAD_LIMIT} bytes"),
            ));
        }
        bytes.push(stream.read_u8().await.map_err(cut)?);
    }
    Ok(bytes)
}

/// Sends one frame and waits for a message, or a control frame, that is `wanted`; gives the
/// milliseconds between. Pings of the server are answered meanwhile.
pub(super) async fn await_message(
    stream: &mut BufReader<Connection>,
    (opcode, payload): (Opcode, &[u8]),
    wanted: &(dyn Fn(&Frame) -> bool + Sync),
) -> Result<i64, Trouble> {
    let started = Instant::now();
    send(stream, opcode, payload).await?;
    let mut assembly = Assembly::default();
    let mut seen = 0;
    while seen < MOST_BYTES {
        let frame = read(stream).await?;
        // A frame without a payload counts too.
        seen += frame.payload.len() + 2;
        let Some(message) = assembly.add(frame)? else {
            continue;
        };
        if wanted(&message) {
            return Ok(i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX));
        }
        match message.opcode {
            Opcode::Ping => send(stream, Opcode::Pong, &message.payload).await?,
            Opcode::Close => {
                let why = "the server closed the connection";
                return Err(Trouble::new(ReasonCode::Unreachable, why));
            }
            Opcode::Continuation | Opcode::Text | Opcode::Binary | Opcode::Pong => {}
        }
    }
    Err(Trouble::new(
        ReasonCode::TooLarge,
        format!("{MOST_BYTES} bytes of other messages came first"),
    ))
}

async fn send(
    stream: &mut BufReader<Connection>,
    opcode: Opcode,
    payload: &[u8],
) -> Result<(), Trouble> {
    let frame = encode(opcode, payload, mask());
    let sent = async {
        stream.write_all(&frame).await?;
        stream.flush().await
    };
    sent.await.map_err(|error| {
        let why = format!("failed to send a frame: {error}");
        Trouble::new(ReasonCode::Unreachable, why)
    })
}

/// A mask; where there is no randomness zeros do, since nothing secret depends on it here.
pub(super) fn mask() -> [u8; 4] {
    let mut bytes = [0; 4];
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    bytes
}
