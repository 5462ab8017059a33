//! Cookies: each Set-Cookie by itself, as a browser reads it (RFC 6265bis §5.6, §5.7). Values
//! are never kept.

use super::cookie_purpose::{looks_like_session, purpose};
use super::place::Place;
use crate::exchange::cookie_date::cookie_date;
use crate::exchange::head::trim;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// One Set-Cookie line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Cookie {
    /// The name; empty where the line has a value only.
    pub(crate) name: String,
    /// The answer that set it: `page`, `redirect` …
    pub(crate) answer: String,
    /// Whether it looks like a session's or a credential's cookie, by its name or prefix; other
    /// cookies are preferences and the like.
    pub(crate) session: bool,
    /// What it is for, by its name: `session`, `protection` (against forged requests and robots),
    /// `consent`, `balancer`, `tracking`, or `other`.
    pub(crate) purpose: String,
    /// `Secure`.
    pub(crate) secure: bool,
    /// `HttpOnly`.
    pub(crate) http_only: bool,
    /// `strict`, `lax` or `none`; absent where it is missing or unknown to browsers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) same_site: Option<String>,
    /// `Partitioned`: kept apart for each site that embeds the one that sets it.
    #[serde(default)]
    pub(crate) partitioned: bool,
    /// The path attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// The domain attribute, without a leading dot; absent means this host only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) domain: Option<String>,
    /// Whether it goes back to this very host only.
    pub(crate) host_only: bool,
    /// Whether it outlives the browser's session.
    pub(crate) persistent: bool,
    /// Its lifetime in seconds, where persistent; from Max-Age, else from Expires and the time
    /// of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) max_age: Option<i64>,
    /// Whether the line deletes the cookie.
    pub(crate) deletion: bool,
    /// Whether the rules of the `__Host-` and `__Secure-` prefixes are kept (true without one).
    pub(crate) prefix_ok: bool,
    /// What is wrong with it, in short phrases; nothing for one that is deleted.
    pub(crate) issues: Vec<String>,
}

/// The longest attribute that is read, in bytes (RFC 6265bis §5.6).
const MOST_ATTRIBUTE: usize = 1024;

/// Reads one Set-Cookie value; `now` is the time of the answer, `place` where it was given. None where a browser stores nothing and says nothing: a line that is empty.
pub(crate) fn cookie(
    value: &str,
    answer: &str,
    place: Place<'_>,
    now: Timestamp,
) -> Option<Cookie> {
    let (pair, attributes) = value.split_once(';').unwrap_or((value, ""));
    let (name, content) = pair.split_once('=').unwrap_or(("", pair));
    let (name, content) = (trim(name), trim(content));
    if name.is_empty() && content.is_empty() {
        return None;
    }
    let mut cookie = Cookie {
        name: name.to_owned(),
        answer: answer.to_owned(),
        session: looks_like_session(name),
        purpose: purpose(name).to_owned(),
        prefix_ok: true,
        ..Cookie::default()
    };
    let (mut max_age, mut expires) = (None, None);
    for attribute in attributes.split(';') {
        let (key, setting) = attribute.split_once('=').unwrap_or((attribute, ""));
        let (key, setting) = (trim(key).to_ascii_lowercase(), trim(setting));
        if setting.len() > MOST_ATTRIBUTE {
            continue;
        }
        // The last of an attribute counts, and one that cannot be read is no attribute.
        match key.as_str() {
            "secure" => cookie.secure = true,
            "httponly" => cookie.http_only = true,
            "partitioned" => cookie.partitioned = true,
            "samesite" => cookie.same_site = same_site(setting),
            "path" => cookie.path = setting.starts_with('/').then(|| setting.to_owned()),
            "domain" => cookie.domain = domain(setting),
            "max-age" => max_age = seconds(setting).or(max_age),
            "expires" => expires = cookie_date(setting).or(expires),
            _ => {}
        }
    }
    let lifetime = max_age.or_else(|| expires.map(|at| at.as_second() - now.as_second()));
    cookie.host_only = cookie.domain.is_none();
    cookie.deletion = lifetime.is_some_and(|seconds| seconds <= 0);
    cookie.persistent = lifetime.is_some_and(|seconds| seconds > 0);
    cookie.max_age = lifetime.filter(|seconds| *seconds > 0);
    cookie.prefix_ok = prefix_ok(&cookie, content);
    if !cookie.deletion {
        let control = |c: char| c.is_ascii_control() && c != '\t';
        let refused = Refused {
            over_http: cookie.secure && !place.is_trustworthy(),
            over_loopback: cookie.secure && !place.https && place.is_loopback(),
            control: value.contains(control),
            large: name.len() + content.len() > 4096,
            domain: !place.host.is_empty() && !domain_fits(&cookie, place.host),
        };
        cookie.issues = issues(&cookie, &refused);
    }
    Some(cookie)
}

