//! A request that changes state as a forging page would have a browser send it: with the
//! configured credentials, a foreign Origin, and no token.

use super::shown;
use crate::exchange::ask::Ask;
use crate::look::{At, Look, Visit};
use crate::target::Endpoint;
use hyper::Method;
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use seaworthy_model::ReasonCode;
use serde::Serialize;
use std::collections::BTreeMap;

/// The subject kind.
const KIND: &str = "forged_request";

/// Requests as a forging page would send them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forgeries;

impl Look for Forgeries {
    const ID: &'static str = "web/forgery";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = Some("active");
    const AT: At = At::First;
    type Fact = Forgery;

    fn wanted(endpoint: &Endpoint) -> bool {
        let active = endpoint.spec.active.as_ref();
        active.is_some_and(|spec| !spec.forgery.is_empty())
    }

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let spec = endpoint.spec.active.clone().unwrap_or_default();
        let paths = spec.forgery.iter();
        paths
            .map(|path| {
                format!(
                    "POST {} once with a foreign origin, without a token and without a body, at \
                     one address",
                    shown(endpoint, path)
                )
            })
            .collect()
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let spec = visit.endpoint.spec.active.clone().unwrap_or_default();
            for path in &spec.forgery {
                look(visit, path).await?;
            }
            Ok(())
        })
    }
}

/// What became of a forged request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Forgery {
    /// The URL, values of the query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// The status.
    pub(crate) status: i64,
    /// Whether it was refused (4xx); unknown where the answer says nothing of the origin: nobody
    /// was logged in (401), or the path or method is wrong (404, 405).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<bool>,
}

/// Sends one forged request to `path`.
///
/// # Errors
///
/// When there is no answer, or a guard's.
async fn look(visit: &Visit<'_>, path: &str) -> Result<(), Trouble> {
    let url = visit.url(path)?;
    let client = visit.keeping_client().await?;
    let ask = Ask {
        method: Method::POST,
        headers: vec![
            ("origin", "https://evil.example".to_owned()),
            ("referer", "https://evil.example/".to_owned()),
            ("sec-fetch-site", "cross-site".to_owned()),
            (
                "content-type",
                "application/x-www-form-urlencoded".to_owned(),
            ),
            ("content-length", "0".to_owned()),
        ],
        ..Ask::get(&url)
    };
    let told = client.ask(&ask).await?;
    let status = told.answer.status;
    if status == 429 || status >= 500 {
        let why = format!("{} answered with status {status}", client.shown(&url));
        return Err(Trouble::new(ReasonCode::Denied, why));
    }
    let mut unknown = BTreeMap::new();
    let refused = match status {
        401 | 404 | 405 => {
            let why = format!(
                "{} answered with status {status}, which says nothing of the origin; give the \
                 credentials of a test account by headers, and a path that takes POST",
                client.shown(&url)
            );
            unknown.insert("refused".to_owned(), why);
            None
        }
        400..500 => Some(true),
        _ => Some(false),
    };
    let found = Forgery {
        url: redact_url(url.as_str()),
        address: visit.address.to_string(),
        status: i64::from(status),
        refused,
    };
    let words = ["-X POST", "-H 'Origin: https://evil.example'"];
    visit.leave(&client, &url, &found, unknown, &words).await
}
