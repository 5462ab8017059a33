//! Who may put a page into a frame: `frame-ancestors` and X-Frame-Options as browsers combine
//! them (CSP Level 3 §6.4.2; HTML Standard, "the X-Frame-Options header").

use super::csp::Policy;
use crate::exchange::head::Fields;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Whether foreign pages are kept from framing this one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Framing {
    /// Whether a browser keeps foreign pages from framing this one.
    pub(crate) protected: bool,
    /// What decides: `frame-ancestors` or `x-frame-options`; absent where neither was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<String>,
    /// Why what was sent does not protect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

pub(crate) fn framing(fields: &Fields, enforced: &[Policy]) -> Framing {
    let lists: Vec<&[String]> = enforced
        .iter()
        .filter_map(|policy| policy.directive("frame-ancestors"))
        .collect();
    // With frame-ancestors in force X-Frame-Options is not read, even where it is stricter.
    if !lists.is_empty() {
        let protected = lists
            .iter()
            .any(|list| !list.iter().any(|source| is_anyone(source)));
        return Framing {
            protected,
            by: Some("frame-ancestors".to_owned()),
            error: (!protected).then(|| {
                "frame-ancestors allows any site, and overrides X-Frame-Options".to_owned()
            }),
        };
    }
    let options: BTreeSet<String> = fields
        .split("x-frame-options")
        .into_iter()
        .map(|value| value.to_ascii_lowercase())
        .collect();
    if !fields.has("x-frame-options") {
        return Framing::default();
    }
    let known = |value: &str| options.contains(value);
    // Conflicting values block; one unknown value alone, ALLOW-FROM among them, is ignored.
    let protected =
        known("deny") || known("sameorigin") || (options.len() > 1 && known("allowall"));
    Framing {
        protected,
        by: Some("x-frame-options".to_owned()),
        error: (!protected).then(|| {
            let sent: Vec<&str> = fields.all("x-frame-options").collect();
            format!(
                "X-Frame-Options is neither DENY nor SAMEORIGIN (browsers ignore ALLOW-FROM) but {:?}",
                sent.join(", ")
            )
        }),
    }
}

/// Whether a source expression matches sites of anybody.
pub(super) fn is_anyone(source: &str) -> bool {
    let source = source.to_ascii_lowercase();
    let is_web = |scheme: &str| matches!(scheme, "http" | "https" | "ws" | "wss");
    let host = match source.split_once("://") {
        Some((scheme, host)) if is_web(scheme) => host,
        // What is no scheme makes the whole no source.
        Some(_) => return false,
        None if source.strip_suffix(':').is_some_and(is_web) => return true,
        None => &source,
    };
    let host = host.split('/').next().unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port == "*" || port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    // `*.com` is anybody too, and so is any other public suffix.
    host == "*"
        || host
            .strip_prefix("*.")
            .and_then(|rest| psl::suffix(rest.as_bytes()).map(|suffix| (rest, suffix)))
            .is_some_and(|(rest, suffix)| suffix.is_known() && suffix == rest.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::csp::policies;
    use super::{Fields, framing, is_anyone};

    const CSP: &str = "content-security-policy";
    const XFO: &str = "x-frame-options";

    /// Header lines, and whether they protect.
    fn check(headers: &[(&str, &str)], protected: bool, by: Option<&str>) {
        let mut fields = Fields::default();
        for (name, value) in headers {
            fields.push(name, value);
        }
        let found = framing(&fields, &policies(&fields, CSP));
        assert_eq!(found.protected, protected, "{headers:?}");
        assert_eq!(found.by.as_deref(), by, "{headers:?}");
        assert_eq!(
            found.error.is_some(),
            by.is_some() && !protected,
            "{headers:?}"
        );
    }

    #[test]
    fn x_frame_options_alone() {
        check(&[], false, None);
        for good in [
            "DENY",
            "sameorigin",
            "SAMEORIGIN, SAMEORIGIN",
            "SAMEORIGIN, ALLOWALL",
            "SAMEORIGIN,",
            "ALLOWALL,",
            "DENY, ALLOW-FROM https://a",
        ] {
            check(&[(XFO, good)], true, Some(XFO));
        }
        check(&[(XFO, "SAMEORIGIN"), (XFO, "DENY")], true, Some(XFO));
        for bad in [
            "ALLOW-FROM https://a",
            "ALLOWALL",
            "\"DENY\"",
            "SAMEORIGIN;",
            "",
        ] {
            check(&[(XFO, bad)], false, Some(XFO));
        }
    }

    #[test]
    fn frame_ancestors_overrides() {
        let by = Some("frame-ancestors");
        for good in [
            "frame-ancestors 'none'",
            "frame-ancestors",
            "frame-ancestors 'self' https://a.example",
            "frame-ancestors *, frame-ancestors 'self'",
        ] {
            check(&[(CSP, good)], true, by);
        }
        check(&[(CSP, "frame-ancestors *"), (XFO, "DENY")], false, by);
        check(&[(CSP, "frame-ancestors 'self' https:")], false, by);
        // default-src is no fallback for it, and report-only does nothing.
        check(&[(CSP, "default-src 'none'")], false, None);
        check(
            &[(CSP, "default-src 'none'"), (XFO, "DENY")],
            true,
            Some(XFO),
        );
        check(
            &[(
                "content-security-policy-report-only",
                "frame-ancestors 'none'",
            )],
            false,
            None,
        );
    }

    #[test]
    fn anybody() {
        for source in [
            "*",
            "*:*",
            "https:",
            "HTTP:",
            "https://*",
            "http://*:8080",
            "*.com",
            "https://*.co.uk",
            "https://*/a",
            "wss://*",
        ] {
            assert!(is_anyone(source), "{source}");
        }
        for source in [
            "'self'",
            "'none'",
            "*.example.com",
            "https://a.example",
            "https://a.example:*",
            "data:",
            "*://*",
            "ftp://*",
            "://*",
        ] {
            assert!(!is_anyone(source), "{source}");
        }
    }
}
