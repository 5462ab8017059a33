//! A bundle shown in the wanted formats: where each goes is decided here, what it says is the
//! report's.

use super::sealed::sealed;
use super::{before, cited, signed};
use crate::args::ShowArgs;
use crate::failure::Failure;
use crate::output;
use seaworthy_bundle::{BundleError, ReadAhead, Reader, StatementKind};
use seaworthy_model::{Attestation, Gate, ItemResult, Score, SignOffState, Verdict, Waiver};
use seaworthy_people::{File, Words};
use seaworthy_report::{
    Detail, Evidence, FORMATS, Format, ItemStream, ItemSummary, Items, Options, People, Previous,
    Report, ReportError, format,
};
use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The formats that were asked for, and where each goes.
pub(crate) struct Wanted {
    outputs: Vec<(&'static Format, Place)>,
    detail: Detail,
    previous: Option<Previous>,
}

enum Place {
    Stdout,
    Exports,
    File(PathBuf),
}

impl Wanted {
    /// Reads `--format NAME[=FILE]`; without any, text on standard output.
    pub(crate) fn new(args: &ShowArgs) -> Result<Self, Failure> {
        let mut outputs = Vec::new();
        let mut stdout_taken = false;
        let default = ["text".to_owned()];
        let wanted = if args.formats.is_empty() {
            &default[..]
        } else {
            &args.formats
        };
        for text in wanted {
            let (name, file) = text
                .split_once('=')
                .map_or((text.as_str(), None), |(n, f)| (n, Some(f)));
            let Some(format) = format(name) else {
                let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
                let names = names.join(", ");
                return Err(Failure::usage(format!(
                    "there is no format `{name}`; there are {names}"
                )));
            };
            let place = match file {
                Some("") => {
                    return Err(Failure::usage(format!("--format {text} names no file")));
                }
                Some(file) => Place::File(PathBuf::from(file)),
                None if stdout_taken => Place::Exports,
                None => Place::Stdout,
            };
            stdout_taken |= matches!(place, Place::Stdout);
            outputs.push((format, place));
        }
        Ok(Self {
            outputs,
            detail: if args.all { Detail::All } else { Detail::Brief },
            previous: args.since.as_deref().map(before::named).transpose()?,
        })
    }
}

/// Renders a bundle in every wanted format.
pub(crate) fn show(reader: &Reader, folder: &Path, wanted: &Wanted) -> Result<(), Failure> {
    let sums = wanted.outputs.iter().any(|(format, _)| format.sums());
    let content = Content::read(reader, sums)?;
    let compares = wanted.outputs.iter().any(|(format, _)| format.compares);
    let chained = match &wanted.previous {
        None if compares => before::chained(reader)?,
        _ => None,
    };
    let previous = wanted.previous.as_ref().or(chained.as_ref());
    let bundle = folder.display().to_string();
    for (format, place) in &wanted.outputs {
        let options = match place {
            Place::Stdout => Options {
                color: output::wants_color(),
                width: output::width(),
                detail: wanted.detail,
            },
            Place::Exports | Place::File(_) => Options {
                detail: wanted.detail,
                ..Options::default()
            },
        };
        let evidence = cited::read(
            reader,
            &(format.cites)(&content.report(reader, &bundle, previous, &Evidence::default())),
        )?;
        let report = content.report(reader, &bundle, previous, &evidence);
        let write = |out: &mut dyn Write| format.write(&report, &Kept(reader), &options, out);
        match place {
            Place::Stdout => told(output::to_stdout(write), format)?,
            Place::File(path) => told(output::to_file(path, write), format)?,
            Place::Exports => {
                let path = folder.join("exports").join(format.file);
                told(output::to_file(&path, write), format)?;
                output::complain(&format!("wrote {}\n", path.display()));
            }
        }
    }
    Ok(())
}

/// Why a report could not be written, for the command line.
fn told(written: Result<(), ReportError>, format: &Format) -> Result<(), Failure> {
    written.map_err(|error| {
        if matches!(error, ReportError::Item(_) | ReportError::Write(_)) {
            Failure::io(error.to_string())
        } else {
            Failure::internal(format!("{}: {error}", format.name))
        }
    })
}

/// The items as the bundle keeps them, read one at a time.
struct Kept<'a>(&'a Reader);

