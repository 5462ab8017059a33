//! The plan: a checklist, bindings, probes and targets resolved into data that can be shown,
//! run, sealed and judged by again. Pure; nothing is asked here.

use crate::Registry;
use seaworthy_catalog::Catalog;
use seaworthy_catalog::bindings::{Bindings, Bound, BoundProbe};
use seaworthy_catalog::policy::Marks;
use seaworthy_model::{
    Checklist, Digest, Item, ItemId, ItemRule, PLAN_SCHEMA, ParamValue, Plan, PlannedItem, Policy,
    ProbeId, ProbeSpec, ProbeUse, Request, RunInfo, Target, TargetSelector, Terms,
};
use seaworthy_yaml::Diagnostic;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the configuration says of one item beyond its binding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemOverride {
    /// Leave the item out; its result is `skipped`.
    pub skip: bool,
    /// Parameters by probe, which win over every other source.
    pub with: BTreeMap<ProbeId, BTreeMap<String, ParamValue>>,
}

/// Everything that a plan is made of.
#[derive(Debug)]
pub struct PlanInput<'a> {
    /// The run; its two digests are filled in by [`plan`].
    pub run: RunInfo,
    /// The checklist.
    pub checklist: &'a Checklist,
    /// The bindings.
    pub bindings: &'a Bindings,
    /// The probes.
    pub catalog: &'a Catalog,
    /// The policy.
    pub policy: &'a Policy,
    /// The default marks of items whose text carries none.
    pub marks: &'a Marks,
    /// The configured targets.
    pub targets: Vec<Target>,
    /// Parameters by probe, for every item; they win over a probe's defaults only.
    pub parameters: &'a BTreeMap<ProbeId, BTreeMap<String, ParamValue>>,
    /// Overrides by item.
    pub items: &'a BTreeMap<ItemId, ItemOverride>,
    /// Where any is given, only these items and those below them are looked at.
    pub only: &'a [String],
    /// These items and those below them are skipped.
    pub skip: &'a [String],
    /// The collectors.
    pub registry: &'a Registry,
}

/// Resolves a plan. Each distinct (collector, target) request stands in it once, however many
/// probes and items need it.
///
/// # Errors
///
/// When two bindings are equally good for one item.
pub fn plan(input: PlanInput<'_>) -> Result<Plan, Vec<Diagnostic>> {
    let offers = Offers::new(&input.targets, input.registry);
    let mut probes = BTreeMap::new();
    let mut requests = BTreeSet::new();
    let (mut items, mut complaints) = (Vec::new(), Vec::new());
    for item in &input.checklist.items {
        let planned = match planned(&input, &offers, item) {
            Ok(planned) => planned,
            Err(complaint) => {
                complaints.push(complaint);
                continue;
            }
        };
        if !planned.skip && item.phase == input.run.phase {
            needs(&input, &offers, &planned, &mut requests);
        }
        for used in planned.rule.iter().flat_map(|rule| &rule.uses) {
            if let Some(probe) = input.catalog.get(&used.probe) {
                probes.insert(used.probe.clone(), probe.spec().clone());
            }
        }
        items.push(planned);
    }
    if !complaints.is_empty() {
        return Err(complaints);
    }
    let mut run = input.run;
    run.catalog_digest = Digest::of_json(&probes);
    run.policy_digest = Digest::of_json(input.policy);
    Ok(Plan {
        schema: PLAN_SCHEMA.to_owned(),
        run,
        policy: input.policy.clone(),
        score: input.checklist.score.clone(),
        items,
        probes,
        targets: input.targets,
        requests: requests.into_iter().collect(),
        terms: Terms::default(),
    })
}

fn planned(
    input: &PlanInput<'_>,
    offers: &Offers<'_>,
    item: &Item,
) -> Result<PlannedItem, Diagnostic> {
    let overridden = input.items.get(&item.id);
    let chosen = |prefixes: &[String]| {
        prefixes
            .iter()
            .any(|prefix| is_below(item.id.as_str(), prefix))
    };
    let bound = input.bindings.bind(item, input.checklist)?;
    Ok(PlannedItem {
        item: item.clone(),
        mark: item.mark.or_else(|| input.marks.of(item, input.checklist)),
        category: category(input.policy, item).map(str::to_owned),
        rule: bound.map(|bound| rule(input, offers, bound, overridden)),
        skip: overridden.is_some_and(|given| given.skip)
            || chosen(input.skip)
            || (!input.only.is_empty() && !chosen(input.only)),
    })
}

/// Whether the item `id` is `prefix` or lies below it; whole segments, so that `k8s` is no prefix
/// of `k8s-extra/x`.
#[must_use]
pub fn is_below(id: &str, prefix: &str) -> bool {
    let prefix = prefix.trim_end_matches('/');
    id.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The score category of a section. A remark in brackets, such as "(if applicable)", and capital
/// letters do not matter.
fn category<'p>(policy: &'p Policy, item: &Item) -> Option<&'p str> {
    let plain = |title: &str| {
        title
            .split(" (")
            .next()
            .unwrap_or(title)
            .trim()
            .to_lowercase()
    };
    let section = plain(&item.section);
    let of_section = |(_, sections): &(&String, &Vec<String>)| {
        sections.iter().any(|listed| plain(listed) == section)
    };
    let found = policy.categories.iter().find(of_section);
    found.map(|(category, _)| category.as_str())
}

