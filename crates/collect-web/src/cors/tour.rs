//! One resource at one address: every origin in turn, and the fact of what came back.

use super::conclude::conclude;
use super::facts::{CorsResource, Exchange};
use super::gap::Gap;
use super::origins::{OriginKind, origins, same_site, sibling};
use super::preflight;
use super::refusal::{Refusal, may_refuse, take_failures};
use crate::exchange::ask::Ask;
use crate::exchange::client::{Client, Told};
use crate::exchange::follow::{End, walk};
use crate::exchange::leaks::blocked;
use crate::exchange::reproduce::{curl, quote};
use crate::http::NOT_FOUND;
use crate::look::{Found, Visit};
use hyper::Method;
use seaworthy_collect::{Trouble, redact_url};
use seaworthy_model::ReasonCode;
use url::Url;

/// What is toured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tour<'a> {
    pub(super) visit: &'a Visit<'a>,
    pub(super) own: &'a Url,
    pub(super) url: &'a Url,
}

/// What is found on the way.
#[derive(Debug, Default)]
struct Notes {
    exchanges: Vec<Exchange>,
    gaps: Vec<Gap>,
    /// Which of them may be refusals: answers unless we were shut out, or the service fails.
    refusals: Vec<Refusal>,
    transcript: String,
}

impl Tour<'_> {
    /// Looks, and leaves one fact in the sink.
    ///
    /// # Errors
    ///
    /// When the resource itself, asked without an origin, gives no answer of its own.
    pub(super) async fn look(&self) -> Result<(), Trouble> {
        let client = self.visit.client()?;
        let (url, baseline) = self.baseline(&client).await?;
        let mut notes = Notes::with_room();
        if baseline >= 400 {
            notes.gaps.push(Gap {
                kind: None,
                why: format!(
                    "{} answered with status {baseline}, so what it allows on a success was not \
                     seen; name a path under cors.paths, or give credentials by headers",
                    client.shown(&url)
                ),
            });
        }
        let missing = self.visit.endpoint.url.join(NOT_FOUND);
        let places = [
            Some((&url, "page")),
            missing.as_ref().ok().map(|url| (url, "not_found")),
        ];
        for (place, on) in places.into_iter().flatten() {
            let tried = origins(self.own).into_iter();
            for (kind, origin) in tried.filter(|(kind, _)| kind.is_tried(on)) {
                for ask in self.asks(place, (kind, &origin), on) {
                    let outcome = client.ask(&ask).await;
                    notes.note(&client, (kind, &origin), &ask, on, outcome);
                }
            }
            let beside = sibling(self.own).filter(|origin| notes.allows_by_suffix(origin, on));
            for origin in beside.iter() {
                for ask in self.asks(place, (OriginKind::Sibling, origin), on) {
                    let outcome = client.ask(&ask).await;
                    notes.note(&client, (OriginKind::Sibling, origin), &ask, on, outcome);
                }
            }
        }
        let mut odd = Notes::default();
        for (kind, origin) in preflight::whom(&notes.exchanges) {
            for ask in preflight::odd_asks(&url, &origin) {
                let outcome = client.ask(&ask).await;
                odd.note(&client, (kind, &origin), &ask, "page", outcome);
            }
        }
        for notes in [&mut notes, &mut odd] {
            let failures = take_failures(&mut notes.refusals, &mut notes.exchanges);
            notes.gaps.extend(failures.into_iter().map(Gap::from));
            if !notes.refusals.is_empty() {
                self.recheck(&client, &url, baseline, notes).await;
            }
        }
        notes.exchanges.append(&mut odd.exchanges);
        notes.transcript.push_str(&odd.transcript);
        self.leave(&client, &url, notes, &odd.gaps).await
    }

    /// An actual request; the preflight of one that carries credentials in a header and, for a foreign
    /// origin, of one that writes, since servers may know other lists for these; and on the page the
    /// actual request again: without the configured headers, or with a cookie where none are configured.
    fn asks(&self, url: &Url, (kind, origin): (OriginKind, &str), on: &str) -> Vec<Ask> {
        let of = |method: Method, headers: &[(&'static str, &str)]| Ask {
            method,
            headers: std::iter::once(("origin", origin.to_owned()))
                .chain(
                    headers
                        .iter()
                        .map(|(name, value)| (*name, (*value).to_owned())),
                )
                .collect(),
            ..Ask::get(url)
        };
        let mut asks = vec![of(Method::GET, &[]), of(Method::OPTIONS, &preflight::USUAL)];
        if on == "page" && kind == OriginKind::Foreign {
            asks.push(of(Method::OPTIONS, &preflight::WRITING));
        }
        if on == "page" && kind.both_ways() {
            asks.push(if self.has_credentials() {
                Ask {
                    anonymous: true,
                    ..of(Method::GET, &[])
                }
            } else {
                of(Method::GET, &[("cookie", "seaworthy=1")])
            });
        }
        asks
    }

    fn has_credentials(&self) -> bool {
        self.visit.endpoint.secure && !self.visit.endpoint.spec.headers.is_empty()
    }

    /// The resource without an origin: its URL after redirects within the endpoint, and its
    /// status.
    async fn baseline(&self, client: &Client<'_>) -> Result<(Url, u16), Trouble> {
        let way = walk(client, self.url).await?;
        let (url, status, why) = match way.end {
            End::Trouble(trouble) => return Err(trouble),
            // The redirect itself is the answer; where it leads is another endpoint.
            End::Elsewhere(_) => {
                let last = way.redirects.last();
                let status = last.map_or(302, |(_, told)| told.answer.status);
                let url = last.map_or_else(|| self.url.clone(), |(url, _)| url.clone());
                return Ok((url, status));
            }
            End::Answer(url, told) => {
                let status = told.answer.status;
                (url, status, blocked(status, told.fields()))
            }
        };
        let shown = client.shown(&url);
        if let Some(why) = why {
            return Err(Trouble::new(
                ReasonCode::Denied,
                format!(
                    "{shown} answered with {why}: the sweep is shut out and sees nothing of its CORS"
                ),
            ));
        }
        if status >= 500 {
            return Err(Trouble::new(
                ReasonCode::NoSubject,
                format!(
                    "{shown} answered with status {status}: its CORS cannot be seen on a failure"
                ),
            ));
        }
        Ok((url, status))
    }

    /// Asks once more without an origin: had we been shut out meanwhile, the refusals would say
    /// nothing about origins.
    async fn recheck(&self, client: &Client<'_>, url: &Url, baseline: u16, notes: &mut Notes) {
        let why = match client.ask(&Ask::get(url)).await {
            Ok(told) if told.answer.status == baseline => return,
            Ok(told) => format!(
                "{} answers with status {} where it answered with {baseline} before: the sweep \
                 was shut out in the middle",
                client.shown(url),
                told.answer.status
            ),
            Err(trouble) => trouble.detail,
        };
        for refusal in std::mem::take(&mut notes.refusals) {
            notes.gaps.push(Gap {
                kind: Some(refusal.kind),
                why: why.clone(),
            });
        }
    }

    async fn leave(
        &self,
        client: &Client<'_>,
        url: &Url,
        notes: Notes,
        odd: &[Gap],
    ) -> Result<(), Trouble> {
        let mut resource = CorsResource {
            url: redact_url(url.as_str()),
            address: self.visit.address.to_string(),
            own_origin: self.own.origin().ascii_serialization(),
            exchanges: notes.exchanges,
            ..CorsResource::default()
        };
        let unknown = conclude(&mut resource, &notes.gaps, odd);
        let reproduce = self.command(&resource, url);
        self.visit.put(Found {
            url: &redact_url(self.url.as_str()),
            value: &resource,
            unknown,
            attempts: client.attempts().await,
            artifacts: vec![self.visit.text("CORS exchanges", notes.transcript)],
            reproduce,
        })
    }

    /// What shows it again: the own origin, the origins that show what is wrong, and the preflight for
    /// the worst of them, where its answer stood.
    fn command(&self, resource: &CorsResource, url: &Url) -> String {
        let (worst, others) = telling_origins(resource);
        let named = |on: &str| {
            let mut all = resource.exchanges.iter();
            all.any(|seen| seen.on == on && seen.origin == worst && seen.names_origin())
        };
        let missing = self.visit.endpoint.url.join(NOT_FOUND).ok();
        let missing = missing.filter(|_| named("not_found") && !named("page"));
        let place = missing.as_ref().unwrap_or(url);
        let show = |origin: &str, extra: &[&str]| {
            let header = format!("-H {}", quote(&format!("Origin: {origin}")));
            let words: Vec<&str> = std::iter::once(header.as_str())
                .chain(extra.iter().copied())
                .collect();
            curl(
                self.visit.endpoint,
                self.visit.address,
                place.as_str(),
                &words,
            )
        };
        let mut all = resource.exchanges.iter();
        let seen = all.find(|seen| seen.origin == worst && seen.names_origin());
        let preflight = preflight::words(seen);
        let preflight: Vec<&str> = preflight.iter().map(String::as_str).collect();
        let plain = [resource.own_origin.as_str(), worst]
            .into_iter()
            .chain(others)
            .map(|origin| show(origin, &[]));
        let all: Vec<String> = plain.chain([show(worst, &preflight)]).collect();
        all.join("; ")
    }
}

