//! The fact `http_endpoint`: one URL at one address, with the headers of its answers read as
//! browsers read them.

use super::cookies::Cookie;
use super::csp_weakness::Csp;
use super::framing::Framing;
use super::hsts::Hsts;
use super::isolation::Isolation;
use super::policies::{PermissionsPolicy, ReferrerPolicy};
use super::security_txt::SecurityTxt;
use crate::exchange::leaks::VersionLeak;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The subject kind.
pub(crate) const KIND: &str = "http_endpoint";

/// One URL at one address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct HttpEndpoint {
    /// The URL as configured, values of its query left out.
    pub(crate) url: String,
    /// The URL's host.
    pub(crate) host: String,
    /// The address that was spoken to, `192.0.2.1:443`.
    pub(crate) address: String,
    /// `https` or `http`.
    pub(crate) scheme: String,
    /// The protocol of the answers: `HTTP/1.1`, `HTTP/2`; absent where a file did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// How many seconds the server's clock is ahead of that of the sweeping machine, by the Date and
    /// Age of an answer (RFC 9110 §6.6.1); negative where it is behind. Absent where it tells no
    /// time. What the two clocks judge differently (cookies, `security.txt`) is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) clock_skew_seconds: Option<i64>,
    /// The answers that were looked at, in the order of asking: `redirect` (of the URL itself),
    /// `page` (a success), `error` (in place of a page), further paths by their name,
    /// `not_found` (a path that does not exist).
    pub(crate) answers: Vec<AnswerView>,
    /// Strict-Transport-Security of the page, or of the first answer where there is no page;
    /// unknown where the way to the page was lost and the first answer has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hsts: Option<Hsts>,
    /// Content-Security-Policy of the page. This and the other headers of the page are absent
    /// where the URL only redirects to another endpoint, and unknown where no page was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) csp: Option<Csp>,
    /// Who may frame the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) framing: Option<Framing>,
    /// Whether X-Content-Type-Options keeps browsers from guessing types on the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nosniff: Option<bool>,
    /// X-Content-Type-Options as it was sent with the page, its lines joined by a comma, where it is not
    /// heeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nosniff_unheeded: Option<String>,
    /// Referrer-Policy of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) referrer_policy: Option<ReferrerPolicy>,
    /// What keeps other sites out of the page's process and answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) isolation: Option<Isolation>,
    /// The protocols that Alt-Svc advertises (RFC 7838), in order, `h3` for HTTP/3; absent where
    /// the page advertises none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alternatives: Option<Vec<String>>,
    /// Where the URL's redirects leave the endpoint, values of the query left out; absent where
    /// they do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) leads_to: Option<String>,
    /// Where the page, or an error in its place, sends its visitors by itself: the header Refresh, else
    /// the first `<meta http-equiv=refresh>` of what was read; values of the query left out. Absent
    /// where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refreshes_to: Option<String>,
    /// Permissions-Policy of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permissions_policy: Option<PermissionsPolicy>,
    /// Every cookie that any of the answers sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cookies: Option<Vec<Cookie>>,
    /// What is wrong with cookies, `name: phrase`, sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cookie_issues: Option<Vec<String>>,
    /// The lifetime of the session cookie that lives longest, in days (rounded up); absent where
    /// no session cookie outlives the browser's session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session_cookie_days: Option<i64>,
    /// Answers for one person alone (they set a session cookie, or were asked for with the
    /// configured headers), by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) private_answers: Option<Vec<String>>,
    /// Those of them that a shared cache may keep and hand to the next person, with the header
    /// that lets it, or that nothing is said of caching.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) private_cacheable: Option<Vec<String>>,
    /// Headers that name a product's version, over all answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version_leaks: Option<Vec<VersionLeak>>,
    /// Whether the headers of the page stand on the other answers too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) headers_everywhere: Option<HeadersEverywhere>,
    /// What plain HTTP does; absent where the URL itself is plain HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) plain: Option<PlainHttp>,
    /// The health endpoint, where the target names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) health: Option<Health>,
    /// `security.txt` (RFC 9116).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) security_txt: Option<SecurityTxt>,
}

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct AnswerView {
    /// What it answers: `page`, `redirect`, `error`, `not_found`, or a configured path.
    pub(crate) name: String,
    /// The URL that was asked for.
    pub(crate) url: String,
    /// The status.
    pub(crate) status: i64,
    /// Header fields: the name in lower case, the values in the order received; cookie values,
    /// credentials and query values are marked as redacted.
    #[schemars(extend("x-volatile" = true))]
    pub(crate) headers: BTreeMap<String, Vec<String>>,
    /// Lines of the head that are no header fields.
    pub(crate) malformed_lines: i64,
}

