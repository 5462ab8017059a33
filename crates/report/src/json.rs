//! The documents that programs read: `seaworthy.report/v1` and `seaworthy.probe/v1`.
//!
//! Keys may be added; none is renamed or taken away within a version. A key whose value is not
//! known is there with `null`, so that a script need not ask whether it exists.

use crate::inert;
use crate::input::{Format, Options, Previous, ProbeReport, Report, ReportError, no_facts};
use schemars::{JsonSchema, generate::SchemaSettings};
use seaworthy_model::{
    Attestation, CategoryScore, Decision, Digest, Fact, FactCite, Gate, ItemId, ItemKind,
    ItemResult, Location, Mark, Outcome, Phase, ProbeId, ProbeSpec, ReasonCode, ResultKind,
    RunInfo, Score, SignOffState, SubjectRef, Unassessed, Verdict, WaiverUse,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the report's format.
pub const REPORT_SCHEMA: &str = "seaworthy.report/v1";
/// The name of the format of the `probe` commands.
pub const PROBE_SCHEMA: &str = "seaworthy.probe/v1";

pub(crate) const FORMAT: Format = Format {
    name: "json",
    describe: "everything that was found, for programs",
    file: "report.json",
    cites: no_facts,
    compares: true,
    render,
};

fn render(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    to_text(&ReportDocument::of(report))
}

/// What a `probe` command found, as `seaworthy.probe/v1`.
///
/// # Errors
///
/// When a value cannot be put into JSON, which the types rule out.
pub fn render_probe(report: &ProbeReport<'_>) -> Result<String, ReportError> {
    to_text(&ProbeDocument {
        schema: PROBE_SCHEMA,
        verdicts: report.verdicts.iter().map(VerdictDocument::of).collect(),
        facts: report.facts,
        unassessed: report.unassessed,
    })
}

/// The JSON Schema (draft 2020-12) of the report.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    schema_of::<ReportDocument<'static>>()
}

/// The JSON Schema (draft 2020-12) of what the `probe` commands write.
#[must_use]
pub fn probe_json_schema() -> serde_json::Value {
    schema_of::<ProbeDocument<'static>>()
}

fn schema_of<T: JsonSchema>() -> serde_json::Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

fn to_text<T: Serialize>(document: &T) -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(document)?;
    text.push('\n');
    Ok(inert::json(text))
}

/// What a sweep found.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Seaworthy report")]
struct ReportDocument<'a> {
    /// The name of this format.
    #[schemars(extend("const" = REPORT_SCHEMA))]
    schema: &'static str,
    /// What was run.
    run: &'a RunInfo,
    /// The gate's decision; the exit code follows it.
    gate: &'a Gate,
    /// The weighted score.
    score: ScoreDocument<'a>,
    /// How many items have each result; all nine results are named.
    counts: BTreeMap<ResultKind, usize>,
    /// Every box of the checklist, in its order.
    items: Vec<ItemDocument<'a>>,
    /// What was asked for and could not be read.
    unassessed: &'a [Unassessed],
    /// What became of each waiver.
    waivers: &'a [WaiverUse],
    /// What people attest, where the run took it into account.
    attestations: &'a [Attestation],
    /// The roles whose sign-off is due, and who signed: `gate` decides what they are worth.
    sign_offs: &'a [SignOffState],
    /// What is otherwise than in the run before: the one that `--since` names, or the one that this
    /// run follows where it lies beside it; null without one.
    since: Option<Since<'a>>,
    /// The probes that the verdicts name: the property, the risk, the remedy.
    probes: BTreeMap<&'a ProbeId, ProbeSummary<'a>>,
    /// Where the evidence lies.
    bundle: BundlePlace<'a>,
}

