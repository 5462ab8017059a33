//! The health endpoint: whether it answers, how fast, and whether a cache could answer for it.

use super::caching::cacheable;
use super::facts::Health;
use super::giveaways::giveaways;
use crate::exchange::ask::Ask;
use crate::exchange::cached::cached;
use crate::exchange::client::Client;
use crate::exchange::leaks::blocked;
use seaworthy_collect::{Trouble, redact_url};
use seaworthy_model::ReasonCode;

/// Asks the health endpoint at `path`.
///
/// # Errors
///
/// When nothing answers, or a guard in front does.
pub(crate) async fn look(client: &Client<'_>, path: &str) -> Result<Health, Trouble> {
    let url = client.endpoint.url.join(path).map_err(|error| {
        Trouble::new(
            ReasonCode::CollectorFailed,
            format!("failed to read the health path {path:?}: {error}"),
        )
    })?;
    let told = client.ask(&Ask::get(&url)).await?;
    let status = told.answer.status;
    if let Some(why) = blocked(status, told.fields()) {
        let story = format!("{}: {why}", client.shown(&url));
        return Err(Trouble::new(ReasonCode::Denied, story));
    }
    if let Some(why) = told.answer.unread() {
        let story = format!("{}: the answer {why}", client.shown(&url));
        return Err(Trouble::new(ReasonCode::Unparsed, story));
    }
    Ok(Health {
        url: redact_url(url.as_str()),
        status: i64::from(status),
        ok: (200..300).contains(&status),
        millis: told.millis,
        cached: cached(told.fields()),
        cacheable: cacheable(told.fields()),
        giveaways: giveaways(&told.answer.body),
    })
}
