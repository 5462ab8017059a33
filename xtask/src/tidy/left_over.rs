//! Rules against what an author leaves behind: paths of one machine, and marks of a scaffold.

use std::sync::LazyLock;

use regex::Regex;

use super::{Fault, Source};
use crate::scaffold::REPLACE;

/// An absolute path into somebody's home or working folder. A web address is none: there, a
/// letter precedes the slash.
#[expect(clippy::expect_used, reason = "a constant that the tests compile")]
static MACHINE_PATH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^\w./-]|file://)/(?:home|root|work|Users)/[\w.-]+").expect("a valid pattern")
});

pub(super) fn check(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        if let Some(path) = MACHINE_PATH.find(line) {
            let found = path.as_str().trim_start_matches(|c| c != '/');
            let message = format!("names {found}, a path of one machine");
            faults.push(Fault::at(&source.path, number + 1, message));
        }
        if line.contains(REPLACE) && !source.path.starts_with("xtask") {
            let message = format!("still has `{REPLACE}` from its scaffold: write it");
            faults.push(Fault::at(&source.path, number + 1, message));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_paths_of_one_machine() {
        // Written with `~` for the first slash, so that this file is tidy itself.
        for (text, expected) in [
            ("~home/me/x", 1),
            ("at \"~root/.cargo\" there", 1),
            ("(~work/main)", 1),
            ("file://~Users/me", 1),
            ("path=~work/a", 1),
            ("https://example.com~home/page", 0),
            ("a~root/b and ../~work/x", 0),
            ("~home/ and ~root", 0),
            ("~homes/me", 0),
        ] {
            let source = Source {
                path: "a.txt".into(),
                text: format!("first line\n{}", text.replace('~', "/")),
            };
            let faults = check(&source);
            assert_eq!(faults.len(), expected, "{text}");
            assert!(faults.iter().all(|fault| fault.place == "a.txt:2"));
        }
    }

    #[test]
    fn finds_what_a_scaffold_left_to_write() {
        let source = |path: &str| Source {
            path: path.into(),
            text: format!("title: {REPLACE}\n"),
        };
        assert_eq!(check(&source("probes/a/b/probe.yaml")).len(), 1);
        assert_eq!(check(&source("xtask/src/scaffold.rs")).len(), 0);
    }
}
