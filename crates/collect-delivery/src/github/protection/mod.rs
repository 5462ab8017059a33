//! What binds the branch: classic protection and rulesets, asked for and taken together.
//!
//! `classic.rs` and `rules.rs` read each source into what it demands; this file adds them up. A
//! source that could not be seen leaves unknown whatever the other one does not settle.

mod classic;
mod rules;

use super::api::{Branch, Protection, Rule, Ruleset};
use super::client::{Client, Refusal, Trail};
use super::desk::{Desk, Unknown, why};
use super::facts::{BranchProtection, Bypass, PROTECTION, RequiredCheck};
use super::ground::{Ground, says};
use super::purpose::{Purpose, purposes};
use super::target::Spec;
use crate::workflows::Jobs;
use std::collections::{BTreeMap, BTreeSet};

/// What one source of rules demands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Demands {
    /// Name and app of each required check, with the source.
    checks: BTreeSet<(String, Option<i64>, String)>,
    approvals: i64,
    /// The switches that are on, by the name of the fact's field.
    on: BTreeSet<&'static str>,
    bypass: BTreeSet<Bypass>,
}

/// A source as far as it could be seen.
#[derive(Clone, Debug)]
enum Seen {
    /// All of it.
    Whole(Demands),
    /// Only the checks that it requires; the rest is unknown for the reason.
    ChecksOnly(Demands, String),
    /// Nothing, for the reason.
    Nothing(String),
}

/// Looks at the rules of the branch and hands them in.
pub(super) async fn look(desk: &Desk<'_>, client: &Client<'_>, ground: &Ground, spec: &Spec) {
    let mut trail = Trail::default();
    let branch = &ground.branch;
    let url = ground.url(client, &["branches", &branch.name, "protection"], &[]);
    let classic: Result<Protection, Refusal> = client.get(&mut trail, &url).await;
    let has_classic = match &classic {
        Ok(_) => Ok(true),
        Err(refusal) if is_absent(refusal, branch) => Ok(false),
        Err(refusal) => Err(why(&refusal.trouble)),
    };
    let classic = seen_classic(classic, branch);
    let listed = listed_rules(&mut trail, client, ground).await;
    let (sets, hidden) = match &listed {
        Ok(rules) => rulesets(&mut trail, client, ground, rules).await,
        Err(_) => (Vec::new(), None),
    };
    let evaluated = evaluated_only(&mut trail, client, ground).await;
    let ruled = match &listed {
        Ok(rules) => Seen::Whole(rules::demands(rules, &sets)),
        Err(why) => Seen::Nothing(why.clone()),
    };
    let mut unknown = Unknown::new();
    let jobs = jobs(spec).await;
    let told = Told {
        own: &spec.checks,
        jobs: jobs.as_ref().ok(),
    };
    let mut fact = combined(&[classic, ruled], &told, &mut unknown);
    if let Err(why) = &jobs {
        unknown.insert("required_checks".to_owned(), why.clone());
    }
    fact.reference = format!("{} {}", ground.name, branch.name);
    fact.branch.clone_from(&branch.name);
    let mut known = |field: &str, problem: Option<String>| {
        if let Some(problem) = problem {
            unknown.insert(field.to_owned(), problem);
        }
    };
    match has_classic {
        Ok(has) => fact.classic = has,
        Err(problem) => known("classic", Some(problem)),
    }
    match listed {
        Ok(rules) => fact.rulesets = rules::names(&rules, &sets),
        Err(problem) => known("rulesets", Some(problem)),
    }
    known("bypass", hidden);
    match evaluated {
        Ok(names) => fact.evaluated_only = names,
        Err(problem) => known("evaluated_only", Some(problem)),
    }
    let name = fact.reference.clone();
    desk.fact(client, (PROTECTION, &name), &fact, unknown, trail);
}

/// Classic protection is not there: GitHub says so itself, or the branch is not protected at all.
fn is_absent(refusal: &Refusal, branch: &Branch) -> bool {
    says(refusal, 404, "Branch not protected")
        || (matches!(refusal.status, Some(403 | 404)) && !branch.protected)
}

fn seen_classic(answer: Result<Protection, Refusal>, branch: &Branch) -> Seen {
    match answer {
        Ok(protection) => Seen::Whole(classic::demands(&protection)),
        Err(refusal) if is_absent(&refusal, branch) => Seen::Whole(Demands::default()),
        // Without the right to administer, the branch itself still tells of its checks.
        Err(refusal) => match &branch.protection {
            Some(summary) if matches!(refusal.status, Some(403 | 404)) => {
                Seen::ChecksOnly(classic::summary(summary), why(&refusal.trouble))
            }
            _ => Seen::Nothing(why(&refusal.trouble)),
        },
    }
}

async fn listed_rules(
    trail: &mut Trail,
    client: &Client<'_>,
    ground: &Ground,
) -> Result<Vec<Rule>, String> {
    let segments = ["rules", "branches", &ground.branch.name];
    let url = ground.url(client, &segments, &[("per_page", "100")]);
    let rules = client.list(trail, &url, None).await;
    rules.map_err(|refusal: Refusal| why(&refusal.trouble))
}

