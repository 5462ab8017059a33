//! Headers that tell an attacker what runs behind an endpoint, and answers that show that we
//! are shut out and see nothing of it.

use super::head::Fields;
use schemars::JsonSchema;
use seaworthy_collect::redact_header;
use serde::Serialize;

/// A header that names a product's version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(crate) struct VersionLeak {
    /// The header, in lower case.
    pub(crate) header: String,
    /// Its value.
    pub(crate) value: String,
    /// The answer that carried it: `page`, `not_found` …
    pub(crate) answer: String,
}

/// Headers whose value names a product; those with `true` tell by being there at all.
const TELLING: &[(&str, bool)] = &[
    ("server", false),
    ("via", false),
    ("x-powered-by", true),
    ("x-powered-by-plesk", true),
    ("x-powered-cms", true),
    ("x-server-powered-by", true),
    ("x-aspnet-version", true),
    ("x-aspnetmvc-version", true),
    ("x-generator", false),
    ("x-generated-by", false),
    ("x-drupal-cache", false),
    ("x-jenkins", true),
    ("x-joomla-version", true),
    ("x-umbraco-version", true),
    ("x-owa-version", true),
    ("x-runtime-version", true),
    ("x-php-version", true),
    ("liferay-portal", false),
    ("microsoftsharepointteamservices", true),
    ("oraclecommercecloud-version", true),
];

pub(crate) fn version_leaks(fields: &Fields, answer: &str) -> Vec<VersionLeak> {
    let mut leaks = Vec::new();
    for (header, always) in TELLING {
        for value in fields.all(header) {
            let product = if *header == "via" {
                without_protocols(value)
            } else {
                value.to_owned()
            };
            if (*always && !value.is_empty()) || names_version(&product) {
                leaks.push(VersionLeak {
                    header: (*header).to_owned(),
                    value: redact_header(header, value).into_owned(),
                    answer: answer.to_owned(),
                });
            }
        }
    }
    leaks
}

/// The members of Via without the protocol that each begins with, `1.1` or `HTTP/1.1`.
fn without_protocols(via: &str) -> String {
    let members = via.split(',').map(|member| {
        let member = member.trim();
        member.split_once(' ').map_or(member, |(_, rest)| rest)
    });
    members.collect::<Vec<_>>().join(", ")
}

/// Whether a product stands with a version: `nginx/1.25`, `Drupal 10`, `Jetty(9.4.51.v20230217)`,
/// `php8.1`; an id such as `dcb/7EA3` is none.
fn names_version(value: &str) -> bool {
    let mut letters = false;
    let mut rest = value;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        letters = letters || before.contains(|c: char| c.is_ascii_alphabetic());
        let after = from.trim_start_matches(|c: char| c.is_ascii_digit());
        // A number behind a hyphen alone is that of a machine: `CDN-DE1-723`.
        let set_off = before.ends_with(['/', ' ']) || before.ends_with("/v");
        let dotted = after
            .strip_prefix('.')
            .and_then(|minor| minor.chars().next());
        let dotted = dotted.is_some_and(|c| c.is_ascii_digit());
        let whole = set_off && !after.starts_with(|c: char| c.is_ascii_alphabetic());
        if letters && (whole || dotted) {
            return true;
        }
        rest = after;
    }
    false
}

/// Why an answer shows only that we are shut out: too many requests, a challenge, a refusal.
/// Such an answer comes from a guard in front, and is not the site's own.
pub(crate) fn blocked(status: u16, fields: &Fields) -> Option<String> {
    let challenge = [
        ("cf-mitigated", "challenge"),
        ("x-amzn-waf-action", "challenge"),
        ("x-amzn-waf-action", "captcha"),
        ("x-vercel-mitigated", "challenge"),
        ("x-vercel-mitigated", "deny"),
    ];
    for (header, value) in challenge {
        if fields
            .list(header)
            .any(|member| member.eq_ignore_ascii_case(value))
        {
            return Some(format!(
                "status {status} with {header}: {value}, a challenge"
            ));
        }
    }
    match status {
        429 => Some("status 429, too many requests".to_owned()),
        403 => Some("status 403, forbidden".to_owned()),
        503 if fields.has("retry-after") => {
            Some("status 503 with retry-after, turned away for now".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, blocked, version_leaks};

    #[test]
    fn versions_tell_and_bare_names_do_not() {
        for (header, value, leaks) in [
            ("Server", "nginx", false),
            ("Server", "nginx/1.25.3", true),
            ("Server", "Apache/2.4.6 (CentOS) OpenSSL/1.0.2k-fips", true),
            ("Server", "Microsoft-IIS/10.0", true),
            ("Server", "cloudflare", false),
            ("Server", "ECS (dcb/7EA3)", false),
            ("Server", "h2o", false),
            ("Server", "BunnyCDN-DE1-723", false),
            ("Server", "nginx-1.25", true),
            ("Via", "1.1 ip-10-0-0-1.internal (x)", false),
            ("Server", "", false),
            ("X-Powered-By", "Express", true),
            ("X-AspNet-Version", "4.0.30319", true),
            ("X-Generator", "Drupal 10 (https://www.drupal.org)", true),
            ("Via", "1.1 varnish", false),
            ("Via", "HTTP/1.1 proxy, 2 edge", false),
            ("Via", "1.1 cache (Varnish/6.0)", true),
            ("X-Jenkins", "2.440", true),
            ("Server", "gunicorn/20.1.0", true),
            ("Server", "Werkzeug/3.0.1 Python/3.12", true),
            ("Server", "2 nginx", false),
            ("Server", "Jetty(9.4.51.v20230217)", true),
            ("Server", "php8.1", true),
            ("Server", "server7", false),
            ("Via", "1.1 10.0.0.1:80", false),
            ("Server", "Phusion Passenger(R) 6.0.18", true),
            ("Date", "Mon, 01 Jan 2024 00:00:00 GMT", false),
        ] {
            let mut fields = Fields::default();
            fields.push(header, value);
            assert_eq!(
                !version_leaks(&fields, "page").is_empty(),
                leaks,
                "{header}: {value}"
            );
        }
    }

    #[test]
    fn shut_out() {
        for (status, header, is) in [
            (200, ("server", "x"), false),
            (200, ("cf-mitigated", "challenge"), true),
            (202, ("x-amzn-waf-action", "challenge"), true),
            (403, ("server", "x"), true),
            (429, ("server", "x"), true),
            (503, ("server", "x"), false),
            (503, ("retry-after", "30"), true),
            (401, ("server", "x"), false),
            (404, ("server", "x"), false),
        ] {
            let mut fields = Fields::default();
            fields.push(header.0, header.1);
            assert_eq!(
                blocked(status, &fields).is_some(),
                is,
                "{status} {header:?}"
            );
        }
    }
}
