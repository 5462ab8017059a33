//! One open HTTP connection: HTTP/2 where ALPN chose it, else HTTP/1.1, with the head of each
//! answer as received.
//!
//! Whom to ask and how often is said by `client.rs`.

use super::head::Head;
use super::record::{HEAD_LIMIT, Record, Recorded};
use crate::connect::Connection;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response, Version, body::Incoming};
use hyper_util::rt::{TokioExecutor, TokioIo};
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use std::borrow::Cow;
use std::error::Error as _;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep, sleep};

/// The most header fields that are accepted.
const MOST_FIELDS: usize = 512;

/// For how many header fields of an answer there is room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// A hundred, as hyper has it without more ado. More room is 36 KB, filled and emptied for each
    /// answer.
    Usual,
    /// All that are accepted.
    Most,
}

type Outgoing = Request<Full<Bytes>>;
type Driver1 = http1::Connection<TokioIo<Recorded<Connection>>, Full<Bytes>>;

/// An open connection.
#[derive(Debug)]
pub(crate) struct Wire {
    sender: Sender,
    record: Record,
    room: Room,
    /// One for all requests: putting a timer off costs less than a new one.
    alarm: Pin<Box<Sleep>>,
}

#[derive(Debug)]
enum Sender {
    Http1 {
        sender: http1::SendRequest<Full<Bytes>>,
        /// Driven by who waits for an answer: a task of its own would be woken, on another thread
        /// as like as not, for each thing that is read or written. None once it came to its end.
        driver: Option<Box<Driver1>>,
    },
    Http2 {
        sender: http2::SendRequest<Full<Bytes>>,
        /// Answers pings between requests too.
        driver: JoinHandle<()>,
    },
}

/// One answer, the body as far as it was wanted.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: Head,
    /// The body, unpacked.
    pub(crate) body: Vec<u8>,
    /// Whether the body was read to its end.
    pub(crate) complete: bool,
    /// Whether it could not be unpacked; `body` is empty then.
    pub(crate) packed: bool,
}

impl Answer {
    /// Why `body` is not all that the answer says; none where it is.
    pub(crate) fn unread(&self) -> Option<&'static str> {
        if self.packed {
            Some("comes in an encoding that was not asked for and is not read")
        } else if self.complete {
            None
        } else {
            Some("is longer than what is read of an answer, or was cut off")
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        // The connection goes with its task, and its place in the budgets with the connection.
        if let Self::Http2 { driver, .. } = self {
            driver.abort();
        }
    }
}

impl Sender {
    /// The driver, where it is driven by who waits.
    fn driver(&mut self) -> Option<&mut Option<Box<Driver1>>> {
        match self {
            Self::Http1 { driver, .. } => Some(driver),
            Self::Http2 { .. } => None,
        }
    }
}

impl Wire {
    /// Speaks HTTP over an open connection.
    ///
    /// # Errors
    ///
    /// When the HTTP/2 preface fails.
    pub(crate) async fn new(connection: Connection, room: Room) -> Result<Self, Trouble> {
        let http2 = connection
            .peer
            .as_ref()
            .is_some_and(|peer| peer.alpn.as_deref() == Some("h2"));
        let record = Record::default();
        let io = TokioIo::new(Recorded {
            stream: connection,
            record: record.clone(),
        });
        let sender = if http2 {
            let (sender, driver) = http2::Builder::new(TokioExecutor::new())
                .max_header_list_size(u32::try_from(HEAD_LIMIT).unwrap_or(u32::MAX))
                .handshake(io)
                .await
                .map_err(|error| trouble(&error))?;
            let driver = tokio::spawn(async { drop(driver.await) });
            Sender::Http2 { sender, driver }
        } else {
            let mut builder = http1::Builder::new();
            if room == Room::Most {
                builder.max_headers(MOST_FIELDS);
            }
            let (sender, driver) = builder
                .max_header_size(HEAD_LIMIT)
                // What a bad line is worth is said by `head.rs`; it must not hide good ones.
                .allow_obsolete_multiline_headers_in_responses(true)
                .allow_spaces_after_header_name_in_responses(true)
                .ignore_invalid_headers_in_responses(true)
                .handshake(io)
                .await
                .map_err(|error| trouble(&error))?;
            let driver = Some(Box::new(driver));
            Sender::Http1 { sender, driver }
        };
        Ok(Self {
            sender,
            record,
            room,
            alarm: Box::pin(sleep(Duration::ZERO)),
        })
    }

    /// Whether an answer with more header fields would still be read.
    pub(crate) fn is_narrow(&self) -> bool {
        self.room == Room::Usual && !self.is_http2()
    }

    pub(crate) fn is_http2(&self) -> bool {
        matches!(self.sender, Sender::Http2 { .. })
    }

    /// Until when [`Self::send`] and [`Self::body`] wait.
    pub(crate) fn set_alarm(&mut self, at: Instant) {
        self.alarm.as_mut().reset(at);
    }

    /// Sends one request and reads the answer's head; the body is left to [`Self::body`]. None where
    /// the alarm went off before.
    pub(crate) async fn send(
        &mut self,
        request: Outgoing,
    ) -> Option<Result<Response<Incoming>, Trouble>> {
        self.record.clear();
        let mut alarm = self.alarm.as_mut();
        let ready = match &mut self.sender {
            Sender::Http1 { sender, driver } => {
                along(alarm.as_mut(), Some(driver), pin!(sender.ready())).await?
            }
            Sender::Http2 { sender, .. } => {
                along(alarm.as_mut(), None, pin!(sender.ready())).await?
            }
        };
        if let Err(error) = ready {
            return Some(Err(trouble(&error)));
        }
        let answer = match &mut self.sender {
            Sender::Http1 { sender, driver } => {
                along(alarm, Some(driver), pin!(sender.send_request(request))).await?
            }
            Sender::Http2 { sender, .. } => {
                along(alarm, None, pin!(sender.send_request(request))).await?
            }
        };
        Some(answer.map_err(|error| trouble(&error)))
    }

