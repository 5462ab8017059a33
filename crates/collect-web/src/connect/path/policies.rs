//! Certificate policies along a path (RFC 5280 §6.1, as RFC 9618 §5 reckons them), for a client that
//! takes any policy. Such a one refuses a path only where a CA requires a policy and none holds from
//! there down to the server's certificate.

use super::Known;
use std::collections::{BTreeMap, BTreeSet};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;

/// anyPolicy.
const ANY: &str = "2.5.29.32.0";

/// The policies that hold at one certificate, each with those that it is called by in the next.
type Level = BTreeMap<String, BTreeSet<String>>;

/// What the certificates so far have left of the policies.
struct State {
    /// Nothing once no policy holds any more.
    level: Option<Level>,
    /// After how many certificates a policy is required.
    explicit: u32,
    /// After how many certificates none is mapped any more.
    mapping: u32,
    /// After how many certificates anyPolicy stands for no other any more.
    any: u32,
}

/// certificatePolicies, policyMappings, policyConstraints and inhibitAnyPolicy.
const OF_POLICIES: [&str; 4] = ["2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.54"];

/// What a certificate says of policies.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    policies: Option<Vec<String>>,
    mappings: Vec<(String, String)>,
    explicit: Option<u32>,
    mapping: Option<u32>,
    any: Option<u32>,
}

/// Whether the policies of `path`, the server's own certificate first and the CA below the root last,
/// are such that a client takes it.
pub(super) fn hold(path: &[&Known]) -> bool {
    if !path.iter().any(|one| one.policies.limits()) {
        return true;
    }
    let most = u32::try_from(path.len())
        .unwrap_or(u32::MAX)
        .saturating_add(1);
    let mut state = State {
        level: Some(Level::from([(
            ANY.to_owned(),
            BTreeSet::from([ANY.to_owned()]),
        )])),
        explicit: most,
        mapping: most,
        any: most,
    };
    for (above, one) in path.iter().enumerate().rev() {
        let last = above == 0;
        state.process(one, last);
        if state.explicit == 0 && state.level.is_none() {
            return false;
        }
        if !last && !state.prepare(one) {
            return false;
        }
        if last {
            state.explicit = state.explicit.saturating_sub(1);
            if one.policies.explicit == Some(0) {
                state.explicit = 0;
            }
        }
    }
    state.explicit > 0 || state.level.is_some()
}

impl Said {
    /// Nothing where an extension cannot be read.
    pub(super) fn by(certificate: &X509Certificate<'_>) -> Option<Self> {
        let mut said = Self::default();
        for extension in certificate.extensions() {
            #[expect(clippy::wildcard_enum_match_arm, reason = "the others are no policies")]
            match extension.parsed_extension() {
                ParsedExtension::CertificatePolicies(policies) => {
                    let ids = policies.iter().map(|one| one.policy_id.to_id_string());
                    said.policies = Some(ids.collect());
                }
                ParsedExtension::PolicyMappings(mappings) => {
                    let pairs = mappings.mappings.iter().map(|one| {
                        let to = one.subject_domain_policy.to_id_string();
                        (one.issuer_domain_policy.to_id_string(), to)
                    });
                    said.mappings = pairs.collect();
                }
                ParsedExtension::PolicyConstraints(limits) => {
                    said.explicit = limits.require_explicit_policy;
                    said.mapping = limits.inhibit_policy_mapping;
                }
                ParsedExtension::InhibitAnyPolicy(limit) => said.any = Some(limit.skip_certs),
                _ => {
                    let oid = extension.oid.to_id_string();
                    if OF_POLICIES.contains(&oid.as_str()) {
                        return None;
                    }
                }
            }
        }
        Some(said)
    }

    /// Whether it limits or maps policies.
    fn limits(&self) -> bool {
        let limit = self.explicit.or(self.mapping).or(self.any);
        limit.is_some() || !self.mappings.is_empty()
    }
}

impl State {
    /// RFC 5280 §6.1.3 (d) and (e).
    fn process(&mut self, known: &Known, last: bool) {
        let (Some(above), Some(policies)) = (self.level.take(), &known.policies.policies) else {
            return;
        };
        let mut level = Level::new();
        let mut hold = |policy: &str| {
            level.insert(policy.to_owned(), BTreeSet::from([policy.to_owned()]));
        };
        let expected = |policy: &String| above.values().any(|called| called.contains(policy));
        for policy in policies.iter().filter(|policy| *policy != ANY) {
            if expected(policy) || above.contains_key(ANY) {
                hold(policy);
            }
        }
        if policies.iter().any(|policy| policy == ANY) && (self.any > 0 || (!last && known.itself))
        {
            for policy in above.values().flatten() {
                if !policies.contains(policy) || policy == ANY {
                    hold(policy);
                }
            }
        }
        self.level = Some(level).filter(|level| !level.is_empty());
    }

    /// RFC 5280 §6.1.4 (a), (b), (h), (i) and (j); whether the mappings are ones that may be.
    fn prepare(&mut self, known: &Known) -> bool {
        let said = &known.policies;
        if said
            .mappings
            .iter()
            .any(|(from, to)| from == ANY || to == ANY)
        {
            return false;
        }
        let mut called: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in &said.mappings {
            called.entry(from).or_default().insert(to.clone());
        }
        if let Some(level) = &mut self.level {
            for (from, to) in called {
                if self.mapping == 0 {
                    level.remove(from);
                } else if level.contains_key(from) || level.contains_key(ANY) {
                    level.insert(from.clone(), to);
                }
            }
        }
        self.level = self.level.take().filter(|level| !level.is_empty());
        if !known.itself {
            for left in [&mut self.explicit, &mut self.mapping, &mut self.any] {
                *left = left.saturating_sub(1);
            }
        }
        let least =
            |left: &mut u32, limit: Option<u32>| *left = (*left).min(limit.unwrap_or(*left));
        least(&mut self.explicit, said.explicit);
        least(&mut self.mapping, said.mapping);
        least(&mut self.any, said.any);
        true
    }
}
