//! Writing back: what is to change changes, and nothing else.

#![expect(
    clippy::unwrap_used,
    reason = "clippy takes only functions marked as tests for tests, not their helpers"
)]

use seaworthy_checklist::{Tick, parse, write_ticked};
use seaworthy_model::{Item, TaskState};

const SOURCE: &str =
    "# L\r\n\r\n* [ ] a  \r\n  wraps\r\n\t+ [X] b\r\n3) [~] c `x\r\n\r\n```\r\n- [ ] code\r\n```";

fn write(source: &str, decide: impl FnMut(&Item) -> Tick) -> String {
    String::from_utf8(write_ticked(source.as_bytes(), decide).unwrap()).unwrap()
}

fn set(state: TaskState, note: Option<&str>) -> Tick {
    Tick::Set {
        state,
        note: note.map(str::to_owned),
    }
}

#[test]
fn leaving_everything_gives_the_same_bytes() {
    assert_eq!(write(SOURCE, |_| Tick::Leave), SOURCE);
    assert_eq!(write(SOURCE, |item| set(item.checked, None)), SOURCE);
}

#[test]
fn boxes_and_notes_change_in_place() {
    let ticked = write(SOURCE, |item| match item.title.as_str() {
        "a wraps" => set(TaskState::Done, Some("([evidence](e/1))")),
        "b" => set(TaskState::Open, None),
        _ => set(TaskState::Done, Some("two\nlines")),
    });
    assert_eq!(
        ticked,
        "# L\r\n\r\n* [x] a  \r\n  wraps <!-- seaworthy -->([evidence](e/1))\r\n\t+ [ ] b\r\n3) [x] c `x <!-- seaworthy -->two lines\r\n\r\n```\r\n- [ ] code\r\n```"
    );
}

#[test]
fn notes_are_no_part_of_an_item_and_are_replaced() {
    let note = |text: &'static str| write(SOURCE, move |_| set(TaskState::Done, Some(text)));
    let once = note("([evidence](1)) `tick` <!-- id: other --> 🔴");
    let before = parse(SOURCE.as_bytes()).unwrap().checklist.items;
    let after = parse(once.as_bytes()).unwrap().checklist.items;
    let names = |items: &[Item]| -> Vec<_> {
        items
            .iter()
            .map(|i| (i.id.clone(), i.title.clone(), i.mark, i.line))
            .collect()
    };
    assert_eq!(names(&before), names(&after));
    let again =
        |source: &str, text: &'static str| write(source, move |_| set(TaskState::Done, Some(text)));
    assert_eq!(again(&once, "new"), note("new"));
    assert_eq!(again(&note("new"), "new"), note("new"));
    let removed = write(&once, |item| {
        let state = before.iter().find(|b| b.id == item.id).unwrap().checked;
        set(state, None)
    });
    assert_eq!(removed.to_lowercase(), SOURCE.to_lowercase());
    assert_eq!(write(&once, |_| Tick::Leave), once);
}

#[test]
fn a_byte_order_mark_stays() {
    assert_eq!(
        write("\u{feff}- [ ] a", |_| set(TaskState::Done, Some("n"))),
        "\u{feff}- [x] a <!-- seaworthy -->n"
    );
}

#[test]
fn a_note_amid_the_text_is_moved_to_its_end() {
    let source = "- [ ] a\\ <!-- seaworthy -->old\n  b\n";
    let done = write(source, |_| set(TaskState::Done, Some("new")));
    assert_eq!(done, "- [x] a\\ \n  b <!-- seaworthy -->new\n");
}
