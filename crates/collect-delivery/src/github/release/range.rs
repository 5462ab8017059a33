//! The two ends of a release, and every commit between them.
//! <https://docs.github.com/en/rest/commits/commits#compare-two-commits>

use super::super::api::{Commit, Name, Release, Sha};
use super::super::client::{Client, Refusal, Trail};
use super::super::ground::Ground;
use super::super::target::{Spec, resolved};
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use serde_json::Value;

/// How many earlier releases are tried before one must be named.
const MOST_CANDIDATES: usize = 10;

/// Both ends of a release and what lies between.
pub(super) struct Range {
    pub(super) previous: String,
    pub(super) previous_commit: String,
    pub(super) commit: String,
    pub(super) follows: bool,
    pub(super) commits: Vec<Commit>,
}

/// The commit that is released.
pub(super) async fn released(
    trail: &mut Trail,
    client: &Client<'_>,
    ground: &Ground,
    spec: &Spec,
) -> Result<String, Trouble> {
    match &spec.release {
        None => Ok(ground.branch.commit.sha.clone()),
        Some(named) => commit(trail, client, ground, &resolved(named)?).await,
    }
}

/// The commit that a tag, a branch or a hash names.
async fn commit(
    trail: &mut Trail,
    client: &Client<'_>,
    ground: &Ground,
    name: &str,
) -> Result<String, Trouble> {
    let url = ground.url(client, &["commits", name], &[]);
    let found: Sha = client.get(trail, &url).await?;
    Ok(found.sha)
}

/// The release that ends at `head`.
///
/// # Errors
///
/// When an end cannot be found, or a commit between them not be seen; and when there is nothing
/// between them.
pub(super) async fn look(
    trail: &mut Trail,
    client: &Client<'_>,
    ground: &Ground,
    spec: &Spec,
    head: &str,
) -> Result<Range, Trouble> {
    if let Some(named) = &spec.previous {
        let named = resolved(named)?;
        let base = commit(trail, client, ground, &named).await?;
        return compare(trail, client, ground, (&named, &base), head).await;
    }
    let mut tried = 0;
    for tag in candidates(trail, client, ground).await? {
        let base = commit(trail, client, ground, &format!("tags/{tag}")).await?;
        // The tag of this very release; and one of another line, which this one does not follow.
        if base == head {
            continue;
        }
        let url = comparison(client, ground, &base, head, "1");
        let first: Value = client.get(trail, &url).await?;
        if first.get("status").and_then(Value::as_str) == Some("ahead") {
            return compare(trail, client, ground, (&tag, &base), head).await;
        }
        tried += 1;
        if tried == MOST_CANDIDATES {
            break;
        }
    }
    Err(Trouble::new(
        ReasonCode::NoSubject,
        format!(
            "no earlier release that {} follows was found in {}; name it under `previous` (a tag or a commit)",
            head.get(..12).unwrap_or(head),
            ground.name
        ),
    ))
}

/// The tags of earlier releases, the latest first: of releases, else of tags that are versions.
async fn candidates(
    trail: &mut Trail,
    client: &Client<'_>,
    ground: &Ground,
) -> Result<Vec<String>, Trouble> {
    let query = [("per_page", "100")];
    let url = ground.url(client, &["releases"], &query);
    // The first page holds the latest hundred.
    let releases: Vec<Release> = client.get(trail, &url).await?;
    let releases = releases
        .into_iter()
        .filter(|release| !release.draft && !release.prerelease);
    let releases: Vec<String> = releases.map(|release| release.tag_name).collect();
    if !releases.is_empty() {
        return Ok(releases);
    }
    let url = ground.url(client, &["tags"], &query);
    let tags: Vec<Name> = client.list(trail, &url, None).await?;
    let mut versions: Vec<(Vec<u64>, String)> = tags
        .into_iter()
        .filter_map(|tag| Some((version(&tag.name)?, tag.name)))
        .collect();
    versions.sort();
    Ok(versions.into_iter().rev().map(|(_, tag)| tag).collect())
}

/// The numbers of `v1.2.3`; none of a pre-release, or of what is no version.
fn version(tag: &str) -> Option<Vec<u64>> {
    let text = tag.strip_prefix('v').unwrap_or(tag);
    let text = text.split('+').next().unwrap_or(text);
    let numbers: Option<Vec<u64>> = text.split('.').map(|part| part.parse().ok()).collect();
    numbers.filter(|numbers| numbers.len() >= 2)
}

fn comparison(
    client: &Client<'_>,
    ground: &Ground,
    base: &str,
    head: &str,
    per_page: &str,
) -> url::Url {
    let ends = format!("{base}...{head}");
    ground.url(client, &["compare", &ends], &[("per_page", per_page)])
}

async fn compare(
    trail: &mut Trail,
    client: &Client<'_>,
    ground: &Ground,
    (previous, base): (&str, &str),
    head: &str,
) -> Result<Range, Trouble> {
    let url = comparison(client, ground, base, head, "100");
    let pages = client
        .pages::<Commit>(trail, &url, Some("commits"), |_| false)
        .await
        .map_err(|refusal: Refusal| refusal.trouble)?;
    let field = |name: &str| pages.first.get(name);
    let wrong = |what: &str| {
        let what = format!("GET {}: {what}", client.shown(&url));
        Trouble::new(ReasonCode::Unparsed, what)
    };
    if field("total_commits").and_then(Value::as_u64).is_none() {
        return Err(wrong("another shape than documented: no total of commits"));
    }
    let follows = match field("status").and_then(Value::as_str) {
        Some("ahead") => true,
        Some("diverged") => false,
        Some("identical" | "behind") => {
            let what =
                format!("{previous} holds all of the release already: there is nothing to look at");
            return Err(Trouble::new(ReasonCode::NoSubject, what));
        }
        _ => return Err(wrong("another shape than documented: no status")),
    };
    if pages.entries.is_empty() {
        return Err(wrong("it is ahead by no commit"));
    }
    Ok(Range {
        previous: previous.to_owned(),
        previous_commit: base.to_owned(),
        commit: head.to_owned(),
        follows,
        commits: pages.entries,
    })
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_and_other_tags() {
        assert_eq!(version("v1.10.0"), Some(vec![1, 10, 0]));
        assert_eq!(version("1.2+build"), Some(vec![1, 2]));
        assert!(version("v1.9.0") < version("v1.10.0"));
        for tag in ["v1.2.0-rc.1", "nightly", "v1", "", "1..2"] {
            assert_eq!(version(tag), None, "{tag}");
        }
    }
}
