//! A small world for the rules: things that are up or not, seen on targets `a` and `b`.

use crate::assessed::assessed;
use jiff::Timestamp;
use seaworthy_judge::{Judge, Judgement, People, Results, Shelf, StreamingJudge};
use seaworthy_model::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const AS_OF: &str = "2026-03-01T12:00:00Z";

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The probe `t/up`: a thing is up; `t/fast`: where it is measured, it is quick enough.
pub(crate) fn probes() -> BTreeMap<ProbeId, ProbeSpec> {
    let spec = |id: &str, where_: Option<&str>, that: &str| ProbeSpec {
        id: ProbeId(id.into()),
        title: "a thing is as it should be".into(),
        subject: "thing".into(),
        where_: where_.map(Into::into),
        where_reason: where_.map(|_| "{thing.name} is not measured".into()),
        params: BTreeMap::new(),
        assertions: vec![Assertion {
            that: that.into(),
            message: "{thing.name} is not as it should be".into(),
            patch: None,
            stable_reads: vec!["state".into()],
            fields: BTreeMap::new(),
        }],
        why: "why".into(),
        fix: "fix".into(),
        references: Vec::new(),
        controls: Vec::new(),
    };
    [
        spec("t/up", None, "thing.state == \"up\""),
        spec("t/has-twin", None, "has(thing.twin)"),
        spec("t/no-twin", None, "!has(thing.twin)"),
        spec("t/fast", Some("thing.measured"), "thing.millis < 100"),
    ]
    .into_iter()
    .map(|spec| (spec.id.clone(), spec))
    .collect()
}

/// A world with one item, `s/it`, decided by `rule`.
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) facts: Vec<Fact>,
    pub(crate) unassessed: Vec<Unassessed>,
    pub(crate) people: People,
}

impl World {
    pub(crate) fn new(rule: ItemRule) -> Self {
        Self {
            plan: plan(vec![planned("s/it", Some(rule))]),
            facts: Vec::new(),
            unassessed: Vec::new(),
            people: People::default(),
        }
    }

    pub(crate) fn of(items: Vec<PlannedItem>) -> Self {
        Self {
            plan: plan(items),
            facts: Vec::new(),
            unassessed: Vec::new(),
            people: People::default(),
        }
    }

    pub(crate) fn critical(mut self) -> Self {
        for planned in &mut self.plan.items {
            planned.mark = Some(Mark::Critical);
        }
        self
    }

    pub(crate) fn optional(mut self) -> Self {
        for planned in &mut self.plan.items {
            planned.item.optional = Some("if needed".into());
        }
        self
    }

    /// A thing on a target, `up` or anything else.
    pub(crate) fn thing(self, target: &str, name: &str, state: &str) -> Self {
        self.fact(
            target,
            name,
            json!({ "name": name, "state": state, "measured": false }),
        )
    }

    pub(crate) fn fact(mut self, target: &str, name: &str, value: Value) -> Self {
        self.facts.push(fact(target, name, value));
        self
    }

    pub(crate) fn unknown(mut self, path: &str) -> Self {
        let last = self.facts.last_mut().unwrap();
        last.unknown
            .insert(path.into(), "403 from the server".into());
        self
    }

    pub(crate) fn unread(mut self, target: &str, reason: ReasonCode) -> Self {
        self.unassessed.push(Unassessed {
            target: target.into(),
            request: "t/things".into(),
            kinds: vec!["thing".into()],
            reason,
            detail: "could not list things".into(),
            location: None,
            attempts: Vec::new(),
        });
        self
    }

    pub(crate) fn attested(mut self, change: impl FnOnce(&mut Attestation)) -> Self {
        let mut said = Attestation {
            item: ItemId::from("s/it".to_owned()),
            role: "lead".into(),
            by: "Ada".into(),
            key_id: "0f".into(),
            statement: "seen".into(),
            document: None,
            release: "1.0".into(),
            made_at: time("2026-02-20T00:00:00Z"),
            until: time("2026-04-01T00:00:00Z"),
            claim: Claim::Done,
        };
        change(&mut said);
        self.people.attestations.push(said);
        self
    }

