//! The target kind `domain`: a name, whom to ask about it and what its zone ought to hold.

use super::{Complaint, Endpoint, invalid, parse, parse_address};
use schemars::JsonSchema;
use seaworthy_collect::Trouble;
use seaworthy_model::Target;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use url::Host;

/// A domain name and what its zone ought to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DomainSpec {
    /// The name, `api.example.com`; `*.example.com` is that of example.com with `wildcard`.
    pub(crate) domain: String,
    /// The name server to ask, `IP:PORT`, in place of the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nameserver: Option<String>,
    /// TXT strings that must be there, for example a verification token. Each must be equal to
    /// a whole record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) expect_txt: Vec<String>,
    /// The domains of the certificate authorities that the team uses, as CAA names them:
    /// `letsencrypt.org`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) issuers: Vec<String>,
    /// Whether certificates for `*.<domain>` are what CAA is asked about.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) wildcard: bool,
    /// The port at which the zone's authoritative servers answer; 53 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub(crate) authority_port: Option<u16>,
    /// Where the domain's certificate is served, `IP` or `IP:PORT`, in place of port 443 at the
    /// addresses of the name. CAA is compared with the CA that issued it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) serves: Vec<String>,
    /// Where the domain's policy of MTA-STS is served, `IP` or `IP:PORT`, in place of port 443 at the
    /// addresses of `mta-sts.DOMAIN`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) mta_sts_addresses: Vec<String>,
    /// A PEM file with the only roots to trust for either, in place of the platform's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ca_file: Option<String>,
}

/// A parsed [`DomainSpec`].
#[derive(Clone, Debug)]
pub(crate) struct Domain {
    /// The entry as it was written.
    pub(crate) spec: DomainSpec,
    /// The name in lower-case ASCII (an IDN in its A-label form), without a trailing dot.
    pub(crate) name: String,
    /// The name server to ask; the system's where there is none.
    pub(crate) nameserver: Option<SocketAddr>,
}

impl Domain {
    /// Reads a target of kind `domain`.
    ///
    /// # Errors
    ///
    /// When the entry is not what [`super::kinds`] checks for.
    pub(crate) fn of(target: &Target) -> Result<Self, Trouble> {
        let spec: DomainSpec = parse(target)?;
        Self::parse(spec).map_err(|complaints| invalid(target, &complaints))
    }

    /// The port at which the zone's authoritative servers answer.
    pub(crate) fn authority_port(&self) -> u16 {
        self.spec.authority_port.unwrap_or(53)
    }

    /// The target's `issuers` in lower case, sorted, each once.
    pub(crate) fn issuers(&self) -> Vec<String> {
        let plain = |issuer: &String| issuer.trim_end_matches('.').to_ascii_lowercase();
        let all: BTreeSet<String> = self.spec.issuers.iter().map(plain).collect();
        all.into_iter().collect()
    }

    /// The place where the domain's certificate is served, as an endpoint.
    ///
    /// # Errors
    ///
    /// When the name is none that TLS can ask for.
    pub(crate) fn endpoint(&self, target: &Target) -> Result<Endpoint, Trouble> {
        let mut same = target.clone();
        let url = format!("https://{}/", self.name);
        let mut spec = json!({ "url": url, "addresses": self.spec.serves });
        if let (Some(fields), Some(server)) = (spec.as_object_mut(), self.nameserver) {
            fields.insert("resolver".to_owned(), json!(server.to_string()));
        }
        same.spec = spec.into();
        Endpoint::of(&same)
    }

    /// The place of the domain's policy of MTA-STS (RFC 8461 §3.2), as an endpoint.
    ///
    /// # Errors
    ///
    /// When the name is none that TLS can ask for.
    pub(crate) fn policy_host(&self, target: &Target) -> Result<Endpoint, Trouble> {
        let mut same = target.clone();
        let url = format!("https://mta-sts.{}/.well-known/mta-sts.txt", self.name);
        let (addresses, roots) = (&self.spec.mta_sts_addresses, &self.spec.ca_file);
        let mut spec = json!({ "url": url, "addresses": addresses });
        if let (Some(fields), Some(file)) = (spec.as_object_mut(), roots) {
            fields.insert("ca_file".to_owned(), json!(file));
        }
        same.spec = spec.into();
        Endpoint::of(&same)
    }

    pub(super) fn parse(mut spec: DomainSpec) -> Result<Self, Vec<Complaint>> {
        let mut complaints = Vec::new();
        // By the rules of wildcards (RFC 8659 §4.3) the records are those of the name below it.
        let below = spec.domain.strip_prefix("*.").map(str::to_owned);
        spec.wildcard |= below.is_some();
        let name = parse_name(below.as_ref().unwrap_or(&spec.domain)).unwrap_or_else(|why| {
            complaints.push(("/domain".to_owned(), why));
            String::new()
        });
        let nameserver = spec
            .nameserver
            .as_deref()
            .map(|text| parse_address(text, Some(53)));
        let nameserver = nameserver.transpose().unwrap_or_else(|why| {
            complaints.push(("/nameserver".to_owned(), why));
            None
        });
        for (index, issuer) in spec.issuers.iter().enumerate() {
            if let Err(why) = parse_name(issuer) {
                complaints.push((format!("/issuers/{index}"), why));
            }
        }
        let places = [
            ("serves", &spec.serves),
            ("mta_sts_addresses", &spec.mta_sts_addresses),
        ];
        for (field, places) in places {
            for (index, place) in places.iter().enumerate() {
                if let Err(why) = parse_address(place, Some(443)) {
                    complaints.push((format!("/{field}/{index}"), why));
                }
            }
        }
        if complaints.is_empty() {
            Ok(Self {
                spec,
                name,
                nameserver,
            })
        } else {
            Err(complaints)
        }
    }
}

pub(super) fn parse_name(text: &str) -> Result<String, String> {
    let name = text.strip_suffix('.').unwrap_or(text);
    let sound = |name: &str| {
        name.len() <= 253 && !name.contains('*') && !name.split('.').any(str::is_empty)
    };
    match Host::parse(name) {
        Ok(Host::Domain(name)) if sound(&name) => Ok(name),
        Ok(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_)) | Err(_) => Err(format!(
            "{text:?} is no domain name; write it like api.example.com"
        )),
    }
}
