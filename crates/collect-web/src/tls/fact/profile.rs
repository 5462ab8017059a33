//! What the fact says of the profiles of Mozilla's guideline.

use schemars::JsonSchema;
use serde::Serialize;

/// How an endpoint departs from a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(in crate::tls) struct Profile {
    /// `modern`, `intermediate`, `old`.
    pub(in crate::tls) name: String,
    /// The version of the guideline.
    pub(in crate::tls) guideline: String,
    /// What the endpoint takes or shows that the profile does not have. Unknown where nothing such
    /// was seen, and not everything was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::tls) departures: Option<Vec<String>>,
}
