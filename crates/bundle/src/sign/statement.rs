//! What a signature says of a run: our own predicate, and the standard one of test results.

use crate::error::BundleError;
use crate::layout::{CHECKLIST, PLAN, SUMS};
use crate::reader::Reader;
use crate::record::{Counts, PreviousRun, RunRecord};
use crate::{hex, sums};
use seaworthy_model::{Decision, ResultKind, RunInfo};
use seaworthy_sign::{ResourceDescriptor, SignError, Statement};
use serde::{Deserialize, Serialize};

/// The `predicateType` of the statement in `run.dsse.json`; its fields are [`RunPredicate`]'s.
pub const RUN_PREDICATE: &str = "urn:seaworthy:run:v1";
/// The `predicateType` of the statement in `run.test-result.dsse.json`: in-toto's Test Result
/// v0.1.
pub const TEST_RESULT_PREDICATE: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// What a run came to, in short; each field says the same as `run.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPredicate {
    /// The run.
    pub run: RunInfo,
    /// What the technical gate decided.
    pub decision: Decision,
    /// The score, where there is one, for example `7.9`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
    /// How much the bundle holds.
    pub counts: Counts,
    /// The run before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousRun>,
}

impl RunPredicate {
    /// Of a sealed run; none for one that did not end.
    pub(crate) fn of(record: &RunRecord) -> Option<Self> {
        Some(Self {
            run: record.run.clone(),
            decision: record.gate.as_ref()?.decision,
            score: record.score.as_ref()?.overall.clone(),
            counts: record.counts.clone()?,
            previous: record.previous.clone(),
        })
    }
}

/// in-toto's Test Result v0.1: items by what became of them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TestResult {
    result: &'static str,
    configuration: Vec<ResourceDescriptor>,
    passed_tests: Vec<String>,
    warned_tests: Vec<String>,
    failed_tests: Vec<String>,
}

/// The payloads of the two statements about the bundle's `SHA256SUMS`.
pub(crate) fn statements(reader: &Reader, sums: &[u8]) -> Result<[Vec<u8>; 2], BundleError> {
    let root = reader.dir();
    let broken = |error: SignError| BundleError::malformed(root, None, error.to_string());
    let Some(run) = RunPredicate::of(reader.run()) else {
        let problem = "is sealed without a gate, a score and counts";
        return Err(BundleError::malformed(root, None, problem));
    };
    let subject = || vec![ResourceDescriptor::sha256(SUMS, hex::sha256(&[sums]))];
    let tests = test_result(reader, sums, run.decision)?;
    Ok([
        Statement::new(subject(), RUN_PREDICATE, run)
            .to_json()
            .map_err(broken)?,
        Statement::new(subject(), TEST_RESULT_PREDICATE, tests)
            .to_json()
            .map_err(broken)?,
    ])
}

fn test_result(
    reader: &Reader,
    sums: &[u8],
    decision: Decision,
) -> Result<TestResult, BundleError> {
    let (listed, _) = sums::parse(sums);
    let configuration = [PLAN, CHECKLIST].into_iter().filter_map(|path| {
        let hex = listed.get(path)?;
        Some(ResourceDescriptor::sha256(path, hex))
    });
    let mut tests = TestResult {
        result: match decision {
            Decision::Ready => "PASSED",
            Decision::Conditional => "WARNED",
            Decision::NotReady | Decision::Incomplete => "FAILED",
        },
        configuration: configuration.collect(),
        passed_tests: Vec::new(),
        warned_tests: Vec::new(),
        failed_tests: Vec::new(),
    };
    let mut stream = reader.result_stream()?;
    while let Some(result) = stream.next_result()? {
        let list = match result.result {
            ResultKind::Pass | ResultKind::Attested => &mut tests.passed_tests,
            ResultKind::Waived => &mut tests.warned_tests,
            // What is not known is no pass, and the standard knows no third way.
            ResultKind::Fail
            | ResultKind::Inconclusive
            | ResultKind::Pending
            | ResultKind::Skipped => &mut tests.failed_tests,
            ResultKind::NotApplicable | ResultKind::NotDue => continue,
        };
        list.push(result.id.to_string());
    }
    Ok(tests)
}
