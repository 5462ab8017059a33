//! From the outline of a document to the Checklist it stands for.
//!
//! Tables and `Key: value` lines are read in `facts`, ids are given in `id`.

use std::collections::BTreeMap;

use seaworthy_model::{Checklist, Digest, Item, ItemId, ItemKind};

use crate::error::ChecklistError;
use crate::facts;
use crate::id::{Node, assign};
use crate::outline::{Heading, Outline, RawItem};
use crate::phase::phase_of;
use crate::source::Source;
use crate::text::{optional_phrase, slug, take_mark};

/// Longest explicit id, in bytes.
const MAX_ID: usize = 200;

/// What an item without any text is called.
const UNTITLED: &str = "(no text)";

/// Puts the checklist together. `bytes` are what was read, for the digest.
pub(crate) fn assemble(
    source: &Source,
    outline: &Outline,
    bytes: &[u8],
) -> Result<Checklist, ChecklistError> {
    check_explicit_ids(source, &outline.items)?;
    let drafts: Vec<Draft> = outline
        .items
        .iter()
        .map(|raw| Draft::of(raw, &outline.headings))
        .collect();
    let ids = ids(outline, &drafts);
    let mut items: Vec<Item> = Vec::with_capacity(drafts.len());
    for ((raw, draft), id) in outline.items.iter().zip(drafts).zip(&ids) {
        let parent = raw.parent.and_then(|at| items.get(at));
        let item = item(source, &outline.headings, raw, draft, id, parent);
        items.push(item);
    }
    let sign_off_roles = items.iter().filter_map(|item| item.role.clone()).collect();
    let keyed = facts::keyed_lines(&outline.paragraphs);
    Ok(Checklist {
        title: document_title(&outline.headings),
        version: keyed.get("version").cloned(),
        last_updated: keyed.get("last-updated").cloned(),
        status: keyed.get("status").cloned(),
        next_review: keyed.get("next-review").cloned(),
        items,
        score: facts::score(source, outline)?,
        sign_off_roles,
        contacts: facts::contacts(&outline.tables),
        post_mortem: facts::post_mortem(outline),
        notes: facts::notes(outline),
        digest: Digest::of(bytes).to_string(),
    })
}

/// What an item's own text says.
struct Draft {
    title: String,
    mark: Option<seaworthy_model::Mark>,
    kind: ItemKind,
    role: Option<String>,
}

impl Draft {
    fn of(raw: &RawItem, headings: &[Heading]) -> Self {
        let (mark, title) = take_mark(&raw.title);
        let heading = raw.heading.and_then(|at| headings.get(at));
        let is_sign_off = heading.is_some_and(|heading| is_sign_off(&heading.title));
        let kind = match (raw.has_children, is_sign_off) {
            (true, _) => ItemKind::Group,
            (false, true) => ItemKind::SignOff,
            (false, false) => ItemKind::Leaf,
        };
        let role = (kind == ItemKind::SignOff).then(|| role(raw.lead.as_deref(), &title));
        let title = role.clone().unwrap_or(title);
        Self {
            title: if title.is_empty() {
                UNTITLED.to_owned()
            } else {
                title
            },
            mark,
            kind,
            role: role.filter(|role| !role.is_empty()),
        }
    }
}

fn item(
    source: &Source,
    headings: &[Heading],
    raw: &RawItem,
    draft: Draft,
    id: &str,
    parent: Option<&Item>,
) -> Item {
    let section = raw
        .heading
        .and_then(|at| headings.get(at))
        .map(|heading| heading.title.clone())
        .unwrap_or_default();
    let mut path = match parent {
        Some(parent) => {
            let mut path = parent.path.clone();
            path.push(parent.title.clone());
            path
        }
        None if section.is_empty() => Vec::new(),
        None => vec![section.clone()],
    };
    path.extend(raw.steps.iter().cloned());
    let optional = optional_phrase(&draft.title)
        .or_else(|| {
            raw.steps
                .iter()
                .rev()
                .find_map(|step| optional_phrase(step))
        })
        .or_else(|| match parent {
            Some(parent) => parent.optional.clone(),
            None => lineage(headings, raw.heading).find_map(|h| optional_phrase(&h.title)),
        });
    Item {
        id: ItemId::from(id),
        title: draft.title,
        section,
        path,
        parent: parent.map(|parent| parent.id.clone()),
        phase: lineage(headings, raw.heading)
            .find_map(|heading| phase_of(&heading.title))
            .unwrap_or(seaworthy_model::Phase::PreDeployment),
        mark: draft.mark,
        optional,
        checked: raw.state,
        kind: draft.kind,
        line: source.line(raw.mark_at),
        role: draft.role,
    }
}

