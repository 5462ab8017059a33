//! Numbers as reports write them, made whole in a stated unit. A figure that is none, negative or
//! beyond the range is not known, never 0.

use serde_json::Value;

/// The largest whole number that a float holds exactly.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// `value · factor`, rounded to the nearest whole number.
pub(crate) fn scaled(value: f64, factor: f64) -> Option<i64> {
    let scaled = (value * factor).round();
    if !(0.0..=LARGEST).contains(&scaled) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole and within the range"
    )]
    Some(scaled as i64)
}

/// A number, or a text that is one.
pub(crate) fn float(value: &Value) -> Option<f64> {
    value
        .as_f64()
        .or_else(|| value.as_str()?.trim().replace(',', "").parse().ok())
        .filter(|value: &f64| value.is_finite())
}

/// `part` of `whole` in hundredths of a per cent, rounded down so that a threshold that is
/// missed by a little is missed; `None` of nothing.
pub(crate) fn hundredths(part: i64, whole: i64) -> Option<i64> {
    let share = i128::from(part) * 10_000 / i128::from((whole > 0).then_some(whole)?);
    i64::try_from(share).ok()
}

/// `part` of `whole` in hundredths of a per cent, rounded up, for shares that must stay under a
/// limit.
pub(crate) fn hundredths_up(part: i64, whole: i64) -> Option<i64> {
    let whole = i128::from((whole > 0).then_some(whole)?);
    let share = (i128::from(part) * 10_000 + whole - 1) / whole;
    i64::try_from(share).ok()
}

/// `part` for each of `whole` in hundredths, rounded up: 250 is 2.5 for each; `None` of nothing.
pub(crate) fn ratio_up(part: i64, whole: i64) -> Option<i64> {
    let whole = i128::from((whole > 0).then_some(whole)?);
    let share = (i128::from(part) * 100 + whole - 1) / whole;
    i64::try_from(share).ok()
}

#[cfg(test)]
mod tests {
    use super::{hundredths, hundredths_up, ratio_up, scaled};

    #[test]
    fn figures_are_whole_and_never_made_up() {
        assert_eq!(scaled(1.2345, 1000.0), Some(1235));
        for bad in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
            assert_eq!(scaled(bad, 1.0), None);
        }
        assert_eq!(hundredths(7999, 10_000), Some(7999));
        assert_eq!(hundredths(2, 3), Some(6666));
        assert_eq!(hundredths_up(1, 3_000_000), Some(1));
        assert_eq!(hundredths(0, 0), None);
        assert_eq!(ratio_up(2001, 1000), Some(201));
        assert_eq!(ratio_up(1, 0), None);
    }
}
