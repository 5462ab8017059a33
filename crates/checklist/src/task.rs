//! The box that the text of a task begins with.

use seaworthy_model::TaskState;

/// The state of the box that a text begins with, if it does.
pub(crate) fn box_state(text: &str) -> Option<TaskState> {
    let mut rest = text.strip_prefix('[')?.chars();
    let state = match rest.next()? {
        ' ' | '\t' => TaskState::Open,
        'x' | 'X' => TaskState::Done,
        '~' => TaskState::Inapplicable,
        '/' => TaskState::InProgress,
        '-' => TaskState::Cancelled,
        _ => return None,
    };
    if rest.next()? != ']' {
        return None;
    }
    matches!(rest.next(), None | Some(' ' | '\t' | '\n' | '\r')).then_some(state)
}
