//! Blocks of addresses (CIDR) taken together: two halves of everything are everything.

use std::net::IpAddr;

/// Whether some blocks leave out no address of IPv4, or none of those of IPv6 that are routed in
/// the internet (`2000::/3`, RFC 4291 section 2.4).
pub(super) fn leave_nobody_out<'a>(blocks: impl Iterator<Item = &'a str>) -> bool {
    let (mut four, mut six) = (Vec::new(), Vec::new());
    for block in blocks {
        match range(block) {
            Some((IpAddr::V4(_), first, last)) => four.push((first, last)),
            Some((IpAddr::V6(_), first, last)) => six.push((first, last)),
            None => {}
        }
    }
    let public = (0x2000_u128 << 112, (0x4000_u128 << 112) - 1);
    cover(four, (0, u128::from(u32::MAX))) || cover(six, public)
}

/// The first and the last address of a block.
fn range(block: &str) -> Option<(IpAddr, u128, u128)> {
    let (address, length) = block.split_once('/')?;
    let address: IpAddr = address.trim().parse().ok()?;
    let length: u32 = length.trim().parse().ok()?;
    let (value, bits) = match address {
        IpAddr::V4(four) => (u128::from(u32::from(four)), 32_u32),
        IpAddr::V6(six) => (u128::from(six), 128),
    };
    let free = bits.checked_sub(length)?;
    let hosts = u128::MAX.checked_shr(128 - free).unwrap_or(0);
    let first = value & !hosts;
    Some((address, first, first | hosts))
}

/// Whether ranges cover another one without a gap.
fn cover(mut ranges: Vec<(u128, u128)>, (first, last): (u128, u128)) -> bool {
    ranges.sort_unstable();
    let mut next = first;
    for (start, end) in ranges {
        if start > next {
            return false;
        }
        if end >= last {
            return true;
        }
        next = next.max(end.saturating_add(1));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::leave_nobody_out;

    #[test]
    fn halves_of_everything_are_everything() {
        for (blocks, wanted) in [
            (&["0.0.0.0/0"][..], true),
            (&["0.0.0.0/1", "128.0.0.0/1"], true),
            (&["128.0.0.0/1", "64.0.0.0/2", "0.0.0.0/2"], true),
            (&["0.0.0.0/1", "128.0.0.0/2"], false),
            (&["0.0.0.0/1"], false),
            (&["10.0.0.0/8", "192.168.0.0/16"], false),
            (&["::/0"], true),
            (&["2000::/3"], true),
            (&["2000::/4", "3000::/4"], true),
            (&["2001:db8::/32"], false),
            (&["10.0.0.1/32", "0.0.0.0/0"], true),
            (&["not a block/0", "1.2.3.4/99", "", "/"], false),
            (&[], false),
        ] {
            let found = leave_nobody_out(blocks.iter().copied());
            assert_eq!(found, wanted, "{blocks:?}");
        }
    }
}
