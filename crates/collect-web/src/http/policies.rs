//! The small headers: X-Content-Type-Options, Referrer-Policy and Permissions-Policy, each as
//! its standard reads it.

use super::head::Fields;
use super::structured::{Member, dictionary};
use schemars::JsonSchema;
use serde::Serialize;

/// Referrer-Policy as a browser reads it (W3C Referrer Policy §8.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ReferrerPolicy {
    /// Whether the header was sent.
    pub(crate) present: bool,
    /// Whether it names a policy that browsers know.
    pub(crate) valid: bool,
    /// The policy in force: the last known one of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
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
    /// The features that it names, sorted.
    pub(crate) features: Vec<String>,
    /// Those of them that browsers know and that it does not leave open to everybody (`*`).
    pub(crate) restricted: Vec<String>,
}

/// The features of the standards and of browsers that ask for power, or tell about a person
/// (the list of W3C's webappsec-permissions-policy, `features.md`).
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
    "interest-cohort",
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
    fields
        .all("x-content-type-options")
        .flat_map(|value| value.split(','))
        .next()
        .is_some_and(|first| first.trim().eq_ignore_ascii_case("nosniff"))
}

pub(crate) fn referrer_policy(fields: &Fields) -> ReferrerPolicy {
    let known = |token: &&str| -> Option<bool> {
        match token.to_ascii_lowercase().as_str() {
            "no-referrer" | "same-origin" | "strict-origin" | "strict-origin-when-cross-origin" => {
                Some(true)
            }
            "origin" | "origin-when-cross-origin" | "no-referrer-when-downgrade" | "unsafe-url" => {
                Some(false)
            }
            _ => None,
        }
    };
    let last = fields
        .list("referrer-policy")
        .filter_map(|token| known(&token).map(|safe| (token.to_ascii_lowercase(), safe)))
        .last();
    ReferrerPolicy {
        present: fields.has("referrer-policy"),
        valid: last.is_some(),
        safe: last.as_ref().is_some_and(|(_, safe)| *safe),
        value: last.map(|(value, _)| value),
    }
}

pub(crate) fn permissions_policy(fields: &Fields) -> PermissionsPolicy {
    let lines: Vec<&str> = fields.all("permissions-policy").collect();
    let mut members = dictionary(&lines.join(", ")).unwrap_or_default();
    members.sort_by(|(one, _), (two, _)| one.cmp(two));
    let names = |wanted: &dyn Fn(&(String, Member)) -> bool| {
        let chosen = members.iter().filter(|member| wanted(member));
        chosen.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    PermissionsPolicy {
        present: !lines.is_empty(),
        valid: !members.is_empty(),
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
    use super::{Fields, nosniff, permissions_policy, referrer_policy};

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
            let found = referrer_policy(&fields("referrer-policy", values));
            assert_eq!(
                (found.value.as_deref(), found.safe),
                (value, safe),
                "{values:?}"
            );
            assert!(found.present);
            assert_eq!(found.valid, value.is_some());
        }
        assert!(!referrer_policy(&Fields::default()).present);
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
