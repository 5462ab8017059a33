//! The names that the certificate of a Secret is for. A certificate is public; the key beside it is
//! not looked at.

use crate::inventory::Inventory;
use crate::json::{strings, text};
use crate::object::Object;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use x509_parser::pem::Pem;
use x509_parser::prelude::GeneralName;

/// The names of the certificate in a Secret, or of the cert-manager Certificate that makes it.
pub(super) struct Certificates<'a> {
    inventory: &'a Inventory,
    by_secret: BTreeMap<(&'a str, &'a str), &'a Object>,
}

impl<'a> Certificates<'a> {
    pub(super) fn survey(inventory: &'a Inventory) -> Self {
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
        }
    }

    /// Whether something makes the Secret.
    pub(super) fn makes(&self, namespace: &str, secret: &str) -> bool {
        self.by_secret.contains_key(&(namespace, secret))
    }

    /// The names that the Secret's certificate is for; `None` if that cannot be seen.
    pub(super) fn names(&self, namespace: &str, secret: &str) -> Option<Vec<String>> {
        if let Some(object) = self.by_secret.get(&(namespace, secret)) {
            let mut names = strings(&object.spec()["dnsNames"]);
            names.extend(text(&object.spec()["commonName"]).map(str::to_owned));
            return Some(names);
        }
        names_in(self.inventory.get("", "Secret", namespace, secret)?)
    }
}

fn names_in(secret: &Object) -> Option<Vec<String>> {
    let pem = match text(&secret.value["stringData"]["tls.crt"]) {
        Some(pem) => pem.as_bytes().to_vec(),
        None => {
            let encoded: String = text(&secret.value["data"]["tls.crt"])?
                .split_whitespace()
                .collect();
            STANDARD.decode(encoded).ok()?
        }
    };
    let leaf = Pem::iter_from_buffer(&pem).next()?.ok()?;
    let certificate = leaf.parse_x509().ok()?;
    let names = certificate.subject_alternative_name().ok()??;
    let dns = |name: &GeneralName<'_>| {
        if let GeneralName::DNSName(name) = name {
            Some((*name).to_owned())
        } else {
            None
        }
    };
    Some(names.value.general_names.iter().filter_map(dns).collect())
}
