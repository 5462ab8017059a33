//! CAA records: the grammar of their values, and who may issue by them (RFC 8659).
//!
//! Which record set is the relevant one is found by `climb`.

use super::printable::printable;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// The relevant CAA record set of a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Caa {
    /// The name at which the records were found: the domain itself or an ancestor.
    pub(crate) found_at: String,
    /// The targets of the aliases (CNAME) that were followed from there, in order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) aliases: Vec<String>,
    /// The records, sorted.
    pub(crate) records: Vec<CaaRecord>,
    /// The issuers that `issue` records allow.
    pub(crate) issue: Vec<String>,
    /// The issuers that `issuewild` records allow.
    pub(crate) issuewild: Vec<String>,
    /// Whether the records restrict at all who may issue the certificate in question (one for
    /// the name, or for `*.` the name where the target says `wildcard`). Records that only
    /// report violations do not.
    pub(crate) restricts: bool,
    /// The issuers that may issue the certificate in question; empty where nobody may, and where
    /// nothing is restricted.
    pub(crate) allowed: Vec<String>,
    /// Whether nobody may issue the certificate in question: `issue ";"`, a malformed value, or
    /// an unknown critical property.
    pub(crate) forbids_all: bool,
    /// The tags of critical properties that a CA need not know; it must then not issue (RFC 8659
    /// §4.1).
    pub(crate) unknown_critical: Vec<String>,
    /// Where violations are reported to.
    pub(crate) iodef: Vec<String>,
}

/// One CAA record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(crate) struct CaaRecord {
    /// The property's tag in lower case: `issue`, `issuewild`, `iodef` …
    pub(crate) tag: String,
    /// The value as it stands, control characters escaped.
    pub(crate) value: String,
    /// Whether a CA that does not know the tag must not issue.
    pub(crate) critical: bool,
    /// For `issue` and `issuewild`: the issuer's domain in lower case; absent where the record
    /// names none, which allows nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) issuer: Option<String>,
    /// For `issue` and `issuewild`: the parameters, such as `accounturi` and
    /// `validationmethods` (RFC 8657).
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) parameters: BTreeMap<String, String>,
    /// For `issue` and `issuewild`: whether its parameters let nobody issue, whatever the issuer: an
    /// `accounturi` that is no URI, `validationmethods` that are none, or one of them twice (RFC 8657
    /// §3, §4). Left out where they do not.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) unsatisfiable: bool,
    /// Whether the record breaks the grammar: a value of `issue` or `issuewild`, which then allows
    /// nobody; a value of `iodef` that is no mailto, http or https URL; a tag of other characters
    /// than letters and digits.
    pub(crate) malformed: bool,
}

/// A value of `issue` or `issuewild`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct IssueValue {
    pub(super) issuer: Option<String>,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) unsatisfiable: bool,
}

impl CaaRecord {
    /// Reads one record's flag, tag and value.
    pub(crate) fn new(critical: bool, tag: &str, value: &[u8]) -> Self {
        let tag = printable(&tag.to_ascii_lowercase());
        let parsed = matches!(tag.as_str(), "issue" | "issuewild").then(|| issue_value(value));
        let odd_tag = !tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let malformed = parsed.as_ref().is_some_and(Option::is_none)
            || odd_tag
            || (tag == "iodef" && !is_report_url(value));
        let IssueValue {
            issuer,
            parameters,
            unsatisfiable,
        } = parsed.flatten().unwrap_or_default();
        Self {
            tag,
            value: printable(&String::from_utf8_lossy(value)),
            critical,
            issuer,
            parameters,
            unsatisfiable,
            malformed,
        }
    }
}

