//! How an endpoint departs from the profiles of Mozilla's guideline. The profiles are data, in
//! `config/policy/tls/mozilla.yaml`; here they are only held against what was seen.

use super::fact::{Profile, TlsEndpoint, Unknown};
use seaworthy_yaml::{Dialect, Limits};
use serde::Deserialize;
use std::sync::OnceLock;

/// The data. The workspace is not published to a registry, which would not allow to reach for it.
const DATA: &str = include_str!("../../../../config/policy/tls/mozilla.yaml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Guideline {
    guideline: String,
    #[serde(rename = "source")]
    _source: String,
    /// Groups newer than the guideline that hold one of its own.
    hybrids: Vec<String>,
    profiles: Vec<Wanted>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    name: String,
    protocols: Vec<String>,
    suites: Vec<String>,
    groups: Vec<String>,
    /// The fewest bits of a prime for DHE; nothing where no suite has one.
    dh_bits: Option<i64>,
    /// Kinds of the certificate's key.
    keys: Vec<String>,
    rsa_bits: Option<i64>,
    curve_bits: Vec<i64>,
    signatures: Vec<String>,
    validity_days: i64,
}

fn guideline() -> Option<&'static Guideline> {
    static READ: OnceLock<Option<Guideline>> = OnceLock::new();
    READ.get_or_init(|| {
        let parsed = seaworthy_yaml::parse(DATA.as_bytes(), Dialect::Core, &Limits::default());
        let value = parsed.documents.first()?.value();
        serde_json::from_value(value.clone()).ok()
    })
    .as_ref()
}

/// Fills in the departures from every profile.
pub(super) fn fill(fact: &mut TlsEndpoint, unknown: &mut Unknown) {
    let Some(guideline) = guideline() else { return };
    let missing = [
        "cipher_suites",
        "groups",
        "old_protocols",
        "dh_bits",
        "chain",
    ]
    .into_iter()
    .find_map(|field| Some((field, unknown.get(field)?)));
    let profiles = guideline.profiles.iter().map(|wanted| {
        let found = departures(fact, wanted, &guideline.hybrids);
        Profile {
            name: wanted.name.clone(),
            guideline: guideline.guideline.clone(),
            departures: (missing.is_none() || !found.is_empty()).then_some(found),
        }
    });
    let profiles: Vec<Profile> = profiles.collect();
    if let Some((field, why)) = missing
        && profiles.iter().any(|profile| profile.departures.is_none())
    {
        let why = format!("{field} is not known: {why}");
        unknown.insert("profiles[].departures".to_owned(), why);
    }
    fact.profiles = profiles;
}

fn departures(fact: &TlsEndpoint, wanted: &Wanted, hybrids: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for protocol in &fact.protocols_accepted {
        if !wanted.protocols.contains(protocol) {
            found.push(format!("it takes {protocol}"));
        }
    }
    for suite in fact.cipher_suites.iter().flatten() {
        if !wanted.suites.contains(&suite.name) {
            found.push(format!("it takes {} in {}", suite.name, suite.protocol));
        }
    }
    for group in fact.groups.iter().flatten() {
        if !wanted.groups.contains(&group.name) && !hybrids.contains(&group.name) {
            found.push(format!("it takes the group {}", group.name));
        }
    }
    if let (Some(bits), Some(least)) = (fact.dh_bits, wanted.dh_bits)
        && bits < least
    {
        found.push(format!(
            "its prime for DHE has {bits} bits, and {least} are wanted"
        ));
    }
    if let Some(own) = fact.chain.first() {
        let key = &own.key;
        let bits = key.bits.unwrap_or_default();
        if !wanted.keys.contains(&key.algorithm) {
            found.push(format!("the certificate's key is {}", key.shown()));
        } else if key.algorithm == "RSA" && wanted.rsa_bits.is_some_and(|least| bits < least)
            || key.algorithm == "ECDSA" && !wanted.curve_bits.contains(&bits)
        {
            found.push(format!("the certificate's key has {bits} bits"));
        }
        if !wanted.signatures.contains(&own.signature.algorithm) {
            found.push(format!(
                "the certificate is signed by {}",
                own.signature.algorithm
            ));
        }
        if own.validity_days > wanted.validity_days {
            let (days, most) = (own.validity_days, wanted.validity_days);
            found.push(format!(
                "the certificate is valid for {days} days, and {most} are the most"
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{fill, guideline};
    use crate::tls::fact::Unknown;
    use crate::tls::fact::{Group, Suite, TlsEndpoint};

    fn endpoint(protocols: &[&str], suites: &[&str], groups: &[&str]) -> TlsEndpoint {
        let suite = |name: &&str| Suite {
            name: (*name).to_owned(),
            protocol: "TLS 1.2".to_owned(),
        };
        let group = |name: &&str| Group {
            name: (*name).to_owned(),
            protocols: Vec::new(),
        };
        TlsEndpoint {
            protocols_accepted: protocols.iter().map(|one| (*one).to_owned()).collect(),
            cipher_suites: Some(suites.iter().map(suite).collect()),
            groups: Some(groups.iter().map(group).collect()),
            ..TlsEndpoint::default()
        }
    }

    /// How many departures there are from modern, intermediate and old.
    fn counts(mut fact: TlsEndpoint, mut unknown: Unknown) -> Vec<Option<usize>> {
        fill(&mut fact, &mut unknown);
        let found = fact.profiles.iter();
        found
            .map(|one| Some(one.departures.as_ref()?.len()))
            .collect()
    }

    #[test]
    fn the_data_can_be_read() {
        let names: Vec<&str> = guideline()
            .unwrap()
            .profiles
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(names, ["modern", "intermediate", "old"]);
    }

    #[test]
    fn what_a_profile_does_not_have_is_a_departure() {
        let none = Unknown::new;
        let modern = endpoint(
            &["TLS 1.3"],
            &["TLS_AES_128_GCM_SHA256"],
            &["x25519", "X25519MLKEM768"],
        );
        assert_eq!(counts(modern.clone(), none()), [Some(0), Some(0), Some(0)]);
        let both = endpoint(
            &["TLS 1.2", "TLS 1.3"],
            &["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"],
            &["x25519"],
        );
        assert_eq!(counts(both, none()), [Some(2), Some(0), Some(0)]);
        let old = endpoint(
            &["TLS 1.0"],
            &["TLS_RSA_WITH_3DES_EDE_CBC_SHA"],
            &["secp521r1"],
        );
        assert_eq!(counts(old, none()), [Some(3), Some(3), Some(1)]);
        let small = TlsEndpoint {
            dh_bits: Some(1024),
            ..modern.clone()
        };
        assert_eq!(counts(small, none()), [Some(0), Some(1), Some(0)]);
        let gap = || Unknown::from([("groups".to_owned(), "silence".to_owned())]);
        assert_eq!(counts(modern, gap()), [None, None, None]);
        let bad = endpoint(&["TLS 1.0"], &[], &[]);
        assert_eq!(counts(bad, gap()), [Some(1), Some(1), None]);
    }
}
