//! The looking of `seaworthy probe …`: one target made from the command line, asked by the same
//! collectors as in a sweep, or a fact read from a file.

use super::args::{Common, What};
use super::reach::readable;
use super::target::target_of;
use crate::commands;
use crate::failure::Failure;
use crate::setup;
use jiff::Timestamp;
use seaworthy_collect::{Artifact, Budgets, Context, Sink, Trouble};
use seaworthy_collect_kube::ManifestSource;
use seaworthy_collect_web::{ChainFile, HeadFile};
use seaworthy_engine::{Registry, Stop};
use seaworthy_model::{
    Fact, PLAN_SCHEMA, Plan, Policy, Request, RunInfo, Target, Terms, Unassessed,
};
use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// One target, and how to look at it.
pub(super) struct Look<'w> {
    what: &'w What,
    pub(super) target: Target,
    /// Who is asked; nobody where it was saved before, or stands on standard input.
    collector: Option<&'static str>,
}

/// Takes facts as they come.
type Take<'t> = dyn FnMut(Vec<Fact>) -> io::Result<()> + 't;

impl<'w> Look<'w> {
    /// What the command line names.
    pub(super) fn prepare(what: &'w What) -> Result<Self, Failure> {
        let (target, collector) = target_of(what)?;
        Ok(Self {
            what,
            target,
            collector,
        })
    }

    /// Looks, and hands facts to `take` as they come. What could not be read.
    pub(super) fn run(
        &self,
        registry: &Registry,
        as_of: Timestamp,
        take: &mut Take<'_>,
    ) -> Result<Vec<Unassessed>, Failure> {
        let sink = Sink::new();
        match (self.what, self.collector) {
            (what, Some(collector)) => {
                return ask(
                    registry,
                    &self.target,
                    collector,
                    as_of,
                    what.common(),
                    take,
                );
            }
            (
                What::Chain {
                    from_file,
                    server_name,
                    ca_file,
                    private_ca,
                    public_ca,
                    crl_file,
                    ocsp_file,
                    ct_log_list,
                    sct_file,
                    ..
                },
                None,
            ) => {
                let ocsp = ocsp_file.as_deref().map(setup::read).transpose()?;
                let files: Result<Vec<_>, _> = from_file
                    .iter()
                    .map(|file| file_or_standard_input(file))
                    .collect();
                let files = files?;
                let name = |file: &PathBuf| file.display().to_string();
                let sources: Vec<String> = from_file.iter().map(name).collect();
                let scts = sct_file.as_deref().map(setup::read).transpose()?;
                for file in crl_file.iter().chain(ct_log_list) {
                    readable(file)?;
                }
                let file = ChainFile {
                    files: &files,
                    server_name,
                    ca_file: ca_file.as_deref(),
                    private_ca: *private_ca,
                    public_ca: *public_ca,
                    crl_files: crl_file,
                    ocsp: ocsp.as_deref(),
                    ct_logs: ct_log_list.as_deref(),
                    scts: scts.as_deref(),
                    sources: &sources,
                };
                saved_chain(&file, as_of, &sink)?;
            }
            (
                What::Headers {
                    from_file,
                    url,
                    scheme,
                    status,
                    ..
                },
                None,
            ) => {
                let url = url.as_deref().map(web_url).transpose()?;
                let bytes = file_or_standard_input(from_file)?;
                let file = HeadFile {
                    bytes: &bytes,
                    scheme: scheme.name(),
                    url: url.as_ref(),
                    status: *status,
                    source: &from_file.display().to_string(),
                };
                saved_head(&file, as_of, &sink);
            }
            (_, None) => standard_input(&self.target.name, &sink)?,
        }
        let collected = sink.take();
        take(collected.facts).map_err(away)?;
        Ok(collected.unassessed)
    }
}

fn away(error: io::Error) -> Failure {
    Failure::io(format!("failed to put facts away: {error}"))
}

fn saved_chain(file: &ChainFile<'_>, as_of: Timestamp, sink: &Sink) -> Result<(), Failure> {
    if let Some(roots) = file.ca_file {
        readable(roots)?;
    }
    let context = Context::new(as_of, Budgets::default(), Timestamp::now);
    let own = Sink::new();
    let read = seaworthy_collect_web::chain_fact(file, &context, &own);
    for mut fact in own.take().facts {
        fact.provenance.target = file.sources.join(" ");
        sink.fact(fact);
    }
    of_file(file.sources.join(" "), "tls_endpoint", read, sink);
    Ok(())
}

fn saved_head(file: &HeadFile<'_>, as_of: Timestamp, sink: &Sink) {
    let read = seaworthy_collect_web::fact_from_head(file, as_of);
    let read = read.map(|fact| sink.fact(fact));
    of_file(file.source.to_owned(), "http_endpoint", read, sink);
}

