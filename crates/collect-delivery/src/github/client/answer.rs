//! What an answer is worth: good, or refused with a reason.

use super::wire::Raw;
use super::{evidence, limits};
use seaworthy_collect::Trouble;
use seaworthy_model::{ArtifactRef, Attempt, ReasonCode};
use serde_json::Value;

/// How a fact was come by: gathered over all that was asked for it.
#[derive(Debug, Default)]
pub(in crate::github) struct Trail {
    /// What was asked for, in order.
    pub(in crate::github) addresses: Vec<String>,
    pub(in crate::github) attempts: Vec<Attempt>,
    pub(in crate::github) artifacts: Vec<ArtifactRef>,
    /// A request was answered by a redirect: the repository has another name now.
    pub(in crate::github) redirected: bool,
}

/// A good answer.
pub(super) struct Answer {
    pub(super) value: Value,
    /// The address of the next page.
    pub(super) next: Option<String>,
}

/// No good answer.
#[derive(Debug)]
pub(in crate::github) struct Refusal {
    /// The status, where an answer came.
    pub(in crate::github) status: Option<u16>,
    /// GitHub's own words.
    pub(in crate::github) said: String,
    /// The whole story.
    pub(in crate::github) trouble: Trouble,
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        Self {
            status: None,
            said: String::new(),
            trouble,
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        refusal.trouble
    }
}

/// An answer with what follows of it.
pub(super) struct Judged {
    /// The JSON that came.
    pub(super) value: Option<Value>,
    pub(super) refusal: Option<Refusal>,
    /// Why nothing more may be asked.
    pub(super) limit: Option<Trouble>,
}

/// Judges an answer; `before` is the one that a 304 stands for.
pub(super) fn judge(shown: &str, raw: &Raw, before: Option<Value>, token: Option<&str>) -> Judged {
    let json = is_json(raw).then(|| serde_json::from_slice::<Value>(&raw.body));
    let value = json
        .as_ref()
        .and_then(|parsed| parsed.as_ref().ok())
        .cloned();
    let said = words(value.as_ref(), token);
    let limit = limits::reached(raw.status, &raw.headers, &said);
    let refuse = |reason: ReasonCode, what: String| {
        Some(Refusal {
            status: Some(raw.status),
            said: said.clone(),
            trouble: Trouble::new(reason, format!("GET {shown}: {what}")),
        })
    };
    let refusal = match (raw.status, json) {
        (200, Some(Ok(_))) => None,
        (200, Some(Err(error))) => refuse(ReasonCode::Unparsed, format!("no JSON: {error}")),
        (200, None) => {
            let kind = raw.headers.get("content-type");
            let kind = kind
                .and_then(|kind| kind.to_str().ok())
                .unwrap_or("nothing");
            let kind: String = kind.chars().take(80).collect();
            refuse(
                ReasonCode::Unparsed,
                format!("application/json is wanted, {kind} came; is it the API's address?"),
            )
        }
        (304, _) if before.is_some() => {
            return Judged {
                value: before,
                refusal: None,
                limit,
            };
        }
        (status, _) => {
            let (reason, hint) = meaning(status);
            let story = limit.as_ref().map_or(hint, |limit| limit.detail.as_str());
            refuse(reason, format!("answered {status} {said:?}; {story}"))
        }
    };
    Judged {
        value,
        refusal,
        limit,
    }
}

fn meaning(status: u16) -> (ReasonCode, &'static str) {
    match status {
        401 => (
            ReasonCode::Denied,
            "the token is not accepted: it is wrong, expired or revoked",
        ),
        403 => (
            ReasonCode::Denied,
            "the token has no right to it; docs/github.md lists the rights",
        ),
        404 => (
            ReasonCode::Denied,
            "it is not there, or the token has no right to see it, which GitHub does not tell apart",
        ),
        429 => (ReasonCode::Denied, "too many requests"),
        500.. => (
            ReasonCode::CollectorFailed,
            "the server failed; sweep again",
        ),
        _ => (ReasonCode::CollectorFailed, "200 is wanted"),
    }
}

fn is_json(raw: &Raw) -> bool {
    let kind = raw
        .headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// GitHub's own words of a refusal, shortened.
fn words(value: Option<&Value>, token: Option<&str>) -> String {
    let said = value
        .and_then(|value| value.get("message"))
        .and_then(Value::as_str);
    let said = evidence::without(said.unwrap_or_default(), token);
    said.chars().take(200).collect()
}
