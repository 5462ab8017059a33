//! `security.txt` by RFC 9116: the fields, the dates, and the cleartext signature's frame (the
//! signature itself is not verified: there is no key to verify it with).

use jiff::Timestamp;
use schemars::JsonSchema;
use seaworthy_collect::redact_url;
use serde::Serialize;
use url::Url;

/// What `/.well-known/security.txt` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct SecurityTxt {
    /// Whether there is one.
    pub(crate) present: bool,
    /// The URL where it was found, or looked for.
    pub(crate) url: String,
    /// Whether it stands only at the legacy place, `/security.txt` (RFC 9116 §3).
    pub(crate) legacy: bool,
    /// Whether it keeps every rule of RFC 9116 and is not expired; unknown where that depends on
    /// whose clock is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) valid: Option<bool>,
    /// The rules that it breaks.
    pub(crate) errors: Vec<String>,
    /// Whom to tell, in order of preference.
    pub(crate) contacts: Vec<String>,
    /// The instant from which it must not be used (RFC 3339), where it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<String>,
    /// Whole days until then, at the instant of judgement; negative where past.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) days_left: Option<i64>,
    /// The same by the server's clock, where that is more than a minute away from this machine's
    /// and it is judged now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) days_left_by_server: Option<i64>,
    /// Never there, and unknown where `days_left_by_server` is there: for a probe to read where the
    /// two clocks come to different ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clock_decides: Option<bool>,
    /// Whether it stands in an OpenPGP cleartext frame.
    pub(crate) signed: bool,
}

/// Reads a body. `served` is the URL it came from, `content_type` the answer's.
pub(crate) fn security_txt(
    body: &[u8],
    served: &Url,
    content_type: Option<&str>,
    as_of: Timestamp,
) -> SecurityTxt {
    let mut found = SecurityTxt {
        present: true,
        url: redact_url(served.as_str()),
        legacy: !served.path().starts_with("/.well-known/"),
        ..SecurityTxt::default()
    };
    let Ok(text) = std::str::from_utf8(body) else {
        found.errors.push("it is not UTF-8 (§2.2)".to_owned());
        return found;
    };
    let (text, signed) = match unsigned(text) {
        Ok(parts) => parts,
        Err(error) => {
            found.errors.push(error);
            (text, true)
        }
    };
    found.signed = signed;
    let fields = fields(text, &mut found.errors);
    check_transport(served, content_type, &mut found.errors);
    check_fields(&fields, served, &mut found);
    check_expiry(&fields, as_of, &mut found);
    if found.legacy {
        found
            .errors
            .push("it stands only at the legacy place, not under /.well-known/ (§3)".to_owned());
    }
    found.valid = Some(found.errors.is_empty());
    found
}

impl SecurityTxt {
    /// What is said where there is none.
    pub(crate) fn none(url: String) -> Self {
        Self {
            url,
            valid: Some(false),
            ..Self::default()
        }
    }

    /// Whole days until it expires, at an instant; negative where past.
    pub(crate) fn days_left_at(&self, as_of: Timestamp) -> Option<i64> {
        let seconds = self.ends()?.as_second() - as_of.as_second();
        Some(seconds.div_euclid(DAY))
    }

    /// Whether it is expired at an instant, if it says when.
    pub(crate) fn expired_at(&self, as_of: Timestamp) -> Option<bool> {
        Some(self.ends()? <= as_of)
    }

    fn ends(&self) -> Option<Timestamp> {
        self.expires.as_ref()?.parse().ok()
    }
}

const DAY: i64 = 24 * 60 * 60;

