//! The nouns of a checklist: items, phases, marks, the score table, contacts.
//!
//! Plain data. Reading Markdown, giving ids and writing boxes back belong to the `checklist`
//! crate; what an item's verdict means belongs to `judge`.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A team's launch checklist, as read from Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checklist {
    /// Text of the first top-level heading, or empty where there is none.
    pub title: String,
    /// The `**Version**: …` line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The `**Last Updated**: …` line, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_updated: Option<String>,
    /// The `**Status**: …` line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The `Next Review: …` line, as written (often words, not a date).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_review: Option<String>,
    /// Every box, groups and sign-offs too, in document order.
    pub items: Vec<Item>,
    /// The weights and the minimum, where the document states either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<ScoreTable>,
    /// Who has to sign, in document order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sign_off_roles: Vec<String>,
    /// Rows of the emergency contact table, empty cells included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// Questions of the post-mortem template.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub post_mortem: Vec<String>,
    /// The list under "Notes".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// `sha256:<hex>` of the bytes that were read.
    pub digest: String,
}

impl Checklist {
    /// The item of that id.
    #[must_use]
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == *id)
    }

    /// Every item that is judged by itself: leaves and sign-offs, not groups.
    pub fn leaves(&self) -> impl Iterator<Item = &Item> {
        self.items
            .iter()
            .filter(|item| item.kind != ItemKind::Group)
    }

    /// The items directly beneath a group, in document order.
    pub fn children<'a>(&'a self, id: &'a ItemId) -> impl Iterator<Item = &'a Item> {
        self.items
            .iter()
            .filter(move |item| item.parent.as_ref() == Some(id))
    }
}

/// Name of an item, unique within its checklist: slugs of its path joined by `/`.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct ItemId(String);

impl ItemId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<String> for ItemId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for ItemId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// One box of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Unique within the checklist.
    pub id: ItemId,
    /// The item's text for people: mojibake repaired, markup flattened, mark removed.
    pub title: String,
    /// Title of the nearest heading, without decorations; empty where no heading precedes.
    pub section: String,
    /// Titles that lead to the item: section, numbered steps, parents; not the item itself.
    pub path: Vec<String>,
    /// The box that this one is nested in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ItemId>,
    /// When the item is due.
    pub phase: Phase,
    /// 🔴 or 🟡 in the item's own text. The default marks of policy are not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// The phrase that makes the item optional, such as `if applicable`: its own, or that of a
    /// parent, a step or a heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optional: Option<String>,
    /// What the box held in the source. A claim of whoever ticked it, never evidence.
    pub checked: TaskState,
    /// Leaf, group or sign-off.
    pub kind: ItemKind,
    /// Line in the source, from 1.
    pub line: u32,
    /// Who signs; only for [`ItemKind::SignOff`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// How much an item matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// 🔴 must be completed before production.
    Critical,
    /// 🟡 should be completed before production.
    Important,
}

/// What kind of box an item is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// Judged by itself.
    Leaf,
    /// Has boxes beneath it, and is its worst leaf.
    Group,
    /// A person's signature over the sealed evidence.
    SignOff,
}

/// What a box holds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// `[ ]`
    Open,
    /// `[x]` or `[X]`
    Done,
    /// `[~]`, GitLab's inapplicable
    Inapplicable,
    /// `[/]`, in progress in several editors
    InProgress,
    /// `[-]`, cancelled in several editors
    Cancelled,
}

