//! `security.txt` by RFC 9116: the fields, the dates, and the cleartext signature's frame (the
//! signature itself is not verified: there is no key to verify it with).

mod values;

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

/// Reads a body. `asked` is the URL it was looked for at, `served` the one that it came from after
/// redirects, `content_type` the answer's.
pub(crate) fn security_txt(
    body: &[u8],
    (asked, served): (&Url, &Url),
    content_type: Option<&str>,
    as_of: Timestamp,
) -> SecurityTxt {
    let mut found = SecurityTxt {
        present: true,
        url: redact_url(served.as_str()),
        legacy: !asked.path().starts_with("/.well-known/"),
        ..SecurityTxt::default()
    };
    let Ok(text) = std::str::from_utf8(body) else {
        found.errors.push("it is not UTF-8 (§2.2)".to_owned());
        return found;
    };
    let text = unsigned(text, &mut found);
    let fields = fields(&text, &mut found.errors);
    check_transport(served, content_type, &mut found.errors);
    check_fields(&fields, &[asked, served], &mut found);
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

/// What is read: the lines of a text, each with its number.
type Lines<'a> = Vec<(usize, &'a str)>;

/// The lines within an OpenPGP cleartext frame (RFC 9580 §7), if there is one, else all.
fn unsigned<'a>(text: &'a str, found: &mut SecurityTxt) -> Lines<'a> {
    let text = text.trim_start_matches('\u{feff}');
    let numbered = text.lines().map(str::trim_end).enumerate();
    let all: Lines<'a> = numbered.map(|(index, line)| (index + 1, line)).collect();
    found.signed = text.starts_with("-----BEGIN PGP SIGNED MESSAGE-----");
    if !found.signed {
        return all;
    }
    let at = |wanted: &str| all.iter().position(|(_, line)| *line == wanted);
    // The frame's own headers (Hash: …) end at an empty line.
    let (start, signature) = (at(""), at("-----BEGIN PGP SIGNATURE-----"));
    let end = at("-----END PGP SIGNATURE-----");
    let (Some(start), Some(signature), Some(end)) = (start, signature, end) else {
        found
            .errors
            .push("its signature's frame does not end (§2.3)".to_owned());
        return all;
    };
    let after = all.get(end + 1..).unwrap_or_default();
    if after.iter().any(|(_, line)| !line.is_empty()) {
        found
            .errors
            .push("it goes on outside of its signature (§2.3)".to_owned());
    }
    let inner = all.get(start + 1..signature).unwrap_or_default();
    let escaped = inner.iter().map(|(number, line)| {
        // Lines that begin with a dash are escaped in a signed text (RFC 9580 §7.2).
        (*number, line.strip_prefix("- ").unwrap_or(line))
    });
    escaped.collect()
}

fn fields(lines: &Lines<'_>, errors: &mut Vec<String>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (number, line) in lines {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = match line.split_once(':') {
            Some((name, value)) if !name.is_empty() && !name.contains(' ') => {
                fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
                let spaced = value.is_empty() || value.starts_with(' ');
                (!spaced).then_some("has no space after its colon")
            }
            Some(_) | None => Some("is neither a field nor a comment"),
        };
        if let Some(wrong) = wrong {
            errors.push(format!("line {number} {wrong} (§4)"));
        }
        if errors.len() > 8 {
            break;
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

/// The fields whose values are URIs.
const URIS: [&str; 7] = [
    "contact",
    "encryption",
    "acknowledgments",
    "policy",
    "hiring",
    "canonical",
    "csaf",
];

/// `places` are the URLs by which the file was got.
fn check_fields(fields: &[(String, String)], places: &[&Url], found: &mut SecurityTxt) {
    let of = |name: &str| -> Vec<&str> {
        let named = fields.iter().filter(|(own, _)| own == name);
        named.map(|(_, value)| value.as_str()).collect()
    };
    let mut complain = |what: String| found.errors.push(what);
    if of("contact").is_empty() {
        complain("Contact is missing (§2.5.3)".to_owned());
    }
    for name in URIS {
        for value in of(name) {
            if let Err(wrong) = values::uri(value) {
                complain(format!("{name} {wrong} (§2.5): {value}"));
            }
        }
    }
    let languages = of("preferred-languages");
    if languages.len() > 1 {
        complain("Preferred-Languages stands twice (§2.5.8)".to_owned());
    }
    for value in languages {
        if let Err(odd) = values::languages(value) {
            complain(format!(
                "Preferred-Languages has {odd:?}, which is no language tag (§2.5.8)"
            ));
        }
    }
    let canonical = of("canonical");
    let here = |value: &&str| Url::parse(value).is_ok_and(|url| places.contains(&&url));
    if let Some(place) = places.first()
        && !canonical.is_empty()
        && !canonical.iter().any(here)
    {
        complain(format!("Canonical does not name {place} (§2.5.2)"));
    }
    found.contacts = of("contact").into_iter().map(str::to_owned).collect();
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
    let Some(expires) = values::date(date) else {
        found.errors.push(format!(
            "Expires is no date of RFC 3339, such as 2027-01-31T00:00:00Z (§2.5.5): {date}"
        ));
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
mod tests;