/// Why browsers do not store a cookie, beside its prefix and SameSite=None.
#[derive(Debug)]
struct Refused {
    over_http: bool,
    /// Some browsers take this machine for safe without TLS, and others do not.
    over_loopback: bool,
    control: bool,
    large: bool,
    domain: bool,
}

/// Whether a host may set a cookie for the domain that it names (RFC 6265bis §5.7): itself or a
/// parent, but no public suffix.
fn domain_fits(cookie: &Cookie, host: &str) -> bool {
    let Some(domain) = &cookie.domain else {
        return true;
    };
    let host = host.to_ascii_lowercase();
    if host == *domain {
        return true;
    }
    // A name that stands in no list is judged by its rule for the rest: the last label is public.
    let public = psl::domain_str(domain).is_none();
    let below = host
        .strip_suffix(domain.as_str())
        .is_some_and(|rest| rest.ends_with('.'));
    below && !public && host.parse::<std::net::IpAddr>().is_err()
}

fn same_site(setting: &str) -> Option<String> {
    let lower = setting.to_ascii_lowercase();
    matches!(lower.as_str(), "strict" | "lax" | "none").then_some(lower)
}

fn domain(setting: &str) -> Option<String> {
    let name = setting
        .strip_prefix('.')
        .unwrap_or(setting)
        .to_ascii_lowercase();
    (!name.is_empty()).then_some(name)
}

/// Max-Age: an optional minus and digits; anything else is ignored.
fn seconds(setting: &str) -> Option<i64> {
    let digits = setting.strip_prefix('-').unwrap_or(setting);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let bound = if setting.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    Some(setting.parse().unwrap_or(bound))
}

/// The rules of the prefixes (RFC 6265bis §4.1.3; `__Http-` and `__Host-Http-` are
/// draft-ietf-httpbis-layered-cookies); browsers drop a cookie that breaks them, in any case.
fn prefix_ok(cookie: &Cookie, content: &str) -> bool {
    // A cookie without a name must not pass itself off as one with a prefix.
    let shown = if cookie.name.is_empty() {
        content
    } else {
        &cookie.name
    };
    let lower = shown.to_ascii_lowercase();
    let host = lower.starts_with("__host-");
    let http = lower.starts_with("__http-") || lower.starts_with("__host-http-");
    let secure = host || http || lower.starts_with("__secure-");
    if cookie.name.is_empty() {
        return !secure;
    }
    let root = cookie.path.as_deref() == Some("/");
    (!secure || cookie.secure)
        && (!host || (cookie.host_only && root))
        && (!http || cookie.http_only)
}

fn issues(cookie: &Cookie, refused: &Refused) -> Vec<String> {
    let none = cookie.same_site.as_deref() == Some("none");
    [
        (!cookie.secure, "not Secure"),
        (
            refused.over_http,
            "Secure but set over plain HTTP, so browsers refuse it",
        ),
        (
            refused.over_loopback,
            "Secure but set over plain HTTP, which not every browser allows on the own machine",
        ),
        (
            !cookie.prefix_ok,
            "breaks the rules of its __Host-, __Secure- or __Http- prefix",
        ),
        (
            none && !cookie.secure,
            "SameSite=None without Secure, so browsers refuse it",
        ),
        (
            cookie.partitioned && !cookie.secure,
            "Partitioned without Secure, so browsers refuse it",
        ),
        (
            refused.large,
            "larger than 4096 bytes, so browsers refuse it",
        ),
        (
            refused.control,
            "holds a control character, so browsers refuse it",
        ),
        (
            refused.domain,
            "for a domain that its host may not speak for, so browsers refuse it",
        ),
        (
            cookie.session && !cookie.http_only,
            "a session cookie, not HttpOnly",
        ),
        (
            cookie.session && cookie.same_site.is_none(),
            "a session cookie without SameSite",
        ),
    ]
    .into_iter()
    .filter(|(wrong, _)| *wrong)
    .map(|(_, what)| what.to_owned())
    .collect()
}

#[cfg(test)]
mod tests;
