//! The curl command that shows the same as a request of ours.

use crate::target::Endpoint;
use seaworthy_collect::{SecretRef, redact_url};
use std::net::{IpAddr, SocketAddr};

/// A command for `url` at `address`, with the endpoint's roots and, by reference, its headers.
/// `extra` are further arguments, already fit for a shell.
pub(crate) fn curl(endpoint: &Endpoint, address: SocketAddr, url: &str, extra: &[&str]) -> String {
    let mut words = vec!["curl -sS -D - -o /dev/null".to_owned()];
    let ip = match address.ip() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    let (host, port) = (endpoint.url.host_str().unwrap_or_default(), endpoint.port);
    if endpoint.host.parse::<IpAddr>().ok() != Some(address.ip()) || address.port() != port {
        words.push(if address.port() == port {
            format!("--resolve {host}:{port}:{ip}")
        } else {
            format!("--connect-to {host}:{port}:{ip}:{}", address.port())
        });
    }
    if let Some(file) = &endpoint.spec.ca_file {
        words.push(format!("--cacert {}", quote(file)));
    }
    if endpoint.secure {
        for (name, reference) in &endpoint.spec.headers {
            match SecretRef::parse(reference) {
                Some(SecretRef::Env(variable)) => words.push(format!("-H \"{name}: ${variable}\"")),
                Some(SecretRef::File(path)) => {
                    words.push(format!("-H \"{name}: $(cat {})\"", quote(&path)));
                }
                None => {}
            }
        }
    }
    words.extend(extra.iter().map(|word| (*word).to_owned()));
    words.push(quote(&redact_url(url)));
    words.join(" ")
}

/// A word as a POSIX shell reads it.
pub(crate) fn quote(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/:.,_-=@%+".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn words_for_a_shell() {
        for (word, wanted) in [
            ("https://a.example/b", "https://a.example/b"),
            ("a b", "'a b'"),
            ("a'$(x)", "'a'\\''$(x)'"),
            ("", "''"),
        ] {
            assert_eq!(quote(word), wanted);
        }
    }
}
