//! Runs that nobody would think of: items of every kind and result in every mixture, judged and
//! sealed by the first program.

use proptest::prelude::*;
use seaworthy_bundle::Writer;
use seaworthy_judge::{Judge, People};
use seaworthy_model::{
    Assertion, AttestRule, AttestWhen, Attestation, Claim, Combine, Decision, Digest, Fact,
    ItemKind, ItemRule, Mark, Outcome, PLAN_SCHEMA, Phase, Plan, PlannedItem, Policy, ProbeId,
    ProbeSpec, ProbeUse, Provenance, RunInfo, ScoreCategory, ScoreTable, SubjectRef, Terms, Waiver,
    Weights,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const AS_OF: &str = "2026-03-01T12:00:00Z";
const CATEGORIES: [(&str, u32); 3] = [("Security", 50), ("Monitoring", 35), ("Documentation", 15)];

/// What becomes of an item.
#[derive(Clone, Debug)]
enum Fate {
    /// So many subjects are up, so many down; the failures waived or not.
    Seen {
        up: u8,
        down: u8,
        waived: bool,
    },
    Unseen,
    Unbound,
    Skipped,
    OtherPhase,
    Attested(Claim),
}

#[derive(Clone, Debug)]
pub(crate) struct Made {
    items: Vec<(Fate, Option<Mark>, Option<usize>, usize)>,
    historical: bool,
    later_phase: bool,
    minimum: String,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        40 => (1_u8..4, Just(0_u8), Just(false)).prop_map(|(up, down, waived)| Fate::Seen { up, down, waived }),
        4 => (0_u8..4, 1_u8..4, any::<bool>()).prop_map(|(up, down, waived)| Fate::Seen { up, down, waived }),
        2 => Just(Fate::Unseen),
        1 => Just(Fate::Unbound),
        1 => Just(Fate::Skipped),
        3 => Just(Fate::OtherPhase),
        4 => Just(Fate::Attested(Claim::Done)),
        2 => Just(Fate::Attested(Claim::NotApplicable)),
    ]
}

/// A run of up to 25 items in up to four groups.
pub(crate) fn world() -> impl Strategy<Value = Made> {
    let mark = prop_oneof![
        3 => Just(None),
        1 => Just(Some(Mark::Important)),
        1 => Just(Some(Mark::Critical)),
    ];
    let category = prop_oneof![1 => Just(None), 6 => (0_usize..3).prop_map(Some)];
    let item = (fate(), mark, category, 0_usize..4);
    (
        prop::collection::vec(item, 1..25),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.15),
        "[4-9]\\.[0-9]",
    )
        .prop_map(|(items, historical, later_phase, minimum)| Made {
            items,
            historical,
            later_phase,
            minimum,
        })
}

/// Judges a made run and seals it below `folder`.
pub(crate) fn seal(folder: &Path, number: usize, made: &Made) -> PathBuf {
    let (plan, facts) = (plan(number, made), facts(made));
    let mut people = People {
        attestations: attestations(made),
        waivers: Vec::new(),
    };
    let mut writer = Writer::create(folder, &plan, b"- [ ] generated\n").unwrap();
    let judged = |people: &People, cites: Option<&[seaworthy_model::FactCite]>| {
        let mut judge = Judge::new(&plan).unwrap();
        for (index, fact) in facts.iter().enumerate() {
            let unknown = seaworthy_model::FactCite { shard: 0, line: 1 };
            judge.observe(cites.map_or(unknown, |cites| cites[index]), fact);
        }
        judge.finish(people)
    };
    // A waiver is bound to a failure, which has to be seen first.
    let seen = judged(&people, None);
    for (index, (fate, ..)) in made.items.iter().enumerate() {
        let id = format!("g{}/item-{index}", made.items[index].3);
        let Some(result) = seen.results.iter().find(|result| result.id.as_str() == id) else {
            continue;
        };
        let fails = result
            .verdicts
            .iter()
            .filter(|v| v.verdict == Outcome::Fail);
        for verdict in fails.filter(|_| matches!(fate, Fate::Seen { waived: true, .. })) {
            people
                .waivers
                .push(waiver(&id, verdict.fingerprint.clone().unwrap()));
        }
    }
    let cites = writer.record(&facts, &[], std::iter::empty()).unwrap();
    let judgement = judged(&people, Some(&cites));
    let (score, gate) = (&judgement.score, &judgement.gate);
    assert!(gate.decision != Decision::Ready || !made.historical);
    writer
        .seal(&judgement.results, score, gate, &judgement.waivers)
        .unwrap()
        .dir
}