/// The rulesets of these rules, and why it is not known who may pass by them.
async fn rulesets(
    trail: &mut Trail,
    client: &Client<'_>,
    ground: &Ground,
    rules: &[Rule],
) -> (Vec<Ruleset>, Option<String>) {
    let (mut sets, mut hidden) = (Vec::new(), None);
    let ids: BTreeSet<Option<i64>> = rules.iter().map(|rule| rule.ruleset_id).collect();
    for id in ids {
        let Some(id) = id else {
            hidden.get_or_insert_with(|| "not understood: a rule names no ruleset".to_owned());
            continue;
        };
        let url = ground.url(client, &["rulesets", &id.to_string()], &[]);
        match client.get::<Ruleset>(trail, &url).await {
            Ok(set) => {
                if set.bypass_actors.is_none() {
                    let why = format!(
                        "denied: who may bypass the ruleset {:?} is shown only to who may change it",
                        set.name
                    );
                    hidden.get_or_insert(why);
                }
                sets.push(set);
            }
            Err(refusal) => drop(hidden.get_or_insert(why(&refusal.trouble))),
        }
    }
    (sets, hidden)
}

async fn evaluated_only(
    trail: &mut Trail,
    client: &Client<'_>,
    ground: &Ground,
) -> Result<Vec<String>, String> {
    let query = [
        ("includes_parents", "true"),
        ("targets", "branch"),
        ("per_page", "100"),
    ];
    let url = ground.url(client, &["rulesets"], &query);
    let sets: Result<Vec<Ruleset>, Refusal> = client.list(trail, &url, None).await;
    let sets = sets.map_err(|refusal| why(&refusal.trouble))?;
    let names: BTreeSet<String> = sets
        .into_iter()
        .filter(|set| set.enforcement == "evaluate")
        .map(|set| set.name)
        .collect();
    Ok(names.into_iter().collect())
}

/// What tells the purpose of a check besides its name.
struct Told<'t> {
    own: &'t BTreeMap<Purpose, Vec<String>>,
    jobs: Option<&'t Jobs>,
}

/// The app that reports the checks of GitHub Actions.
const ACTIONS: i64 = 15_368;

impl Told<'_> {
    fn check(&self, (name, app_id, source): (String, Option<i64>, String)) -> RequiredCheck {
        let by_actions = app_id.is_none_or(|id| id == ACTIONS);
        let job = self
            .jobs
            .filter(|_| by_actions)
            .and_then(|jobs| jobs.named(&name));
        RequiredCheck {
            purposes: if name.starts_with(rules::CODE_SCANNING) {
                vec![Purpose::Security.name().to_owned()]
            } else {
                purposes(&name, self.own, job.as_ref())
            },
            job: job.map(|runs| runs.place),
            name,
            source,
            app_id,
        }
    }
}

/// The jobs of the checkout that the configuration names; none where it names none.
async fn jobs(spec: &Spec) -> Result<Jobs, String> {
    let Some(checkout) = spec.checkout.clone() else {
        return Ok(Jobs::default());
    };
    let reading = tokio::task::spawn_blocking(move || {
        let root = std::path::PathBuf::from(&checkout);
        if !root.is_dir() {
            return Err(format!("the checkout {checkout} is no folder"));
        }
        Jobs::of(&root)
    });
    reading.await.unwrap_or_else(|error| Err(error.to_string()))
}

/// Both sources together: the strictest counts.
fn combined(sources: &[Seen], told: &Told<'_>, unknown: &mut Unknown) -> BranchProtection {
    let mut all = Demands::default();
    let (mut no_checks, mut no_rest) = (None, None);
    for source in sources {
        let seen = match source {
            Seen::Whole(seen) => seen,
            Seen::ChecksOnly(seen, reason) => {
                no_rest = Some(reason);
                seen
            }
            Seen::Nothing(reason) => {
                (no_checks, no_rest) = (Some(reason), Some(reason));
                continue;
            }
        };
        all.checks.extend(seen.checks.iter().cloned());
        all.approvals = all.approvals.max(seen.approvals);
        all.on.extend(&seen.on);
        all.bypass.extend(seen.bypass.iter().cloned());
    }
    if let Some(reason) = no_checks {
        unknown.insert("required_checks".to_owned(), reason.clone());
    }
    if let Some(reason) = no_rest {
        for field in ["required_approvals", "bypass"] {
            unknown.insert(field.to_owned(), reason.clone());
        }
        // What one source switches on, no other one switches off.
        for field in SWITCHES.iter().filter(|field| !all.on.contains(*field)) {
            unknown.insert((*field).to_owned(), reason.clone());
        }
    }
    fact(all, told)
}

/// The fields that are on or off.
const SWITCHES: [&str; 12] = [
    "strict",
    "pull_request_required",
    "dismisses_stale_approvals",
    "code_owner_review",
    "last_push_approval",
    "conversations_resolved",
    "signatures_required",
    "linear_history",
    "force_push_blocked",
    "deletion_blocked",
    "merge_queue",
    "locked",
];

fn fact(all: Demands, told: &Told<'_>) -> BranchProtection {
    let on = |field: &str| all.on.contains(field);
    BranchProtection {
        strict: on("strict"),
        pull_request_required: on("pull_request_required"),
        required_approvals: all.approvals,
        dismisses_stale_approvals: on("dismisses_stale_approvals"),
        code_owner_review: on("code_owner_review"),
        last_push_approval: on("last_push_approval"),
        conversations_resolved: on("conversations_resolved"),
        signatures_required: on("signatures_required"),
        linear_history: on("linear_history"),
        force_push_blocked: on("force_push_blocked"),
        deletion_blocked: on("deletion_blocked"),
        merge_queue: on("merge_queue"),
        locked: on("locked"),
        required_checks: all.checks.into_iter().map(|one| told.check(one)).collect(),
        bypass: all.bypass.into_iter().collect(),
        ..BranchProtection::default()
    }
}
