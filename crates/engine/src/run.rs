//! The run: each distinct request once, bounded in number and time, facts judged and written as
//! they come.

use crate::verdicts::{Spilled, Written};
use crate::{EngineError, Event, Registry};
use seaworthy_bundle::{PreviousRun, Reader, Writer};
use seaworthy_collect::{Collected, Context, Sink};
use seaworthy_judge::{Judgement, People, StreamingJudge};
use seaworthy_model::{Fact, Plan, ReasonCode, Request, Target, Unassessed};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What a finished sweep decided; the bundle on disk holds the same.
#[derive(Debug)]
pub struct Swept {
    /// Results without their verdicts, score and gate.
    pub judgement: Judgement,
    /// Whether it was stopped before everything had been asked.
    pub interrupted: bool,
}

/// Stops a sweep early: nothing more is asked, and what is known is judged and sealed.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

/// The other end of a [`Stop`].
#[derive(Debug)]
pub struct StopHandle(watch::Sender<bool>);

impl Stop {
    /// A stop and its handle. Dropping the handle stops nothing.
    #[must_use]
    pub fn new() -> (StopHandle, Self) {
        let (sender, receiver) = watch::channel(false);
        (StopHandle(sender), Self(receiver))
    }

    fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    async fn wait(&mut self) {
        if self.0.wait_for(|set| *set).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl StopHandle {
    /// Asks the sweep to stop.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Collects, judges and seals.
///
/// # Errors
///
/// When the plan cannot be judged by, or the bundle cannot be written; what was written until
/// then stays readable.
pub async fn sweep(
    plan: &Plan,
    registry: &Registry,
    context: Arc<Context>,
    people: &People,
    mut writer: Writer,
    stop: Stop,
    tell: &(dyn Fn(Event) + Send + Sync),
) -> Result<Swept, EngineError> {
    let mut judge = StreamingJudge::new(plan, Spilled(writer.spill()))?;
    let kept = writer.kept().clone();
    if !kept.is_empty() {
        observe_kept(&mut judge, writer.dir())?;
    }
    let tasks = Tasks::new(plan, &kept, registry, context, stop.clone());
    each_answer(tasks, tell, |request, collected| {
        let artifacts = collected
            .artifacts
            .iter()
            .map(|a| (&a.digest, a.bytes.as_slice()));
        let cites = writer.record(&collected.facts, &collected.unassessed, artifacts)?;
        for (cite, fact) in cites.into_iter().zip(&collected.facts) {
            judge.observe(cite, fact)?;
        }
        for missed in &collected.unassessed {
            judge.unassessed(missed)?;
        }
        // What was cut short is asked again when the run is resumed.
        let cut = |missed: &Unassessed| missed.reason == ReasonCode::Interrupted;
        if !collected.unassessed.iter().any(cut) {
            writer.answered(request)?;
        }
        Ok(())
    })
    .await?;
    tell(Event::Judging);
    let judgement = judge.finish(people, &mut Written(&mut writer))?;
    writer.attested(judgement.attestations.clone());
    if let Some(before) = &plan.terms.before {
        writer.follow(PreviousRun {
            run: before.run.clone(),
            digest: before.digest.clone(),
        });
    }
    writer.finish(&judgement.score, &judgement.gate, &judgement.waivers)?;
    tell(Event::Sealed);
    Ok(Swept {
        judgement,
        interrupted: stop.is_set(),
    })
}

/// Asks every request of a plan once, bounded in number and time, and hands over each answer as
/// it comes, a large one in parts; the order of the answers means nothing.
///
/// # Errors
///
/// The first error of `each`; requests that are under way are dropped.
pub async fn collect(
    plan: &Plan,
    registry: &Registry,
    context: Arc<Context>,
    stop: Stop,
    tell: &(dyn Fn(Event) + Send + Sync),
    mut each: impl FnMut(Collected) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let mut tasks = Tasks::new(plan, &BTreeSet::new(), registry, context, stop);
    tell(Event::Started {
        requests: tasks.waiting.len(),
    });
    let (outlet, mut parts) = mpsc::channel(PARTS);
    tasks.outlet = Some(outlet);
    let mut take = |mut part: Collected| {
        let target = |fact: &Fact| {
            let mut targets = plan.targets.iter();
            targets.find(|target| target.name == fact.provenance.target)
        };
        for fact in &mut part.facts {
            if let Some(target) = target(fact) {
                locate(fact, target);
            }
        }
        each(part)
    };
    loop {
        tokio::select! {
            biased;
            Some(part) = parts.recv() => take(part)?,
            answer = tasks.next(tell) => {
                let Some(Answer { request, rest, handed_on }) = answer else { break };
                // All its parts were sent before it came to its end.
                while let Ok(part) = parts.try_recv() {
                    take(part)?;
                }
                let facts = handed_on.0 + rest.facts.len();
                let unassessed = handed_on.1 + rest.unassessed.len();
                take(rest)?;
                tell(Event::Answered { request, facts, unassessed });
            }
        }
    }
    Ok(())
}

/// Parts of answers that wait to be taken.
const PARTS: usize = 1;

/// Judges what an earlier process had collected of this run.
fn observe_kept(judge: &mut StreamingJudge<'_, Spilled>, run: &Path) -> Result<(), EngineError> {
    let reader = Reader::open(run)?;
    for entry in reader.facts()? {
        let (cite, fact) = entry?;
        judge.observe(cite, &fact)?;
    }
    for missed in reader.unassessed()? {
        judge.unassessed(&missed)?;
    }
    Ok(())
}

async fn each_answer(
    mut tasks: Tasks<'_>,
    tell: &(dyn Fn(Event) + Send + Sync),
    mut each: impl FnMut(&Request, Collected) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    tell(Event::Started {
        requests: tasks.waiting.len(),
    });
    while let Some(answer) = tasks.next(tell).await {
        let (request, collected) = (answer.request, answer.rest);
        let (facts, unassessed) = (collected.facts.len(), collected.unassessed.len());
        each(&request, collected)?;
        tell(Event::Answered {
            request,
            facts,
            unassessed,
        });
    }
    Ok(())
}

/// A request that came to its end.
struct Answer {
    request: Request,
    /// What was not handed on before.
    rest: Collected,
    /// How many facts were, and how often something that could not be read.
    handed_on: (usize, usize),
}

impl Answer {
    fn whole(request: Request, rest: Collected) -> Self {
        Self {
            request,
            rest,
            handed_on: (0, 0),
        }
    }
}

/// The requests that are under way and those that wait.
struct Tasks<'p> {
    waiting: std::vec::IntoIter<&'p Request>,
    targets: BTreeMap<&'p str, &'p Target>,
    registry: Registry,
    context: Arc<Context>,
    stop: Stop,
    deadline: Instant,
    /// Where parts of large answers go.
    outlet: Option<mpsc::Sender<Collected>>,
    running: JoinSet<Answer>,
    // By task, so that one that panics is not lost.
    asked: HashMap<tokio::task::Id, Request>,
}

impl<'p> Tasks<'p> {
    /// All requests of the plan but those that are answered already.
    fn new(
        plan: &'p Plan,
        answered: &BTreeSet<Request>,
        registry: &Registry,
        context: Arc<Context>,
        stop: Stop,
    ) -> Self {
        let open = plan.requests.iter();
        let open: Vec<&Request> = open.filter(|one| !answered.contains(*one)).collect();
        Self {
            waiting: open.into_iter(),
            targets: plan
                .targets
                .iter()
                .map(|target| (target.name.as_str(), target))
                .collect(),
            registry: registry.clone(),
            deadline: Instant::now() + context.budgets.sweep,
            context,
            stop,
            outlet: None,
            running: JoinSet::new(),
            asked: HashMap::new(),
        }
    }

    /// The next answered request, as answers come.
    async fn next(&mut self, tell: &(dyn Fn(Event) + Send + Sync)) -> Option<Answer> {
        while self.running.len() < self.context.budgets.in_all.max(1) {
            let Some(request) = self.waiting.next() else {
                break;
            };
            let Some(&target) = self.targets.get(&*request.target) else {
                let why = "the plan holds no such target".to_owned();
                let rest = missed(request, ReasonCode::CollectorFailed, why);
                return Some(Answer::whole(request.clone(), rest));
            };
            tell(Event::Asking(request.clone()));
            let task = ask(
                self.registry.clone(),
                Arc::clone(&self.context),
                request.clone(),
                target.clone(),
                self.stop.clone(),
                self.deadline,
                self.outlet
                    .clone()
                    .map_or_else(Sink::new, Sink::with_outlet),
            );
            let handle = self.running.spawn(task);
            self.asked.insert(handle.id(), request.clone());
        }
        match self.running.join_next_with_id().await? {
            Ok((id, done)) => {
                self.asked.remove(&id);
                Some(done)
            }
            Err(error) => {
                let request = self.asked.remove(&error.id())?;
                let why = format!("the collector {} broke down: {error}", request.collector);
                let rest = missed(&request, ReasonCode::CollectorFailed, why);
                Some(Answer::whole(request, rest))
            }
        }
    }
}

/// Asks one request, and gives what it brought until it was answered, stopped or out of time.
async fn ask(
    registry: Registry,
    context: Arc<Context>,
    request: Request,
    target: Target,
    mut stop: Stop,
    sweep_deadline: Instant,
    sink: Sink,
) -> Answer {
    let Some(collector) = registry.collector(&request.collector) else {
        let why = "this build holds no such collector".to_owned();
        let rest = missed(&request, ReasonCode::NoCollector, why);
        return Answer::whole(request, rest);
    };
    let own_deadline = Instant::now() + context.budgets.target;
    // One alarm for both: each is asked whenever the collector is woken.
    let alarm = tokio::time::sleep_until(sweep_deadline.min(own_deadline));
    let cut = tokio::select! {
        biased;
        () = stop.wait() => Some((ReasonCode::Interrupted, "the sweep was interrupted".to_owned())),
        () = alarm => Some(if sweep_deadline <= own_deadline {
            let seconds = context.budgets.sweep.as_secs();
            (ReasonCode::Interrupted, format!("the sweep's deadline of {seconds} s ran out"))
        } else {
            let seconds = context.budgets.target.as_secs();
            (ReasonCode::Timeout, format!("the target's deadline of {seconds} s ran out"))
        }),
        () = collector.collect(&target, &context, &sink) => None,
    };
    let mut collected = sink.take();
    for fact in &mut collected.facts {
        locate(fact, &target);
    }
    if let Some((reason, why)) = cut {
        collected
            .unassessed
            .append(&mut missed(&request, reason, why).unassessed);
    } else if collected == Collected::default() && sink.handed_on() == (0, 0) {
        let why = "the collector brought nothing and gave no reason".to_owned();
        collected = missed(&request, ReasonCode::NoSubject, why);
    }
    Answer {
        request,
        rest: collected,
        handed_on: sink.handed_on(),
    }
}

/// What is no part of a file is found again by where the configuration names its target.
fn locate(fact: &mut Fact, target: &Target) {
    if fact.location.is_none() {
        fact.location.clone_from(&target.location);
    }
}

/// A request that brought nothing, with the reason.
fn missed(request: &Request, reason: ReasonCode, why: String) -> Collected {
    Collected {
        unassessed: vec![Unassessed {
            target: request.target.to_string(),
            request: request.collector.to_string(),
            kinds: request.kinds.to_vec(),
            reason,
            detail: format!("{} of {}: {why}", request.collector, request.target),
            location: None,
            attempts: Vec::new(),
        }],
        ..Collected::default()
    }
}