fn plan(number: usize, made: &Made) -> Plan {
    let mut run = RunInfo::outside_a_run(AS_OF.parse().unwrap(), "0");
    run.id = format!("generated-{number}");
    run.historical = made.historical;
    if made.later_phase {
        run.phase = Phase::T1h;
    }
    let mut items: Vec<PlannedItem> = Vec::new();
    for group in 0..4 {
        if made.items.iter().any(|item| item.3 == group) {
            let mut planned = PlannedItem::unbound(&format!("g{group}"), ItemKind::Group);
            planned.item.phase = run.phase;
            items.push(planned);
        }
        for (index, (fate, mark, category, _)) in made
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.3 == group)
        {
            let id = format!("g{group}/item-{index}");
            let mut planned = PlannedItem::unbound(&id, ItemKind::Leaf);
            planned.item.parent = Some(format!("g{group}").into());
            planned.item.phase = run.phase;
            planned.mark = *mark;
            planned.category = category.map(|at| CATEGORIES[at].0.to_owned());
            planned.skip = matches!(fate, Fate::Skipped);
            if matches!(fate, Fate::OtherPhase) {
                planned.item.phase = Phase::Rollback;
            }
            planned.rule = rule(fate, index);
            items.push(planned);
        }
    }
    let policy = Policy {
        weights: Weights {
            critical: 4,
            important: 2,
            other: 1,
        },
        minimum_assessed_weight: 90,
        minimum_score: "8.0".to_owned(),
        low_category: "6.0".to_owned(),
        waiver_max_days: 90,
        waiver_max_days_critical: 30,
        ..Policy::without_checklist()
    };
    let categories = CATEGORIES.map(|(name, weight)| ScoreCategory {
        name: name.to_owned(),
        weight,
    });
    Plan {
        schema: PLAN_SCHEMA.to_owned(),
        run,
        policy,
        score: Some(ScoreTable {
            categories: categories.to_vec(),
            minimum: made.minimum.clone(),
        }),
        items,
        probes: BTreeMap::from([(ProbeId("t/up".into()), probe())]),
        targets: Vec::new(),
        requests: Vec::new(),
        terms: Terms::default(),
    }
}

fn rule(fate: &Fate, index: usize) -> Option<ItemRule> {
    let (uses, attest) = match fate {
        Fate::Unbound => return None,
        Fate::Attested(_) => (Vec::new(), Some(attest_rule())),
        Fate::Seen { .. } | Fate::Unseen | Fate::Skipped | Fate::OtherPhase => {
            let used = ProbeUse {
                probe: ProbeId("t/up".into()),
                with: BTreeMap::new(),
                targets: [format!("target-{index}").into()].into(),
                min_subjects: 1,
                required: false,
            };
            (vec![used], None)
        }
    };
    Some(ItemRule {
        combine: Combine::AllOf,
        uses,
        unbuilt: Vec::new(),
        attest,
    })
}

fn attest_rule() -> AttestRule {
    AttestRule {
        role: None,
        within_days: None,
        document: seaworthy_model::DocumentRule::Optional,
        when: AttestWhen::Always,
    }
}

fn probe() -> ProbeSpec {
    ProbeSpec {
        id: ProbeId("t/up".into()),
        title: "a thing is up".into(),
        subject: "thing".into(),
        where_: None,
        where_reason: None,
        params: BTreeMap::new(),
        assertions: vec![Assertion {
            that: "thing.state == \"up\"".into(),
            message: "{thing.name} is not up".into(),
            patch: None,
            stable_reads: vec!["state".into()],
            fields: BTreeMap::new(),
        }],
        why: "why".into(),
        fix: "fix".into(),
        references: Vec::new(),
        controls: Vec::new(),
    }
}

fn facts(made: &Made) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (index, (fate, ..)) in made.items.iter().enumerate() {
        let Fate::Seen { up, down, .. } = fate else {
            continue;
        };
        let states = (0..*up)
            .map(|n| (n, "up"))
            .chain((*up..up + down).map(|n| (n, "down")));
        facts.extend(states.map(|(n, state)| Fact {
            subject: SubjectRef {
                kind: "thing".into(),
                name: format!("{index}-{n}"),
            },
            value: serde_json::json!({ "name": format!("{index}-{n}"), "state": state }),
            unknown: BTreeMap::new(),
            location: None,
            places: seaworthy_model::Places::default(),
            provenance: Provenance {
                target: format!("target-{index}"),
                collector: "t/things".into(),
                at: AS_OF.parse().unwrap(),
                attempts: Vec::new(),
                artifacts: Vec::new(),
                reproduce: None,
            },
        }));
    }
    facts
}

fn attestations(made: &Made) -> Vec<Attestation> {
    let items = made.items.iter().enumerate();
    let said = items.filter_map(|(index, (fate, _, _, group))| {
        let Fate::Attested(claim) = fate else {
            return None;
        };
        Some(Attestation {
            item: format!("g{group}/item-{index}").into(),
            role: "lead".into(),
            by: "Ada".into(),
            key_id: "0f".into(),
            statement: "seen".into(),
            document: None,
            release: String::new(),
            made_at: AS_OF.parse().unwrap(),
            until: "2026-04-01T00:00:00Z".parse().unwrap(),
            claim: *claim,
        })
    });
    said.collect()
}

fn waiver(item: &str, fingerprint: Digest) -> Waiver {
    Waiver {
        id: format!("w-{item}"),
        item: item.to_owned().into(),
        target: None,
        subject: None,
        fingerprint,
        because: "known".into(),
        requester: "a".into(),
        approver: "b".into(),
        made_at: "2026-02-28T00:00:00Z".parse().unwrap(),
        until: "2026-03-15T00:00:00Z".parse().unwrap(),
    }
}
