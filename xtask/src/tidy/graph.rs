//! The crate graph: who may use whom, and what the pure crates must never reach. The table is
//! the design; a new crate finds its row or adds one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};

use super::Fault;

/// Crates of this workspace that each may use, development dependencies aside. A name that ends
/// in `*` is a row for every crate that starts so; the first row that fits counts.
const MAY_USE: &[(&str, &[&str])] = &[
    ("seaworthy-model", &[]),
    ("seaworthy-yaml", &[]),
    ("seaworthy-probes", &[]),
    ("seaworthy-sign", &[]),
    ("seaworthy-timestamp", &[]),
    ("seaworthy-checklist", &["seaworthy-model"]),
    ("seaworthy-catalog", &["seaworthy-model", "seaworthy-yaml"]),
    (
        "seaworthy-people",
        &["seaworthy-model", "seaworthy-sign", "seaworthy-yaml"],
    ),
    ("seaworthy-judge", &["seaworthy-model", "seaworthy-catalog"]),
    ("seaworthy-collect", &["seaworthy-model"]),
    (
        "seaworthy-collect-*",
        &["seaworthy-model", "seaworthy-collect", "seaworthy-yaml"],
    ),
    (
        "seaworthy-bundle",
        &["seaworthy-model", "seaworthy-sign", "seaworthy-timestamp"],
    ),
    (
        "seaworthy-report",
        &["seaworthy-model", "seaworthy-checklist"],
    ),
    (
        "seaworthy-engine",
        &[
            "seaworthy-model",
            "seaworthy-yaml",
            "seaworthy-catalog",
            "seaworthy-collect",
            "seaworthy-judge",
            "seaworthy-bundle",
            "seaworthy-sign",
            "seaworthy-people",
        ],
    ),
    ("seaworthy", &["*"]),
    ("seaworthy-tests", &["*"]),
    ("seaworthy-benches", &["*"]),
    ("xtask", &[]),
];

/// Crates that compute and never act: the same input gives the same output.
const PURE: &[&str] = &[
    "seaworthy-model",
    "seaworthy-checklist",
    "seaworthy-catalog",
    "seaworthy-judge",
    "seaworthy-report",
    "seaworthy-sign",
    "seaworthy-timestamp",
    "seaworthy-people",
];

/// What a pure crate must not reach by any way, since it could then act.
const ACTING: &[&str] = &[
    "hickory-proto",
    "hickory-resolver",
    "hyper",
    "mio",
    "reqwest",
    "rustls",
    "socket2",
    "tokio",
];

/// Packages by name, each with the names of those it uses when built and run.
#[derive(Debug, Default)]
pub(super) struct Graph {
    members: BTreeSet<String>,
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// Asks cargo for the resolved graph of the workspace, over all platforms.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .other_options(vec!["--locked".to_owned()])
            .exec()
            .context("failed to read the crate graph")?;
        let names: BTreeMap<_, _> = metadata
            .packages
            .iter()
            .map(|package| (&package.id, package.name.to_string()))
            .collect();
        let name = |id| names.get(id).cloned().unwrap_or_default();
        let resolve = metadata
            .resolve
            .as_ref()
            .context("cargo metadata resolved no dependencies")?;
        let mut graph = Self {
            members: metadata.workspace_members.iter().map(name).collect(),
            uses: BTreeMap::new(),
        };
        for node in &resolve.nodes {
            let built = node.deps.iter().filter(|dependency| {
                let mut kinds = dependency.dep_kinds.iter();
                kinds.any(|kind| kind.kind != DependencyKind::Development)
            });
            let uses = built.map(|dependency| name(&dependency.pkg));
            // Two versions of a package are taken together: that can only find more.
            graph.uses.entry(name(&node.id)).or_default().extend(uses);
        }
        Ok(graph)
    }

    fn of(&self, krate: &str) -> impl Iterator<Item = &String> {
        self.uses.get(krate).into_iter().flatten()
    }

    /// The shortest way from one package to another, both included.
    fn way(&self, from: &str, to: &str) -> Option<String> {
        let mut queue = VecDeque::from([vec![from]]);
        let mut seen = BTreeSet::from([from]);
        while let Some(way) = queue.pop_front() {
            let last = *way.last()?;
            if last == to {
                return Some(way.join(" → "));
            }
            for next in self.of(last).filter(|next| seen.insert(next.as_str())) {
                let mut longer = way.clone();
                longer.push(next);
                queue.push_back(longer);
            }
        }
        None
    }
}

