//! The rules that results refer to: the probes, and one for items that nobody could decide.

use super::shown;
use crate::fields::set;
use crate::input::Report;
use seaworthy_model::{ProbeId, ProbeSpec};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The rule of an item that has no verdict to show.
pub(super) const ITEM_RULE: &str = "seaworthy/item-undecided";
/// GitHub takes that many tags of a rule.
const TAGS: usize = 20;

pub(super) struct Rules<'a> {
    names: Vec<&'a str>,
    probes: &'a BTreeMap<ProbeId, ProbeSpec>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(report: &Report<'a>, used: impl Iterator<Item = &'a str>) -> Self {
        let names: BTreeSet<&str> = used.collect();
        Self {
            names: names.into_iter().collect(),
            probes: &report.plan.probes,
        }
    }

    pub(super) fn index(&self, name: &str) -> usize {
        self.names.binary_search(&name).unwrap_or_default()
    }

    pub(super) fn descriptors(&self) -> Vec<Value> {
        self.names
            .iter()
            .map(|name| self.descriptor(name))
            .collect()
    }

    fn descriptor(&self, name: &str) -> Value {
        let Some(spec) = self.probes.get(&ProbeId(name.to_owned())) else {
            return undecided(name);
        };
        let mut tags = vec![shown(spec.id.family())];
        tags.extend(
            spec.controls
                .iter()
                .map(|control| shown(control))
                .take(TAGS - 1),
        );
        let mut markdown = format!("{}\n\n**Fix.** {}\n", shown(&spec.why), shown(&spec.fix));
        for reference in &spec.references {
            markdown.push_str(&format!("\n- {}", shown(reference)));
        }
        let mut rule = json!({
            "id": shown(name),
            "name": shown(name),
            "shortDescription": { "text": shown(&spec.title) },
            "fullDescription": { "text": shown(&spec.why) },
            "help": { "text": format!("Fix: {}", shown(&spec.fix)), "markdown": markdown },
            "defaultConfiguration": { "level": "warning" },
            "properties": { "tags": tags, "precision": "high" },
        });
        let link = |address: &&String| {
            let plain = |c: char| c.is_ascii_graphic() && !"<>\"{}|\\^`".contains(c);
            address.starts_with("https://") && address.chars().all(plain)
        };
        if let Some(address) = spec.references.iter().find(link) {
            set(&mut rule, "helpUri", address.as_str());
        }
        rule
    }
}

fn undecided(name: &str) -> Value {
    let text = "An item of the checklist that nothing and nobody could decide";
    let help = "Configure the target that it needs, or let the right person attest it.";
    json!({
        "id": shown(name),
        "name": shown(name),
        "shortDescription": { "text": text },
        "fullDescription": { "text": text },
        "help": { "text": help, "markdown": help },
        "defaultConfiguration": { "level": "note" },
        "properties": { "tags": ["checklist"] },
    })
}
