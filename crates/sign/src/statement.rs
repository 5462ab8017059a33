//! in-toto Statement v1: what is said (a predicate of some type) of which artifacts (subjects,
//! by digest).

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::SignError;

/// The `payloadType` of an envelope that carries a [`Statement`].
pub const IN_TOTO_PAYLOAD: &str = "application/vnd.in-toto+json";
/// The `_type` of a [`Statement`].
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// A statement with a predicate of the type `P`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement<P> {
    /// [`STATEMENT_TYPE`].
    #[serde(rename = "_type")]
    pub kind: String,
    /// What it is about; at least one, each with a digest.
    pub subject: Vec<ResourceDescriptor>,
    /// Says what the predicate means: a URI.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// What is said.
    pub predicate: P,
}

/// An artifact, by digest. Further fields of the specification are ignored when read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceDescriptor {
    /// Tells subjects apart; need not be a file name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Algorithm (`sha256`) → lower-case hex digits.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub digest: BTreeMap<String, String>,
}

impl ResourceDescriptor {
    /// A subject by its SHA-256, given as 64 hex digits without a prefix.
    #[must_use]
    pub fn sha256(name: impl Into<String>, hex: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            digest: BTreeMap::from([("sha256".to_owned(), hex.into())]),
        }
    }
}

impl<P> Statement<P> {
    /// A statement of this version.
    #[must_use]
    pub fn new(
        subject: Vec<ResourceDescriptor>,
        predicate_type: impl Into<String>,
        predicate: P,
    ) -> Self {
        Self {
            kind: STATEMENT_TYPE.to_owned(),
            subject,
            predicate_type: predicate_type.into(),
            predicate,
        }
    }

    /// The SHA-256 of the subject called `name`.
    #[must_use]
    pub fn sha256_of(&self, name: &str) -> Option<&str> {
        let subject = self.subject.iter().find(|subject| subject.name == name)?;
        subject.digest.get("sha256").map(String::as_str)
    }
}

impl<P: Serialize> Statement<P> {
    /// The payload: compact JSON, the same for the same statement where the predicate's maps are
    /// ordered.
    ///
    /// # Errors
    ///
    /// When the predicate cannot be put into JSON.
    pub fn to_json(&self) -> Result<Vec<u8>, SignError> {
        serde_json::to_vec(self).map_err(|error| SignError::BadStatement {
            problem: error.to_string(),
        })
    }
}

impl<P: DeserializeOwned> Statement<P> {
    /// Reads the payload of a verified envelope, and holds it to the type of statement and of
    /// predicate that the caller knows.
    ///
    /// # Errors
    ///
    /// When it is no statement, or one of another type.
    pub fn from_json(json: &[u8], predicate_type: &str) -> Result<Self, SignError> {
        let bad = |problem: String| SignError::BadStatement { problem };
        let head: Head = serde_json::from_slice(json).map_err(|error| bad(error.to_string()))?;
        for (field, found, wanted) in [
            ("_type", &head.kind, STATEMENT_TYPE),
            ("predicateType", &head.predicate_type, predicate_type),
        ] {
            if found != wanted {
                let found = found.escape_debug();
                return Err(bad(format!("its {field} is `{found}`, wanted `{wanted}`")));
            }
        }
        let statement: Self =
            serde_json::from_slice(json).map_err(|error| bad(error.to_string()))?;
        let undigested = |subject: &ResourceDescriptor| subject.digest.is_empty();
        if statement.subject.is_empty() || statement.subject.iter().any(undigested) {
            return Err(bad("a subject with a digest is wanted".to_owned()));
        }
        Ok(statement)
    }
}

/// The types, read first: of a statement of another type nothing else is looked at.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "_type")]
    kind: String,
    #[serde(rename = "predicateType")]
    predicate_type: String,
}
