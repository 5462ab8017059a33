//! The values that a pattern captures from an item's text: their kinds, how they are written,
//! and which probe parameters they fit.
//!
//! Where in a title a value may stand is decided in `pattern`.

use seaworthy_model::{ParamKind, ParamValue};
use std::collections::BTreeMap;
use std::fmt;

/// What a pattern captured, by name.
pub(crate) type Captures = BTreeMap<String, Captured>;

/// One captured value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Captured {
    /// As the title has it: `1,000`, `24 hours`.
    pub(crate) text: String,
    /// As a parameter has it: `1000`, `24h`.
    pub(crate) value: ParamValue,
}

/// What a capture takes: the word after the colon in `{min:int}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CaptureKind {
    /// A whole number, thousands set off by `,` or `_` if at all.
    Int,
    /// A decimal number.
    Number,
    /// A number with a unit of time: `500ms`, `24 hours`, `24-hour`.
    Duration,
    /// A whole number of per cent, the sign included: `80%`.
    Percent,
    /// Any text, at least one character.
    Text,
}

impl CaptureKind {
    /// Every kind, in the order of the documentation.
    pub(crate) const ALL: [Self; 5] = [
        Self::Int,
        Self::Number,
        Self::Duration,
        Self::Percent,
        Self::Text,
    ];

    /// The kind's name in a pattern.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Number => "number",
            Self::Duration => "duration",
            Self::Percent => "percent",
            Self::Text => "text",
        }
    }

    /// The kind of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a value of this kind can be given to a parameter of that type. A decimal number
    /// fits only text: rounding it to a whole one would change what the item says.
    pub(crate) const fn fits(self, param: ParamKind) -> bool {
        match param {
            ParamKind::String => true,
            ParamKind::Int => matches!(self, Self::Int | Self::Percent),
            ParamKind::Duration => matches!(self, Self::Duration),
            ParamKind::Bool | ParamKind::StringList => false,
        }
    }

    /// The value at the start of `text`, and how many characters it takes. [`Self::Text`] has no
    /// end of its own, so that it is not read here.
    pub(crate) fn read(self, text: &[char]) -> Option<(Captured, usize)> {
        let (digits, mut used) = decimal(text)?;
        let whole = || digits.parse::<i64>().ok();
        let value = match self {
            Self::Int => ParamValue::Int(whole()?),
            Self::Number => ParamValue::String(digits),
            Self::Percent => {
                let value = ParamValue::Int(whole()?);
                used += percent_sign(text.get(used..)?)?;
                value
            }
            Self::Duration => {
                let (unit, length) = unit_of_time(text.get(used..)?)?;
                used += length;
                ParamValue::String(span(&digits, unit)?)
            }
            Self::Text => return None,
        };
        let text = text.get(..used)?.iter().collect();
        Some((Captured { text, value }, used))
    }
}

impl fmt::Display for CaptureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The longest decimal number at the start, without its separators of thousands. A number is
/// taken whole or not at all: `1,00` is none, and `1` is not taken out of `1.5.2`.
fn decimal(text: &[char]) -> Option<(String, usize)> {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.iter().take_while(|c| c.is_ascii_digit()).count()
    };
    let mut end = digits(0);
    if end == 0 {
        return None;
    }
    if end <= 3
        && let Some(separator @ (',' | '_')) = text.get(end).copied()
    {
        while text.get(end) == Some(&separator) && digits(end + 1) == 3 {
            end += 4;
        }
    }
    if text.get(end) == Some(&'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    let cut = matches!(text.get(end), Some(',' | '_' | '.')) && digits(end + 1) > 0;
    let number = text.get(..end)?.iter();
    (!cut).then(|| (number.filter(|c| !matches!(c, ',' | '_')).collect(), end))
}

/// The length of a per cent sign at the start, with the space before it.
fn percent_sign(text: &[char]) -> Option<usize> {
    let gap = text.iter().take_while(|c| **c == ' ').count();
    let rest = text.get(gap..)?;
    if rest.first() == Some(&'%') {
        return Some(gap + 1);
    }
    let word: String = rest.iter().take_while(|c| c.is_alphabetic()).collect();
    (word.eq_ignore_ascii_case("percent")).then(|| gap + word.len())
}

/// Milliseconds of the units in which a parameter may be written, the shortest first.
const UNITS: [(&str, i64); 5] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

