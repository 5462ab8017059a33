//! The ticked checklist.

use crate::sample::{MARKDOWN, Sample, sample};
use seaworthy_model::{ResultKind, TaskState};
use seaworthy_report::{Options, format};

fn render(sample: &Sample) -> String {
    sample.text(format("checklist").unwrap(), &Options::default())
}

#[test]
fn boxes_are_ticked_by_evidence_and_the_rest_stays() {
    insta::assert_snapshot!(render(&sample()));
}

#[test]
fn the_items_stay_the_same_and_a_second_report_changes_nothing() {
    let mut sample = sample();
    let once = render(&sample);
    let ids = |text: &str| -> Vec<_> {
        let parsed = seaworthy_checklist::parse(text.as_bytes()).unwrap();
        parsed
            .checklist
            .items
            .into_iter()
            .map(|item| (item.id, item.title))
            .collect()
    };
    assert_eq!(ids(&once), ids(MARKDOWN));
    sample.markdown.clone_from(&once);
    let states = |text: &str| -> Vec<TaskState> {
        let parsed = seaworthy_checklist::parse(text.as_bytes()).unwrap();
        parsed
            .checklist
            .items
            .into_iter()
            .map(|item| item.checked)
            .collect()
    };
    assert_eq!(states(&render(&sample)), states(&once));
}

#[test]
fn a_tick_that_a_report_made_goes_with_its_evidence_and_one_made_by_hand_stays() {
    let mut sample = sample();
    sample.markdown = render(&sample);
    // Passed, attested and ticked by hand the last time; this time nobody knows.
    for index in [8, 11, 12] {
        sample.results[index].result = ResultKind::Inconclusive;
        sample.results[index].message = None;
        sample.results[index].verdicts.clear();
    }
    let text = render(&sample);
    let line = |title: &str| text.lines().find(|line| line.contains(title)).unwrap();
    assert!(line("Backups were").starts_with("- [x]"), "{text}");
    assert!(
        line("Backups were").contains("— ticked by hand, inconclusive"),
        "{text}"
    );
    // The note of the first report does not tell that a person had ticked it before.
    assert!(line("Architecture").starts_with("- [ ]"), "{text}");
    assert!(line("Redirect").starts_with("- [ ]"), "{text}");
    assert!(line("Redirect").ends_with("— **inconclusive**"), "{text}");
    // Somebody ticks it although nobody knows: that is by hand again.
    sample.markdown = text.replace("- [ ] Redirect", "- [x] Redirect");
    assert!(render(&sample).contains("- [x] Redirect to HTTPS <!-- seaworthy -->— ticked by hand"));
}

#[test]
fn links_hold_whatever_the_folder_is_called() {
    let mut sample = sample();
    sample.bundle = "../my runs/run-1) [x](y".to_owned();
    let text = render(&sample);
    assert!(
        text.contains("([evidence](../my%20runs/run-1%29%20%5Bx%5D%28y/content/facts/00.jsonl.gz), line 1 and 4 more)"),
        "{text}"
    );
}

#[test]
fn an_item_without_a_result_is_left_alone() {
    let mut sample = sample();
    sample.results.clear();
    assert_eq!(render(&sample), MARKDOWN);
}
