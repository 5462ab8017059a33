//! Which probes `seaworthy probe …` uses where none is named.

use super::args::What;
use seaworthy_model::ProbeSpec;

/// What a saved head alone can show; redirects and errors it cannot.
const OF_ONE_HEAD: [&str; 10] = [
    "http/hsts",
    "http/csp",
    "http/framing",
    "http/nosniff",
    "http/referrer-policy",
    "http/permissions-policy",
    "http/no-version-leak",
    "http/cookies-secure",
    "http/isolation-valid",
    "http/private-not-cached",
];

/// What a saved chain cannot show.
const NOT_OF_A_CHAIN: [&str; 12] = [
    "tls/no-compression",
    "tls/secure-renegotiation",
    "tls/downgrade-protected",
    "tls/strong-key-exchange",
    "tls/not-revoked",
    "tls/staple-valid",
    "tls/offered",
    "tls/starttls-flushes",
    "tls/modern-protocol",
    "tls/old-protocols-refused",
    "tls/weak-suites-refused",
    "tls/staple-when-required",
];

/// Stricter than what every service needs: they are for those who name them.
const WHERE_NAMED: [&str; 3] = [
    "tls/client-certificate-required",
    "tls/forward-secrecy",
    "tls/profile",
];

const NOT_REVOKED: &str = "tls/not-revoked";

/// What an OCSP answer beside a saved chain shows.
const OF_A_STAPLE: [&str; 3] = [NOT_REVOKED, "tls/staple-valid", "tls/staple-when-required"];

fn of_chain(spec: &ProbeSpec) -> bool {
    of_tls(spec) && !NOT_OF_A_CHAIN.contains(&spec.id.as_str())
}

fn of_tls(spec: &ProbeSpec) -> bool {
    spec.subject == "tls_endpoint" && !WHERE_NAMED.contains(&spec.id.as_str())
}

/// What a question about a CA is answered by; what else may issue is for a sweep to say.
const OF_CAA: [&str; 2] = ["dns/caa-present", "dns/caa-allows-issuer"];

/// Subjects that only a live cluster has.
const LIVE_ONLY: [&str; 6] = [
    "rollout",
    "scaling",
    "canary",
    "delivery",
    "node_pool",
    "cluster",
];

impl What {
    /// The family that all probes are of which are used where none is named; none where they are of
    /// several.
    pub(super) fn family(&self) -> Option<&'static str> {
        match self {
            Self::Tls(_) | Self::Chain { .. } => Some("tls"),
            Self::K8s { .. } => Some("k8s"),
            Self::Http { .. }
            | Self::Headers { .. }
            | Self::Cors { .. }
            | Self::Ws { .. }
            | Self::Ports(_)
            | Self::Caa { .. }
            | Self::Dns { .. }
            | Self::Mail { .. }
            | Self::Zone { .. } => None,
        }
    }

    /// Which probes are used where none is named.
    pub(crate) fn default_probes(&self) -> fn(&ProbeSpec) -> bool {
        match self {
            Self::Tls(_) => of_tls,
            Self::Chain {
                ocsp_file: Some(_), ..
            } => |spec| of_chain(spec) || OF_A_STAPLE.contains(&spec.id.as_str()),
            Self::Chain { crl_file, .. } if !crl_file.is_empty() => {
                |spec| of_chain(spec) || spec.id.as_str() == NOT_REVOKED
            }
            Self::Chain { .. } => of_chain,
            Self::Http { .. } => |spec| spec.subject == "http_endpoint",
            Self::Headers { .. } => |spec| OF_ONE_HEAD.contains(&spec.id.as_str()),
            Self::Cors { .. } => |spec| spec.subject == "cors_resource",
            Self::Ws { .. } => |spec| spec.subject == "websocket",
            Self::Ports(_) => |spec| spec.subject == "host_ports",
            // Who may issue is asked by itself.
            Self::Dns { .. } => {
                |spec| spec.subject == "domain" && !spec.id.as_str().starts_with("dns/caa-")
            }
            Self::Mail { .. } => |spec| spec.subject == "mail_domain",
            Self::Zone { .. } => |spec| spec.subject == "zone",
            Self::Caa { .. } => |spec| OF_CAA.contains(&spec.id.as_str()),
            Self::K8s { manifests, .. } if manifests.is_some() => {
                |spec| spec.id.family() == "k8s" && !LIVE_ONLY.contains(&spec.subject.as_str())
            }
            // A probe that must be told what is wanted cannot be one of those that are run unasked.
            Self::K8s { .. } => |spec| {
                let is_ready = spec.params.values().all(|param| param.default.is_some());
                spec.id.family() == "k8s" && is_ready
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::setup;

    #[test]
    fn probes_over_certificates_are_of_one_family() {
        let catalog = setup::catalog_of(setup::built_in_probes(), &[], &setup::registry());
        let catalog = catalog.unwrap_or_else(|_| panic!("the built-in probes are to load"));
        let mut count = 0;
        for probe in catalog.probes() {
            let of_family = probe.spec().id.family() == "tls";
            assert_eq!(probe.spec().subject == "tls_endpoint", of_family);
            count += usize::from(of_family);
        }
        assert!(count > 15, "{count}");
    }
}
