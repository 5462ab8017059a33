//! A repository on GitHub, over its REST API: what binds its branch, how the changes of a release
//! were reviewed, what guards its environments, what its checks say, and whether a freeze was kept.
//!
//! `client` is all that speaks; each look asks and hands in its facts; `facts.rs` has their types.
//! Only GET requests are sent. What the token may not see is unknown, never absent.

mod api;
mod checks;
mod client;
mod desk;
mod environments;
mod facts;
mod freeze;
mod ground;
mod protection;
mod purpose;
mod release;
mod remote;
mod target;

pub use remote::github_repository;
pub(crate) use target::target_kind;

use client::Client;
use desk::{Desk, ID};
use facts::{
    BranchProtection, CHANGE, CHECKS, Change, CodeFreeze, CommitChecks, DeploymentEnvironments,
    ENVIRONMENTS, FREEZE, HostedRepository, PROTECTION, RANGE, REPOSITORY, ReleaseRange,
};
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, Trouble, fact_schema};
use seaworthy_model::{FactSchema, ReasonCode, Target};
use target::Spec;

/// Asks GitHub about a repository.
pub(crate) struct GitHub;

impl Collector for GitHub {
    fn id(&self) -> &'static str {
        ID
    }

    fn target_kind(&self) -> &'static str {
        target::KIND
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![
            fact_schema::<HostedRepository>(REPOSITORY),
            fact_schema::<BranchProtection>(PROTECTION),
            fact_schema::<DeploymentEnvironments>(ENVIRONMENTS),
            fact_schema::<ReleaseRange>(RANGE),
            fact_schema::<Change>(CHANGE),
            fact_schema::<CommitChecks>(CHECKS),
            fact_schema::<CodeFreeze>(FREEZE),
        ]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        Spec::of(target).map_or_else(Vec::new, |spec| described(&spec))
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let desk = Desk {
                target,
                context,
                sink,
            };
            if let Err(trouble) = look(&desk).await {
                let all = [
                    REPOSITORY,
                    PROTECTION,
                    ENVIRONMENTS,
                    RANGE,
                    CHANGE,
                    CHECKS,
                    FREEZE,
                ];
                desk.hole(&all, trouble);
            }
        })
    }
}

async fn look(desk: &Desk<'_>) -> Result<(), Trouble> {
    let spec = Spec::of(desk.target).ok_or_else(|| {
        let what = "the target is not what a `github` target is".to_owned();
        Trouble::new(ReasonCode::CollectorFailed, what)
    })?;
    let client = Client::new(&spec, desk.context, desk.sink)?;
    let ground = ground::look(desk, &client, &spec).await?;
    tokio::join!(
        protection::look(desk, &client, &ground, &spec),
        environments::look(desk, &client, &ground),
        release::look(desk, &client, &ground, &spec),
        freeze::look(desk, &client, &ground, &spec),
    );
    Ok(())
}

/// What is asked, and the right that each question needs of a fine-grained token.
fn described(spec: &Spec) -> Vec<String> {
    let base = spec.base().map(|base| base.to_string()).unwrap_or_default();
    let repository = &spec.repository;
    let branch = spec.branch.as_deref().unwrap_or("{default branch}");
    let freeze = spec
        .freeze
        .as_ref()
        .map(|_| ("activity?ref=…".to_owned(), "Contents"));
    let asked = [
        (String::new(), "Metadata"),
        (format!("branches/{branch}"), "Contents"),
        (format!("branches/{branch}/protection"), "Administration"),
        (format!("rules/branches/{branch}"), "Metadata"),
        ("rulesets and rulesets/{id}".to_owned(), "Metadata"),
        (
            "environments and their deployment-branch-policies".to_owned(),
            "Actions",
        ),
        ("releases, tags, commits/{ref}".to_owned(), "Contents"),
        ("compare/{previous}...{release}".to_owned(), "Contents"),
        (
            "commits/{sha}/pulls of each commit between".to_owned(),
            "Pull requests",
        ),
        (
            "pulls/{number}, its reviews and commits, of each".to_owned(),
            "Pull requests",
        ),
        ("commits/{sha}/check-runs".to_owned(), "Checks"),
        ("commits/{sha}/status".to_owned(), "Commit statuses"),
    ];
    let mut lines: Vec<String> = asked
        .into_iter()
        .chain(freeze)
        .map(|(path, right)| {
            let path = format!("{base}repos/{repository}/{path}");
            format!("GET {} ({right}: read)", path.trim_end_matches('/'))
        })
        .collect();
    if let Some(checkout) = &spec.checkout {
        lines.push(format!(
            "read {checkout}/.github/workflows: what the required checks run"
        ));
    }
    lines.push(match &spec.token {
        Some(reference) => format!("with the token of {reference}; nothing is written"),
        None => "without a token: only what is public is seen".to_owned(),
    });
    lines
}
