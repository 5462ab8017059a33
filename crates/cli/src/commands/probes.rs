//! `seaworthy probes list|explain|test`.

mod index;

pub(crate) use index::Index;

use crate::args::{PlainFormat, ProbesCommand, Sources};
use crate::failure::Failure;
use crate::{exit, output, setup};
use seaworthy_catalog::{Cases, Catalog, Explanation, Loaded, explain, run_cases};
use seaworthy_model::ProbeId;
use std::fmt::Write as _;
use std::path::Path;

/// Runs one of the three.
pub(crate) fn run(command: &ProbesCommand) -> Result<u8, Failure> {
    match command {
        ProbesCommand::List { sources, format } => list(sources, *format),
        ProbesCommand::Explain { probe, sources } => explained(probe, sources),
        ProbesCommand::Test {
            folder,
            config,
            matrix,
        } => test(folder.as_deref(), config.as_deref(), *matrix),
    }
}

/// The built-in probes are listed from their generated index: compiling them all to print their
/// titles would cost most of the time that the command takes. With packs of the team's own the
/// probes themselves are read, and checked.
fn list(sources: &Sources, format: PlainFormat) -> Result<u8, Failure> {
    let (registry, config) = setup::start(sources, None)?;
    let packs = [sources.probes.as_slice(), &config.probes].concat();
    let index = if packs.is_empty() {
        index::built_in()?
    } else {
        Index::of(&setup::catalog(&packs, &registry)?)
    };
    let shown = match format {
        PlainFormat::Json => index.json()?,
        PlainFormat::Text => index.text(),
    };
    output::print(shown.as_bytes())?;
    Ok(exit::READY)
}

fn explained(probe: &str, sources: &Sources) -> Result<u8, Failure> {
    let (registry, config) = setup::start(sources, None)?;
    let mut files = setup::built_in_probes();
    for pack in sources.probes.iter().chain(&config.probes) {
        files.extend(setup::pack(pack)?);
    }
    let schemas = registry.schemas();
    let Loaded {
        catalog,
        diagnostics,
    } = Catalog::load(&files, &schemas);
    let (cases, _) = Cases::load(&files, &catalog, &schemas);
    let id = ProbeId(probe.to_owned());
    let Some(explanation) = explain(&catalog, &cases, &id) else {
        // A probe that does not load is explained by what is wrong with it.
        let of_probe = |diagnostic: &&seaworthy_yaml::Diagnostic| diagnostic.file.contains(probe);
        let wrong: Vec<_> = diagnostics.iter().filter(of_probe).cloned().collect();
        if !wrong.is_empty() {
            return Err(Failure::diagnostics(&wrong));
        }
        let near = catalog
            .suggest(probe)
            .map(|near| format!("; did you mean `{near}`?"));
        let near = near.unwrap_or_default();
        return Err(Failure::usage(format!("there is no probe `{probe}`{near}")));
    };
    output::print(shown(&explanation).as_bytes())?;
    Ok(exit::READY)
}

fn shown(explanation: &Explanation<'_>) -> String {
    let spec = explanation.probe;
    let mut text = format!("{}\n{}\n\n", spec.id, spec.title);
    let _ = writeln!(
        text,
        "Why\n  {}\n\nFix\n  {}\n",
        indented(&spec.why),
        indented(&spec.fix)
    );
    let _ = writeln!(text, "Judges each {}", spec.subject);
    if let Some(applies) = &spec.where_ {
        let _ = writeln!(text, "  where   {}", applies.trim());
    }
    for assertion in &spec.assertions {
        let _ = writeln!(
            text,
            "  assert  {}\n          else: {}",
            assertion.that.trim(),
            assertion.message
        );
    }
    if !spec.params.is_empty() {
        text.push_str("\nParameters\n");
        for (name, param) in &spec.params {
            let default = param
                .default
                .as_ref()
                .map_or("required".to_owned(), |value| format!("default {value}"));
            let what = param.description.as_deref().unwrap_or_default();
            let _ = writeln!(text, "  {name}  ({default})  {what}");
        }
    }
    text.push_str("\nReads\n");
    for read in &explanation.reads {
        let _ = writeln!(
            text,
            "  {}  {}",
            read.path,
            read.description.as_deref().unwrap_or_default()
        );
    }
    if !spec.controls.is_empty() {
        let _ = writeln!(text, "\nControls\n  {}", spec.controls.join("\n  "));
    }
    if !spec.references.is_empty() {
        let _ = writeln!(text, "\nReferences\n  {}", spec.references.join("\n  "));
    }
    text.push_str("\nCases\n");
    for case in &explanation.cases {
        let _ = writeln!(text, "  {:<14} {}", case.expect, case.name);
    }
    text
}

fn indented(text: &str) -> String {
    text.trim().replace('\n', "\n  ")
}

fn test(folder: Option<&Path>, config: Option<&Path>, matrix: bool) -> Result<u8, Failure> {
    let registry = match config {
        Some(config) => {
            let sources = Sources {
                config: Some(config.to_owned()),
                ..Sources::default()
            };
            setup::start(&sources, None)?.0
        }
        None => setup::registry(),
    };
    let schemas = registry.schemas();
    let files = match folder {
        Some(folder) => setup::pack(folder)?,
        None => setup::built_in_probes(),
    };
    let Loaded {
        catalog,
        mut diagnostics,
    } = Catalog::load(&files, &schemas);
    let (cases, more) = Cases::load(&files, &catalog, &schemas);
    diagnostics.extend(more);
    if catalog.is_empty() && diagnostics.is_empty() {
        let place = folder.map_or("this build".to_owned(), |folder| {
            folder.display().to_string()
        });
        return Err(Failure::config(format!(
            "no <family>/<name>/probe.yaml in {place}; `cargo xtask new-probe` lays one out"
        )));
    }
    let report = run_cases(&catalog, &cases);
    let mut text = if matrix {
        format!("{}\n", report.matrix)
    } else {
        String::new()
    };
    let _ = writeln!(
        text,
        "{} probes, {} cases: {} as expected, {} otherwise",
        catalog.len(),
        report.ran,
        report.ran.saturating_sub(report.failures.len()),
        report.failures.len()
    );
    output::print(text.as_bytes())?;
    if !diagnostics.is_empty() {
        return Err(Failure::diagnostics(&diagnostics));
    }
    for failure in &report.failures {
        output::complain(&format!("{failure}\n"));
    }
    Ok(if report.failures.is_empty() {
        exit::READY
    } else {
        exit::NOT_READY
    })
}
