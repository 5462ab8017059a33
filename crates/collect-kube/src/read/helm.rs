//! Helm templates that nobody rendered: named, never judged as they stand.

use super::Trouble;
use seaworthy_model::{Location, ReasonCode};

/// Whether a text carries template actions.
pub(crate) fn is_template(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == b"{{")
}

pub(crate) fn trouble(file: &str) -> Trouble {
    Trouble {
        reason: ReasonCode::Unparsed,
        detail: format!(
            "{file} is a Helm template that is not rendered; run `helm template` and read its \
             output instead"
        ),
        location: Some(Location {
            file: file.to_owned(),
            line: 1,
            column: None,
        }),
    }
}
