//! What the fact says by the server's clock.

use schemars::JsonSchema;
use serde::Serialize;

/// What depends on the time, by the server's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(in crate::tls) struct Clock {
    /// Days until the first of the path's served certificates expires.
    #[schemars(extend("x-volatile" = true))]
    pub(in crate::tls) served_min_days_left: i64,
    /// Days until the first certificate of the path expires; absent where the path is not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(in crate::tls) min_days_left: Option<i64>,
}
