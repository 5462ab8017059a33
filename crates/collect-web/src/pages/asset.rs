//! The static files that the configuration names: compressed, kept for long, and answered from a
//! CDN's cache the second time.

use super::cdn::cdn;
use crate::exchange::ask::Ask;
use crate::exchange::cached::cached;
use crate::exchange::client::Client;
use crate::exchange::leaks::blocked;
use crate::http::caching::{says, seconds};
use crate::look::{Look, Visit};
use crate::target::Endpoint;
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use seaworthy_model::ReasonCode;
use serde::Serialize;
use std::collections::BTreeMap;
use url::Url;

/// The subject kind.
const KIND: &str = "static_asset";

/// The static files that an entry names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assets;

impl Look for Assets {
    const ID: &'static str = "web/assets";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = Some("assets");
    type Fact = StaticAsset;

    fn wanted(endpoint: &Endpoint) -> bool {
        !endpoint.spec.assets.is_empty()
    }

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let assets = endpoint.spec.assets.iter();
        assets
            .filter_map(|path| endpoint.url.join(path).ok())
            .map(|url| format!("GET {} twice at each address", redact_url(url.as_str())))
            .collect()
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            look(visit).await;
            Ok(())
        })
    }
}

/// One static file at one address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct StaticAsset {
    /// Its URL, values of the query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// The status.
    pub(crate) status: i64,
    /// Whether the status is a success (2xx).
    pub(crate) ok: bool,
    /// The content type without its parameters, in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_type: Option<String>,
    /// Whether a file of this type gets smaller by compression.
    pub(crate) compressible: bool,
    /// Content-Encoding, with gzip, Brotli and Zstandard accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encoding: Option<String>,
    /// How long a browser may keep it, in seconds (`max-age`); absent where nothing says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_age: Option<i64>,
    /// Whether it is told never to change (`immutable`, RFC 8246).
    pub(crate) immutable: bool,
    /// The content delivery network that it came through, where one says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cdn: Option<String>,
    /// Whether the second answer came out of a shared cache.
    pub(crate) cached: bool,
}

/// Looks at each file.
async fn look(visit: &Visit<'_>) {
    for path in &visit.endpoint.spec.assets {
        if let Err(trouble) = one(visit, path).await {
            visit.missed(trouble);
        }
    }
}

async fn one(visit: &Visit<'_>, path: &str) -> Result<(), Trouble> {
    let url = visit.url(path)?;
    let client = visit.keeping_client().await?;
    let found = see(&client, &url, visit.address.to_string()).await?;
    let accept = "-H 'Accept-Encoding: gzip, br, zstd'";
    visit
        .leave(&client, &url, &found, BTreeMap::new(), &[accept])
        .await
}

async fn see(client: &Client<'_>, url: &Url, address: String) -> Result<StaticAsset, Trouble> {
    let ask = Ask {
        headers: vec![("accept-encoding", "gzip, br, zstd".to_owned())],
        ..Ask::get(url)
    };
    let first = client.ask(&ask).await?;
    let second = client.ask(&ask).await?;
    for told in [&first, &second] {
        if let Some(why) = blocked(told.answer.status, told.fields()) {
            let why = format!("{} answered with {why}", client.shown(url));
            return Err(Trouble::new(ReasonCode::Denied, why));
        }
    }
    let (status, fields) = (first.answer.status, first.fields());
    let kind = fields.first("content-type").map(|kind| {
        let kind = kind.split(';').next().unwrap_or_default();
        kind.trim().to_ascii_lowercase()
    });
    Ok(StaticAsset {
        url: redact_url(url.as_str()),
        address,
        status: i64::from(status),
        ok: (200..300).contains(&status),
        compressible: kind.as_deref().is_some_and(compressible),
        content_type: kind,
        encoding: fields
            .first("content-encoding")
            .map(str::to_ascii_lowercase),
        max_age: seconds(fields, "max-age")
            .filter(|_| !says(fields, "no-store") && !says(fields, "no-cache"))
            .and_then(|seconds| i64::try_from(seconds).ok()),
        immutable: says(fields, "immutable"),
        cdn: cdn(fields).or_else(|| cdn(second.fields())),
        cached: cached(second.fields()),
    })
}

fn compressible(kind: &str) -> bool {
    kind.starts_with("text/")
        || kind.ends_with("+json")
        || kind.ends_with("+xml")
        || matches!(
            kind,
            "application/javascript"
                | "application/json"
                | "application/xml"
                | "application/wasm"
                | "font/ttf"
                | "font/otf"
        )
}
