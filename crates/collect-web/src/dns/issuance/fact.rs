//! The fact about the certificates that a domain serves, held against its CAA records.

use crate::dns::caa::Caa;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// The certificates that a domain serves, and whether its CAA records let their CAs issue them
/// (RFC 8659). What could not be looked at is left out and named among the fact's unknown fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Issuance {
    /// The name in lower-case ASCII.
    pub(super) name: String,
    /// Whether a certificate was seen at all. Without one nothing is known of who issues.
    pub(super) seen: bool,
    /// The CAs that the target's `issuers` names, in lower case, sorted.
    pub(super) issuers: Vec<String>,
    /// The certificates that are served, one for each address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) served: Option<Vec<Served>>,
    /// Whether CAA restricts who may issue one of the certificates that are served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) restricted: Option<bool>,
    /// The certificates whose CA the CAA records do not let issue them. Unknown where a CA is not
    /// known, or CAA is not, and none was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) forbidden: Option<Vec<Forbidden>>,
    /// The issuer domain names that CAA allows and that mean none of the CAs that issued what is
    /// served. Unknown where a CA is not known, or CAA is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) allowed_besides: Option<Vec<String>>,
}

/// A certificate as one address serves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Served {
    /// The address that serves it, `192.0.2.1:443`.
    pub(super) address: String,
    /// The issuer's distinguished name.
    pub(super) issuer: String,
    /// The issuer's organisation, as its certificate bears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) organisation: Option<String>,
    /// The names by which CAA records mean this CA; absent where the CA is not known, or where no
    /// trusted path proves that it is the issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) identifiers: Option<Vec<String>>,
    /// Why it is not proven that this CA is the issuer; absent where a trusted path proves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) untrusted: Option<String>,
    /// The names of the certificate that are for the domain: itself, or a wildcard.
    pub(super) names: Vec<String>,
}

/// A certificate that its CA would not be let issue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(super) struct Forbidden {
    /// The name in the certificate, perhaps a wildcard.
    pub(super) certificate_name: String,
    /// The organisation of the CA.
    pub(super) organisation: String,
    /// Where the CAA records stand that forbid it.
    pub(super) found_at: String,
    /// The issuer domain names that they allow; empty where they allow nobody.
    pub(super) allowed: Vec<String>,
}

/// A name of a certificate, and the CAA records that govern it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Governed {
    pub(super) name: String,
    /// `None` where there is no CAA; an error where that could not be learnt.
    pub(super) caa: Result<Option<Caa>, String>,
}

impl Issuance {
    /// Concludes from what is served and what governs it; gives the fields that stay unknown, with
    /// the reason.
    pub(super) fn conclude(
        &mut self,
        served: &[Served],
        governed: &[Governed],
    ) -> Vec<(&'static str, String)> {
        let mut forbidden = BTreeSet::new();
        let mut used: BTreeSet<&str> = BTreeSet::new();
        let mut allowed: BTreeSet<&str> = BTreeSet::new();
        let mut doubt: Option<String> = None;
        let mut uncertain: Option<String> = None;
        let mut restricted = false;
        for one in governed {
            match &one.caa {
                Ok(Some(caa)) if caa.restricts => {
                    restricted = true;
                    allowed.extend(caa.allowed.iter().map(String::as_str));
                }
                Ok(_) => {}
                Err(why) => {
                    uncertain.get_or_insert_with(|| why.clone());
                }
            }
        }
        for one in served {
            let Some(identifiers) = &one.identifiers else {
                doubt.get_or_insert_with(|| unknown_ca(one));
                continue;
            };
            used.extend(identifiers.iter().map(String::as_str));
            for name in governed
                .iter()
                .filter(|governed| one.names.contains(&governed.name))
            {
                if let Ok(Some(caa)) = &name.caa
                    && !identifiers.iter().any(|identifier| caa.allows(identifier))
                {
                    forbidden.insert(Forbidden {
                        certificate_name: name.name.clone(),
                        organisation: one.organisation.clone().unwrap_or_default(),
                        found_at: caa.found_at.clone(),
                        allowed: caa.allowed.clone(),
                    });
                }
            }
        }
        let mut unknown = Vec::new();
        let reason = doubt.or_else(|| uncertain.clone());
        match &reason {
            Some(why) if forbidden.is_empty() => unknown.push(("forbidden", why.clone())),
            _ => self.forbidden = Some(forbidden.into_iter().collect()),
        }
        match reason {
            Some(why) => unknown.push(("allowed_besides", why)),
            None => {
                let besides = allowed.difference(&used).map(|name| (*name).to_owned());
                self.allowed_besides = Some(besides.collect());
            }
        }
        match uncertain {
            Some(why) if !restricted => unknown.push(("restricted", why)),
            _ => self.restricted = Some(restricted),
        }
        unknown
    }
}

fn unknown_ca(served: &Served) -> String {
    let (at, issuer) = (&served.address, &served.issuer);
    match (&served.untrusted, &served.organisation) {
        (Some(why), _) => {
            format!("nothing seen: that {issuer} issued what {at} serves is not proven: {why}")
        }
        (None, Some(organisation)) => format!(
            "nothing seen: by which names CAA records mean {organisation}, which issued what {at} serves, is not known"
        ),
        (None, None) => {
            format!("nothing seen: the issuer {issuer} of what {at} serves names no organisation")
        }
    }
}

#[cfg(test)]
mod tests;
