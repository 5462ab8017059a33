//! `seaworthy attest`: a person vouches for an item, in a signed file of the team's folder.

use super::sweep::Prepared;
use crate::args::{RunArgs, Sources};
use crate::failure::Failure;
use crate::people::{KeyArgs, People, load_private, now, speaker, until};
use crate::{exit, output, setup};
use clap::Args;
use seaworthy_model::{
    AttestRule, Claim, Digest, DocumentRule, ItemId, ItemKind, Phase, Plan, PlannedItem,
};
use seaworthy_people::{AttestationWord, DocumentRef, attestation_name, seal_attestation};
use seaworthy_yaml::suggest;
use std::path::{Component, Path, PathBuf};

#[derive(Args, Debug)]
pub(crate) struct AttestArgs {
    /// The item's id, as `seaworthy bind --all` lists it
    item: String,
    /// The role in which you speak, for example security-lead
    #[arg(long)]
    role: String,
    /// Who you are [default: the name that the configuration gives your key]
    #[arg(long)]
    by: Option<String>,
    /// What you vouch for; with --not-applicable, why the item does not apply
    #[arg(long, value_name = "TEXT")]
    statement: String,
    /// The document behind it, such as a report; its digest is signed
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
    /// The release that it is for [default: the configuration's]
    #[arg(long)]
    release: Option<String>,
    /// When it ends: an instant, a date (from 00:00 UTC on) or days, such as 90d
    #[arg(long, value_name = "TIME")]
    until: String,
    /// The item does not apply, for the reason in the statement
    #[arg(long)]
    not_applicable: bool,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    sources: Sources,
    /// The checklist, Markdown [default: that of the configuration, else the built-in one]
    #[arg(long, value_name = "FILE")]
    checklist: Option<PathBuf>,
}

/// Writes a signed attestation.
pub(crate) fn run(args: &AttestArgs) -> Result<u8, Failure> {
    let made_at = now();
    let until = until(&args.until, made_at)?;
    let prepared = prepared(&args.sources, args.checklist.clone(), args.release.clone())?;
    let (plan, people) = (&prepared.plan, &prepared.config.people);
    let item = leaf(plan, &args.item)?;
    if args.statement.trim().is_empty() {
        return Err(Failure::usage(
            "--statement is empty: say what you vouch for",
        ));
    }
    if plan.run.release.is_empty() {
        return Err(Failure::usage(
            "an attestation is for one release: give --release, or state it in the configuration",
        ));
    }
    let key = load_private(&args.key)?;
    let by = speaker::name(people, &key, args.by.as_deref(), made_at)?;
    let role = speaker::role(people, plan, &key, &args.role)?;
    if let Some(rule) = item.rule.as_ref().and_then(|rule| rule.attest.as_ref()) {
        enough(rule, &role, args.document.is_some())?;
    }
    let document = args.document.as_deref();
    let document = document
        .map(|path| document_ref(people, path))
        .transpose()?;
    let word = AttestationWord {
        service: plan.run.service.clone(),
        item: item.item.id.clone(),
        claim: if args.not_applicable {
            Claim::NotApplicable
        } else {
            Claim::Done
        },
        role,
        by,
        statement: args.statement.clone(),
        document,
        release: plan.run.release.clone(),
        made_at,
        until,
    };
    let envelope =
        seal_attestation(&word, &key).map_err(|error| Failure::internal(error.to_string()))?;
    let name = attestation_name(&word.item, &word.role, &word.release);
    let path = people.write_new(&name, &envelope.to_json())?;
    output::print(format!("{}\n", path.display()).as_bytes())?;
    output::complain(&format!(
        "{} attests {} for {} until {until}; commit the file\n",
        word.by, word.item, word.release
    ));
    Ok(exit::READY)
}

/// The plan of the team's checklist, as a sweep of the first phase would make it.
pub(super) fn prepared(
    sources: &Sources,
    checklist: Option<PathBuf>,
    release: Option<String>,
) -> Result<Prepared, Failure> {
    Prepared::new(&RunArgs {
        checklist,
        sources: sources.clone(),
        phase: Phase::PreDeployment,
        release,
        as_of: None,
        only: Vec::new(),
        skip: Vec::new(),
    })
}

/// The item that a person can speak for.
pub(super) fn leaf<'p>(plan: &'p Plan, id: &str) -> Result<&'p PlannedItem, Failure> {
    let leaves = || {
        let items = plan.items.iter();
        items.filter(|planned| planned.item.kind == ItemKind::Leaf)
    };
    match plan.item(&ItemId::from(id)) {
        Some(planned) if planned.item.kind == ItemKind::Leaf => Ok(planned),
        Some(planned) if planned.item.kind == ItemKind::SignOff => Err(Failure::usage(format!(
            "{id} is a sign-off: `seaworthy sign-off RUN --role …` signs a sealed run"
        ))),
        Some(_) => {
            let below: Vec<_> = leaves()
                .map(|planned| planned.item.id.as_str())
                .filter(|leaf| seaworthy_engine::is_below(leaf, id))
                .collect();
            Err(Failure::usage(format!(
                "{id} is a group; its items are decided one by one: {}",
                below.join(", ")
            )))
        }
        None => {
            let near = suggest(id, leaves().map(|planned| planned.item.id.as_str()));
            let near = near.map_or_else(
                || "; `seaworthy bind --all` lists the items".to_owned(),
                |near| format!("; did you mean {near}?"),
            );
            Err(Failure::usage(format!(
                "the checklist has no item `{id}`{near}"
            )))
        }
    }
}

/// What the item's binding asks must be there, or the attestation would never count.
fn enough(rule: &AttestRule, role: &str, document: bool) -> Result<(), Failure> {
    if let Some(asked) = rule.role.as_deref()
        && seaworthy_model::role_slug(asked) != role
    {
        return Err(Failure::usage(format!(
            "the item asks for the role {asked}, and you speak as {role}"
        )));
    }
    if rule.document == DocumentRule::Required && !document {
        return Err(Failure::usage(
            "the item asks for a document: give --document FILE",
        ));
    }
    Ok(())
}

/// A document by its digest. One below the configuration's folder is compared by every sweep.
fn document_ref(people: &People, path: &Path) -> Result<DocumentRef, Failure> {
    let bytes = setup::read(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(DocumentRef {
        name: name.into_owned(),
        path: below(&people.base, path),
        digest: Digest::of(&bytes),
    })
}

/// The path of a file below `base`, with `/` between its parts.
fn below(base: &Path, path: &Path) -> Option<String> {
    let base = if base.as_os_str().is_empty() {
        Path::new(".")
    } else {
        base
    };
    let (base, path) = (base.canonicalize().ok()?, path.canonicalize().ok()?);
    let inside = path.strip_prefix(&base).ok()?;
    let parts = inside.components().map(|part| match part {
        Component::Normal(name) => name.to_str(),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => {
            None
        }
    });
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}
