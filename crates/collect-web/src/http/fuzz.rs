//! What must be true of any input to the parsers of this folder; called by fuzz targets and by
//! the test that replays their corpus.

use super::cookies::cookie as read_cookie;
use super::csp_weakness::csp as read_csp;
use super::hsts::hsts as read_hsts;
use super::page::page;
use super::place::Place;
use super::security_txt::security_txt as read_security_txt;
use crate::exchange::head::{Fields, Head};
use jiff::Timestamp;
use url::Url;

const PLACE: Place<'_> = Place {
    https: true,
    host: "fuzz.example",
};

fn one(name: &str, bytes: &[u8]) -> Fields {
    let mut fields = Fields::default();
    fields.push(name, &String::from_utf8_lossy(bytes));
    fields
}

fn url() -> Option<Url> {
    Url::parse("https://fuzz.example/.well-known/security.txt").ok()
}

/// A head is read or refused, and what is kept of it holds no field that is no token.
pub(crate) fn head(bytes: &[u8]) {
    if let Ok((head, body)) = Head::parse_with_body(bytes) {
        assert!(
            head.fields
                .iter()
                .all(|(name, _)| crate::exchange::head::is_token(name))
        );
        if let Some(url) = url() {
            let _ = page(body, &url);
        }
    }
    let place = url();
    let file = super::HeadFile {
        bytes,
        scheme: "https",
        url: place.as_ref(),
        status: 200,
        source: "fuzz",
    };
    let _ = super::fact_from_head(&file, Timestamp::UNIX_EPOCH);
}

/// One more policy never opens what was closed.
pub(crate) fn csp(bytes: &[u8]) {
    const NAME: &str = "content-security-policy";
    let mut fields = one(NAME, bytes);
    let before = read_csp(&fields, &[]);
    fields.push(NAME, "default-src 'none'; base-uri 'none'");
    let after = read_csp(&fields, &[]);
    assert!(!after.allows_inline_script && !after.allows_any_script_host);
    assert!(before.allows_eval || !after.allows_eval);
    assert!(after.bypass_hosts.is_empty() && after.object_src_ok && after.base_uri_ok);
}

/// What is valid has an age, and what is not has a reason.
pub(crate) fn hsts(bytes: &[u8]) {
    let found = read_hsts(&one("strict-transport-security", bytes), PLACE);
    assert_eq!(found.valid, found.max_age.is_some());
    assert_eq!(found.valid, found.error.is_none());
}

/// The value of a cookie never shows itself.
pub(crate) fn cookie(bytes: &[u8]) {
    const SECRET: &str = "QQ-secret-of-the-fuzzer-QQ";
    let text = String::from_utf8_lossy(bytes);
    let _ = read_cookie(&text, "page", PLACE, Timestamp::UNIX_EPOCH);
    let line = format!("name={SECRET}; {text}");
    let found = read_cookie(&line, "page", PLACE, Timestamp::UNIX_EPOCH);
    assert!(text.contains(SECRET) || !format!("{found:?}").contains(SECRET));
}

/// What is valid has somebody to tell and an end.
pub(crate) fn security_txt(bytes: &[u8]) {
    let Some(url) = url() else { return };
    let found = read_security_txt(
        bytes,
        (&url, &url),
        Some("text/plain"),
        Timestamp::UNIX_EPOCH,
    );
    assert!(found.valid != Some(true) || (!found.contacts.is_empty() && found.expires.is_some()));
}
