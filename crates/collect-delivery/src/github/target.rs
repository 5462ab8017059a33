//! The target kind `github`: a repository on github.com or on a GitHub Enterprise Server, and what
//! is released from it.

use super::purpose::Purpose;
use jiff::Timestamp;
use schemars::JsonSchema;
use seaworthy_collect::{SecretRef, TargetKind, Trouble, schema_of};
use seaworthy_model::{ReasonCode, Target};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use url::{Host, Url};

/// The kind of target.
pub(super) const KIND: &str = "github";

/// The address of the REST API of github.com.
const PUBLIC_API: &str = "https://api.github.com";

/// A code freeze.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Freeze {
    /// The instant at which it begins, RFC 3339 (`2026-11-27T00:00:00Z`), or `env:NAME`.
    pub(super) from: String,
    /// The instant at which it ends, written alike; it lasts until the run without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<String>,
}

/// A repository on GitHub.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Spec {
    /// The repository, `owner/name`.
    pub(super) repository: String,
    /// The address of the REST API; `https://api.github.com` without it, and
    /// `https://HOST/api/v3` for a GitHub Enterprise Server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) api: Option<String>,
    /// The token, as a reference: `env:NAME` or `file:PATH`. Without it only what is public is seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<String>,
    /// A PEM file with the only roots to trust, instead of the platform's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ca_file: Option<String>,
    /// The branch that releases are made from; the repository's default branch without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) branch: Option<String>,
    /// What is released: a commit, a tag, a branch, or `env:NAME`; the head of the branch without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) release: Option<String>,
    /// The release before it: a tag, a commit, or `env:NAME`; the latest one that the release
    /// follows without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) previous: Option<String>,
    /// Further branches into which a reviewed pull request counts, besides the branch and the
    /// default branch: `develop`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) merged_into: Vec<String>,
    /// The folder of a checkout of the repository: what a required check is for is then told by what its
    /// job runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) checkout: Option<String>,
    /// The names of the checks of each purpose, as globs. Without an entry a purpose is told by what the
    /// check's job runs, or by the words of its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) checks: BTreeMap<Purpose, Vec<String>>,
    /// The code freeze before the release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) freeze: Option<Freeze>,
}

impl Spec {
    /// Reads a target; `None` where the entry is not what [`target_kind`] checks for.
    pub(super) fn of(target: &Target) -> Option<Self> {
        Self::deserialize(&target.spec).ok()
    }

    /// The address of the API, which ends in a slash.
    pub(super) fn base(&self) -> Option<Url> {
        let text = self.api.as_deref().unwrap_or(PUBLIC_API);
        Url::parse(&format!("{}/", text.trim_end_matches('/'))).ok()
    }

    /// Owner and name.
    pub(super) fn owner_and_name(&self) -> Option<(&str, &str)> {
        self.repository.split_once('/')
    }
}

/// A value, or the one that the environment variable `env:NAME` holds.
///
/// # Errors
///
/// When the variable is not set, or is empty.
pub(super) fn resolved(text: &str) -> Result<String, Trouble> {
    let Some(name) = text.strip_prefix("env:") else {
        return Ok(text.to_owned());
    };
    match std::env::var(name) {
        Ok(value) if !value.trim().is_empty() => Ok(value.trim().to_owned()),
        _ => Err(Trouble::new(
            ReasonCode::CollectorFailed,
            format!("the environment variable {name} is not set, or empty; set it"),
        )),
    }
}

/// An instant as [`Freeze`] writes it.
///
/// # Errors
///
/// When the variable is not set, or the text is no instant.
pub(super) fn instant(text: &str) -> Result<Timestamp, Trouble> {
    let value = resolved(text)?;
    value.parse().map_err(|_| {
        Trouble::new(
            ReasonCode::Unparsed,
            format!("{value:?} is no instant; write it like 2026-11-27T00:00:00Z"),
        )
    })
}

