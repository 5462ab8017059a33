//! When the items under a heading are due, by what the heading says.
//!
//! A heading that is not understood gives no phase, and its items stay pre-deployment: an item
//! that is due too early is seen, one that is never due is not.

use seaworthy_model::Phase;

use crate::text::slug;

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// The phase that a heading names by itself, without its parents.
pub(crate) fn phase_of(heading: &str) -> Option<Phase> {
    const ROLLBACK: [&str; 7] = [
        "rollback",
        "rollback-checklist",
        "rollback-procedure",
        "rollback-procedures",
        "rollback-steps",
        "rollback-actions",
        "immediate-actions",
    ];
    if let Some(minutes) = time_mark(heading) {
        return Some(phase_at(minutes));
    }
    ROLLBACK
        .contains(&slug(heading).as_str())
        .then_some(Phase::Rollback)
}

/// The first phase at or after a time, in minutes from the deployment. What is to be done more
/// than a day before is pre-deployment, and a day after is the last that is gated.
const fn phase_at(minutes: i64) -> Phase {
    if minutes < -DAY {
        Phase::PreDeployment
    } else if minutes <= -DAY {
        Phase::T24h
    } else if minutes <= -2 * HOUR {
        Phase::T2h
    } else if minutes <= 0 {
        Phase::T0
    } else if minutes <= HOUR {
        Phase::T1h
    } else if minutes <= 4 * HOUR {
        Phase::T4h
    } else {
        Phase::Post24h
    }
}

/// `T-24 hours`, `T=0`, `T+30 min`, in minutes.
fn time_mark(heading: &str) -> Option<i64> {
    let mut before = None;
    for (at, c) in heading.char_indices() {
        let starts_here = match c {
            'T' => !before.is_some_and(char::is_alphanumeric),
            't' => matches!(before, None | Some('(')),
            _ => false,
        };
        if starts_here {
            let after = heading.get(at + c.len_utf8()..).unwrap_or_default();
            if let Some(minutes) = offset(after, matches!(before, None | Some('('))) {
                return Some(minutes);
            }
        }
        before = Some(c);
    }
    None
}

/// What follows the `T`. A bare `T0` counts only when it stands alone (`alone_before`), so that
/// "Tier T0 services" is not taken for a time.
fn offset(after: &str, alone_before: bool) -> Option<i64> {
    let after = after.trim_start();
    let (sign, after) = match after.chars().next()? {
        '+' => (1, after.get(1..)?),
        '-' => (-1, after.get(1..)?),
        '=' => (0, after.get(1..)?),
        dash @ ('−' | '–') => (-1, after.get(dash.len_utf8()..)?),
        '0' if alone_before => (0, after),
        _ => return None,
    };
    let after = after.trim_start();
    let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: i64 = after.get(..digits)?.parse().ok().filter(|n| *n < 100_000)?;
    if sign == 0 && number != 0 {
        return None;
    }
    let rest = after.get(digits..)?.trim_start();
    let unit: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
    let minutes = match unit.to_lowercase().as_str() {
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "m" | "min" | "mins" | "minute" | "minutes" => 1,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7 * DAY,
        "" if rest.is_empty() || rest.starts_with([')', ':', ',', '-', '–', '—', '|']) => HOUR,
        _ => return None,
    };
    Some(sign * number * minutes)
}

#[cfg(test)]
mod tests {
    use seaworthy_model::Phase::{self, Post24h, PreDeployment, Rollback, T0, T1h, T2h, T4h, T24h};

    use super::phase_of;

    #[test]
    fn headings() {
        let cases: &[(&str, Option<Phase>)] = &[
            ("Pre-Deployment (T-24 hours)", Some(T24h)),
            ("Pre-Deployment (T-2 hours)", Some(T2h)),
            ("Deployment (T=0)", Some(T0)),
            ("Post-Deployment (T+1 hour)", Some(T1h)),
            ("Post-Deployment (T+4 hours)", Some(T4h)),
            ("Post-Deployment (T+24 hours)", Some(Post24h)),
            ("T-24h", Some(T24h)),
            ("t+4h", Some(T4h)),
            ("T-1 day: freeze", Some(T24h)),
            ("Cutover (T-30 min)", Some(T0)),
            ("Freeze (T−12 hours)", Some(T2h)),
            ("Plan (T-7 days)", Some(PreDeployment)),
            ("Review (T+1 week)", Some(Post24h)),
            ("T0", Some(T0)),
            ("Go (T0)", Some(T0)),
            ("T-24", Some(T24h)),
            ("T+4: soak", Some(T4h)),
            ("Tier T0 services", None),
            ("The T-1 line replaced", None),
            ("T=5", None),
            ("AT-24 modem", None),
            ("T-99999999999 hours", None),
            ("Rollback Checklist", Some(Rollback)),
            ("Rollback Procedure", Some(Rollback)),
            ("Immediate Actions", Some(Rollback)),
            ("Rollback readiness", None),
            ("Rollback (T+1 hour)", Some(T1h)),
            ("Security", None),
            ("", None),
        ];
        for (heading, wanted) in cases {
            assert_eq!(phase_of(heading), *wanted, "{heading}");
        }
    }
}
