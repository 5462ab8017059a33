//! `seaworthy probe …`: look at one thing and judge it, without a checklist (design §9).
//!
//! `args` is the command line, `look` brings facts, `facts` has them judged and puts them away,
//! `document` writes all of it out; what facts mean is the judge's, by the same probes as in a sweep.

mod args;
mod document;
mod facts;
mod look;
mod reach;
mod target;
mod unasked;

pub(crate) use args::ProbeArgs;

use crate::failure::Failure;
use crate::{exit, setup};
use args::{Common, What};
use facts::{Judging, Ordered};
use jiff::Timestamp;
use look::Look;
use seaworthy_catalog::{Catalog, Source, parse_value};
use seaworthy_engine::Registry;
use seaworthy_judge::{Assessment, Bench};
use seaworthy_model::{
    Combine, ItemKind, ItemRule, Outcome, PLAN_SCHEMA, Plan, PlannedItem, Policy, ProbeId,
    ProbeSpec, ProbeUse, RunInfo, Target, Terms, VerdictRef,
};
use seaworthy_report::VerdictSource;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Looks, judges and prints.
pub(crate) fn run(args: &ProbeArgs) -> Result<u8, Failure> {
    let registry = setup::registry();
    let common = args.what.common();
    let mut catalog = catalog(args, &registry)?;
    let chosen = choose(&catalog, args.what.default_probes(), common)?;
    let as_of = common.at_time.unwrap_or_else(Timestamp::now);
    let look = Look::prepare(&args.what)?;
    let plan = plan(&catalog, &chosen, common, &look.target, as_of)?;
    let compiled = Bench::with(&plan, |id| catalog.take(id));
    drop(catalog);
    let bench = compiled.map_err(|error| Failure::config(error.to_string()))?;
    let mut judging = Judging::new(&bench);
    let unassessed = look.run(&registry, as_of, &mut |facts| judging.take(facts))?;
    let judged = judging.end();
    let verdicts = Shown(bench.verdicts(&judged.heads, judged.parts, &unassessed));
    let facts = Ordered {
        shelf: &judged.shelf,
        order: verdicts.0.facts().collect(),
    };
    document::print(common.format, &plan, &unassessed, &verdicts, &facts)?;
    Ok(exit_code(&verdicts, !unassessed.is_empty()))
}

/// The probes that can be meant: to compile all of them takes longer than most looks. Beside a
/// pack all are loaded, since none of its probes may take the name of another.
fn catalog(args: &ProbeArgs, registry: &Registry) -> Result<Catalog, Failure> {
    let common = args.what.common();
    let all = setup::built_in_probes();
    let folder = |name: &String| format!("{name}/");
    let folders: Vec<String> = if common.probes.is_empty() {
        let family = args.what.family();
        family
            .map(|family| format!("{family}/"))
            .into_iter()
            .collect()
    } else {
        common.probes.iter().map(folder).collect()
    };
    let is_there = |folder: &String| {
        all.iter()
            .any(|file| file.path.starts_with(folder.as_str()))
    };
    if !common.packs.is_empty() || folders.is_empty() || !folders.iter().all(is_there) {
        return setup::catalog_of(all, &common.packs, registry);
    }
    let is_meant = |file: &Source| folders.iter().any(|folder| file.path.starts_with(folder));
    let meant: Vec<Source> = all.into_iter().filter(is_meant).collect();
    if matches!(args.what, What::K8s { .. }) && folders.iter().all(|folder| is_of_family(folder)) {
        return setup::checked(Catalog::load(&meant, &registry.schemas_of("k8s")));
    }
    setup::catalog_of(meant, &[], registry)
}

/// Whether the probes of a folder are those of Kubernetes, which need no other schemas.
fn is_of_family(folder: &str) -> bool {
    folder.starts_with("k8s/")
}