impl Caa {
    /// What `records`, found at `found_at`, say about a certificate for the name or, with
    /// `wildcard`, for `*.` the name (RFC 8659 §4.2, §4.3).
    pub(crate) fn new(
        found_at: String,
        aliases: Vec<String>,
        mut records: Vec<CaaRecord>,
        wildcard: bool,
    ) -> Self {
        records.sort();
        records.dedup();
        let tagged = |tag: &str| records.iter().any(|record| record.tag == tag);
        let issuers = |tag: &str| -> Vec<String> {
            let of_tag = records
                .iter()
                .filter(|record| record.tag == tag && !record.unsatisfiable);
            let all: BTreeSet<&String> =
                of_tag.filter_map(|record| record.issuer.as_ref()).collect();
            all.into_iter().cloned().collect()
        };
        // `issuewild` goes before `issue` for a wildcard and counts for nothing else.
        let governing = if wildcard && tagged("issuewild") {
            "issuewild"
        } else {
            "issue"
        };
        let unknown_critical: BTreeSet<&String> = records
            .iter()
            .filter(|record| record.critical && !is_known(&record.tag))
            .map(|record| &record.tag)
            .collect();
        let unknown_critical: Vec<String> = unknown_critical.into_iter().cloned().collect();
        let restricts = tagged(governing) || !unknown_critical.is_empty();
        let allowed = if unknown_critical.is_empty() {
            issuers(governing)
        } else {
            Vec::new()
        };
        Self {
            found_at,
            aliases,
            issue: issuers("issue"),
            issuewild: issuers("issuewild"),
            forbids_all: restricts && allowed.is_empty(),
            restricts,
            allowed,
            unknown_critical,
            iodef: records
                .iter()
                .filter(|record| record.tag == "iodef")
                .map(|record| record.value.clone())
                .collect(),
            records,
        }
    }

    /// Whether `issuer` may issue the certificate in question.
    pub(crate) fn allows(&self, issuer: &str) -> bool {
        !self.restricts
            || self
                .allowed
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(issuer))
    }
}

/// `iodef` names a mailto, http or https URL (RFC 8659 §4.4).
fn is_report_url(value: &[u8]) -> bool {
    let url = std::str::from_utf8(value)
        .ok()
        .and_then(|text| Url::parse(text).ok());
    url.is_some_and(|url| match url.scheme() {
        "mailto" => url.path().contains('@'),
        "http" | "https" => url.host().is_some(),
        _ => false,
    })
}

/// The properties that every publicly trusted CA must process (CA/Browser Forum BR §3.2.2.8).
fn is_known(tag: &str) -> bool {
    matches!(tag, "issue" | "issuewild" | "iodef")
}

/// Reads `issue-value` (RFC 8659 §4.2); `None` where it breaks the grammar.
pub(super) fn issue_value(value: &[u8]) -> Option<IssueValue> {
    let text = std::str::from_utf8(value).ok()?;
    let (issuer, parameters) = match text.split_once(';') {
        Some((issuer, parameters)) => (trim(issuer), parameters),
        None => (trim(text), ""),
    };
    if !issuer.is_empty() && !issuer.split('.').all(is_label) {
        return None;
    }
    let mut parsed = IssueValue {
        issuer: (!issuer.is_empty()).then(|| issuer.to_ascii_lowercase()),
        parameters: BTreeMap::new(),
        unsatisfiable: false,
    };
    if trim(parameters).is_empty() {
        return Some(parsed);
    }
    for parameter in parameters.split(';') {
        let (tag, value) = parameter.split_once('=')?;
        let (tag, value) = (trim(tag), trim(value));
        if !is_label(tag)
            || !value
                .bytes()
                .all(|byte| matches!(byte, 0x21..=0x3a | 0x3c..=0x7e))
        {
            return None;
        }
        let twice = parsed.parameters.insert(tag.to_owned(), value.to_owned());
        parsed.unsatisfiable |= match tag {
            "accounturi" => twice.is_some() || Url::parse(value).is_err(),
            "validationmethods" => twice.is_some() || !value.split(',').all(is_method),
            _ => false,
        };
    }
    Some(parsed)
}

/// The name of a method of validation (RFC 8657 §4).
fn is_method(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.bytes().all(fits)
}

