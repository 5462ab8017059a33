//! What depends on the time, judged by the server's clock too: the lives of cookies, and the end of
//! `security.txt`.

use super::assemble::assemble;
use super::cookies::Cookie;
use super::draft::{Draft, Gaps, Sighting};
use super::security_txt::SecurityTxt;
use crate::clock::{apart, by_the_server, told, undecided};
use jiff::Timestamp;
use seaworthy_collect::Context;

/// How many seconds the server's clock is ahead, by the last of the answers, which came at `now`.
pub(super) fn skew(seen: &[Sighting], now: Timestamp) -> Option<i64> {
    let date = told(&seen.last()?.head.fields)?;
    Some(date.as_second() - now.as_second())
}

/// Takes back what the cookies are where the two clocks come to different ends.
pub(super) fn cookies(draft: &mut Draft, seen: &[Sighting], gaps: &Gaps, context: &Context) {
    let Some(skew) = apart(draft.value.clock_skew_seconds) else {
        return;
    };
    let Some(then) = by_the_server(skew, context) else {
        return;
    };
    let mut other = Draft::default();
    other.value.scheme.clone_from(&draft.value.scheme);
    other.value.host.clone_from(&draft.value.host);
    assemble(&mut other, seen, gaps, then);
    let why = undecided(skew);
    let (ours, theirs) = (&mut draft.value, other.value);
    let mut unknown = Vec::new();
    if timeless(ours.cookies.as_ref()) != timeless(theirs.cookies.as_ref()) {
        ours.cookies = None;
        unknown.push("cookies");
    }
    if ours.cookie_issues != theirs.cookie_issues {
        ours.cookie_issues = None;
        unknown.push("cookie_issues");
    }
    if ours.session_cookie_days != theirs.session_cookie_days {
        ours.session_cookie_days = None;
        unknown.push("session_cookie_days");
    }
    for path in unknown {
        draft.unknown(path, &why);
    }
}

/// The same cookies without their lifetimes, which always differ.
fn timeless(cookies: Option<&Vec<Cookie>>) -> Option<Vec<Cookie>> {
    let without = |cookie: &Cookie| Cookie {
        max_age: None,
        ..cookie.clone()
    };
    cookies.map(|cookies| cookies.iter().map(without).collect())
}

/// The same for `security.txt`.
pub(super) fn security_txt(draft: &mut Draft, found: SecurityTxt, context: &Context) {
    let skew = apart(draft.value.clock_skew_seconds);
    let then = skew.and_then(|skew| Some((skew, by_the_server(skew, context)?)));
    let mut found = found;
    if let (Some((skew, then)), Some(ours)) = (then, found.expired_at(context.as_of)) {
        found.days_left_by_server = found.days_left_at(then);
        let why = undecided(skew);
        // What else is wrong with it is wrong by both.
        let wrong = found.errors.len() > usize::from(ours);
        if found.expired_at(then) != Some(ours) && !wrong {
            found.valid = None;
            draft.unknown("security_txt.valid", &why);
        }
        draft.unknown("security_txt.clock_decides", &why);
    }
    draft.value.security_txt = Some(found);
}
