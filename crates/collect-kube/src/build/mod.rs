//! From objects to facts: the joins, each through an index.

mod access;
mod api_server;
mod autoscaler;
mod backends;
mod bootstrap;
mod budget;
mod certificate;
mod config;
mod container;
mod delivery;
mod grants;
mod image;
mod ingress;
mod joined;
mod kinds;
mod lifecycle;
mod log_collector;
mod namespace;
mod places;
mod platform;
mod policy;
mod powers;
mod references;
mod resources;
mod role;
mod route;
mod service;
mod spread;
mod tls;
mod versions;
mod workload;

use crate::facts::Manifests;
use crate::inventory::Inventory;
use crate::object::{Object, Origin};
use crate::pods::{self, Pods};
use crate::read::Reading;
use crate::secret_like::redacted;
use crate::value::Value;
use certificate::Certificates;
pub(crate) use delivery::switches_at_once;
use jiff::Timestamp;
use joined::Surveyed;
use references::Made;
use seaworthy_model::Places;
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use tls::Known;

/// A fact before it knows its provenance.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) value: Json,
    pub(crate) unknown: BTreeMap<String, String>,
    pub(crate) origin: Option<Origin>,
    pub(crate) places: Places,
    /// The object as JSON, for the evidence, without what looks secret; `None` where it holds secrets
    /// by its nature.
    pub(crate) object: Option<Vec<u8>>,
    /// A command that shows the same; a file's place tells it better.
    pub(crate) reproduce: Option<String>,
}

impl Draft {
    pub(crate) fn new(kind: &'static str, name: String, fact: &impl Serialize) -> Self {
        Self {
            kind,
            name,
            value: serde_json::to_value(fact).unwrap_or_default(),
            unknown: BTreeMap::new(),
            origin: None,
            places: Places::default(),
            object: None,
            reproduce: None,
        }
    }

    /// About this object: where it stands, and how to see it again.
    pub(crate) fn about(mut self, object: &Object) -> Self {
        self.origin = Some(object.origin.clone());
        self.places = places::places(self.kind, &self.value, object);
        self.reproduce = Some(object.command());
        self
    }

    /// Takes a field out, with the reason why nobody can say what it is.
    pub(crate) fn leave_unknown(&mut self, field: &str, why: String) {
        leave_out(&mut self.value, field);
        self.unknown.insert(field.to_owned(), why);
    }

    fn of(mut self, object: &Value) -> Self {
        self.object = Some(redacted(object));
        self
    }

    fn unknown(mut self, unknown: BTreeMap<String, String>) -> Self {
        self.unknown.extend(unknown);
        self
    }

    /// These fields would be concluded from what is not there; where objects of one of `kinds`
    /// may be there unseen, they are unknown.
    fn unless_read(mut self, inventory: &Inventory, whence: (&[&str], &str), to: &[&str]) -> Self {
        let (kinds, namespace) = whence;
        if let Some(why) = inventory.unread(kinds, namespace) {
            for field in to {
                leave_out(&mut self.value, field);
                let unknown = self.unknown.entry((*field).to_owned());
                unknown.or_insert_with(|| why.to_owned());
            }
        }
        self
    }
}

/// Takes a field out of a fact: what is unknown is not written as if it were empty.
fn leave_out(value: &mut Json, path: &str) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    match (first.strip_suffix("[]"), rest) {
        (None, "") => {
            if let Json::Object(fields) = value {
                fields.shift_remove(first);
            }
        }
        (None, rest) => {
            if let Some(inner) = value.get_mut(first) {
                leave_out(inner, rest);
            }
        }
        (Some(list), rest) => {
            let items = value.get_mut(list).and_then(Json::as_array_mut);
            items
                .into_iter()
                .flatten()
                .for_each(|item| leave_out(item, rest));
        }
    }
}

/// Builds every fact that the objects hold, and hands each to `take` at once: together they are much
/// larger than the objects. Certificates are looked at as of `as_of`.
pub(crate) fn build(inventory: &Inventory, as_of: Timestamp, take: &mut dyn FnMut(Draft)) {
    let pods = workload::survey(inventory);
    let autoscalers = autoscaler::survey(inventory, &pods);
    let budgets = budget::survey(inventory, &pods, &autoscalers);
    let policies = policy::survey(inventory);
    let accounts = access::survey(inventory, &pods);

    let services = service::survey(inventory, &pods);
    let made = Made::survey(inventory);
    let certificates = Certificates::survey(inventory, as_of);
    let surveyed = Surveyed {
        inventory,
        pods: &pods,
        autoscalers: &autoscalers,
        budgets: &budgets,
        policies: &policies,
        accounts: &accounts,
        services: &services,
        made: &made,
    };

    hand(joined::facts(&surveyed), take);
    hand(namespace::facts(inventory, &pods, &policies), take);
    hand(autoscalers.facts(inventory), take);
    hand(budgets.facts(inventory), take);
    let known = Known {
        inventory,
        certificates: &certificates,
        made: &made,
    };
    hand(ingress::facts(&known), take);
    hand(route::facts(inventory), take);
    hand(accounts.facts(), take);
    hand(role::facts(inventory, &accounts), take);
    hand(config::facts(inventory, &pods, &made, &certificates), take);
    hand(services.facts(inventory, &pods), take);
    hand(policy::facts(inventory, &pods), take);
    hand(delivery::facts(inventory, &pods), take);
    hand(platform::facts(inventory), take);
    hand(log_collector::facts(inventory), take);
    hand(api_server::facts(inventory), take);
}

fn hand(drafts: impl IntoIterator<Item = Draft>, take: &mut dyn FnMut(Draft)) {
    drafts.into_iter().for_each(take);
}

/// What was looked at, so that nothing is left out in silence.
pub(crate) fn manifests(reading: &Reading) -> Draft {
    let templates = |object| match pods::pods(object) {
        Pods::Templates(templates) => templates.len(),
        Pods::None | Pods::Missing => 0,
    };
    let summary = Manifests {
        files: count(reading.files),
        objects: count(reading.inventory.len()),
        workloads: count(reading.inventory.all().map(templates).sum()),
        ignored: reading.ignored.clone(),
        unread: count(reading.troubles.len()),
        outdated: versions::outdated(&reading.inventory),
    };
    Draft::new("manifests", "manifests".to_owned(), &summary)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