/// The text within an OpenPGP cleartext frame (RFC 4880 §7), if there is one.
fn unsigned(text: &str) -> Result<(&str, bool), String> {
    let text = text.trim_start_matches('\u{feff}');
    let Some(rest) = text.strip_prefix("-----BEGIN PGP SIGNED MESSAGE-----") else {
        return Ok((text, false));
    };
    let wrong = || "its signature's frame does not end (§2.3)".to_owned();
    // The frame's own headers (Hash: …) end at an empty line.
    let start = ["\r\n\r\n", "\n\n"]
        .iter()
        .filter_map(|gap| rest.find(gap).map(|at| at + gap.len()))
        .min()
        .ok_or_else(wrong)?;
    let inner = rest.get(start..).unwrap_or_default();
    let end = inner
        .find("-----BEGIN PGP SIGNATURE-----")
        .ok_or_else(wrong)?;
    if !inner.contains("-----END PGP SIGNATURE-----") {
        return Err(wrong());
    }
    Ok((inner.get(..end).unwrap_or_default(), true))
}

fn fields(text: &str, errors: &mut Vec<String>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (index, line) in text.lines().enumerate() {
        // Lines that begin with a dash are escaped in a signed text (RFC 4880 §7.1).
        let line = line.strip_prefix("- ").unwrap_or(line).trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match line.split_once(':') {
            Some((name, value)) if !name.is_empty() && !name.contains(' ') => {
                fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
            Some(_) | None => {
                errors.push(format!(
                    "line {} is neither a field nor a comment (§4)",
                    index + 1
                ));
                if errors.len() > 8 {
                    break;
                }
            }
        }
    }
    fields
}

fn check_transport(served: &Url, content_type: Option<&str>, errors: &mut Vec<String>) {
    if served.scheme() != "https" {
        errors.push("it is not served over HTTPS (§3)".to_owned());
    }
    let kind = content_type.unwrap_or_default().to_ascii_lowercase();
    let mut parts = kind.split(';').map(str::trim);
    if parts.next() != Some("text/plain") {
        errors.push("its content type is not text/plain (§3)".to_owned());
    } else if parts
        .filter_map(|parameter| parameter.strip_prefix("charset="))
        .any(|charset| charset.trim_matches('"') != "utf-8")
    {
        errors.push("its charset is not utf-8 (§3)".to_owned());
    }
}

fn check_fields(fields: &[(String, String)], served: &Url, found: &mut SecurityTxt) {
    let of = |name: &str| -> Vec<&str> {
        fields
            .iter()
            .filter(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
            .collect()
    };
    found.contacts = of("contact").into_iter().map(str::to_owned).collect();
    if found.contacts.is_empty() {
        found.errors.push("Contact is missing (§2.5.3)".to_owned());
    }
    for name in [
        "contact",
        "encryption",
        "acknowledgments",
        "policy",
        "hiring",
        "canonical",
        "csaf",
    ] {
        for value in of(name) {
            match Url::parse(value) {
                Ok(url) if url.scheme() == "http" => {
                    found
                        .errors
                        .push(format!("{name} is a web address without HTTPS (§2.5)"));
                }
                Ok(_) => {}
                Err(_) => found
                    .errors
                    .push(format!("{name} is no URI (§2.5): {value}")),
            }
        }
    }
    if of("preferred-languages").len() > 1 {
        found
            .errors
            .push("Preferred-Languages stands twice (§2.5.8)".to_owned());
    }
    let canonical = of("canonical");
    let here = |value: &&str| Url::parse(value).is_ok_and(|url| url == *served);
    if !canonical.is_empty() && !canonical.iter().any(here) {
        found
            .errors
            .push(format!("Canonical does not name {served} (§2.5.2)"));
    }
}

fn check_expiry(fields: &[(String, String)], as_of: Timestamp, found: &mut SecurityTxt) {
    let mut dates = fields.iter().filter(|(name, _)| name == "expires");
    let (Some((_, date)), more) = (dates.next(), dates.next()) else {
        found.errors.push("Expires is missing (§2.5.5)".to_owned());
        return;
    };
    if more.is_some() {
        found
            .errors
            .push("Expires stands twice (§2.5.5)".to_owned());
    }
    let Ok(expires) = date.parse::<Timestamp>() else {
        found
            .errors
            .push(format!("Expires is no date of RFC 3339: {date}"));
        return;
    };
    found.expires = Some(expires.to_string());
    found.days_left = found.days_left_at(as_of);
    if expires <= as_of {
        found
            .errors
            .push(format!("it expired on {expires} (§2.5.5)"));
    }
}

#[cfg(test)]
mod tests {
    use super::{SecurityTxt, security_txt};
    use jiff::Timestamp;
    use proptest::prelude::*;
    use url::Url;

    const GOOD: &str =
        "# hello\nContact: mailto:security@a.example\nExpires: 2027-01-01T00:00:00Z\n";

    fn read(body: &str) -> SecurityTxt {
        read_at(
            body,
            "https://a.example/.well-known/security.txt",
            "text/plain; charset=utf-8",
        )
    }

    fn read_at(body: &str, url: &str, kind: &str) -> SecurityTxt {
        let as_of: Timestamp = "2026-12-01T00:00:00Z".parse().unwrap();
        security_txt(
            body.as_bytes(),
            &Url::parse(url).unwrap(),
            Some(kind),
            as_of,
        )
    }

    #[test]
    fn a_good_one() {
        let found = read(GOOD);
        assert_eq!(found.valid, Some(true), "{found:?}");
        assert_eq!(
            (found.days_left, found.signed, found.contacts.len()),
            (Some(31), false, 1)
        );
        assert_eq!(read(&GOOD.replace('\n', "\r\n")).valid, Some(true));
        let signed = format!(
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{GOOD}-----BEGIN PGP \
             SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
        );
        let found = read(&signed);
        assert!(found.valid == Some(true) && found.signed, "{found:?}");
    }

    #[test]
    fn rules_broken() {
        for (body, error) in [
            ("", "Contact is missing"),
            ("Expires: 2027-01-01T00:00:00Z", "Contact is missing"),
            ("Contact: mailto:a@b.example", "Expires is missing"),
            (
                "Contact: a@b.example\nExpires: 2027-01-01T00:00:00Z",
                "contact is no URI",
            ),
            (
                "Contact: http://b.example\nExpires: 2027-01-01T00:00:00Z",
                "without HTTPS",
            ),
            ("Contact: https://b.example\nExpires: next year", "no date"),
            (
                "Contact: https://b.example\nExpires: 2020-01-01T00:00:00Z",
                "expired",
            ),
            (
                "Contact: https://b.example\nExpires: 2027-01-01T00:00:00Z\nExpires: 2028-01-01T00:00:00Z",
                "stands twice",
            ),
            (
                "Contact: https://b.example\nExpires: 2027-01-01T00:00:00Z\nCanonical: https://x.example/",
                "does not name",
            ),
            (
                "Contact: https://b.example\nExpires: 2027-01-01T00:00:00Z\nhello there",
                "line 3",
            ),
            ("<!doctype html>\n<p>not found", "line 1"),
            (
                "-----BEGIN PGP SIGNED MESSAGE-----\n\nContact: https://b.example",
                "frame",
            ),
        ] {
            let found = read(body);
            assert!(
                found.valid == Some(false) && found.errors.iter().any(|e| e.contains(error)),
                "{body}: {found:?}"
            );
        }
        for (url, kind, error) in [
            (
                "http://a.example/.well-known/security.txt",
                "text/plain",
                "HTTPS",
            ),
            ("https://a.example/security.txt", "text/plain", "legacy"),
            (
                "https://a.example/.well-known/security.txt",
                "text/html",
                "content type",
            ),
            (
                "https://a.example/.well-known/security.txt",
                "text/plain; charset=latin1",
                "charset",
            ),
        ] {
            let found = read_at(GOOD, url, kind);
            assert!(
                found.valid == Some(false) && found.errors.iter().any(|e| e.contains(error)),
                "{url}: {found:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn never_panics(any in "\\PC{0,80}", near in "(Contact|Expires|:| |\n|\r|-----BEGIN PGP SIGNED MESSAGE-----|2027-01-01T00:00:00Z){0,12}") {
            let _ = read(&any);
            let _ = read(&near);
        }
    }
}
