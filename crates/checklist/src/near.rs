//! Lines that a person takes for an item and Markdown does not.
//!
//! Such a line would silently be left out of the sweep, so that it is reported. Fenced code and
//! comments are left alone: what is in there is meant not to be an item.

use crate::error::NearMiss;
use crate::outline::Outline;
use crate::source::Source;
use crate::text::tidy;

/// At most this many are kept.
const MAX_KEPT: usize = 100;

/// Near misses in order of lines.
pub(crate) fn near_misses(source: &Source, outline: &Outline) -> Vec<NearMiss> {
    let is_quiet = |offset: usize| {
        let at = outline.quiet.partition_point(|range| range.start <= offset);
        at.checked_sub(1)
            .and_then(|at| outline.quiet.get(at))
            .is_some_and(|range| range.contains(&offset))
    };
    let mut items = outline.items.iter().map(|item| item.mark_at).peekable();
    let mut found = Vec::new();
    for range in source.lines() {
        let mut is_item = false;
        while items.next_if(|at| *at < range.end).is_some() {
            is_item = true;
        }
        let line = source.text.get(range.clone()).unwrap_or_default();
        if !is_item && looks_like_item(line) && !is_quiet(range.start) {
            found.push(NearMiss {
                line: source.line(range.start),
                text: tidy(line).chars().take(80).collect(),
            });
            if found.len() == MAX_KEPT {
                break;
            }
        }
    }
    found
}

/// A list marker and a box, however they are spaced; a link is none.
fn looks_like_item(line: &str) -> bool {
    let bare = line.trim_start_matches([' ', '\t', '>']);
    let digits = bare.len() - bare.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let marks: &[char] = if digits == 0 {
        &['-', '*', '+', '•', '–']
    } else {
        &['.', ')']
    };
    let Some(after) = bare.get(digits..).and_then(|rest| rest.strip_prefix(marks)) else {
        return false;
    };
    let Some((inside, rest)) = after
        .trim_start()
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    else {
        return false;
    };
    matches!(
        inside.trim(),
        "" | "x" | "X" | "~" | "-" | "/" | "✓" | "✔" | "✅"
    ) && inside.len() <= 4
        && !rest.starts_with(['(', '[', ':'])
}
