//! One question to a server, before it has the form of a version of HTTP.

use bytes::Bytes;
use hyper::Method;
use url::Url;

/// One question.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body; empty for most.
    pub(crate) body: Bytes,
    /// Whether the configured headers are left out.
    pub(crate) anonymous: bool,
}

impl Ask {
    pub(crate) fn get(url: &Url) -> Self {
        Self {
            method: Method::GET,
            url: url.clone(),
            headers: Vec::new(),
            body: Bytes::new(),
            anonymous: false,
        }
    }

    pub(super) fn names(&self, header: &str) -> bool {
        self.headers.iter().any(|(name, _)| *name == header)
    }
}
