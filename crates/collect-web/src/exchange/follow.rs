//! Redirects, hop by hop, as long as they stay with one endpoint.

use super::ask::Ask;
use super::client::{Client, Told};
use super::head::Fields;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use url::Url;

/// More redirects than a page needs; browsers give up at 20.
const MOST_HOPS: usize = 6;

/// The answers on the way to a page.
#[derive(Debug)]
pub(crate) struct Walk {
    /// The redirects in order, each with its URL.
    pub(crate) redirects: Vec<(Url, Told)>,
    /// Where the way ended.
    pub(crate) end: End,
}

/// How a way of redirects ends.
#[derive(Debug)]
pub(crate) enum End {
    /// With an answer that is no redirect.
    Answer(Url, Box<Told>),
    /// It leads to another host or scheme, which is another endpoint.
    Elsewhere(Url),
    /// A later hop could not be asked, or the way does not end.
    Trouble(Trouble),
}

/// Where a redirect leads, resolved against its own URL; none for another answer, or for one
/// whose Location is missing, no URL, or stands there twice and differs (Fetch, location URL).
pub(crate) fn target(status: u16, fields: &Fields, from: &Url) -> Option<Url> {
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = fields.first("location")?;
    if fields.all("location").any(|other| other != location) {
        return None;
    }
    let mut url = from.join(location).ok()?;
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// Whether two URLs are served by the same endpoint: scheme, host and port.
pub(crate) fn same_endpoint(a: &Url, b: &Url) -> bool {
    a.origin() == b.origin()
}

/// Whether a redirect goes to the very host, whatever the scheme and port.
pub(crate) fn same_host(a: &Url, b: &Url) -> bool {
    let name = |url: &Url| {
        url.host_str()
            .map(|host| host.trim_end_matches('.').to_owned())
    };
    name(a) == name(b)
}

/// Asks for `start` and follows redirects within the client's endpoint.
///
/// # Errors
///
/// When the first request gets no answer.
pub(crate) async fn walk(client: &Client<'_>, start: &Url) -> Result<Walk, Trouble> {
    let mut redirects: Vec<(Url, Told)> = Vec::new();
    let mut url = start.clone();
    let mut told = client.ask(&Ask::get(&url)).await?;
    let end = loop {
        let Some(next) = target(told.answer.status, told.fields(), &url) else {
            break End::Answer(url, Box::new(told));
        };
        redirects.push((url, told));
        if !same_endpoint(&next, start) {
            break End::Elsewhere(next);
        }
        if redirects.len() >= MOST_HOPS || redirects.iter().any(|(seen, _)| *seen == next) {
            break End::Trouble(Trouble::new(
                ReasonCode::NoSubject,
                format!(
                    "{} redirects without end ({} hops, back to {})",
                    client.shown(start),
                    redirects.len(),
                    client.shown(&next)
                ),
            ));
        }
        url = next;
        told = match client.ask(&Ask::get(&url)).await {
            Ok(told) => told,
            Err(trouble) => break End::Trouble(trouble),
        };
    };
    Ok(Walk { redirects, end })
}

#[cfg(test)]
mod tests {
    use super::{Fields, same_host, target};
    use url::Url;

    #[test]
    fn where_a_redirect_leads() {
        let from = Url::parse("http://a.example/x/y").unwrap();
        for (status, location, wanted) in [
            (301, Some("https://a.example/"), Some("https://a.example/")),
            (302, Some("/z#part"), Some("http://a.example/z")),
            (307, Some("z"), Some("http://a.example/x/z")),
            (308, Some("//b.example/"), Some("http://b.example/")),
            (301, Some("javascript:alert(1)"), None),
            (301, Some("http://"), None),
            (301, None, None),
            (304, Some("/z"), None),
            (200, Some("/z"), None),
        ] {
            let mut fields = Fields::default();
            if let Some(location) = location {
                fields.push("Location", location);
            }
            let found = target(status, &fields, &from);
            assert_eq!(
                found.as_ref().map(Url::as_str),
                wanted,
                "{status} {location:?}"
            );
        }
    }

    #[test]
    fn hosts() {
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(same_host(
            &url("http://a.example"),
            &url("https://A.example.:8443/x")
        ));
        assert!(!same_host(
            &url("http://a.example"),
            &url("https://www.a.example")
        ));
    }
}
