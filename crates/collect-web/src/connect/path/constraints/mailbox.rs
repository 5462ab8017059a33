//! Limits on mailboxes (RFC 5280 §4.2.1.10 and §7.5, RFC 9598 §6): a particular one, all at a host, or
//! all in the domain below a name.

use super::uri;
use std::borrow::Cow;
use url::Host;

/// Whether `name` is within `base`; nothing where one of them is no mailbox.
pub(super) fn is_within(name: &str, base: &str) -> Option<bool> {
    let (local, host) = split(name)?;
    let ascii = name.is_ascii() && base.is_ascii();
    ascii.then(|| compare(&local, host, base)).flatten()
}

/// The same for one whose local part is UTF-8. Its host is compared in A-labels.
pub(super) fn utf8_is_within(name: &str, base: &str) -> Option<bool> {
    let (local, host) = split(name)?;
    let Ok(Host::Domain(host)) = Host::parse(host) else {
        return None;
    };
    base.is_ascii()
        .then(|| compare(&local, &host, base))
        .flatten()
}

fn compare(local: &str, host: &str, base: &str) -> Option<bool> {
    if base.is_empty() {
        return Some(true);
    }
    if base.contains('@') {
        let (own, at) = split(base)?;
        // Local parts are told apart by case (RFC 5280 §7.5).
        return Some(own == local && at.eq_ignore_ascii_case(host));
    }
    uri::host_is_within(host, base)
}

/// Local part and host. The quotes of a local part say nothing (RFC 5321 §4.1.2).
fn split(mailbox: &str) -> Option<(Cow<'_, str>, &str)> {
    let (local, host) = mailbox.rsplit_once('@')?;
    let quoted = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let local = match quoted {
        Some(quoted) => Cow::Owned(unescaped(quoted)),
        None if local.contains(['@', '"']) => return None,
        None => Cow::Borrowed(local),
    };
    (!local.is_empty() && !host.is_empty()).then_some((local, host))
}

fn unescaped(quoted: &str) -> String {
    let mut text = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        let escaped = if character == '\\' {
            characters.next()
        } else {
            Some(character)
        };
        text.extend(escaped);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{is_within, utf8_is_within};

    #[test]
    fn a_mailbox_a_host_or_a_domain() {
        for (name, base, wanted) in [
            ("root@example.com", "root@example.com", Some(true)),
            ("root@EXAMPLE.com", "root@example.COM", Some(true)),
            ("Root@example.com", "root@example.com", Some(false)),
            ("\"root\"@example.com", "root@example.com", Some(true)),
            ("\"ro\\ot\"@example.com", "root@example.com", Some(true)),
            ("root@example.com", "other@example.com", Some(false)),
            ("root@example.com", "example.com", Some(true)),
            ("root@Example.Com", "example.com", Some(true)),
            ("root@a.example.com", "example.com", Some(false)),
            ("root@a.example.com", ".example.com", Some(true)),
            ("root@b.a.example.com", ".example.com", Some(true)),
            ("root@example.com", ".example.com", Some(false)),
            ("root@evilexample.com", ".example.com", Some(false)),
            ("root@evilexample.com", "example.com", Some(false)),
            ("root@example.com", "", Some(true)),
            ("\"a@example.org\"@example.com", "example.com", Some(true)),
            ("\"a@example.org\"@example.com", "example.org", Some(false)),
            ("root@[192.0.2.1]", "example.com", Some(false)),
            ("a@b@example.com", "example.com", None),
            ("root", "example.com", None),
            ("@example.com", "example.com", None),
            ("root@", "example.com", None),
            ("r\u{f6}\u{f6}t@example.com", "example.com", None),
            ("root@example.com", "b\u{fc}cher.example", None),
            ("root@example.com", "@example.com", None),
            ("root@example.com", ".", None),
            ("root@example.com", "*.example.com", None),
            ("root@example.com", "a..example.com", None),
        ] {
            assert_eq!(is_within(name, base), wanted, "{name:?} in {base:?}");
        }
    }

    #[test]
    fn hosts_of_utf8_mailboxes_are_compared_in_a_labels() {
        for (name, base, wanted) in [
            (
                "\u{8001}@xn--bcher-kva.example",
                "xn--bcher-kva.example",
                Some(true),
            ),
            (
                "\u{8001}@b\u{fc}cher.example",
                "xn--bcher-kva.example",
                Some(true),
            ),
            ("\u{8001}@a.example.com", ".example.com", Some(true)),
            ("\u{8001}@example.org", "example.com", Some(false)),
            ("\u{8001}@192.0.2.1", "example.com", None),
            ("\u{8001}", "example.com", None),
        ] {
            assert_eq!(utf8_is_within(name, base), wanted, "{name:?} in {base:?}");
        }
    }
}
