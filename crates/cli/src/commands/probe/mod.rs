//! `seaworthy probe …`: look at one thing and judge it, without a checklist (design §9).
//!
//! `args` is the command line, `look` brings facts, `document` writes them out; what they mean is
//! the judge's, by the same probes as in a sweep.

mod args;
mod document;
mod look;
mod reach;

pub(crate) use args::ProbeArgs;

use crate::failure::Failure;
use crate::{exit, output, setup};
use args::Common;
use jiff::Timestamp;
use look::Seen;
use seaworthy_catalog::{Catalog, parse_value};
use seaworthy_judge::{Judge, People};
use seaworthy_model::{
    Combine, FactCite, ItemKind, ItemRule, Outcome, PLAN_SCHEMA, Plan, PlannedItem, Policy,
    ProbeId, ProbeSpec, ProbeUse, RunInfo, Target, Terms, Verdict,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Looks, judges and prints.
pub(crate) fn run(args: &ProbeArgs) -> Result<u8, Failure> {
    let registry = setup::registry();
    let common = args.what.common();
    let catalog = setup::catalog(&common.packs, &registry)?;
    let chosen = choose(&catalog, args.what.default_probes(), common)?;
    let as_of = common.at_time.unwrap_or_else(Timestamp::now);
    let seen = look::look(&args.what, &registry, as_of)?;
    let plan = plan(&catalog, &chosen, common, &seen, as_of)?;
    let verdicts = judge(&plan, &seen)?;
    let shown = document::render(common.format, &plan, &seen, &verdicts)?;
    output::print(&shown)?;
    Ok(exit_code(&verdicts, !seen.unassessed.is_empty()))
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
    seen: &Seen,
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
            targets: Arc::from([seen.target.name.as_str().into()]),
            min_subjects: 1,
            required: false,
        });
    }
    if let Some(unused) = given.keys().find(|name| !used.contains(*name)) {
        let complaint = format!("none of the chosen probes has the parameter `{unused}`");
        return Err(Failure::usage(complaint));
    }
    Ok(one_item(uses, probes, &seen.target, as_of))
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

fn judge(plan: &Plan, seen: &Seen) -> Result<Vec<Verdict>, Failure> {
    let mut judge = Judge::new(plan).map_err(|error| Failure::config(error.to_string()))?;
    for (line, fact) in (1..).zip(&seen.facts) {
        // Without a bundle a fact's place is its place in the document.
        judge.observe(FactCite { shard: 0, line }, fact);
    }
    for missed in &seen.unassessed {
        judge.unassessed(missed);
    }
    let results = judge.finish(&People::default()).results;
    Ok(results
        .into_iter()
        .flat_map(|result| result.verdicts)
        .collect())
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
fn exit_code(verdicts: &[Verdict], unassessed: bool) -> u8 {
    let any = |outcome: Outcome| verdicts.iter().any(|verdict| verdict.verdict == outcome);
    if any(Outcome::Fail) {
        exit::NOT_READY
    } else if unassessed || any(Outcome::Inconclusive) || !any(Outcome::Pass) {
        exit::INCOMPLETE
    } else {
        exit::READY
    }
}