/// The target kind.
pub(crate) fn target_kind() -> TargetKind {
    TargetKind {
        kind: KIND,
        key: KIND,
        summary: "a repository on GitHub: branch rules, reviews, environments, checks, freeze",
        schema: schema_of::<Spec>(),
        default_name: |entry| entry.get("repository")?.as_str().map(str::to_owned),
        check,
        paths: &["ca_file", "checkout"],
    }
}

fn check(entry: &Value) -> Vec<(String, String)> {
    let spec = match Spec::deserialize(entry) {
        Ok(spec) => spec,
        Err(error) => return vec![(String::new(), error.to_string())],
    };
    let mut complaints = Vec::new();
    let mut complain = |pointer: &str, what: &str| {
        complaints.push((pointer.to_owned(), what.to_owned()));
    };
    let is_name = |part: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !part.is_empty() && part != "." && part != ".." && part.chars().all(fits)
    };
    let parts = spec.owner_and_name();
    if !parts.is_some_and(|(owner, name)| is_name(owner) && is_name(name)) {
        complain("/repository", "write it as owner/name");
    }
    match spec.base() {
        Some(base) if base.host_str() == Some("github.com") => complain(
            "/api",
            "this is the site; the API of github.com is https://api.github.com, which is the default",
        ),
        Some(base) if base.scheme() == "https" || is_loopback(&base) => {
            if !base.username().is_empty() || base.password().is_some() || base.query().is_some() {
                complain(
                    "/api",
                    "write only the address; the token goes under `token`",
                );
            }
        }
        _ => complain("/api", "write it as https://HOST/api/v3"),
    }
    if let Some(token) = &spec.token
        && SecretRef::parse(token).is_none()
    {
        complain(
            "/token",
            "a token is written as a reference: env:NAME or file:PATH",
        );
    }
    if let Some(freeze) = &spec.freeze {
        for (pointer, text) in [
            ("/freeze/from", Some(&freeze.from)),
            ("/freeze/until", freeze.until.as_ref()),
        ] {
            if let Some(text) = text
                && !text.starts_with("env:")
                && let Err(trouble) = instant(text)
            {
                complain(pointer, &trouble.detail);
            }
        }
    }
    for (purpose, patterns) in &spec.checks {
        for pattern in patterns {
            if let Err(error) = globset::Glob::new(pattern) {
                complain(&format!("/checks/{}", purpose.name()), &error.to_string());
            }
        }
    }
    complaints
}

/// Whether an address is on this machine, where plain HTTP shows the token to nobody else.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use serde_json::json;

    #[test]
    fn what_a_schema_cannot_say() {
        for (entry, pointer) in [
            (json!({"repository": "shop"}), "/repository"),
            (json!({"repository": "octo/../x"}), "/repository"),
            (json!({"repository": "octo/.."}), "/repository"),
            (
                json!({"repository": "octo/shop", "api": "https://github.com"}),
                "/api",
            ),
            (
                json!({"repository": "octo/shop", "api": "http://ghe.example.com"}),
                "/api",
            ),
            (
                json!({"repository": "octo/shop", "api": "https://u:p@ghe.example.com"}),
                "/api",
            ),
            (
                json!({"repository": "octo/shop", "token": "ghp_0123"}),
                "/token",
            ),
            (
                json!({"repository": "octo/shop", "freeze": {"from": "tomorrow"}}),
                "/freeze/from",
            ),
            (
                json!({"repository": "octo/shop", "checks": {"test": ["a{"]}}),
                "/checks/test",
            ),
        ] {
            let found = check(&entry);
            assert_eq!(found.len(), 1, "{entry}: {found:?}");
            assert_eq!(found[0].0, pointer, "{entry}");
            assert!(!found[0].1.contains("ghp_"), "the token is repeated");
        }
        for entry in [
            json!({"repository": "octo/shop"}),
            json!({"repository": "octo/shop", "api": "https://ghe.example.com/api/v3/", "token": "env:T"}),
            json!({"repository": "octo/shop", "api": "http://127.0.0.1:8080"}),
            json!({"repository": "octo/shop", "freeze": {"from": "2026-11-27T00:00:00Z", "until": "env:END"}}),
        ] {
            assert_eq!(check(&entry), [], "{entry}");
        }
    }
}
