//! What a checklist says beside its boxes: version and dates, weights and minimum, contacts,
//! post-mortem questions, notes.

use std::collections::BTreeMap;

use seaworthy_model::{Contact, ScoreCategory, ScoreTable};

use crate::error::ChecklistError;
use crate::outline::{Bullet, Outline, Paragraph, Table};
use crate::source::Source;
use crate::text::slug;

/// `Key: value` lines of paragraphs by the slug of the key; the first of a key counts.
pub(crate) fn keyed_lines(paragraphs: &[Paragraph]) -> BTreeMap<String, String> {
    let mut keyed = BTreeMap::new();
    for line in paragraphs.iter().flat_map(|paragraph| &paragraph.lines) {
        if let Some((key, value)) = key_value(line) {
            keyed.entry(slug(key)).or_insert_with(|| value.to_owned());
        }
    }
    keyed
}

fn key_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let value = value.trim();
    (!value.is_empty()).then_some((key, value))
}

/// The first table with a category and a weight column, and the `Minimum Score…: 8.0/10` line.
pub(crate) fn score(
    source: &Source,
    outline: &Outline,
) -> Result<Option<ScoreTable>, ChecklistError> {
    let categories = outline
        .tables
        .iter()
        .find_map(|table| categories(source, table))
        .transpose()?;
    let minimum = minimum(source, &outline.paragraphs)?;
    if categories.is_none() && minimum.is_none() {
        return Ok(None);
    }
    Ok(Some(ScoreTable {
        categories: categories.unwrap_or_default(),
        minimum: minimum.unwrap_or_else(|| ScoreTable::DEFAULT_MINIMUM.to_owned()),
    }))
}

fn categories(
    source: &Source,
    table: &Table,
) -> Option<Result<Vec<ScoreCategory>, ChecklistError>> {
    let name_at = column(table, &["category", "categories"])?;
    let weight_at = column(table, &["weight", "weights", "weight-percent"])?;
    let rows = table.rows.iter().skip(1).filter_map(|(at, row)| {
        let name = row.get(name_at).filter(|name| !name.is_empty())?;
        (!matches!(slug(name).as_str(), "total" | "sum" | "overall")).then(|| {
            let weight = row.get(weight_at).map_or("", String::as_str);
            Ok(ScoreCategory {
                name: name.clone(),
                weight: percent(weight).ok_or_else(|| ChecklistError::InvalidWeight {
                    found: weight.to_owned(),
                    category: name.clone(),
                    at: source.position(*at),
                })?,
            })
        })
    });
    Some(rows.collect())
}

fn percent(cell: &str) -> Option<u32> {
    let number = cell.strip_suffix('%').unwrap_or(cell).trim_end();
    let is_digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    number
        .parse()
        .ok()
        .filter(|percent| is_digits && *percent <= 100)
}

fn minimum(source: &Source, paragraphs: &[Paragraph]) -> Result<Option<String>, ChecklistError> {
    for paragraph in paragraphs {
        for line in &paragraph.lines {
            let Some((_, value)) =
                key_value(line).filter(|(key, _)| slug(key).starts_with("minimum-score"))
            else {
                continue;
            };
            let number = value.split('/').next().unwrap_or(value).trim();
            return if is_out_of_ten(number) {
                Ok(Some(number.to_owned()))
            } else {
                Err(ChecklistError::InvalidMinimum {
                    found: value.to_owned(),
                    at: source.position(paragraph.at),
                })
            };
        }
    }
    Ok(None)
}

/// A decimal from 0 to 10 with at most six places, without sign or exponent.
fn is_out_of_ten(number: &str) -> bool {
    let (whole, places) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole)
        && is_digits(places)
        && places.len() <= 6
        && match whole.parse::<u32>() {
            Ok(10) => places.bytes().all(|byte| byte == b'0'),
            Ok(whole) => whole < 10,
            Err(_) => false,
        }
}

/// Rows of the first table with a role and a way to reach whoever holds it.
pub(crate) fn contacts(tables: &[Table]) -> Vec<Contact> {
    tables.iter().find_map(contact_rows).unwrap_or_default()
}

fn contact_rows(table: &Table) -> Option<Vec<Contact>> {
    let role = column(table, &["role", "function", "position"])?;
    let phone = column(table, &["phone", "telephone", "mobile", "phone-number"]);
    let email = column(table, &["email", "e-mail", "mail", "email-address"]);
    phone.or(email)?;
    let name = column(table, &["name", "person", "contact"]);
    let rows = table.rows.iter().skip(1).map(|(_, row)| {
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).cloned().unwrap_or_default();
        Contact {
            role: cell(Some(role)),
            name: cell(name),
            phone: cell(phone),
            email: cell(email),
        }
    });
    Some(
        rows.filter(|contact| !contact.role.is_empty() || !contact.name.is_empty())
            .collect(),
    )
}

/// Which column has one of these headers.
fn column(table: &Table, names: &[&str]) -> Option<usize> {
    let (_, head) = table.rows.first()?;
    head.iter()
        .position(|cell| names.contains(&slug(cell).as_str()))
}

/// Plain list items under a heading about the post-mortem.
pub(crate) fn post_mortem(outline: &Outline) -> Vec<String> {
    texts(outline, |bullet| {
        let slug = slug(heading(outline, bullet));
        slug.contains("post-mortem") || slug.contains("postmortem")
    })
}

/// Plain list items under a heading or directly after a line `Notes`.
pub(crate) fn notes(outline: &Outline) -> Vec<String> {
    let is_notes = |text: &str| matches!(slug(text).as_str(), "note" | "notes");
    texts(outline, |bullet| {
        bullet.intro.as_deref().map_or_else(
            || is_notes(heading(outline, bullet)),
            |intro| is_notes(intro) || is_notes(heading(outline, bullet)),
        )
    })
}

fn heading<'o>(outline: &'o Outline, bullet: &Bullet) -> &'o str {
    bullet
        .heading
        .and_then(|at| outline.headings.get(at))
        .map_or("", |heading| heading.title.as_str())
}

fn texts(outline: &Outline, wanted: impl Fn(&Bullet) -> bool) -> Vec<String> {
    outline
        .bullets
        .iter()
        .filter(|bullet| wanted(bullet))
        .map(|bullet| bullet.text.clone())
        .collect()
}
