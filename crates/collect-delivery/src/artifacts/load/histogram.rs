//! Latencies of single requests, kept as counts in buckets that are less than one per cent wide.
//! A percentile is the upper edge of its bucket, so that it is never told too low.

use std::collections::BTreeMap;

/// Buckets within each power of two.
const PARTS: u64 = 128;

/// Counts of latencies in microseconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Histogram {
    buckets: BTreeMap<u64, u64>,
    count: u64,
    max: u64,
}

impl Histogram {
    /// Counts one latency.
    pub(super) fn record(&mut self, micros: i64) {
        let micros = u64::try_from(micros).unwrap_or_default();
        *self.buckets.entry(upper_edge(micros)).or_default() += 1;
        self.count += 1;
        self.max = self.max.max(micros);
    }

    /// The latency that `per_mille` of the requests did not exceed; `None` of nothing.
    pub(super) fn percentile(&self, per_mille: u64) -> Option<i64> {
        let wanted = (self.count.checked_mul(per_mille)?.div_ceil(1000)).max(1);
        let mut passed = 0;
        for (edge, count) in &self.buckets {
            passed += count;
            if passed >= wanted {
                return i64::try_from((*edge).min(self.max)).ok();
            }
        }
        None
    }

    /// The usual percentiles and the maximum, by name.
    pub(super) fn latencies(&self) -> BTreeMap<String, i64> {
        let named = [
            ("p50", 500),
            ("p90", 900),
            ("p95", 950),
            ("p99", 990),
            ("max", 1000),
        ];
        let known = named
            .iter()
            .filter_map(|(name, share)| Some(((*name).to_owned(), self.percentile(*share)?)));
        known.collect()
    }
}

/// The largest latency in the bucket of this one.
fn upper_edge(micros: u64) -> u64 {
    let step = (micros.checked_ilog2().map_or(1, |power| 1 << power) / PARTS).max(1);
    (micros / step)
        .saturating_mul(step)
        .saturating_add(step - 1)
}

#[cfg(test)]
mod tests {
    use super::Histogram;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn percentiles_are_never_too_low_and_hardly_too_high(
            mut values in proptest::collection::vec(0_i64..10_000_000, 1..300),
            share in 1_u64..=1000,
        ) {
            let mut histogram = Histogram::default();
            for value in &values {
                histogram.record(*value);
            }
            values.sort_unstable();
            let rank = (values.len() as u64 * share).div_ceil(1000).max(1) as usize;
            let exact = values[rank - 1];
            let found = histogram.percentile(share).unwrap();
            prop_assert!(found >= exact, "{found} {exact}");
            prop_assert!(found <= exact + exact / 100 + 1, "{found} {exact}");
        }
    }

    #[test]
    fn nothing_has_no_percentile() {
        assert_eq!(Histogram::default().percentile(950), None);
    }
}
