//! Whatever a report holds, no format panics, JSON fits its schema, and nothing steers.

use crate::sample::{Sample, sample};
use proptest::prelude::*;
use seaworthy_model::{Decision, Outcome, ResultKind};
use seaworthy_report::{Detail, FORMATS, Options, json_schema};
use serde_json::Value;
use std::sync::LazyLock;

static VALIDATOR: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::draft202012::new(&json_schema()).unwrap());

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\x00-\\x1f\\x7f-\\u{9f}\u{202e}\\]\\[()<>`*-]{0,30}",
        Just("x".repeat(5_000)),
        Just(String::new()),
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop::sample::select(vec![
        Outcome::Pass,
        Outcome::Fail,
        Outcome::NotApplicable,
        Outcome::Inconclusive,
    ])
}

fn decision() -> impl Strategy<Value = Decision> {
    prop::sample::select(vec![
        Decision::Ready,
        Decision::Conditional,
        Decision::NotReady,
        Decision::Incomplete,
    ])
}

/// The sample with any text wherever text comes from outside, and any results.
fn any_report() -> impl Strategy<Value = Sample> {
    let results = prop::collection::vec(
        (
            prop::sample::select(ResultKind::ALL.to_vec()),
            prop::option::of(text()),
            outcome(),
            any::<u32>(),
        ),
        16,
    );
    let texts = prop::collection::vec(text(), 8);
    let score = prop::option::of(text());
    (results, texts, score, decision(), any::<bool>()).prop_map(
        |(results, texts, overall, decision, sealed)| {
            let mut sample = sample();
            for (item, (result, message, outcome, line)) in sample.results.iter_mut().zip(results) {
                item.result = result;
                item.title = message.clone().unwrap_or_default();
                item.section.clone_from(&texts[5]);
                for verdict in &mut item.verdicts {
                    verdict.verdict = outcome;
                    verdict.message.clone_from(&message);
                    verdict.subject.name.clone_from(&texts[0]);
                    verdict.reproduce = Some(texts[6].clone());
                    verdict.facts.iter_mut().for_each(|cite| cite.line = line);
                }
                item.message = message;
            }
            sample.plan.run.service.clone_from(&texts[1]);
            sample.bundle.clone_from(&texts[2]);
            sample.unassessed[0].detail.clone_from(&texts[3]);
            sample.waivers[0].detail = Some(texts[4].clone());
            sample.score.categories[0].name.clone_from(&texts[7]);
            sample.score.categories[0].score.clone_from(&overall);
            sample.score.overall = overall;
            sample.gate.decision = decision;
            sample.sealed = sealed;
            sample
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_format_holds(sample in any_report(), width in 0_usize..200, all in any::<bool>()) {
        let options = Options {
            width,
            detail: if all { Detail::All } else { Detail::Brief },
            color: false,
        };
        for format in FORMATS {
            let text = sample.text(format, &options);
            // RFC 4180 wants both characters at the end of a row.
            let text = if format.name == "csv" { text.replace("\r\n", "\n") } else { text };
            let steers = |c: char| {
                c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c))
            };
            prop_assert!(!text.contains(steers), "{}: {text:?}", format.name);
            if format.name == "json" {
                let document: Value = serde_json::from_str(&text).unwrap();
                let error = VALIDATOR.validate(&document).err().map(|error| error.to_string());
                prop_assert_eq!(error, None);
            }
        }
    }
}