impl<'a> ReportDocument<'a> {
    fn of(report: &Report<'a>) -> Self {
        let mut counts: BTreeMap<_, _> =
            ResultKind::ALL.into_iter().map(|kind| (kind, 0)).collect();
        let mut probes = BTreeMap::new();
        for item in report.results {
            *counts.entry(item.result).or_default() += 1;
            for verdict in &item.verdicts {
                if let Some(spec) = report.plan.probes.get(&verdict.probe) {
                    probes.insert(&verdict.probe, ProbeSummary::of(spec));
                }
            }
        }
        Self {
            schema: REPORT_SCHEMA,
            run: &report.plan.run,
            gate: report.gate,
            score: ScoreDocument::of(report.score),
            counts,
            items: report.results.iter().map(ItemDocument::of).collect(),
            unassessed: report.unassessed,
            waivers: report.waivers,
            attestations: report.people.attestations,
            sign_offs: report.people.sign_offs,
            since: report
                .previous
                .map(|previous| Since::of(previous, report.results)),
            probes,
            bundle: BundlePlace {
                dir: report.bundle,
                sealed: report.sealed,
            },
        }
    }
}

/// An earlier run, and what changed since.
#[derive(Serialize, JsonSchema)]
struct Since<'a> {
    /// The earlier run's id.
    run: &'a str,
    /// What its gate decided.
    decision: Decision,
    /// Its score; null when nothing was assessed.
    overall: Option<&'a str>,
    /// The items with another result, in the checklist's order.
    changes: Vec<Change<'a>>,
    /// The items that the checklist no longer has.
    gone: Vec<&'a ItemId>,
}

/// An item with another result.
#[derive(Serialize, JsonSchema)]
struct Change<'a> {
    /// The item.
    item: &'a ItemId,
    /// Its result then; null for a new item.
    before: Option<ResultKind>,
    /// Its result now.
    after: ResultKind,
}

impl<'a> Since<'a> {
    fn of(previous: &'a Previous, results: &'a [ItemResult]) -> Self {
        let present: BTreeSet<&ItemId> = results.iter().map(|item| &item.id).collect();
        let known = previous.results.keys();
        Self {
            run: &previous.run.id,
            decision: previous.decision,
            overall: previous.overall.as_deref(),
            changes: results
                .iter()
                .map(|item| Change {
                    item: &item.id,
                    before: previous.results.get(&item.id).map(|(before, _)| *before),
                    after: item.result,
                })
                .filter(|change| change.before != Some(change.after))
                .collect(),
            gone: known.filter(|id| !present.contains(id)).collect(),
        }
    }
}

/// What a single probe command found.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Seaworthy probe")]
struct ProbeDocument<'a> {
    /// The name of this format.
    #[schemars(extend("const" = PROBE_SCHEMA))]
    schema: &'static str,
    /// The verdicts. Their `facts` have shard 0, and their lines count the facts below from 1.
    verdicts: Vec<VerdictDocument<'a>>,
    /// What was seen.
    facts: &'a [Fact],
    /// What was asked for and could not be read.
    unassessed: &'a [Unassessed],
}

/// The weighted score; figures are decimal texts, floored to one place.
#[derive(Serialize, JsonSchema)]
struct ScoreDocument<'a> {
    /// From `0.0` to `10.0`; null when nothing was assessed.
    overall: Option<&'a str>,
    /// What the checklist wants at the least.
    minimum: &'a str,
    /// The sum of the weights of the assessed categories.
    assessed_weight: u32,
    /// The sum of all categories' weights.
    total_weight: u32,
    /// The categories in the checklist's order.
    categories: &'a [CategoryScore],
}

impl<'a> ScoreDocument<'a> {
    fn of(score: &'a Score) -> Self {
        Self {
            overall: score.overall.as_deref(),
            minimum: &score.minimum,
            assessed_weight: score.assessed_weight,
            total_weight: score.total_weight,
            categories: &score.categories,
        }
    }
}

