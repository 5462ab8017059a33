//! Limits on addresses (RFC 5280 §4.2.1.10, RFC 4632 §3.1): a range by an address and a mask.

use super::Refused;

/// Whether `address` is in `range`.
///
/// # Errors
///
/// When one of them is none.
pub(super) fn is_within(address: &[u8], range: &[u8]) -> Result<bool, Refused> {
    if !matches!(address.len(), 4 | 16) {
        return Err(Refused::Malformed);
    }
    if !matches!(range.len(), 8 | 32) {
        return Err(Refused::Range);
    }
    let (base, mask) = range.split_at(range.len() / 2);
    if !is_prefix(mask) {
        return Err(Refused::Range);
    }
    let mut octets = address.iter().zip(base).zip(mask);
    Ok(address.len() == base.len() && octets.all(|((own, base), mask)| own & mask == base & mask))
}

/// Ones and then zeros.
fn is_prefix(mask: &[u8]) -> bool {
    let ones: u32 = mask.iter().map(|octet| octet.count_ones()).sum();
    let full = mask.iter().take_while(|octet| **octet == 0xff).count();
    let part = mask.get(full).map_or(0, |octet| octet.leading_ones());
    u32::try_from(full * 8).is_ok_and(|full| full + part == ones)
}

#[cfg(test)]
mod tests {
    use super::is_within;
    use crate::connect::path::Refused;

    #[test]
    fn an_address_and_a_mask() {
        let four = [192, 0, 2, 1];
        let class = [192, 0, 2, 0, 255, 255, 255, 0];
        assert_eq!(is_within(&four, &class), Ok(true));
        assert_eq!(is_within(&[192, 0, 3, 1], &class), Ok(false));
        assert_eq!(is_within(&four, &[0; 8]), Ok(true));
        assert_eq!(
            is_within(&four, &[192, 0, 2, 0, 255, 255, 255, 254]),
            Ok(true)
        );
        assert_eq!(
            is_within(&four, &[192, 0, 2, 0, 255, 255, 255, 255]),
            Ok(false)
        );
        // Octets of the base beyond the mask say nothing.
        assert_eq!(
            is_within(&four, &[192, 0, 2, 9, 255, 255, 255, 0]),
            Ok(true)
        );
        assert_eq!(is_within(&four, &[0; 32]), Ok(false));
        assert_eq!(is_within(&[0; 16], &[0; 32]), Ok(true));
        assert_eq!(is_within(&[0; 16], &[0; 8]), Ok(false));
        for mask in [
            [255, 0, 255, 0],
            [254, 128, 0, 0],
            [0, 0, 0, 1],
            [0, 255, 0, 0],
        ] {
            let range = [[192, 0, 2, 0], mask].concat();
            assert_eq!(is_within(&four, &range), Err(Refused::Range), "{mask:?}");
        }
        assert_eq!(is_within(&four, &four), Err(Refused::Range));
        assert_eq!(is_within(&[1, 2, 3], &class), Err(Refused::Malformed));
    }
}
