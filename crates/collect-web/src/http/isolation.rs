//! What keeps other sites out of the page's process and its answers: Cross-Origin-Opener-Policy,
//! Cross-Origin-Embedder-Policy (HTML Standard §7.1.3, §7.1.4) and Cross-Origin-Resource-Policy
//! (Fetch §3.7).

use super::csp::Policy;
use super::place::Place;
use super::structured::token;
use crate::exchange::head::Fields;
use schemars::JsonSchema;
use serde::Serialize;

/// The three headers as a browser reads them, which heeds the first two in secure contexts alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Isolation {
    /// Who may hold a handle on the page's window: `same-origin`, `same-origin-allow-popups`,
    /// `noopener-allow-popups`, or `unsafe-none`, which is also what a missing or malformed
    /// header means.
    pub(crate) opener: String,
    /// What the page may embed: `require-corp`, `credentialless`, or `unsafe-none` as above.
    pub(crate) embedder: String,
    /// Who may load the answer: `same-origin`, `same-site` or `cross-origin`; absent where the
    /// header is missing or has another value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resource: Option<String>,
    /// Those of the three headers that were sent and that browsers drop, sorted.
    pub(crate) malformed: Vec<String>,
    /// The same as they were sent, their lines joined by a comma: `cross-origin-opener-policy: Same-Origin`;
    /// left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) dropped: Vec<String>,
    /// What else keeps those that are right by their grammar from doing what they say, sorted,
    /// `cross-origin-opener-policy: sent over plain HTTP, …`; left out where there is nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) faults: Vec<String>,
}

const OPENER: &str = "cross-origin-opener-policy";
const EMBEDDER: &str = "cross-origin-embedder-policy";
const UNSAFE_NONE: &str = "unsafe-none";
const RESOURCE: &str = "cross-origin-resource-policy";

/// `enforced` are the policies of the header, `place` is where the answer was given.
pub(crate) fn isolation(fields: &Fields, enforced: &[Policy], place: Place<'_>) -> Isolation {
    let combined = |name: &str| fields.joined(name);
    let item = |name: &str, known: &[&str]| {
        combined(name)
            .and_then(|text| token(&text))
            .filter(|value| known.contains(&value.as_str()))
    };
    let opener = item(
        OPENER,
        &[
            "same-origin",
            "same-origin-allow-popups",
            "noopener-allow-popups",
            "unsafe-none",
        ],
    );
    let embedder = item(EMBEDDER, &["require-corp", "credentialless", "unsafe-none"]);
    // Byte for byte, and no structured field.
    let resource = combined(RESOURCE)
        .filter(|value| matches!(value.as_str(), "same-origin" | "same-site" | "cross-origin"));
    let malformed: Vec<String> = [
        (EMBEDDER, embedder.is_none()),
        (OPENER, opener.is_none()),
        (RESOURCE, resource.is_none()),
    ]
    .into_iter()
    .filter(|(name, dropped)| *dropped && fields.has(name))
    .map(|(name, _)| name.to_owned())
    .collect();
    let shown = |name: &String| format!("{name}: {}", combined(name).unwrap_or_default());
    let dropped = malformed.iter().map(shown).collect();
    let faults = faults(
        [(EMBEDDER, embedder.as_deref()), (OPENER, opener.as_deref())],
        enforced,
        place,
    );
    let heeded = |value: Option<String>| {
        let value = value.filter(|_| place.is_trustworthy());
        value.unwrap_or_else(|| UNSAFE_NONE.to_owned())
    };
    Isolation {
        opener: heeded(opener),
        embedder: heeded(embedder),
        resource,
        malformed,
        dropped,
        faults,
    }
}