    /// A waiver for the first failure of the item as it stands.
    pub(crate) fn waived(mut self, change: impl FnOnce(&mut Waiver)) -> Self {
        let fingerprint = self
            .judge()
            .results
            .iter()
            .flat_map(|result| &result.verdicts)
            .find_map(|verdict| verdict.fingerprint.clone())
            .unwrap();
        let mut waiver = Waiver {
            id: "w1".into(),
            item: ItemId::from("s/it".to_owned()),
            target: None,
            subject: None,
            fingerprint,
            because: "known".into(),
            requester: "key-1".into(),
            approver: "key-2".into(),
            made_at: time("2026-02-20T00:00:00Z"),
            until: time("2026-03-10T00:00:00Z"),
        };
        change(&mut waiver);
        self.people.waivers.push(waiver);
        self
    }

    pub(crate) fn judge(&self) -> Judgement {
        judge_in(self, self.facts.iter())
    }

    /// The item's result and reason.
    pub(crate) fn result(&self) -> (ResultKind, Option<ReasonCode>) {
        let judgement = self.judge();
        let result = &judgement.results[0];
        (result.result, result.reason)
    }
}

pub(crate) fn judge_in<'a>(world: &World, facts: impl Iterator<Item = &'a Fact>) -> Judgement {
    let facts: Vec<&Fact> = facts.collect();
    let mut judge = Judge::new(&world.plan).unwrap();
    for (line, fact) in (1..).zip(&facts) {
        judge.observe(FactCite { shard: 0, line }, fact);
    }
    for missed in &world.unassessed {
        judge.unassessed(missed);
    }
    let judgement = judge.finish(&world.people);
    assert_eq!(streamed(world, &facts), judgement, "streamed");
    if let [only] = judgement.results.as_slice() {
        let shown = assessed(&world.plan, &world.unassessed, &facts);
        let verdicts: Vec<VerdictRef<'_>> = only.verdicts.iter().map(VerdictRef::from).collect();
        let is_waived = verdicts.iter().any(|verdict| verdict.waived);
        if !verdicts.is_empty() && !is_waived {
            let wanted = verdicts.iter().map(|verdict| format!("{verdict:#?}\n"));
            assert_eq!(shown, wanted.collect::<String>(), "without an item");
        }
    }
    judgement
}

/// The judgement with verdicts that were away meanwhile.
fn streamed(world: &World, facts: &[&Fact]) -> Judgement {
    let mut judge = StreamingJudge::new(&world.plan, Away::default()).unwrap();
    for (line, fact) in (1..).zip(facts) {
        judge.observe(FactCite { shard: 0, line }, fact).unwrap();
    }
    for missed in &world.unassessed {
        judge.unassessed(missed).unwrap();
    }
    let mut taken = Taken::default();
    let mut judgement = judge.finish(&world.people, &mut taken).unwrap();
    let slim = judgement.results.iter();
    assert!(slim.flat_map(|result| &result.verdicts).next().is_none());
    judgement.results = taken.results;
    judgement
}

/// A shelf that keeps JSON, as a disk does, and gives the newest verdict first.
#[derive(Default)]
struct Away(BTreeMap<usize, Vec<String>>);

impl Shelf for Away {
    type Error = serde_json::Error;

    fn put(&mut self, number: usize, verdict: Verdict) -> Result<(), serde_json::Error> {
        let text = serde_json::to_string(&verdict)?;
        self.0.entry(number).or_default().push(text);
        Ok(())
    }

    fn each<E: From<serde_json::Error>>(
        &mut self,
        number: usize,
        mut take: impl FnMut(Verdict) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut kept = self.0.get(&number).into_iter().flatten().rev();
        kept.try_for_each(|text| take(serde_json::from_str(text)?))
    }
}

