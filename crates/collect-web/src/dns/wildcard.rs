//! Whether names that nobody published have addresses: wildcards (RFC 4592) below and beside a name.

use super::client::{Client, plain};
use super::fact::DomainFact;
use hickory_proto::rr::{Name, RecordType};
use seaworthy_collect::Trouble;
use std::collections::BTreeMap;

/// A label that nobody publishes.
const NOBODY: &str = "seaworthy-does-not-exist";

/// What was found; `None` where nothing was asked.
#[derive(Debug)]
pub(super) struct Wildcards {
    below: Result<bool, Trouble>,
    beside: Option<Result<bool, Trouble>>,
}

/// The names that nobody published and that are asked for: below `name`, and beside it where its parent is
/// no public suffix.
pub(super) fn labels(name: &str) -> Vec<String> {
    let parents = std::iter::once(name).chain(parent_of(name));
    let labels = parents.map(|parent| format!("{NOBODY}.{parent}"));
    labels.filter(|label| label.len() <= 253).collect()
}

/// The parent of a name below which the same people publish.
fn parent_of(name: &str) -> Option<&str> {
    let registered = psl::domain_str(name).is_none_or(|organisation| organisation == name);
    let parent = name.split_once('.').map(|(_, parent)| parent);
    parent.filter(|_| !registered)
}

/// Asks below `name`, and beside it where its parent is no public suffix.
pub(super) async fn around(client: &Client<'_>, name: &Name) -> Wildcards {
    let below = answers(client, name).await;
    let beside = match parent_of(&plain(name)) {
        None => None,
        Some(_) => Some(answers(client, &name.base_name()).await),
    };
    Wildcards { below, beside }
}

/// Whether a label that nobody published has addresses at `parent`. An answer without records says no:
/// some servers answer so for names that do not exist.
async fn answers(client: &Client<'_>, parent: &Name) -> Result<bool, Trouble> {
    let Ok(name) = parent.prepend_label(NOBODY) else {
        // The name is as long as names may be: nothing can be below it.
        return Ok(false);
    };
    for kind in [RecordType::A, RecordType::AAAA] {
        let found = client.lookup(&name, kind).await?;
        if !found.records.is_empty() || !found.aliases.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Wildcards {
    pub(super) fn into_fact(self, fact: &mut DomainFact, unknown: &mut BTreeMap<String, String>) {
        let mut take = |field: &str, found: Result<bool, Trouble>| {
            let told = found.map_err(|trouble| unknown.insert(field.to_owned(), trouble.detail));
            told.ok()
        };
        fact.wildcard_below = take("wildcard_below", self.below);
        fact.wildcard_beside = self.beside.and_then(|found| take("wildcard_beside", found));
    }
}
