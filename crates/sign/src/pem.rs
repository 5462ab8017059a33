//! Finding the block of a PEM file that holds the key (RFC 7468): tools put other blocks or
//! explanatory text before it.

use crate::error::SignError;

/// The first block with one of `labels`, and which of them it is.
///
/// # Errors
///
/// When there is none: the message names what is there instead.
pub(crate) fn find<'a>(
    text: &'a str,
    labels: &[&'static str],
    wanted: &'static str,
) -> Result<(&'static str, &'a str), SignError> {
    let mut others = Vec::new();
    for (start, _) in text.match_indices("-----BEGIN ") {
        let rest = text.get(start..).unwrap_or_default();
        let label = rest
            .strip_prefix("-----BEGIN ")
            .and_then(|rest| rest.split("-----").next())
            .unwrap_or_default();
        let Some(known) = labels.iter().find(|known| **known == label) else {
            others.push(shown(label));
            continue;
        };
        let end = format!("-----END {label}-----");
        let Some(at) = rest.find(&end) else {
            return Err(SignError::bad_key(format!(
                "its line `{end}` is missing; the file may be cut short"
            )));
        };
        let block = rest.get(..at + end.len()).unwrap_or_default();
        return Ok((known, block));
    }
    let found = match others.first() {
        Some(label) => format!("found a PEM block `{label}`"),
        None => "found no PEM block".to_owned(),
    };
    Err(SignError::NotPem { found, wanted })
}

/// A label as a message may show it: short and without control characters.
fn shown(label: &str) -> String {
    label
        .chars()
        .take(40)
        .flat_map(char::escape_debug)
        .collect()
}
