//! What is said over an open connection: a ping, and the configured message with the one that is
//! waited for.

use super::fact::WebSocket;
use super::frame::{Frame, Opcode, encode};
use super::socket::{Notes, Socket};
use super::talk::{await_message, mask};
use crate::connect::Connection;
use crate::target::MessageSpec;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use std::time::Duration;
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::time::{Instant, timeout};

impl Socket<'_> {
    /// A ping, then the configured message.
    pub(super) async fn speak(
        &self,
        mut stream: BufReader<Connection>,
        fact: &mut WebSocket,
        notes: &mut Notes,
    ) {
        let limit = self.visit.context().budgets.request;
        let pong = |frame: &Frame| frame.opcode == Opcode::Pong;
        let ping = (Opcode::Ping, &b"seaworthy"[..]);
        match timeout(limit, await_message(&mut stream, ping, &pong)).await {
            Ok(Ok(millis)) => fact.pong_millis = Some(millis),
            Ok(Err(trouble)) => notes.unknown(&["pong_millis"], &said(&trouble)),
            Err(_) => {
                let why = format!("no answer in time: no pong within {limit:?}");
                notes.unknown(&["pong_millis"], &why);
            }
        }
        let message = self.visit.endpoint.spec.websocket.as_ref();
        match message.and_then(|spec| spec.message.as_ref()) {
            Some(message) => self.exchange(&mut stream, message, fact, notes).await,
            None => notes.unknown(
                &["message_came", "message_millis"],
                "nothing seen: no message is configured; name one under websocket.message",
            ),
        }
        let bye = encode(Opcode::Close, &1000_u16.to_be_bytes(), mask());
        let _ = timeout(limit, stream.write_all(&bye)).await;
    }

    /// Whether the server closes a connection at once, before it answers a ping or says anything else.
    pub(super) async fn closes(&self, mut stream: BufReader<Connection>) -> bool {
        let limit = self.visit.context().budgets.request;
        let says =
            |frame: &Frame| matches!(frame.opcode, Opcode::Pong | Opcode::Text | Opcode::Binary);
        let ping = (Opcode::Ping, &b"seaworthy"[..]);
        let answered = timeout(limit, await_message(&mut stream, ping, &says)).await;
        matches!(answered, Ok(Err(trouble)) if trouble.reason == ReasonCode::Unreachable)
    }

    /// Sends the configured message and waits for the one that it asks for.
    async fn exchange(
        &self,
        stream: &mut BufReader<Connection>,
        message: &MessageSpec,
        fact: &mut WebSocket,
        notes: &mut Notes,
    ) {
        let wait = self.wait(message);
        // A little is left for the handshakes with strangers' origins.
        let left = self
            .visit
            .deadline
            .saturating_duration_since(Instant::now());
        let limit = wait.min(left.mul_f32(0.8));
        fact.message_wait_millis = Some(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
        let wanted = |frame: &Frame| {
            let text = matches!(frame.opcode, Opcode::Text | Opcode::Binary);
            text && String::from_utf8_lossy(&frame.payload).contains(&message.expect)
        };
        let sent = (Opcode::Text, message.send.as_bytes());
        match timeout(limit, await_message(stream, sent, &wanted)).await {
            Ok(Ok(millis)) => {
                fact.message_came = Some(true);
                fact.message_millis = Some(millis);
            }
            Ok(Err(trouble)) => {
                notes.unknown(&["message_came", "message_millis"], &said(&trouble));
            }
            Err(_) if limit < wait => notes.unknown(
                &["message_came", "message_millis"],
                &format!(
                    "no answer in time: the target's time was up after {limit:?} of {wait:?}; give \
                     budgets.target more"
                ),
            ),
            // That it did not come in time is seen; how long it takes is not.
            Err(_) => {
                fact.message_came = Some(false);
                let why = format!("no answer in time: no such message within {wait:?}");
                notes.unknown(&["message_millis"], &why);
            }
        }
    }

    /// How long the message is waited for.
    pub(super) fn wait(&self, message: &MessageSpec) -> Duration {
        message
            .wait_seconds
            .map_or(self.visit.context().budgets.request, Duration::from_secs)
    }
}

impl Notes {
    fn unknown(&mut self, paths: &[&str], why: &str) {
        for path in paths {
            self.unknown.insert((*path).to_owned(), why.to_owned());
        }
    }
}

/// A trouble in the words of an unknown field, which open with its reason.
fn said(trouble: &Trouble) -> String {
    format!("{}: {}", trouble.reason, trouble.detail)
}
