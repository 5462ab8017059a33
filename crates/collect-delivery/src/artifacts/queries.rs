//! Statements that a database ran during a load test, held against the requests of that test: how
//! often a request asks the same thing again.

use super::broken::Broken;
use super::draft::Draft;
use super::format::Format;
use super::group::{self, ReportFact};
use super::input::Input;
use super::number::ratio_up;
use super::release::{Origin, hash, instant};
use super::target::Group;
use jiff::Timestamp;
use regex::Regex;
use schemars::JsonSchema;
use seaworthy_collect::fact_schema;
use seaworthy_model::FactSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The kind of subject.
pub(crate) const SUBJECT: &str = "query_load";
/// How many statements a fact shows of each report.
const SHOWN: usize = 10;
/// How much of a statement it shows, in characters.
const LONGEST: usize = 160;

/// `seaworthy.queries/v1`: the database's own count of its statements over a load test.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    schema: String,
    at: String,
    requests: i64,
    #[serde(default)]
    route: Option<String>,
    #[serde(default)]
    commit: Option<String>,
    /// Statements that the database forgot for want of room (`pg_stat_statements_info.dealloc`).
    #[serde(default)]
    dropped: i64,
    statements: Vec<OwnStatement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnStatement {
    query: String,
    calls: i64,
}

/// A statement that was run often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Statement {
    /// The statement without its values, at most 160 characters; of what is no query or change of
    /// data only the first word.
    pub(crate) query: String,
    /// How often it was run.
    #[schemars(extend("x-volatile" = true))]
    pub(crate) calls: i64,
    /// Calls in 100 requests, rounded up: 250 is 2.5 for each request.
    #[schemars(extend("x-volatile" = true))]
    pub(crate) per_request_hundredths: i64,
}

/// The statements of one load test, or of one of its routes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Run {
    /// The route that the requests were for; absent where they were for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) route: Option<String>,
    /// How many requests the load test made.
    #[schemars(extend("x-volatile" = true))]
    pub(crate) requests: i64,
    /// How many statements were run.
    #[schemars(extend("x-volatile" = true))]
    pub(crate) calls: i64,
    /// Statements in 100 requests, rounded up.
    #[schemars(extend("x-volatile" = true))]
    pub(crate) per_request_hundredths: i64,
    /// Calls of the most frequent statement in 100 requests, rounded up.
    #[schemars(extend("x-volatile" = true))]
    pub(crate) most_repeated_hundredths: i64,
    /// The most frequent statements, at most 10.
    pub(crate) statements: Vec<Statement>,
}

/// The statements of the load tests of one role, a run for each report.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct QueryLoad {
    /// `queries`, or `queries/api` for a service's own.
    #[serde(rename = "ref")]
    reference: String,
    /// The service, where the configuration tells them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    /// Every report that was opened.
    reports: Vec<ReportFact>,
    /// True: every report was read to its end, is of the release and new enough, and tells of
    /// requests and of all their statements. Unknown otherwise, never false.
    #[serde(default)]
    complete: bool,
    /// The runs of the reports that count.
    runs: Vec<Run>,
}

/// The subjects of this kind.
pub(crate) fn schema() -> FactSchema {
    fact_schema::<QueryLoad>(SUBJECT)
}

/// Reads the reports of `group`.
pub(crate) fn look(group: &Group, as_of: Timestamp) -> Draft {
    let read = group::read(group, as_of, read_report);
    let runs: Vec<Run> = read.good.into_iter().flatten().collect();
    let nothing = runs
        .is_empty()
        .then(|| "nothing seen: no statement was counted".to_owned());
    let why = read.holes.into_iter().next().or(nothing);
    let fact = QueryLoad {
        reference: group.name(),
        service: group.service.clone(),
        reports: read.reports,
        complete: true,
        runs,
    };
    Draft::new(&fact, &["complete"], why.as_ref())
}