/// WSP is a space or a tab (RFC 5234).
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// `(ALPHA / DIGIT) *( *("-") (ALPHA / DIGIT))`
fn is_label(text: &str) -> bool {
    let ends = !text.is_empty() && !text.starts_with('-') && !text.ends_with('-');
    ends && text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::{Caa, CaaRecord, issue_value};
    use proptest::prelude::*;

    #[test]
    fn issue_values_by_their_grammar() {
        for (value, wanted) in [
            ("ca.example", Some((Some("ca.example"), vec![]))),
            (" CA.Example \t", Some((Some("ca.example"), vec![]))),
            (";", Some((None, vec![]))),
            ("", Some((None, vec![]))),
            ("ca.example;", Some((Some("ca.example"), vec![]))),
            (
                "ca.example; accounturi=https://ca.example/acct/1; validationmethods=dns-01",
                Some((
                    Some("ca.example"),
                    vec![
                        ("accounturi", "https://ca.example/acct/1"),
                        ("validationmethods", "dns-01"),
                    ],
                )),
            ),
            (
                "ca.example; account = 230123",
                Some((Some("ca.example"), vec![("account", "230123")])),
            ),
            ("; policy=ev", Some((None, vec![("policy", "ev")]))),
            ("%%%%%", None),
            ("ca.example account=1", None),
            ("ca..example", None),
            ("-ca.example", None),
            ("ca.example; a", None),
            ("ca.example; a=b;", None),
            ("ca.example; a=b c", None),
            ("https://ca.example", None),
        ] {
            let parsed = issue_value(value.as_bytes());
            let parsed = parsed.as_ref().map(|parsed| {
                let parameters = parsed.parameters.iter();
                (
                    parsed.issuer.as_deref(),
                    parameters
                        .map(|(tag, value)| (tag.as_str(), value.as_str()))
                        .collect::<Vec<_>>(),
                )
            });
            assert_eq!(parsed, wanted, "{value:?}");
        }
    }

    /// Records as `flags tag value`, the name asked about, and the verdict on `good.example`.
    fn check(records: &[&str], wildcard: bool, restricts: bool, allows_good: bool) {
        let parse = |text: &&str| {
            let mut parts = text.splitn(3, ' ');
            let critical = parts.next() == Some("128");
            let tag = parts.next().unwrap_or_default();
            CaaRecord::new(critical, tag, parts.next().unwrap_or_default().as_bytes())
        };
        let caa = Caa::new(
            "x".into(),
            vec![],
            records.iter().map(parse).collect(),
            wildcard,
        );
        assert_eq!(caa.restricts, restricts, "{records:?}");
        assert_eq!(caa.allows("Good.example"), allows_good, "{records:?}");
        assert_eq!(
            caa.forbids_all,
            restricts && caa.allowed.is_empty(),
            "{records:?}"
        );
    }

    #[test]
    fn who_may_issue() {
        check(&["0 issue good.example"], false, true, true);
        check(&["0 ISSUE good.example"], false, true, true);
        check(&["0 issue bad.example"], false, true, false);
        check(&["0 issue ;"], false, true, false);
        check(&["0 issue ;", "0 issue good.example"], false, true, true);
        check(&["0 issue %%%"], false, true, false);
        check(&["0 iodef mailto:a@b.example"], false, false, true);
        check(&["0 unheard-of x"], false, false, true);
        check(
            &["128 unheardof x", "0 issue good.example"],
            false,
            true,
            false,
        );
        check(&["128 issue good.example"], false, true, true);
        // Wildcards: issuewild goes before issue, and issue stands in for it.
        check(&["0 issue good.example"], true, true, true);
        check(
            &["0 issue good.example", "0 issuewild ;"],
            true,
            true,
            false,
        );
        check(
            &["0 issue good.example", "0 issuewild ;"],
            false,
            true,
            true,
        );
        check(&["0 issue ;", "0 issuewild good.example"], true, true, true);
        check(&["0 issuewild bad.example"], false, false, true);
    }

    #[test]
    fn parameters_that_nobody_satisfies_allow_nobody() {
        for (parameters, allows) in [
            ("accounturi=https://good.example/1", true),
            ("validationmethods=dns-01,ca-x", true),
            ("accounturi=1234", false),
            ("accounturi=", false),
            ("accounturi=https://a.b/1; accounturi=https://a.b/1", false),
            ("validationmethods=", false),
            ("validationmethods=dns-01,", false),
            ("validationmethods=dns_01", false),
            ("validationmethods=dns-01; validationmethods=http-01", false),
            ("unheard=; unheard=", true),
        ] {
            let record = format!("0 issue good.example; {parameters}");
            check(&[&record], false, true, allows);
        }
    }

    proptest! {
        #[test]
        fn no_value_panics_and_a_malformed_one_allows_nobody(value in proptest::collection::vec(any::<u8>(), 0..64)) {
            let record = CaaRecord::new(false, "issue", &value);
            if record.malformed {
                prop_assert!(Caa::new("x".into(), vec![], vec![record], false).forbids_all);
            }
        }
    }
}
