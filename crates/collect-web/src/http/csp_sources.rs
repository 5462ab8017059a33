//! Whether a source list lets a script of a given URL load (CSP Level 3 §6.7.2), and the URLs
//! with which a listed host can be turned against the page.

use super::csp::Sources;

/// `host/path` of resources on well-known hosts that run a stranger's code: JSONP endpoints,
/// old AngularJS, and places where anybody may publish. One a line; `#` begins a comment, `eval`
/// behind an entry says that it takes `'unsafe-eval'` as well.
const BYPASSES: &str = include_str!("script_bypasses.txt");

/// A resource that runs a stranger's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bypass {
    pub(super) host: &'static str,
    /// With its leading slash.
    pub(super) path: &'static str,
    /// Whether it needs `'unsafe-eval'` too.
    pub(super) needs_eval: bool,
}

/// Every known [`Bypass`].
pub(super) fn bypasses() -> impl Iterator<Item = Bypass> {
    BYPASSES.lines().filter_map(|line| {
        let mut words = line.split('#').next()?.split_whitespace();
        let resource = words.next()?;
        let slash = resource.find('/')?;
        let (host, path) = resource.split_at(slash);
        Some(Bypass {
            host,
            path,
            needs_eval: words.next() == Some("eval"),
        })
    })
}

/// Whether `list` lets `https://host/path` load on a page served over HTTPS, hosts and schemes
/// alone considered: nonces, hashes and `'strict-dynamic'` are the caller's business.
pub(super) fn allows(list: Sources<'_>, host: &str, path: &str) -> bool {
    list.iter().any(|source| matches(source, host, path))
}

/// One source expression against a URL on another host than the page's own.
fn matches(source: &str, host: &str, path: &str) -> bool {
    if source == "*" {
        return true;
    }
    if source.starts_with('\'') {
        return false;
    }
    if let Some(scheme) = source.strip_suffix(':') {
        return is_web(scheme);
    }
    let rest = match source.split_once("://") {
        Some((scheme, rest)) if is_web(scheme) => rest,
        Some(_) => return false,
        None => source,
    };
    let slash = rest.find('/').unwrap_or(rest.len());
    let (authority, wanted_path) = rest.split_at(slash);
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) => (name, port),
        None => (authority, "443"),
    };
    // 80 counts too: it is upgraded together with its scheme.
    matches!(port, "443" | "80" | "*")
        && host_matches(name, host)
        && path_matches(wanted_path, path)
}

/// Schemes that match an HTTPS URL (§6.7.2.9, scheme-part match).
fn is_web(scheme: &str) -> bool {
    ["http", "https", "ws", "wss"]
        .iter()
        .any(|web| scheme.eq_ignore_ascii_case(web))
}

fn host_matches(pattern: &str, host: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    match pattern.strip_prefix('*') {
        Some(domain) => {
            let (domain, host) = (domain.to_ascii_lowercase(), host.to_ascii_lowercase());
            domain.starts_with('.') && host.ends_with(&domain)
        }
        None => pattern.eq_ignore_ascii_case(host),
    }
}

/// A path that ends in a slash is a folder; any other must be the very one (§6.7.2.12).
fn path_matches(pattern: &str, path: &str) -> bool {
    match pattern {
        "" | "/" => true,
        folder if folder.ends_with('/') => path.starts_with(folder),
        _ => pattern == path,
    }
}

#[cfg(test)]
mod tests {
    use super::{bypasses, matches};

    #[test]
    fn sources_against_a_url() {
        const HOST: &str = "cdn.example.com";
        const PATH: &str = "/lib/a.js";
        for source in [
            "*",
            "https:",
            "HTTP:",
            "wss:",
            "cdn.example.com",
            "CDN.example.com",
            "https://cdn.example.com",
            "http://cdn.example.com",
            "https://cdn.example.com:443",
            "cdn.example.com:*",
            "*.example.com",
            "https://*.com",
            "*:443",
            "cdn.example.com/",
            "cdn.example.com/lib/",
            "cdn.example.com/lib/a.js",
        ] {
            assert!(matches(source, HOST, PATH), "{source}");
        }
        for source in [
            "'self'",
            "'none'",
            "data:",
            "blob:",
            "ftp://cdn.example.com",
            "example.com",
            "*.cdn.example.com",
            "*cdn.example.com",
            "cdn.example.com:8443",
            "cdn.example.com/lib",
            "cdn.example.com/other/",
            "cdn.example.com/lib/b.js",
            "",
            ":",
            "://",
        ] {
            assert!(!matches(source, HOST, PATH), "{source}");
        }
    }

    #[test]
    fn the_list_is_read_whole() {
        let all: Vec<_> = bypasses().collect();
        assert!(all.len() > 150, "{}", all.len());
        assert!(all.iter().any(|known| known.host == "unpkg.com"));
        assert!(all.iter().any(|known| known.needs_eval));
        assert!(
            all.iter()
                .all(|known| known.path.starts_with('/') && !known.host.contains(':'))
        );
    }
}
