//! The target kind `host`: a machine by its name, and which of its TCP ports may be open.

use super::domain::parse_name;
use super::{Complaint, Endpoint, invalid, parse};
use schemars::JsonSchema;
use seaworthy_collect::Trouble;
use seaworthy_model::Target;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The most ports of one host that are swept.
const MOST_PORTS: usize = 4096;

/// A host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HostSpec {
    /// Its name or IP address.
    pub(crate) host: String,
    /// Its addresses, in place of those of its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) addresses: Vec<String>,
    /// The name server to ask, `IP:PORT`, in place of the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) resolver: Option<String>,
    /// The TCP ports that are to be open, and no others.
    #[schemars(inner(range(min = 1)))]
    pub(crate) allow: Vec<u16>,
    /// The ports to try besides: ports and ranges, such as `8080` and `1-1024`; well-known ones
    /// without it. At most 4096 in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sweep: Option<Vec<String>>,
}

/// A parsed [`HostSpec`].
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) spec: HostSpec,
    /// The ports to try, the allowed ones among them.
    pub(crate) ports: BTreeSet<u16>,
}

impl Host {
    /// Reads a target of kind `host`.
    ///
    /// # Errors
    ///
    /// When the entry is not what [`super::kinds`] checks for.
    pub(crate) fn of(target: &Target) -> Result<Self, Trouble> {
        let spec: HostSpec = parse(target)?;
        Self::parse(spec).map_err(|complaints| invalid(target, &complaints))
    }

    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// Every complaint about it.
    pub(crate) fn parse(spec: HostSpec) -> Result<Self, Vec<Complaint>> {
        let mut complaints = Vec::new();
        let mut complain = |pointer: &str, why: String| complaints.push((pointer.to_owned(), why));
        if spec.host.parse::<IpAddr>().is_err()
            && let Err(why) = parse_name(&spec.host)
        {
            complain("/host", why);
        }
        if spec.allow.contains(&0) {
            complain("/allow", "there is no TCP port 0".to_owned());
        }
        let mut ports: BTreeSet<u16> = spec.allow.iter().copied().collect();
        match &spec.sweep {
            None => ports.extend(WELL_KNOWN.iter().map(|(port, _)| *port)),
            Some(listed) => {
                for (index, text) in listed.iter().enumerate() {
                    match range(text) {
                        Some((from, to)) => ports.extend(from..=to),
                        None => complain(
                            &format!("/sweep/{index}"),
                            format!("{text:?} is neither a port nor a range such as 1-1024"),
                        ),
                    }
                }
            }
        }
        if ports.len() > MOST_PORTS {
            let why = format!(
                "{} ports are too many; at most {MOST_PORTS} are tried",
                ports.len()
            );
            complain("/sweep", why);
        }
        if complaints.is_empty() {
            Ok(Self { spec, ports })
        } else {
            Err(complaints)
        }
    }

    /// The host as an endpoint, whose addresses are found as those of any other.
    ///
    /// # Errors
    ///
    /// When an address or the resolver is none.
    pub(crate) fn endpoint(&self, target: &Target) -> Result<Endpoint, Trouble> {
        let host = &self.spec.host;
        let shown = match host.parse::<IpAddr>() {
            Ok(IpAddr::V6(address)) => format!("[{address}]"),
            Ok(IpAddr::V4(_)) | Err(_) => host.clone(),
        };
        let mut spec = json!({ "url": format!("http://{shown}/") });
        if let Some(fields) = spec.as_object_mut() {
            if !self.spec.addresses.is_empty() {
                fields.insert("addresses".to_owned(), json!(self.spec.addresses));
            }
            if let Some(resolver) = &self.spec.resolver {
                fields.insert("resolver".to_owned(), json!(resolver));
            }
        }
        let mut same = target.clone();
        same.spec = spec.into();
        Endpoint::of(&same)
    }
}

/// A port, or the ends of a range.
fn range(text: &str) -> Option<(u16, u16)> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (0 < from && from <= to).then_some((from, to))
}

/// What most often stands open by mistake, and what it is
/// (<https://www.iana.org/assignments/service-names-port-numbers>, and the products' defaults).
pub(crate) const WELL_KNOWN: [(u16, &str); 64] = [
    (20, "ftp-data"),
    (21, "ftp"),
    (22, "ssh"),
    (23, "telnet"),
    (25, "smtp"),
    (53, "dns"),
    (79, "finger"),
    (80, "http"),
    (110, "pop3"),
    (111, "rpcbind"),
    (135, "msrpc"),
    (139, "netbios"),
    (143, "imap"),
    (179, "bgp"),
    (389, "ldap"),
    (443, "https"),
    (445, "smb"),
    (465, "smtps"),
    (512, "exec"),
    (513, "login"),
    (514, "shell"),
    (515, "printer"),
    (587, "submission"),
    (636, "ldaps"),
    (873, "rsync"),
    (993, "imaps"),
    (995, "pop3s"),
    (1080, "socks"),
    (1433, "mssql"),
    (1521, "oracle"),
    (2049, "nfs"),
    (2181, "zookeeper"),
    (2375, "docker"),
    (2376, "docker-tls"),
    (2379, "etcd"),
    (2380, "etcd-peer"),
    (3000, "grafana"),
    (3128, "squid"),
    (3306, "mysql"),
    (3389, "rdp"),
    (4222, "nats"),
    (5000, "registry"),
    (5432, "postgresql"),
    (5601, "kibana"),
    (5672, "amqp"),
    (5900, "vnc"),
    (5984, "couchdb"),
    (6379, "redis"),
    (6443, "kube-apiserver"),
    (6432, "pgbouncer"),
    (7001, "weblogic"),
    (8080, "http-alt"),
    (8222, "nats-monitor"),
    (8443, "https-alt"),
    (8500, "consul"),
    (8888, "jupyter"),
    (9090, "prometheus"),
    (9092, "kafka"),
    (9093, "alertmanager"),
    (9200, "elasticsearch"),
    (10250, "kubelet"),
    (11211, "memcached"),
    (15672, "rabbitmq-management"),
    (27017, "mongodb"),
];

#[cfg(test)]
mod tests {
    use super::{Host, HostSpec, WELL_KNOWN, range};
    use serde_json::{Value, json};

    fn read(entry: Value) -> Result<usize, String> {
        let spec: HostSpec = serde_json::from_value(entry).unwrap();
        let told = |complaints: Vec<(String, String)>| format!("{complaints:?}");
        Host::parse(spec).map(|host| host.ports.len()).map_err(told)
    }

    #[test]
    fn ports_and_ranges() {
        assert_eq!(range("443"), Some((443, 443)));
        assert_eq!(range("1-1024"), Some((1, 1024)));
        for wrong in ["", "0", "x", "5-1", "1-70000", "-1", "0-3"] {
            assert_eq!(range(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_entry_is_bounded() {
        let host = "db.example.com";
        assert_eq!(
            read(json!({"host": host, "allow": [443, 9999]})),
            Ok(WELL_KNOWN.len() + 1)
        );
        assert_eq!(
            read(json!({"host": host, "allow": [443], "sweep": ["22", "8000-8003"]})),
            Ok(6)
        );
        for (entry, why) in [
            (
                json!({"host": host, "allow": [], "sweep": ["1-5000"]}),
                "too many",
            ),
            (json!({"host": host, "allow": [0]}), "no TCP port 0"),
            (json!({"host": "no name", "allow": [1]}), "/host"),
            (
                json!({"host": host, "allow": [1], "sweep": ["http"]}),
                "/sweep/0",
            ),
        ] {
            let told = read(entry).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }
}
