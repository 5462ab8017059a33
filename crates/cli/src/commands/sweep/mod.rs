//! `seaworthy sweep`: prepare, look, judge, seal, show.

mod args;

pub(crate) use args::SweepArgs;

use super::timestamp::Authority;
use super::{interrupts, resume, runtime, show, sign, terms};
use crate::args::RunArgs;
use crate::config::Config;
use crate::failure::Failure;
use crate::progress::Show;
use crate::{exit, output, people, setup};
use jiff::Timestamp;
use seaworthy_bundle::{Beside, Reader, StatementKind, Writer};
use seaworthy_collect::Context;
use seaworthy_engine::{ItemOverride, PlanInput, Registry};
use seaworthy_judge::People;
use seaworthy_model::{Checklist, Digest, ItemId, ParamValue, Plan, ProbeId, RunInfo};
use seaworthy_people::Words;
use seaworthy_report::inert;
use seaworthy_sign::PrivateKey;
use seaworthy_yaml::{Diagnostic, suggest};
use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Files that do not count, told on standard error; `run.json` names them all.
const TOLD: usize = 20;

/// Runs a sweep.
pub(crate) fn run(args: &SweepArgs) -> Result<u8, Failure> {
    // A passphrase is asked for now, and not at the end of a long sweep.
    let key = args.key.load()?;
    let authority = args.stamp.authority()?;
    let mut prepared = Prepared::new(&args.run)?;
    let plan = Arc::make_mut(&mut prepared.plan);
    let place = if let Some(run) = &args.resume {
        resume::take_up(plan, run, Timestamp::now())?;
        Place::Resumed(run)
    } else {
        plan.terms.before = terms::before(args.after.as_deref(), &args.out, &plan.run)?;
        Place::New(&args.out)
    };
    plan.terms.tightening = args.tighten.resolve(&plan.run)?;
    prepared.hear()?;
    if let Some(seconds) = args.deadline {
        prepared.config.budgets.sweep = Duration::from_secs(seconds);
    }
    // Formats are read before anything is asked: a typing error should not cost a sweep.
    let shown = show::Wanted::new(&args.show)?;
    let runtime = runtime()?;
    runtime.block_on(sweep(
        &prepared,
        &place,
        &Sealing {
            key: key.as_ref().map(|key| (key, args.beside.into())),
            authority,
        },
        &shown,
        Show::suited(args.quiet),
    ))
}

/// What is done with a bundle once it is sealed.
#[derive(Default)]
pub(crate) struct Sealing<'a> {
    /// Who signs it, and what is written beside the signature.
    key: Option<(&'a PrivateKey, Beside)>,
    /// Who stamps it.
    authority: Option<Authority>,
}

/// Everything that is decided before anything is asked.
pub(crate) struct Prepared {
    pub(crate) plan: Arc<Plan>,
    pub(crate) registry: Registry,
    pub(crate) config: Config,
    source: Vec<u8>,
    words: Words,
}

impl Prepared {
    /// Loads rules, configuration and checklist, and resolves the plan.
    pub(crate) fn new(args: &RunArgs) -> Result<Self, Failure> {
        let (registry, mut config) = setup::start(&args.sources, args.release.as_deref())?;
        let rules = setup::rules(&args.sources, &config, &registry)?;
        let listed = setup::checklist(args.checklist.as_deref(), &config)?;
        check_references(&config, &rules, &listed.checklist)?;
        check_prefixes(
            &listed.checklist,
            &[args.only.as_slice(), &args.skip].concat(),
        )?;
        let parameters = config.parameters.iter().map(|(probe, given)| {
            let given = given
                .iter()
                .map(|(name, placed)| (name.clone(), placed.value.clone()));
            (probe.clone(), given.collect())
        });
        let parameters: BTreeMap<ProbeId, BTreeMap<String, ParamValue>> = parameters.collect();
        let items = config
            .items
            .iter()
            .map(|(id, placed)| (id.clone(), placed.value.clone()));
        let items: BTreeMap<ItemId, ItemOverride> = items.collect();
        // What the checklist says beside its boxes is looked at like any other target.
        let own = seaworthy_collect_checklist::target(&listed.checklist.contacts);
        let own_name = own.name.clone();
        // They are the plan's from here on: there may be many.
        let targets = std::mem::take(&mut config.targets).into_iter();
        let targets = targets.chain([own]).collect();
        let mut plan = seaworthy_engine::plan(PlanInput {
            run: run_info(args, &config),
            checklist: &listed.checklist,
            bindings: &rules.bindings,
            catalog: &rules.catalog,
            policy: &rules.policy,
            marks: &rules.marks,
            targets,
            parameters: &parameters,
            items: &items,
            only: &args.only,
            skip: &args.skip,
            registry: &registry,
        })
        .map_err(|complaints| Failure::diagnostics(&complaints))?;
        // A checklist that asks nothing of itself is none.
        let asks = |name: &str| {
            let rules = plan.items.iter().filter_map(|item| item.rule.as_ref());
            let mut names = rules
                .flat_map(|rule| &rule.uses)
                .flat_map(|used| used.targets.iter());
            names.any(|target| **target == *name)
        };
        if !asks(&own_name) {
            plan.targets.retain(|target| target.name != own_name);
        }
        plan.terms.signers.clone_from(&config.people.signers);
        Ok(Self {
            plan: Arc::new(plan),
            registry,
            config,
            source: listed.source,
            words: Words::default(),
        })
    }

