//! Whether the front page answers, and the files of the same endpoint
//! that it loads.

use super::legal::arrive;
use crate::exchange::ask::Ask;
use crate::exchange::follow::same_endpoint;
use crate::exchange::leaks::blocked;
use crate::http::page::page;
use crate::look::{Look, Visit};
use crate::target::Endpoint;
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use serde::Serialize;
use std::collections::BTreeMap;

/// The subject kind.
const KIND: &str = "front_page";

/// The most files that are asked for.
const MOST_FILES: usize = 20;

/// The front page of an endpoint at one address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct FrontPage {
    /// The URL, values of the query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// The status, after redirects within the endpoint.
    pub(crate) status: i64,
    /// Whether the status is a success (2xx).
    pub(crate) ok: bool,
    /// How long the answer took, in milliseconds.
    #[schemars(extend("x-volatile" = true))]
    pub(crate) millis: i64,
    /// The scripts, style sheets and images of the same endpoint that were asked for, at most 20.
    pub(crate) files: i64,
    /// Those that a page refers to on other hosts, which were not asked for.
    pub(crate) elsewhere: i64,
    /// Files that did not answer with a success, `https://… (404)`, sorted; unknown where the
    /// page was not seen or a file gave no answer of the site's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) broken: Option<Vec<String>>,
}

/// The front page and what it loads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Front;

impl Look for Front {
    const ID: &'static str = "web/front";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = None;
    type Fact = FrontPage;

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let url = redact_url(endpoint.url.as_str());
        vec![format!(
            "GET {url} at each address, and up to {MOST_FILES} files of the same host that it loads"
        )]
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(look(visit))
    }
}

async fn look(visit: &Visit<'_>) -> Result<(), Trouble> {
    let client = visit.keeping_client().await?;
    let start = &visit.endpoint.url;
    let (served, told) = arrive(&client, start).await?;
    let status = told.answer.status;
    let mut found = FrontPage {
        url: redact_url(start.as_str()),
        address: visit.address.to_string(),
        status: i64::from(status),
        ok: (200..300).contains(&status),
        millis: told.millis,
        ..FrontPage::default()
    };
    let all = page(&told.answer.body, &served).files;
    let (own, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|file| same_endpoint(file, start));
    found.elsewhere = i64::try_from(others.len()).unwrap_or(i64::MAX);
    let (mut broken, mut gap) = (Vec::new(), None);
    for file in own.iter().take(MOST_FILES) {
        found.files += 1;
        match client.ask(&Ask::get(file)).await {
            Err(trouble) => gap = gap.or(Some(trouble.detail)),
            Ok(told) => {
                let status = told.answer.status;
                if let Some(why) = blocked(status, told.fields()) {
                    gap = gap.or_else(|| Some(format!("{}: {why}", client.shown(file))));
                } else if status >= 400 {
                    broken.push(format!("{} ({status})", redact_url(file.as_str())));
                }
            }
        }
    }
    if let Some(why) = told.answer.unread().filter(|_| found.ok) {
        gap = gap.or_else(|| Some(format!("{} {why}", client.shown(&served))));
    }
    broken.sort();
    let mut unknown = BTreeMap::new();
    match gap {
        // What is broken is broken, whatever else was not seen.
        Some(why) if broken.is_empty() => {
            unknown.insert("broken".to_owned(), why);
        }
        Some(_) | None => found.broken = Some(broken),
    }
    visit.leave(&client, start, &found, unknown, &["-L"]).await
}
