//! OpenAPI documents, versions 3.0 and 3.1: what the specification requires of a document, and
//! what a document says of errors. <https://spec.openapis.org/oas/v3.1.0>
//!
//! Schemas of bodies are not checked; a reference must lead somewhere within the document.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The most complaints that are kept.
const MOST: usize = 20;
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An OpenAPI document of the repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct OpenApi {
    /// The file.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// The version that it names: `3.1.0`.
    pub(crate) version: String,
    /// What breaks the specification, at most 20 complaints; of OpenAPI 3.0 and 3.1.
    #[serde(default)]
    pub(crate) errors: Vec<String>,
    /// How many operations it describes.
    #[serde(default)]
    pub(crate) operations: i64,
    /// Operations that describe no 4xx, 5xx or default response, at most 20.
    #[serde(default)]
    pub(crate) without_errors: Vec<String>,
    /// Error responses whose description is empty or a placeholder, at most 20.
    #[serde(default)]
    pub(crate) undescribed: Vec<String>,
    /// Some operation describes 429 (Too Many Requests).
    #[serde(default)]
    pub(crate) tells_rate_limit: bool,
    /// It declares security schemes.
    #[serde(default)]
    pub(crate) tells_authentication: bool,
    /// Why its version is not read; then nothing else is known of it.
    #[serde(skip)]
    pub(crate) unread: Option<String>,
}

