//! What a plain scalar means: the core schema of YAML 1.2, and what Kubernetes' own reader makes
//! of it.

use serde_json::{Number, Value};

/// How plain scalars are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The core schema of YAML 1.2 (§10.3.2): only `true` and `false` are Booleans.
    Core,
    /// As sigs.k8s.io/yaml (go-yaml v2) reads it: `yes`, `no`, `on`, `off`, `y` and `n` are
    /// Booleans, `0777` is octal, `1_000` a number, and a whole float is an integer.
    Kubernetes,
}

impl Dialect {
    /// The value of a plain, untagged scalar; `None` for a number that JSON cannot hold.
    pub(crate) fn resolve(self, text: &str) -> Option<Value> {
        let Some(first) = text.bytes().next() else {
            return Some(Value::Null);
        };
        // Most scalars are words, which the first byte tells.
        if first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.') {
            return self.number(text);
        }
        Some(match text {
            "~" | "null" | "Null" | "NULL" => Value::Null,
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            _ if self == Self::Kubernetes => match text {
                "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Value::Bool(true),
                "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Value::Bool(false),
                _ => text.into(),
            },
            _ => text.into(),
        })
    }

    fn number(self, text: &str) -> Option<Value> {
        let word = text.trim_start_matches(['+', '-']);
        if matches!(word, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
            return None;
        }
        let plain = match self {
            Self::Core => text.to_owned(),
            Self::Kubernetes => text.replace('_', ""),
        };
        if let Some(integer) = self.integer(&plain) {
            return Some(integer);
        }
        if !is_float(&plain) {
            return Some(text.into());
        }
        let float: f64 = plain.parse().ok()?;
        if self == Self::Kubernetes
            && let Some(whole) = whole(float)
        {
            return Some(whole.into());
        }
        Number::from_f64(float).map(Value::Number)
    }

    fn integer(self, text: &str) -> Option<Value> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (radix, digits) = match digits.as_bytes() {
            [b'0', b'x', ..] => (16, digits.get(2..)?),
            [b'0', b'o', ..] => (8, digits.get(2..)?),
            [b'0', b'b', ..] if self == Self::Kubernetes => (2, digits.get(2..)?),
            [b'0', _, ..] if self == Self::Kubernetes => (8, digits),
            _ => (10, digits),
        };
        // `from_str_radix` would take a second sign.
        if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let magnitude = i128::from(u64::from_str_radix(digits, radix).ok()?);
        let number = if negative { -magnitude } else { magnitude };
        i64::try_from(number)
            .map(Value::from)
            .or_else(|_| u64::try_from(number).map(Value::from))
            .ok()
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, the same in both dialects.
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_fits =
        digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    mantissa_fits && exponent_fits
}

/// The integer that a float is exactly, within the range where floats hold every integer.
fn whole(float: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if float.fract() != 0.0 || float.abs() > EXACT {
        return None;
    }
    format!("{float:.0}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Dialect::{self, Core, Kubernetes};
    use serde_json::{Value, json};

    #[track_caller]
    fn check(dialect: Dialect, text: &str, wanted: Value) {
        assert_eq!(dialect.resolve(text), Some(wanted), "{dialect:?} {text}");
    }

    #[test]
    fn the_core_schema_knows_few_booleans() {
        for word in ["yes", "no", "on", "off", "y", "n", "Yes"] {
            check(Core, word, json!(word));
        }
        check(Core, "true", json!(true));
        check(Core, "FALSE", json!(false));
        check(Core, "", Value::Null);
        check(Core, "~", Value::Null);
    }

    #[test]
    fn the_reader_of_kubernetes_knows_many() {
        for word in ["yes", "on", "y", "Y", "True"] {
            check(Kubernetes, word, json!(true));
        }
        for word in ["no", "off", "n", "N", "False"] {
            check(Kubernetes, word, json!(false));
        }
        check(Kubernetes, "yEs", json!("yEs"));
    }

    #[test]
    fn numbers() {
        for (text, core, kubernetes) in [
            ("0", json!(0), json!(0)),
            ("-7", json!(-7), json!(-7)),
            ("+7", json!(7), json!(7)),
            ("0o17", json!(15), json!(15)),
            ("0x1F", json!(31), json!(31)),
            ("0777", json!(777), json!(511)),
            ("08", json!(8), json!(8)),
            ("1_000", json!("1_000"), json!(1000)),
            ("3.0", json!(3.0), json!(3)),
            ("1.5", json!(1.5), json!(1.5)),
            ("1e3", json!(1e3), json!(1000)),
            ("1.2.3", json!("1.2.3"), json!("1.2.3")),
            ("100m", json!("100m"), json!("100m")),
            ("1Gi", json!("1Gi"), json!("1Gi")),
            ("--5", json!("--5"), json!("--5")),
            ("-", json!("-"), json!("-")),
            (".", json!("."), json!(".")),
            ("12e", json!("12e"), json!("12e")),
            ("2001-01-01", json!("2001-01-01"), json!("2001-01-01")),
            (
                "18446744073709551615",
                json!(u64::MAX),
                json!(18_446_744_073_709_551_615_u64),
            ),
        ] {
            check(Core, text, core);
            check(Kubernetes, text, kubernetes);
        }
        for text in [".inf", "-.INF", ".nan", "1e999"] {
            assert_eq!(Core.resolve(text), None, "{text}");
        }
    }
}
