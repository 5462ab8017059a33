//! The origins that are tried, each named for the mistake in a server's check that it finds.

use schemars::JsonSchema;
use serde::Serialize;
use url::{Host, Url};

/// The host of the origins that nobody could have meant to trust.
const STRANGER: &str = "evil.example";

/// The origins of development servers on a person's own machine, by the ports of the most common ones.
const LOCALHOST: [&str; 6] = [
    "http://localhost",
    "http://localhost:3000",
    "http://localhost:4200",
    "http://localhost:5173",
    "http://localhost:8080",
    "http://127.0.0.1:3000",
];

/// What an origin is to the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OriginKind {
    /// The endpoint's own, as configured.
    Own,
    /// A foreign one; where it is allowed, any is.
    Foreign,
    /// `null`, which any sandboxed frame has.
    Null,
    /// Ends like the own host: a check by suffix.
    Suffix,
    /// Begins like the own host: a check by prefix.
    Prefix,
    /// The own host with a character behind it that ends a name for some checks.
    Special,
    /// The own host with another letter for a dot: an unescaped regular expression.
    UnescapedDot,
    /// The own host, another port.
    Port,
    /// The own host, or a sub-domain of it, over plain HTTP, which anybody on the way can forge.
    PlainHttp,
    /// A sub-domain of the own host.
    Subdomain,
    /// Another name below the registrable domain of the own host; tried where one that ends like the
    /// own host is allowed, to tell a check by suffix from an estate that is trusted as a whole.
    Sibling,
    /// A page that a person's own machine serves: what is left on a list from development.
    Localhost,
}

impl OriginKind {
    /// Whether it is tried with and without credentials; the others differ from these in what a
    /// server takes for the own host, not in what it does about credentials.
    pub(crate) fn both_ways(self) -> bool {
        !matches!(
            self,
            Self::Special | Self::UnescapedDot | Self::Sibling | Self::Localhost
        )
    }

    /// Whether it is tried on an answer of this name: an error answer knows no other list, so what is
    /// written on it is tried on the page alone.
    pub(crate) fn is_tried(self, on: &str) -> bool {
        on == "page" || self != Self::Localhost
    }

    /// Whether it belongs to a stranger who passes for the own host.
    pub(crate) fn is_lookalike(self) -> bool {
        matches!(
            self,
            Self::Suffix | Self::Prefix | Self::Special | Self::UnescapedDot
        )
    }
}

/// A name beside the own host, below the same registrable domain; none where the own host is that
/// domain itself, or an address.
pub(crate) fn sibling(own: &Url) -> Option<String> {
    let host = own.domain()?;
    let domain = psl::domain_str(host).filter(|domain| *domain != host)?;
    let port = own
        .port()
        .map_or_else(String::new, |port| format!(":{port}"));
    Some(format!("{}://seaworthy.{domain}{port}", own.scheme()))
}

/// Whether two origins are of names below one registrable domain.
pub(crate) fn same_site(one: &str, two: &str) -> bool {
    let domain = |origin: &str| {
        let url = Url::parse(origin).ok()?;
        url.domain().and_then(psl::domain_str).map(str::to_owned)
    };
    domain(one).is_some_and(|one| domain(two) == Some(one))
}

