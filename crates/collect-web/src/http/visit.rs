//! One endpoint at one address: every request in turn, and the fact of what came back.

use super::NOT_FOUND;
use super::assemble::assemble;
use super::draft::{Draft, Gaps, Role, Sighting};
use super::page::{is_html, page};
use super::{clock, health, plain, well_known};
use crate::exchange::ask::Ask;
use crate::exchange::client::{Client, Told};
use crate::exchange::follow::{End, walk};
use crate::exchange::leaks::blocked;
use crate::exchange::reproduce::curl;
use crate::look::{Found, Visit};
use seaworthy_collect::{Trouble, redact_url};
use seaworthy_model::{ArtifactRef, ReasonCode};
use std::net::SocketAddr;
use url::Url;

/// Looks, and leaves one fact in the sink.
///
/// # Errors
///
/// When the URL itself gets no answer of the site's own; then nothing else is asked.
pub(super) async fn look(visit: &Visit<'_>) -> Result<(), Trouble> {
    let client = visit.client()?;
    let mut draft = Draft::default();
    draft.value.url = redact_url(visit.endpoint.url.as_str());
    draft.value.host.clone_from(&visit.endpoint.host);
    draft.value.address = visit.address.to_string();
    draft.value.scheme = visit.endpoint.url.scheme().to_owned();
    let mut seen = Vec::new();
    let mut gaps = Gaps::default();
    draft.value.leads_to = arrive(visit, &client, &mut seen, &mut gaps).await?;
    let arrived = seen.last().is_some_and(|last| last.role != Role::Redirect);
    if let (None, false, Some(why)) = (&draft.value.leads_to, arrived, &gaps.page) {
        draft.unknown("leads_to", why);
    }
    draft.value.clock_skew_seconds = clock::skew(&seen, visit.context().now());
    others(visit, &client, &mut seen, &mut gaps).await;
    assemble(&mut draft, &seen, &gaps, visit.context().now());
    clock::cookies(&mut draft, &seen, &gaps, visit.context());
    client.keep_heads().await;
    health_and_contact(visit, &client, &mut draft).await;
    let mut attempts = Vec::new();
    let mut beside = None;
    if visit.endpoint.secure
        && let Some(twin) = plain::twin(visit.endpoint)
    {
        let address = SocketAddr::new(visit.address.ip(), twin.port);
        let plain = Client::new(&twin, address, visit.context(), visit.deadline)?;
        plain.keep_heads().await;
        client.close().await;
        in_the_clear(visit, &plain, &client, &mut draft).await;
        attempts = plain.attempts().await;
        beside = plain.heads().await;
    }
    attempts.splice(..0, client.attempts().await);
    let mut artifacts: Vec<ArtifactRef> = seen
        .iter()
        .map(|sighting| {
            let label = format!("response head ({})", sighting.url);
            visit.text(&label, sighting.head.redacted.clone())
        })
        .collect();
    for (label, text) in [
        ("response heads (further paths)", client.heads().await),
        ("response heads (plain HTTP)", beside),
    ] {
        artifacts.extend(text.map(|text| visit.text(label, text)));
    }
    let (endpoint, address) = (visit.endpoint, visit.address);
    visit.put(Found {
        url: &draft.value.url,
        value: &draft.value,
        unknown: draft.unknown,
        attempts,
        artifacts,
        reproduce: curl(endpoint, address, endpoint.url.as_str(), &[]),
    })
}

/// The URL itself, and the page that it leads to; gives where it leads beyond the endpoint.
async fn arrive(
    visit: &Visit<'_>,
    client: &Client<'_>,
    seen: &mut Vec<Sighting>,
    gaps: &mut Gaps,
) -> Result<Option<String>, Trouble> {
    let way = walk(client, &visit.endpoint.url).await?;
    for (url, told) in way.redirects {
        seen.push(sighting(visit, Role::Redirect, &url, told));
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
            let found = sighting(visit, role, &url, *told);
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
async fn others(visit: &Visit<'_>, client: &Client<'_>, seen: &mut Vec<Sighting>, gaps: &mut Gaps) {
    let mut missing = Vec::new();
    let paths = visit.endpoint.spec.paths.iter();
    let roles = paths.map(|path| (path.as_str(), Role::Path(path.clone())));
    for (path, role) in roles.chain([(NOT_FOUND, Role::NotFound)]) {
        let Ok(url) = visit.endpoint.url.join(path) else {
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
                seen.push(sighting(visit, role, &url, told));
            }
        }
    }
    if !missing.is_empty() {
        gaps.others = Some(missing.join("; "));
    }
}

async fn health_and_contact(visit: &Visit<'_>, client: &Client<'_>, draft: &mut Draft) {
    if let Some(path) = &visit.endpoint.spec.health {
        match health::look(client, path).await {
            Ok(health) => draft.value.health = Some(health),
            Err(trouble) => draft.unknown("health", &trouble.detail),
        }
    }
    match well_known::look(client, visit.context().as_of).await {
        Ok(found) => clock::security_txt(draft, found, visit.context()),
        Err(trouble) => draft.unknown("security_txt", &trouble.detail),
    }
}

async fn in_the_clear(
    visit: &Visit<'_>,
    plain: &Client<'_>,
    secure: &Client<'_>,
    draft: &mut Draft,
) {
    match plain::look(plain, secure, visit.context()).await {
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

fn sighting(visit: &Visit<'_>, role: Role, url: &Url, told: Told) -> Sighting {
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
        private: visit.endpoint.secure && !visit.endpoint.spec.headers.is_empty(),
    }
}
