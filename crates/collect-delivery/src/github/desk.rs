//! Where the looks hand in what they saw: facts with their provenance, and what could not be read.

use super::client::{Client, Trail};
use seaworthy_collect::{Context, Sink, Trouble, fact_value};
use seaworthy_model::{Fact, Provenance, SubjectRef, Target, Unassessed};
use serde::Serialize;
use std::collections::BTreeMap;

/// The collector's id.
pub(super) const ID: &str = "delivery/github";

/// Fields that could not be looked at, with the reasons.
pub(super) type Unknown = BTreeMap<String, String>;

/// What every look needs.
pub(super) struct Desk<'a> {
    pub(super) target: &'a Target,
    pub(super) context: &'a Context,
    pub(super) sink: &'a Sink,
}

impl Desk<'_> {
    /// Hands in a fact about `kind name`; the fields in `unknown` are taken out of it.
    pub(super) fn fact<T: Serialize>(
        &self,
        client: &Client<'_>,
        (kind, name): (&str, &str),
        fact: &T,
        unknown: Unknown,
        trail: Trail,
    ) {
        let mut value = match fact_value(fact) {
            Ok(value) => value,
            Err(trouble) => return self.hole(&[kind], trouble),
        };
        if let Some(fields) = value.as_object_mut() {
            for field in unknown.keys() {
                fields.shift_remove(field);
            }
        }
        self.sink.fact(Fact {
            subject: SubjectRef {
                kind: kind.to_owned(),
                name: name.to_owned(),
            },
            value,
            unknown,
            location: None,
            places: seaworthy_model::Places::default(),
            provenance: Provenance {
                target: self.target.name.clone(),
                collector: ID.to_owned(),
                at: self.context.now(),
                reproduce: reproduce(client, &trail),
                attempts: trail.attempts,
                artifacts: trail.artifacts,
            },
        });
    }

    /// Hands in what could not be read, with the kinds that it could have held.
    pub(super) fn hole(&self, kinds: &[&str], trouble: Trouble) {
        self.sink.unassessed(Unassessed {
            target: self.target.name.clone(),
            request: ID.to_owned(),
            kinds: kinds.iter().map(|&kind| kind.to_owned()).collect(),
            reason: trouble.reason,
            detail: format!("{}: {}", self.target.name, trouble.detail),
            location: self.target.location.clone(),
            attempts: trouble.attempts,
        });
    }
}

/// The reason of an unknown field, in words that open with the reason's own.
pub(super) fn why(trouble: &Trouble) -> String {
    format!("{}: {}", trouble.reason, trouble.detail)
}

/// The same by GitHub's own command line: the last thing that was asked for, which the others led to.
fn reproduce(client: &Client<'_>, trail: &Trail) -> Option<String> {
    let address = trail.addresses.last()?;
    let host = client.enterprise_host();
    let host = host.map_or(String::new(), |host| format!("--hostname '{host}' "));
    Some(format!("gh api {host}'{}'", address.replace('\'', "%27")))
}
