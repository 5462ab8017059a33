//! Where elements of DER stand among octets.

use std::ops::Range;

/// The content of each element in `within`.
pub(crate) fn elements(bytes: &[u8], within: Range<usize>) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut at = within.start;
    while at < within.end {
        let Some((_, content)) = element(bytes, at).filter(|(_, found)| found.end <= within.end)
        else {
            break;
        };
        at = content.end;
        all.push(content);
    }
    all
}

/// The tag of the DER element at `at`, and where its content is.
pub(crate) fn element(bytes: &[u8], at: usize) -> Option<(u8, Range<usize>)> {
    let tag = *bytes.get(at)?;
    let first = usize::from(*bytes.get(at + 1)?);
    let (length, start) = match first {
        0..=0x7f => (first, at + 2),
        0x81..=0x83 => {
            let octets = bytes.get(at + 2..at + 2 + (first - 0x80))?;
            let length = octets
                .iter()
                .fold(0, |sum, octet| sum << 8 | usize::from(*octet));
            (length, at + 2 + octets.len())
        }
        _ => return None,
    };
    let end = start.checked_add(length)?;
    (end <= bytes.len()).then_some((tag, start..end))
}

/// Where a part of `whole` stands in it.
pub(crate) fn place_of(part: &[u8], whole: &[u8]) -> Option<Range<usize>> {
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    let end = start.checked_add(part.len())?;
    (end <= whole.len()).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::element;

    #[test]
    fn lengths() {
        assert_eq!(element(&[0x30, 1, 0], 0), Some((0x30, 2..3)));
        assert_eq!(element(&[0x30, 0x81, 1, 0], 0), Some((0x30, 3..4)));
        for cut in [
            &[0x30][..],
            &[0x30, 2, 0],
            &[0x30, 0x82, 1],
            &[0x30, 0x80, 0, 0],
        ] {
            assert_eq!(element(cut, 0), None, "{cut:?}");
        }
    }
}
