//! The fact of a head that a person saved in a file: nothing is asked, so everything but the
//! head's own headers is unknown.

use super::assemble::assemble;
use super::draft::{Draft, Gaps, Role, Sighting};
use super::facts::KIND;
use super::page::{is_html, page};
use super::saved::plain;
use crate::clock::told as told_time;
use crate::exchange::follow::{same_host, target};
use crate::exchange::head::Head;
use crate::exchange::leaks::blocked;
use jiff::Timestamp;
use seaworthy_collect::{Trouble, fact_value, redact_url};
use seaworthy_model::{Fact, Provenance, ReasonCode, SubjectRef};
use url::Url;

const NEVER_ASKED: &str = "only one head was given, nothing was asked over the network";

/// The most redirects that are read.
const MOST_HOPS: usize = 20;

/// The most of a file that is read.
const MOST_BYTES: usize = 1 << 20;

/// The same of JSON, for a HAR holds whole visits.
const MOST_JSON: usize = 32 << 20;

/// A head that a person saved.
#[derive(Clone, Copy, Debug)]
pub struct HeadFile<'a> {
    /// What the file holds.
    pub bytes: &'a [u8],
    /// What it was served over, `http` or `https`, where no URL says so; over `http` HSTS does not count.
    pub scheme: &'a str,
    /// The URL that was asked for, where it is known: its host decides what cookies and HSTS are worth.
    pub url: Option<&'a Url>,
    /// The status, where the file has none.
    pub status: u16,
    /// What the file is called.
    pub source: &'a str,
}

/// Reads a saved head, with or without its status line, into a fact of kind `http_endpoint`: as received,
/// as `curl -v` or `wget -S` show it, or in JSON. A body behind the head is read for policies in `<meta>`
/// elements.
///
/// `now` is when it is looked at, by which cookies expire where the head has no Date. A redirect is a
/// redirect; any other answer is judged as a page, and so is a redirect that leads nowhere, for browsers
/// show it. Of the heads of a whole way, as `curl -IL` shows them, the last one is judged, and those before
/// it are its redirects.
///
/// # Errors
///
/// [`Unparsed`](ReasonCode::Unparsed) when there is no header in it,
/// [`TooLarge`](ReasonCode::TooLarge) when it is larger than any head,
/// [`Denied`](ReasonCode::Denied) when a guard answered in place of the site, and
/// [`NoSubject`](ReasonCode::NoSubject) when the answer shows no page by its own rules (304).
pub fn fact_from_head(file: &HeadFile<'_>, now: Timestamp) -> Result<Fact, Trouble> {
    let source = file.source;
    let told = |reason, why: &str| Trouble::new(reason, format!("{source}: {why}"));
    let json = file.bytes.trim_ascii_start().starts_with(b"{");
    let most = if json { MOST_JSON } else { MOST_BYTES };
    if file.bytes.len() > most {
        let why = format!("the file is larger than {most} bytes; wanted the head of one answer");
        return Err(told(ReasonCode::TooLarge, &why));
    }
    let of_file = |trouble: Trouble| told(trouble.reason, &trouble.detail);
    let saved = plain(file.bytes).map_err(of_file)?;
    let (way, head, body) = read_way(&saved.text).map_err(of_file)?;
    let status = head.status.unwrap_or(file.status);
    if let Some(why) = blocked(status, &head.fields) {
        let why = format!("{why}: such an answer shows nothing of the site");
        return Err(told(ReasonCode::Denied, &why));
    }
    if status == 304 {
        let why = "status 304 tells only what changed since an answer before it; ask without \
                   If-None-Match and If-Modified-Since";
        return Err(told(ReasonCode::NoSubject, why));
    }
    let asked = saved.url.as_deref().and_then(|url| Url::parse(url).ok());
    let end = end_of(file.url.or(asked.as_ref()), &way);
    let sighting = |head: Head, status: u16, body: &[u8]| Sighting {
        role: if leads_on(status, &head) {
            Role::Redirect
        } else {
            Role::Page
        },
        url: end
            .as_ref()
            .map_or_else(|| source.to_owned(), |url| redact_url(url.as_str())),
        status,
        page: (!body.is_empty() && is_html(&head.fields))
            .then(|| {
                end.clone()
                    .or_else(|| Url::parse("https://saved.invalid/").ok())
            })
            .flatten()
            .map(|url| page(body, &url)),
        private: false,
        head,
    };
    let before = way.into_iter();
    let mut seen: Vec<Sighting> = before
        .map(|(head, status)| sighting(head, status, &[]))
        .collect();
    seen.push(sighting(head, status, body));
    let mut draft = Draft::default();
    draft.value.address = "from a file".to_owned();
    source.clone_into(&mut draft.value.url);
    file.scheme.clone_into(&mut draft.value.scheme);
    if let Some(url) = &end {
        draft.value.url = redact_url(url.as_str());
        url.scheme().clone_into(&mut draft.value.scheme);
        // What a host on the way sets is not held against the last one.
        let first = file.url.or(asked.as_ref());
        let sets = |one: &Sighting| one.head.fields.has("set-cookie");
        let foreign = seen.iter().rev().skip(1).any(sets);
        let one_host = first.is_some_and(|first| same_host(first, url));
        if one_host || !foreign || !matches!(url.host(), Some(url::Host::Domain(_))) {
            url.host_str()
                .unwrap_or_default()
                .clone_into(&mut draft.value.host);
        }
    }
    // A file may be old: cookies live from the answer on, where it says when it was.
    let answered = seen.last().and_then(|one| told_time(&one.head.fields));
    let gaps = Gaps {
        in_page: seen.last().and_then(|one| cut_short(one, body)),
        ..Gaps::default()
    };
    assemble(&mut draft, &seen, &gaps, answered.unwrap_or(now));
    for field in ["headers_everywhere", "plain", "health", "security_txt"] {
        draft.unknown(field, NEVER_ASKED);
    }
    draft.value.headers_everywhere = None;
    fact(draft, source, now)
}

