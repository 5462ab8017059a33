//! The target kind `tls_service`: a service that speaks TLS and no HTTP, be it from the first octet
//! or after a word of its own protocol.

use super::domain::parse_name;
use super::endpoint::Endpoint;
use super::spec::EndpointSpec;
use super::{Complaint, TlsSpec, invalid, parse};
use crate::connect::StartTls;
use schemars::JsonSchema;
use seaworthy_collect::Trouble;
use seaworthy_model::Target;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A service that speaks TLS and no HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceSpec {
    /// Its name or IP address.
    pub(crate) host: String,
    /// Its TCP port; that of the protocol in `starttls` where it is not given: 5432, 25, 143.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub(crate) port: Option<u16>,
    /// The protocol that is spoken before TLS. Without it, TLS begins with the first octet, and a
    /// `port` is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) starttls: Option<StartTls>,
    /// Its addresses, in place of those of its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) addresses: Vec<String>,
    /// The name server to ask, `IP:PORT`, in place of the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) resolver: Option<String>,
    /// A PEM file with the only roots to trust, in place of the platform's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ca_file: Option<String>,
    /// Whether the CA is a private one, which the CA/Browser Forum's Baseline Requirements do not
    /// bind.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) private_ca: bool,
    /// Whether the CA is a public one although its roots are those of `ca_file`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) public_ca: bool,
    /// What is looked at by TLS beyond the handshake, and with what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tls: Option<TlsSpec>,
    /// The name to ask for (SNI) and to verify, where it is not `host`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) server_name: Option<String>,
}

/// A parsed [`ServiceSpec`], which is looked at as an endpoint without HTTP.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// How it is reached.
    pub(crate) endpoint: Endpoint,
}

impl Service {
    /// Reads a target of kind `tls_service`.
    ///
    /// # Errors
    ///
    /// When the entry is not what [`super::kinds`] checks for.
    pub(crate) fn of(target: &Target) -> Result<Self, Trouble> {
        let spec: ServiceSpec = parse(target)?;
        Self::parse(spec).map_err(|complaints| invalid(target, &complaints))
    }

    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// Every complaint about it.
    pub(super) fn parse(spec: ServiceSpec) -> Result<Self, Vec<Complaint>> {
        let mut complaints = Vec::new();
        let host = match spec.host.parse::<IpAddr>() {
            Ok(IpAddr::V6(ip)) => format!("[{ip}]"),
            Ok(IpAddr::V4(ip)) => ip.to_string(),
            Err(_) => match parse_name(&spec.host) {
                Ok(name) => name,
                Err(why) => {
                    complaints.push(("/host".to_owned(), why));
                    String::new()
                }
            },
        };
        let port = spec.port.or(spec.starttls.map(StartTls::port));
        if port.is_none_or(|port| port == 0) {
            let why = "a port is wanted, since no starttls says which one is usual";
            complaints.push(("/port".to_owned(), why.to_owned()));
        }
        let (true, Some(port)) = (complaints.is_empty(), port) else {
            return Err(complaints);
        };
        let starttls = spec.starttls;
        let mut endpoint = Endpoint::parse(EndpointSpec {
            url: format!("https://{host}:{port}/"),
            addresses: spec.addresses,
            resolver: spec.resolver,
            ca_file: spec.ca_file,
            private_ca: spec.private_ca,
            public_ca: spec.public_ca,
            tls: spec.tls,
            server_name: spec.server_name,
            ..EndpointSpec::default()
        })?;
        endpoint.starttls = starttls;
        endpoint.web = false;
        Ok(Self { endpoint })
    }
}

#[cfg(test)]
mod tests {
    use super::{Service, ServiceSpec};
    use serde_json::{Value, json};

    fn place(entry: Value) -> Result<String, String> {
        let spec: ServiceSpec = serde_json::from_value(entry).map_err(|error| error.to_string())?;
        let told = |complaints: Vec<(String, String)>| format!("{complaints:?}");
        Service::parse(spec)
            .map(|service| service.endpoint.place())
            .map_err(told)
    }

    #[test]
    fn ports_are_those_of_the_protocol() {
        for (starttls, port) in [
            ("postgres", 5432),
            ("postgres-direct", 5432),
            ("smtp", 25),
            ("imap", 143),
        ] {
            let entry = json!({"host": "db.example.com", "starttls": starttls});
            assert_eq!(place(entry), Ok(format!("db.example.com:{port}")));
            let entry = json!({"host": "::1", "port": 7, "starttls": starttls});
            assert_eq!(place(entry), Ok("[::1]:7".to_owned()));
        }
    }

    #[test]
    fn what_is_wrong_with_an_entry_is_said() {
        for (entry, wanted) in [
            (json!({"host": "db.example.com"}), "/port"),
            (json!({"host": "no name", "port": 1}), "/host"),
            (
                json!({"host": "a.example.com", "port": 1, "addresses": ["x"]}),
                "/addresses/0",
            ),
            (
                json!({"host": "a.example.com", "starttls": "ftp"}),
                "postgres-direct",
            ),
        ] {
            let told = place(entry).unwrap_err();
            assert!(told.contains(wanted), "{told}");
        }
    }
}