impl Items for Kept<'_> {
    fn stream(&self) -> Result<Box<dyn ItemStream<'_> + '_>, ReportError> {
        let stream = self.0.result_stream().map_err(unread)?;
        Ok(Box::new(KeptStream(ReadAhead::new(stream))))
    }
}

/// Where reading them stands.
struct KeptStream(ReadAhead);

impl<'a> ItemStream<'a> for KeptStream {
    fn next_item(&mut self) -> Result<Option<Cow<'a, ItemResult>>, ReportError> {
        let item = self.0.next_result().map_err(unread)?;
        Ok(item.map(Cow::Owned))
    }

    fn next_verdict(&mut self) -> Result<Option<Cow<'a, Verdict>>, ReportError> {
        let verdict = self.0.next_verdict().map_err(unread)?;
        Ok(verdict.map(Cow::Owned))
    }
}

fn unread(error: BundleError) -> ReportError {
    ReportError::Item(Box::new(error))
}

/// The statements of people that the run kept, admitted as it admitted them.
fn words(reader: &Reader) -> Result<Words, Failure> {
    let mut files = Vec::new();
    for kind in [StatementKind::Attestation, StatementKind::Waiver] {
        let kept = reader.statements(kind)?.into_iter();
        files.extend(kept.map(|(name, bytes)| File { name, bytes }));
    }
    Ok(seaworthy_people::admit(reader.plan(), files))
}

/// The bytes of `SHA256SUMS`, where the bundle is sealed.
fn sealed_sums(reader: &Reader) -> Result<Option<Vec<u8>>, Failure> {
    if !reader.is_sealed() {
        return Ok(None);
    }
    let path = reader.dir().join("SHA256SUMS");
    let bytes = std::fs::read(&path);
    bytes
        .map(Some)
        .map_err(|error| Failure::io(format!("failed to read {}: {error}", path.display())))
}

/// The results in the checklist's order, their verdicts summed up as they are read, or passed over.
fn results(reader: &Reader, sums: bool) -> Result<Vec<ItemSummary>, BundleError> {
    let mut results = Vec::new();
    let mut stream = reader.result_stream()?;
    while let Some(item) = stream.next_result()? {
        results.push(if sums {
            ItemSummary::of(item, || stream.next_verdict())?
        } else {
            ItemSummary::of(item, || Ok::<_, BundleError>(None))?
        });
    }
    Ok(results)
}

/// What a report is made of, read back from disk.
struct Content {
    checklist: Vec<u8>,
    results: Vec<ItemSummary>,
    unassessed: Vec<seaworthy_model::Unassessed>,
    sums: Option<Vec<u8>>,
    attestations: Vec<Attestation>,
    waivers: Vec<Waiver>,
    sign_offs: Vec<SignOffState>,
    gate: Gate,
    score: Score,
}

impl Content {
    fn read(reader: &Reader, sums: bool) -> Result<Self, Failure> {
        let (gate, score) = sealed(reader)?;
        // They were written as they came; a report tells them in an order of its own.
        let mut unassessed = reader.unassessed()?;
        unassessed.sort();
        let words = words(reader)?;
        Ok(Self {
            checklist: reader.checklist_source()?,
            results: results(reader, sums)?,
            unassessed,
            sums: sealed_sums(reader)?,
            attestations: words.attestations(),
            waivers: words.waivers(),
            sign_offs: signed::beside(reader, &gate)?,
            gate,
            score,
        })
    }

    fn report<'a>(
        &'a self,
        reader: &'a Reader,
        bundle: &'a str,
        previous: Option<&'a Previous>,
        evidence: &'a Evidence,
    ) -> Report<'a> {
        Report {
            plan: reader.plan(),
            checklist: &self.checklist,
            results: &self.results,
            score: &self.score,
            gate: &self.gate,
            waivers: &reader.run().waivers,
            unassessed: &self.unassessed,
            people: People {
                attestations: &self.attestations,
                waivers: &self.waivers,
                sign_offs: &self.sign_offs,
            },
            previous,
            evidence,
            sums: self.sums.as_deref(),
            bundle,
            sealed: reader.is_sealed(),
        }
    }
}