/// One box of the checklist.
#[derive(Serialize, JsonSchema)]
struct ItemDocument<'a> {
    /// Unique within the checklist, and stable between runs.
    id: &'a ItemId,
    /// The item's text.
    title: &'a str,
    /// The title of its section.
    section: &'a str,
    /// When it is due.
    phase: Phase,
    /// Leaf, group or sign-off.
    kind: ItemKind,
    /// Critical, important, or null.
    mark: Option<Mark>,
    /// Whether the checklist calls it optional.
    optional: bool,
    /// The result.
    result: ResultKind,
    /// Why, in a word of the fixed vocabulary; null for pass and fail.
    reason: Option<ReasonCode>,
    /// The same for a person; of a failure, the first message.
    message: Option<&'a str>,
    /// The score category.
    category: Option<&'a str>,
    /// Subjects that earn credit.
    credited: u64,
    /// Subjects that count.
    counted: u64,
    /// The verdicts, worst first.
    verdicts: Vec<VerdictDocument<'a>>,
}

impl<'a> ItemDocument<'a> {
    fn of(item: &'a ItemResult) -> Self {
        Self {
            id: &item.id,
            title: &item.title,
            section: &item.section,
            phase: item.phase,
            kind: item.kind,
            mark: item.mark,
            optional: item.optional,
            result: item.result,
            reason: item.reason,
            message: item.message.as_deref(),
            category: item.category.as_deref(),
            credited: item.credited,
            counted: item.counted,
            verdicts: item.verdicts.iter().map(VerdictDocument::of).collect(),
        }
    }
}

/// What one probe says of one subject.
#[derive(Serialize, JsonSchema)]
struct VerdictDocument<'a> {
    /// The probe's id.
    probe: &'a ProbeId,
    /// The target that was asked.
    target: &'a str,
    /// The subject.
    subject: &'a SubjectRef,
    /// The outcome.
    verdict: Outcome,
    /// Why it is neither pass nor fail; null for those.
    reason: Option<ReasonCode>,
    /// What was found, for a person.
    message: Option<&'a str>,
    /// Where the subject stands in a file.
    #[serde(rename = "where")]
    location: Option<&'a Location>,
    /// The facts that it was decided by: shard and line in the bundle.
    facts: &'a [FactCite],
    /// A command that shows the same.
    reproduce: Option<&'a str>,
    /// Of a failure: what mends it, as text to copy; left out where nothing is at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<&'a str>,
    /// Of a failure: what a waiver is bound to.
    fingerprint: Option<&'a Digest>,
    /// Whether a waiver covers the failure.
    waived: bool,
}

impl<'a> VerdictDocument<'a> {
    fn of(verdict: &'a Verdict) -> Self {
        Self {
            probe: &verdict.probe,
            target: &verdict.target,
            subject: &verdict.subject,
            verdict: verdict.verdict,
            reason: verdict.reason,
            message: verdict.message.as_deref(),
            location: verdict.location.as_ref(),
            facts: &verdict.facts,
            reproduce: verdict.reproduce.as_deref(),
            patch: verdict.patch.as_deref(),
            fingerprint: verdict.fingerprint.as_ref(),
            waived: verdict.waived,
        }
    }
}

/// What a probe is about.
#[derive(Serialize, JsonSchema)]
struct ProbeSummary<'a> {
    /// The property, as a sentence that is true when the probe passes.
    title: &'a str,
    /// The risk.
    why: &'a str,
    /// What to do.
    fix: &'a str,
    /// Addresses of the rules and documents behind it.
    references: &'a [String],
    /// Controls of other catalogues that it answers.
    controls: &'a [String],
}

impl<'a> ProbeSummary<'a> {
    fn of(spec: &'a ProbeSpec) -> Self {
        Self {
            title: &spec.title,
            why: &spec.why,
            fix: &spec.fix,
            references: &spec.references,
            controls: &spec.controls,
        }
    }
}

/// Where the evidence lies.
#[derive(Serialize, JsonSchema)]
struct BundlePlace<'a> {
    /// The run's folder.
    dir: &'a str,
    /// Whether the run came to its end.
    sealed: bool,
}
