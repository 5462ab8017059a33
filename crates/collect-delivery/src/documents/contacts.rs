//! Tables of contacts: who is called, by which number and at which address.

use super::text::{Section, placeholder};

/// What the contact tables of a document hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contacts {
    /// The people or roles.
    pub(crate) rows: i64,
    /// What is missing: `Incident commander: no phone`.
    pub(crate) missing: Vec<String>,
}

/// The columns of a contact, with words for each.
const COLUMNS: [(&str, &[&str]); 3] = [
    ("name", &["name", "person", "who", "contact"]),
    ("phone", &["phone", "tel", "mobile", "number", "pager"]),
    ("e-mail", &["mail"]),
];

/// Reads every table whose header tells of people and of a telephone or an address.
pub(crate) fn read(sections: &[Section]) -> Contacts {
    let mut contacts = Contacts::default();
    for table in sections.iter().flat_map(|section| &section.tables) {
        let Some((header, rows)) = table.split_first() else {
            continue;
        };
        let column = |words: &[&str]| {
            header.iter().position(|cell| {
                let cell = cell.to_lowercase();
                words.iter().any(|word| cell.contains(word))
            })
        };
        let columns = COLUMNS.map(|(what, words)| (what, column(words)));
        let told = columns
            .iter()
            .filter(|(_, column)| column.is_some())
            .count();
        if told < 2 {
            continue;
        }
        for row in rows {
            contacts.rows += 1;
            let label = row.first().map_or("", String::as_str).trim();
            for (what, column) in columns {
                let cell = column
                    .and_then(|column| row.get(column))
                    .map_or("", String::as_str);
                if !is_filled(what, cell) {
                    let label = if label.is_empty() { "a row" } else { label };
                    contacts.missing.push(format!("{label}: no {what}"));
                }
            }
        }
    }
    contacts
}

fn is_filled(what: &str, cell: &str) -> bool {
    let cell = cell.trim();
    let blank = cell.is_empty() || placeholder(cell).is_some();
    let empty = ["-", "—", "n/a", "?", "none"].contains(&cell.to_lowercase().as_str());
    if blank || empty {
        return false;
    }
    match what {
        "phone" => cell.chars().filter(char::is_ascii_digit).count() >= 5,
        "e-mail" => cell
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && host.contains('.')),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::documents::markdown;

    #[test]
    fn every_role_needs_name_phone_and_mail() {
        let table = |rows: &str| {
            let text = format!("| Role | Name | Phone | Email |\n|--|--|--|--|\n{rows}");
            read(&markdown::read(&text).sections)
        };
        let whole = table("| Primary | Ada L. | +44 20 7946 0000 | ada@shop.example |\n");
        assert_eq!((whole.rows, whole.missing), (1, vec![]));
        let blank = table("| Primary | ____________ | | ada |\n| Backup | TBD | 12 | b@c.d |\n");
        assert_eq!(blank.rows, 2);
        assert_eq!(
            blank.missing,
            [
                "Primary: no name",
                "Primary: no phone",
                "Primary: no e-mail",
                "Backup: no name",
                "Backup: no phone",
            ]
        );
        let other = markdown::read("| a | b |\n|--|--|\n| 1 | 2 |\n");
        assert_eq!(read(&other.sections).rows, 0);
    }
}