/// What is wrong with headers that have a right value.
fn faults(sent: [(&str, Option<&str>); 2], enforced: &[Policy], place: Place<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, value) in sent {
        if value.is_none_or(|value| value == UNSAFE_NONE) {
            continue;
        }
        if !place.is_trustworthy() {
            faults.push(format!(
                "{name}: sent over plain HTTP, where browsers ignore it"
            ));
        } else if name == OPENER && enforced.iter().any(Policy::sandboxes) {
            // HTML, creating navigation params by fetching: the two together are a network error.
            faults.push(format!(
                "{name}: beside `sandbox` in the content security policy, so that browsers show no page"
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::super::csp::policies;
    use super::{Fields, Isolation, Place, isolation};

    fn read(headers: &[(&str, &str)], https: bool, host: &str) -> Isolation {
        let mut fields = Fields::default();
        for (name, value) in headers {
            fields.push(name, value);
        }
        let enforced = policies(&fields, "content-security-policy");
        isolation(&fields, &enforced, Place { https, host })
    }

    fn check(headers: &[(&str, &str)], wanted: (&str, &str, Option<&str>), malformed: usize) {
        let found = read(headers, true, "shop.example");
        let shown = (
            found.opener.as_str(),
            found.embedder.as_str(),
            found.resource.as_deref(),
        );
        assert_eq!(shown, wanted, "{headers:?}");
        assert_eq!(found.malformed.len(), malformed, "{headers:?}");
    }

    #[test]
    fn as_browsers_read_them() {
        const COOP: &str = "Cross-Origin-Opener-Policy";
        const COEP: &str = "Cross-Origin-Embedder-Policy";
        const CORP: &str = "Cross-Origin-Resource-Policy";
        let none = "unsafe-none";
        check(&[], (none, none, None), 0);
        check(&[(COOP, "same-origin")], ("same-origin", none, None), 0);
        check(
            &[
                (COOP, "same-origin; report-to=\"x\""),
                (COEP, "require-corp"),
            ],
            ("same-origin", "require-corp", None),
            0,
        );
        check(&[(COOP, "Same-Origin")], (none, none, None), 1);
        check(&[(COOP, "\"same-origin\"")], (none, none, None), 1);
        check(
            &[(COOP, "same-origin"), (COOP, "same-origin")],
            (none, none, None),
            1,
        );
        check(&[(CORP, "same-site")], (none, none, Some("same-site")), 0);
        check(&[(CORP, "same-site, same-site")], (none, none, None), 1);
        check(&[(CORP, "Same-Site"), (COEP, "x")], (none, none, None), 2);
    }

    #[test]
    fn what_is_right_and_yet_does_nothing() {
        const CSP: &str = "Content-Security-Policy";
        let opener = ("Cross-Origin-Opener-Policy", "same-origin");
        let embedder = ("Cross-Origin-Embedder-Policy", "require-corp");
        for (headers, https, host, faults) in [
            (&[opener, embedder][..], true, "a.example", 0),
            (&[opener, embedder], false, "a.example", 2),
            (&[opener, embedder], false, "localhost", 0),
            (&[opener, embedder], false, "127.0.0.1", 0),
            // A resource policy counts everywhere.
            (
                &[("Cross-Origin-Resource-Policy", "same-site")],
                false,
                "a.example",
                0,
            ),
            (
                &[("Cross-Origin-Opener-Policy", "unsafe-none")],
                false,
                "a.example",
                0,
            ),
            (
                &[opener, (CSP, "sandbox allow-scripts")],
                true,
                "a.example",
                1,
            ),
            (&[embedder, (CSP, "sandbox")], true, "a.example", 0),
            (&[opener, (CSP, "default-src 'self'")], true, "a.example", 0),
            (
                &[opener, ("Content-Security-Policy-Report-Only", "sandbox")],
                true,
                "a.example",
                0,
            ),
        ] {
            let found = read(headers, https, host);
            assert_eq!(
                found.faults.len(),
                faults,
                "{headers:?} {https} {host}: {found:?}"
            );
            assert_eq!(
                found.opener == "unsafe-none",
                !headers.contains(&opener) || !(https || host != "a.example")
            );
        }
    }
}
