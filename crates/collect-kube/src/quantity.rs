//! Quantities of resources (`100m`, `0.5`, `1Gi`, `1e3`): k8s.io/apimachinery, `resource.Quantity`.

use crate::value::Value;

/// A quantity in thousandths, rounded up as Kubernetes does: CPU as milli-cores.
pub(crate) fn milli(value: &Value) -> Option<i64> {
    scaled(value, 1000)
}

/// A quantity in whole units, rounded up: bytes.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    scaled(value, 1)
}

fn scaled(value: &Value, scale: i128) -> Option<i64> {
    let written = match value {
        Value::String(text) => text.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let (negative, unsigned) = match written.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, written.strip_prefix('+').unwrap_or(&written)),
    };
    let end = unsigned
        .find(|character: char| !character.is_ascii_digit() && character != '.')
        .unwrap_or(unsigned.len());
    let (mantissa, suffix) = unsigned.split_at(end);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 18 || fraction.contains('.') {
        return None;
    }
    let (up, down) = multiplier(suffix)?;
    let places = u32::try_from(fraction.len()).ok()?;
    let numerator = digits
        .parse::<i128>()
        .ok()?
        .checked_mul(up)?
        .checked_mul(scale)?;
    let denominator = 10_i128.checked_pow(places)?.checked_mul(down)?;
    let rounded = numerator.checked_add(denominator - 1)? / denominator;
    i64::try_from(if negative { -rounded } else { rounded }).ok()
}

/// What a suffix multiplies and divides by.
fn multiplier(suffix: &str) -> Option<(i128, i128)> {
    let power = |exponent: u32| 10_i128.checked_pow(exponent);
    Some(match suffix {
        "" => (1, 1),
        "n" => (1, power(9)?),
        "u" => (1, power(6)?),
        "m" => (1, power(3)?),
        "k" => (power(3)?, 1),
        "M" => (power(6)?, 1),
        "G" => (power(9)?, 1),
        "T" => (power(12)?, 1),
        "P" => (power(15)?, 1),
        "E" => (power(18)?, 1),
        "Ki" => (1 << 10, 1),
        "Mi" => (1 << 20, 1),
        "Gi" => (1 << 30, 1),
        "Ti" => (1 << 40, 1),
        "Pi" => (1 << 50, 1),
        "Ei" => (1 << 60, 1),
        other => {
            let exponent: i32 = other.strip_prefix(['e', 'E'])?.parse().ok()?;
            let size = power(exponent.unsigned_abs())?;
            if exponent < 0 { (1, size) } else { (size, 1) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{milli, whole};
    use crate::value::json;

    #[test]
    fn quantities() {
        for (value, wanted) in [
            (json!("100m"), Some(100)),
            (json!("0.5"), Some(500)),
            (json!(2), Some(2000)),
            (json!(0.1), Some(100)),
            (json!("1e3"), Some(1_000_000)),
            (json!("1u"), Some(1)),
            (json!("lots"), None),
            (json!(""), None),
            (json!("1.2.3"), None),
            (json!(null), None),
        ] {
            assert_eq!(milli(&value), wanted, "{value}");
        }
        for (value, wanted) in [
            (json!("1Gi"), Some(1 << 30)),
            (json!("1.5Gi"), Some(3 << 29)),
            (json!("128M"), Some(128_000_000)),
            (json!("1k"), Some(1000)),
            (json!("999999999999E"), None),
            (json!("1e99999"), None),
        ] {
            assert_eq!(whole(&value), wanted, "{value}");
        }
    }
}
