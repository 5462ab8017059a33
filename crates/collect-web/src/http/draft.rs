//! What the fact is made of: the answers that were seen, what was not, and the fact in the making.

use super::facts::HttpEndpoint;
use super::page::Page;
use super::policies::{ReferrerPolicy, referrer_policy};
use crate::exchange::head::Head;
use std::collections::BTreeMap;

/// What an answer is in the fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A success: what a person sees.
    Page,
    /// A redirect of the URL itself.
    Redirect,
    /// An error in place of the page.
    Error,
    /// A further path that the configuration names.
    Path(String),
    /// The answer to a path that does not exist.
    NotFound,
}

impl Role {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Page => "page",
            Self::Redirect => "redirect",
            Self::Error => "error",
            Self::Path(path) => path,
            Self::NotFound => "not_found",
        }
    }
}

/// One answer and its role.
#[derive(Clone, Debug)]
pub(crate) struct Sighting {
    pub(crate) role: Role,
    /// The URL, secrets left out.
    pub(crate) url: String,
    pub(crate) status: u16,
    pub(crate) head: Head,
    /// What its body holds, where it is HTML and was read.
    pub(crate) page: Option<Page>,
    /// Whether it was asked for with the configured headers, and so is for one person.
    pub(crate) private: bool,
}

impl Sighting {
    /// The policies of the body's `<meta>` elements.
    pub(super) fn in_page(&self) -> &[String] {
        self.page.as_ref().map_or(&[], |page| &page.policies)
    }

    pub(super) fn referrer_policy(&self) -> ReferrerPolicy {
        let in_page = self.page.as_ref().and_then(|page| page.referrer);
        referrer_policy(&self.head.fields, in_page)
    }
}

/// A fact in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) value: HttpEndpoint,
    pub(crate) unknown: BTreeMap<String, String>,
}

impl Draft {
    pub(crate) fn unknown(&mut self, path: &str, why: &str) {
        self.unknown.insert(path.to_owned(), why.to_owned());
    }
}

/// Why parts of the view are missing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gaps {
    /// Why no page was seen though there is one.
    pub(crate) page: Option<String>,
    /// Why no error answer was seen, or some other answer is missing.
    pub(crate) others: Option<String>,
    /// Why the page may hold policies that were not seen.
    pub(crate) in_page: Option<String>,
}
