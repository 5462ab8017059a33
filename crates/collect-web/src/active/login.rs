//! A login with a test account: whether the session is renewed by it, and whether wrong passwords are
//! stopped.
//!
//! A session that was there before the login must not be logged in by it: whoever planted it would be
//! in as well (session fixation). That is tried, and not guessed from names of cookies: the cookies
//! from before the login are sent to a page that only who is logged in may see.

use super::jar::{Jar, hidden_fields};
use super::pace::Pace;
use super::{form, shown};
use crate::exchange::ask::Ask;
use crate::exchange::client::{Client, Told};
use crate::look::{At, Look, Visit};
use crate::target::{Endpoint, LoginSpec};
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, SecretRef, Trouble, redact_url};
use seaworthy_model::ReasonCode;
use serde::Serialize;
use std::collections::BTreeMap;
use url::Url;

/// The subject kind.
const KIND: &str = "login_flow";

/// The most wrong passwords that are tried, whatever the entry says.
const MOST_WRONG: u32 = 20;

/// Logins a second: people are slower still.
const RATE: u32 = 5;

/// A login with a test account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Logins;

impl Look for Logins {
    const ID: &'static str = "web/login";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = Some("active");
    const AT: At = At::First;
    type Fact = LoginFlow;

    fn wanted(endpoint: &Endpoint) -> bool {
        spec(endpoint).is_some()
    }

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let Some(spec) = spec(endpoint) else {
            return Vec::new();
        };
        let (path, proof) = (shown(endpoint, &spec.path), shown(endpoint, &spec.proof));
        let mut lines = vec![format!(
            "GET and POST {path} to log in with the test account, and GET {proof} before and after, at one address"
        )];
        if let Some(wrong) = spec.wrong_passwords {
            let wrong = wrong.min(MOST_WRONG);
            lines.push(format!("POST {path} up to {wrong} times with a wrong password, at most {RATE} a second, then once with the right one: this may lock the test account"));
        }
        lines
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

fn spec(endpoint: &Endpoint) -> Option<&LoginSpec> {
    endpoint.spec.active.as_ref()?.login.as_ref()
}

/// What a login with a test account showed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct LoginFlow {
    /// The URL that takes the login, values of the query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// Whether the login came about: the page that only who is logged in may see was refused before
    /// it, and shown after it.
    pub(crate) logged_in: bool,
    /// Whether the visitor had cookies before the login.
    pub(crate) cookies_before: bool,
    /// Whether the cookies from before the login are worth nothing after it; where there were none,
    /// nobody can have planted them. Unknown without a login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session_renewed: Option<bool>,
    /// How many wrong passwords were tried.
    pub(crate) wrong_tried: i64,
    /// Whether they were stopped: by 423 or 429, or by refusing the right password after them.
    /// Absent where the entry lets none be tried; unknown where a try was not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stopped: Option<bool>,
    /// After how many they were stopped; absent where that shows only by the right password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stopped_after: Option<i64>,
}

/// A visitor who logs in.
struct Visitor<'a> {
    spec: &'a LoginSpec,
    client: &'a Client<'a>,
    at: Url,
    proof: Url,
    user: String,
    password: String,
}

/// # Errors
///
/// When a secret cannot be fetched or may not be sent, or the service does not answer.
async fn look(visit: &Visit<'_>, spec: &LoginSpec) -> Result<(), Trouble> {
    let (user, password) = (secret(&spec.user)?, secret(&spec.password)?);
    let client = visit.keeping_client().await?.guarding([password.clone()]);
    let visitor = Visitor {
        spec,
        client: &client,
        at: visit.url(&spec.path)?,
        proof: visit.url(&spec.proof)?,
        user,
        password,
    };
    let mut found = LoginFlow {
        url: redact_url(visitor.at.as_str()),
        address: visit.address.to_string(),
        ..LoginFlow::default()
    };
    let mut unknown = BTreeMap::new();
    let (before, after) = visitor.log_in(&visitor.password).await?;
    found.cookies_before = !before.is_empty();
    found.logged_in = !visitor.is_in(&Jar::default()).await? && visitor.is_in(&after).await?;
    if found.logged_in {
        found.session_renewed = Some(before.is_empty() || !visitor.is_in(&before).await?);
    } else {
        let why = format!(
            "nothing seen: the login did not come about: {} must refuse who is not logged in, and show itself (2xx) after the login; check the account, the fields and the paths of active.login",
            client.shown(&visitor.proof)
        );
        unknown.insert("session_renewed".to_owned(), why);
    }
    if let Some(wrong) = spec.wrong_passwords {
        if found.logged_in {
            visitor
                .be_wrong(wrong.min(MOST_WRONG), &mut found, &mut unknown)
                .await;
        } else {
            unknown.insert(
                "stopped".to_owned(),
                "nothing seen: without a login, no refusal of one says anything".to_owned(),
            );
        }
    }
    let url = visitor.at.clone();
    visit
        .leave(&client, &url, &found, unknown, &["-X POST"])
        .await
}

