//! Finds `security.txt`: at its place, else at the legacy one. What it says is read by
//! `security_txt.rs`.

use super::security_txt::{SecurityTxt, security_txt};
use crate::exchange::client::{Client, Told};
use crate::exchange::follow::{End, walk};
use jiff::Timestamp;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use url::Url;

const PLACES: [&str; 2] = ["/.well-known/security.txt", "/security.txt"];

/// Looks for it.
///
/// # Errors
///
/// When it cannot be seen whether there is one.
pub(crate) async fn look(client: &Client<'_>, as_of: Timestamp) -> Result<SecurityTxt, Trouble> {
    for place in PLACES {
        let Ok(url) = client.endpoint.url.join(place) else {
            continue;
        };
        if let Some(found) = at(client, &url, as_of).await? {
            return Ok(found);
        }
    }
    let url = client.endpoint.url.join("/.well-known/security.txt");
    Ok(SecurityTxt::none(
        url.map(|url| url.to_string()).unwrap_or_default(),
    ))
}

async fn at(
    client: &Client<'_>,
    url: &Url,
    as_of: Timestamp,
) -> Result<Option<SecurityTxt>, Trouble> {
    let unseen =
        |why: String| Trouble::new(ReasonCode::Denied, format!("{}: {why}", client.shown(url)));
    let (served, told) = match walk(client, url).await?.end {
        End::Answer(served, told) => (served, told),
        End::Elsewhere(next) => {
            let host = next.host_str().unwrap_or_default();
            return Err(unseen(format!(
                "it redirects to {host}, which is another endpoint"
            )));
        }
        End::Trouble(trouble) => return Err(trouble),
    };
    match told.answer.status {
        200 if told.answer.packed || (is_text(&told) && !told.answer.complete) => {
            Err(unseen(format!(
                "the answer {}",
                told.answer.unread().unwrap_or("was not read")
            )))
        }
        200 if is_text(&told) => {
            let kind = told.fields().first("content-type").map(str::to_owned);
            Ok(Some(security_txt(
                &told.answer.body,
                (url, &served),
                kind.as_deref(),
                as_of,
            )))
        }
        // A page that is shown for every path is no security.txt.
        200 | 404 | 410 => Ok(None),
        status => Err(unseen(format!("status {status}"))),
    }
}

/// Whether an answer means to be a security.txt: by its type, or by its first field.
fn is_text(told: &Told) -> bool {
    let typed = told.fields().first("content-type").is_some_and(|kind| {
        kind.trim_start()
            .to_ascii_lowercase()
            .starts_with("text/plain")
    });
    let body = String::from_utf8_lossy(&told.answer.body).to_ascii_lowercase();
    typed || body.lines().any(|line| line.starts_with("contact:"))
}
