//! Reports to be read: the sample with every result, the same full of hostile text, one where all
//! passes, an empty one, and a large one.

use crate::sample::{Sample, sample};
use seaworthy_model::{Decision, ItemResult, Outcome, ReasonCode, ResultKind, Verdict};
use seaworthy_report::{Options, format};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// What a hostile target or checklist might hold.
pub(crate) const PAYLOAD: &str = "\"><img src=x onerror=globalThis.hit=1><script>globalThis.hit=1</script></script></style></title>--><svg onload=globalThis.hit=1>' onmouseover='hit=1 javascript:alert(1) \u{202e}\u{1b}[2J\u{0}`${{hit}}`=1+1";

pub(crate) fn render(sample: &Sample, name: &str) -> String {
    let format = format(name).unwrap();
    sample.text(format, &Options::default())
}

/// The sample with the payload in every text that comes from outside.
pub(crate) fn hostile() -> Sample {
    let mut sample = sample();
    sample.plan = poisoned(&sample.plan);
    sample.plan.run.as_of = "2026-11-23T12:00:00Z".parse().unwrap();
    sample.results = poisoned(&sample.results);
    sample.waivers = poisoned(&sample.waivers);
    sample.unassessed = poisoned(&sample.unassessed);
    sample.attestations = poisoned(&sample.attestations);
    sample.waiver_documents = poisoned(&sample.waiver_documents);
    sample.sign_offs = poisoned(&sample.sign_offs);
    if let Some(previous) = &mut sample.previous {
        previous.run = poisoned(&previous.run);
        let before = std::mem::take(&mut previous.results).into_iter();
        let poisoned = before.map(|(id, (result, title))| {
            let id = format!("{id}{PAYLOAD}").as_str().into();
            (id, (result, format!("{title}{PAYLOAD}")))
        });
        previous.results = poisoned.collect();
        previous.overall = Some(PAYLOAD.to_owned());
    }
    sample.gate = poisoned(&sample.gate);
    sample.score = poisoned(&sample.score);
    for fact in sample.evidence.facts.values_mut() {
        *fact = poisoned(fact);
    }
    for bytes in sample.evidence.artifacts.values_mut() {
        *bytes = PAYLOAD.as_bytes().to_vec();
    }
    sample.bundle = PAYLOAD.to_owned();
    sample
}

/// The value with the payload behind each text that has no fixed vocabulary.
fn poisoned<T: Serialize + DeserializeOwned>(value: &T) -> T {
    const FREE: &[&str] = &[
        "title",
        "section",
        "message",
        "detail",
        "why",
        "fix",
        "name",
        "subject",
        "file",
        "reproduce",
        "because",
        "requester",
        "approver",
        "key_id",
        "item",
        "run",
        "statement",
        "by",
        "role",
        "references",
        "controls",
        "that",
        "label",
        "media_type",
        "outcome",
        "address",
        "service",
        "environment",
        "release",
        "issuer",
        "ocsp",
        "request",
        "target",
        "kinds",
        "family",
        "check",
        "tool_version",
        "category",
        "minimum",
        "id",
    ];
    fn walk(value: &mut Value, free: bool) {
        match value {
            Value::String(text) if free => text.push_str(PAYLOAD),
            Value::Array(values) => values.iter_mut().for_each(|value| walk(value, free)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    walk(value, FREE.contains(&key.as_str()));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut json = serde_json::to_value(value).unwrap();
    walk(&mut json, false);
    serde_json::from_value(json).unwrap()
}

/// What a report is made of where every item passes.
pub(crate) fn passing() -> Sample {
    let mut sample = sample();
    for item in &mut sample.results {
        (item.result, item.reason, item.message) = (ResultKind::Pass, None, None);
        for verdict in &mut item.verdicts {
            (verdict.verdict, verdict.fingerprint) = (Outcome::Pass, None);
            (verdict.reason, verdict.waived) = (None, false);
        }
    }
    sample.gate.decision = Decision::Ready;
    sample.gate.reasons = Vec::new();
    sample.score.overall = Some("10.0".to_owned());
    for category in &mut sample.score.categories {
        (category.score, category.low) = (Some("10.0".to_owned()), false);
    }
    sample.waivers = Vec::new();
    sample.unassessed = Vec::new();
    sample
}

/// A run that holds as little as one can: an item to which nothing is bound, and no score, no
/// verdict, no person, no earlier run. A checklist without an item is refused before a run begins.
pub(crate) fn empty() -> Sample {
    let mut sample = sample();
    sample.markdown = "# Launch\n\n## Security\n\n- [ ] Rotas are agreed\n".to_owned();
    sample.plan.items = Vec::new();
    sample.plan.probes.clear();
    sample
        .results
        .retain(|item| item.reason == Some(ReasonCode::NoBinding));
    for item in &mut sample.results {
        item.id = "security/rotas-are-agreed".into();
        item.title = "Rotas are agreed".to_owned();
        item.section = "Security".to_owned();
    }
    sample.gate.decision = Decision::Incomplete;
    sample.gate.reasons = Vec::new();
    sample.score.overall = None;
    sample.score.categories = Vec::new();
    (sample.score.assessed_weight, sample.score.total_weight) = (0, 0);
    sample.waivers = Vec::new();
    sample.unassessed = Vec::new();
    sample.attestations = Vec::new();
    sample.waiver_documents = Vec::new();
    sample.sign_offs = Vec::new();
    sample.previous = None;
    sample.evidence = seaworthy_report::Evidence::default();
    sample
}

/// The sample with this many subjects under each of two probes of every leaf that has verdicts.
pub(crate) fn large(subjects: u32) -> Sample {
    let mut sample = sample();
    for item in &mut sample.results {
        if let Some(first) = item.verdicts.first().cloned() {
            item.verdicts = many(item, &first, subjects);
        }
    }
    sample
}

fn many(item: &ItemResult, first: &Verdict, subjects: u32) -> Vec<Verdict> {
    let one = |number: u32| {
        let mut verdict = first.clone();
        verdict.subject.name = format!("shop/Deployment/subject-{number:05}");
        verdict.target = format!("cluster-{}", number / 100);
        for cite in &mut verdict.facts {
            cite.shard = number / 10_000;
            cite.line = number % 10_000 + 1;
        }
        if number % 3 == 2 && first.verdict == Outcome::Fail {
            verdict.verdict = Outcome::Pass;
            verdict.fingerprint = None;
        }
        verdict.message = Some(format!("{}: {}", item.title, verdict.subject.name));
        verdict
    };
    (0..subjects).map(one).collect()
}
