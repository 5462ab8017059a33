//! What is read of an HTML page: policies in `<meta>` elements, links, and the files that it
//! loads. Elements are found by the tokenizer of the HTML Standard (§13.2.5); the tree is not
//! built.

use super::policies::{nosniff, referrer_policy_in_page};
use super::refresh;
use crate::exchange::head::{Fields, trim};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use url::Url;

/// The most links and files that are kept of a page.
const MOST: usize = 512;

/// What was found in a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// The content of each `<meta http-equiv="Content-Security-Policy">` of the head, in order.
    pub(crate) policies: Vec<String>,
    /// The policy of the last `<meta name="referrer">` that names one; such an element counts
    /// wherever it stands.
    pub(crate) referrer: Option<&'static str>,
    /// Where it sends its visitors by itself: the first `<meta http-equiv=refresh>` that leads anywhere.
    pub(crate) refresh: Option<Url>,
    /// Whether the head's end was seen, so that no further policy can follow.
    pub(crate) head_ended: bool,
    /// Where its links lead, fragments left out.
    pub(crate) links: Vec<Url>,
    /// The scripts, style sheets and images that it loads.
    pub(crate) files: Vec<Url>,
    /// Whether it shows any text.
    pub(crate) has_text: bool,
}

/// Elements that may stand in a head; any other ends it.
const OF_HEADS: [&[u8]; 13] = [
    b"html",
    b"head",
    b"title",
    b"base",
    b"link",
    b"meta",
    b"style",
    b"script",
    b"noscript",
    b"template",
    b"basefont",
    b"bgsound",
    b"noframes",
];

/// Elements of which the content is no part of the page.
const INERT: [&[u8]; 6] = [
    b"template",
    b"script",
    b"style",
    b"title",
    b"noscript",
    b"noframes",
];

/// Whether browsers read the body of an answer as HTML: by the last type that is one (Fetch §2.2.2, extract a
/// MIME type), or without any by looking into it, where they may.
pub(crate) fn is_html(fields: &Fields) -> bool {
    let kinds = fields.split("content-type");
    let essence = |kind: &String| {
        let essence = trim(kind.split(';').next().unwrap_or_default()).to_ascii_lowercase();
        essence.contains('/').then_some(essence)
    };
    match kinds.iter().rev().find_map(essence) {
        Some(kind) => matches!(kind.as_str(), "text/html" | "application/xhtml+xml"),
        None => !nosniff(fields),
    }
}

