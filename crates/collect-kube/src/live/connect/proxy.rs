//! Which clusters are reached without the proxy of the environment. kube takes the proxy from
//! `HTTPS_PROXY`, but compares `NO_PROXY` with the proxy's own address instead of the cluster's.

use kube::config::Kubeconfig;
use std::net::IpAddr;

/// Whether the cluster of a context names a proxy itself; `NO_PROXY` does not concern that one.
pub(super) fn is_own(kubeconfig: &Kubeconfig, context: Option<&str>) -> bool {
    let name = context.or(kubeconfig.current_context.as_deref());
    let context = kubeconfig
        .contexts
        .iter()
        .find(|context| Some(context.name.as_str()) == name)
        .and_then(|context| context.context.as_ref());
    let cluster = context.and_then(|context| {
        let mut clusters = kubeconfig.clusters.iter();
        clusters.find(|cluster| cluster.name == context.cluster)
    });
    cluster
        .and_then(|cluster| cluster.cluster.as_ref()?.proxy_url.as_deref())
        .is_some_and(|url| !url.is_empty())
}

/// What the environment says of hosts without a proxy.
pub(super) fn exceptions() -> String {
    ["NO_PROXY", "no_proxy"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .unwrap_or_default()
}

/// Whether a host is one of the exceptions: `*`, a name and what is below it, an address, or a
/// range of addresses, as Go's net/http reads them.
pub(super) fn is_excepted(host: &str, exceptions: &str) -> bool {
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    let address: Option<IpAddr> = host.parse().ok();
    exceptions.split(',').map(str::trim).any(|entry| {
        let entry = entry.to_ascii_lowercase();
        let name = entry.trim_start_matches("*.").trim_start_matches('.');
        match (address, entry.split_once('/')) {
            _ if entry.is_empty() => false,
            _ if entry == "*" => true,
            (Some(address), Some((start, bits))) => is_within(address, start, bits),
            (Some(address), None) => entry.parse() == Ok(address),
            (None, _) => host == name || host.ends_with(&format!(".{name}")),
        }
    })
}

fn is_within(address: IpAddr, start: &str, bits: &str) -> bool {
    let (Ok(start), Ok(bits)) = (start.parse::<IpAddr>(), bits.parse::<u32>()) else {
        return false;
    };
    let (width, address, start): (u32, u128, u128) = match (address, start) {
        (IpAddr::V4(address), IpAddr::V4(start)) => (
            32,
            u128::from(address.to_bits()),
            u128::from(start.to_bits()),
        ),
        (IpAddr::V6(address), IpAddr::V6(start)) => (128, address.to_bits(), start.to_bits()),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
    };
    let Some(rest) = width.checked_sub(bits) else {
        return false;
    };
    // A shift by the whole width leaves nothing to compare: every address is within.
    address.checked_shr(rest) == start.checked_shr(rest)
}

#[cfg(test)]
mod tests {
    use super::{is_excepted, is_own};
    use kube::config::Kubeconfig;

    #[test]
    fn exceptions_are_names_addresses_and_ranges() {
        for (host, exceptions, wanted) in [
            ("10.1.2.3", "10.0.0.0/8", true),
            ("11.1.2.3", "10.0.0.0/8", false),
            ("11.1.2.3", "0.0.0.0/0", true),
            ("10.1.2.3", "localhost, 10.1.2.3", true),
            ("[fd00::1]", "fd00::/8", true),
            ("fd00::1", "10.0.0.0/8", false),
            ("10.1.2.3", "10.0.0.0/99", false),
            ("api.example.com", ".example.com", true),
            ("api.example.com", "example.com", true),
            ("api.example.com", "*.example.com", true),
            ("api.badexample.com", "example.com", false),
            ("api.example.com", "*", true),
            ("api.example.com", "", false),
            ("api.example.com", ",,", false),
        ] {
            assert_eq!(
                is_excepted(host, exceptions),
                wanted,
                "{host} in {exceptions}"
            );
        }
    }

    #[test]
    fn a_proxy_of_the_cluster_is_its_own() {
        let text = "
clusters: [{name: a, cluster: {server: 'https://a', proxy-url: 'http://p'}}, {name: b, cluster: {server: 'https://b'}}]
contexts: [{name: a, context: {cluster: a}}, {name: b, context: {cluster: b}}]
current-context: a
";
        let kubeconfig = Kubeconfig::from_yaml(text).unwrap();
        assert!(is_own(&kubeconfig, None));
        assert!(!is_own(&kubeconfig, Some("b")));
        assert!(!is_own(&kubeconfig, Some("gone")));
    }
}
