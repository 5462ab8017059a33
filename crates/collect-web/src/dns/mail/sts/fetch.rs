//! Fetching the policy of MTA-STS (RFC 8461 §3.3): over HTTPS with a certificate that is trusted, without
//! following redirects, and no more than 64 KiB of it.

use super::policy::Policy;
use crate::connect::Roots;
use crate::exchange::ask::Ask;
use crate::exchange::client::{Client, Told};
use crate::exchange::reproduce::curl;
use crate::frame::deadline;
use crate::target::Endpoint;
use seaworthy_collect::{Context, Trouble};
use seaworthy_model::{Attempt, ReasonCode};
use std::net::SocketAddr;

/// What senders read of a policy (RFC 8461 §3.3).
const MOST: usize = 64 * 1024;

/// What stands at the place of the policy.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    /// The policy, or why senders take no notice of it; an error of its own where it was not seen.
    pub(super) found: Option<Result<Policy, String>>,
    /// What was asked and answered, as text.
    pub(super) transcript: String,
    pub(super) attempts: Vec<Attempt>,
    /// The command that shows the same.
    pub(super) reproduce: Option<String>,
}

/// Asks one address after the other until one answers.
///
/// # Errors
///
/// When none did, and so nothing is known.
pub(super) async fn fetch(
    endpoint: &Endpoint,
    addresses: &[SocketAddr],
    context: &Context,
) -> (Fetched, Option<Trouble>) {
    let mut fetched = Fetched::default();
    let mut last = None;
    for address in addresses {
        let words = ["-H 'Accept: text/plain'"];
        let own = curl(endpoint, *address, endpoint.url.as_str(), &words);
        fetched.reproduce = Some(own.replacen(" -D - -o /dev/null", " -D -", 1));
        let client = match Client::new(endpoint, *address, context, deadline(context)) {
            Ok(client) => client,
            Err(trouble) => return (fetched, Some(trouble)),
        };
        let outcome = one(&client, context, &mut fetched.transcript).await;
        fetched.attempts.extend(client.attempts().await);
        match outcome {
            Ok(found) => {
                fetched.found = Some(found);
                return (fetched, None);
            }
            Err(trouble) => last = Some(trouble),
        }
    }
    (fetched, last)
}

/// The policy at one address, or what is wrong with what stands there.
async fn one(
    client: &Client<'_>,
    context: &Context,
    transcript: &mut String,
) -> Result<Result<Policy, String>, Trouble> {
    let endpoint = client.endpoint;
    let roots = Roots::load(endpoint.spec.ca_file.as_deref())?;
    let connection = client.again(|| client.raw(&[b"http/1.1"])).await?;
    if let Err(why) = connection.trusted(endpoint, &roots, context.as_of) {
        let shown = client.shown(&endpoint.url);
        return Ok(Err(format!("{shown}: {why}")));
    }
    drop(connection);
    let told = client.ask(&Ask::get(&endpoint.url)).await?;
    let shown = client.shown(&endpoint.url);
    transcript.push_str(&format!(";; GET {shown}: status {}\n", told.answer.status));
    for line in String::from_utf8_lossy(&told.answer.body).lines() {
        transcript.push_str(&crate::dns::printable(line));
        transcript.push('\n');
    }
    read(&told)
        .map(|read| read.map_err(|why| format!("{shown}: {why}")))
        .map_err(|why| Trouble::new(ReasonCode::Denied, format!("{shown}: {why}")))
}

/// # Errors
///
/// Where the answer is no answer of the site's own.
fn read(told: &Told) -> Result<Result<Policy, String>, String> {
    let (status, answer) = (told.answer.status, &told.answer);
    match status {
        200 => {}
        403 | 429 | 500.. => return Err(format!("status {status}")),
        300..=399 => {
            return Ok(Err(format!(
                "status {status}, and senders follow no redirect"
            )));
        }
        _ => return Ok(Err(format!("status {status}"))),
    }
    let kind = told.fields().first("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("text/plain") {
        let kind = if kind.is_empty() { "none" } else { kind };
        let kind = crate::dns::printable(kind);
        return Ok(Err(format!(
            "its content type is {kind}, text/plain is wanted"
        )));
    }
    if answer.packed {
        return Ok(Err("it is encoded, which nobody asked for".to_owned()));
    }
    if answer.body.len() > MOST {
        return Ok(Err(
            "it is longer than the 64 KiB that senders read".to_owned()
        ));
    }
    if let Some(why) = answer.unread() {
        return Err(format!("it {why}"));
    }
    Ok(match std::str::from_utf8(&answer.body) {
        Ok(text) => Policy::parse(text),
        Err(_) => Err("it is no text".to_owned()),
    })
}