/// Exchanges of a tour, and bytes of the heads that they come with, about as many as most take.
const ROOM: (usize, usize) = (96, 24 * 1024);

impl Notes {
    fn with_room() -> Self {
        Self {
            exchanges: Vec::with_capacity(ROOM.0),
            transcript: String::with_capacity(ROOM.1),
            ..Self::default()
        }
    }

    /// Whether a name of the same site as `origin` is allowed that only ends like the own host.
    fn allows_by_suffix(&self, origin: &str, on: &str) -> bool {
        self.exchanges.iter().any(|exchange| {
            exchange.on == on
                && exchange.kind == OriginKind::Suffix
                && exchange.names_origin()
                && same_site(&exchange.origin, origin)
        })
    }

    fn note(
        &mut self,
        client: &Client<'_>,
        (kind, origin): (OriginKind, &str),
        ask: &Ask,
        on: &'static str,
        outcome: Result<Told, Trouble>,
    ) {
        let method = match ask.method {
            Method::OPTIONS => "OPTIONS",
            _ => "GET",
        };
        let cookie = ask.headers.iter().any(|(name, _)| *name == "cookie");
        let credentials =
            cookie || (!client.secrets().is_empty() && !ask.anonymous && method == "GET");
        let told = match outcome {
            Ok(told) => told,
            Err(trouble) => {
                let why = format!("{method} with origin {origin}: {}", trouble.detail);
                return self.gaps.push(Gap {
                    kind: Some(kind),
                    why,
                });
            }
        };
        let (status, fields) = (told.answer.status, told.fields());
        let path = redact_url(ask.url.path());
        self.write(&["> ", method, " ", &path, "\n> origin: ", origin, "\n"]);
        let requested = preflight::requested(ask);
        for (name, value) in &requested {
            self.write(&["> access-control-request-", name, ": ", value, "\n"]);
        }
        if credentials {
            self.write(&["> (with credentials)\n"]);
        }
        self.write(&[&told.answer.head.redacted, "\n"]);
        let mut exchange = Exchange::new((kind, origin), (method, credentials), on, status, fields);
        exchange.requested = requested;
        if exchange.allow_origin.is_none() {
            let guarded = blocked(status, fields).filter(|_| status != 403);
            let failed = (status > 501).then(|| format!("status {status}"));
            let place = client.shown(&ask.url);
            let why = |why: &str| format!("{method} {place} with origin {origin}: {why}");
            if let Some(found) = guarded.or(failed) {
                return self.gaps.push(Gap {
                    kind: Some(kind),
                    why: why(&found),
                });
            }
            if may_refuse(status) {
                self.refusals.push(Refusal {
                    kind,
                    index: self.exchanges.len(),
                    why: why(&format!("status {status}")),
                });
            }
        }
        self.exchanges.push(exchange);
    }

    fn write(&mut self, parts: &[&str]) {
        for part in parts {
            self.transcript.push_str(part);
        }
    }
}

/// The origin that shows best what is wrong, for the command that shows it again, and one of each other
/// kind that is let in. Where any is, whatever is sent shows it.
fn telling_origins(resource: &CorsResource) -> (&str, Vec<&str>) {
    const FOREIGN: &str = "https://evil.example";
    let named = |kind: OriginKind| {
        let mut all = resource.exchanges.iter();
        let seen = all.find(|seen| seen.kind == kind && seen.names_origin());
        seen.map(|seen| seen.origin.as_str())
    };
    let null = (resource.trusts_null == Some(true)).then_some("null");
    if resource.reflects == Some(true) {
        return (FOREIGN, null.into_iter().collect());
    }
    let lookalike = resource.lookalikes.first().map(String::as_str);
    let localhost = resource.localhost.iter().flatten().next();
    let mut told = [
        lookalike,
        null,
        localhost.map(String::as_str),
        named(OriginKind::PlainHttp),
        named(OriginKind::Subdomain),
        named(OriginKind::Port),
    ]
    .into_iter()
    .flatten();
    (told.next().unwrap_or(FOREIGN), told.collect())
}
