//! What goes for the answers taken together beside their security headers: whether an answer for
//! one person may be kept for the next, and which other protocols are advertised.

use super::caching::{guessable, invites, unsaid};
use super::cookie_purpose::looks_like_session;
use super::draft::{Draft, Sighting};
use crate::exchange::head::{Fields, trim};

/// Answers for one person, and those of them that a shared cache may keep. `gap` says why no
/// page was seen.
pub(super) fn private(draft: &mut Draft, seen: &[Sighting], gap: Option<&String>) {
    let (mut names, mut kept) = (Vec::new(), Vec::new());
    for sighting in seen {
        let fields = &sighting.head.fields;
        let sets = sets_session(fields) || sets_session(&sighting.head.spaced);
        if !sighting.private && !sets {
            continue;
        }
        let name = sighting.role.name();
        names.push(name.to_owned());
        if let Some(header) = invites(fields) {
            kept.push(format!("{name} ({header})"));
        } else if guessable(fields) {
            kept.push(format!(
                "{name} (no Cache-Control, and a date to guess from)"
            ));
        } else if unsaid(sighting.status, fields) {
            kept.push(format!(
                "{name} (no Cache-Control, so that caches may guess)"
            ));
        }
    }
    match gap {
        Some(why) if kept.is_empty() => {
            draft.unknown("private_answers", why);
            draft.unknown("private_cacheable", why);
        }
        Some(_) | None => {
            draft.value.private_answers = Some(names);
            draft.value.private_cacheable = Some(kept);
        }
    }
}

fn sets_session(fields: &Fields) -> bool {
    fields.all("set-cookie").any(|line| {
        let pair = line.split(';').next().unwrap_or_default();
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        looks_like_session(trim(name)) && !trim(value).is_empty()
    })
}

/// The protocols of Alt-Svc in order (RFC 7838 §3), `clear` being none.
pub(super) fn alternatives(fields: &Fields) -> Option<Vec<String>> {
    let protocols: Vec<String> = fields
        .list("alt-svc")
        .filter_map(|service| service.split_once('='))
        .map(|(protocol, _)| protocol.trim().to_owned())
        .filter(|protocol| crate::exchange::head::is_token(protocol))
        .collect();
    (!protocols.is_empty()).then_some(protocols)
}

#[cfg(test)]
mod tests {
    use super::{Fields, alternatives, sets_session};

    #[test]
    fn advertised_protocols() {
        for (value, wanted) in [
            ("h3=\":443\"; ma=86400", Some("h3")),
            ("h3=\":443\"; ma=1, h3-29=\":443\"", Some("h3 h3-29")),
            ("clear", None),
            ("", None),
        ] {
            let mut fields = Fields::default();
            fields.push("Alt-Svc", value);
            let found = alternatives(&fields).map(|all| all.join(" "));
            assert_eq!(found.as_deref(), wanted, "{value}");
        }
    }

    #[test]
    fn sessions_that_are_set() {
        for (line, wanted) in [
            ("sid=abc; Secure", true),
            ("sid=; Max-Age=0", false),
            ("theme=dark", false),
        ] {
            let mut fields = Fields::default();
            fields.push("Set-Cookie", line);
            assert_eq!(sets_session(&fields), wanted, "{line}");
        }
    }
}
