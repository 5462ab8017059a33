//! What came onto the branch in a code freeze, by GitHub's own clock.
//!
//! The activity of the branch is read back until something older than the freeze is seen; only then
//! is it known that nothing is missing, and only if its newest entry is the branch as it stands.
//! <https://docs.github.com/en/rest/repos/repos#list-repository-activities>

use super::api::{Activity, Branch};
use super::client::{Client, Refusal, Trail};
use super::desk::{Desk, Unknown, why};
use super::facts::{BranchMove, CodeFreeze, FREEZE};
use super::ground::Ground;
use super::target::{Spec, instant};
use jiff::Timestamp;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;

/// The most moves that a fact lists.
const MOST_MOVES: usize = 50;

/// A span of time.
struct Span {
    from: Timestamp,
    until: Option<Timestamp>,
}

/// Looks at the freeze that the configuration names and hands it in. Without one it is handed in as
/// unknown, so that an item over it says what to do.
pub(super) async fn look(desk: &Desk<'_>, client: &Client<'_>, ground: &Ground, spec: &Spec) {
    let mut fact = CodeFreeze {
        reference: format!("{} {}", ground.name, ground.branch.name),
        branch: ground.branch.name.clone(),
        from: String::new(),
        until: None,
        moves: Vec::new(),
    };
    let (mut unknown, mut trail) = (Unknown::new(), Trail::default());
    match span(spec, desk.context.as_of) {
        Err(trouble) => {
            for field in ["from", "moves"] {
                unknown.insert(field.to_owned(), why(&trouble));
            }
        }
        Ok(span) => {
            fact.from = span.from.to_string();
            fact.until = span.until.map(|until| until.to_string());
            match moves(&mut trail, client, ground, &span).await {
                Ok(moves) => fact.moves = moves,
                Err(trouble) => drop(unknown.insert("moves".to_owned(), why(&trouble))),
            }
        }
    }
    let name = fact.reference.clone();
    desk.fact(client, (FREEZE, &name), &fact, unknown, trail);
}

fn span(spec: &Spec, as_of: Timestamp) -> Result<Span, Trouble> {
    let nothing = |what: String| Trouble::new(ReasonCode::NoSubject, what);
    let freeze = spec.freeze.as_ref().ok_or_else(|| {
        nothing("the configuration names no freeze; give `freeze: { from: … }`".to_owned())
    })?;
    let from = instant(&freeze.from)?;
    let until = freeze.until.as_deref().map(instant).transpose()?;
    if from > as_of {
        return Err(nothing(format!(
            "the freeze begins at {from}, after this run"
        )));
    }
    if until.is_some_and(|until| until <= from) {
        return Err(nothing(format!(
            "the freeze ends before it begins, at {from}"
        )));
    }
    Ok(Span { from, until })
}

async fn moves(
    trail: &mut Trail,
    client: &Client<'_>,
    ground: &Ground,
    span: &Span,
) -> Result<Vec<BranchMove>, Trouble> {
    let name = &ground.branch.name;
    let full = format!("refs/heads/{name}");
    let query = [
        ("ref", full.as_str()),
        ("direction", "desc"),
        ("per_page", "100"),
    ];
    let url = ground.url(client, &["activity"], &query);
    let is_older = |entry: &Activity| instant(&entry.timestamp).is_ok_and(|at| at <= span.from);
    let listed = client.pages(trail, &url, None, is_older).await;
    let entries = listed.map_err(|refusal: Refusal| refusal.trouble)?.entries;
    // Asked again: a merge between the two questions would be in neither.
    let branch: Branch = client
        .get(trail, &ground.branch_url)
        .await
        .map_err(|refusal: Refusal| refusal.trouble)?;
    let head = &branch.commit.sha;
    let newest = entries.first().map(|entry| &entry.after);
    if newest != Some(head) || *head != ground.branch.commit.sha {
        let what = format!(
            "the activity of {name} does not end at its head {head}: it is not all there, or the branch moved in between"
        );
        return Err(Trouble::new(ReasonCode::Unparsed, what));
    }
    let begins = |entry: &Activity| is_older(entry) || entry.activity_type == "branch_creation";
    if !entries.iter().any(begins) {
        let what = format!(
            "the activity of {name} does not reach back to {}; what came before its oldest entry is not known",
            span.from
        );
        return Err(Trouble::new(ReasonCode::NoSubject, what));
    }
    within(&entries, span)
}

/// The moves in the span, the latest first.
fn within(entries: &[Activity], span: &Span) -> Result<Vec<BranchMove>, Trouble> {
    let mut moves = Vec::new();
    for entry in entries {
        let at = instant(&entry.timestamp)?;
        let in_time = at > span.from && span.until.is_none_or(|until| at < until);
        // A branch that is cut from another one brings nothing by that.
        if in_time && entry.activity_type != "branch_creation" && moves.len() < MOST_MOVES {
            let actor = entry.actor.as_ref();
            moves.push(BranchMove {
                at: at.to_string(),
                how: entry.activity_type.clone(),
                by: actor.map_or_else(|| "ghost".to_owned(), |actor| actor.login.clone()),
                commit: entry.after.clone(),
            });
        }
    }
    Ok(moves)
}
