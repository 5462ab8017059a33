//! What a report is, told from its first bytes and never from its name.

use super::shape::{Shape, shape};
use super::target::Kind;

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Format {
    JUnit,
    XUnit,
    NUnit,
    Trx,
    Tap,
    GoTest,
    Ctrf,
    Cobertura,
    Jacoco,
    Lcov,
    GoCover,
    CoveragePy,
    Istanbul,
    Sarif,
    Gosec,
    Trivy,
    Grype,
    OsvScanner,
    NpmAudit,
    CargoAudit,
    Govulncheck,
    PipAudit,
    K6Summary,
    K6Points,
    Locust,
    Jmeter,
    JmeterXml,
    JmeterStatistics,
    Vegeta,
    Wrk,
    Gatling,
    GatlingLog,
    GatlingBinary,
    Record,
    PgBackRest,
    Velero,
    Queries,
}

impl Format {
    /// The name that facts and messages give it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::JUnit => "JUnit XML",
            Self::XUnit => "xUnit.net XML",
            Self::NUnit => "NUnit XML",
            Self::Trx => "TRX",
            Self::Tap => "TAP",
            Self::GoTest => "go test JSON",
            Self::Ctrf => "CTRF",
            Self::Cobertura => "Cobertura XML",
            Self::Jacoco => "JaCoCo XML",
            Self::Lcov => "LCOV",
            Self::GoCover => "Go cover profile",
            Self::CoveragePy => "coverage.py JSON",
            Self::Istanbul => "Istanbul JSON",
            Self::Sarif => "SARIF",
            Self::Gosec => "gosec JSON",
            Self::Trivy => "Trivy JSON",
            Self::Grype => "Grype JSON",
            Self::OsvScanner => "OSV-Scanner JSON",
            Self::NpmAudit => "npm audit JSON",
            Self::CargoAudit => "cargo-audit JSON",
            Self::Govulncheck => "govulncheck JSON",
            Self::PipAudit => "pip-audit JSON",
            Self::K6Summary => "k6 summary JSON",
            Self::K6Points => "k6 JSON output",
            Self::Locust => "Locust CSV",
            Self::Jmeter => "JMeter CSV",
            Self::JmeterXml => "JMeter XML",
            Self::JmeterStatistics => "JMeter statistics JSON",
            Self::Vegeta => "vegeta JSON",
            Self::Wrk => "wrk2 text",
            Self::Gatling => "Gatling JSON",
            Self::GatlingLog => "Gatling simulation log",
            Self::GatlingBinary => "Gatling binary log",
            Self::Record => "record JSON",
            Self::PgBackRest => "pgBackRest info JSON",
            Self::Velero => "Velero JSON",
            Self::Queries => "queries JSON",
        }
    }

    /// The kind of reports that it is one of.
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::JUnit
            | Self::XUnit
            | Self::NUnit
            | Self::Trx
            | Self::Tap
            | Self::GoTest
            | Self::Ctrf => Kind::Tests,
            Self::Cobertura
            | Self::Jacoco
            | Self::Lcov
            | Self::GoCover
            | Self::CoveragePy
            | Self::Istanbul => Kind::Coverage,
            Self::Sarif
            | Self::Gosec
            | Self::Trivy
            | Self::Grype
            | Self::OsvScanner
            | Self::NpmAudit
            | Self::CargoAudit
            | Self::Govulncheck
            | Self::PipAudit => Kind::Scans,
            Self::K6Summary
            | Self::K6Points
            | Self::Locust
            | Self::Jmeter
            | Self::JmeterXml
            | Self::JmeterStatistics
            | Self::Vegeta
            | Self::Wrk
            | Self::Gatling
            | Self::GatlingLog
            | Self::GatlingBinary => Kind::Load,
            Self::Record | Self::PgBackRest | Self::Velero => Kind::Records,
            Self::Queries => Kind::Queries,
        }
    }
}