/// Reads a document; `None` where it is no OpenAPI.
pub(crate) fn read(file: &str, value: &Value) -> Option<OpenApi> {
    let version = value.get("openapi").or_else(|| value.get("swagger"))?;
    let version = match version {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let mut api = OpenApi {
        reference: file.to_owned(),
        version: version.clone(),
        ..OpenApi::default()
    };
    if !version.starts_with("3.0") && !version.starts_with("3.1") {
        api.unread = Some(format!(
            "not understood: {file}: the version {version} is not read; wanted is 3.0 or 3.1"
        ));
        return Some(api);
    }
    let mut reader = Reader {
        root: value,
        api: &mut api,
        ids: BTreeSet::new(),
    };
    reader.whole(version.starts_with("3.0"));
    let schemes = value
        .pointer("/components/securitySchemes")
        .and_then(Value::as_object);
    api.tells_authentication = schemes.is_some_and(|schemes| !schemes.is_empty());
    for list in [
        &mut api.errors,
        &mut api.without_errors,
        &mut api.undescribed,
    ] {
        list.truncate(MOST);
    }
    Some(api)
}

struct Reader<'a> {
    root: &'a Value,
    api: &'a mut OpenApi,
    ids: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn error(&mut self, what: String) {
        if self.api.errors.len() < MOST {
            self.api.errors.push(what);
        }
    }

    fn whole(&mut self, of_3_0: bool) {
        for name in ["title", "version"] {
            if self
                .root
                .pointer(&format!("/info/{name}"))
                .and_then(Value::as_str)
                .is_none()
            {
                self.error(format!("info.{name} is missing"));
            }
        }
        let paths = self.root.get("paths").and_then(Value::as_object);
        let others = ["components", "webhooks"]
            .iter()
            .any(|name| self.root.get(*name).is_some());
        if paths.is_none() && (of_3_0 || !others) {
            self.error("paths is missing".to_owned());
        }
        for (path, item) in paths.into_iter().flatten() {
            if !path.starts_with('/') {
                self.error(format!("the path {path:?} does not begin with /"));
            }
            self.path(path, item);
        }
        self.references(self.root, 0);
    }

    fn path(&mut self, path: &str, item: &'a Value) {
        let item = self.resolved(item);
        let Some(item) = item.as_object() else {
            self.error(format!("the path {path:?} is no object"));
            return;
        };
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                self.operation(
                    &format!("{} {path}", method.to_uppercase()),
                    path,
                    item,
                    operation,
                );
            }
        }
    }

    fn operation(
        &mut self,
        name: &str,
        path: &str,
        item: &Map<String, Value>,
        operation: &'a Value,
    ) {
        self.api.operations += 1;
        if let Some(id) = operation.get("operationId").and_then(Value::as_str)
            && !self.ids.insert(id.to_owned())
        {
            self.error(format!("{name}: the operationId {id:?} is there twice"));
        }
        let mut known = BTreeSet::new();
        for holder in [item.get("parameters"), operation.get("parameters")] {
            for parameter in holder.and_then(Value::as_array).into_iter().flatten() {
                let parameter = self.resolved(parameter);
                let text = |key: &str| parameter.get(key).and_then(Value::as_str);
                if text("in") == Some("path") {
                    known.extend(text("name").map(str::to_owned));
                    if parameter.get("required") != Some(&Value::Bool(true)) {
                        let which = text("name").unwrap_or_default().to_owned();
                        self.error(format!(
                            "{name}: the path parameter {which:?} is not required"
                        ));
                    }
                }
            }
        }
        for wanted in path
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
        {
            if !known.contains(wanted.0) {
                self.error(format!(
                    "{name}: the parameter {{{}}} is not described",
                    wanted.0
                ));
            }
        }
        self.responses(name, operation);
    }

    fn responses(&mut self, name: &str, operation: &'a Value) {
        let responses = operation.get("responses").and_then(Value::as_object);
        let Some(responses) = responses.filter(|responses| !responses.is_empty()) else {
            self.error(format!("{name} has no responses"));
            return;
        };
        let mut tells_errors = false;
        for (code, response) in responses.iter().filter(|(code, _)| !code.starts_with("x-")) {
            let digits = code.strip_suffix("XX").map_or(code.as_str(), |first| first);
            let fits = code == "default"
                || (digits.chars().all(|c| c.is_ascii_digit())
                    && matches!(code.len(), 3)
                    && code.starts_with(['1', '2', '3', '4', '5']));
            if !fits {
                self.error(format!("{name}: {code:?} is no status code"));
            }
            let described = self
                .resolved(response)
                .get("description")
                .and_then(Value::as_str);
            if described.is_none() {
                self.error(format!("{name}: the response {code} has no description"));
            }
            if code == "default" || code.starts_with(['4', '5']) {
                tells_errors = true;
                let text = described.unwrap_or_default();
                if text.trim().is_empty() || super::text::placeholder(text).is_some() {
                    self.api.undescribed.push(format!("{name}: {code}"));
                }
            }
            self.api.tells_rate_limit |= code == "429";
        }
        if !tells_errors {
            self.api.without_errors.push(name.to_owned());
        }
    }

    /// What a reference within the document leads to; the value itself where it is none.
    fn resolved(&self, value: &'a Value) -> &'a Value {
        let mut value = value;
        for _ in 0..8 {
            let Some(to) = value.get("$ref").and_then(Value::as_str) else {
                return value;
            };
            match to
                .strip_prefix('#')
                .and_then(|pointer| self.root.pointer(pointer))
            {
                Some(found) => value = found,
                None => return value,
            }
        }
        value
    }

    fn references(&mut self, value: &'a Value, depth: usize) {
        if depth > 64 {
            return;
        }
        match value {
            Value::Object(map) => {
                if let Some(to) = map.get("$ref").and_then(Value::as_str)
                    && let Some(pointer) = to.strip_prefix('#')
                    && self.root.pointer(pointer).is_none()
                {
                    self.error(format!("the reference {to:?} leads nowhere"));
                }
                map.values()
                    .for_each(|value| self.references(value, depth + 1));
            }
            Value::Array(list) => list
                .iter()
                .for_each(|value| self.references(value, depth + 1)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde_json::json;

    #[test]
    fn what_the_specification_requires() {
        let good = json!({
            "openapi": "3.1.0", "info": {"title": "Shop", "version": "1"},
            "paths": {"/orders/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "get": {"operationId": "order", "responses": {
                    "200": {"description": "The order"},
                    "404": {"$ref": "#/components/responses/Missing"},
                    "429": {"description": "Too many requests; see Retry-After"}}}}},
            "components": {"responses": {"Missing": {"description": "No such order"}},
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}}
        });
        let api = read("api.yaml", &good).unwrap();
        assert_eq!(api.errors, [""; 0]);
        assert_eq!(
            (
                api.operations,
                api.tells_rate_limit,
                api.tells_authentication
            ),
            (1, true, true)
        );
        assert!(api.without_errors.is_empty() && api.undescribed.is_empty());

        let bad = json!({
            "openapi": "3.0.3", "info": {"title": "Shop"},
            "paths": {"orders/{id}": {
                "get": {"operationId": "a", "responses": {"200": {"description": "x"}, "20": {}}},
                "post": {"operationId": "a", "responses": {"400": {"description": ""}}},
                "put": {"responses": {"default": {"$ref": "#/components/responses/None"}}},
                "delete": {}}}
        });
        let api = read("api.yaml", &bad).unwrap();
        let all = api.errors.join("\n");
        for part in [
            "info.version is missing",
            "does not begin with /",
            "{id} is not described",
            "\"20\" is no status code",
            "the response 20 has no description",
            "is there twice",
            "DELETE orders/{id} has no responses",
            "leads nowhere",
        ] {
            assert!(all.contains(part), "{part} is not in\n{all}");
        }
        assert_eq!(api.without_errors, ["GET orders/{id}"]);
        assert_eq!(
            api.undescribed,
            ["PUT orders/{id}: default", "POST orders/{id}: 400"]
        );
        assert_eq!(read("x", &json!({"kind": "Deployment"})), None);
        let old = read("x", &json!({"swagger": "2.0"})).unwrap();
        assert!(old.unread.unwrap().contains("2.0 is not read"));
    }
}