/// The probes that were named, or those that suit.
fn choose(
    catalog: &Catalog,
    suits: fn(&ProbeSpec) -> bool,
    common: &Common,
) -> Result<Vec<ProbeId>, Failure> {
    if common.probes.is_empty() {
        let specs = catalog.probes().map(|probe| probe.spec());
        return Ok(specs
            .filter(|spec| suits(spec))
            .map(|spec| spec.id.clone())
            .collect());
    }
    common
        .probes
        .iter()
        .map(|name| {
            let id = ProbeId(name.clone());
            if catalog.get(&id).is_some() {
                return Ok(id);
            }
            let near = catalog
                .suggest(name)
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            Err(Failure::usage(format!("there is no probe `{name}`{near}")))
        })
        .collect()
}

/// A plan of one item that uses every chosen probe on the one target.
fn plan(
    catalog: &Catalog,
    chosen: &[ProbeId],
    common: &Common,
    target: &Target,
    as_of: Timestamp,
) -> Result<Plan, Failure> {
    let given = parameters(&common.with)?;
    let mut used = BTreeSet::new();
    let (mut uses, mut probes) = (Vec::new(), BTreeMap::new());
    for id in chosen {
        let Some(probe) = catalog.get(id) else {
            continue;
        };
        let spec = probe.spec();
        let mut with = BTreeMap::new();
        for (name, param) in &spec.params {
            let value = match given.get(name) {
                Some(text) => {
                    used.insert(name.clone());
                    parse_value(name, param.kind, text)
                        .map_err(|error| Failure::usage(format!("--with: {error}")))?
                }
                None => match &param.default {
                    Some(value) => value.clone(),
                    None => {
                        let need = format!("the probe `{id}` needs --with {name}=VALUE");
                        return Err(Failure::usage(need));
                    }
                },
            };
            with.insert(name.clone(), value);
        }
        probes.insert(id.clone(), spec.clone());
        uses.push(ProbeUse {
            probe: id.clone(),
            with,
            targets: Arc::from([target.name.as_str().into()]),
            min_subjects: 1,
            required: false,
        });
    }
    if let Some(unused) = given.keys().find(|name| !used.contains(*name)) {
        let complaint = format!("none of the chosen probes has the parameter `{unused}`");
        return Err(Failure::usage(complaint));
    }
    Ok(one_item(uses, probes, target, as_of))
}

fn one_item(
    uses: Vec<ProbeUse>,
    probes: BTreeMap<ProbeId, ProbeSpec>,
    target: &Target,
    as_of: Timestamp,
) -> Plan {
    let mut planned = PlannedItem::unbound("probe", ItemKind::Leaf);
    planned.rule = Some(ItemRule {
        combine: Combine::AllOf,
        uses,
        unbuilt: Vec::new(),
        attest: None,
    });
    Plan {
        schema: PLAN_SCHEMA.to_owned(),
        run: RunInfo::outside_a_run(as_of, env!("CARGO_PKG_VERSION")),
        policy: Policy::without_checklist(),
        score: None,
        items: vec![planned],
        probes,
        targets: vec![target.clone()],
        requests: Vec::new(),
        terms: Terms::default(),
    }
}

/// The verdicts of the judge as reports take them.
struct Shown<'a>(Assessment<'a>);

impl VerdictSource for Shown<'_> {
    fn each(&self, take: &mut dyn FnMut(VerdictRef<'_>) -> ControlFlow<()>) {
        self.0.each(take);
    }
}

fn parameters(with: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    with.iter()
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
            None => Err(Failure::usage(format!(
                "--with wants NAME=VALUE, found `{pair}`"
            ))),
        })
        .collect()
}

/// Design §9: 0 at least one pass and nothing but pass and not applicable, 1 some fail, 2
/// otherwise.
fn exit_code(verdicts: &dyn VerdictSource, unassessed: bool) -> u8 {
    let mut outcomes = BTreeSet::new();
    verdicts.each(&mut |shown| {
        outcomes.insert(shown.verdict);
        ControlFlow::Continue(())
    });
    if outcomes.contains(&Outcome::Fail) {
        exit::NOT_READY
    } else if unassessed
        || outcomes.contains(&Outcome::Inconclusive)
        || !outcomes.contains(&Outcome::Pass)
    {
        exit::INCOMPLETE
    } else {
        exit::READY
    }
}
