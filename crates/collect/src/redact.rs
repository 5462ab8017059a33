//! Redaction: what is taken out of raw evidence before a fact or an artifact exists. The
//! redaction is marked in place, so that a reader sees that something was there.

use std::borrow::Cow;

/// Headers whose whole value is a secret.
const CREDENTIALS: [&str; 8] = [
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "x-auth-token",
    "x-amz-security-token",
    "x-csrf-token",
    "x-xsrf-token",
    "authentication-info",
];

/// How the names of others end that services make up for the like.
const TELLING: [&str; 10] = [
    "token",
    "secret",
    "password",
    "api-key",
    "apikey",
    "access-key",
    "secret-key",
    "session",
    "session-id",
    "jwt",
];

/// Headers whose value is a URL.
const URLS: [&str; 4] = ["location", "content-location", "refresh", "referer"];

/// Redacts the value of a header that carries a secret: cookie values (names and attributes
/// stay) and credentials. Other values are returned as they are.
#[must_use]
pub fn redact_header<'v>(name: &str, value: &'v str) -> Cow<'v, str> {
    let is = |known: &&'static str| name.eq_ignore_ascii_case(known);
    Cow::Owned(if is(&"set-cookie") {
        redact_cookie(value)
    } else if is(&"cookie") {
        let pairs = value.split(';');
        let pairs: Vec<String> = pairs.map(|pair| redact_cookie(pair.trim_start())).collect();
        pairs.join("; ")
    } else if CREDENTIALS.iter().any(is)
        || TELLING.iter().any(|end| ends(name, end))
        || is_jwt(value)
    {
        mark(value.len())
    } else if URLS.iter().any(is) {
        redact_url(value)
    } else {
        return Cow::Borrowed(value);
    })
}

fn ends(name: &str, end: &str) -> bool {
    let start = name.len().checked_sub(end.len());
    let tail = start.and_then(|start| name.get(start..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// Whether a value holds a JSON Web Token (RFC 7519), whose header begins with `{"` in base64url.
fn is_jwt(value: &str) -> bool {
    let token = match value.rsplit_once(' ') {
        Some((_, last)) => last,
        None => value,
    };
    token.starts_with("eyJ") && token.bytes().filter(|byte| *byte == b'.').count() >= 2
}

/// Redacts user information and the values of query parameters in a URL or a relative
/// reference; names of parameters stay.
#[must_use]
pub fn redact_url(url: &str) -> String {
    let (before, fragment) = url
        .split_once('#')
        .map_or((url, None), |(b, f)| (b, Some(f)));
    let (path, query) = before
        .split_once('?')
        .map_or((before, None), |(p, q)| (p, Some(q)));
    let mut text = redact_userinfo(path);
    if let Some(query) = query {
        let pairs: Vec<String> = query
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, value)) if !value.is_empty() => format!("{name}={}", mark(value.len())),
                _ => pair.to_owned(),
            })
            .collect();
        text.push('?');
        text.push_str(&pairs.join("&"));
    }
    if let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) {
        text.push('#');
        text.push_str(&mark(fragment.len()));
    }
    text
}

fn redact_userinfo(path: &str) -> String {
    let Some((scheme, rest)) = path.split_once("://") else {
        return path.to_owned();
    };
    let authority_end = rest.find('/').unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(authority_end);
    match authority.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}://{}@{host}{tail}", mark(user.len())),
        None => path.to_owned(),
    }
}

fn redact_cookie(value: &str) -> String {
    let (pair, attributes) = value
        .split_once(';')
        .map_or((value, None), |(p, a)| (p, Some(a)));
    let mut text = match pair.split_once('=') {
        Some((name, secret)) if !secret.trim().is_empty() => {
            format!("{name}={}", mark(secret.trim().len()))
        }
        Some(_) => pair.to_owned(),
        // A pair without a name is all value (RFC 6265bis §5.6).
        None => mark(pair.len()),
    };
    if let Some(attributes) = attributes {
        text.push(';');
        text.push_str(attributes);
    }
    text
}

fn mark(length: usize) -> String {
    format!("[redacted {length} bytes]")
}

#[cfg(test)]
mod tests {
    use super::{redact_header, redact_url};

    #[test]
    fn secrets_go_and_the_shape_stays() {
        for (name, value, wanted) in [
            (
                "Set-Cookie",
                "sid=abc; Path=/; Secure",
                "sid=[redacted 3 bytes]; Path=/; Secure",
            ),
            ("Set-Cookie", "gone=; Max-Age=0", "gone=; Max-Age=0"),
            ("set-cookie", "abc", "[redacted 3 bytes]"),
            (
                "Cookie",
                "a=1; b=22",
                "a=[redacted 1 bytes]; b=[redacted 2 bytes]",
            ),
            ("Authorization", "Bearer xyz", "[redacted 10 bytes]"),
            (
                "Location",
                "/login?token=abc",
                "/login?token=[redacted 3 bytes]",
            ),
            ("Server", "nginx", "nginx"),
            ("X-Access-TOKEN", "abc", "[redacted 3 bytes]"),
            ("X-Session-Id", "abc", "[redacted 3 bytes]"),
            ("Tokens-Left", "5", "5"),
            ("X-Grant", "eyJhbGciOiJub25lIn0.e30.", "[redacted 24 bytes]"),
            (
                "X-Grant",
                "Bearer eyJhbGciOiJub25lIn0.e30.x",
                "[redacted 32 bytes]",
            ),
            ("X-Grant", "eyJ", "eyJ"),
        ] {
            assert_eq!(redact_header(name, value), wanted, "{name}: {value}");
        }
    }

    #[test]
    fn urls_keep_host_and_path_only() {
        for (url, wanted) in [
            ("https://a/b", "https://a/b"),
            (
                "https://u:p@a/b?x=1&y",
                "https://[redacted 3 bytes]@a/b?x=[redacted 1 bytes]&y",
            ),
            ("https://a/#token", "https://a/#[redacted 5 bytes]"),
            ("/p?q=", "/p?q="),
        ] {
            assert_eq!(redact_url(url), wanted);
        }
    }
}
