//! Rules for each Rust file: it opens with its purpose, and it is of a length to be read.

use super::{Fault, Source};

/// Longer files give a reason, in a line of their header that starts with [`REASON`].
const MOST_LINES: usize = 400;

const REASON: &str = "//! Length: ";

pub(super) fn check(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    if source.path.extension().is_none_or(|end| end != "rs") {
        return faults;
    }
    if !source.text.starts_with("//! ") {
        let message = "does not open with `//!`, its purpose and what it leaves to others";
        faults.push(Fault::at(&source.path, 1, message));
    }
    let lines = source.text.lines().count();
    let mut header = source
        .text
        .lines()
        .take_while(|line| line.starts_with("//!"));
    let reasoned = header.any(|line| {
        line.strip_prefix(REASON)
            .is_some_and(|reason| !reason.trim().is_empty())
    });
    if lines > MOST_LINES && !reasoned {
        let message = format!(
            "has {lines} lines, more than {MOST_LINES}: split it, or give a reason in its header (`{REASON}…`)"
        );
        faults.push(Fault::at(&source.path, lines, message));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: String) -> Vec<String> {
        let source = Source {
            path: path.into(),
            text,
        };
        check(&source).iter().map(Fault::to_string).collect()
    }

    #[test]
    fn a_header_is_wanted_on_the_first_line_of_rust_files_alone() {
        assert_eq!(faults("a.rs", "//! Purpose.\n".into()), [""; 0]);
        assert_eq!(faults("a.md", "text\n".into()), [""; 0]);
        for text in ["", "fn a() {}\n", "// Purpose.\n", "\n//! Late.\n", "//!\n"] {
            let found = faults("a.rs", text.into());
            assert_eq!(found.len(), 1, "{text:?}");
            assert!(found[0].starts_with("a.rs:1: does not open with"));
        }
    }

    #[test]
    fn a_long_file_wants_a_reason_in_its_header() {
        let long = |header: &str, lines: usize| format!("{header}\n{}", "x\n".repeat(lines - 1));
        assert_eq!(faults("a.rs", long("//! Purpose.", 400)), [""; 0]);
        let found = faults("a.rs", long("//! Purpose.", 401));
        assert!(found[0].starts_with("a.rs:401: has 401 lines"), "{found:?}");

        let reasoned = "//! Purpose.\n//!\n//! Length: one table.";
        assert_eq!(faults("a.rs", long(reasoned, 900)), [""; 0]);
        for empty in [
            "//! Purpose.\n//! Length: ",
            "//! Purpose.\n\n//! Length: late.",
        ] {
            assert_eq!(faults("a.rs", long(empty, 401)).len(), 1, "{empty:?}");
        }
    }
}
