//! What a file says at its beginning: keys of YAML and JSON, and the hosts of Ingress objects.

use std::io::Read as _;
use std::path::Path;

/// The most bytes of a file that are looked at.
const MOST_BYTES: u64 = 64 * 1024;

/// The beginning of a file; empty where it cannot be read.
pub(super) fn head(path: &Path) -> String {
    let mut bytes = Vec::new();
    if let Ok(file) = std::fs::File::open(path) {
        // A file that cannot be read holds nothing that could be proposed.
        let _ = file.take(MOST_BYTES).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a line at the left margin (or a JSON member) has this key.
pub(super) fn has_key(head: &str, key: &str) -> bool {
    head.lines().any(|line| {
        let bare = line
            .trim_start()
            .trim_start_matches('{')
            .trim_start()
            .trim_start_matches('"');
        let at_margin = line.starts_with(key) || line.trim_start().starts_with(['"', '{']);
        at_margin
            && bare
                .strip_prefix(key)
                .is_some_and(|rest| rest.trim_start_matches('"').starts_with(':'))
    })
}

/// The hosts that the Ingress and HTTPRoute objects of a manifest name, without wildcards and
/// templates.
pub(super) fn hosts(head: &str) -> Vec<String> {
    let ingress = head.contains("kind: Ingress");
    let route = head.contains("kind: HTTPRoute");
    let mut in_hostnames = false;
    let mut found = Vec::new();
    for line in head.lines() {
        let bare = line.trim();
        let item = bare.strip_prefix("- ").unwrap_or(bare).trim_start();
        if let Some(host) = item.strip_prefix("host:").filter(|_| ingress) {
            found.push(host);
        } else if let Some(list) = item.strip_prefix("hostnames:").filter(|_| route) {
            in_hostnames = true;
            found.extend(list.trim().trim_matches(['[', ']']).split(','));
        } else if in_hostnames && bare.starts_with("- ") {
            found.push(item);
        } else {
            in_hostnames = false;
        }
    }
    let named = found
        .into_iter()
        .map(|host| host.trim().trim_matches(['"', '\'']));
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    named
        .filter(|host| host.contains('.') && host.chars().all(plain))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{has_key, hosts};

    #[test]
    fn keys_are_found_at_the_margin_only() {
        assert!(has_key("openapi: 3.1.0", "openapi"));
        assert!(has_key("{\n  \"openapi\": \"3.1.0\"", "openapi"));
        assert!(!has_key("x:\n  openapi: 3", "openapi"));
        assert!(!has_key("openapis: 3", "openapi"));
    }

    #[test]
    fn hosts_are_taken_from_ingresses_and_routes_only() {
        let ingress = "kind: Ingress\nspec:\n  rules:\n    - host: \"a.example.com\"\n    - host: '*.b.example.com'\n    - host: {{ .Values.host }}\n";
        assert_eq!(hosts(ingress), ["a.example.com"]);
        assert!(hosts("kind: Service\nhost: a.example.com").is_empty());
        let route = "kind: HTTPRoute\nspec:\n  hostnames:\n    - c.example.com\n    - \"*.d.example.com\"\n  rules:\n    - backendRefs:\n        - name: x.y\n";
        assert_eq!(hosts(route), ["c.example.com"]);
        let inline = "kind: HTTPRoute\nspec:\n  hostnames: [e.example.com, 'f.example.com']\n";
        assert_eq!(hosts(inline), ["e.example.com", "f.example.com"]);
    }
}