fn fact(draft: Draft, source: &str, now: Timestamp) -> Result<Fact, Trouble> {
    Ok(Fact {
        subject: SubjectRef {
            kind: KIND.to_owned(),
            name: source.to_owned(),
        },
        value: fact_value(&draft.value)?,
        unknown: draft.unknown,
        location: None,
        places: seaworthy_model::Places::default(),
        provenance: Provenance {
            target: source.to_owned(),
            collector: "web/http".to_owned(),
            at: now,
            attempts: Vec::new(),
            artifacts: Vec::new(),
            reproduce: None,
        },
    })
}

/// Why a page may say more than the file holds: its body is cut off within its head.
fn cut_short(page: &Sighting, body: &[u8]) -> Option<String> {
    let fields = &page.head.fields;
    let length: usize = fields.first("content-length")?.parse().ok()?;
    let open = page.page.as_ref().is_some_and(|page| !page.head_ended);
    // Of a packed body the length is another one.
    let cut = open && body.len() < length && !fields.has("content-encoding");
    cut.then(|| {
        let held = body.len();
        format!("the file holds {held} of the {length} bytes of the page, whose head had not ended")
    })
}

/// Whether an answer sends its visitors on; without a Location it is shown (Fetch, HTTP-redirect fetch).
fn leads_on(status: u16, head: &Head) -> bool {
    is_redirect(status) && head.fields.has("location")
}

fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The URL at which a way ends, as far as it is known: where `start` and the redirects lead.
fn end_of(start: Option<&Url>, way: &[(Head, u16)]) -> Option<Url> {
    let mut at = start.cloned();
    for (head, status) in way {
        at = match &at {
            Some(from) => target(*status, &head.fields, from),
            None => {
                let location = head.fields.first("location");
                location.and_then(|text| Url::parse(text).ok())
            }
        };
    }
    at.filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Redirects with their status, then the last head and its body.
type Way<'a> = (Vec<(Head, u16)>, Head, &'a [u8]);

/// Reads head after head. What a proxy says of its tunnel, and what asks for a login that the next answer
/// shows was given, is passed over.
fn read_way(bytes: &[u8]) -> Result<Way<'_>, Trouble> {
    let (mut head, mut body) = Head::parse_with_body(bytes)?;
    let mut redirects = Vec::new();
    while body.starts_with(b"HTTP/") && redirects.len() < MOST_HOPS {
        let status = head.status.unwrap_or_default();
        let tunnel = status == 200 && head.fields.iter().next().is_none();
        let passed = tunnel || matches!(status, 401 | 407);
        let next = (passed || is_redirect(status)).then(|| Head::parse_with_body(body));
        let Some(Ok((next, rest))) = next else { break };
        let before = std::mem::replace(&mut head, next);
        if !passed {
            redirects.push((before, status));
        }
        body = rest;
    }
    Ok((redirects, head, body))
}

#[cfg(test)]
mod tests;