/// A heading and those above it, nearest first.
fn lineage(headings: &[Heading], nearest: Option<usize>) -> impl Iterator<Item = &Heading> {
    std::iter::successors(nearest.and_then(|at| headings.get(at)), |heading| {
        heading.parent.and_then(|at| headings.get(at))
    })
}

fn document_title(headings: &[Heading]) -> String {
    headings
        .iter()
        .find(|heading| heading.level == pulldown_cmark::HeadingLevel::H1)
        .map(|heading| heading.title.clone())
        .unwrap_or_default()
}

/// Whether the boxes under a heading are signatures. A heading that merely mentions sign-offs
/// does not turn its items into ones that are left out of the sweep.
fn is_sign_off(heading: &str) -> bool {
    let slug = slug(heading);
    ["sign-off", "sign-offs", "signoff", "signoffs"]
        .iter()
        .any(|word| {
            slug == *word
                || slug
                    .strip_suffix(word)
                    .is_some_and(|before| before.ends_with('-'))
        })
}

/// Who signs: the bold words that a line begins with, or else all before a colon or a blank.
fn role(lead: Option<&str>, title: &str) -> String {
    let text = lead.filter(|lead| !lead.is_empty()).unwrap_or(title);
    let text = text.split([':', '_']).next().unwrap_or(text);
    text.trim().to_owned()
}

fn ids(outline: &Outline, drafts: &[Draft]) -> Vec<String> {
    let prefixes = heading_prefixes(outline);
    let nodes: Vec<Node<'_>> = outline
        .items
        .iter()
        .zip(drafts)
        .map(|(raw, draft)| {
            let heading = match raw.parent {
                Some(_) => None,
                None => raw.heading.and_then(|at| prefixes.get(&at)).cloned(),
            };
            let steps = raw.steps.iter().map(|step| slug(step));
            Node {
                parent: raw.parent,
                lead: heading
                    .into_iter()
                    .chain(steps)
                    .filter(|slug| !slug.is_empty())
                    .collect(),
                slug: Some(slug(&draft.title))
                    .filter(|slug| !slug.is_empty())
                    .unwrap_or_else(|| "item".to_owned()),
                explicit: raw.explicit_id.as_deref(),
            }
        })
        .collect();
    assign(&nodes)
}

/// Slug of each heading that has boxes; where two have the same, with their parents' before it.
fn heading_prefixes(outline: &Outline) -> BTreeMap<usize, String> {
    let mut slugs: BTreeMap<usize, String> = BTreeMap::new();
    for at in outline.items.iter().filter_map(|item| item.heading) {
        if let Some(heading) = outline.headings.get(at) {
            slugs.entry(at).or_insert_with(|| slug(&heading.title));
        }
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for slug in slugs.values() {
        *counts.entry(slug).or_default() += 1;
    }
    slugs
        .iter()
        .map(|(at, own)| {
            let parent = lineage(&outline.headings, Some(*at))
                .nth(1)
                .map(|heading| slug(&heading.title))
                .filter(|parent| !parent.is_empty());
            match parent {
                Some(parent) if counts.get(own.as_str()).is_some_and(|n| *n > 1) => {
                    (*at, format!("{parent}/{own}"))
                }
                _ => (*at, own.clone()),
            }
        })
        .collect()
}

fn check_explicit_ids(source: &Source, items: &[RawItem]) -> Result<(), ChecklistError> {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for item in items {
        let Some(id) = item.explicit_id.as_deref() else {
            continue;
        };
        let at = source.position(item.mark_at.saturating_sub(1));
        if !is_usable(id) {
            return Err(ChecklistError::InvalidId {
                id: crate::text::tidy(id).chars().take(60).collect(),
                at,
            });
        }
        if let Some(first_line) = seen.insert(id, at.line) {
            return Err(ChecklistError::DuplicateId {
                id: id.to_owned(),
                at,
                first_line,
            });
        }
    }
    Ok(())
}

fn is_usable(id: &str) -> bool {
    id.len() <= MAX_ID
        && id.split('/').all(|part| {
            part.chars().any(char::is_alphanumeric)
                && part
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        })
}
