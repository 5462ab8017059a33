//! What was asked and told nothing.

use super::origins::OriginKind;
use super::refusal::Refusal;

/// An exchange that got no answer to judge by.
#[derive(Clone, Debug)]
pub(crate) struct Gap {
    /// The kind of origin; none for a gap that touches all.
    pub(crate) kind: Option<OriginKind>,
    pub(crate) why: String,
}

impl From<Refusal> for Gap {
    fn from(refusal: Refusal) -> Self {
        Self {
            kind: Some(refusal.kind),
            why: refusal.why,
        }
    }
}