    /// Reads what people signed, and says of each file that does not count why not.
    fn hear(&mut self) -> Result<(), Failure> {
        let people = &self.config.people;
        let found = people::Found::below(&people.folder)?;
        self.words = seaworthy_people::admit(&self.plan, found.files);
        self.words.refused.extend(found.refused);
        people::documents(people, &mut self.words);
        self.words.refused.sort();
        for refused in self.words.refused.iter().take(TOLD) {
            let (file, reason) = (inert(&refused.file), inert(&refused.reason));
            output::complain(&format!("warning: {file} does not count: {reason}\n"));
        }
        if let Some(more) = self
            .words
            .refused
            .len()
            .checked_sub(TOLD)
            .filter(|n| *n > 0)
        {
            output::complain(&format!(
                "warning: {more} more do not count; see run.json\n"
            ));
        }
        Ok(())
    }
}

/// Where the bundle is made.
pub(crate) enum Place<'a> {
    /// A new one in this folder.
    New(&'a Path),
    /// In the folder of this run, which was broken off.
    Resumed(&'a Path),
}

impl Place<'_> {
    fn writer(&self, prepared: &Prepared) -> Result<Writer, Failure> {
        let (plan, source) = (&prepared.plan, &prepared.source);
        let run = match self {
            Self::New(out) => return Ok(Writer::create(out, plan, source)?),
            Self::Resumed(run) => run,
        };
        let writer = Writer::resume(run, plan, source, Timestamp::now())?;
        let (kept, all) = (writer.kept().len(), plan.requests.len());
        output::complain(&format!(
            "resuming {}: {kept} of {all} requests are answered already\n",
            run.display()
        ));
        Ok(writer)
    }
}

/// Looks, judges, seals, signs where there is a key, and shows; the exit code is the gate's.
pub(crate) async fn sweep(
    prepared: &Prepared,
    place: &Place<'_>,
    sealing: &Sealing<'_>,
    shown: &show::Wanted,
    progress: Show,
) -> Result<u8, Failure> {
    // Before the folder exists, so that no interrupt finds a bundle that nobody would seal.
    let (interrupts, stop) = interrupts::listen()?;
    let mut writer = place.writer(prepared)?;
    let folder = writer.dir().to_owned();
    let people = keep(&prepared.words, &mut writer)?;
    let budgets = prepared.config.budgets.clone();
    let context = Arc::new(Context::new(
        prepared.plan.run.as_of,
        budgets,
        Timestamp::now,
    ));
    let tell = progress.consumer();
    let swept = seaworthy_engine::sweep(
        &prepared.plan,
        &prepared.registry,
        context,
        &people,
        writer,
        stop,
        tell.as_ref(),
    )
    .await;
    interrupts.abort();
    let swept = swept.map_err(|error| {
        let mut failure = Failure::from(error);
        failure.messages.push(format!(
            "what was recorded until then is in {}, not sealed",
            folder.display()
        ));
        failure
    })?;
    let reader = Reader::open_known(&folder, Arc::clone(&prepared.plan))?;
    if let Some((key, beside)) = sealing.key {
        sign::sign(&reader, key, beside)?;
    }
    let stamped = match &sealing.authority {
        Some(authority) => authority.stamp(&reader).await,
        None => Ok(()),
    };
    show::show(&reader, &folder, shown).map_err(|mut failure| {
        // The sweep itself is done: only the showing is to be repeated.
        let folder = folder.display();
        let help = format!("the sealed bundle is {folder}; `seaworthy report {folder}` shows it");
        failure.messages.push(help);
        failure
    })?;
    // What was found is shown all the same: only the stamp is to be asked for again.
    stamped?;
    Ok(exit::of_decision(swept.judgement.gate.decision))
}

