//! The fact of a head that a person saved in a file: nothing is asked, so everything but the
//! head's own headers is unknown.

use super::assemble::{Draft, Gaps, Role, Sighting, assemble};
use super::facts::KIND;
use super::head::Head;
use super::leaks::blocked;
use super::page::page;
use crate::clock::told as told_time;
use jiff::Timestamp;
use seaworthy_collect::{Trouble, fact_value};
use seaworthy_model::{Fact, Provenance, ReasonCode, SubjectRef};
use url::Url;

const NEVER_ASKED: &str = "only one head was given, nothing was asked over the network";

/// The most redirects that are read.
const MOST_HOPS: usize = 20;

/// The most of a file that is read.
const MOST_BYTES: usize = 1 << 20;

/// Reads a saved head, with or without its status line, into a fact of kind `http_endpoint`. A
/// body behind the head is read for policies in `<meta>` elements.
///
/// `scheme` is what it was served over; over `http` HSTS does not count. `status` stands where
/// the file has no status line. `source` names the file, `now` is when it is looked at, by which
/// cookies expire where the head has no Date. A redirect is a redirect; any other answer is judged as a page.
/// Of the heads of a whole way, as `curl -IL` shows them, the last one is judged, and those before it are
/// its redirects.
///
/// # Errors
///
/// [`Unparsed`](ReasonCode::Unparsed) when there is no header in it,
/// [`TooLarge`](ReasonCode::TooLarge) when it is larger than any head, and
/// [`Denied`](ReasonCode::Denied) when a guard answered in place of the site.
pub fn fact_from_head(
    head: &[u8],
    scheme: &str,
    status: u16,
    source: &str,
    now: Timestamp,
) -> Result<Fact, Trouble> {
    let told = |reason, why: &str| Trouble::new(reason, format!("{source}: {why}"));
    if head.len() > MOST_BYTES {
        let why =
            format!("the file is larger than {MOST_BYTES} bytes; wanted the head of one answer");
        return Err(told(ReasonCode::TooLarge, &why));
    }
    let (mut way, head, body) =
        read_way(head).map_err(|trouble| told(trouble.reason, &trouble.detail))?;
    let status = head.status.unwrap_or(status);
    if let Some(why) = blocked(status, &head.fields) {
        let why = format!("{why}: such an answer shows nothing of the site");
        return Err(told(ReasonCode::Denied, &why));
    }
    let sighting = |head: Head, status: u16, body: &[u8]| Sighting {
        role: if is_redirect(status) {
            Role::Redirect
        } else {
            Role::Page
        },
        url: source.to_owned(),
        status,
        page: (!body.is_empty())
            .then(|| Url::parse("https://saved.invalid/").ok())
            .flatten()
            .map(|url| page(body, &url)),
        private: false,
        head,
    };
    let before = way
        .drain(..)
        .map(|(head, status)| sighting(head, status, &[]));
    let mut seen: Vec<Sighting> = before.collect();
    seen.push(sighting(head, status, body));
    let mut draft = Draft::default();
    draft.value.url = source.to_owned();
    draft.value.address = "from a file".to_owned();
    draft.value.scheme = scheme.to_owned();
    // A file may be old: cookies live from the answer on, where it says when it was.
    let answered = seen.last().and_then(|one| told_time(&one.head.fields));
    assemble(&mut draft, &seen, &Gaps::default(), answered.unwrap_or(now));
    for field in ["headers_everywhere", "plain", "health", "security_txt"] {
        draft.unknown(field, NEVER_ASKED);
    }
    draft.value.headers_everywhere = None;
    let value = fact_value(&draft.value)?;
    Ok(Fact {
        subject: SubjectRef {
            kind: KIND.to_owned(),
            name: source.to_owned(),
        },
        value,
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

fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Redirects with their status, then the last head and its body.
type Way<'a> = (Vec<(Head, u16)>, Head, &'a [u8]);

/// Reads head after head. What a proxy says of its tunnel is passed over.
fn read_way(bytes: &[u8]) -> Result<Way<'_>, Trouble> {
    let (mut head, mut body) = Head::parse_with_body(bytes)?;
    let mut redirects = Vec::new();
    while body.starts_with(b"HTTP/") && redirects.len() < MOST_HOPS {
        let status = head.status.unwrap_or_default();
        let tunnel = status == 200 && head.fields.iter().next().is_none();
        let next = (tunnel || is_redirect(status)).then(|| Head::parse_with_body(body));
        let Some(Ok((next, rest))) = next else { break };
        let before = std::mem::replace(&mut head, next);
        if !tunnel {
            redirects.push((before, status));
        }
        body = rest;
    }
    Ok((redirects, head, body))
}

#[cfg(test)]
mod tests {
    use super::fact_from_head;
    use jiff::Timestamp;
    use seaworthy_model::ReasonCode;

    #[test]
    fn a_saved_head_is_judged_and_the_rest_is_unknown() {
        let fact = |head: &str, scheme: &str, status: u16| {
            fact_from_head(
                head.as_bytes(),
                scheme,
                status,
                "head.txt",
                Timestamp::UNIX_EPOCH,
            )
            .unwrap()
        };
        let found = fact(
            "Strict-Transport-Security: max-age=5
Set-Cookie: a=b
",
            "https",
            200,
        );
        assert_eq!(found.value["hsts"]["max_age"], 5);
        assert_eq!(found.value["cookie_issues"][0], "a: not Secure");
        assert!(found.value["csp"].is_object() && found.value.get("headers_everywhere").is_none());
        assert!(
            found.unknown.contains_key("plain") && found.unknown.contains_key("headers_everywhere")
        );
        assert_eq!(
            fact("Strict-Transport-Security: max-age=5", "http", 200).value["hsts"]["valid"],
            false
        );
        let redirect = fact(
            "HTTP/1.1 301 Moved
Location: https://a.example/
",
            "https",
            200,
        );
        assert!(redirect.value.get("csp").is_none());
        let meta = fact(
            "Content-Type: text/html

<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\">",
            "https",
            200,
        );
        assert_eq!(meta.value["csp"]["in_page"], 1);
    }

    #[test]
    fn of_a_whole_way_the_end_is_judged() {
        let way = "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 301 Moved\r\nLocation: /x\r\n\
            Set-Cookie: theme=dark\r\n\r\nHTTP/2 200\r\nX-Content-Type-Options: nosniff\r\n\r\nhello";
        let read = |head: &str| {
            fact_from_head(head.as_bytes(), "https", 200, "x", Timestamp::UNIX_EPOCH).unwrap()
        };
        let found = read(way);
        assert_eq!(found.value["nosniff"], true);
        let names = |index: usize| found.value["answers"][index]["name"].clone();
        assert_eq!((names(0), names(1)), ("redirect".into(), "page".into()));
        assert_eq!(found.value["cookie_issues"][0], "theme: not Secure");
        // A body may begin like a head.
        let body = read(
            "HTTP/1.1 200 OK\r\nServer: x\r\n\r\nHTTP/2 200\r\nX-Content-Type-Options: nosniff\r\n\r\n",
        );
        assert_eq!(body.value["nosniff"], false);
        let alone = read("HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\nHTTP/");
        assert!(alone.value.get("nosniff").is_none());
    }

    #[test]
    fn cookies_of_an_old_file_live_from_its_answer_on() {
        let head = "Date: Sun, 06 Nov 1994 08:49:37 GMT\n\
            Set-Cookie: sid=1; Expires=Mon, 07 Nov 1994 08:49:37 GMT\n";
        let read = |head: &str| {
            let now = "2026-12-01T00:00:00Z".parse().unwrap();
            fact_from_head(head.as_bytes(), "https", 200, "x", now).unwrap()
        };
        assert_eq!(read(head).value["cookies"][0]["max_age"], 86_400);
        let undated = head.split_once('\n').unwrap().1;
        assert_eq!(read(undated).value["cookies"][0]["deletion"], true);
    }

    #[test]
    fn nothing_is_made_of_what_shows_nothing() {
        for (head, reason) in [
            ("\n\n", ReasonCode::Unparsed),
            ("", ReasonCode::Unparsed),
            ("HTTP/1.1 100 Continue\n\n", ReasonCode::Unparsed),
            ("HTTP/1.1 403 Forbidden\nServer: x\n", ReasonCode::Denied),
            ("HTTP/1.1 429 Slow\nServer: x\n", ReasonCode::Denied),
            ("HTTP/1.1 503 Busy\nRetry-After: 9\n", ReasonCode::Denied),
            ("cf-mitigated: challenge\n", ReasonCode::Denied),
        ] {
            let read = fact_from_head(head.as_bytes(), "https", 200, "x", Timestamp::UNIX_EPOCH);
            assert_eq!(read.unwrap_err().reason, reason, "{head}");
        }
        let long = vec![b'a'; super::MOST_BYTES + 1];
        let read = fact_from_head(&long, "https", 200, "x", Timestamp::UNIX_EPOCH);
        assert_eq!(read.unwrap_err().reason, ReasonCode::TooLarge);
    }
}