/// Reads a page that was served at `url`.
pub(crate) fn page(body: &[u8], url: &Url) -> Page {
    let mut page = Page::default();
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut base = Base {
        url: url.clone(),
        set: false,
    };
    // Within these elements nothing counts: (element, depth).
    let mut inert: Option<(Vec<u8>, usize)> = None;
    for Ok(token) in Tokenizer::new_with_emitter(body, emitter) {
        match token {
            Token::StartTag(tag) => {
                let name: &[u8] = &tag.name;
                if let Some((element, depth)) = &mut inert {
                    *depth += usize::from(element.as_slice() == name);
                    continue;
                }
                page.head_ended |= !OF_HEADS.contains(&name);
                if INERT.contains(&name) {
                    inert = Some((name.to_vec(), 1));
                }
                page.element(&tag, &mut base);
            }
            Token::EndTag(tag) => {
                let name: &[u8] = &tag.name;
                match &mut inert {
                    Some((element, depth)) if element.as_slice() == name => {
                        *depth -= 1;
                        if *depth == 0 {
                            inert = None;
                        }
                    }
                    Some(_) => {}
                    // What may stand in a head still gets there after its end, and other end tags are
                    // passed over (HTML §13.2.6.4.4, §13.2.6.4.6).
                    None => page.head_ended |= matches!(name, b"body" | b"html" | b"br"),
                }
            }
            Token::String(text) if inert.is_none() && !text.trim_ascii().is_empty() => {
                page.has_text = true;
                page.head_ended = true;
            }
            Token::String(_) | Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    page
}

/// What references are relative to: the first `<base>` with an address counts (HTML §4.2.3).
#[derive(Debug)]
struct Base {
    url: Url,
    set: bool,
}

impl Page {
    fn element(&mut self, tag: &StartTag<()>, base: &mut Base) {
        let attribute = |name: &[u8]| -> Option<String> {
            let value = tag.attributes.get(name)?;
            Some(String::from_utf8_lossy(value.trim_ascii()).into_owned())
        };
        let name: &[u8] = &tag.name;
        let is = |attribute: Option<String>, wanted: &str| {
            attribute.is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        match name {
            b"meta" => {
                let content = attribute(b"content").unwrap_or_default();
                if is(attribute(b"name"), "referrer") {
                    self.referrer = referrer_policy_in_page(&content).or(self.referrer);
                }
                if is(attribute(b"http-equiv"), "refresh") {
                    let found = self.refresh.take();
                    self.refresh = found.or_else(|| refresh::target(&content, &base.url));
                }
                let policy = is(attribute(b"http-equiv"), "content-security-policy");
                if policy && !content.is_empty() && !self.head_ended {
                    self.policies.push(content);
                }
            }
            b"base" => {
                if let Some(href) = attribute(b"href").filter(|_| !base.set) {
                    base.set = true;
                    base.url = base.url.join(&href).unwrap_or_else(|_| base.url.clone());
                }
            }
            b"a" => keep(&mut self.links, &base.url, attribute(b"href")),
            b"script" | b"img" => keep(&mut self.files, &base.url, attribute(b"src")),
            b"link" if is(attribute(b"rel"), "stylesheet") => {
                keep(&mut self.files, &base.url, attribute(b"href"));
            }
            _ => {}
        }
    }
}

fn keep(into: &mut Vec<Url>, base: &Url, reference: Option<String>) {
    let Some(mut url) = reference.and_then(|reference| base.join(&reference).ok()) else {
        return;
    };
    url.set_fragment(None);
    if matches!(url.scheme(), "http" | "https") && into.len() < MOST && !into.contains(&url) {
        into.push(url);
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, Page, is_html, page};
    use proptest::prelude::*;
    use url::Url;

    fn read(body: &str) -> Page {
        page(
            body.as_bytes(),
            &Url::parse("https://a.example/x/").unwrap(),
        )
    }

    #[test]
    fn policies_stand_in_the_head_alone() {
        const META: &str =
            "<meta http-equiv=content-security-policy content=\"script-src 'self'\">";
        for (body, count) in [
            (META.to_owned(), 1),
            (format!("<!doctype html><html><head><title>{META}</title>{META}</head>"), 1),
            (format!("<head><script>var x = '{META}';</script>{META}{META}"), 2),
            (format!("<!-- {META} --><p>hello{META}"), 0),
            (format!("<head></head>{META}"), 1),
            (format!("<head></head>\n{META}<body>"), 1),
            (format!("<head></head><body>{META}"), 0),
            (format!("</p>{META}"), 1),
            (format!("</br>{META}"), 0),
            (format!("<head><noframes>{META}</noframes>{META}"), 1),
            (format!("text {META}"), 0),
            (format!("<template>{META}</template>"), 0),
            ("<META CONTENT=\"script-src a\" HTTP-EQUIV=Content-Security-Policy>".to_owned(), 1),
            ("<meta http-equiv=\"Content-Security-Policy-Report-Only\" content=\"script-src a\">".to_owned(), 0),
        ] {
            assert_eq!(read(&body).policies.len(), count, "{body}");
        }
        assert!(!read("<head><title>a</title>").head_ended);
        assert!(!read("<head></head>").head_ended && read("<p>").head_ended);
    }

    #[test]
    fn the_last_policy_on_referrers_counts_wherever_it_stands() {
        for (body, wanted) in [
            (
                "<meta name=Referrer content=' no-referrer '>",
                Some("no-referrer"),
            ),
            (
                "<meta name=referrer content=origin><p><meta name=referrer content=always>",
                Some("unsafe-url"),
            ),
            (
                "<meta name=referrer content=origin><meta name=referrer content=x>",
                Some("origin"),
            ),
            (
                "<template><meta name=referrer content=origin></template>",
                None,
            ),
            ("<meta name=referrers content=origin>", None),
        ] {
            assert_eq!(read(body).referrer, wanted, "{body}");
        }
    }

    #[test]
    fn links_and_files_are_resolved() {
        let found = read(
            "<base target=x><base href=/x/><base href=https://other.example/><a href='/privacy#top'>p</a><a href=\"terms\">t</a><a href='mailto:a@b'>m</a>\
             <script src=//cdn.example/a.js></script><link rel=StyleSheet href=b.css>\
             <img src='data:image/png,'><a href='/privacy'>again</a>",
        );
        let texts = |urls: &[Url]| {
            urls.iter()
                .map(Url::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            texts(&found.links),
            "https://a.example/privacy https://a.example/x/terms"
        );
        assert_eq!(
            texts(&found.files),
            "https://cdn.example/a.js https://a.example/x/b.css"
        );
        assert!(found.has_text && !read("<p> </p><script>x</script>").has_text);
    }

    #[test]
    fn what_is_read_as_html() {
        for (headers, wanted) in [
            (&[][..], true),
            (&[("Content-Type", "text/html")], true),
            (&[("Content-Type", " TEXT/HTML ; charset=x")], true),
            (&[("Content-Type", "application/xhtml+xml")], true),
            (&[("Content-Type", "text/plain")], false),
            (&[("Content-Type", "application/json")], false),
            (&[("Content-Type", "application/x.html+zip")], false),
            (&[("Content-Type", "text/plain, text/html")], true),
            (
                &[
                    ("Content-Type", "text/html"),
                    ("Content-Type", "text/plain"),
                ],
                false,
            ),
            (&[("Content-Type", "html")], true),
            (&[("X-Content-Type-Options", "nosniff")], false),
        ] {
            let mut fields = Fields::default();
            for (name, value) in headers {
                fields.push(name, value);
            }
            assert_eq!(is_html(&fields), wanted, "{headers:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(any in "\\PC{0,120}", near in "(<meta |<script>|</script>|http-equiv=|content=|\"|'|>|<!--|-->|<head>|a){0,24}") {
            let _ = read(&any);
            let _ = read(&near);
        }
    }
}
