//! By which names CAA records mean a certificate authority: the table in `identifiers.tsv`.

/// The table: an organisation and its names, a line each.
const TABLE: &str = include_str!("identifiers.tsv");

/// The issuer domain names that the CA whose issuing certificates bear `organisation` recognises, in
/// lower case, sorted; `None` where the table does not know it.
pub(super) fn of_organisation(organisation: &str) -> Option<Vec<String>> {
    let (_, names) = rows().find(|(known, _)| *known == organisation)?;
    let mut names: Vec<String> = names.split(' ').map(str::to_owned).collect();
    names.sort();
    Some(names)
}

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t'))
}

#[cfg(test)]
mod tests {
    use super::{TABLE, of_organisation, rows};
    use std::collections::BTreeSet;

    #[test]
    fn the_table_is_whole_and_every_organisation_stands_in_it_once() {
        let data = TABLE.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(data.count(), rows().count());
        let organisations: BTreeSet<&str> = rows().map(|(organisation, _)| organisation).collect();
        assert_eq!(organisations.len(), rows().count());
        for (organisation, names) in rows() {
            for name in names.split(' ') {
                let label = |label: &str| {
                    let fits = |byte: u8| {
                        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
                    };
                    !label.is_empty() && label.bytes().all(fits)
                };
                assert!(
                    name.contains('.') && name.split('.').all(label),
                    "{organisation}: {name:?}"
                );
            }
        }
    }

    #[test]
    fn an_organisation_is_known_to_the_letter_or_not_at_all() {
        assert_eq!(
            of_organisation("Let's Encrypt").unwrap(),
            ["letsencrypt.org"]
        );
        assert_eq!(
            of_organisation("Google Trust Services").unwrap(),
            ["pki.goog"]
        );
        for unknown in ["", "let's encrypt", "Let's Encrypt Ltd", "Example CA"] {
            assert_eq!(of_organisation(unknown), None, "{unknown}");
        }
    }
}
