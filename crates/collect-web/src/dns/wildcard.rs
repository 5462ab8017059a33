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

/// Asks below `name`, and beside it where its parent is no public suffix.
pub(super) async fn around(client: &Client<'_>, name: &Name) -> Wildcards {
    let text = plain(name);
    let registered = psl::domain_str(&text).is_none_or(|organisation| organisation == text);
    let parent = name.base_name();
    let below = answers(client, name).await;
    let beside = if registered || parent.is_root() {
        None
    } else {
        Some(answers(client, &parent).await)
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
