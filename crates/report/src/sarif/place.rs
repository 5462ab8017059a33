//! Where a finding stands: the line of a manifest, else of the configuration that names its
//! target, else of the checklist in the bundle. Code scanning shows nothing without a place.

use super::findings::Finding;
use crate::fields::set;
use crate::inert::link_target;
use crate::input::Report;
use seaworthy_model::{ItemId, Location};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) struct Places<'a> {
    bundle: &'a str,
    targets: BTreeMap<&'a str, &'a Location>,
    lines: BTreeMap<&'a ItemId, u32>,
}

impl<'a> Places<'a> {
    pub(super) fn of(report: &Report<'a>) -> Self {
        let targets = report.plan.targets.iter();
        let items = report.plan.items.iter();
        Self {
            bundle: report.bundle,
            targets: targets
                .filter_map(|target| Some((target.name.as_str(), target.location.as_ref()?)))
                .collect(),
            lines: items
                .map(|planned| (&planned.item.id, planned.item.line))
                .collect(),
        }
    }

    pub(super) fn location(&self, finding: &Finding<'_>) -> Value {
        match finding {
            Finding::Verdict(used) => {
                let verdict = &used.verdict;
                let known = verdict.location.as_ref();
                let target = || self.targets.get(verdict.target.as_str()).copied();
                let mut place = known
                    .or_else(target)
                    .map_or_else(|| self.in_checklist(used.items.first()), physical);
                if let Some(field) = &verdict.field {
                    let logical = json!([{ "fullyQualifiedName": field, "kind": "member" }]);
                    set(&mut place, "logicalLocations", logical);
                }
                place
            }
            Finding::Item(item) => self.in_checklist(Some(&item.id)),
        }
    }

    fn in_checklist(&self, item: Option<&ItemId>) -> Value {
        let line = item
            .and_then(|item| self.lines.get(item))
            .copied()
            .unwrap_or(1);
        physical(&Location {
            file: format!("{}/content/checklist.md", self.bundle),
            line,
            column: None,
        })
    }
}

fn physical(location: &Location) -> Value {
    let mut region = json!({ "startLine": location.line.max(1) });
    if let Some(column) = location.column {
        set(&mut region, "startColumn", column.max(1));
    }
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&location.file) },
            "region": region,
        },
    })
}

/// A path as a relative reference (RFC 3986), or a file URI where it is absolute.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    // What a terminal piped in has no path.
    let path = if path.is_empty() || path == "-" {
        "stdin"
    } else {
        path
    };
    let encoded = link_target(path);
    if path.starts_with('/') {
        format!("file://{encoded}")
    } else {
        encoded
    }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_references() {
        for (path, wanted) in [
            ("k8s/api.yaml", "k8s/api.yaml"),
            ("./k8s/a b.yaml", "k8s/a%20b.yaml"),
            ("/srv/a:b.yaml", "file:///srv/a%3Ab.yaml"),
            ("-", "stdin"),
            ("grün.yaml", "gr%C3%BCn.yaml"),
        ] {
            assert_eq!(uri(path), wanted);
        }
    }
}
