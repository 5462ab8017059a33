//! The fact `websocket`: whom one URL at one address lets open a connection, and whether it works.

use crate::cors::OriginKind;
use schemars::JsonSchema;
use serde::Serialize;

/// The subject kind.
pub(crate) const KIND: &str = "websocket";

/// One WebSocket URL at one address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct WebSocket {
    /// The URL, `wss://host/path`, values of its query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// The origin that the endpoint's own pages have.
    pub(crate) own_origin: String,
    /// Every handshake, in the order of asking.
    pub(crate) handshakes: Vec<Handshake>,
    /// Whether a connection opens to the own origin, or without one (which only programs that are
    /// no browsers leave out).
    pub(crate) opens: bool,
    /// Whether a connection opens without an Origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opens_without_origin: Option<bool>,
    /// Whether a connection opens, and stays open, to an origin of strangers, so that any page that a person
    /// visits speaks in that person's name; unknown where none was seen to open and a handshake
    /// gave no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opens_to_strangers: Option<bool>,
    /// The origins of strangers that a connection opens to and stays open.
    pub(crate) strangers: Vec<String>,
    /// How long the answer to a ping took, in milliseconds (RFC 6455 §5.5.2); absent where no
    /// connection opened, unknown where none came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) pong_millis: Option<i64>,
    /// Whether the awaited message came; absent where no connection opened, unknown where none is
    /// configured, or where the connection ended before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_came: Option<bool>,
    /// How long the awaited message took from the sending of the configured one, in
    /// milliseconds; absent where no connection opened, unknown where it did not come.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) message_millis: Option<i64>,
    /// How long the message is waited for at most, in milliseconds; absent where none is
    /// configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_wait_millis: Option<i64>,
}

/// One handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Handshake {
    /// What the origin is to the endpoint; absent where none was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<OriginKind>,
    /// The origin that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) origin: Option<String>,
    /// The status.
    pub(crate) status: i64,
    /// Whether the connection opened.
    pub(crate) opened: bool,
    /// Why it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refusal: Option<String>,
    /// Whether the server closed it at once, without a message or an answer to a ping: so some turn away
    /// origins that they do not know. Looked for where the own connection answers one, with strangers'
    /// origins; left out where it did not.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) closed: bool,
}
