//! The OpenAPI document that a service publishes: that it is served, what it is, and what it leaves
//! out.

use super::shown;
use crate::exchange::ask::Ask;
use crate::exchange::leaks::blocked;
use crate::look::{Look, Visit};
use crate::target::Endpoint;
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use seaworthy_model::ReasonCode;
use seaworthy_yaml::{Dialect, Limits};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The subject kind.
const KIND: &str = "openapi_document";

/// The methods that a path of a document may have (OpenAPI 3.1 §4.8.9, 3.2 §4.9 `query`).
const METHODS: [&str; 9] = [
    "delete", "get", "head", "options", "patch", "post", "put", "query", "trace",
];

/// OpenAPI documents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Documents;

impl Look for Documents {
    const ID: &'static str = "web/openapi";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = Some("openapi");
    type Fact = OpenApiDocument;

    fn wanted(endpoint: &Endpoint) -> bool {
        endpoint.spec.openapi.is_some()
    }

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let path = endpoint.spec.openapi.iter();
        path.map(|path| format!("GET {} at each address", shown(endpoint, path)))
            .collect()
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            match &visit.endpoint.spec.openapi {
                Some(path) => look(visit, path).await,
                None => Ok(()),
            }
        })
    }
}

/// An OpenAPI document as it is served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct OpenApiDocument {
    /// The URL, values of the query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// The status.
    pub(crate) status: i64,
    /// Whether a document is served there: a success (2xx).
    pub(crate) served: bool,
    /// The version of OpenAPI that it states, `3.1.0`; absent where it states none. Swagger 2.0
    /// states `swagger: "2.0"`, which is told likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// The title of the API and its version (`info`), `Shop 1.4.0`; absent where one is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) api: Option<String>,
    /// What is wrong with its form, sorted; unknown where the document could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problems: Option<Vec<String>>,
    /// How many operations it describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) operations: Option<i64>,
    /// The operations that describe no error: no answer 4xx, 5xx or `default`, `GET /orders`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) without_errors: Option<Vec<String>>,
}

/// # Errors
///
/// When there is no answer, or a guard's.
async fn look(visit: &Visit<'_>, path: &str) -> Result<(), Trouble> {
    let url = visit.url(path)?;
    let client = visit.keeping_client().await?;
    let told = client.ask(&Ask::get(&url)).await?;
    let status = told.answer.status;
    if let Some(why) = blocked(status, told.fields()) {
        return Err(Trouble::new(
            ReasonCode::Denied,
            format!("{}: {why}", client.shown(&url)),
        ));
    }
    let mut found = OpenApiDocument {
        url: redact_url(url.as_str()),
        address: visit.address.to_string(),
        status: i64::from(status),
        served: (200..300).contains(&status),
        ..OpenApiDocument::default()
    };
    let mut unknown = BTreeMap::new();
    if found.served {
        let read = match told.answer.unread() {
            None => parse(&told.answer.body),
            Some(why) => Err(format!("it {why}")),
        };
        match read {
            Ok(document) => found.describe(&document),
            Err(why) => {
                let why = format!("not understood: {}: {why}", client.shown(&url));
                for field in ["version", "api", "problems", "operations", "without_errors"] {
                    unknown.insert(field.to_owned(), why.clone());
                }
            }
        }
    }
    visit.leave(&client, &url, &found, unknown, &[]).await
}

/// JSON, or YAML, which holds JSON.
fn parse(body: &[u8]) -> Result<Map<String, Value>, String> {
    let parsed = seaworthy_yaml::parse(body, Dialect::Core, &Limits::default());
    if let Some(problem) = parsed.problems.first() {
        return Err(format!("it is neither JSON nor YAML: {problem:?}"));
    }
    let document = parsed
        .documents
        .into_iter()
        .next()
        .map(|document| document.into_value());
    match document {
        Some(Value::Object(fields)) => Ok(fields),
        _ => Err("it is no JSON or YAML object".to_owned()),
    }
}

impl OpenApiDocument {
    fn describe(&mut self, document: &Map<String, Value>) {
        let text = |value: Option<&Value>| match value {
            Some(Value::String(text)) => Some(crate::dns::printable(text)),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let mut problems = Vec::new();
        self.version = text(document.get("openapi")).or_else(|| text(document.get("swagger")));
        match self.version.as_deref() {
            None => problems.push("it states no version of OpenAPI".to_owned()),
            Some(version) if !version.starts_with("3.") => problems.push(format!(
                "it is of version {version}; 3.0 or later is wanted"
            )),
            Some(_) => {}
        }
        let info = document.get("info");
        let titled =
            info.and_then(|info| Some((text(info.get("title"))?, text(info.get("version"))?)));
        self.api = titled.map(|(title, version)| format!("{title} {version}"));
        if self.api.is_none() {
            problems.push("info lacks a title or a version".to_owned());
        }
        let paths = document.get("paths").and_then(Value::as_object);
        let mut without = Vec::new();
        let mut operations = 0;
        for (path, item) in paths.into_iter().flatten() {
            if !path.starts_with('/') {
                problems.push(format!(
                    "the path {:?} does not begin with a slash",
                    crate::dns::printable(path)
                ));
            }
            let described = item.as_object().into_iter().flatten();
            for (method, operation) in
                described.filter(|(method, _)| METHODS.contains(&method.as_str()))
            {
                operations += 1;
                let shown = format!(
                    "{} {}",
                    method.to_ascii_uppercase(),
                    crate::dns::printable(path)
                );
                let responses = operation.get("responses").and_then(Value::as_object);
                if responses.is_none_or(Map::is_empty) {
                    problems.push(format!("{shown} describes no answer"));
                }
                let error = |status: &String| status == "default" || status.starts_with(['4', '5']);
                if !responses.is_some_and(|responses| responses.keys().any(error)) {
                    without.push(shown);
                }
            }
        }
        if operations == 0 {
            problems.push("it describes no operation: paths is empty".to_owned());
        }
        problems.sort();
        without.sort();
        self.problems = Some(problems);
        self.operations = Some(operations);
        self.without_errors = Some(without);
    }
}
