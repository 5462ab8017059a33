//! What was worked out of the same bytes lately. The endpoints of an estate share certificates and keys,
//! and each is looked at several times; what follows from its bytes alone is worked out once.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::thread::LocalKey;

/// So many are remembered, by each thread for itself.
const MOST: usize = 32;

/// Outcomes by the bytes that they follow from, the newest last.
#[derive(Debug)]
pub(crate) struct Recent<T>(RefCell<VecDeque<(Box<[u8]>, T)>>);

impl<T> Recent<T> {
    pub(crate) const fn new() -> Self {
        Self(RefCell::new(VecDeque::new()))
    }
}

/// What follows from `bytes` and nothing else: as it is remembered, or as `work` has it.
pub(crate) fn once<T: Clone>(
    recent: &'static LocalKey<Recent<T>>,
    bytes: &[u8],
    work: impl FnOnce() -> T,
) -> T {
    let known = recent.with(|recent| {
        let all = recent.0.borrow();
        let found = all.iter().rev().find(|(known, _)| **known == *bytes);
        found.map(|(_, outcome)| outcome.clone())
    });
    if let Some(outcome) = known {
        return outcome;
    }
    let outcome = work();
    recent.with(|recent| {
        let mut all = recent.0.borrow_mut();
        if all.len() >= MOST {
            all.pop_front();
        }
        all.push_back((bytes.into(), outcome.clone()));
    });
    outcome
}

#[cfg(test)]
mod tests {
    use super::{MOST, Recent, once};
    use std::cell::Cell;

    thread_local! {
        static LENGTHS: Recent<usize> = const { Recent::new() };
    }

    #[test]
    fn each_outcome_is_that_of_its_own_bytes_and_few_are_kept() {
        let worked = Cell::new(0);
        let length = |bytes: &[u8]| {
            once(&LENGTHS, bytes, || {
                worked.set(worked.get() + 1);
                bytes.len()
            })
        };
        for _ in 0..3 {
            assert_eq!((length(b"one"), length(b"four"), length(b"")), (3, 4, 0));
        }
        assert_eq!(worked.get(), 3);
        for size in 1..=MOST {
            assert_eq!(length(&vec![7; size]), size);
        }
        assert_eq!(length(b"one"), 3, "worked out again, and right");
        assert_eq!(worked.get(), 3 + MOST + 1);
    }
}