/// Reads one report. What was counted stays where the database forgot some of it.
///
/// # Errors
///
/// When a field is missing, unknown or no count, or nothing was asked.
pub(crate) fn read_report(
    format: Format,
    input: &mut Input,
    run: &mut Option<Run>,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let broken = |what: String| Broken::unparsed(None, what);
    if format != Format::Queries {
        let what = format!("it is {}, which counts no statements", format.name());
        return Err(broken(what));
    }
    let own: Own = serde_json::from_reader(input.bytes())?;
    if own.schema != "seaworthy.queries/v1" {
        let what = format!(
            "its schema is {:?}, wanted is seaworthy.queries/v1",
            own.schema
        );
        return Err(broken(what));
    }
    let Some(at) = instant(&own.at) else {
        let what = format!(
            "its time {:?} is none; write it like 2026-03-01T12:00:00Z",
            own.at
        );
        return Err(broken(what));
    };
    (origin.at, origin.commit) = (Some(at), own.commit.as_deref().and_then(hash));
    if own.requests <= 0 {
        return Err(broken(format!(
            "{} requests were made; at least one is wanted",
            own.requests
        )));
    }
    if let Some(bad) = own.statements.iter().find(|one| one.calls < 0) {
        return Err(broken(format!(
            "{} calls of a statement are no count",
            bad.calls
        )));
    }
    let sum = own
        .statements
        .iter()
        .map(|one| i128::from(one.calls))
        .sum::<i128>();
    let calls =
        i64::try_from(sum).map_err(|_| broken("its calls are too many to count".to_owned()))?;
    if calls == 0 {
        return Err(broken(format!(
            "no statement was run by {} requests; was the database reset after the test?",
            own.requests
        )));
    }
    let share = |calls: i64| ratio_up(calls, own.requests).unwrap_or(i64::MAX);
    let mut often = own.statements;
    often.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.query.cmp(&b.query)));
    let statements: Vec<Statement> = often
        .iter()
        .take(SHOWN)
        .map(|one| Statement {
            query: without_values(&one.query),
            calls: one.calls,
            per_request_hundredths: share(one.calls),
        })
        .collect();
    *run = Some(Run {
        route: own.route,
        requests: own.requests,
        calls,
        per_request_hundredths: share(calls),
        most_repeated_hundredths: statements
            .first()
            .map_or(0, |one| one.per_request_hundredths),
        statements,
    });
    if own.dropped != 0 {
        let what = format!(
            "the database forgot {} statements; raise pg_stat_statements.max",
            own.dropped
        );
        return Err(broken(what));
    }
    Ok(())
}

/// A statement on one line without the values that stand in it. What is no query or change of data may
/// hold a password (`ALTER ROLE … PASSWORD '…'`), and is its first word alone; so is one with a backslash,
/// of which only the database knows where its texts end.
fn without_values(query: &str) -> String {
    static VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?s)'(?:[^']|'')*(?:'|$)|\$(\w*)\$.*|\b\d[\d.]*\b|--[^\n]*|/\*.*?(?:\*/|$)")
            .ok()
    });
    let first = query
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let shown = ["select", "insert", "update", "delete", "merge", "with"];
    let is_shown = shown.contains(&first.as_str()) && !query.contains('\\');
    let (true, Some(value)) = (is_shown, VALUE.as_ref()) else {
        let word: String = first
            .chars()
            .filter(char::is_ascii_alphabetic)
            .take(20)
            .collect();
        return format!("{word} …");
    };
    // The number of a parameter is no value.
    let parameters = query.replace('$', "$p");
    let bare = value.replace_all(&parameters, "?").replace("$p", "$");
    let line: Vec<&str> = bare.split_whitespace().collect();
    line.join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::without_values;
    use proptest::prelude::*;

    #[test]
    fn no_value_of_a_statement_is_shown() {
        for (query, shown) in [
            (
                "SELECT *\n  FROM orders WHERE id = $1",
                "SELECT * FROM orders WHERE id = $1",
            ),
            (
                "select 1 from a where b = 'it''s' and c=12.5",
                "select ? from a where b = ? and c=?",
            ),
            ("select 'unended", "select ?"),
            ("select $tag$secret$tag$ from t2", "select ?"),
            (
                "select a /* for Ada */ from b -- why",
                "select a ? from b ?",
            ),
            ("ALTER ROLE shop PASSWORD 'hunter2'", "alter …"),
            (r"select E'it\'s hunter2' from a", "select …"),
            ("'x' select", "x …"),
            ("", " …"),
        ] {
            assert_eq!(without_values(query), shown, "{query}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(query in "(select |alter )?[a-z'$\\\\0-9 /*\n-]{0,60}") {
            without_values(&query);
        }
    }
}