/// Keeps in the bundle what people signed, and gives it to the judge.
fn keep(words: &Words, writer: &mut Writer) -> Result<People, Failure> {
    for admitted in &words.attestations {
        writer.keep_statement(StatementKind::Attestation, &admitted.file.bytes)?;
    }
    for admitted in &words.waivers {
        writer.keep_statement(StatementKind::Waiver, &admitted.file.bytes)?;
    }
    writer.refuse(words.refused.clone());
    Ok(People {
        attestations: words.attestations(),
        waivers: words.waivers(),
    })
}

fn run_info(args: &RunArgs, config: &Config) -> RunInfo {
    let now = Timestamp::now();
    let as_of = args.as_of.unwrap_or(now);
    RunInfo {
        id: run_id(now),
        as_of,
        historical: as_of < now && args.as_of.is_some(),
        service: config.service.clone(),
        environment: config.environment.clone(),
        release: config.release.clone(),
        phase: args.phase,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        catalog_digest: Digest::of(b""),
        policy_digest: Digest::of(b""),
    }
}

/// The instant of the start, to be read and sorted by, and a random part, so that two runs of
/// one second do not meet.
fn run_id(now: Timestamp) -> String {
    let random = RandomState::new().hash_one(now.as_nanosecond()) & 0xff_ffff;
    format!("{}-{random:06x}", now.strftime("%Y%m%dT%H%M%SZ"))
}

/// What the configuration refers to must exist; a typing error must not be a rule that is
/// silently never used.
fn check_references(
    config: &Config,
    rules: &setup::Rules,
    checklist: &Checklist,
) -> Result<(), Failure> {
    let mut complaints: Vec<Diagnostic> = Vec::new();
    for (probe, given) in &config.parameters {
        for (name, placed) in given {
            if let Some((message, help)) = wrong_parameter(rules, probe, name, &placed.value) {
                complaints.push(placed.complaint(message, help));
            }
        }
    }
    for (id, placed) in &config.items {
        if checklist.item(id).is_none() {
            let ids = checklist.items.iter().map(|item| item.id.as_str());
            let help = suggest(id.as_str(), ids).map(|near| format!("did you mean `{near}`?"));
            complaints.push(placed.complaint(format!("the checklist has no item `{id}`"), help));
        }
        for (probe, given) in &placed.value.with {
            for (name, value) in given {
                if let Some((message, help)) = wrong_parameter(rules, probe, name, value) {
                    complaints.push(placed.complaint(message, help));
                }
            }
        }
    }
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(Failure::diagnostics(&complaints))
    }
}

/// What is wrong with a parameter of a probe: the complaint, and a near name.
fn wrong_parameter(
    rules: &setup::Rules,
    probe: &ProbeId,
    name: &str,
    value: &ParamValue,
) -> Option<(String, Option<String>)> {
    let near = |near: Option<&str>| near.map(|near| format!("did you mean `{near}`?"));
    let Some(known) = rules.catalog.get(probe) else {
        let help = near(rules.catalog.suggest(probe.as_str()));
        return Some((format!("there is no probe `{probe}`"), help));
    };
    let params = &known.spec().params;
    let Some(param) = params.get(name) else {
        let help = near(suggest(name, params.keys().map(String::as_str)));
        return Some((
            format!("the probe `{probe}` has no parameter `{name}`"),
            help,
        ));
    };
    let value = serde_json::to_value(value).unwrap_or_default();
    let error = seaworthy_catalog::accept_value(name, param.kind, &value).err()?;
    Some((format!("the probe `{probe}`: {error}"), None))
}

/// A prefix that chooses nothing is a typing error, and would look nowhere or skip nothing.
fn check_prefixes(checklist: &Checklist, prefixes: &[String]) -> Result<(), Failure> {
    for prefix in prefixes {
        let ids = || checklist.items.iter().map(|item| item.id.as_str());
        if !ids().any(|id| seaworthy_engine::is_below(id, prefix)) {
            let near = suggest(prefix, ids().flat_map(prefixes_of));
            let near = near.map(|near| format!("; did you mean `{near}`?"));
            let near = near.unwrap_or_default();
            return Err(Failure::usage(format!(
                "no item is `{prefix}` or below it{near}"
            )));
        }
    }
    Ok(())
}

/// `a/b/c`, `a/b` and `a` of `a/b/c`.
fn prefixes_of(id: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(id), |id| id.rsplit_once('/').map(|(above, _)| above))
}
