//! How many tests passed and failed, read from the result lines that `cargo test` prints.

use std::fmt;

/// The sums over all test programs seen so far.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Test programs that gave a result line.
    pub(crate) programs: u64,
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed.
    pub(crate) failed: u64,
}

impl Counts {
    /// Adds one line of output, if it is a result line such as
    /// `test result: ok. 5 passed; 0 failed; 1 ignored; …`.
    pub(crate) fn read(&mut self, line: &str) {
        let Some(result) = line.trim_end().strip_prefix("test result: ") else {
            return;
        };
        let (Some(passed), Some(failed)) = (number(result, "passed"), number(result, "failed"))
        else {
            return;
        };
        self.programs += 1;
        self.passed += passed;
        self.failed += failed;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// The number before `; ` or `. ` … ` what`, as in `ok. 5 passed; 0 failed`.
fn number(result: &str, what: &str) -> Option<u64> {
    result.split(['.', ';']).find_map(|part| {
        let (count, word) = part.trim().split_once(' ')?;
        (word == what).then(|| count.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_the_result_lines_and_nothing_else() {
        let output = "\
running 3 tests
test a ... ok
test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.25s
  test result: ok. 100 passed; 0 failed
the test result: ok. 100 passed; 0 failed
test result: unknown
";
        let mut counts = Counts::default();
        output.lines().for_each(|line| counts.read(line));
        assert_eq!((counts.programs, counts.passed, counts.failed), (2, 12, 2));
        assert_eq!(counts.to_string(), "12 passed, 2 failed");
    }
}
