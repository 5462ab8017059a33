//! Bytes to and fro over one connection: the handshake's exchange, and one frame for another.

use super::frame::{Frame, Opcode, encode, read};
use crate::connect::Connection;
use crate::http::record::HEAD_LIMIT;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::time::Instant;

/// Frames that are read while one is waited for.
const MOST_FRAMES: usize = 64;

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

/// Sends one frame and waits for one that is `wanted`; gives the milliseconds between.
pub(super) async fn await_frame(
    stream: &mut BufReader<Connection>,
    (opcode, payload): (Opcode, &[u8]),
    wanted: &(dyn Fn(&Frame) -> bool + Sync),
) -> Result<i64, Trouble> {
    let cut = |error: std::io::Error| {
        Trouble::new(
            ReasonCode::Unreachable,
            format!("failed to send a frame: {error}"),
        )
    };
    let started = Instant::now();
    stream
        .write_all(&encode(opcode, payload, mask()))
        .await
        .map_err(cut)?;
    stream.flush().await.map_err(cut)?;
    for _ in 0..MOST_FRAMES {
        let frame = read(stream).await?;
        if wanted(&frame) {
            return Ok(i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX));
        }
        match frame.opcode {
            Opcode::Ping => {
                let pong = encode(Opcode::Pong, &frame.payload, mask());
                stream.write_all(&pong).await.map_err(cut)?;
                stream.flush().await.map_err(cut)?;
            }
            Opcode::Close => {
                let why = "the server closed the connection";
                return Err(Trouble::new(ReasonCode::Unreachable, why));
            }
            Opcode::Continuation | Opcode::Text | Opcode::Binary | Opcode::Pong => {}
        }
    }
    Err(Trouble::new(
        ReasonCode::TooLarge,
        format!("{MOST_FRAMES} other frames came first"),
    ))
}

/// A mask; where there is no randomness zeros do, since nothing secret depends on it here.
pub(super) fn mask() -> [u8; 4] {
    let mut bytes = [0; 4];
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    bytes
}
