//! A list, page by page. Each object is handed on as it is parsed, so that no more than a page is
//! held beside what is kept of it.

use super::api::{Answer, Api, refusal};
use super::resources::Resource;
use crate::value::{Reader, Value};
use http::StatusCode;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value as Json;
use std::fmt;

/// Objects asked for at a time, as kubectl does.
const PAGE: usize = 500;
/// Objects asked for where a page of that many is too large.
const SMALL_PAGE: usize = 25;
/// How often a list is begun again when its snapshot is gone (410).
const RESTARTS: usize = 3;

/// What a list was read by.
#[derive(Clone, Debug, Default)]
pub(super) struct Listed {
    pub(super) objects: usize,
    pub(super) pages: usize,
    /// The instant of the list in the cluster's own count; of the first page.
    pub(super) resource_version: String,
    pub(super) restarts: usize,
}

/// How a list ended.
pub(super) enum Ended {
    Whole(Listed),
    /// The server does not know the path.
    NotServed,
    Failed(Trouble),
}

/// In which form objects are asked for, and what is kept of each.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// The media type.
    pub(super) accept: &'static str,
    /// What is read of each.
    pub(super) reader: Reader,
    /// What stays of that.
    pub(super) keep: fn(Value) -> Option<Value>,
}

/// Reads a whole list in `form`. Nothing stays of a list that failed.
pub(super) async fn list(
    api: &Api<'_>,
    path: &str,
    resource: &Resource,
    form: Form,
) -> (Ended, Vec<Value>) {
    let mut limit = PAGE;
    let mut restarts = 0;
    'again: loop {
        let mut kept = Vec::new();
        let mut listed = Listed {
            restarts,
            ..Listed::default()
        };
        let page_at = |token: &str| format!("{path}?{}", query(limit, resource.only, token));
        let mut token = String::new();
        let mut ahead = None;
        loop {
            let answer = match ahead.take() {
                Some(answer) => answer,
                None => api.get(&page_at(&token), form.accept).await.0,
            };
            let answer = match answer {
                Ok(answer) => answer,
                Err(trouble) if trouble.reason == ReasonCode::TooLarge && limit > SMALL_PAGE => {
                    limit = SMALL_PAGE;
                    continue 'again;
                }
                Err(trouble) => return (Ended::Failed(trouble), Vec::new()),
            };
            if answer.status == StatusCode::GONE && restarts < RESTARTS {
                restarts += 1;
                continue 'again;
            }
            if answer.status == StatusCode::NOT_FOUND && listed.pages == 0 {
                return (Ended::NotServed, Vec::new());
            }
            if answer.status != StatusCode::OK {
                let trouble = refusal(&resource.name(), api.server(), &answer);
                return (Ended::Failed(trouble), Vec::new());
            }
            // The server makes the next page while this one is read.
            let early = early_token(&answer.body);
            let page = if early.is_empty() {
                parse(answer, form).await
            } else {
                let next = page_at(&early);
                let (page, next) = tokio::join!(parse(answer, form), api.get(&next, form.accept));
                ahead = Some(next.0);
                page
            };
            let page = match page {
                Ok(page) => page,
                Err(why) => {
                    let server = api.server();
                    let name = resource.name();
                    let detail = format!("{server} answered the list of {name} with {why}");
                    let trouble = Trouble::new(ReasonCode::Unparsed, detail);
                    return (Ended::Failed(trouble), Vec::new());
                }
            };
            if listed.pages == 0 {
                listed.resource_version = page.resource_version;
            }
            listed.pages += 1;
            listed.objects += page.objects;
            kept.extend(page.kept);
            if page.token.is_empty() {
                return (Ended::Whole(listed), kept);
            }
            token = page.token;
            ahead = ahead.filter(|_| token == early);
        }
    }
}

fn query(limit: usize, only: Option<&str>, token: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("limit", &limit.to_string());
    if let Some(only) = only {
        query.append_pair("fieldSelector", only);
    }
    if !token.is_empty() {
        query.append_pair("continue", token);
    }
    query.finish()
}

/// A page of a list.
struct Page {
    kept: Vec<Value>,
    objects: usize,
    token: String,
    resource_version: String,
}

/// Parses off the threads that speak with other servers.
async fn parse(answer: Answer, form: Form) -> Result<Page, String> {
    let parsed = tokio::task::spawn_blocking(move || {
        let mut deserializer = serde_json::Deserializer::from_slice(&answer.body);
        let page = PageSeed(form).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok::<_, serde_json::Error>(page)
    });
    match parsed.await {
        Ok(Ok(Some(page))) => Ok(page),
        Ok(Ok(None)) => Err("JSON that is no list".to_owned()),
        Ok(Err(error)) => Err(format!("no JSON ({error})")),
        Err(error) => Err(format!("what could not be read ({error})")),
    }
}

/// The token of the page after this one, from the beginning of the answer; empty where it does not
/// stand there, before the items.
fn early_token(body: &[u8]) -> String {
    let mut token = String::new();
    // It breaks off where it has seen enough, so that the outcome says nothing.
    let _ = serde_json::Deserializer::from_slice(body).deserialize_map(Beginning(&mut token));
    token
}

struct Beginning<'t>(&'t mut String);

impl<'de> Visitor<'de> for Beginning<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "metadata" => {
                    let metadata: Json = map.next_value()?;
                    let token = metadata.get("continue").and_then(Json::as_str);
                    self.0.push_str(token.unwrap_or_default());
                    break;
                }
                "items" | "rows" => break,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Err(A::Error::custom("the rest is read later"))
    }
}

/// Reads a list object without holding its items as one value. `None` where there are no items:
/// an answer of another kind is not an empty list.
struct PageSeed(Form);

impl<'de> DeserializeSeed<'de> for PageSeed {
    type Value = Option<Page>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PageSeed {
    type Value = Option<Page>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut page = Page {
            kept: Vec::new(),
            objects: 0,
            token: String::new(),
            resource_version: String::new(),
        };
        let mut has_items = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "metadata" => {
                    let metadata: Json = map.next_value()?;
                    let word = |field: &str| {
                        let value = metadata.get(field).and_then(Json::as_str);
                        value.unwrap_or_default().to_owned()
                    };
                    page.token = word("continue");
                    page.resource_version = word("resourceVersion");
                }
                // Lists have `items`, tables have `rows`.
                "items" | "rows" => {
                    has_items = true;
                    map.next_value_seed(ItemsSeed(self.0, &mut page))?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(has_items.then_some(page))
    }
}

struct ItemsSeed<'p>(Form, &'p mut Page);

impl<'de> DeserializeSeed<'de> for ItemsSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // An empty list is `null` in the answers of some servers.
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ItemsSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element_seed(self.0.reader)? {
            self.1.objects += 1;
            self.1.kept.extend((self.0.keep)(item));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::early_token;

    #[test]
    fn the_next_page_is_known_where_it_stands_before_the_items() {
        for (body, wanted) in [
            (
                r#"{"kind": "PodList", "metadata": {"continue": "abc"}, "items": [{"metadata": {"continue": "no"}}]}"#,
                "abc",
            ),
            (
                r#"{"kind": "PodList", "metadata": {"continue": "abc"}, "items": [{"#,
                "abc",
            ),
            (r#"{"items": [], "metadata": {"continue": "late"}}"#, ""),
            (r#"{"metadata": {}, "items": []}"#, ""),
            ("", ""),
            ("[]", ""),
        ] {
            assert_eq!(early_token(body.as_bytes()), wanted, "{body}");
        }
    }
}
