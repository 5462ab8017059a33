//! `signing_key`.

use schemars::JsonSchema;
use serde::Serialize;

/// A key that signs tokens, in one environment: measured where it was read, never kept.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct SigningKey {
    /// How people call it: `jwt in production`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// The environment's name.
    pub(crate) environment: String,
    /// Where it was read: `shop/Secret/jwt, key secret`, or a reference such as `env:JWT`.
    pub(crate) source: String,
    /// The part of the Secret that has it: `data` or `stringData`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) part: Option<String>,
    /// What it is. Only the strength of a shared secret (HS256 and the like) is its length and its
    /// entropy.
    pub(crate) form: Form,
    /// Its characters, without white space at either end; bytes where it is no UTF-8. Unknown of a
    /// key that is no shared secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "{part}"))]
    pub(crate) length: Option<i64>,
    /// At most so many bits of entropy: words, repetitions and sequences count for little, every
    /// other character by the alphabet that the key draws on. An estimate; an attacker may know more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "{part}"))]
    pub(crate) entropy_bits: Option<i64>,
    /// It is an example that everybody can read: of RFC 7515, of jwt.io, of a tutorial, of a framework.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "{part}"))]
    pub(crate) published: Option<bool>,
    /// The other environments that it was compared with.
    pub(crate) compared_with: Vec<String>,
    /// Those of them that have the same key, or one that differs by white space at its ends. Unknown
    /// where there is no other, or where one could not be read and none is the same.
    #[serde(default)]
    #[schemars(extend("x-field" = "{part}"))]
    pub(crate) same_in: Vec<String>,
    /// HMAC-SHA256 under the team's `fingerprint_key`; absent without one. It lets a sweep of another
    /// environment compare.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fingerprint: Option<String>,
}

/// What a signing key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    /// A secret that both sides know.
    Shared,
    /// A private key in PEM.
    PrivateKey,
    /// A JSON Web Key, or a set of them.
    Jwk,
}
