//! One WebSocket URL at one address: every handshake in turn, and the fact of what came back.

use super::fact::{Handshake, WebSocket};
use super::handshake::{key, refusal, request, target};
use super::talk::exchange;
use super::{shown, tries};
use crate::connect::Connection;
use crate::cors::OriginKind;
use crate::exchange::client::Client;
use crate::exchange::head::Head;
use crate::exchange::leaks::blocked;
use crate::exchange::outgoing::authority;
use crate::exchange::wire::scrub;
use crate::look::{Found, Visit};
use seaworthy_collect::{Trouble, redact_url};
use seaworthy_model::ReasonCode;
use std::collections::BTreeMap;
use tokio::io::BufReader;
use tokio::time::timeout;
use url::Url;

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Socket<'a> {
    pub(super) visit: &'a Visit<'a>,
    pub(super) own: &'a Url,
    /// With the scheme http or https.
    pub(super) url: &'a Url,
}

/// A handshake that got an answer.
struct Shaken {
    head: Head,
    refusal: Option<String>,
    stream: BufReader<Connection>,
}

#[derive(Debug, Default)]
pub(super) struct Notes {
    transcript: String,
    /// Handshakes with strangers' origins that got no answer to judge by.
    gaps: Vec<String>,
    pub(super) unknown: BTreeMap<String, String>,
}

