//! The configuration's `people:`: who may speak, with which key.

use super::read::{Reading, text};
use crate::people::{FOLDER, People, first_instant};
use jiff::Timestamp;
use seaworthy_model::{Signer, role_slug};
use seaworthy_sign::PublicKey;
use serde_json::Value;
use std::collections::BTreeSet;

impl Reading<'_> {
    /// Reads the section; a signer that is not sound is complained about and left out.
    pub(super) fn people(&mut self, root: &Value) -> People {
        let section = root.get("people");
        let stated = section.map(|section| text(section, "folder"));
        let folder = stated.filter(|folder| !folder.is_empty());
        let mut people = People {
            folder: self.folder.join(folder.as_deref().unwrap_or(FOLDER)),
            base: self.folder.clone(),
            signers: Vec::new(),
        };
        let listed = section
            .and_then(|section| section.get("signers"))
            .and_then(Value::as_array);
        for (index, entry) in listed.into_iter().flatten().enumerate() {
            let pointer = format!("/people/signers/{index}");
            if let Some(signer) = self.signer(entry, &pointer) {
                self.add(&mut people.signers, signer, &pointer);
            }
        }
        people
    }

    /// Two names for one key would be two people, and one could request and approve.
    fn add(&mut self, signers: &mut Vec<Signer>, signer: Signer, pointer: &str) {
        let same = signers
            .iter()
            .find(|known| known.key_id == signer.key_id || known.name == signer.name);
        match same {
            Some(known) if known.name == signer.name => {
                let message = format!("the signer {} is listed already", signer.name);
                self.complain(&format!("{pointer}/name"), message, None);
            }
            Some(known) => {
                let message = format!("this is the key of {} already", known.name);
                let help = "each person has a key of their own";
                self.complain(&format!("{pointer}/key"), message, Some(help));
            }
            None => signers.push(signer),
        }
    }

    fn signer(&mut self, entry: &Value, pointer: &str) -> Option<Signer> {
        let key = self.public_key(&text(entry, "key"), &format!("{pointer}/key"));
        let until = self.key_end(entry, pointer);
        let mut roles = BTreeSet::new();
        let listed = entry.get("roles").and_then(Value::as_array);
        for (index, role) in listed.into_iter().flatten().enumerate() {
            let role = role_slug(role.as_str().unwrap_or_default());
            if role.is_empty() {
                let message = "a role needs letters or digits".to_owned();
                self.complain(&format!("{pointer}/roles/{index}"), message, None);
            }
            roles.insert(role);
        }
        let key = key?;
        Some(Signer {
            name: text(entry, "name"),
            key: key.to_pem(),
            key_id: key.id().to_string(),
            roles,
            approves_waivers: entry
                .get("approves_waivers")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            until: until?,
        })
    }

    fn public_key(&mut self, stated: &str, pointer: &str) -> Option<PublicKey> {
        let path = self.existing(pointer, stated)?;
        let read = std::fs::read_to_string(&path)
            .map_err(|error| format!("failed to read {}: {error}", path.display()))
            .and_then(|pem| {
                PublicKey::from_pem(&pem).map_err(|error| format!("{}: {error}", path.display()))
            });
        match read {
            Ok(key) => Some(key),
            Err(message) => {
                let help = "`seaworthy key new` writes a private key and its public key beside it";
                self.complain(pointer, message, Some(help));
                None
            }
        }
    }

    /// The end of a key: an instant, or a date, which means its first instant in UTC.
    #[expect(clippy::option_option, reason = "the outer one says that it was wrong")]
    fn key_end(&mut self, entry: &Value, pointer: &str) -> Option<Option<Timestamp>> {
        let stated = text(entry, "until");
        if stated.is_empty() {
            return Some(None);
        }
        let instant = stated.parse::<Timestamp>().ok();
        let end = instant.or_else(|| first_instant(&stated));
        if end.is_none() {
            let message = format!("`{stated}` is neither an instant nor a date");
            let help = "wanted 2026-12-31T12:00:00Z or 2026-12-31 (from 00:00 UTC on)";
            self.complain(&format!("{pointer}/until"), message, Some(help));
        }
        end.map(Some)
    }
}
