//! What a cookie is for, by its name: which ones need no consent, and which are known to track.

/// Names, or beginnings of names, of well-known products; in lower case.
const KNOWN: &[(&str, &[&str])] = &[
    (
        "protection",
        &[
            "__cf_bm",
            "_cfuvid",
            "cf_clearance",
            "datadome",
            "ak_bmsc",
            "bm_sz",
            "_abck",
            "incap_ses",
            "visid_incap",
            "aws-waf-token",
            "_grecaptcha",
        ],
    ),
    (
        "balancer",
        &[
            "awsalb",
            "awselb",
            "serverid",
            "arraffinity",
            "bigipserver",
            "gclb",
            "lb_",
            "srv_id",
            "stickysession",
            "route",
        ],
    ),
    (
        "consent",
        &[
            "cookieconsent",
            "cookie_consent",
            "cookie-consent",
            "optanon",
            "euconsent",
            "cookieyes",
            "borlabs-cookie",
            "cookie_notice",
            "usprivacy",
            "didomi",
            "cmplz_",
            "axeptio",
            "klaro",
            "consent",
        ],
    ),
    (
        "tracking",
        &[
            "_ga",
            "_gid",
            "_gat",
            "__utm",
            "_gcl_",
            "_fbp",
            "_fbc",
            "fr",
            "_hj",
            "_pk_",
            "_clck",
            "_clsk",
            "muid",
            "ajs_",
            "mp_",
            "amp_",
            "amplitude",
            "_uet",
            "ide",
            "_ttp",
            "_tt_",
            "_pin_",
            "hubspotutk",
            "__hs",
            "_scid",
            "li_sugr",
            "bcookie",
            "personalization_id",
            "optimizely",
            "_vwo",
            "mixpanel",
            "matomo",
            "intercom-id",
        ],
    ),
];

/// Short names that are whole names, and no beginnings of others.
const WHOLE: [&str; 5] = ["fr", "ide", "route", "muid", "_ga"];

/// `session`, `protection`, `consent`, `balancer`, `tracking` or `other`.
pub(crate) fn purpose(name: &str) -> &'static str {
    let lower = name.to_ascii_lowercase();
    let bare = ["__host-", "__secure-", "__http-"]
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix))
        .unwrap_or(&lower);
    let fits = |known: &&str| {
        if WHOLE.contains(known) {
            bare == *known || (*known == "_ga" && bare.starts_with("_ga_"))
        } else {
            bare.starts_with(*known)
        }
    };
    let found = KNOWN.iter().find(|(_, names)| names.iter().any(fits));
    match found {
        Some((purpose, _)) => purpose,
        None if bare.contains("csrf") || bare.contains("xsrf") => "protection",
        None if looks_like_session(name) => "session",
        None => "other",
    }
}

/// Whether a cookie carries a session, by its name.
pub(super) fn looks_like_session(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let bare = lower
        .strip_prefix("__host-")
        .or_else(|| lower.strip_prefix("__secure-"))
        .or_else(|| lower.strip_prefix("__http-"))
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
        "logged_in",
        "loggedin",
        "aspnetcore.identity",
        "aspnetcore.cookies",
    ];
    let exact = [
        "sid",
        "id",
        "ssid",
        "connect.sid",
        "sessionid",
        "user",
        "cfid",
    ];
    // Words that only hold a telling one; an authorization is no author's.
    let words = bare
        .replace("authoriz", "auth")
        .replace("authoris", "auth")
        .replace("author", "")
        .replace("assess", "")
        .replace("possess", "");
    telling.iter().any(|part| words.contains(part))
        || exact.contains(&bare)
        || bare.ends_with("_sid")
        || bare.ends_with("-sid")
        || bare.ends_with(".sid")
        || lower.starts_with("__host-")
}

#[cfg(test)]
mod tests {
    use super::purpose;

    #[test]
    fn purposes_by_name() {
        for (name, wanted) in [
            ("sid", "session"),
            ("__Host-session", "session"),
            ("XSRF-TOKEN", "protection"),
            ("__cf_bm", "protection"),
            ("AWSALBCORS", "balancer"),
            ("CookieConsent", "consent"),
            ("_ga", "tracking"),
            ("_ga_AB12", "tracking"),
            ("_gallery", "other"),
            ("_fbp", "tracking"),
            ("friend", "other"),
            ("theme", "other"),
            ("identity", "other"),
            ("author", "other"),
            ("assessment-step", "other"),
            ("Authorization", "session"),
            ("authenticated", "session"),
            ("wp_logged_in", "session"),
            ("dispossessed_session", "session"),
        ] {
            assert_eq!(purpose(name), wanted, "{name}");
        }
    }
}
