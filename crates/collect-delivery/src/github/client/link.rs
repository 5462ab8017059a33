//! The `Link` header of paged answers (RFC 8288).

/// The target of `rel="next"`.
pub(super) fn next(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some(start) = rest.find('<') {
        let after = rest.get(start + 1..)?;
        let end = after.find('>')?;
        let (target, tail) = (after.get(..end)?, after.get(end + 1..)?);
        // Parameters end where the next target begins; a target in quotes is none.
        let stop = tail.find('<').unwrap_or(tail.len());
        let parameters = tail.get(..stop)?;
        if parameters.split(';').any(is_next) {
            return Some(target.to_owned());
        }
        rest = tail.get(stop..)?;
    }
    None
}

fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
    name.trim().eq_ignore_ascii_case("rel")
        && value
            .split_whitespace()
            .any(|relation| relation.eq_ignore_ascii_case("next"))
}

#[cfg(test)]
mod tests {
    use super::next;
    use proptest::prelude::*;

    #[test]
    fn the_next_page() {
        for (header, wanted) in [
            (
                r#"<https://a/x?page=2>; rel="next", <https://a/x?page=9>; rel="last""#,
                Some("https://a/x?page=2"),
            ),
            (
                r#"<https://a/x?page=1>; rel="prev", <https://a/x?page=3>; rel=next"#,
                Some("https://a/x?page=3"),
            ),
            (
                r#"<https://a/x?page=1>; title="rel=next"; rel="first""#,
                None,
            ),
            (r#"<https://a/x>; rel="last next""#, Some("https://a/x")),
            ("", None),
            ("<unclosed", None),
        ] {
            assert_eq!(next(header).as_deref(), wanted, "{header}");
        }
    }

    proptest! {
        #[test]
        fn no_header_panics(header in "[<>;=,\" a-zé]{0,40}") {
            next(&header);
        }
    }
}
