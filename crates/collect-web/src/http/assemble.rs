//! From the heads of an endpoint's answers to the fact: pure, shared by the collector and by
//! `fact_from_head`.
//!
//! A header is judged where a browser heeds it: on the page. The other answers are compared
//! with the page.

use super::cookies::{Cookie, cookie};
use super::csp::policies;
use super::csp_weakness::{csp, nonce_reused};
use super::draft::{Draft, Gaps, Role, Sighting};
use super::facts::{AnswerView, HeadersEverywhere, MissingHeader};
use super::framing::framing;
use super::hsts::hsts;
use super::isolation::isolation;
use super::place::Place;
use super::policies::{nosniff, permissions_policy};
use super::private::{alternatives, private};
use super::refresh;
use crate::exchange::leaks::version_leaks;
use jiff::Timestamp;
use seaworthy_collect::redact_url;
use std::collections::BTreeSet;
use url::Url;

const DAY: i64 = 24 * 60 * 60;

/// The fields that only a page can tell.
const OF_THE_PAGE: &[&str] = &[
    "csp",
    "framing",
    "nosniff",
    "referrer_policy",
    "permissions_policy",
    "isolation",
    "alternatives",
];

/// Fills in everything that heads tell. `now` is the time of the answers.
pub(crate) fn assemble(draft: &mut Draft, seen: &[Sighting], gaps: &Gaps, now: Timestamp) {
    let host = draft.value.host.clone();
    let place = Place {
        https: draft.value.scheme == "https",
        host: &host,
    };
    let page = seen.iter().find(|sighting| sighting.role == Role::Page);
    draft.value.answers = seen.iter().map(view).collect();
    let main = page.or_else(|| seen.first());
    if let Some(main) = main {
        draft.value.version = main.head.version.clone();
        let found = hsts(&main.head.fields, place);
        match &gaps.page {
            Some(why) if main.role == Role::Redirect && !found.valid => draft.unknown("hsts", why),
            Some(_) | None => draft.value.hsts = Some(found),
        }
    }
    let shown = |one: &&Sighting| matches!(one.role, Role::Page | Role::Error);
    draft.value.refreshes_to = seen.iter().find(shown).and_then(refreshes_to);
    if let Some(page) = page {
        page_headers(draft, page, place);
        if let Some(csp) = &mut draft.value.csp {
            let others = seen.iter().filter(|one| one.role != Role::Page);
            let others = others.map(|one| &one.head.fields);
            csp.nonce_reused = nonce_reused(&page.head.fields, others);
        }
        // One in the page would count in the header's place.
        if let Some(why) = &gaps.in_page {
            draft.value.referrer_policy = None;
            draft.unknown("referrer_policy", why);
        }
        // A further policy could only close what is open, so a page without a weakness has none.
        if let Some(why) = &gaps.in_page
            && draft
                .value
                .csp
                .as_ref()
                .is_some_and(|csp| !csp.weaknesses.is_empty())
        {
            draft.value.csp = None;
            draft.unknown("csp", why);
        }
        everywhere(draft, page, seen, gaps, place);
    }
    if let Some(why) = &gaps.page {
        for field in OF_THE_PAGE {
            draft.unknown(field, why);
        }
        draft.unknown("headers_everywhere", why);
    }
    cookies(draft, seen, gaps.page.as_ref(), place, now);
    private(draft, seen, gaps.page.as_ref());
    let mut leaks: Vec<_> = seen
        .iter()
        .flat_map(|sighting| {
            let fields = [&sighting.head.fields, &sighting.head.spaced];
            fields.map(|fields| version_leaks(fields, sighting.role.name()))
        })
        .flatten()
        .collect();
    leaks.sort();
    match &gaps.page {
        // What was found is certain; that there is nothing is certain only with the page.
        Some(why) if leaks.is_empty() => draft.unknown("version_leaks", why),
        Some(_) | None => draft.value.version_leaks = Some(leaks),
    }
}

fn view(sighting: &Sighting) -> AnswerView {
    AnswerView {
        name: sighting.role.name().to_owned(),
        url: sighting.url.clone(),
        status: i64::from(sighting.status),
        headers: sighting.head.fields.redacted(),
        malformed_lines: i64::try_from(sighting.head.malformed).unwrap_or(i64::MAX),
    }
}

/// Where an answer sends its visitors by itself.
fn refreshes_to(sighting: &Sighting) -> Option<String> {
    // What was saved has no URL of its own.
    let base = Url::parse(&sighting.url).or_else(|_| Url::parse("https://saved.invalid/"));
    let header = sighting.head.fields.first("refresh");
    let by_header = header.and_then(|text| refresh::target(text, base.as_ref().ok()?));
    let by_page = || sighting.page.as_ref()?.refresh.clone();
    let target = by_header.or_else(by_page)?;
    Some(redact_url(target.as_str()))
}

