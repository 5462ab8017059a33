//! The client of GitHub's REST API: one answer for each address, pages followed, limits kept,
//! redirects told, and every answer kept as evidence.
//!
//! An answer is good only if it is 200, JSON, and whole. Everything else is a [`Refusal`] with its
//! reason; what a 404 means is said by whoever asked.

mod answer;
mod evidence;
mod limits;
mod link;
mod pages;
mod wire;

pub(super) use answer::{Refusal, Trail};

use super::target::Spec;
use answer::{Answer, judge};
use bytes::Bytes;
use http_body_util::Empty;
use hyper::Request;
use hyper::header::{ACCEPT, AUTHORIZATION, HeaderValue, IF_NONE_MATCH, USER_AGENT};
use seaworthy_collect::{Context, Secret, SecretRef, Sink, Trouble, add_attempts, with_retries};
use seaworthy_model::{ArtifactRef, ReasonCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use url::Url;
use wire::{Raw, Wire};

/// The most redirects of one request.
const MOST_REDIRECTS: usize = 5;

/// The most bytes of evidence of one target.
const MOST_EVIDENCE: usize = 64 << 20;

/// The most bytes of an answer that is kept to be asked for again by its ETag.
const LARGEST_KEPT: usize = 64 << 10;

/// The version of the API whose answers are read.
const API_VERSION: &str = "2022-11-28";

/// A client for one repository, in one sweep.
pub(super) struct Client<'a> {
    context: &'a Context,
    sink: &'a Sink,
    wire: Wire,
    base: Url,
    token: Option<Secret>,
    /// Why nothing more is asked, once a rate limit has bitten.
    limited: Mutex<Option<Trouble>>,
    /// Answers with their ETags, by address.
    kept: Mutex<BTreeMap<String, (HeaderValue, Value)>>,
    evidence: AtomicUsize,
}

impl<'a> Client<'a> {
    /// A client; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// When the token cannot be had, or TLS cannot be set up.
    pub(super) fn new(spec: &Spec, context: &'a Context, sink: &'a Sink) -> Result<Self, Trouble> {
        let failed = |what: &str| Trouble::new(ReasonCode::CollectorFailed, what.to_owned());
        let base = spec
            .base()
            .ok_or_else(|| failed("the API has no address"))?;
        let reference = spec.token.as_deref().and_then(SecretRef::parse);
        let token = reference.map(|reference| reference.resolve()).transpose()?;
        if token.as_ref().is_some_and(|token| bearer(token).is_none()) {
            return Err(failed(
                "the token is empty, or holds characters that no header may hold",
            ));
        }
        Ok(Self {
            context,
            sink,
            wire: Wire::new(spec, &base, context.budgets.connect)?,
            base,
            token,
            limited: Mutex::new(None),
            kept: Mutex::new(BTreeMap::new()),
            evidence: AtomicUsize::new(0),
        })
    }

    /// The address below the API's, each segment encoded.
    pub(super) fn url(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// Path and query of an address, below the API's.
    pub(super) fn shown(&self, url: &Url) -> String {
        let path = url.path();
        let base = self.base.path();
        let path = path.strip_prefix(base).unwrap_or(path);
        match url.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        }
    }

    /// The host of the API, where it is not that of github.com.
    pub(super) fn enterprise_host(&self) -> Option<&str> {
        let host = self.base.host_str();
        host.filter(|host| *host != "api.github.com")
    }

    /// Whether a rate limit has bitten.
    pub(super) fn is_limited(&self) -> bool {
        let limited = self.limited.lock();
        limited.unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Asks for one object.
    ///
    /// # Errors
    ///
    /// When it is refused, or the answer is none of that shape.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        trail: &mut Trail,
        url: &Url,
    ) -> Result<T, Refusal> {
        let answer = self.answer(trail, url).await?;
        self.typed(url, answer.value)
    }

    /// A value of the wanted shape.
    fn typed<T: DeserializeOwned>(&self, url: &Url, value: Value) -> Result<T, Refusal> {
        serde_json::from_value(value).map_err(|error| {
            let what = format!(
                "GET {}: another shape than documented: {error}",
                self.shown(url)
            );
            Refusal::from(Trouble::new(ReasonCode::Unparsed, what))
        })
    }