/// Tells the format from the first bytes of a report; `None` where it is none that is known.
pub(crate) fn format_of(head: &[u8]) -> Option<Format> {
    if gatling_version(head).is_some() {
        return Some(Format::GatlingBinary);
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start();
    match text.as_bytes().first()? {
        b'<' => of_xml(text),
        b'{' | b'[' => of_json(&shape(text), text),
        _ => of_text(text),
    }
}

/// The version of Gatling that a binary log begins with; `None` where it is none. Its first record is that
/// of the run: a byte 0, and the version as a text with its length before it.
pub(crate) fn gatling_version(head: &[u8]) -> Option<String> {
    let (kind, rest) = head.split_first()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let version = std::str::from_utf8(rest.get(..length)?).ok()?;
    let mut parts = version.split('.');
    let is_number = |part: Option<&str>| {
        part.is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let fits = *kind == 0 && length < 40 && is_number(parts.next()) && is_number(parts.next());
    fits.then(|| version.to_owned())
}

fn of_xml(text: &str) -> Option<Format> {
    let mut rest = text;
    // Past the declaration, comments and the document type to the root element.
    let root = loop {
        rest = rest.split_once('<')?.1;
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->")?.1;
        } else if !rest.starts_with(['?', '!']) {
            break rest;
        }
    };
    let name = root
        .split(|c: char| c.is_whitespace() || "/>".contains(c))
        .next()?;
    match name.rsplit(':').next()? {
        "testsuites" | "testsuite" => Some(Format::JUnit),
        "assemblies" | "assembly" => Some(Format::XUnit),
        "test-run" => Some(Format::NUnit),
        "TestRun" => Some(Format::Trx),
        "coverage" => Some(Format::Cobertura),
        "report" => Some(Format::Jacoco),
        "testResults" => Some(Format::JmeterXml),
        _ => None,
    }
}

fn of_json(shape: &Shape, text: &str) -> Option<Format> {
    let has = |keys: &[&str]| keys.iter().all(|key| shape.kind(key).is_some());
    let of = [
        (&["runs"][..], Format::Sarif),
        (&["Issues", "Stats"], Format::Gosec),
        (&["SchemaVersion", "ArtifactName"], Format::Trivy),
        (&["matches", "descriptor"], Format::Grype),
        (&["auditReportVersion", "vulnerabilities"], Format::NpmAudit),
        (&["advisories", "metadata"], Format::NpmAudit),
        (&["lockfile", "vulnerabilities"], Format::CargoAudit),
        (&["dependencies", "fixes"], Format::PipAudit),
        (&["config"], Format::Govulncheck),
        (&["SBOM"], Format::Govulncheck),
        (&["Action", "Package"], Format::GoTest),
        (&["ImportPath", "Action"], Format::GoTest),
        (&["meta", "totals"], Format::CoveragePy),
        (&["latencies", "requests"], Format::Vegeta),
        (&["metrics", "root_group"], Format::K6Summary),
        (&["type", "data", "metric"], Format::K6Points),
        (&["name", "numberOfRequests"], Format::Gatling),
        (&["type", "stats", "contents"], Format::Gatling),
        (&["stanza", "backup"], Format::PgBackRest),
        (&["backup", "name", "status"], Format::PgBackRest),
    ];
    if has(&["Total"]) && text.contains("\"sampleCount\"") {
        return Some(Format::JmeterStatistics);
    }
    if let Some((_, format)) = of.iter().find(|(keys, _)| has(keys)) {
        return Some(*format);
    }
    match (
        shape.kind("results"),
        shape.kind("schema"),
        shape.kind("apiVersion"),
    ) {
        (Some('{'), ..) => return Some(Format::Ctrf),
        (Some('['), ..) => return Some(Format::OsvScanner),
        (_, Some('"'), _) if text.contains("seaworthy.record/v1") => return Some(Format::Record),
        (_, Some('"'), _) if text.contains("seaworthy.queries/v1") => return Some(Format::Queries),
        (.., Some('"')) if text.contains("velero.io/") => return Some(Format::Velero),
        _ => {}
    }
    // pip-audit's older output is a bare list; Istanbul's keys are paths.
    if shape.list && has(&["name", "version", "vulns"]) {
        return Some(Format::PipAudit);
    }
    (text.contains("\"statementMap\"") || shape.kind("total").is_some() && text.contains("\"pct\""))
        .then_some(Format::Istanbul)
}

fn of_text(text: &str) -> Option<Format> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    if starts(&["TAP version ", "ok ", "not ok ", "1.."]) {
        return Some(Format::Tap);
    }
    let line = text.lines().next().unwrap_or_default();
    let columns = |wanted: &[&str]| {
        let found: Vec<&str> = line.split(',').map(|name| name.trim_matches('"')).collect();
        wanted.iter().all(|name| found.contains(name))
    };
    if starts(&["mode: "]) {
        Some(Format::GoCover)
    } else if starts(&["TN:", "SF:"]) {
        Some(Format::Lcov)
    } else if starts(&["Running "]) && line.contains(" test @ ") {
        Some(Format::Wrk)
    } else if starts(&["RUN\t", "ASSERTION\t"]) {
        Some(Format::GatlingLog)
    } else if columns(&["timeStamp", "elapsed", "success"]) {
        Some(Format::Jmeter)
    } else if columns(&["Name", "Request Count", "Failure Count"])
        || columns(&["Timestamp", "User Count", "Name", "Requests/s"])
    {
        Some(Format::Locust)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    const ALL: [Format; 37] = [
        Format::JUnit,
        Format::XUnit,
        Format::NUnit,
        Format::Trx,
        Format::Tap,
        Format::GoTest,
        Format::Ctrf,
        Format::Cobertura,
        Format::Jacoco,
        Format::Lcov,
        Format::GoCover,
        Format::CoveragePy,
        Format::Istanbul,
        Format::Sarif,
        Format::Gosec,
        Format::Trivy,
        Format::Grype,
        Format::OsvScanner,
        Format::NpmAudit,
        Format::CargoAudit,
        Format::Govulncheck,
        Format::PipAudit,
        Format::K6Summary,
        Format::K6Points,
        Format::Locust,
        Format::Jmeter,
        Format::JmeterXml,
        Format::JmeterStatistics,
        Format::Vegeta,
        Format::Wrk,
        Format::Gatling,
        Format::GatlingLog,
        Format::GatlingBinary,
        Format::Record,
        Format::PgBackRest,
        Format::Velero,
        Format::Queries,
    ];

    #[test]
    fn the_table_names_every_format() {
        let document = include_str!("../../../../docs/artifacts.md");
        let rows: Vec<&str> = document
            .lines()
            .skip_while(|line| !line.starts_with("| kind | format |"))
            .skip(2)
            .take_while(|line| line.starts_with('|'))
            .collect();
        assert_eq!(rows.len(), ALL.len());
        for (row, format) in rows.iter().zip(ALL) {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            assert_eq!(
                cells[1],
                format!("{:?}", format.kind()).to_lowercase(),
                "{row}"
            );
            assert_eq!(cells[2], format.name(), "{row}");
        }
        // The last one of the enumeration is in the list, so none was forgotten.
        assert_eq!(Format::Queries as usize + 1, ALL.len());
    }
}
