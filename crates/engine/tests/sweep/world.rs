//! A world of things: one target kind, two collectors over it, two probes, and a checklist.

use jiff::Timestamp;
use seaworthy_catalog::bindings::{Bindings, Layer, Source as BindingSource};
use seaworthy_catalog::policy::{Marks, load_marks};
use seaworthy_catalog::{Catalog, Source};
use seaworthy_collect::{BoxFuture, Collector, Context, Sink};
use seaworthy_engine::{ItemOverride, PlanInput, Registry, plan};
use seaworthy_model::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) const AS_OF: &str = "2026-03-01T12:00:00Z";

/// How a collector behaves about a target, by the target's name.
#[derive(Clone, Default)]
pub(crate) struct Things {
    pub(crate) asked: Arc<AtomicUsize>,
}

impl Collector for Things {
    fn id(&self) -> &'static str {
        "t/things"
    }

    fn target_kind(&self) -> &'static str {
        "things"
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![schema("thing")]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        vec![format!("looks at {}", target.name)]
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        _context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            self.asked.fetch_add(1, Ordering::SeqCst);
            match target.name.as_str() {
                "silent" => {}
                "panics" => panic!("a bug in a collector"),
                "hangs" => {
                    sink.fact(thing(&target.name, "seen before", "up"));
                    std::future::pending::<()>().await;
                }
                name if name.starts_with("large-") => {
                    for number in 0..8 {
                        let subject = format!("{number} {}", "x".repeat(1024));
                        sink.fact(thing(name, &subject, "down"));
                    }
                }
                name => sink.fact(thing(
                    name,
                    "one",
                    if name == "down" { "down" } else { "up" },
                )),
            }
        })
    }
}

pub(crate) fn schema(kind: &'static str) -> FactSchema {
    FactSchema {
        kind,
        schema: json!({
            "type": "object",
            "required": ["name", "state"],
            "properties": { "name": { "type": "string" }, "state": { "type": "string" } },
        }),
    }
}

pub(crate) fn thing(target: &str, name: &str, state: &str) -> Fact {
    Fact {
        subject: SubjectRef {
            kind: "thing".into(),
            name: name.into(),
        },
        value: json!({ "name": name, "state": state }),
        unknown: BTreeMap::new(),
        location: None,
        places: Places::default(),
        provenance: Provenance {
            target: target.into(),
            collector: "t/things".into(),
            at: AS_OF.parse().unwrap(),
            attempts: Vec::new(),
            artifacts: Vec::new(),
            reproduce: None,
        },
    }
}

const UP: &str = "
title: A thing is up
subject: thing
params: { wanted: { type: string, default: up } }
assert:
  - { that: thing.state == params.wanted, message: \"{thing.name} is {thing.state}\" }
why: because
fix: start it
";

const NAMED: &str = "
title: A thing has a name
subject: thing
assert:
  - { that: thing.name != \"\", message: nameless }
why: because
fix: name it
";

const BINDINGS: &str = "
- item: Everything is {state:text}
  probes:
    - { use: t/up, with: { wanted: \"{state}\" } }
- item: Only the inner is up
  probes:
    - { use: t/up, on: { labels: [inner] } }
- item: Everything is named
  probes:
    - use: t/named
";

const MARKS: &str = "- { mark: critical, item: [Everything is up] }\n";

pub(crate) const CHECKLIST: &str = "
## Things

- [ ] Everything is up
- [ ] Everything is named
- [ ] Only the inner is up
- [ ] Nothing is said of this

## After (T+1 hour)

- [ ] Everything is up
";

pub(crate) struct World {
    pub(crate) checklist: Checklist,
    pub(crate) catalog: Catalog,
    pub(crate) bindings: Bindings,
    pub(crate) marks: Marks,
    pub(crate) registry: Registry,
    pub(crate) things: Things,
}

impl World {
    pub(crate) fn new() -> Self {
        let things = Things::default();
        let registry = Registry::new(vec![Box::new(things.clone())], Vec::new());
        let sources = [("t/up/probe.yaml", UP), ("t/named/probe.yaml", NAMED)]
            .map(|(path, text)| Source::new("probes", path, text.as_bytes().to_vec()));
        let loaded = Catalog::load(&sources, &registry.schemas());
        assert_eq!(loaded.diagnostics, [], "the probes are sound");
        let binding = BindingSource {
            file: "b.yaml",
            bytes: BINDINGS.as_bytes(),
            layer: Layer::BuiltIn,
        };
        let specs = loaded.catalog.probes().map(|probe| probe.spec());
        let (bindings, diagnostics) = Bindings::load(&[binding], specs);
        assert_eq!(diagnostics, [], "the bindings are sound");
        let (marks, diagnostics) = load_marks("m.yaml", MARKS.as_bytes());
        assert_eq!(diagnostics, [], "the marks are sound");
        Self {
            checklist: seaworthy_checklist::parse(CHECKLIST.as_bytes())
                .unwrap()
                .checklist,
            catalog: loaded.catalog,
            bindings,
            marks,
            registry,
            things,
        }
    }

    pub(crate) fn plan(&self, targets: &[(&str, &[&str])]) -> Plan {
        self.plan_with(targets, |_| {})
    }

    pub(crate) fn plan_with(
        &self,
        targets: &[(&str, &[&str])],
        change: impl FnOnce(&mut Options),
    ) -> Plan {
        let mut options = Options::default();
        change(&mut options);
        plan(PlanInput {
            run: RunInfo::outside_a_run(AS_OF.parse::<Timestamp>().unwrap(), "0"),
            checklist: &self.checklist,
            bindings: &self.bindings,
            catalog: &self.catalog,
            policy: &Policy::without_checklist(),
            marks: &self.marks,
            targets: targets
                .iter()
                .map(|(name, labels)| target(name, labels))
                .collect(),
            parameters: &options.parameters,
            items: &options.items,
            only: &options.only,
            skip: &options.skip,
            registry: &self.registry,
        })
        .unwrap()
    }
}

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) parameters: BTreeMap<ProbeId, BTreeMap<String, ParamValue>>,
    pub(crate) items: BTreeMap<ItemId, ItemOverride>,
    pub(crate) only: Vec<String>,
    pub(crate) skip: Vec<String>,
}

fn target(name: &str, labels: &[&str]) -> Target {
    Target {
        name: name.into(),
        kind: "things".into(),
        labels: labels
            .iter()
            .map(|label| (*label).to_owned())
            .collect::<BTreeSet<_>>(),
        spec: json!({}).into(),
        location: None,
    }
}
