//! What plain HTTP does beside an HTTPS endpoint: nothing listens, or a chain of redirects that
//! is followed hop by hop while it stays on the host.

use super::facts::{Hop, PlainHttp};
use crate::exchange::ask::Ask;
use crate::exchange::client::Client;
use crate::exchange::follow::{same_endpoint, same_host, target};
use crate::target::Endpoint;
use seaworthy_collect::{Context, Trouble, redact_url};
use seaworthy_model::ReasonCode;
use std::io::ErrorKind;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

const MOST_HOPS: usize = 8;

/// The plain twin of an HTTPS endpoint: the URL that the entry gives, or the same host and path
/// on port 80.
pub(crate) fn twin(endpoint: &Endpoint) -> Option<Endpoint> {
    let url = match &endpoint.spec.plain_http {
        Some(text) => Url::parse(text).ok()?,
        None => {
            let mut url = endpoint.url.clone();
            url.set_scheme("http").ok()?;
            url.set_port(None).ok()?;
            url
        }
    };
    Some(Endpoint {
        port: url.port_or_known_default().unwrap_or(80),
        url,
        secure: false,
        ..endpoint.clone()
    })
}

/// Looks at plain HTTP at `plain`'s address; `secure` is asked for the hops that come back to
/// the HTTPS endpoint.
///
/// # Errors
///
/// When plain HTTP neither answers nor refuses.
pub(crate) async fn look(
    plain: &Client<'_>,
    secure: &Client<'_>,
    context: &Context,
) -> Result<PlainHttp, Trouble> {
    let start = &plain.endpoint.url;
    let mut found = PlainHttp {
        url: redact_url(start.as_str()),
        address: plain.address.to_string(),
        ..PlainHttp::default()
    };
    let first = match plain.ask(&Ask::get(start)).await {
        Ok(told) => told,
        Err(trouble) => {
            let cut = trouble.reason == ReasonCode::Unreachable;
            if cut && refuses(plain.address, context).await {
                found.refused = true;
                return Ok(found);
            }
            return Err(trouble);
        }
    };
    let status = first.answer.status;
    found.status = Some(i64::from(status));
    let heads = [first.fields(), &first.answer.head.spaced];
    found.sets_cookies = heads.iter().any(|fields| fields.has("set-cookie"));
    found.body_bytes = i64::try_from(first.answer.body.len()).ok();
    let other = other(plain).await;
    found.other_status = other.map(|(status, _)| i64::from(status));
    found.other_to_https = other.map(|(_, to_https)| to_https);
    found.chain.push(hop(start, status));
    let Some(next) = target(status, first.fields(), start) else {
        found.ends = Some("http".to_owned());
        return Ok(found);
    };
    found.redirects = true;
    found.location = Some(redact_url(next.as_str()));
    found.to_https = next.scheme() == "https";
    found.same_host = same_host(start, &next);
    found.permanent = matches!(status, 301 | 308);
    found.leaks_path = Some(leaks_path(start, &next));
    let ends = follow(plain, secure, next, &mut found.chain).await;
    found.ends = ends.map(str::to_owned);
    let plain = |hop: &&Hop| hop.url.starts_with("http:");
    let back = found.chain.iter().skip_while(plain).any(|hop| plain(&hop));
    found.downgrades = back;
    Ok(found)
}

/// What a path that does not exist answers, and whether it is redirected to https: a server that
/// redirects its front page alone speaks plain HTTP all the same.
async fn other(plain: &Client<'_>) -> Option<(u16, bool)> {
    let url = plain.endpoint.url.join(super::NOT_FOUND).ok()?;
    let told = plain.ask(&Ask::get(&url)).await.ok()?;
    let status = told.answer.status;
    // The site's own guard may answer so to us alone.
    if matches!(status, 403 | 429) {
        return None;
    }
    let next = target(status, told.fields(), &url);
    Some((status, next.is_some_and(|next| next.scheme() == "https")))
}

/// Whether what follows the host goes along to where it should not: another host, or plain HTTP.
fn leaks_path(from: &Url, to: &Url) -> bool {
    let told = |part: &str| part.len() > 1;
    let rest = from
        .query()
        .is_some_and(|query| told(query) && to.as_str().contains(query));
    let path = told(from.path()) && to.path().starts_with(from.path());
    let exposed = to.scheme() == "http" || !same_host(from, to);
    exposed && (path || rest)
}

/// Follows the chain from its second hop; says how it ends, if that can be seen.
async fn follow(
    plain: &Client<'_>,
    secure: &Client<'_>,
    mut url: Url,
    chain: &mut Vec<Hop>,
) -> Option<&'static str> {
    let mut seen = vec![plain.endpoint.url.clone()];
    loop {
        if seen.contains(&url) || seen.len() >= MOST_HOPS {
            return Some("loop");
        }
        let over_https = url.scheme() == "https";
        // One connection at a time: the other one gives its place in the budgets back.
        let client = if over_https && same_endpoint(&url, &secure.endpoint.url) {
            plain.close().await;
            secure
        } else if !over_https && same_endpoint(&url, &plain.endpoint.url) {
            secure.close().await;
            plain
        } else {
            return Some(if over_https { "elsewhere" } else { "http" });
        };
        let told = client.ask(&Ask::get(&url)).await.ok()?;
        let status = told.answer.status;
        chain.push(hop(&url, status));
        let Some(next) = target(status, told.fields(), &url) else {
            return Some(if over_https { "https" } else { "http" });
        };
        seen.push(std::mem::replace(&mut url, next));
    }
}

fn hop(url: &Url, status: u16) -> Hop {
    Hop {
        url: redact_url(url.as_str()),
        status: i64::from(status),
    }
}

/// Whether a connection is refused, which tells "nothing listens" from a connection that was
/// made and then cut.
async fn refuses(address: SocketAddr, context: &Context) -> bool {
    match timeout(context.budgets.connect, TcpStream::connect(address)).await {
        Ok(Err(error)) => error.kind() == ErrorKind::ConnectionRefused,
        Ok(Ok(_)) | Err(_) => false,
    }
}