impl Socket<'_> {
    /// Looks, and leaves one fact in the sink.
    ///
    /// # Errors
    ///
    /// When neither a handshake without an origin nor one with the own gets an answer of the
    /// server's own.
    pub(super) async fn look(&self) -> Result<(), Trouble> {
        let client = self.visit.client()?;
        let mut fact = WebSocket {
            url: redact_url(&shown(self.url)),
            address: self.visit.address.to_string(),
            own_origin: self.own.origin().ascii_serialization(),
            ..WebSocket::default()
        };
        let mut notes = Notes::default();
        self.friends(&client, &mut fact, &mut notes).await?;
        if fact.opens {
            self.strangers(&client, &mut fact, &mut notes).await;
        }
        self.leave(&client, fact, notes).await
    }

    /// Handshakes without an origin and with the own one; what opens first is spoken over.
    async fn friends(
        &self,
        client: &Client<'_>,
        fact: &mut WebSocket,
        notes: &mut Notes,
    ) -> Result<(), Trouble> {
        let own = self.own.origin().ascii_serialization();
        let mut first_trouble = None;
        for origin in [Some((OriginKind::Own, own.as_str())), None] {
            let shaken = match self.shake(client, origin.map(|(_, origin)| origin)).await {
                Ok(shaken) => shaken,
                Err(trouble) => {
                    if origin.is_none() {
                        let path = "opens_without_origin".to_owned();
                        notes.unknown.insert(path, trouble.detail.clone());
                    }
                    first_trouble.get_or_insert(trouble);
                    continue;
                }
            };
            let opened = shaken.refusal.is_none();
            notes.keep(fact, origin, &shaken);
            if origin.is_none() {
                fact.opens_without_origin = Some(opened);
            }
            if opened && !fact.opens {
                fact.opens = true;
                self.speak(shaken.stream, fact, notes).await;
            } else if let (false, Some(why)) = (opened, guarded(&shaken.head)) {
                let why = format!("{} answered with {why}", client.shown(self.url));
                first_trouble.get_or_insert(Trouble::new(ReasonCode::Denied, why));
            }
        }
        match first_trouble {
            // One refusal by a guard and one by the server leave it open who else is let in.
            Some(trouble) if !fact.opens => Err(trouble),
            Some(_) | None => Ok(()),
        }
    }

    async fn strangers(&self, client: &Client<'_>, fact: &mut WebSocket, notes: &mut Notes) {
        let mut turned_away = false;
        for (kind, origin) in tries(self.own) {
            if kind == OriginKind::Own {
                continue;
            }
            match self.shake(client, Some(&origin)).await {
                Err(trouble) => notes
                    .gaps
                    .push(format!("origin {origin}: {}", trouble.detail)),
                Ok(shaken) => {
                    let status = shaken.head.status.unwrap_or_default();
                    let lost = guarded(&shaken.head).filter(|_| status != 403);
                    if let Some(why) = lost.or((status >= 500).then(|| format!("status {status}")))
                    {
                        notes.gaps.push(format!("origin {origin}: {why}"));
                    }
                    turned_away |= status == 403;
                    notes.keep(fact, Some((kind, &origin)), &shaken);
                    if shaken.refusal.is_some() {
                        continue;
                    }
                    // Where the own connection answers nothing, silence says nothing of origins.
                    if fact.pong_millis.is_some() && self.closes(shaken.stream).await {
                        turned_away = true;
                        if let Some(last) = fact.handshakes.last_mut() {
                            last.closed = true;
                        }
                    } else {
                        fact.strangers.push(origin);
                    }
                }
            }
        }
        // Had we been shut out meanwhile, the refusals would say nothing about origins.
        if turned_away && !self.still_opens(client, fact).await {
            notes
                .gaps
                .push("a handshake that opened before is refused by now".to_owned());
        }
        match notes.gaps.first() {
            Some(why) if fact.strangers.is_empty() => {
                notes
                    .unknown
                    .insert("opens_to_strangers".to_owned(), why.clone());
            }
            Some(_) | None => fact.opens_to_strangers = Some(!fact.strangers.is_empty()),
        }
    }

    async fn still_opens(&self, client: &Client<'_>, fact: &WebSocket) -> bool {
        let opened = fact.handshakes.iter().find(|handshake| handshake.opened);
        let origin = opened.and_then(|handshake| handshake.origin.as_deref());
        match self.shake(client, origin).await {
            Ok(shaken) if shaken.refusal.is_none() => {
                fact.pong_millis.is_none() || !self.closes(shaken.stream).await
            }
            Ok(_) | Err(_) => false,
        }
    }

    /// One handshake over a connection of its own.
    async fn shake(&self, client: &Client<'_>, origin: Option<&str>) -> Result<Shaken, Trouble> {
        client.again(|| self.shake_once(client, origin)).await
    }

    async fn shake_once(
        &self,
        client: &Client<'_>,
        origin: Option<&str>,
    ) -> Result<Shaken, Trouble> {
        let connection = client.raw(&[b"http/1.1"]).await?;
        let mut stream = BufReader::new(connection);
        let key = key().ok_or_else(|| {
            Trouble::new(
                ReasonCode::CollectorFailed,
                "this machine gives no random bytes",
            )
        })?;
        let protocols = self.protocols();
        let mut headers: Vec<(String, String)> = client.secrets().to_vec();
        headers.extend(origin.map(|origin| ("Origin".to_owned(), origin.to_owned())));
        if !protocols.is_empty() {
            headers.push(("Sec-WebSocket-Protocol".to_owned(), protocols.join(", ")));
        }
        let request = request(&target(self.url), &authority(self.url), &key, &headers);
        let limit = self.visit.context().budgets.request;
        let bytes = timeout(limit, exchange(&mut stream, &request))
            .await
            .map_err(|_| client.late(self.url, limit))?
            .map_err(|trouble| client.told_of(trouble, self.url))?;
        let secrets: Vec<String> = client
            .secrets()
            .iter()
            .map(|(_, value)| value.clone())
            .collect();
        let head = Head::parse(&scrub(&bytes, &secrets))
            .ok()
            .filter(|head| head.status.is_some())
            .ok_or_else(|| {
                let trouble = Trouble::new(ReasonCode::Unparsed, "what came is no HTTP");
                client.told_of(trouble, self.url)
            })?;
        Ok(Shaken {
            refusal: refusal(&head, &key, &protocols),
            head,
            stream,
        })
    }

    pub(super) fn protocols(&self) -> Vec<String> {
        let spec = self.visit.endpoint.spec.websocket.as_ref();
        spec.and_then(|spec| spec.protocol.clone())
            .into_iter()
            .collect()
    }

    async fn leave(
        &self,
        client: &Client<'_>,
        fact: WebSocket,
        notes: Notes,
    ) -> Result<(), Trouble> {
        let reproduce = self.command(&fact);
        self.visit.put(Found {
            url: &fact.url,
            value: &fact,
            unknown: notes.unknown,
            attempts: client.attempts().await,
            artifacts: vec![self.visit.text("WebSocket handshakes", notes.transcript)],
            reproduce,
        })
    }
}

impl Notes {
    fn keep(&mut self, fact: &mut WebSocket, origin: Option<(OriginKind, &str)>, shaken: &Shaken) {
        let shown = origin.map_or("none", |(_, origin)| origin);
        self.transcript.push_str(&format!(
            "> handshake, origin: {shown}\n{}\n",
            shaken.head.redacted
        ));
        fact.handshakes.push(Handshake {
            kind: origin.map(|(kind, _)| kind),
            origin: origin.map(|(_, origin)| origin.to_owned()),
            status: i64::from(shaken.head.status.unwrap_or_default()),
            opened: shaken.refusal.is_none(),
            refusal: shaken.refusal.clone(),
            closed: false,
        });
    }
}

/// Why an answer is a guard's and not the server's own.
fn guarded(head: &Head) -> Option<String> {
    blocked(head.status.unwrap_or_default(), &head.fields)
}
