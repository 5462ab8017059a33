//! Where a page sends its visitors by itself: the header Refresh and `<meta http-equiv=refresh>`, which
//! are read alike (HTML §4.2.5.3, shared declarative refresh steps).

use url::Url;

/// Where `text` leads from a page at `base`; none where it only loads the page again, or is nothing that
/// browsers heed.
pub(crate) fn target(text: &str, base: &Url) -> Option<Url> {
    let text = text.trim_start_matches(is_white);
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == text.len() && !rest.starts_with('.') {
        return None;
    }
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !rest.starts_with(|c: char| matches!(c, ';' | ',') || is_white(c)) {
        return None;
    }
    let rest = rest.trim_start_matches(is_white);
    let rest = rest.strip_prefix([';', ',']).unwrap_or(rest);
    let rest = rest.trim_start_matches(is_white);
    let url = unquoted(after_name(rest).unwrap_or(rest));
    if url.is_empty() {
        return None;
    }
    let url = base.join(url).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// What follows `url =`.
fn after_name(text: &str) -> Option<&str> {
    let name = text.get(..3)?;
    let rest = text.get(3..)?.trim_start_matches(is_white);
    let rest = rest.strip_prefix('=')?.trim_start_matches(is_white);
    name.eq_ignore_ascii_case("url").then_some(rest)
}

fn unquoted(text: &str) -> &str {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return text;
    };
    let inner = text.get(1..).unwrap_or_default();
    inner.split(quote).next().unwrap_or_default()
}

fn is_white(character: char) -> bool {
    character.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::target;
    use proptest::prelude::*;
    use url::Url;

    #[test]
    fn where_a_refresh_leads() {
        let base = Url::parse("https://a.example/x").unwrap();
        for (text, wanted) in [
            ("0; url=http://b.example/", Some("http://b.example/")),
            (" 5;URL = '/y' more", Some("https://a.example/y")),
            ("0,http://b.example/", Some("http://b.example/")),
            ("0 http://b.example/", Some("http://b.example/")),
            ("1.5; url=\"y\"", Some("https://a.example/y")),
            (".5; url=y", Some("https://a.example/y")),
            ("0; urls", Some("https://a.example/urls")),
            ("5", None),
            ("5;", None),
            ("5; url=", None),
            ("soon; url=/y", None),
            ("-1; url=/y", None),
            ("5s; url=/y", None),
            ("0; url=javascript:alert(1)", None),
            ("", None),
        ] {
            let found = target(text, &base);
            assert_eq!(found.as_ref().map(Url::as_str), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(any in "\\PC{0,30}", near in "([0-9]|;|,| |url|=|'|\"|é|/){0,12}") {
            let base = Url::parse("https://a.example/x").unwrap();
            let _ = (target(&any, &base), target(&near, &base));
        }
    }
}
