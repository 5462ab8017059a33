//! The health endpoint: whether it answers, how fast, and whether a cache could answer for it.

use super::client::{Ask, Client};
use super::facts::Health;
use super::head::Fields;
use super::leaks::blocked;
use seaworthy_collect::{Trouble, redact_url};
use seaworthy_model::ReasonCode;

/// Asks the health endpoint at `path`.
///
/// # Errors
///
/// When nothing answers, or a guard in front does.
pub(crate) async fn look(client: &Client<'_>, path: &str) -> Result<Health, Trouble> {
    let url = client.endpoint.url.join(path).map_err(|error| {
        Trouble::new(
            ReasonCode::CollectorFailed,
            format!("failed to read the health path {path:?}: {error}"),
        )
    })?;
    let told = client.ask(&Ask::get(&url)).await?;
    let status = told.answer.status;
    if let Some(why) = blocked(status, told.fields()) {
        let story = format!("{}: {why}", client.shown(&url));
        return Err(Trouble::new(ReasonCode::Denied, story));
    }
    Ok(Health {
        url: redact_url(url.as_str()),
        status: i64::from(status),
        ok: (200..300).contains(&status),
        millis: told.millis,
        cached: cached(told.fields()),
        cacheable: cacheable(told.fields()),
    })
}

fn cached(fields: &Fields) -> bool {
    let age = fields
        .first("age")
        .and_then(|age| age.trim().parse::<u64>().ok());
    let hit = |name| {
        fields
            .list(name)
            .any(|value| value.to_ascii_lowercase().contains("hit"))
    };
    age.is_some_and(|age| age > 0) || hit("x-cache") || hit("cf-cache-status")
}

/// Whether the answer invites caches (RFC 9111 §5.2); without a word of its own it is hardly
/// ever kept.
fn cacheable(fields: &Fields) -> bool {
    let directives: Vec<String> = fields
        .list("cache-control")
        .map(str::to_ascii_lowercase)
        .collect();
    let says = |name: &str| directives.iter().any(|directive| directive == name);
    if says("no-store") || says("no-cache") || says("private") {
        return false;
    }
    let lifetime = |name: &str| {
        directives.iter().find_map(|directive| {
            let (own, value) = directive.split_once('=')?;
            (own.trim() == name).then(|| value.trim().trim_matches('"').parse::<u64>().ok())?
        })
    };
    match lifetime("s-maxage").or_else(|| lifetime("max-age")) {
        Some(seconds) => seconds > 0,
        None => says("public") || says("immutable"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, cacheable, cached};

    #[test]
    fn what_caches_are_told() {
        for (control, wanted) in [
            ("", false),
            ("no-store", false),
            ("max-age=60", true),
            ("max-age=0, must-revalidate", false),
            ("Public", true),
            ("private, max-age=60", false),
            ("max-age=0, s-maxage=60", true),
            ("max-age=abc", false),
        ] {
            let mut fields = Fields::default();
            fields.push("Cache-Control", control);
            assert_eq!(cacheable(&fields), wanted, "{control}");
        }
    }

    #[test]
    fn what_came_from_a_cache() {
        for (name, value, wanted) in [
            ("Age", "5", true),
            ("Age", "0", false),
            ("X-Cache", "Hit from cloudfront", true),
            ("X-Cache", "MISS", false),
            ("Server", "hit", false),
        ] {
            let mut fields = Fields::default();
            fields.push(name, value);
            assert_eq!(cached(&fields), wanted, "{name}: {value}");
        }
    }
}
