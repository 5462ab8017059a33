//! The values of the fields of a `security.txt`: URIs, language tags and dates.

use jiff::Timestamp;
use url::Url;

/// Whether `text` is a URI that whoever reads the file can use.
///
/// # Errors
///
/// What is wrong with it, as the end of a sentence that begins with the field's name.
pub(super) fn uri(text: &str) -> Result<(), &'static str> {
    // The library would mend white space and control characters, which no URI has (RFC 3986 §2).
    let graphic = text.chars().all(|c| !c.is_whitespace() && !c.is_control());
    let url = Url::parse(text).ok().filter(|_| graphic);
    let url = url.ok_or("is no URI")?;
    match url.scheme() {
        "http" => Err("is a web address without HTTPS"),
        "mailto" if !is_mailbox(url.path()) => Err("names no address"),
        "tel" if !url.path().contains(|c: char| c.is_ascii_digit()) => Err("names no number"),
        _ => Ok(()),
    }
}

fn is_mailbox(text: &str) -> bool {
    let halves = text.rsplit_once('@');
    halves.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

/// Whether `text` is a list of language tags (RFC 5646 §2.1, as far as its shape goes).
///
/// # Errors
///
/// The first that is none.
pub(super) fn languages(text: &str) -> Result<(), &str> {
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let tag = |tag: &str| {
        let first = tag.split('-').next().unwrap_or_default();
        first.bytes().all(|byte| byte.is_ascii_alphabetic()) && tag.split('-').all(part)
    };
    let odd = text.split(',').map(str::trim).find(|one| !tag(one));
    odd.map_or(Ok(()), Err)
}

/// An instant by the letter of RFC 3339 (§5.6): seconds, and an offset with a colon, are no choice.
pub(super) fn date(text: &str) -> Option<Timestamp> {
    let mut bytes = text.bytes();
    let mut shape = |wanted: &str| {
        wanted.bytes().all(|wanted| match (wanted, bytes.next()) {
            (b'0', Some(digit)) => digit.is_ascii_digit(),
            (wanted, Some(byte)) => byte.eq_ignore_ascii_case(&wanted),
            (_, None) => false,
        })
    };
    if !shape("0000-00-00T00:00:00") {
        return None;
    }
    let rest = text.get("0000-00-00T00:00:00".len()..)?;
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            Some(offset).filter(|offset| offset.len() < fraction.len())?
        }
        None => rest,
    };
    let offset = rest.strip_prefix(['+', '-']).map(str::as_bytes);
    let known = match offset {
        Some([a, b, b':', c, d]) => [a, b, c, d].into_iter().all(u8::is_ascii_digit),
        Some(_) => false,
        None => rest.eq_ignore_ascii_case("z"),
    };
    known.then(|| text.to_ascii_uppercase().parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_to_the_letter() {
        for good in [
            "2027-01-01T00:00:00Z",
            "2027-01-01t00:00:00.5z",
            "2027-01-01T00:00:00-12:00",
        ] {
            assert!(date(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "2027-01-01",
            "2027-01-01T00:00Z",
            "2027-01-01T00:00:00",
            "2027-01-01T00:00:00.Z",
            "2027-01-01T00:00:00+0100",
            "2027-01-01T00:00:00Z[UTC]",
            "2027-01-01 00:00:00Z",
            "2027-02-30T00:00:00Z",
            "2027-01-01T25:00:00Z",
            "20270101T000000Z",
            "+2027-01-01T00:00:00Z",
        ] {
            assert!(date(bad).is_none(), "{bad}");
        }
    }
}
