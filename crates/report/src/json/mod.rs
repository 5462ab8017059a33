//! The documents that programs read: `seaworthy.report/v1` and `seaworthy.probe/v1`.
//!
//! Keys may be added; none is renamed or taken away within a version. A key whose value is not
//! known is there with `null`, so that a script need not ask whether it exists.

mod items;
mod since;
mod streamed;
mod verdicts;

use crate::inert;
use crate::input::{Format, Items, ProbeReport, Render, Report, ReportError, no_facts};
use items::ItemDocument;
use schemars::{JsonSchema, generate::SchemaSettings};
use seaworthy_model::{
    Attestation, CategoryScore, Fact, Gate, ProbeId, ProbeSpec, ResultKind, RunInfo, Score,
    SignOffState, Unassessed, WaiverUse,
};
use serde::Serialize;
use since::Since;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use streamed::{FactByFact, Named, Streamed};
use verdicts::{OneByOne, VerdictDocument};

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
    render: Render::ItemByItem {
        sums: false,
        write: render,
    },
};

fn render(report: &Report<'_>, items: &dyn Items, out: &mut dyn Write) -> Result<(), ReportError> {
    let items = Streamed::new(items);
    let document = ReportDocument::of(report, &items);
    let mut out = harmless(out);
    let written = serde_json::to_writer_pretty(&mut out, &document);
    // That an item could not be had says more than that the document has no end.
    items.fault()?;
    written?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Writes what a `probe` command found as `seaworthy.probe/v1`, verdict after verdict.
///
/// # Errors
///
/// When a value cannot be put into JSON, which the types rule out, or when `out` refuses.
pub fn render_probe(report: &ProbeReport<'_>, out: &mut dyn Write) -> Result<(), ReportError> {
    let document = ProbeDocument {
        schema: PROBE_SCHEMA,
        verdicts: OneByOne(report.verdicts),
        facts: FactByFact(report.facts),
        unassessed: report.unassessed,
    };
    let mut out = harmless(out);
    serde_json::to_writer_pretty(&mut out, &document)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Writes what a serializer writes, held against hidden characters in large pieces.
fn harmless(out: &mut dyn Write) -> BufWriter<inert::JsonWriter<'_>> {
    // What comes in one piece stays in one, so that no character is cut.
    BufWriter::with_capacity(PIECE, inert::JsonWriter::new(out))
}

/// What is held against hidden characters at a time.
const PIECE: usize = 32 * 1024;

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
    #[schemars(with = "Vec<ItemDocument<'static>>")]
    items: &'a Streamed<'a>,
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
    #[schemars(with = "BTreeMap<&ProbeId, ProbeSummary<'static>>")]
    probes: Named<'a>,
    /// Where the evidence lies.
    bundle: BundlePlace<'a>,
}

impl<'a> ReportDocument<'a> {
    fn of(report: &Report<'a>, items: &'a Streamed<'a>) -> Self {
        let mut counts: BTreeMap<_, _> =
            ResultKind::ALL.into_iter().map(|kind| (kind, 0)).collect();
        for item in report.results {
            *counts.entry(item.result).or_default() += 1;
        }
        Self {
            schema: REPORT_SCHEMA,
            run: &report.plan.run,
            gate: report.gate,
            score: ScoreDocument::of(report.score),
            counts,
            items,
            unassessed: report.unassessed,
            waivers: report.waivers,
            attestations: report.people.attestations,
            sign_offs: report.people.sign_offs,
            since: report
                .previous
                .map(|previous| Since::of(previous, report.results)),
            probes: Named {
                items,
                probes: &report.plan.probes,
            },
            bundle: BundlePlace {
                dir: report.bundle,
                sealed: report.sealed,
            },
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
    #[schemars(with = "Vec<VerdictDocument<'static>>")]
    verdicts: OneByOne<'a>,
    /// What was seen.
    #[schemars(with = "Vec<Fact>")]
    facts: FactByFact<'a>,
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
