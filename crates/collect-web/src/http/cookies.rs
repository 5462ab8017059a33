//! Cookies: each Set-Cookie by itself, as a browser reads it (RFC 6265bis §5.6, §5.7). Values
//! are never kept.

use super::cookie_date::cookie_date;
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
    /// `Secure`.
    pub(crate) secure: bool,
    /// `HttpOnly`.
    pub(crate) http_only: bool,
    /// `strict`, `lax` or `none`; absent where it is missing or unknown to browsers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) same_site: Option<String>,
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

/// Reads one Set-Cookie value; `now` is the time of the answer.
pub(crate) fn cookie(value: &str, answer: &str, https: bool, now: Timestamp) -> Cookie {
    let (pair, attributes) = value.split_once(';').unwrap_or((value, ""));
    let (name, content) = pair.split_once('=').unwrap_or(("", pair));
    let (name, content) = (name.trim(), content.trim());
    let mut cookie = Cookie {
        name: name.to_owned(),
        answer: answer.to_owned(),
        session: looks_like_session(name),
        prefix_ok: true,
        ..Cookie::default()
    };
    let (mut max_age, mut expires) = (None, None);
    for attribute in attributes.split(';') {
        let (key, setting) = attribute.split_once('=').unwrap_or((attribute, ""));
        let (key, setting) = (key.trim().to_ascii_lowercase(), setting.trim());
        // The last of an attribute counts, and one that cannot be read is no attribute.
        match key.as_str() {
            "secure" => cookie.secure = true,
            "httponly" => cookie.http_only = true,
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
        cookie.issues = issues(&cookie, https, pair.len());
    }
    cookie
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

/// RFC 6265bis §4.1.3; browsers drop a cookie that breaks the rules of its prefix, in any case.
fn prefix_ok(cookie: &Cookie, content: &str) -> bool {
    // A cookie without a name must not pass itself off as one with a prefix.
    let shown = if cookie.name.is_empty() {
        content
    } else {
        &cookie.name
    };
    let lower = shown.to_ascii_lowercase();
    let host = lower.starts_with("__host-");
    let secure = lower.starts_with("__secure-");
    if cookie.name.is_empty() {
        return !host && !secure;
    }
    let root = cookie.path.as_deref() == Some("/");
    (!host && !secure || cookie.secure) && (!host || (cookie.host_only && root))
}

fn looks_like_session(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let bare = lower
        .strip_prefix("__host-")
        .or_else(|| lower.strip_prefix("__secure-"))
        .unwrap_or(&lower);
    // A token against forged requests is read by scripts and is worth nothing by itself.
    if bare.contains("csrf") || bare.contains("xsrf") {
        return false;
    }
    let telling = [
        "sess",
        "auth",
        "token",
        "jwt",
        "login",
        "remember",
        "credential",
    ];
    let exact = ["sid", "id", "ssid", "connect.sid", "sessionid", "user"];
    telling.iter().any(|part| bare.contains(part))
        || exact.contains(&bare)
        || bare.ends_with("_sid")
        || bare.ends_with("-sid")
        || bare.ends_with(".sid")
        || lower.starts_with("__host-")
}

fn issues(cookie: &Cookie, https: bool, pair_bytes: usize) -> Vec<String> {
    let none = cookie.same_site.as_deref() == Some("none");
    let over_http = cookie.secure && !https;
    [
        (!cookie.secure, "not Secure"),
        (
            over_http,
            "Secure but set over plain HTTP, so browsers refuse it",
        ),
        (
            !cookie.prefix_ok,
            "breaks the rules of its __Host- or __Secure- prefix",
        ),
        (
            none && !cookie.secure,
            "SameSite=None without Secure, so browsers refuse it",
        ),
        (
            pair_bytes > 4096,
            "larger than 4096 bytes, so browsers refuse it",
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
mod tests {
    use super::{Cookie, cookie};
    use jiff::Timestamp;
    use proptest::prelude::*;

    fn read(value: &str) -> Cookie {
        cookie(
            value,
            "page",
            true,
            Timestamp::from_second(1_700_000_000).unwrap(),
        )
    }

    #[test]
    fn issues_of_each_line() {
        for (value, issues) in [
            ("sid=x; Secure; HttpOnly; SameSite=Lax", ""),
            ("sid=x;secure;httponly;samesite=STRICT", ""),
            (
                "sid=x",
                "not Secure|a session cookie, not HttpOnly|a session cookie without SameSite",
            ),
            ("theme=dark; Secure", ""),
            ("theme=dark", "not Secure"),
            ("csrftoken=x; Secure", ""),
            (
                "sid=x; Secure; HttpOnly; SameSite=Maybe",
                "a session cookie without SameSite",
            ),
            (
                "sid=x; Secure; HttpOnly; SameSite=Lax; SameSite=Maybe",
                "a session cookie without SameSite",
            ),
            (
                "theme=x; SameSite=None",
                "not Secure|SameSite=None without Secure, so browsers refuse it",
            ),
            ("theme=x; SameSite=None; Secure", ""),
            ("__Host-sid=x; Secure; Path=/; HttpOnly; SameSite=Lax", ""),
            (
                "__Host-sid=x; Secure; HttpOnly; SameSite=Lax",
                "breaks the rules of its __Host- or __Secure- prefix",
            ),
            (
                "__host-sid=x; Secure; Path=/; Domain=a.example; HttpOnly; SameSite=Lax",
                "breaks the rules of its __Host- or __Secure- prefix",
            ),
            (
                "__Secure-theme=x",
                "not Secure|breaks the rules of its __Host- or __Secure- prefix",
            ),
            (
                "__Host-sid; Secure; Path=/",
                "breaks the rules of its __Host- or __Secure- prefix",
            ),
            // Deletions have nothing to protect.
            ("sid=; Max-Age=0", ""),
            ("sid=gone; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ""),
        ] {
            assert_eq!(read(value).issues.join("|"), issues, "{value}");
        }
        assert!(
            !cookie("a=b; Secure", "page", false, Timestamp::UNIX_EPOCH)
                .issues
                .is_empty()
        );
    }

    #[test]
    fn lifetimes() {
        for (value, age, deletion) in [
            ("a=b", None, false),
            ("a=b; Max-Age=60", Some(60), false),
            ("a=b; Max-Age=-5", None, true),
            ("a=b; Max-Age=abc", None, false),
            (
                "a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                Some(60),
                false,
            ),
            (
                "a=b; Expires=Tue, 14 Nov 2023 22:13:30 GMT",
                Some(10),
                false,
            ),
            ("a=b; Expires=nonsense", None, false),
            ("a=b; Max-Age=99999999999999999999", Some(i64::MAX), false),
        ] {
            let found = read(value);
            assert_eq!((found.max_age, found.deletion), (age, deletion), "{value}");
            assert_eq!(found.persistent, age.is_some());
        }
    }

    #[test]
    fn attributes_as_browsers_read_them() {
        let found = read(" sid = secret ; Domain=.A.Example; Path=x; path=/p ; HttpOnly=false");
        assert_eq!(
            (found.name.as_str(), found.domain.as_deref()),
            ("sid", Some("a.example"))
        );
        assert!(
            !found.host_only && found.http_only,
            "HttpOnly=false is HttpOnly"
        );
        assert_eq!(found.path.as_deref(), Some("/p"));
        let text = serde_json::to_string(&found).unwrap();
        assert!(!text.contains("secret"), "{text}");
    }

    proptest! {
        #[test]
        fn never_panics_nor_shows_the_value(name in "[a-z_]{0,8}", rest in "\\PC{0,60}") {
            let found = read(&format!("{name}=QQsecretQQ; {rest}"));
            prop_assert!(!serde_json::to_string(&found).unwrap().contains("QQsecretQQ"));
            let _ = read(&rest);
        }
    }
}