/// When an item is due. Declared, and therefore ordered, as a deployment goes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Phase {
    /// Before the deployment is scheduled; the phase of every item whose heading names no other.
    #[serde(rename = "pre-deployment")]
    PreDeployment,
    /// A day before.
    #[serde(rename = "t-24h")]
    T24h,
    /// Two hours before.
    #[serde(rename = "t-2h")]
    T2h,
    /// The deployment itself.
    #[serde(rename = "t0")]
    T0,
    /// An hour after.
    #[serde(rename = "t+1h")]
    T1h,
    /// Four hours after.
    #[serde(rename = "t+4h")]
    T4h,
    /// A day after.
    #[serde(rename = "t+24h")]
    Post24h,
    /// Only when the deployment is rolled back.
    #[serde(rename = "rollback")]
    Rollback,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 8] = [
        Self::PreDeployment,
        Self::T24h,
        Self::T2h,
        Self::T0,
        Self::T1h,
        Self::T4h,
        Self::Post24h,
        Self::Rollback,
    ];

    /// The name used in every file and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PreDeployment => "pre-deployment",
            Self::T24h => "t-24h",
            Self::T2h => "t-2h",
            Self::T0 => "t0",
            Self::T1h => "t+1h",
            Self::T4h => "t+4h",
            Self::Post24h => "t+24h",
            Self::Rollback => "rollback",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A phase name that is none of [`Phase::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown phase `{0}`: expected pre-deployment, t-24h, t-2h, t0, t+1h, t+4h, t+24h or rollback"
)]
pub struct UnknownPhase(pub String);

impl FromStr for Phase {
    type Err = UnknownPhase;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|phase| phase.as_str() == name)
            .ok_or_else(|| UnknownPhase(name.to_owned()))
    }
}

/// The checklist's own scoring: categories with weights, and the least score for production.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreTable {
    /// Rows of the table in order, without its total; empty where only a minimum is stated.
    pub categories: Vec<ScoreCategory>,
    /// Least overall score out of ten, a decimal as written: `8.0`.
    pub minimum: String,
}

impl ScoreTable {
    /// The minimum of a document that has weights but states no minimum.
    pub const DEFAULT_MINIMUM: &'static str = "8.0";
}

/// One row of the score table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreCategory {
    /// Name as the table has it.
    pub name: String,
    /// Share of the overall score, in whole percent.
    pub weight: u32,
}

/// One row of the emergency contact table. A cell that is not filled in is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// Such as `On-Call Primary`.
    pub role: String,
    /// Person.
    pub name: String,
    /// Telephone number, as written.
    pub phone: String,
    /// E-mail address, as written.
    pub email: String,
}

impl Contact {
    /// Whether name, telephone and e-mail are all filled in, and not by a placeholder like `TBD`.
    #[must_use]
    pub fn complete(&self) -> bool {
        [&self.name, &self.phone, &self.email]
            .into_iter()
            .all(|cell| is_filled(cell))
    }
}

/// Whether a cell says something, and is no placeholder like `TBD` or `___`.
#[must_use]
pub fn is_filled(cell: &str) -> bool {
    const PLACEHOLDERS: [&str; 6] = ["tbd", "todo", "tba", "n/a", "none", "xxx"];
    let cell = cell.trim();
    cell.chars().any(char::is_alphanumeric)
        && !PLACEHOLDERS
            .iter()
            .any(|word| cell.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_has_one_name_in_text_and_in_json() {
        for phase in Phase::ALL {
            let json = serde_json::to_string(&phase).unwrap();
            assert_eq!(json, format!("\"{phase}\""));
            assert_eq!(phase.as_str().parse(), Ok(phase));
        }
        let error = "t-3h".parse::<Phase>().unwrap_err();
        assert!(error.to_string().contains("`t-3h`"), "{error}");
    }

    #[test]
    fn a_contact_is_complete_only_when_every_cell_is_filled() {
        let contact = |name: &str, phone: &str, email: &str| Contact {
            role: "Escalation".into(),
            name: name.into(),
            phone: phone.into(),
            email: email.into(),
        };
        assert!(contact("Ada", "+44 20 1", "ada@example.com").complete());
        assert!(!contact("", "", "").complete());
        assert!(!contact("Ada", "", "ada@example.com").complete());
        assert!(!contact("TBD", "+44 20 1", "ada@example.com").complete());
        assert!(!contact("Ada", "___", "ada@example.com").complete());
    }
}