    /// The head of `response`, of which `secrets` are taken out should the server repeat them.
    pub(crate) fn head(
        &self,
        response: &Response<Incoming>,
        secrets: &[String],
    ) -> Result<Head, Trouble> {
        if response.version() == Version::HTTP_2 {
            let scrubbed: Vec<(&str, Cow<'_, [u8]>)> = response
                .headers()
                .iter()
                .map(|(name, value)| (name.as_str(), scrub(value.as_bytes(), secrets)))
                .collect();
            let pairs = scrubbed.iter().map(|(name, value)| (*name, &**value));
            return Ok(Head::from_pairs(
                "HTTP/2",
                response.status().as_u16(),
                pairs,
            ));
        }
        let head = self
            .record
            .read(|bytes| Head::parse(&scrub(bytes, secrets)))?;
        // Only the beginning is remembered; a header must not seem absent for that.
        if !head.complete {
            return Err(too_large());
        }
        if head.status != Some(response.status().as_u16()) {
            return Err(Trouble::new(
                ReasonCode::Unparsed,
                "the answer does not follow the request: bytes of another one came first",
            ));
        }
        Ok(head)
    }

    /// Up to `limit` bytes of the body of the answer that was read last, and whether that was all. A
    /// body that is cut or stalls gives what came before: the head is good all the same.
    pub(crate) async fn body(
        &mut self,
        response: Response<Incoming>,
        limit: usize,
        into: &mut Vec<u8>,
    ) -> bool {
        let reading = pin!(body(response, limit, into));
        let read = along(self.alarm.as_mut(), self.sender.driver(), reading).await;
        read.unwrap_or(false)
    }
}

/// Waits for something that comes over a connection; none where the alarm goes off first. What is
/// waited for stays where it is: futures that hold it would be moved with each request.
async fn along<T>(
    mut alarm: Pin<&mut Sleep>,
    mut driver: Option<&mut Option<Box<Driver1>>>,
    mut waited: Pin<&mut impl Future<Output = T>>,
) -> Option<T> {
    poll_fn(|context| {
        // How it ended is told to who waits.
        if let Some(driver) = &mut driver
            && let Some(open) = driver
            && Pin::new(open).poll(context).is_ready()
        {
            **driver = None;
        }
        if let Poll::Ready(done) = waited.as_mut().poll(context) {
            return Poll::Ready(Some(done));
        }
        alarm.as_mut().poll(context).map(|()| None)
    })
    .await
}

async fn body(response: Response<Incoming>, limit: usize, into: &mut Vec<u8>) -> bool {
    let mut body = response.into_body();
    loop {
        match body.frame().await {
            None => return true,
            Some(Err(_)) => return false,
            Some(Ok(frame)) => {
                let Some(data) = frame.data_ref() else {
                    continue;
                };
                let room = limit.saturating_sub(into.len());
                into.extend_from_slice(data.get(..room.min(data.len())).unwrap_or_default());
                if data.len() > room {
                    return false;
                }
            }
        }
    }
}

/// Takes out every occurrence of a secret; a very short one would take out half the text.
pub(crate) fn scrub<'b>(bytes: &'b [u8], secrets: &[String]) -> Cow<'b, [u8]> {
    let mut bytes = Cow::Borrowed(bytes);
    for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
        let needle = secret.as_bytes();
        let mut clean = Vec::with_capacity(bytes.len());
        let mut rest = &*bytes;
        while let Some((first, tail)) = rest.split_first() {
            if let Some(after) = rest.strip_prefix(needle) {
                clean.extend_from_slice(b"[redacted]");
                rest = after;
            } else {
                clean.push(*first);
                rest = tail;
            }
        }
        bytes = Cow::Owned(clean);
    }
    bytes
}

fn trouble(error: &hyper::Error) -> Trouble {
    let mut story = error.to_string();
    if let Some(source) = error.source() {
        story = format!("{story}: {source}");
    }
    if error.is_parse_too_large() {
        return too_large();
    }
    let reason = if error.is_timeout() {
        ReasonCode::Timeout
    } else if error.is_parse() {
        story = format!("what came is no HTTP ({story})");
        ReasonCode::Unparsed
    } else if story.contains("error detected: ") {
        // An HTTP/2 fault that our side found, a head over the limit among them; what the other
        // side found or did is "received". Their types are not ours to name.
        story =
            format!("what came breaks HTTP/2, or its head is over {HEAD_LIMIT} bytes ({story})");
        ReasonCode::Unparsed
    } else {
        ReasonCode::Unreachable
    };
    Trouble::new(reason, story)
}

fn too_large() -> Trouble {
    Trouble::new(
        ReasonCode::TooLarge,
        format!("the head is larger than {HEAD_LIMIT} bytes or has over {MOST_FIELDS} fields"),
    )
}

#[cfg(test)]
mod tests {
    use super::scrub;

    #[test]
    fn repeated_secrets_are_taken_out() {
        let secrets = ["s3cret-token".to_owned(), "ab".to_owned()];
        let out = scrub(b"x: s3cret-token, ab s3cret-token", &secrets);
        assert_eq!(&*out, b"x: [redacted], ab [redacted]");
        // A secret that is part of the mark does not go on for ever.
        assert_eq!(scrub(b"redacted", &["redacted".to_owned()]).len(), 10);
    }
}
