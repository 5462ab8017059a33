//! The legal pages that the configuration names: whether each answers with text, and whether the
//! front page links to it.

use crate::exchange::client::{Client, Told};
use crate::exchange::follow::{End, walk};
use crate::exchange::leaks::blocked;
use crate::http::page::{Page, page};
use crate::look::{Look, Visit};
use crate::target::Endpoint;
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use seaworthy_model::ReasonCode;
use serde::Serialize;
use std::collections::BTreeMap;
use url::Url;

/// The subject kind.
const KIND: &str = "legal_page";

/// The legal pages that an entry names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Legal;

impl Look for Legal {
    const ID: &'static str = "web/legal";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = Some("legal");
    type Fact = LegalPage;

    fn wanted(endpoint: &Endpoint) -> bool {
        !pages(endpoint).is_empty()
    }

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let paths = pages(endpoint).into_iter().map(|(_, path)| path);
        std::iter::once("".to_owned())
            .chain(paths)
            .filter_map(|path| endpoint.url.join(&path).ok())
            .map(|url| format!("GET {} at each address", redact_url(url.as_str())))
            .collect()
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(look(visit))
    }
}

/// One legal page at one address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct LegalPage {
    /// What it is: `privacy` or `terms`.
    pub(crate) name: String,
    /// Its URL, values of the query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// The status, after redirects within the endpoint.
    pub(crate) status: i64,
    /// Whether the status is a success (2xx).
    pub(crate) ok: bool,
    /// Whether it shows text without the help of scripts, or is a document such as a PDF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) has_text: Option<bool>,
    /// Whether the front page links to it; unknown where the front page was not seen, or shows no
    /// links without the help of scripts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) linked: Option<bool>,
}

/// The name and path of each page that is configured.
fn pages(endpoint: &Endpoint) -> Vec<(&'static str, String)> {
    let legal = endpoint.spec.legal.clone().unwrap_or_default();
    [("privacy", legal.privacy), ("terms", legal.terms)]
        .into_iter()
        .filter_map(|(name, path)| path.map(|path| (name, path)))
        .collect()
}

/// Looks at each page.
///
/// # Errors
///
/// When one gets no answer of the site's own.
async fn look(visit: &Visit<'_>) -> Result<(), Trouble> {
    let pages = pages(visit.endpoint);
    if pages.is_empty() {
        return Ok(());
    }
    let client = visit.keeping_client().await?;
    let front = front(&client, &visit.endpoint.url).await;
    for (name, path) in pages {
        let Ok(url) = visit.endpoint.url.join(&path) else {
            continue;
        };
        let (served, told) = arrive(&client, &url).await?;
        let status = told.answer.status;
        let mut found = LegalPage {
            name: name.to_owned(),
            url: redact_url(url.as_str()),
            address: visit.address.to_string(),
            status: i64::from(status),
            ok: (200..300).contains(&status),
            has_text: None,
            linked: None,
        };
        let mut unknown = BTreeMap::new();
        match told.answer.unread().filter(|_| told.answer.packed) {
            Some(why) => {
                unknown.insert("has_text".to_owned(), format!("{} {why}", found.url));
            }
            None => found.has_text = Some(has_text(&told, &served)),
        }
        match &front {
            Ok(front) => found.linked = Some(front.links.iter().any(|link| same(link, &url))),
            Err(why) => {
                unknown.insert("linked".to_owned(), why.clone());
            }
        }
        visit.leave(&client, &url, &found, unknown, &["-L"]).await?;
    }
    Ok(())
}

/// The front page with its links, or why there is none to see.
async fn front(client: &Client<'_>, url: &Url) -> Result<Page, String> {
    let (served, told) = arrive(client, url)
        .await
        .map_err(|trouble| trouble.detail)?;
    let shown = client.shown(&served);
    if !(200..300).contains(&told.answer.status) {
        return Err(format!(
            "{shown} answered with status {}",
            told.answer.status
        ));
    }
    if let Some(why) = told.answer.unread().filter(|_| told.answer.packed) {
        return Err(format!("{shown} {why}"));
    }
    let found = page(&told.answer.body, &served);
    if found.links.is_empty() {
        return Err(format!(
            "{shown} shows no links without the help of scripts"
        ));
    }
    if let Some(why) = told.answer.unread() {
        return Err(format!("{shown} {why}"));
    }
    Ok(found)
}

/// The answer that a URL leads to within the endpoint.
pub(super) async fn arrive(client: &Client<'_>, url: &Url) -> Result<(Url, Told), Trouble> {
    match walk(client, url).await?.end {
        End::Answer(served, told) => match blocked(told.answer.status, told.fields()) {
            None => Ok((served, *told)),
            Some(why) => Err(Trouble::new(
                ReasonCode::Denied,
                format!("{} answered with {why}", client.shown(&served)),
            )),
        },
        End::Elsewhere(next) => Err(Trouble::new(
            ReasonCode::NoSubject,
            format!(
                "{} redirects to {}, which is another endpoint; configure it there",
                client.shown(url),
                redact_url(next.as_str())
            ),
        )),
        End::Trouble(trouble) => Err(trouble),
    }
}

fn has_text(told: &Told, url: &Url) -> bool {
    let kind = told.fields().first("content-type").unwrap_or("text/html");
    let kind = kind.to_ascii_lowercase();
    if kind.contains("html") {
        page(&told.answer.body, url).has_text
    } else {
        !told.answer.body.trim_ascii().is_empty()
    }
}

/// Whether a link leads to a page: the last slash and the scheme aside.
fn same(link: &Url, url: &Url) -> bool {
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    link.host_str() == url.host_str() && path(link) == path(url)
}
