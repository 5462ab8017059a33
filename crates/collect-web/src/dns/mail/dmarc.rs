//! DMARC records (RFC 9989 §4.7, with what RFC 7489 §6.3 has beyond it).

/// A parsed record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dmarc {
    /// `none`, `quarantine` or `reject`, for the domain itself.
    pub(super) policy: String,
    /// The same for names below it; that of the domain where it is not given.
    pub(super) subdomain_policy: String,
    /// The same for names below it that do not exist; that of names below it where it is not given.
    pub(super) nonexistent_policy: String,
    /// Whether DKIM and SPF must name the very domain.
    pub(super) strict: (bool, bool),
    /// Whether the policy is only tested (`t=y`).
    pub(super) testing: bool,
    /// The share of messages that the policy holds for, in per cent; RFC 9989 has it no more.
    pub(super) percent: i64,
    /// Where aggregate reports go.
    pub(super) reports: Vec<String>,
}

/// Whether a record is one of a public suffix, as it says itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Psd {
    /// `psd=y`
    Yes,
    /// `psd=n`: this is an organisation's own domain, whatever stands above it.
    No,
    /// Neither, or `psd=u`.
    Unsaid,
}

/// What a record says of public suffixes, whatever else is wrong with it.
pub(super) fn psd(text: &str) -> Psd {
    let tags = text.split(';').filter_map(|part| part.split_once('='));
    let mut values = tags.filter(|(tag, _)| tag.trim().eq_ignore_ascii_case("psd"));
    match values.next().map(|(_, value)| value.trim()) {
        Some("y" | "Y") => Psd::Yes,
        Some("n" | "N") => Psd::No,
        Some(_) | None => Psd::Unsaid,
    }
}

/// Whether `text` is meant as a DMARC record: the version comes first.
pub(super) fn is_dmarc(text: &str) -> bool {
    let first = text.split(';').next().unwrap_or_default();
    let version = first.split_once('=');
    version.is_some_and(|(tag, value)| {
        tag.trim().eq_ignore_ascii_case("v") && value.trim() == "DMARC1"
    })
}

/// Reads a record.
///
/// # Errors
///
/// What breaks the grammar: receivers then ignore the record (§6.6.3).
pub(super) fn parse(text: &str) -> Result<Dmarc, String> {
    let mut tags: Vec<(String, &str)> = Vec::new();
    for part in text
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (tag, value) = part
            .split_once('=')
            .ok_or_else(|| format!("{part:?} is no tag with a value"))?;
        let tag = tag.trim().to_ascii_lowercase();
        if tags.iter().any(|(known, _)| *known == tag) {
            return Err(format!("the tag {tag} stands in it twice"));
        }
        tags.push((tag, value.trim()));
    }
    let value = |name: &str| {
        tags.iter()
            .find(|(tag, _)| tag == name)
            .map(|(_, value)| *value)
    };
    let policy = |name: &str| match value(name).map(str::to_ascii_lowercase) {
        None => Ok(None),
        Some(policy) if matches!(policy.as_str(), "none" | "quarantine" | "reject") => {
            Ok(Some(policy))
        }
        Some(other) => Err(format!("{name}={other} is no policy")),
    };
    let own = policy("p")?.ok_or("it has no policy (p)")?;
    let strict = |name: &str| match value(name) {
        None | Some("r" | "R") => Ok(false),
        Some("s" | "S") => Ok(true),
        Some(other) => Err(format!("{name}={other} is neither r nor s")),
    };
    let percent = match value("pct").map(str::parse::<i64>) {
        None => 100,
        Some(Ok(percent)) if (0..=100).contains(&percent) => percent,
        Some(_) => return Err("pct is no number from 0 to 100".to_owned()),
    };
    let testing = value("t").is_some_and(|value| value.eq_ignore_ascii_case("y"));
    let reports = value("rua").unwrap_or_default();
    let reports: Vec<String> = reports
        .split(',')
        .map(str::trim)
        .filter(|uri| !uri.is_empty())
        .map(str::to_owned)
        .collect();
    if let Some(bad) = reports.iter().find(|uri| url::Url::parse(uri).is_err()) {
        return Err(format!("{bad:?} in rua is no URI"));
    }
    let subdomain_policy = policy("sp")?.unwrap_or_else(|| own.clone());
    Ok(Dmarc {
        nonexistent_policy: policy("np")?.unwrap_or_else(|| subdomain_policy.clone()),
        subdomain_policy,
        policy: own,
        strict: (strict("adkim")?, strict("aspf")?),
        testing,
        percent,
        reports,
    })
}

#[cfg(test)]
mod tests {
    use super::{Psd, is_dmarc, parse, psd};
    use proptest::prelude::*;

    #[test]
    fn records_by_their_grammar() {
        let good = parse("v=DMARC1; p=Reject; sp=none; adkim=s; pct=50; rua=mailto:a@b.example,mailto:c@d.example!10m;").unwrap();
        assert_eq!(
            (good.policy.as_str(), good.subdomain_policy.as_str()),
            ("reject", "none")
        );
        assert_eq!(
            (good.strict, good.percent, good.reports.len()),
            ((true, false), 50, 2)
        );
        assert_eq!(
            parse("v=DMARC1;p=quarantine").unwrap().subdomain_policy,
            "quarantine"
        );
        let three = |text: &str| {
            let read = parse(text).unwrap();
            [read.policy, read.subdomain_policy, read.nonexistent_policy].join(" ")
        };
        for (text, wanted) in [
            ("v=DMARC1; p=reject", "reject reject reject"),
            ("v=DMARC1; p=reject; sp=none", "reject none none"),
            ("v=DMARC1; p=none; np=reject", "none none reject"),
            (
                "v=DMARC1; p=none; sp=quarantine; np=Reject",
                "none quarantine reject",
            ),
        ] {
            assert_eq!(three(text), wanted, "{text}");
        }
        for (text, wanted) in [
            ("v=DMARC1; p=none; psd=y", Psd::Yes),
            ("v=DMARC1; p=none; PSD = N ", Psd::No),
            ("v=DMARC1; p=none; psd=u", Psd::Unsaid),
            ("v=DMARC1; p=none; psd=yes", Psd::Unsaid),
            ("v=DMARC1; p=none", Psd::Unsaid),
        ] {
            assert_eq!(psd(text), wanted, "{text}");
        }
        for bad in [
            "v=DMARC1",
            "v=DMARC1; p=block",
            "v=DMARC1; p=none; p=reject",
            "v=DMARC1; p",
            "v=DMARC1; p=none; pct=101",
            "v=DMARC1; p=none; np=off",
            "v=DMARC1; p=none; adkim=x",
            "v=DMARC1; p=none; rua=postmaster@example.com",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        for (text, wanted) in [
            ("v=DMARC1; p=none", true),
            ("v = DMARC1;p=none", true),
            ("v=DMARC2", false),
            ("p=none; v=DMARC1", false),
        ] {
            assert_eq!(is_dmarc(text), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,80}", tags in "[a-z=;, 0-9]{0,60}") {
            let _ = (is_dmarc(&text), parse(&text), parse(&format!("v=DMARC1; {tags}")));
        }
    }
}
