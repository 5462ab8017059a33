//! The names within a run's folder, and the limits that writer and reader share.

use seaworthy_model::FactCite;

pub(crate) const CONTENT: &str = "content";
pub(crate) const RUN: &str = "content/run.json";
pub(crate) const CHECKLIST: &str = "content/checklist.md";
pub(crate) const PLAN: &str = "content/plan.json";
pub(crate) const TARGETS: &str = "content/targets.jsonl";
pub(crate) const UNASSESSED: &str = "content/unassessed.jsonl";
pub(crate) const FACTS: &str = "content/facts";
pub(crate) const RESULTS: &str = "content/results";
pub(crate) const BLOBS: &str = "content/blobs/sha256";
/// The secret from which the salts of the commitments are derived.
pub(crate) const SALT_KEY: &str = "content/commitments/salt.key";
pub(crate) const ATTESTATIONS: &str = "content/attestations";
pub(crate) const WAIVERS: &str = "content/waivers";
pub(crate) const SUMS: &str = "SHA256SUMS";
/// The DSSE envelope with an in-toto statement about `SHA256SUMS`.
pub(crate) const ENVELOPE: &str = "run.dsse.json";
/// The same bytes' standing as an in-toto test result.
pub(crate) const TEST_RESULT: &str = "run.test-result.dsse.json";
/// The detached signature over `SHA256SUMS`.
pub(crate) const SIGNATURE: &str = "run.sig";
/// The envelope once more, as a Sigstore bundle; only where it was asked for.
pub(crate) const SIGSTORE: &str = "run.sigstore.json";
/// A time stamp of `SHA256SUMS`: the whole answer of an authority (RFC 3161).
pub(crate) const TIME_STAMP: &str = "run.tsr";
pub(crate) const EXPORTS: &str = "exports";
/// Where a file is written before it is renamed into its place. It lies outside `content/`, so
/// that what a crash leaves there is no evidence.
pub(crate) const PARTIAL: &str = ".partial";

/// The files that every bundle has, shards and blobs aside.
pub(crate) const FIXED: [&str; 6] = [RUN, CHECKLIST, PLAN, TARGETS, UNASSESSED, SALT_KEY];
/// The folders that every bundle has.
pub(crate) const FOLDERS: [&str; 8] = [
    CONTENT,
    FACTS,
    RESULTS,
    "content/blobs",
    BLOBS,
    "content/commitments",
    LISTS[0],
    LISTS[1],
];
/// The folders of the lists of commitments.
pub(crate) const LISTS: [&str; 2] = ["content/commitments/facts", "content/commitments/results"];

/// The statements of people that a bundle keeps: signed files, by the digest of their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// `content/attestations/`
    Attestation,
    /// `content/waivers/`
    Waiver,
}

impl StatementKind {
    pub(crate) const ALL: [Self; 2] = [Self::Attestation, Self::Waiver];

    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Attestation => ATTESTATIONS,
            Self::Waiver => WAIVERS,
        }
    }
}

/// The digest in a statement's file name; none for a name that the writer does not give.
pub(crate) fn statement_digest(name: &str) -> Option<&str> {
    name.strip_suffix(".dsse.json")
        .filter(|hex| is_hex_digest(hex))
}

/// The two kinds of record that are kept in shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShardKind {
    Facts,
    Results,
}

impl ShardKind {
    pub(crate) const ALL: [Self; 2] = [Self::Facts, Self::Results];

    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Facts => FACTS,
            Self::Results => RESULTS,
        }
    }

    /// The path of a shard within the run's folder.
    pub(crate) fn path(self, shard: u32) -> String {
        match self {
            Self::Facts => FactCite { shard, line: 1 }.path(),
            Self::Results => format!("{RESULTS}/{shard:02}.jsonl.gz"),
        }
    }

    /// The path of the list of a shard's commitments.
    pub(crate) fn list_path(self, shard: u32) -> String {
        let folder = self.folder().replacen(CONTENT, "content/commitments", 1);
        format!("{folder}/{shard:02}.txt.gz")
    }

    /// Whether `path` is that of a list of commitments of this kind.
    pub(crate) fn is_list(self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        let number = name.strip_suffix(".txt.gz").and_then(|n| n.parse().ok());
        number.is_some_and(|number| self.list_path(number) == path)
    }

    /// The number of a shard by its file name; none for a name that the writer does not give.
    pub(crate) fn number(self, name: &str) -> Option<u32> {
        let number = name.strip_suffix(".jsonl.gz")?.parse().ok()?;
        (self.path(number).strip_prefix(self.folder())?.get(1..)? == name).then_some(number)
    }

    pub(crate) const fn line_limit(self, limits: &Limits) -> u64 {
        match self {
            Self::Facts => limits.fact_line,
            // An item's result carries a verdict for each subject.
            Self::Results => limits.result_line,
        }
    }
}

/// How large the parts of a bundle may be, in bytes once uncompressed. The writer refuses more,
/// so a reader that meets more has met no bundle of ours (a gzip bomb, for one).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// One fact, or one thing that could not be read.
    pub fact_line: u64,
    /// One item's result with all its verdicts, which are written and read one after the other.
    pub result_line: u64,
    /// A line that is read as a whole, as a comparison of two runs does.
    pub whole_line: u64,
    /// All facts, or all results.
    pub total: u64,
    /// `plan.json`, `run.json` and `checklist.md`, each.
    pub document: u64,
    /// One blob.
    pub blob: u64,
    /// A shard is closed when it holds so many bytes; the last line may go beyond.
    pub shard: u64,
    /// A shard is closed when it holds so many lines.
    pub shard_lines: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fact_line: 16 << 20,
            result_line: 4 << 30,
            whole_line: 256 << 20,
            total: 16 << 30,
            document: 512 << 20,
            blob: 256 << 20,
            shard: 8 << 20,
            shard_lines: 10_000,
        }
    }
}

/// Whether `name` is the 64 lower-case hex digits of a SHA-256.
pub(crate) fn is_hex_digest(name: &str) -> bool {
    name.len() == 64
        && name
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_known_by_the_one_name_that_the_writer_gives() {
        for number in [0, 7, 99, 100, 4_000_000_000] {
            let path = ShardKind::Facts.path(number);
            let name = path.rsplit('/').next().unwrap();
            assert_eq!(ShardKind::Facts.number(name), Some(number));
        }
        for name in ["0.jsonl.gz", "000.jsonl.gz", "+1.jsonl.gz", "01.jsonl", "x"] {
            assert_eq!(ShardKind::Results.number(name), None, "{name}");
        }
    }
}