/// A URL of the web, as `--url` names it.
fn web_url(text: &str) -> Result<Url, Failure> {
    let found = Url::parse(text).ok();
    found
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| {
            Failure::usage(format!(
                "--url wants an http:// or https:// URL, found `{text}`"
            ))
        })
}

/// The bytes of a file, `-` being standard input.
fn file_or_standard_input(file: &Path) -> Result<Vec<u8>, Failure> {
    if file.as_os_str() != "-" {
        return setup::read(file);
    }
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::io(format!("failed to read standard input: {error}")))?;
    Ok(bytes)
}

/// Why there are no facts of a file.
fn of_file(source: String, kind: &str, read: Result<(), Trouble>, sink: &Sink) {
    if let Err(trouble) = read {
        sink.unassessed(Unassessed {
            target: source,
            request: "file".to_owned(),
            kinds: vec![kind.to_owned()],
            reason: trouble.reason,
            detail: trouble.detail,
            location: None,
            attempts: trouble.attempts,
        });
    }
}

fn standard_input(target: &str, sink: &Sink) -> Result<(), Failure> {
    let bytes = file_or_standard_input(Path::new("-"))?;
    let source = ManifestSource::Text {
        name: "<stdin>".to_owned(),
        bytes,
    };
    seaworthy_collect_kube::read_manifests(&[source], target, Timestamp::now(), sink);
    Ok(())
}

/// Writes raw evidence into a folder, each file named by its digest.
fn keep(folder: Option<&Path>, artifacts: &[Artifact]) -> io::Result<()> {
    let Some(folder) = folder.filter(|_| !artifacts.is_empty()) else {
        return Ok(());
    };
    std::fs::create_dir_all(folder)?;
    for artifact in artifacts {
        let hash = artifact.digest.sha256().unwrap_or_default();
        let name: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        std::fs::write(folder.join(name), &artifact.bytes)?;
    }
    Ok(())
}

/// Asks one collector about one target, within a deadline.
fn ask(
    registry: &Registry,
    target: &Target,
    collector: &str,
    as_of: Timestamp,
    common: &Common,
    take: &mut Take<'_>,
) -> Result<Vec<Unassessed>, Failure> {
    let kind = registry
        .target_kinds()
        .iter()
        .find(|kind| kind.kind == target.kind);
    let complaints = kind
        .map(|kind| (kind.check)(&target.spec.value()))
        .unwrap_or_default();
    if let Some((field, message)) = complaints.first() {
        let field = field.trim_start_matches('/');
        return Err(Failure::usage(format!(
            "{}: {field}: {message}",
            target.name
        )));
    }
    let Some((_, kinds)) = registry
        .asking(target)
        .find(|(asked, _)| ***asked == *collector)
    else {
        let name = &target.name;
        return Err(Failure::usage(format!(
            "{name} is nothing that {collector} can look at"
        )));
    };
    let plan = Plan {
        schema: PLAN_SCHEMA.to_owned(),
        run: RunInfo::outside_a_run(as_of, env!("CARGO_PKG_VERSION")),
        policy: Policy::without_checklist(),
        score: None,
        items: Vec::new(),
        probes: BTreeMap::new(),
        requests: vec![Request {
            target: target.name.as_str().into(),
            collector: collector.into(),
            kinds: Arc::clone(kinds),
        }],
        targets: vec![target.clone()],
        terms: Terms::default(),
    };
    let deadline = Duration::from_secs(common.deadline);
    let budgets = Budgets {
        target: deadline,
        sweep: deadline,
        ..Budgets::default()
    };
    let context = Arc::new(Context::new(as_of, budgets, Timestamp::now));
    let mut unassessed = Vec::new();
    let (mut taken, mut kept) = (Ok(()), Ok(()));
    // Reading manifests is one task beside threads of its own, and waits for nothing.
    let runtime = match collector {
        "k8s/manifests" => commands::runtime_on_one_thread()?,
        _ => commands::runtime()?,
    };
    let (_handle, stop) = Stop::new();
    runtime.block_on(seaworthy_engine::collect(
        &plan,
        registry,
        context,
        stop,
        &|_| {},
        |collected| {
            unassessed.extend(collected.unassessed);
            if kept.is_ok() {
                kept = keep(common.artifacts.as_deref(), &collected.artifacts);
            }
            if taken.is_ok() {
                taken = take(collected.facts);
            }
            Ok(())
        },
    ))?;
    taken.map_err(away)?;
    kept.map_err(|error| Failure::io(format!("failed to write the evidence: {error}")))?;
    unassessed.sort();
    Ok(unassessed)
}