    /// One answer, after redirects within the API's own host.
    async fn answer(&self, trail: &mut Trail, url: &Url) -> Result<Answer, Refusal> {
        let mut at = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let raw = self.ask(trail, &at).await?;
            if !matches!(raw.status, 301 | 302 | 307 | 308) {
                return self.judged(trail, &at, &raw);
            }
            let target = raw
                .headers
                .get("location")
                .and_then(|value| value.to_str().ok());
            let Some(target) = target.and_then(|target| at.join(target).ok()) else {
                let what = format!("GET {}: a redirect to nowhere", self.shown(&at));
                return Err(Trouble::new(ReasonCode::Unparsed, what).into());
            };
            if target.origin() != self.base.origin() {
                let what = format!(
                    "GET {}: a redirect to another host, {}, which is not followed: the token is not for it",
                    self.shown(&at),
                    target.host_str().unwrap_or_default(),
                );
                return Err(Trouble::new(ReasonCode::Denied, what).into());
            }
            trail.redirected = true;
            at = target;
        }
        let what = format!(
            "GET {}: more than {MOST_REDIRECTS} redirects",
            self.shown(url)
        );
        Err(Trouble::new(ReasonCode::Unparsed, what).into())
    }

    /// Sends a request unless a limit has bitten, again where there is no answer.
    async fn ask(&self, trail: &mut Trail, url: &Url) -> Result<Raw, Refusal> {
        let shown = self.shown(url);
        let limited = self.limited.lock();
        if let Some(trouble) = limited.unwrap_or_else(PoisonError::into_inner).as_ref() {
            let what = format!("GET {shown} was not sent: {}", trouble.detail);
            return Err(Trouble::new(trouble.reason, what).into());
        }
        trail.addresses.push(shown.clone());
        let host = self.base.host_str().unwrap_or_default();
        let permit = self.context.connection(host, None).await;
        let (outcome, attempts) = with_retries(self.context, Some(host), || async {
            let request = self.request(url)?;
            self.wire.send(request, self.context.budgets.request).await
        })
        .await;
        drop(permit);
        add_attempts(&mut trail.attempts, attempts);
        outcome.map_err(|mut trouble| {
            trouble.detail = format!("GET {shown} of {host}: {}", trouble.detail);
            trouble.into()
        })
    }

    fn request(&self, url: &Url) -> Result<Request<Empty<Bytes>>, Trouble> {
        let mut request = Request::get(url.as_str())
            .header(USER_AGENT, concat!("seaworthy/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", API_VERSION);
        if let Some(token) = self.token.as_ref().and_then(bearer) {
            request = request.header(AUTHORIZATION, token);
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((etag, _)) = kept.get(url.as_str()) {
            request = request.header(IF_NONE_MATCH, etag);
        }
        request.body(Empty::new()).map_err(|error| {
            Trouble::new(ReasonCode::CollectorFailed, format!("no request: {error}"))
        })
    }

    /// What an answer is worth; it is kept as evidence, and a limit that it states is kept to.
    fn judged(&self, trail: &mut Trail, url: &Url, raw: &Raw) -> Result<Answer, Refusal> {
        let shown = self.shown(url);
        let token = self.token.as_ref().map(Secret::expose);
        let before = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get(url.as_str()).map(|(_, value)| value.clone())
        };
        let judged = judge(&shown, raw, before, token);
        if let Some(value) = &judged.value {
            let is_refusal = judged.refusal.is_some();
            trail
                .artifacts
                .extend(self.keep(&shown, value, is_refusal, token));
        }
        if let Some(limit) = judged.limit {
            let mut limited = self.limited.lock().unwrap_or_else(PoisonError::into_inner);
            limited.get_or_insert(limit);
        }
        if let Some(refusal) = judged.refusal {
            return Err(refusal);
        }
        let value = judged.value.unwrap_or_default();
        if let Some(etag) = raw.headers.get("etag")
            && raw.body.len() <= LARGEST_KEPT
        {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.insert(url.as_str().to_owned(), (etag.clone(), value.clone()));
        }
        let link = raw
            .headers
            .get("link")
            .and_then(|value| value.to_str().ok());
        Ok(Answer {
            value,
            next: link.and_then(link::next),
        })
    }

    /// Keeps an answer, redacted, while there is room for evidence.
    fn keep(
        &self,
        shown: &str,
        value: &Value,
        is_refusal: bool,
        token: Option<&str>,
    ) -> Option<ArtifactRef> {
        let text = evidence::redacted(value, is_refusal).to_string();
        let bytes = evidence::without(&text, token).into_bytes();
        let all = self.evidence.fetch_add(bytes.len(), Ordering::Relaxed);
        (all.saturating_add(bytes.len()) <= MOST_EVIDENCE).then(|| {
            let label = format!("answer to GET {shown}");
            self.sink.artifact(&label, "application/json", bytes)
        })
    }
}

/// The header of a token; none where no header can hold it.
fn bearer(token: &Secret) -> Option<HeaderValue> {
    if token.expose().is_empty() {
        return None;
    }
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose())).ok()?;
    value.set_sensitive(true);
    Some(value)
}
