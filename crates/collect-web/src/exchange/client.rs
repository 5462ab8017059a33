//! Requests to one address: one connection at a time, kept for the next request where it can be,
//! with the budgets' deadlines and retries.
//!
//! Only one connection is open at a time, so that a collector never holds one place of the
//! budgets while it waits for another.

use super::ask::Ask;
use super::head::Fields;
use super::heads::Heads;
use super::outgoing::outgoing;
use super::unpack::{Content, content};
use super::wire::{Answer, Room, Wire, scrub};
use crate::connect::{Connection, Roots, open};
use crate::target::Endpoint;
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Request};
use seaworthy_collect::{Context, SecretRef, Trouble, add_attempts, redact_url, with_retries};
use seaworthy_model::{Attempt, ReasonCode};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use url::Url;

/// The most of a body that is read, were the budget larger: enough for what is parsed of one, and
/// for the connection to carry the next request.
const MOST_BODY: usize = 256 * 1024;

/// What came of an [`Ask`].
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) answer: Answer,
    /// Milliseconds from the request's first byte to the end of what was read.
    pub(crate) millis: i64,
}

impl Told {
    pub(crate) fn fields(&self) -> &Fields {
        &self.answer.head.fields
    }
}

/// Asks one address of an endpoint.
#[derive(Debug)]
pub(crate) struct Client<'a> {
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) address: SocketAddr,
    /// The address as text.
    place: String,
    context: &'a Context,
    deadline: Instant,
    secrets: Vec<(String, String)>,
    guarded: Vec<String>,
    open: Mutex<Option<Wire>>,
    attempts: Mutex<Vec<Attempt>>,
    /// The heads of answers, where they are kept.
    heads: Mutex<Option<Heads>>,
}

impl<'a> Client<'a> {
    /// A client with the headers that the entry configures; nothing is sent yet. After
    /// `deadline` nothing more is asked.
    ///
    /// # Errors
    ///
    /// When a secret that a header refers to cannot be fetched.
    pub(crate) fn new(
        endpoint: &'a Endpoint,
        address: SocketAddr,
        context: &'a Context,
        deadline: Instant,
    ) -> Result<Self, Trouble> {
        let mut secrets = Vec::new();
        // Secrets never go out in the clear, whatever the configuration says.
        for (name, reference) in endpoint.spec.headers.iter().filter(|_| endpoint.secure) {
            if let Some(reference) = SecretRef::parse(reference) {
                secrets.push((name.clone(), reference.resolve()?.expose().to_owned()));
            }
        }
        Ok(Self {
            endpoint,
            address,
            place: address.to_string(),
            context,
            deadline,
            secrets,
            guarded: Vec::new(),
            open: Mutex::new(None),
            attempts: Mutex::new(Vec::new()),
            heads: Mutex::new(None),
        })
    }

    /// The same, where bodies hold these secrets: they go to a peer that is trusted, and nowhere
    /// else, and show themselves in no answer.
    pub(crate) fn guarding(mut self, secrets: impl IntoIterator<Item = String>) -> Self {
        self.guarded.extend(secrets);
        self
    }

    /// The configured headers that go along, with their values.
    pub(crate) fn secrets(&self) -> &[(String, String)] {
        &self.secrets
    }

    /// Every attempt so far.
    pub(crate) async fn attempts(&self) -> Vec<Attempt> {
        self.attempts.lock().await.clone()
    }

    /// Keeps the heads of the answers from now on.
    pub(crate) async fn keep_heads(&self) {
        self.heads.lock().await.get_or_insert_default();
    }

    /// The heads that were kept, with their requests; none where there are none.
    pub(crate) async fn heads(&self) -> Option<String> {
        self.heads.lock().await.as_ref()?.text()
    }

    /// Gives the connection back.
    pub(crate) async fn close(&self) {
        *self.open.lock().await = None;
    }

    /// Asks, and again while nothing answers and the budget of attempts lasts.
    ///
    /// # Errors
    ///
    /// What stood in the way, with the address and the URL.
    pub(crate) async fn ask(&self, ask: &Ask) -> Result<Told, Trouble> {
        let outcome = self.again(|| self.once(ask)).await;
        if let (Ok(told), Some(heads)) = (&outcome, self.heads.lock().await.as_mut()) {
            heads.keep(&ask.method, &ask.url, &told.answer.head);
        }
        outcome
    }

