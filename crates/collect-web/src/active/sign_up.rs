//! A sign-up with weak passwords: whether each is refused, and in which words.
//!
//! A sign-up is refused for many reasons. Only an answer with the words that the entry expects of a
//! refused password says that it was the password; who accepts one has made an account.

use super::jar::{Jar, hidden_fields};
use super::pace::Pace;
use super::{form, shown};
use crate::exchange::ask::Ask;
use crate::look::{At, Look, Visit};
use crate::target::{Endpoint, SignUpSpec};
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use serde::Serialize;
use std::collections::BTreeMap;

/// The subject kind.
const KIND: &str = "weak_sign_up";

/// What is tried: what is weak about it, and the password.
const WEAK: [(&str, &str); 3] = [
    ("7 characters", "aB3$xyZ"),
    ("letters of one case", "seaworthyweak"),
    ("a password of every list", "password"),
];

/// Sign-ups with weak passwords.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignUps;

impl Look for SignUps {
    const ID: &'static str = "web/sign-up";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = Some("active");
    const AT: At = At::First;
    type Fact = WeakSignUp;

    fn wanted(endpoint: &Endpoint) -> bool {
        spec(endpoint).is_some()
    }

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let spec = spec(endpoint).into_iter();
        spec.map(|spec| {
            format!(
                "GET {0}, then POST it {1} times with a weak password each, at one address: a service that takes one makes an account",
                shown(endpoint, &spec.path),
                WEAK.len()
            )
        })
        .collect()
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            match spec(visit.endpoint) {
                Some(spec) => look(visit, spec).await,
                None => Ok(()),
            }
        })
    }
}

fn spec(endpoint: &Endpoint) -> Option<&SignUpSpec> {
    endpoint.spec.active.as_ref()?.sign_up.as_ref()
}

/// What a sign-up made of weak passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct WeakSignUp {
    /// The URL, values of the query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// What is weak about the passwords that were refused in the expected words, sorted.
    pub(crate) refused: Vec<String>,
    /// The same of those that were taken: a success or a redirect, without those words. Unknown
    /// where an answer was neither and none was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accepted: Option<Vec<String>>,
}

/// # Errors
///
/// When the service does not answer.
async fn look(visit: &Visit<'_>, spec: &SignUpSpec) -> Result<(), Trouble> {
    let url = visit.url(&spec.path)?;
    let client = visit.keeping_client().await?;
    let mut found = WeakSignUp {
        url: redact_url(url.as_str()),
        address: visit.address.to_string(),
        ..WeakSignUp::default()
    };
    let told = client.ask(&Ask::get(&url)).await?;
    let mut jar = Jar::default();
    jar.take(told.fields());
    let mut fields = if spec.json {
        BTreeMap::new()
    } else {
        hidden_fields(&told.answer.body)
    };
    fields.extend(spec.fields.clone());
    let (mut accepted, mut doubt) = (Vec::new(), None);
    let mut pace = Pace::new(1);
    for (what, password) in WEAK {
        pace.turn().await;
        fields.insert(spec.password_field.clone(), password.to_owned());
        let mut ask = form(&url, &fields, spec.json);
        ask.headers.extend(jar.header());
        ask.headers
            .push(("origin", url.origin().ascii_serialization()));
        let told = client.ask(&ask).await?;
        let status = told.answer.status;
        let told_so = String::from_utf8_lossy(&told.answer.body).contains(&spec.refusal);
        match status {
            200..500 if told_so && status != 429 => found.refused.push(what.to_owned()),
            200..400 => accepted.push(what.to_owned()),
            _ => {
                let why = format!(
                    "nothing seen: {} answered with status {status} and without the words {:?}, so that it may have refused something else",
                    client.shown(&url),
                    spec.refusal
                );
                doubt = doubt.or(Some(why));
            }
        }
    }
    found.refused.sort();
    accepted.sort();
    let mut unknown = BTreeMap::new();
    match doubt {
        Some(why) if accepted.is_empty() => {
            unknown.insert("accepted".to_owned(), why);
        }
        Some(_) | None => found.accepted = Some(accepted),
    }
    visit
        .leave(&client, &url, &found, unknown, &["-X POST"])
        .await
}
