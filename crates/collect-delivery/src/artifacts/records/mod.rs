//! Records of restorations and backups: a date, an outcome, and what was compared.

mod read;

use super::broken::Broken;
use super::draft::Draft;
use super::format::Format;
use super::group::{self, ReportFact};
use super::input::Input;
use super::release::Origin;
use super::target::Group;
use jiff::Timestamp;
use schemars::JsonSchema;
use seaworthy_collect::fact_schema;
use seaworthy_model::FactSchema;
use serde::Serialize;

/// The kind of subject.
pub(crate) const SUBJECT: &str = "record";

/// One restoration, backup or copy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Entry {
    /// What was restored, backed up or copied: `orders-db`.
    pub(crate) of: String,
    /// When it ended (RFC 3339, UTC).
    #[schemars(extend("x-volatile" = true))]
    pub(crate) at: String,
    /// It went well, by what the record says.
    pub(crate) succeeded: bool,
    /// How many row counts or checksums were compared with the original.
    pub(crate) checks: i64,
    /// The names of those that differ.
    pub(crate) differing: Vec<String>,
    /// It is encrypted; absent where the record does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encrypted: Option<bool>,
    /// Where it lies: a region, an account, a bucket; absent where the record does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<String>,
}

/// The restorations or backups of one role; of each thing the newest.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Record {
    /// `restore-database`, or `backup/orders` for a service's own.
    #[serde(rename = "ref")]
    reference: String,
    /// `restore-database`, `restore-secrets`, `restore-configuration`, `backup` or `backup-copy`.
    role: String,
    /// The service, where the configuration tells them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    /// Every record that was opened.
    reports: Vec<ReportFact>,
    /// True: every record was read to its end and is new enough. Unknown otherwise, never false.
    #[serde(default)]
    complete: bool,
    /// What the records tell of.
    entries: Vec<Entry>,
    /// How old the oldest of them is, in whole hours; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    age_hours: Option<i64>,
}

/// The subjects of this kind.
pub(crate) fn schema() -> FactSchema {
    fact_schema::<Record>(SUBJECT)
}

/// Reads the records of `group`.
pub(crate) fn look(group: &Group, as_of: Timestamp) -> Draft {
    let read = group::read(group, as_of, read_report);
    let entries: Vec<Entry> = read.good.into_iter().flatten().collect();
    let nothing = "nothing seen: the records tell of nothing".to_owned();
    let why = read
        .holes
        .into_iter()
        .next()
        .or_else(|| entries.is_empty().then_some(nothing));
    let oldest = entries
        .iter()
        .filter_map(|entry| super::release::instant(&entry.at))
        .min();
    let fact = Record {
        reference: group.name(),
        role: group.role.name(),
        service: group.service.clone(),
        reports: read.reports,
        complete: true,
        entries,
        age_hours: oldest.map(|at| as_of.duration_since(at).as_hours()),
    };
    Draft::new(&fact, &["complete"], why.as_ref())
}

/// Reads one record.
pub(crate) fn read_report(
    format: Format,
    input: &mut Input,
    entries: &mut Vec<Entry>,
    origin: &mut Origin,
) -> Result<(), Broken> {
    match format {
        Format::Record => read::own(input, entries, origin),
        Format::PgBackRest => read::pgbackrest(input, entries, origin),
        Format::Velero => read::velero(input, entries, origin),
        other => Err(Broken::unparsed(
            None,
            format!("it is {}, which is no record", other.name()),
        )),
    }
}
