//! The small headers: X-Content-Type-Options, Referrer-Policy and Permissions-Policy, each as
//! its standard reads it.

use super::structured::{Member, dictionary};
use crate::exchange::head::Fields;
use schemars::JsonSchema;
use serde::Serialize;

/// The policy on referrers as a browser reads it: the header Referrer-Policy (W3C Referrer Policy
/// §8.1), or in its place the page's last `<meta name="referrer">` (HTML §4.2.5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ReferrerPolicy {
    /// Whether the header was sent, or the page states a policy.
    pub(crate) present: bool,
    /// Whether one that browsers know is named.
    pub(crate) valid: bool,
    /// The policy in force: the page's own, or the last known one of the header's list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
    /// The header as it was sent, its lines joined by a comma.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sent: Option<String>,
    /// Where it stands: `header` or `meta`; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<String>,
    /// Whether it keeps paths from other origins and everything from plain HTTP.
    pub(crate) safe: bool,
}

/// Permissions-Policy (W3C Permissions Policy §5.2), a dictionary of RFC 8941.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct PermissionsPolicy {
    /// Whether the header was sent. The older Feature-Policy does not count.
    pub(crate) present: bool,
    /// Whether it can be parsed and names a feature; browsers drop the whole header otherwise.
    pub(crate) valid: bool,
    /// The header as it was sent, its lines joined by a comma.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sent: Option<String>,
    /// The features that it names, sorted.
    pub(crate) features: Vec<String>,
    /// Those of them that browsers know and that it does not leave open to everybody (`*`).
    pub(crate) restricted: Vec<String>,
}

/// The features of the standards and of browsers that ask for power, or tell about a person
/// (the list of W3C's webappsec-permissions-policy, `features.md`, without `interest-cohort`, which no
/// browser has known since 2022).
const FEATURES: &[&str] = &[
    "accelerometer",
    "all-screens-capture",
    "ambient-light-sensor",
    "aria-notify",
    "attribution-reporting",
    "autofill",
    "autoplay",
    "battery",
    "bluetooth",
    "browsing-topics",
    "camera",
    "captured-surface-control",
    "clipboard-read",
    "clipboard-write",
    "compute-pressure",
    "cross-origin-isolated",
    "deferred-fetch",
    "digital-credentials-create",
    "digital-credentials-get",
    "direct-sockets",
    "display-capture",
    "document-domain",
    "encrypted-media",
    "execution-while-not-rendered",
    "execution-while-out-of-viewport",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "join-ad-interest-group",
    "keyboard-map",
    "language-detector",
    "local-fonts",
    "local-network-access",
    "magnetometer",
    "mediasession",
    "microphone",
    "midi",
    "navigation-override",
    "on-device-speech-recognition",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "private-aggregation",
    "private-state-token-issuance",
    "private-state-token-redemption",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "rewriter",
    "run-ad-auction",
    "screen-wake-lock",
    "serial",
    "shared-storage",
    "shared-storage-select-url",
    "smart-card",
    "speaker-selection",
    "storage-access",
    "summarizer",
    "sync-script",
    "sync-xhr",
    "translator",
    "unload",
    "usb",
    "usb-unrestricted",
    "vertical-scroll",
    "web-share",
    "window-management",
    "writer",
    "xr-spatial-tracking",
];

/// Whether types are not sniffed: the first member decides (Fetch §3.6).
pub(crate) fn nosniff(fields: &Fields) -> bool {
    // An empty first member decides too, so `Fields::list` does not serve here.
    let values = fields.split("x-content-type-options");
    let first = values.first();
    first.is_some_and(|first| first.eq_ignore_ascii_case("nosniff"))
}

/// Every policy on referrers, and whether it keeps paths from other origins and everything from plain
/// HTTP.
const REFERRER_POLICIES: [(&str, bool); 8] = [
    ("no-referrer", true),
    ("same-origin", true),
    ("strict-origin", true),
    ("strict-origin-when-cross-origin", true),
    ("origin", false),
    ("origin-when-cross-origin", false),
    ("no-referrer-when-downgrade", false),
    ("unsafe-url", false),
];

fn known_referrer_policy(token: &str) -> Option<(&'static str, bool)> {
    let mut all = REFERRER_POLICIES.into_iter();
    all.find(|(name, _)| token.eq_ignore_ascii_case(name))
}

/// The policy that the content of a `<meta name="referrer">` names, old names too (HTML §4.2.5.1).
pub(crate) fn referrer_policy_in_page(content: &str) -> Option<&'static str> {
    const OLD: [(&str, &str); 4] = [
        ("never", "no-referrer"),
        ("default", "strict-origin-when-cross-origin"),
        ("always", "unsafe-url"),
        ("origin-when-crossorigin", "origin-when-cross-origin"),
    ];
    let mut old = OLD.into_iter();
    let today = old.find(|(old, _)| content.eq_ignore_ascii_case(old));
    known_referrer_policy(today.map_or(content, |(_, today)| today)).map(|(name, _)| name)
}

/// `in_page` is what the page itself says last.
pub(crate) fn referrer_policy(fields: &Fields, in_page: Option<&str>) -> ReferrerPolicy {
    let of_header = || {
        fields
            .list("referrer-policy")
            .filter_map(known_referrer_policy)
            .last()
    };
    let of_page = in_page.and_then(known_referrer_policy);
    let (known, by) = match of_page {
        Some(known) => (Some(known), "meta"),
        None => (of_header(), "header"),
    };
    ReferrerPolicy {
        present: of_page.is_some() || fields.has("referrer-policy"),
        valid: known.is_some(),
        safe: known.is_some_and(|(_, safe)| safe),
        sent: fields.joined("referrer-policy"),
        by: known.map(|_| by.to_owned()),
        value: known.map(|(name, _)| name.to_owned()),
    }
}

