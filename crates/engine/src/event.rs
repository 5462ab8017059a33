//! Progress: what a sweep tells while it runs. Consumers show it; none of it changes a verdict.

use seaworthy_model::Request;

/// One step of a sweep.
#[derive(Clone, Debug)]
pub enum Event {
    /// The sweep begins.
    Started {
        /// How many requests it will make.
        requests: usize,
    },
    /// A request is being asked.
    Asking(Request),
    /// A request was answered, wholly or in part.
    Answered {
        /// The request.
        request: Request,
        /// How many facts it brought.
        facts: usize,
        /// How many things could not be read.
        unassessed: usize,
    },
    /// Everything was asked; the items are judged now.
    Judging,
    /// The bundle is sealed.
    Sealed,
}