fn rule(
    input: &PlanInput<'_>,
    offers: &Offers<'_>,
    bound: Bound,
    overridden: Option<&ItemOverride>,
) -> ItemRule {
    ItemRule {
        combine: bound.combine,
        uses: bound
            .uses
            .into_iter()
            .map(|used| probe_use(input, offers, used, overridden))
            .collect(),
        unbuilt: bound.unbuilt,
        attest: bound.attest,
    }
}

fn probe_use(
    input: &PlanInput<'_>,
    offers: &Offers<'_>,
    used: BoundProbe,
    overridden: Option<&ItemOverride>,
) -> ProbeUse {
    let spec = input.catalog.get(&used.probe).map(|probe| probe.spec());
    let targets = spec.map_or_else(|| Arc::from([]), |spec| offers.targets(spec, &used));
    let mut with: BTreeMap<String, ParamValue> = spec
        .into_iter()
        .flat_map(|spec| &spec.params)
        .filter_map(|(name, param)| Some((name.clone(), param.default.clone()?)))
        .collect();
    // From the weakest to the strongest: default, configuration, the item's text, its override.
    let everywhere = input.parameters.get(&used.probe);
    let here = overridden.and_then(|given| given.with.get(&used.probe));
    with.extend(everywhere.cloned().unwrap_or_default());
    with.extend(used.with);
    with.extend(here.cloned().unwrap_or_default());
    ProbeUse {
        targets,
        probe: used.probe,
        with,
        min_subjects: used.min_subjects,
        required: used.required,
    }
}

fn needs(
    input: &PlanInput<'_>,
    offers: &Offers<'_>,
    planned: &PlannedItem,
    requests: &mut BTreeSet<Request>,
) {
    for used in planned.rule.iter().flat_map(|rule| &rule.uses) {
        let Some(probe) = input.catalog.get(&used.probe) else {
            continue;
        };
        for target in used.targets.iter() {
            requests.extend(offers.requests(target, &probe.spec().subject).cloned());
        }
    }
}

/// The names of targets, shared by all who name the same ones: there are many targets and many uses.
type Names = Arc<[Arc<str>]>;

/// What each target can be asked for, in the order of the configuration and by name.
struct Offers<'t> {
    in_order: Vec<(&'t Target, Arc<str>)>,
    by_name: BTreeMap<&'t str, Vec<Request>>,
    /// Every list of names that was given out, by what it was asked for: there are many uses of few
    /// kinds, and many targets. Lists that are equal are one.
    lists: RefCell<BTreeMap<(String, TargetSelector), Names>>,
}

impl<'t> Offers<'t> {
    fn new(targets: &'t [Target], registry: &Registry) -> Self {
        let named = |target: &'t Target| (target, Arc::from(target.name.as_str()));
        let in_order: Vec<(&Target, Arc<str>)> = targets.iter().map(named).collect();
        let by_name = in_order.iter().map(|(target, name)| {
            let requests = registry.asking(target).map(|(id, kinds)| Request {
                target: Arc::clone(name),
                collector: Arc::clone(id),
                kinds: Arc::clone(kinds),
            });
            (target.name.as_str(), requests.collect())
        });
        Self {
            by_name: by_name.collect(),
            in_order,
            lists: RefCell::default(),
        }
    }

    /// The targets that a use is required on: those that can hold its subjects and that its
    /// selector chooses.
    fn targets(&self, spec: &ProbeSpec, used: &BoundProbe) -> Names {
        let asked = (spec.subject.clone(), used.on.clone());
        let mut lists = self.lists.borrow_mut();
        if let Some(list) = lists.get(&asked) {
            return Arc::clone(list);
        }
        let holds = |(target, _): &&(&Target, Arc<str>)| {
            let mut requests = self.requests(&target.name, &spec.subject);
            used.on.matches(target) && requests.next().is_some()
        };
        let names = self.in_order.iter().filter(holds);
        let names: Names = names.map(|(_, name)| Arc::clone(name)).collect();
        let known = lists.values().find(|list| **list == names);
        let list = known.map_or(names, Arc::clone);
        lists.insert(asked, Arc::clone(&list));
        list
    }

    /// The requests to `target` whose answers may hold subjects of the kind `subject`.
    fn requests<'a>(
        &'a self,
        target: &str,
        subject: &'a str,
    ) -> impl Iterator<Item = &'a Request> + 'a {
        self.by_name
            .get(target)
            .into_iter()
            .flatten()
            .filter(move |request| request.kinds.iter().any(|kind| kind == subject))
    }
}
