//! Lists over several pages, each page once, and no page missing.
//! <https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api>

use super::{Client, Refusal, Trail};
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;
use url::Url;

/// The most pages of one list; a page holds up to 100 entries.
const MOST_PAGES: usize = 100;

/// The fields by which lists state how many entries they have over all pages.
const TOTALS: [&str; 2] = ["total_count", "total_commits"];

/// A list over all its pages.
pub(in crate::github) struct Pages<T> {
    /// The first page as it came.
    pub(in crate::github) first: Value,
    pub(in crate::github) entries: Vec<T>,
}

impl Client<'_> {
    /// Asks for a whole list, which is the answer itself or stands under `key`.
    ///
    /// # Errors
    ///
    /// When a page is refused, repeats itself, is missing, or there are too many.
    pub(in crate::github) async fn list<T: DeserializeOwned>(
        &self,
        trail: &mut Trail,
        url: &Url,
        key: Option<&str>,
    ) -> Result<Vec<T>, Refusal> {
        let pages = self.pages(trail, url, key, |_| false).await?;
        Ok(pages.entries)
    }

    /// The same with the first page, up to the page with an entry that `is_enough`.
    ///
    /// # Errors
    ///
    /// As [`Client::list`].
    pub(in crate::github) async fn pages<T: DeserializeOwned>(
        &self,
        trail: &mut Trail,
        url: &Url,
        key: Option<&str>,
        is_enough: impl Fn(&T) -> bool,
    ) -> Result<Pages<T>, Refusal> {
        let wrong = |what: &str| {
            let what = format!("GET {}: {what}", self.shown(url));
            Refusal::from(Trouble::new(ReasonCode::Unparsed, what))
        };
        let mut first = None;
        let mut entries: Vec<T> = Vec::new();
        let (mut seen, mut last) = (BTreeSet::new(), Value::Null);
        let mut at = url.clone();
        loop {
            if !seen.insert(at.as_str().to_owned()) {
                return Err(wrong("its pages go round in a circle"));
            }
            if seen.len() > MOST_PAGES {
                return Err(wrong("it has more than 100 pages"));
            }
            let answer = self.answer(trail, &at).await?;
            let listed = match key {
                Some(key) => answer.value.get(key).cloned().unwrap_or_default(),
                None => answer.value.clone(),
            };
            let Value::Array(listed) = listed else {
                return Err(wrong("another shape than documented: no list"));
            };
            let page = Value::Array(listed.clone());
            if !listed.is_empty() && page == last {
                return Err(wrong("a page repeats the one before it"));
            }
            last = page;
            first.get_or_insert(answer.value);
            let mut enough = false;
            for entry in listed {
                let entry = self.typed(url, entry)?;
                enough |= is_enough(&entry);
                entries.push(entry);
            }
            let Some(next) = answer.next.filter(|_| !enough) else {
                let first = first.unwrap_or_default();
                if !enough
                    && let Some(total) = total(&first)
                    && total != entries.len()
                {
                    let what = format!("its pages hold {} of {total} entries", entries.len());
                    return Err(wrong(&what));
                }
                return Ok(Pages { first, entries });
            };
            at = match at.join(&next) {
                Ok(next) if next.origin() == url.origin() => next,
                _ => return Err(wrong("the next page is on another host")),
            };
        }
    }
}

fn total(first: &Value) -> Option<usize> {
    let stated = TOTALS.iter().find_map(|name| first.get(name))?;
    usize::try_from(stated.as_u64()?).ok()
}
