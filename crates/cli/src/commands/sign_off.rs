//! `seaworthy sign-off`: a person signs a sealed run, by the digest of its `SHA256SUMS`.

use super::sealed::sealed;
use super::terms;
use crate::args::Sources;
use crate::failure::Failure;
use crate::people::{KeyArgs, load_private, now, speaker, write_new};
use crate::{exit, output, setup};
use clap::Args;
use seaworthy_bundle::Reader;
use seaworthy_model::{Decision, Plan, role_slug};
use seaworthy_people::{SignOffWord, seal_sign_off, sign_off_name};
use seaworthy_yaml::suggest;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct SignOffArgs {
    /// The sealed run: runs/run-…
    run: PathBuf,
    /// The role in which you sign, as in the checklist's sign-off
    #[arg(long)]
    role: String,
    /// Who you are [default: the name that the configuration gives your key]
    #[arg(long)]
    by: Option<String>,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    sources: Sources,
}

/// Writes a sign-off into the team's folder, and beside the run.
pub(crate) fn run(args: &SignOffArgs) -> Result<u8, Failure> {
    let made_at = now();
    let registry = setup::registry();
    let config = setup::config(&args.sources, &registry, None)?;
    let people = &config.people;
    // Nobody should sign what was changed.
    let reader = terms::unchanged(&args.run)?;
    let plan = reader.plan();
    let role = due_role(plan, &args.role)?;
    let key = load_private(&args.key)?;
    let by = speaker::name(people, &key, args.by.as_deref(), made_at)?;
    let slug = speaker::role(people, plan, &key, role)?;
    let decision = decision(&reader)?;
    let word = SignOffWord {
        run: plan.run.id.clone(),
        service: plan.run.service.clone(),
        environment: plan.run.environment.clone(),
        release: plan.run.release.clone(),
        phase: plan.run.phase,
        role: slug.clone(),
        by,
        decision,
        made_at,
    };
    let digest = reader.digest()?;
    let envelope = seal_sign_off(&word, &digest, &key)
        .map_err(|error| Failure::internal(error.to_string()))?;
    let json = envelope.to_json();
    let path = people.write_new(&sign_off_name(&word.run, &slug), &json)?;
    // Beside the run too, so that whoever is handed the run has all of it.
    let beside = reader
        .dir()
        .join("signoffs")
        .join(format!("{slug}.dsse.json"));
    if beside.symlink_metadata().is_err() {
        write_new(&beside, &json)?;
    }
    output::print(format!("{}\n", path.display()).as_bytes())?;
    output::complain(&format!(
        "{} signs off the run {} as {role}; its technical gate is {decision}\n",
        word.by, word.run
    ));
    Ok(exit::READY)
}

fn decision(reader: &Reader) -> Result<Decision, Failure> {
    sealed(reader).map(|(gate, _)| gate.decision)
}

/// The role as the run's checklist has it.
fn due_role<'p>(plan: &'p Plan, role: &str) -> Result<&'p str, Failure> {
    let slug = role_slug(role);
    let roles: Vec<&str> = speaker::sign_off_roles(plan).collect();
    if let Some(found) = roles.iter().find(|known| role_slug(known) == slug) {
        return Ok(found);
    }
    if roles.is_empty() {
        return Err(Failure::usage(
            "the checklist of that run asks for no sign-off",
        ));
    }
    let slugs: Vec<String> = roles.iter().map(|role| role_slug(role)).collect();
    let near = suggest(&slug, slugs.iter().map(String::as_str)).map_or_else(
        || format!("there are {}", slugs.join(", ")),
        |near| format!("did you mean {near}?"),
    );
    Err(Failure::usage(format!(
        "the checklist of that run asks for no sign-off by the role `{role}`; {near}"
    )))
}
