//! Blocks of addresses (CIDR) taken together, with their exceptions: two halves of everything are
//! everything, and a block whose exceptions cover it is nobody.

use crate::json::{strings, text};
use crate::value::Value;
use std::net::IpAddr;

/// Addresses as ranges, by their family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Addresses {
    four: Vec<Range>,
    six: Vec<Range>,
}

/// The first and the last address.
type Range = (u128, u128);

impl Addresses {
    /// Those of an `ipBlock` (networking.k8s.io/v1 `IPBlock`); `None` where it is none that
    /// Kubernetes takes.
    pub(crate) fn of_block(block: &Value) -> Option<Self> {
        let (is_four, whole) = range(text(&block["cidr"])?)?;
        let mut left = vec![whole];
        for except in strings(&block["except"]) {
            let (_, gone) = range(&except)?;
            left = left
                .into_iter()
                .flat_map(|one| without(one, gone))
                .collect();
        }
        let (four, six) = if is_four {
            (left, Vec::new())
        } else {
            (Vec::new(), left)
        };
        Some(Self { four, six })
    }

    /// These and others.
    pub(crate) fn and(mut self, others: Self) -> Self {
        self.four.extend(others.four);
        self.six.extend(others.six);
        self
    }

    /// Whether no address is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.four.is_empty() && self.six.is_empty()
    }

    /// Whether they leave out no address of IPv4, or none of those of IPv6 that are routed in the
    /// internet (`2000::/3`, RFC 4291 section 2.4).
    pub(crate) fn leave_nobody_out(&self) -> bool {
        let public = (0x2000_u128 << 112, (0x4000_u128 << 112) - 1);
        cover(&self.four, (0, u128::from(u32::MAX))) || cover(&self.six, public)
    }
}

/// Why Kubernetes refuses an `ipBlock`: an exception must be a strict subset of the block
/// (`ValidateIPBlock`).
pub(crate) fn fault(block: &Value) -> Option<String> {
    let cidr = text(&block["cidr"])?;
    let Some((is_four, whole)) = range(cidr) else {
        return Some(format!("cidr {cidr} is no block of addresses"));
    };
    strings(&block["except"]).into_iter().find_map(|except| {
        let Some((same, gone)) = range(&except) else {
            return Some(format!("except {except} is no block of addresses"));
        };
        let within = same == is_four && gone.0 >= whole.0 && gone.1 <= whole.1 && gone != whole;
        (!within).then(|| format!("except {except} is no strict subset of {cidr}"))
    })
}

/// Whether it is one of IPv4, and its addresses.
fn range(block: &str) -> Option<(bool, Range)> {
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
    Some((bits == 32, (first, first | hosts)))
}

/// What is left of a range.
fn without((first, last): Range, (from, to): Range) -> impl Iterator<Item = Range> {
    let before = from.checked_sub(1).map(|end| (first, end.min(last)));
    let after = to.checked_add(1).map(|start| (start.max(first), last));
    let parts = before.into_iter().chain(after);
    parts.filter(|(start, end)| start <= end)
}

/// Whether ranges cover another one without a gap.
fn cover(ranges: &[Range], (first, last): Range) -> bool {
    let mut ranges = ranges.to_vec();
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
    use super::{Addresses, fault};
    use crate::value::json;
    use proptest::prelude::*;

    fn all(blocks: &[(&str, &[&str])]) -> Addresses {
        let of = |(cidr, except): &(&str, &[&str])| {
            Addresses::of_block(&json!({"cidr": cidr, "except": except}))
        };
        let blocks = blocks.iter().filter_map(of);
        blocks.fold(Addresses::default(), Addresses::and)
    }

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
            let blocks: Vec<_> = blocks.iter().map(|block| (*block, &[][..])).collect();
            assert_eq!(all(&blocks).leave_nobody_out(), wanted, "{blocks:?}");
        }
    }

    #[test]
    fn exceptions_are_taken_out_and_can_be_put_back() {
        let none: &[&str] = &[];
        for (blocks, everybody, nobody) in [
            (&[("0.0.0.0/0", &["10.0.0.0/8"][..])][..], false, false),
            (&[("0.0.0.0/0", &["0.0.0.0/1", "128.0.0.0/1"])], false, true),
            (
                &[("10.0.0.0/8", &["10.0.0.0/9", "10.128.0.0/9"])],
                false,
                true,
            ),
            (&[("10.0.0.0/8", &["10.0.0.0/9"])], false, false),
            (
                &[("0.0.0.0/0", &["10.0.0.0/8"]), ("10.0.0.0/8", none)],
                true,
                false,
            ),
            (
                &[("0.0.0.0/0", &["10.0.0.0/8"]), ("10.0.0.0/9", none)],
                false,
                false,
            ),
            (&[("::/0", &["::/1", "8000::/1"])], false, true),
            (&[("::/0", &["fc00::/7"])], true, false),
        ] {
            let found = all(blocks);
            assert_eq!(found.leave_nobody_out(), everybody, "{blocks:?}");
            assert_eq!(found.is_empty(), nobody, "{blocks:?}");
        }
    }

    #[test]
    fn what_kubernetes_refuses_is_told() {
        for (cidr, except, wanted) in [
            ("10.0.0.0/8", "10.1.0.0/16", None),
            ("10.0.0.0/8", "10.0.0.0/8", Some("no strict subset")),
            ("10.0.0.0/8", "192.168.0.0/16", Some("no strict subset")),
            ("10.0.0.0/8", "fc00::/7", Some("no strict subset")),
            (
                "10.0.0.0/8",
                "10.1.0.0",
                Some("except 10.1.0.0 is no block"),
            ),
            ("10.0.0.0", "10.1.0.0/16", Some("cidr 10.0.0.0 is no block")),
        ] {
            let found = fault(&json!({"cidr": cidr, "except": [except]}));
            assert_eq!(found.is_some(), wanted.is_some(), "{cidr} {except}");
            assert!(
                found
                    .unwrap_or_default()
                    .contains(wanted.unwrap_or_default())
            );
        }
    }

    proptest! {
        #[test]
        fn an_exception_and_itself_are_the_whole(address: u32, length in 1_u32..=32) {
            let except = format!("{}/{length}", std::net::Ipv4Addr::from(address));
            let with = Addresses::of_block(&json!({"cidr": "0.0.0.0/0", "except": [except]})).unwrap();
            prop_assert!(!with.leave_nobody_out());
            let back = Addresses::of_block(&json!({"cidr": except})).unwrap();
            prop_assert!(with.and(back).leave_nobody_out());
        }
    }
}