/// Results as they are taken.
#[derive(Default)]
struct Taken {
    verdicts: Vec<Verdict>,
    results: Vec<ItemResult>,
}

impl Results for Taken {
    type Error = serde_json::Error;

    fn verdict(&mut self, verdict: Verdict) -> Result<(), serde_json::Error> {
        self.verdicts.push(verdict);
        Ok(())
    }

    fn result(&mut self, mut result: ItemResult) -> Result<(), serde_json::Error> {
        result.verdicts = std::mem::take(&mut self.verdicts);
        result.verdicts.sort_by(Verdict::order);
        self.results.push(result);
        Ok(())
    }
}

pub(crate) fn fact(target: &str, name: &str, value: Value) -> Fact {
    Fact {
        subject: SubjectRef {
            kind: "thing".into(),
            name: name.into(),
        },
        value,
        unknown: BTreeMap::new(),
        location: None,
        places: Places::default(),
        provenance: Provenance {
            target: target.into(),
            collector: "t/things".into(),
            at: time(AS_OF),
            attempts: Vec::new(),
            artifacts: Vec::new(),
            reproduce: None,
        },
    }
}

pub(crate) fn uses(probe: &str, targets: &[&str]) -> ProbeUse {
    ProbeUse {
        probe: ProbeId(probe.into()),
        with: BTreeMap::new(),
        targets: targets.iter().map(|target| (*target).into()).collect(),
        min_subjects: 1,
        required: false,
    }
}

pub(crate) fn all_of(uses: Vec<ProbeUse>) -> ItemRule {
    ItemRule {
        combine: Combine::AllOf,
        uses,
        unbuilt: Vec::new(),
        attest: None,
    }
}

pub(crate) fn asked(when: AttestWhen) -> AttestRule {
    AttestRule {
        role: Some("lead".into()),
        within_days: Some(365),
        document: DocumentRule::Optional,
        when,
    }
}

pub(crate) fn planned(id: &str, rule: Option<ItemRule>) -> PlannedItem {
    PlannedItem {
        item: Item {
            id: ItemId::from(id.to_owned()),
            title: id.into(),
            section: "S".into(),
            path: vec!["S".into()],
            parent: None,
            phase: Phase::PreDeployment,
            mark: None,
            optional: None,
            checked: TaskState::Open,
            kind: ItemKind::Leaf,
            line: 1,
            role: None,
        },
        mark: None,
        category: Some("S".into()),
        rule,
        skip: false,
    }
}

pub(crate) fn plan(items: Vec<PlannedItem>) -> Plan {
    Plan {
        schema: PLAN_SCHEMA.into(),
        run: RunInfo {
            id: "r".into(),
            as_of: time(AS_OF),
            historical: false,
            service: "shop".into(),
            environment: "production".into(),
            release: "1.0".into(),
            phase: Phase::PreDeployment,
            tool_version: "0".into(),
            catalog_digest: Digest::of(b""),
            policy_digest: Digest::of(b""),
        },
        policy: policy(),
        score: Some(ScoreTable {
            categories: vec![ScoreCategory {
                name: "S".into(),
                weight: 100,
            }],
            minimum: "8.0".into(),
        }),
        items,
        probes: probes(),
        targets: ["a", "b"].map(target).into(),
        requests: Vec::new(),
        terms: Terms::default(),
    }
}

pub(crate) fn policy() -> Policy {
    Policy {
        categories: BTreeMap::from([("S".into(), vec!["S".into()])]),
        weights: Weights {
            critical: 4,
            important: 2,
            other: 1,
        },
        minimum_assessed_weight: 90,
        minimum_score: "8.0".into(),
        low_category: "6.0".into(),
        waiver_max_days: 90,
        waiver_max_days_critical: 30,
    }
}

fn target(name: &str) -> Target {
    Target {
        name: name.into(),
        kind: "things".into(),
        labels: BTreeSet::new(),
        spec: json!({}),
        location: None,
    }
}