    /// Does something, and again while nothing answers; every attempt is recorded.
    ///
    /// # Errors
    ///
    /// That of the last attempt.
    pub(crate) async fn again<T, F>(&self, operation: impl FnMut() -> F) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        let (outcome, attempts) = with_retries(self.context, Some(&self.place), operation).await;
        add_attempts(&mut *self.attempts.lock().await, attempts);
        outcome
    }

    async fn once(&self, ask: &Ask) -> Result<Told, Trouble> {
        let mut open = self.open.lock().await;
        // What may be asked once alone has all the room from the start.
        let room = if matches!(ask.method, Method::GET | Method::OPTIONS) {
            Room::Usual
        } else {
            Room::Most
        };
        let kept = open.take();
        let kept = kept.filter(|wire| room == Room::Usual || !wire.is_narrow());
        let reused = kept.is_some();
        let wire = match kept {
            Some(wire) => wire,
            // Boxed, since it is large, seldom, and moved with each question.
            None => Box::pin(self.connect(room)).await?,
        };
        let narrow = wire.is_narrow();
        let (outcome, wire) = match self.exchange(ask, wire).await {
            // A kept connection that the server has closed meanwhile says nothing of the server.
            (Err(trouble), _) if reused && trouble.reason == ReasonCode::Unreachable => {
                let fresh = Box::pin(self.connect(room)).await?;
                self.exchange(ask, fresh).await
            }
            (Err(trouble), _) if narrow && trouble.reason == ReasonCode::TooLarge => {
                Box::pin(self.with_all_the_room(ask, trouble)).await
            }
            done => done,
        };
        *open = wire;
        outcome
    }

    /// Asks again where it was too large for the usual room; what cannot be asked again stays what it
    /// was.
    async fn with_all_the_room(
        &self,
        ask: &Ask,
        first: Trouble,
    ) -> (Result<Told, Trouble>, Option<Wire>) {
        let Ok(fresh) = self.connect(Room::Most).await else {
            return (Err(first), None);
        };
        match self.exchange(ask, fresh).await {
            (Err(_), _) => (Err(first), None),
            done => done,
        }
    }

    async fn connect(&self, room: Room) -> Result<Wire, Trouble> {
        let connection = self.raw(&[b"h2", b"http/1.1"]).await?;
        Wire::new(connection, room)
            .await
            .map_err(|trouble| self.told_of(trouble, &self.endpoint.url))
    }

    /// An open connection of its own with these protocols offered; the configured headers may be
    /// sent over it.
    ///
    /// # Errors
    ///
    /// When none comes about, or there are headers and the peer's certificate is not trusted.
    pub(crate) async fn raw(&self, alpn: &[&[u8]]) -> Result<Connection, Trouble> {
        let left = self.left()?;
        let connecting = open(self.endpoint, self.address, alpn, self.context);
        let connection = timeout(left, connecting)
            .await
            .map_err(|_| self.out_of_time())??;
        if !self.secrets.is_empty() || !self.guarded.is_empty() {
            let roots = Roots::load(self.endpoint.spec.ca_file.as_deref())?;
            let trusted = connection.trusted(self.endpoint, &roots, self.context.as_of);
            trusted.map_err(|why| {
                Trouble::new(
                    ReasonCode::CollectorFailed,
                    format!(
                        "no secret was sent to {} at {}: {why}; mend the \
                         certificate or set ca_file",
                        self.endpoint.host, self.address
                    ),
                )
            })?;
        }
        Ok(connection)
    }

    /// One request over `wire`, which is given back when it can carry another.
    async fn exchange(&self, ask: &Ask, mut wire: Wire) -> (Result<Told, Trouble>, Option<Wire>) {
        let left = match self.left() {
            Ok(left) => left,
            Err(trouble) => return (Err(trouble), None),
        };
        let limit = self.context.budgets.request.min(left);
        let started = Instant::now();
        let request = match self.request(ask, wire.is_http2()) {
            Ok(request) => request,
            Err(trouble) => return (Err(trouble), None),
        };
        wire.set_alarm(started + limit);
        let response = match wire.send(request).await {
            Some(Ok(response)) => response,
            Some(Err(trouble)) => return (Err(self.told_of(trouble, &ask.url)), None),
            None => return (Err(self.late(&ask.url, limit)), None),
        };
        let secrets: Vec<String> = self
            .secrets
            .iter()
            .map(|(_, value)| value)
            .chain(&self.guarded)
            .cloned()
            .collect();
        let head = match wire.head(&response, &secrets) {
            Ok(head) => head,
            Err(trouble) => return (Err(self.told_of(trouble, &ask.url)), None),
        };
        let status = response.status().as_u16();
        let most = self.context.budgets.body_bytes.min(MOST_BODY);
        let mut bytes = Vec::new();
        let complete = wire.body(response, most, &mut bytes).await;
        let content = if ask.names("accept-encoding") {
            Content::Packed
        } else {
            content(&head.fields, bytes, complete, most)
        };
        let (bytes, whole, packed) = match content {
            Content::Whole(bytes) => (bytes, true, false),
            Content::Part(bytes) => (bytes, false, false),
            Content::Packed => (Vec::new(), complete, true),
        };
        let told = Told {
            answer: Answer {
                status,
                head,
                body: if secrets.is_empty() {
                    bytes
                } else {
                    scrub(&bytes, &secrets).into_owned()
                },
                complete: whole,
                packed,
            },
            millis: i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX),
        };
        (Ok(told), complete.then_some(wire))
    }

    fn request(&self, ask: &Ask, http2: bool) -> Result<Request<Full<Bytes>>, Trouble> {
        outgoing(ask, &self.secrets, http2).map_err(|_| {
            // The error may repeat a value, so it is not shown.
            Trouble::new(
                ReasonCode::CollectorFailed,
                format!(
                    "failed to write a request to {}: a configured header's value is no header \
                     value (a line end in it?)",
                    self.shown(&ask.url)
                ),
            )
        })
    }

    fn left(&self) -> Result<Duration, Trouble> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(self.out_of_time());
        }
        Ok(left)
    }

    fn out_of_time(&self) -> Trouble {
        Trouble::new(
            ReasonCode::Interrupted,
            format!(
                "{} at {} was not asked any more: the target's deadline is used up",
                self.endpoint.host, self.address
            ),
        )
    }

    pub(crate) fn late(&self, url: &Url, limit: Duration) -> Trouble {
        Trouble::new(
            ReasonCode::Timeout,
            format!("no answer from {} within {limit:?}", self.shown(url)),
        )
    }

    pub(crate) fn told_of(&self, trouble: Trouble, url: &Url) -> Trouble {
        Trouble::new(
            trouble.reason,
            format!(
                "failed to read an answer from {}: {}",
                self.shown(url),
                trouble.detail
            ),
        )
    }

    /// The URL without secrets, and the address.
    pub(crate) fn shown(&self, url: &Url) -> String {
        format!("{} [{}]", redact_url(url.as_str()), self.address)
    }
}