pub(super) fn check(graph: &Graph) -> Vec<Fault> {
    let mut faults = Vec::new();
    for krate in &graph.members {
        let Some(allowed) = row(krate) else {
            let message = "has no row in the table of xtask/src/tidy/graph.rs: say whom it may use";
            faults.push(Fault::new(krate, message));
            continue;
        };
        let ours = graph.of(krate).filter(|used| graph.members.contains(*used));
        for used in ours.filter(|used| !allowed.contains(&"*") && !allowed.contains(&used.as_str()))
        {
            let message = format!("must not use {used}; the way of the data runs elsewhere");
            faults.push(Fault::new(krate, message));
        }
    }
    for krate in PURE {
        for acting in ACTING {
            if let Some(way) = graph.way(krate, acting) {
                let message = format!("is pure and must not reach {acting} ({way})");
                faults.push(Fault::new(krate, message));
            }
        }
    }
    faults
}

fn row(krate: &str) -> Option<&'static [&'static str]> {
    let fits = |name: &str| match name.strip_suffix('*') {
        Some(start) => krate.starts_with(start),
        None => krate == name,
    };
    MAY_USE
        .iter()
        .find(|(name, _)| fits(name))
        .map(|(_, allowed)| *allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(members: &[&str], edges: &[(&str, &str)]) -> Vec<String> {
        let mut graph = Graph::default();
        graph
            .members
            .extend(members.iter().map(|&name| name.into()));
        for &(from, to) in edges {
            graph.uses.entry(from.into()).or_default().insert(to.into());
        }
        check(&graph).iter().map(Fault::to_string).collect()
    }

    #[test]
    fn the_way_of_the_data_is_allowed() {
        let members = [
            "seaworthy-model",
            "seaworthy-collect",
            "seaworthy-collect-new",
            "seaworthy",
        ];
        let edges = [
            ("seaworthy-collect", "seaworthy-model"),
            ("seaworthy-collect", "tokio"),
            ("seaworthy-collect-new", "seaworthy-collect"),
            ("seaworthy", "seaworthy-collect-new"),
        ];
        assert_eq!(faults(&members, &edges), [""; 0]);
    }

    #[test]
    fn an_edge_against_the_way_of_the_data_is_a_fault() {
        for (from, to) in [
            ("seaworthy-judge", "seaworthy-collect"),
            ("seaworthy-collect-web", "seaworthy-judge"),
            ("seaworthy-collect-web", "seaworthy-collect-kube"),
            ("seaworthy-report", "seaworthy-judge"),
            ("seaworthy-model", "seaworthy-yaml"),
        ] {
            let found = faults(&[from, to], &[(from, to)]);
            let start = format!("{from}: must not use {to};");
            assert!(
                found.len() == 1 && found[0].starts_with(&start),
                "{found:?}"
            );
        }
    }

    #[test]
    fn a_crate_without_a_row_is_a_fault() {
        let found = faults(&["seaworthy-other"], &[]);
        assert!(
            found[0].starts_with("seaworthy-other: has no row"),
            "{found:?}"
        );
    }

    #[test]
    fn a_pure_crate_that_can_act_is_a_fault_and_the_way_is_shown() {
        let edges = [
            ("seaworthy-judge", "a"),
            ("a", "b"),
            ("b", "a"),
            ("b", "tokio"),
        ];
        assert_eq!(
            faults(&["seaworthy-judge"], &edges),
            ["seaworthy-judge: is pure and must not reach tokio (seaworthy-judge → a → b → tokio)"]
        );
    }

    #[test]
    fn every_crate_in_a_rule_exists() {
        // A rule over a misspelt or renamed crate would pass for ever.
        let graph = Graph::read(&crate::repo::root().unwrap()).unwrap();
        let rows = MAY_USE
            .iter()
            .flat_map(|(name, used)| used.iter().chain([name]));
        for name in rows.chain(PURE).filter(|name| !name.ends_with('*')) {
            assert!(
                graph.members.contains(*name),
                "{name} is no crate of the workspace"
            );
        }
        assert!(graph.way("seaworthy", "tokio").is_some(), "edges are read");
    }
}