/// A unit of time at the start, in milliseconds, and its length with what joins it to its number.
fn unit_of_time(text: &[char]) -> Option<(i64, usize)> {
    let gap = usize::from(matches!(text.first(), Some(' ' | '-')));
    let rest = text.get(gap..)?;
    let word: String = rest.iter().take_while(|c| c.is_alphanumeric()).collect();
    let unit = match word.to_lowercase().as_str() {
        "ms" | "msec" | "millisecond" | "milliseconds" => 1,
        "s" | "sec" | "secs" | "second" | "seconds" => 1_000,
        "m" | "min" | "mins" | "minute" | "minutes" => 60_000,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        "w" | "week" | "weeks" => 604_800_000,
        _ => return None,
    };
    Some((unit, gap + word.chars().count()))
}

/// `digits` of a unit as parameters are written: `24h` for 24 hours, `1500ms` for 1.5 seconds.
fn span(digits: &str, unit: i64) -> Option<String> {
    let total = milliseconds(digits, unit)?;
    let fits = |size: i64| size <= unit && total % size == 0;
    let (name, size) = UNITS.into_iter().rfind(|(_, size)| fits(*size))?;
    Some(format!("{}{name}", total / size))
}

/// `digits` of a unit, exactly: `None` where it overflows or is no whole number of milliseconds.
fn milliseconds(digits: &str, unit: i64) -> Option<i64> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let scale = 10_i64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let fraction = match fraction {
        "" => 0,
        fraction => fraction.parse::<i64>().ok()?.checked_mul(unit)?,
    };
    if fraction % scale != 0 {
        return None;
    }
    let whole = whole.parse::<i64>().ok()?.checked_mul(unit)?;
    whole.checked_add(fraction / scale)
}

#[cfg(test)]
mod tests {
    use super::CaptureKind;
    use crate::parse_duration;
    use seaworthy_model::ParamValue;

    #[test]
    fn a_span_of_time_is_read_exactly() {
        for (text, wanted) in [
            ("500ms", Some(("500ms", 500))),
            ("500 ms", Some(("500ms", 500))),
            ("15 minutes", Some(("15m", 900_000))),
            ("24-hour", Some(("24h", 86_400_000))),
            ("24 Hours", Some(("24h", 86_400_000))),
            ("2 weeks", Some(("14d", 1_209_600_000))),
            ("1.5s", Some(("1500ms", 1_500))),
            ("0 days", Some(("0d", 0))),
            ("0.0005s", None),
            ("5", None),
            ("5 parsecs", None),
            ("99999999999999999 weeks", None),
            ("", None),
        ] {
            let characters: Vec<char> = text.chars().collect();
            let read = CaptureKind::Duration.read(&characters);
            let value = read.map(|(captured, _)| captured.value.to_string());
            let wanted = wanted.map(|(written, milliseconds)| {
                assert_eq!(parse_duration(written), Some(milliseconds), "{written}");
                written.to_owned()
            });
            assert_eq!(value, wanted, "{text}");
        }
    }

    #[test]
    fn a_number_is_taken_whole_or_not_at_all() {
        for (kind, text, wanted) in [
            (CaptureKind::Int, "3+", Some((ParamValue::Int(3), 1))),
            (
                CaptureKind::Int,
                "10,000 c",
                Some((ParamValue::Int(10_000), 6)),
            ),
            (
                CaptureKind::Int,
                "1_000_000",
                Some((ParamValue::Int(1_000_000), 9)),
            ),
            (CaptureKind::Int, "3, 4", Some((ParamValue::Int(3), 1))),
            (CaptureKind::Int, "2.5", None),
            (CaptureKind::Int, "1,00", None),
            (CaptureKind::Int, "1.2.3", None),
            (CaptureKind::Int, "99999999999999999999", None),
            (
                CaptureKind::Number,
                "99.95%",
                Some((ParamValue::String("99.95".into()), 5)),
            ),
            (CaptureKind::Percent, "80%+", Some((ParamValue::Int(80), 3))),
            (
                CaptureKind::Percent,
                "80 percent",
                Some((ParamValue::Int(80), 10)),
            ),
            (CaptureKind::Percent, "80", None),
            (CaptureKind::Percent, "0.5%", None),
        ] {
            let text: Vec<char> = text.chars().collect();
            let read = kind
                .read(&text)
                .map(|(captured, used)| (captured.value, used));
            assert_eq!(read, wanted, "{kind} of {text:?}");
        }
    }
}
