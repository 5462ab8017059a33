//! The certificates within Secrets: which names they are for, and when they end. A certificate is
//! public; the key beside it is not looked at.

use crate::facts::SecretCertificate;
use crate::inventory::Inventory;
use crate::json::{strings, text};
use crate::live::UNREAD;
use crate::object::Object;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use std::collections::BTreeMap;
use x509_parser::pem::Pem;
use x509_parser::prelude::GeneralName;

const DAY: i64 = 86_400;

/// The certificates in Secrets, and the cert-manager Certificates that make some of them.
pub(super) struct Certificates<'a> {
    inventory: &'a Inventory,
    by_secret: BTreeMap<(&'a str, &'a str), &'a Object>,
    as_of: Timestamp,
}

/// What a certificate says of itself.
struct Leaf {
    names: Vec<String>,
    ends: Timestamp,
}

impl<'a> Certificates<'a> {
    pub(super) fn survey(inventory: &'a Inventory, as_of: Timestamp) -> Self {
        let by_secret = inventory
            .of_kind("Certificate")
            .filter(|object| object.group() == "cert-manager.io")
            .filter_map(|object| {
                let name = object.spec()["secretName"].as_str()?;
                Some(((object.namespace.as_str(), name), object))
            })
            .collect();
        Self {
            inventory,
            by_secret,
            as_of,
        }
    }

    /// Whether something makes the Secret.
    pub(super) fn makes(&self, namespace: &str, secret: &str) -> bool {
        self.by_secret.contains_key(&(namespace, secret))
    }

    /// The Certificate that makes the Secret, and makes it anew in time.
    pub(super) fn renewer(&self, namespace: &str, secret: &str) -> Option<String> {
        let by = self.by_secret.get(&(namespace, secret))?;
        Some(by.reference())
    }

    /// The names that the Secret's certificate is for; `None` if that cannot be seen.
    pub(super) fn names(&self, namespace: &str, secret: &str) -> Option<Vec<String>> {
        if let Some(Ok(leaf)) = self.in_secret(namespace, secret) {
            return Some(leaf.names);
        }
        let object = self.by_secret.get(&(namespace, secret))?;
        let mut names = strings(&object.spec()["dnsNames"]);
        names.extend(text(&object.spec()["commonName"]).map(str::to_owned));
        Some(names)
    }

    /// When the Secret's certificate ends, and in how many days; `None` if that cannot be seen.
    pub(super) fn end(&self, namespace: &str, secret: &str) -> Option<(String, i64)> {
        let ends = match self.in_secret(namespace, secret) {
            Some(Ok(leaf)) => leaf.ends,
            Some(Err(_)) | None => {
                let object = self.by_secret.get(&(namespace, secret))?;
                text(&object.value["status"]["notAfter"])?.parse().ok()?
            }
        };
        Some((ends.to_string(), self.days_until(ends)))
    }

    /// The certificate of a Secret of the type `kubernetes.io/tls`; `None` where it has none, or
    /// where its values were not read, and an error where it cannot be understood.
    pub(super) fn of(&self, secret: &Object) -> Option<Result<SecretCertificate, String>> {
        let leaf = leaf(secret)?;
        Some(leaf.map(|leaf| SecretCertificate {
            days_left: self.days_until(leaf.ends),
            ends: leaf.ends.to_string(),
            names: leaf.names,
        }))
    }

    fn in_secret(&self, namespace: &str, secret: &str) -> Option<Result<Leaf, String>> {
        leaf(self.inventory.get("", "Secret", namespace, secret)?)
    }

    /// Whole days, less than none where it has ended.
    fn days_until(&self, ends: Timestamp) -> i64 {
        (ends.as_second() - self.as_of.as_second()).div_euclid(DAY)
    }
}

/// The first certificate of `tls.crt`, which is the server's own.
fn leaf(secret: &Object) -> Option<Result<Leaf, String>> {
    let pem = match text(&secret.value["stringData"]["tls.crt"]) {
        Some(pem) => pem.as_bytes().to_vec(),
        None => {
            let value = text(&secret.value["data"]["tls.crt"])?;
            if value == UNREAD {
                return None;
            }
            let encoded: String = value.split_whitespace().collect();
            match STANDARD.decode(encoded) {
                Ok(pem) => pem,
                Err(_) => return Some(Err("its tls.crt is no base64".to_owned())),
            }
        }
    };
    Some(parsed(&pem).ok_or_else(|| "its tls.crt holds no certificate in PEM".to_owned()))
}

fn parsed(pem: &[u8]) -> Option<Leaf> {
    let first = Pem::iter_from_buffer(pem).next()?.ok()?;
    let certificate = first.parse_x509().ok()?;
    let dns = |name: &GeneralName<'_>| {
        if let GeneralName::DNSName(name) = name {
            Some((*name).to_owned())
        } else {
            None
        }
    };
    let names = certificate.subject_alternative_name().ok()?;
    let names = names.map(|names| names.value.general_names.iter().filter_map(dns).collect());
    let ends = certificate.validity().not_after.timestamp();
    Some(Leaf {
        // Clients have ceased to look at the common name (RFC 9525, 6.3).
        names: names.unwrap_or_default(),
        ends: Timestamp::from_second(ends).ok()?,
    })
}
