//! One endpoint at one address: every request in turn, and the fact of what came back.

use super::NOT_FOUND;
use super::ask::Ask;
use super::assemble::assemble;
use super::client::{Client, Told};
use super::draft::{Draft, Gaps, Role, Sighting};
use super::facts::KIND;
use super::follow::{End, walk};
use super::leaks::blocked;
use super::page::{is_html, page};
use super::reproduce::curl;
use super::{clock, health, plain, well_known};
use crate::target::Endpoint;
use seaworthy_collect::{Context, Sink, Trouble, fact_value, redact_url};
use seaworthy_model::{ArtifactRef, Fact, Provenance, ReasonCode, SubjectRef, Target};
use std::net::SocketAddr;
use tokio::time::Instant;
use url::Url;

/// What is visited, and where what is seen goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit<'a> {
    pub(super) target: &'a Target,
    pub(super) endpoint: &'a Endpoint,
    pub(super) address: SocketAddr,
    pub(super) context: &'a Context,
    pub(super) sink: &'a Sink,
    pub(super) deadline: Instant,
}

impl Visit<'_> {
    /// Looks, and leaves one fact in the sink.
    ///
    /// # Errors
    ///
    /// When the URL itself gets no answer of the site's own; then nothing else is asked.
    pub(super) async fn look(&self) -> Result<(), Trouble> {
        let client = Client::new(self.endpoint, self.address, self.context, self.deadline)?;
        let mut draft = Draft::default();
        draft.value.url = redact_url(self.endpoint.url.as_str());
        draft.value.host.clone_from(&self.endpoint.host);
        draft.value.address = self.address.to_string();
        draft.value.scheme = self.endpoint.url.scheme().to_owned();
        let mut seen = Vec::new();
        let mut gaps = Gaps::default();
        draft.value.leads_to = self.main(&client, &mut seen, &mut gaps).await?;
        let arrived = seen.last().is_some_and(|last| last.role != Role::Redirect);
        if let (None, false, Some(why)) = (&draft.value.leads_to, arrived, &gaps.page) {
            draft.unknown("leads_to", why);
        }
        draft.value.clock_skew_seconds = clock::skew(&seen, self.context.now());
        self.others(&client, &mut seen, &mut gaps).await;
        assemble(&mut draft, &seen, &gaps, self.context.now());
        clock::cookies(&mut draft, &seen, &gaps, self.context);
        client.keep_heads().await;
        self.health_and_contact(&client, &mut draft).await;
        let mut attempts = Vec::new();
        let mut beside = None;
        if self.endpoint.secure
            && let Some(twin) = plain::twin(self.endpoint)
        {
            let address = SocketAddr::new(self.address.ip(), twin.port);
            let plain = Client::new(&twin, address, self.context, self.deadline)?;
            plain.keep_heads().await;
            client.close().await;
            self.plain(&plain, &client, &mut draft).await;
            attempts = plain.attempts().await;
            beside = plain.heads().await;
        }
        attempts.splice(..0, client.attempts().await);
        let mut artifacts: Vec<ArtifactRef> = seen
            .iter()
            .map(|sighting| {
                let label = format!("response head ({})", sighting.url);
                let bytes = sighting.head.redacted.clone().into_bytes();
                self.sink.artifact(&label, "text/plain", bytes)
            })
            .collect();
        for (label, text) in [
            ("response heads (further paths)", client.heads().await),
            ("response heads (plain HTTP)", beside),
        ] {
            let bytes = text.map(String::into_bytes);
            artifacts.extend(bytes.map(|bytes| self.sink.artifact(label, "text/plain", bytes)));
        }
        let value = fact_value(&draft.value)?;
        self.sink.fact(Fact {
            subject: SubjectRef {
                kind: KIND.to_owned(),
                name: format!(
                    "{} [{}]",
                    draft.value.url,
                    self.endpoint.shows(self.address)
                ),
            },
            value,
            unknown: draft.unknown,
            location: None,
            places: seaworthy_model::Places::default(),
            provenance: Provenance {
                target: self.target.name.clone(),
                collector: super::Http::ID.to_owned(),
                at: self.context.now(),
                attempts,
                artifacts,
                reproduce: Some(curl(
                    self.endpoint,
                    self.address,
                    self.endpoint.url.as_str(),
                    &[],
                )),
            },
        });
        Ok(())
    }

    /// The URL itself, and the page that it leads to; gives where it leads beyond the endpoint.
    async fn main(
        &self,
        client: &Client<'_>,
        seen: &mut Vec<Sighting>,
        gaps: &mut Gaps,
    ) -> Result<Option<String>, Trouble> {
        let way = walk(client, &self.endpoint.url).await?;
        for (url, told) in way.redirects {
            seen.push(self.sighting(Role::Redirect, &url, told));
        }
        match way.end {
            End::Elsewhere(next) => return Ok(Some(redact_url(next.as_str()))),
            End::Trouble(trouble) => gaps.page = Some(trouble.detail),
            End::Answer(url, told) => {
                let status = told.answer.status;
                if let Some(why) = blocked(status, told.fields()) {
                    return Err(Trouble::new(
                        ReasonCode::Denied,
                        format!(
                            "{} answered with {why}: the sweep is shut out and sees nothing of \
                             the site; let it in by its address or give it a header",
                            client.shown(&url)
                        ),
                    ));
                }
                let success = (200..300).contains(&status);
                if !success {
                    gaps.page = Some(format!(
                        "{} answered with status {status}, so no page was seen; name a URL that \
                         answers with a success, or give credentials by headers",
                        client.shown(&url)
                    ));
                }
                let role = if success { Role::Page } else { Role::Error };
                let unread = told.answer.unread();
                let found = self.sighting(role, &url, *told);
                if success
                    && found.page.as_ref().is_some_and(|page| !page.head_ended)
                    && let Some(why) = unread
                {
                    gaps.in_page = Some(format!(
                        "the page at {} {why}, and its head had not ended",
                        client.shown(&url)
                    ));
                }
                seen.push(found);
            }
        }
        Ok(None)
    }

    /// Configured paths, and a path that does not exist.
    async fn others(&self, client: &Client<'_>, seen: &mut Vec<Sighting>, gaps: &mut Gaps) {
        let mut missing = Vec::new();
        let paths = self.endpoint.spec.paths.iter();
        let roles = paths.map(|path| (path.as_str(), Role::Path(path.clone())));
        for (path, role) in roles.chain([(NOT_FOUND, Role::NotFound)]) {
            let Ok(url) = self.endpoint.url.join(path) else {
                continue;
            };
            match client.ask(&Ask::get(&url)).await {
                Err(trouble) => missing.push(trouble.detail),
                Ok(told) => {
                    let (status, is_error) = (told.answer.status, told.answer.status >= 400);
                    let why = blocked(status, told.fields()).filter(|_| status != 403);
                    if let Some(why) = why {
                        missing.push(format!("{} answered with {why}", client.shown(&url)));
                        continue;
                    }
                    if role == Role::NotFound && !is_error {
                        missing.push(format!(
                            "{} answered with status {status} though there is no such path, so \
                             no error answer was seen",
                            client.shown(&url)
                        ));
                    }
                    seen.push(self.sighting(role, &url, told));
                }
            }
        }
        if !missing.is_empty() {
            gaps.others = Some(missing.join("; "));
        }
    }

    async fn health_and_contact(&self, client: &Client<'_>, draft: &mut Draft) {
        if let Some(path) = &self.endpoint.spec.health {
            match health::look(client, path).await {
                Ok(health) => draft.value.health = Some(health),
                Err(trouble) => draft.unknown("health", &trouble.detail),
            }
        }
        match well_known::look(client, self.context.as_of).await {
            Ok(found) => clock::security_txt(draft, found, self.context),
            Err(trouble) => draft.unknown("security_txt", &trouble.detail),
        }
    }

    async fn plain(&self, plain: &Client<'_>, secure: &Client<'_>, draft: &mut Draft) {
        match plain::look(plain, secure, self.context).await {
            Err(trouble) => draft.unknown("plain", &trouble.detail),
            Ok(found) => {
                // The site's own guard may answer so to us alone.
                if let Some(status @ (403 | 429)) = found.status {
                    let shown = plain.shown(&plain.endpoint.url);
                    draft.unknown(
                        "plain",
                        &format!("{shown} answered with status {status}: the sweep is shut out"),
                    );
                    return;
                }
                if !found.refused && found.ends.is_none() {
                    draft.unknown(
                        "plain.ends",
                        "a later hop of the redirect chain gave no answer",
                    );
                }
                if !found.refused && found.other_status.is_none() {
                    let why = "no other path over plain HTTP gave an answer of the site's own";
                    draft.unknown("plain.other_status", why);
                    draft.unknown("plain.other_to_https", why);
                }
                draft.value.plain = Some(found);
            }
        }
    }

    fn sighting(&self, role: Role, url: &Url, told: Told) -> Sighting {
        let is_html = is_html(told.fields());
        let mut page = is_html.then(|| page(&told.answer.body, url));
        if let Some(page) = &mut page {
            page.head_ended |= told.answer.unread().is_none();
        }
        Sighting {
            role,
            url: redact_url(url.as_str()),
            status: told.answer.status,
            head: told.answer.head,
            page,
            private: self.endpoint.secure && !self.endpoint.spec.headers.is_empty(),
        }
    }
}
