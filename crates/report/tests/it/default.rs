//! The checklist that is built in: all its boxes, through every format.

use crate::sample::{from, sample};
use seaworthy_model::ItemResult;
use seaworthy_report::{FORMATS, Options};
use serde_json::json;

const DEFAULT: &str = include_str!("../../../../config/checklists/production.md");

#[test]
fn every_box_of_the_default_checklist_gets_its_note_and_keeps_its_id() {
    let items = seaworthy_checklist::parse(DEFAULT.as_bytes())
        .unwrap()
        .checklist
        .items;
    let mut sample = sample();
    sample.results = items
        .iter()
        .map(|item| -> ItemResult {
            from(json!({
                "id": item.id, "title": item.title, "section": item.section, "phase": item.phase,
                "kind": item.kind, "mark": item.mark, "optional": item.optional.is_some(),
                "result": "inconclusive", "reason": "no_collector", "credited": 0, "counted": 0,
            }))
        })
        .collect();
    sample.markdown = DEFAULT.to_owned();
    for format in FORMATS {
        let text = sample.text(format, &Options::default());
        if format.name == "checklist" {
            let told = text.matches("— **inconclusive**: no collector").count();
            assert_eq!((told, items.len()), (408, 408));
            let again = seaworthy_checklist::parse(text.as_bytes())
                .unwrap()
                .checklist
                .items;
            let ids = |items: &[seaworthy_model::Item]| -> Vec<_> {
                items.iter().map(|item| item.id.clone()).collect()
            };
            assert_eq!(ids(&again), ids(&items));
        }
    }
}
