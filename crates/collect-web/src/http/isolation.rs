//! What keeps other sites out of the page's process and its answers: Cross-Origin-Opener-Policy,
//! Cross-Origin-Embedder-Policy (HTML Standard §7.1.3, §7.1.4) and Cross-Origin-Resource-Policy
//! (Fetch §3.7).

use super::head::Fields;
use super::structured::token;
use schemars::JsonSchema;
use serde::Serialize;

/// The three headers as a browser reads them.
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
}

const OPENER: &str = "cross-origin-opener-policy";
const EMBEDDER: &str = "cross-origin-embedder-policy";
const RESOURCE: &str = "cross-origin-resource-policy";

pub(crate) fn isolation(fields: &Fields) -> Isolation {
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
    let malformed = [
        (EMBEDDER, embedder.is_none()),
        (OPENER, opener.is_none()),
        (RESOURCE, resource.is_none()),
    ]
    .into_iter()
    .filter(|(name, dropped)| *dropped && fields.has(name))
    .map(|(name, _)| name.to_owned())
    .collect();
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "unsafe-none".to_owned());
    Isolation {
        opener: or_none(opener),
        embedder: or_none(embedder),
        resource,
        malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, isolation};

    fn check(headers: &[(&str, &str)], wanted: (&str, &str, Option<&str>), malformed: usize) {
        let mut fields = Fields::default();
        for (name, value) in headers {
            fields.push(name, value);
        }
        let found = isolation(&fields);
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
}
