//! Texts that objects repeat, held once for each thread that reads: the names of fields, kinds,
//! namespaces, labels, images.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

/// The longest text that is looked for, in bytes; longer ones seldom stand twice.
const LONGEST: usize = 64;
/// The most texts that a thread remembers.
const MOST: usize = 50_000;

thread_local! {
    static HELD: RefCell<HashSet<Arc<str>>> = RefCell::new(HashSet::new());
}

/// The text, shared with those that are the same.
pub(super) fn held(text: &str) -> Arc<str> {
    if text.len() > LONGEST {
        return text.into();
    }
    HELD.with_borrow_mut(|held| {
        if let Some(same) = held.get(text) {
            return Arc::clone(same);
        }
        let new: Arc<str> = text.into();
        if held.len() < MOST {
            held.insert(Arc::clone(&new));
        }
        new
    })
}