/// Whether what protects the page protects the other answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct HeadersEverywhere {
    /// The headers that the page carries to good effect, sorted: `content-security-policy`,
    /// `framing`, `permissions-policy`, `referrer-policy`, `strict-transport-security`,
    /// `x-content-type-options`.
    pub(crate) expected: Vec<String>,
    /// Those that another answer lacks. Of a redirect, which is never shown, only
    /// Strict-Transport-Security is expected.
    pub(crate) missing_on: Vec<MissingHeader>,
    /// The same for a person, `framing on not_found (404)`.
    pub(crate) missing: Vec<String>,
    /// Whether Strict-Transport-Security stands on every answer.
    pub(crate) hsts_everywhere: bool,
}

/// A header that an answer lacks though the page has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(crate) struct MissingHeader {
    /// The header, as in [`HeadersEverywhere::expected`].
    pub(crate) header: String,
    /// The answer's name.
    pub(crate) answer: String,
    /// Its status.
    pub(crate) status: i64,
}

/// What plain HTTP does on the same host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct PlainHttp {
    /// The URL that was asked for.
    pub(crate) url: String,
    /// The address, `192.0.2.1:80`.
    pub(crate) address: String,
    /// Whether nothing listens there (the connection was refused), which is fine.
    pub(crate) refused: bool,
    /// The status of the first answer; absent where refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<i64>,
    /// Whether the first answer is a redirect that can be followed.
    pub(crate) redirects: bool,
    /// Where it leads, values of the query left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<String>,
    /// Whether it leads to https.
    pub(crate) to_https: bool,
    /// Whether it leads to the same host, so that this host's HSTS can take hold.
    pub(crate) same_host: bool,
    /// Whether it is permanent (301 or 308).
    pub(crate) permanent: bool,
    /// Whether the plain answer sets cookies.
    pub(crate) sets_cookies: bool,
    /// How many bytes of body came with the first answer, counted up to 64 KiB; absent where
    /// refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) body_bytes: Option<i64>,
    /// Whether the redirect carries the path or query to another host or over plain HTTP; absent
    /// where the first answer is no redirect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) leaks_path: Option<bool>,
    /// The status of a path that does not exist, over plain HTTP; absent where refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) other_status: Option<i64>,
    /// Whether that path, too, is redirected to https; absent where refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) other_to_https: Option<bool>,
    /// Whether the chain comes back to plain HTTP after an answer over HTTPS.
    #[serde(default)]
    pub(crate) downgrades: bool,
    /// The hops, the first being the plain URL.
    pub(crate) chain: Vec<Hop>,
    /// How the chain ends: `https` (an answer over HTTPS), `elsewhere` (at another host over
    /// HTTPS, not asked), `http` (plain HTTP, at this or another host) or `loop`; absent where
    /// refused, unknown where a later hop could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ends: Option<String>,
}

/// One hop of a redirect chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Hop {
    /// The URL that was asked for, values of its query left out.
    pub(crate) url: String,
    /// The status of the answer.
    pub(crate) status: i64,
}

/// The health endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Health {
    /// Its URL.
    pub(crate) url: String,
    /// The status.
    pub(crate) status: i64,
    /// Whether the status is a success (2xx).
    pub(crate) ok: bool,
    /// How long the answer took, in milliseconds.
    #[schemars(extend("x-volatile" = true))]
    pub(crate) millis: i64,
    /// Whether the answer came out of a cache (Age, X-Cache).
    pub(crate) cached: bool,
    /// Whether its Cache-Control or Expires lets a cache keep it, so that a dead service would
    /// look healthy.
    pub(crate) cacheable: bool,
    /// What its body gives away to everybody, by kind, sorted: `address`, `credential`,
    /// `environment`, `path`, `stack_trace`, `version`.
    pub(crate) giveaways: Vec<String>,
}