fn secret(text: &str) -> Result<String, Trouble> {
    let reference = SecretRef::parse(text).ok_or_else(|| {
        Trouble::new(
            ReasonCode::CollectorFailed,
            "active.login wants references, env:NAME or file:PATH",
        )
    })?;
    Ok(reference.resolve()?.expose().to_owned())
}

impl Visitor<'_> {
    /// A fresh visitor's cookies before and after sending this password.
    async fn log_in(&self, password: &str) -> Result<(Jar, Jar), Trouble> {
        let page = match &self.spec.form {
            Some(path) => self.at.join(path).unwrap_or_else(|_| self.at.clone()),
            None => self.at.clone(),
        };
        let told = self.client.ask(&anonymous(&page, &Jar::default())).await?;
        let mut before = Jar::default();
        before.take(told.fields());
        let mut fields = if self.spec.json {
            BTreeMap::new()
        } else {
            hidden_fields(&told.answer.body)
        };
        fields.insert(self.spec.user_field.clone(), self.user.clone());
        fields.insert(self.spec.password_field.clone(), password.to_owned());
        let told = self.send(&fields, &before).await?;
        let mut after = before.clone();
        after.take(told.fields());
        Ok((before, after))
    }

    async fn send(&self, fields: &BTreeMap<String, String>, jar: &Jar) -> Result<Told, Trouble> {
        let mut ask = form(&self.at, fields, self.spec.json);
        ask.headers.extend(jar.header());
        ask.headers
            .push(("origin", self.at.origin().ascii_serialization()));
        self.client.ask(&ask).await
    }

    /// Whether these cookies show the page that only who is logged in may see.
    async fn is_in(&self, jar: &Jar) -> Result<bool, Trouble> {
        let told = self.client.ask(&anonymous(&self.proof, jar)).await?;
        let status = told.answer.status;
        if status == 429 || status >= 500 {
            let why = format!(
                "{} answered with status {status}",
                self.client.shown(&self.proof)
            );
            return Err(Trouble::new(ReasonCode::Denied, why));
        }
        Ok((200..300).contains(&status))
    }

    /// Tries wrong passwords, then the right one.
    async fn be_wrong(
        &self,
        count: u32,
        found: &mut LoginFlow,
        unknown: &mut BTreeMap<String, String>,
    ) {
        match self.tries(count, found).await {
            Ok(stopped) => found.stopped = Some(stopped),
            Err(trouble) => {
                unknown.insert("stopped".to_owned(), trouble.detail);
            }
        }
    }

    async fn tries(&self, count: u32, found: &mut LoginFlow) -> Result<bool, Trouble> {
        let mut pace = Pace::new(RATE);
        for number in 1..=count {
            pace.turn().await;
            let fields = BTreeMap::from([
                (self.spec.user_field.clone(), self.user.clone()),
                (
                    self.spec.password_field.clone(),
                    format!("seaworthy-is-wrong-{number}"),
                ),
            ]);
            let told = self.send(&fields, &Jar::default()).await?;
            found.wrong_tried = i64::from(number);
            if matches!(told.answer.status, 423 | 429) {
                found.stopped_after = Some(i64::from(number));
                return Ok(true);
            }
        }
        pace.turn().await;
        let (_, after) = self.log_in(&self.password).await?;
        Ok(!self.is_in(&after).await?)
    }
}

/// A GET with these cookies, without the configured headers, which may log in by themselves.
fn anonymous(url: &Url, jar: &Jar) -> Ask {
    Ask {
        headers: jar.header().into_iter().collect(),
        anonymous: true,
        ..Ask::get(url)
    }
}
