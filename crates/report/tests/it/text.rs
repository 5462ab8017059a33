//! The text report as people see it.

use crate::sample::{HOSTILE, from, sample};
use seaworthy_model::{Decision, ItemResult};
use seaworthy_report::{Detail, LeftOut, Options, Report, format, keep_worst};
use serde_json::json;

fn render(report: &Report<'_>, options: &Options) -> String {
    format("text").unwrap().text(report, options).unwrap()
}

#[test]
fn the_verdict_comes_first_then_what_blocks() {
    insta::assert_snapshot!(render(&sample().report(), &Options::default()));
}

#[test]
fn every_item_is_listed_on_request() {
    let options = Options {
        detail: Detail::All,
        width: 72,
        ..Options::default()
    };
    insta::assert_snapshot!(render(&sample().report(), &options));
}

#[test]
fn colour_adds_nothing_but_colour() {
    let plain = Options::default();
    let colored = Options {
        color: true,
        ..plain
    };
    let sample = sample();
    let mut text = render(&sample.report(), &colored);
    assert!(text.contains("\u{1b}[1m\u{1b}[31m✗ NOT READY"), "{text:?}");
    while let Some(start) = text.find('\u{1b}') {
        let end = start + text[start..].find('m').unwrap();
        text.replace_range(start..=end, "");
    }
    assert_eq!(text, render(&sample.report(), &plain));
}

#[test]
fn lines_keep_to_the_width_unless_somebody_copies_them() {
    for width in [40, 60, 100] {
        let options = Options {
            width,
            ..Options::default()
        };
        for line in render(&sample().report(), &options).lines() {
            let copied = [
                "    $ ",
                "    at ",
                "evidence:",
                "every item:",
                "as a page:",
            ];
            if !copied.iter().any(|lead| line.starts_with(lead)) {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn hostile_text_is_inert() {
    let mut sample = sample();
    sample.plan.run.service = HOSTILE.to_owned();
    sample.bundle = HOSTILE.to_owned();
    let text = render(&sample.report(), &Options::default());
    let steers = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    assert!(!text.contains(steers), "{text:?}");
    assert!(
        !text.lines().any(|line| line.starts_with("- [x] forged")),
        "{text}"
    );
}

#[test]
fn each_decision_is_told_in_plain_words() {
    let check = |decision: Decision, wanted: &str| {
        let mut sample = sample();
        sample.gate = from(json!({ "kind": "technical", "decision": decision, "reasons": [] }));
        let text = render(&sample.report(), &Options::default());
        assert!(text.starts_with(wanted), "{text}");
    };
    check(
        Decision::Ready,
        "✓ READY: shop 1.4.2 for production (pre-deployment)\n",
    );
    check(Decision::Conditional, "~ CONDITIONALLY READY: shop");
    check(Decision::NotReady, "✗ NOT READY: shop");
    check(
        Decision::Incomplete,
        "? INCOMPLETE, too little is known to decide: shop",
    );
}

#[test]
fn many_blockers_and_many_undecided_items_stay_readable() {
    let mut sample = sample();
    let copies = |item: &ItemResult, count: usize| -> Vec<ItemResult> {
        (0..count)
            .map(|n| {
                let mut copy = item.clone();
                copy.title = format!("copy {n}");
                copy
            })
            .collect()
    };
    let (failing, undecided) = (sample.results[1].clone(), sample.results[6].clone());
    sample.results.extend(copies(&failing, 200));
    sample.results.extend(copies(&undecided, 2_000));
    let text = render(&sample.report(), &Options::default());
    assert!(text.contains("Blockers: 202 critical items fail"), "{text}");
    assert!(
        text.contains("copy 199: reflects any origin"),
        "every blocker is named"
    );
    assert!(text.contains("not understood: 2001 items"), "{text}");
    assert!(text.lines().count() < 400);
}

#[test]
fn an_unsealed_run_and_a_run_without_score_say_so() {
    let mut sample = sample();
    sample.sealed = false;
    sample.score.overall = None;
    let text = render(&sample.report(), &Options::default());
    assert!(
        text.contains("no score, nothing was assessed (minimum 8.0)"),
        "{text}"
    );
    assert!(text.contains("this run did not come to its end"), "{text}");
}

#[test]
fn at_a_glance_the_worst_verdicts_are_all_that_is_told() {
    let mut sample = sample();
    for item in &mut sample.results {
        item.verdicts.extend(item.verdicts.clone());
    }
    let whole = render(&sample.report(), &Options::default());
    let mut left_out = LeftOut::new();
    for item in &mut sample.results {
        let mut verdicts = std::mem::take(&mut item.verdicts).into_iter();
        keep_worst(item, &mut left_out, || Ok::<_, ()>(verdicts.next())).unwrap();
    }
    assert!(!left_out.is_empty(), "nothing fails twice");
    let report = Report {
        left_out: &left_out,
        ..sample.report()
    };
    assert_eq!(render(&report, &Options::default()), whole);
}