fn page_headers(draft: &mut Draft, page: &Sighting, place: Place<'_>) {
    let fields = &page.head.fields;
    let enforced = policies(fields, "content-security-policy");
    draft.value.csp = Some(csp(fields, page.in_page()));
    draft.value.framing = Some(framing(fields, &enforced));
    draft.value.nosniff = Some(nosniff(fields));
    let sent = fields.joined("x-content-type-options");
    draft.value.nosniff_unheeded = sent.filter(|_| !nosniff(fields));
    draft.value.referrer_policy = Some(page.referrer_policy());
    draft.value.permissions_policy = Some(permissions_policy(fields));
    draft.value.isolation = Some(isolation(fields, &enforced, place));
    draft.value.alternatives = alternatives(fields);
}

/// The headers that an answer carries to good effect.
fn effective(sighting: &Sighting, place: Place<'_>) -> BTreeSet<&'static str> {
    let fields = &sighting.head.fields;
    let enforced = policies(fields, "content-security-policy");
    let in_page = !sighting.in_page().is_empty();
    let hsts = hsts(fields, place);
    [
        (in_page || !enforced.is_empty(), "content-security-policy"),
        (framing(fields, &enforced).protected, "framing"),
        (permissions_policy(fields).valid, "permissions-policy"),
        (sighting.referrer_policy().valid, "referrer-policy"),
        (
            hsts.max_age.is_some_and(|age| age > 0),
            "strict-transport-security",
        ),
        (nosniff(fields), "x-content-type-options"),
    ]
    .into_iter()
    .filter(|(there, _)| *there)
    .map(|(_, name)| name)
    .collect()
}

fn everywhere(
    draft: &mut Draft,
    page: &Sighting,
    seen: &[Sighting],
    gaps: &Gaps,
    place: Place<'_>,
) {
    let expected = effective(page, place);
    let mut missing: BTreeSet<MissingHeader> = BTreeSet::new();
    let mut hsts_everywhere = expected.contains("strict-transport-security");
    for sighting in seen.iter().filter(|sighting| sighting.role != Role::Page) {
        let has = effective(sighting, place);
        hsts_everywhere &= has.contains("strict-transport-security");
        let shown = sighting.role != Role::Redirect && !(300..400).contains(&sighting.status);
        for header in expected.difference(&has) {
            if shown || *header == "strict-transport-security" {
                missing.insert(MissingHeader {
                    header: (*header).to_owned(),
                    answer: sighting.role.name().to_owned(),
                    status: i64::from(sighting.status),
                });
            }
        }
    }
    // A header that is missing is missing, whatever else was not seen.
    if let (Some(why), true) = (&gaps.others, missing.is_empty()) {
        draft.unknown("headers_everywhere", why);
        return;
    }
    draft.value.headers_everywhere = Some(HeadersEverywhere {
        expected: expected.iter().map(|name| (*name).to_owned()).collect(),
        missing: missing
            .iter()
            .map(|gap| format!("{} on {} ({})", gap.header, gap.answer, gap.status))
            .collect(),
        missing_on: missing.into_iter().collect(),
        hsts_everywhere,
    });
}

fn cookies(
    draft: &mut Draft,
    seen: &[Sighting],
    gap: Option<&String>,
    place: Place<'_>,
    now: Timestamp,
) {
    let mut all: Vec<Cookie> = Vec::new();
    for sighting in seen {
        let spaced = sighting.head.spaced.all("set-cookie");
        for value in sighting.head.fields.all("set-cookie").chain(spaced) {
            let Some(found) = cookie(value, sighting.role.name(), place, now) else {
                continue;
            };
            // The same cookie is often set on every answer; once is enough.
            let twin = |own: &Cookie| Cookie {
                answer: String::new(),
                ..own.clone()
            };
            if !all.iter().any(|known| twin(known) == twin(&found)) {
                all.push(found);
            }
        }
    }
    let mut issues: BTreeSet<String> = BTreeSet::new();
    for cookie in &all {
        issues.extend(
            cookie
                .issues
                .iter()
                .map(|issue| format!("{}: {issue}", named(cookie))),
        );
    }
    draft.value.session_cookie_days = all
        .iter()
        .filter(|cookie| cookie.session)
        .filter_map(|cookie| cookie.max_age)
        .max()
        .map(|seconds| seconds.saturating_add(DAY - 1) / DAY);
    match gap {
        Some(why) if issues.is_empty() => {
            draft.unknown("cookies", why);
            draft.unknown("cookie_issues", why);
            if draft.value.session_cookie_days.is_none() {
                draft.unknown("session_cookie_days", why);
            }
        }
        Some(_) | None => {
            draft.value.cookies = Some(all);
            draft.value.cookie_issues = Some(issues.into_iter().collect());
        }
    }
}

/// A cookie's name for a person.
fn named(cookie: &Cookie) -> &str {
    if cookie.name.is_empty() {
        "a cookie without a name"
    } else {
        &cookie.name
    }
}

#[cfg(test)]
mod tests;