pub(crate) fn permissions_policy(fields: &Fields) -> PermissionsPolicy {
    let sent = fields.joined("permissions-policy");
    let mut members = sent.as_deref().and_then(dictionary).unwrap_or_default();
    members.sort_by(|(one, _), (two, _)| one.cmp(two));
    let names = |wanted: &dyn Fn(&(String, Member)) -> bool| {
        let chosen = members.iter().filter(|member| wanted(member));
        chosen.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    PermissionsPolicy {
        present: sent.is_some(),
        valid: !members.is_empty(),
        sent: sent.clone(),
        features: names(&|_| true),
        restricted: names(&|(name, value)| FEATURES.contains(&name.as_str()) && !is_open(value)),
    }
}

/// Whether an allowlist names everybody. What is no allowlist at all lets nobody in (§5.2).
fn is_open(value: &Member) -> bool {
    let star = |member: &Member| matches!(member, Member::Token(token) if token == "*");
    match value {
        Member::List(members) => members.iter().any(star),
        Member::Token(_) | Member::Text(_) | Member::Other => star(value),
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, nosniff, permissions_policy, referrer_policy, referrer_policy_in_page};

    fn fields(name: &str, values: &[&str]) -> Fields {
        let mut fields = Fields::default();
        for value in values {
            fields.push(name, value);
        }
        fields
    }

    #[test]
    fn nosniff_is_decided_by_the_first_member() {
        for (values, wanted) in [
            (&["nosniff"][..], true),
            (&["NoSniff"], true),
            (&["nosniff, nosniff"], true),
            (&["nosniff", "other"], true),
            (&["nosniff,"], true),
            (&["other, nosniff"], false),
            (&[",nosniff"], false),
            (&["'nosniff'"], false),
            (&["nosniff;"], false),
            (&[""], false),
            (&[], false),
        ] {
            assert_eq!(
                nosniff(&fields("X-Content-Type-Options", values)),
                wanted,
                "{values:?}"
            );
        }
    }

    #[test]
    fn the_last_known_referrer_policy_counts() {
        for (values, value, safe) in [
            (&["no-referrer"][..], Some("no-referrer"), true),
            (
                &["no-referrer, strict-origin-when-cross-origin"],
                Some("strict-origin-when-cross-origin"),
                true,
            ),
            (&["strict-origin", "unsafe-url"], Some("unsafe-url"), false),
            (&["same-origin, from-the-future"], Some("same-origin"), true),
            (&["Origin"], Some("origin"), false),
            (&["never"], None, false),
            (&[""], None, false),
        ] {
            let found = referrer_policy(&fields("referrer-policy", values), None);
            assert_eq!(
                (found.value.as_deref(), found.safe),
                (value, safe),
                "{values:?}"
            );
            assert!(found.present);
            assert_eq!(found.valid, value.is_some());
        }
        assert!(!referrer_policy(&Fields::default(), None).present);
    }

    #[test]
    fn what_the_page_says_of_referrers_counts_in_the_headers_place() {
        for (header, content, value, safe) in [
            ("no-referrer", Some("unsafe-url"), "unsafe-url", false),
            ("no-referrer", Some("ALWAYS"), "unsafe-url", false),
            ("unsafe-url", Some("never"), "no-referrer", true),
            ("no-referrer", Some("nonsense"), "no-referrer", true),
            (
                "no-referrer",
                Some("unsafe-url, no-referrer"),
                "no-referrer",
                true,
            ),
            ("unsafe-url", None, "unsafe-url", false),
        ] {
            let in_page = content.and_then(referrer_policy_in_page);
            let found = referrer_policy(&fields("referrer-policy", &[header]), in_page);
            let by = if in_page.is_some() { "meta" } else { "header" };
            let told = (found.value.as_deref(), found.safe, found.by.as_deref());
            assert_eq!(told, (Some(value), safe, Some(by)), "{header} {content:?}");
        }
        assert!(referrer_policy(&Fields::default(), Some("same-origin")).present);
    }

    #[test]
    fn a_permissions_policy_is_a_dictionary() {
        for (values, valid) in [
            (&["camera=(), microphone=()"][..], true),
            (
                &["camera=()", "geolocation=(self \"https://a.example\")"],
                true,
            ),
            (&["camera=*"], true),
            (&["camera=();report-to=x"], true),
            (&["camera 'none'; microphone 'none'"], false),
            (&["camera=('self')"], false),
            (&["camera=(), "], false),
            (&["Camera=()"], false),
            (&["camera=(self"], false),
            (&[""], false),
        ] {
            let found = permissions_policy(&fields("permissions-policy", values));
            assert_eq!(found.valid, valid, "{values:?}");
            assert!(found.present);
        }
        assert!(!permissions_policy(&fields("feature-policy", &["camera 'none'"])).present);
    }

    #[test]
    fn what_is_left_open_or_unknown_is_not_restricted() {
        for (values, restricted) in [
            (&["camera=(), microphone=(self)"][..], "camera microphone"),
            (&["camera=*, microphone=(self *)"], ""),
            (&["camera=(), camera=*"], ""),
            (&["camera=*", "camera=()"], "camera"),
            (&["teleportation=()"], ""),
            (&["camera=\"https://a.example\""], "camera"),
        ] {
            let found = permissions_policy(&fields("permissions-policy", values));
            assert_eq!(found.restricted.join(" "), restricted, "{values:?}");
        }
    }
}