/// The origins to try for an own origin, in the order of trying.
pub(crate) fn origins(own: &Url) -> Vec<(OriginKind, String)> {
    let scheme = own.scheme();
    let host = own.host_str().unwrap_or_default();
    let port = own
        .port()
        .map_or_else(String::new, |port| format!(":{port}"));
    let other_port = if own.port() == Some(8443) { 9443 } else { 8443 };
    let mut found = vec![
        (OriginKind::Own, own.origin().ascii_serialization()),
        (OriginKind::Foreign, format!("https://{STRANGER}")),
        (OriginKind::Null, "null".to_owned()),
        (OriginKind::Suffix, format!("{scheme}://evil-{host}{port}")),
    ];
    // `https://evilexample.com` finds a check by the suffix `example.com`.
    let domain = own
        .domain()
        .and_then(psl::domain_str)
        .filter(|domain| *domain != host);
    if let Some(domain) = domain {
        found.push((OriginKind::Suffix, format!("{scheme}://evil{domain}{port}")));
    }
    found.push((
        OriginKind::Prefix,
        format!("{scheme}://{host}.{STRANGER}{port}"),
    ));
    // Characters that some browsers let stand in a host, and that end one for careless checks.
    for mark in ["_", "`", "%60", "!", "{"] {
        found.push((
            OriginKind::Special,
            format!("{scheme}://{host}{mark}.{STRANGER}"),
        ));
    }
    if domain.is_some() {
        let joined = host.replacen('.', "x", 1);
        found.push((
            OriginKind::UnescapedDot,
            format!("{scheme}://{joined}{port}"),
        ));
    }
    found.push((OriginKind::Port, format!("{scheme}://{host}:{other_port}")));
    if scheme == "https" {
        found.push((OriginKind::PlainHttp, format!("http://{host}{port}")));
    }
    if own.domain().is_some() {
        found.push((
            OriginKind::Subdomain,
            format!("{scheme}://seaworthy.{host}{port}"),
        ));
        if scheme == "https" {
            let twin = format!("http://seaworthy.{host}{port}");
            found.push((OriginKind::PlainHttp, twin));
        }
    }
    if !is_localhost(own) {
        found.extend(LOCALHOST.map(|origin| (OriginKind::Localhost, origin.to_owned())));
    }
    found
}

/// Whether pages of this origin are served by the very machine that shows them.
fn is_localhost(own: &Url) -> bool {
    match own.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{OriginKind, origins, same_site, sibling};
    use url::Url;

    #[test]
    fn every_mistake_has_its_origin() {
        let of = |own: &str| -> Vec<String> {
            let tried = origins(&Url::parse(own).unwrap());
            tried.into_iter().map(|(_, origin)| origin).collect()
        };
        assert_eq!(
            of("https://app.shop.example"),
            [
                "https://app.shop.example",
                "https://evil.example",
                "null",
                "https://evil-app.shop.example",
                "https://evilshop.example",
                "https://app.shop.example.evil.example",
                "https://app.shop.example_.evil.example",
                "https://app.shop.example`.evil.example",
                "https://app.shop.example%60.evil.example",
                "https://app.shop.example!.evil.example",
                "https://app.shop.example{.evil.example",
                "https://appxshop.example",
                "https://app.shop.example:8443",
                "http://app.shop.example",
                "https://seaworthy.app.shop.example",
                "http://seaworthy.app.shop.example",
                "http://localhost",
                "http://localhost:3000",
                "http://localhost:4200",
                "http://localhost:5173",
                "http://localhost:8080",
                "http://127.0.0.1:3000",
            ]
        );
        let local = of("https://127.0.0.1:8443");
        assert!(
            local.contains(&"https://evil-127.0.0.1:8443".to_owned()),
            "{local:?}"
        );
        assert!(local.contains(&"https://127.0.0.1:9443".to_owned()));
        assert!(!local.iter().any(|origin| origin.contains("seaworthy.")));
        for own in [
            "https://127.0.0.1:8443",
            "http://localhost:3000",
            "https://[::1]",
            "http://app.localhost",
        ] {
            let tried = of(own);
            assert!(
                !tried.contains(&"http://localhost:4200".to_owned()),
                "{own}"
            );
        }
    }

    #[test]
    fn names_beside_the_own_host() {
        for (own, wanted) in [
            (
                "https://app.shop.example:8443",
                Some("https://seaworthy.shop.example:8443"),
            ),
            ("https://shop.example", None),
            ("https://127.0.0.1", None),
            (
                "https://app.shop.co.uk",
                Some("https://seaworthy.shop.co.uk"),
            ),
        ] {
            assert_eq!(
                sibling(&Url::parse(own).unwrap()).as_deref(),
                wanted,
                "{own}"
            );
        }
        assert!(same_site("https://a.shop.co.uk", "http://shop.co.uk:1"));
        assert!(!same_site("https://a.co.uk", "https://b.co.uk"));
        assert!(!same_site("null", "null") && !same_site("https://127.0.0.1", "https://127.0.0.1"));
    }

    #[test]
    fn no_lookalike_is_the_own_origin() {
        let tried = origins(&Url::parse("https://a.example").unwrap());
        let own = tried.first().unwrap().1.clone();
        assert_eq!(tried.iter().filter(|(_, origin)| *origin == own).count(), 1);
        assert!(tried.iter().any(|(kind, _)| *kind == OriginKind::PlainHttp));
    }
}
