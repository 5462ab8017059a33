//! Hosts, ports and `--resolve`, as the probe commands write them.

use super::args::Reach;
use crate::failure::Failure;
use serde_json::{Value, json};
use std::path::Path;

/// Puts the addresses that `--resolve` gives for this very host and port into the target.
pub(super) fn reachable(
    spec: &mut Value,
    reach: &Reach,
    host: &str,
    port: u16,
) -> Result<(), Failure> {
    let mut addresses = Vec::new();
    for entry in &reach.resolve {
        let wrong = || {
            Failure::usage(format!(
                "--resolve wants HOST:PORT:ADDRESS, found `{entry}`"
            ))
        };
        // From the left, since an IPv6 address has colons of its own; a host in brackets may too.
        let (for_host, rest) = match entry.strip_prefix('[') {
            Some(rest) => rest.split_once("]:").ok_or_else(wrong)?,
            None => entry.split_once(':').ok_or_else(wrong)?,
        };
        let (for_port, address) = rest.split_once(':').ok_or_else(wrong)?;
        let for_port: u16 = for_port.parse().map_err(|_| wrong())?;
        if for_host.eq_ignore_ascii_case(host) && for_port == port {
            addresses.extend(address.split(',').map(str::to_owned));
        }
    }
    if addresses.is_empty() && !reach.resolve.is_empty() {
        return Err(Failure::usage(format!("no --resolve is for {host}:{port}")));
    }
    if let Some(object) = spec.as_object_mut() {
        if !addresses.is_empty() {
            object.insert("addresses".to_owned(), json!(addresses));
        }
        if let Some(file) = &reach.ca_file {
            readable(file)?;
            object.insert("ca_file".to_owned(), json!(file.display().to_string()));
        }
    }
    Ok(())
}

/// A file that the command line names must be there before anything is asked.
pub(super) fn readable(file: &Path) -> Result<(), Failure> {
    let opened = std::fs::File::open(file);
    opened
        .map(drop)
        .map_err(|error| Failure::io(format!("failed to read {}: {error}", file.display())))
}

pub(super) fn host_and_port(text: &str, default: u16) -> Result<(String, u16), Failure> {
    let wrong = || Failure::usage(format!("HOST or HOST:PORT is wanted, found `{text}`"));
    if let Some(rest) = text.strip_prefix('[') {
        let (host, port) = rest.split_once(']').ok_or_else(wrong)?;
        let port = match port.strip_prefix(':') {
            Some(port) => port.parse().map_err(|_| wrong())?,
            None => default,
        };
        return Ok((host.to_owned(), port));
    }
    match text.split_once(':') {
        // More than one colon and no brackets is an IPv6 address alone.
        Some((_, rest)) if rest.contains(':') => Ok((text.to_owned(), default)),
        Some((host, port)) if !host.is_empty() => {
            Ok((host.to_owned(), port.parse().map_err(|_| wrong())?))
        }
        None if !text.is_empty() => Ok((text.to_owned(), default)),
        _ => Err(wrong()),
    }
}

pub(super) fn bracketed(host: &str) -> String {
    if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Reach, host_and_port, reachable};
    use serde_json::json;

    #[test]
    fn hosts_with_and_without_ports() {
        for (text, host, port) in [
            ("example.com", "example.com", 443),
            ("example.com:8443", "example.com", 8443),
            ("[::1]:8443", "::1", 8443),
            ("[::1]", "::1", 443),
            ("2001:db8::1", "2001:db8::1", 443),
        ] {
            assert_eq!(
                host_and_port(text, 443).unwrap(),
                (host.to_owned(), port),
                "{text}"
            );
        }
        for text in ["", ":443", "a:b", "[::1", "a:99999"] {
            assert!(host_and_port(text, 443).is_err(), "{text}");
        }
    }

    #[test]
    fn resolve_speaks_of_one_host_and_port() {
        let reach = |entry: &str| Reach {
            resolve: vec![entry.to_owned()],
            ca_file: None,
        };
        let mut spec = json!({});
        reachable(
            &mut spec,
            &reach("a.test:443:127.0.0.1,[::1]:8443"),
            "A.test",
            443,
        )
        .unwrap();
        assert_eq!(spec["addresses"], json!(["127.0.0.1", "[::1]:8443"]));
        for entry in [
            "b.test:443:127.0.0.1",
            "a.test:80:127.0.0.1",
            "a.test",
            "a.test:443",
        ] {
            assert!(
                reachable(&mut json!({}), &reach(entry), "a.test", 443).is_err(),
                "{entry}"
            );
        }
    }
}
