//! Distinguished names as RFC 5280 §7.1 compares them: whatever the case and the width of their spaces, and
//! whatever kind of string they are written in.

mod prepared;

use super::octets::{element, elements};

/// Whether two names, each in DER, are the same.
pub(crate) fn same(one: &[u8], two: &[u8]) -> bool {
    one == two || (starts_with(one, two) && parts(one).count() == parts(two).count())
}

/// Whether `name` lies in the subtree of `base`: it begins with all of its parts.
pub(crate) fn is_within(name: &[u8], base: &[u8]) -> bool {
    starts_with(name, base)
}

/// Whether two names that are the same are written in strings of the same kinds.
pub(crate) fn are_strings_alike(one: &[u8], two: &[u8]) -> bool {
    let kinds = |name: &[u8]| -> Vec<(Vec<u8>, u8)> {
        let all = parts(name).flat_map(attributes);
        let mut kinds: Vec<_> = all.map(|one| (one.kind.to_vec(), one.value.0)).collect();
        kinds.sort_unstable();
        kinds
    };
    kinds(one) == kinds(two)
}

fn starts_with(name: &[u8], base: &[u8]) -> bool {
    let mut own = parts(name);
    parts(base).all(|wanted| own.next().is_some_and(|part| same_part(part, wanted)))
}

/// The relative names of a name, each the content of a SET.
fn parts(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    let content = element(name, 0).map(|(_, content)| content);
    let places = content.map_or_else(Vec::new, |content| elements(name, content));
    places.into_iter().filter_map(|place| name.get(place))
}

/// A relative name is a set: the order of its attributes is nothing, their number is not.
fn same_part(one: &[u8], two: &[u8]) -> bool {
    if one == two {
        return true;
    }
    let (one, two) = (attributes(one), attributes(two));
    let mut left: Vec<&Attribute<'_>> = two.iter().collect();
    one.len() == two.len()
        && one.iter().all(|attribute| {
            let place = left.iter().position(|other| attribute.is(other));
            place.map(|place| left.swap_remove(place)).is_some()
        })
}

/// An attribute of a relative name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Attribute<'a> {
    /// The content of its OBJECT IDENTIFIER.
    kind: &'a [u8],
    /// The tag of its value, and the value.
    value: (u8, &'a [u8]),
}

impl Attribute<'_> {
    /// Values of which one is no text that can be prepared are the same octet by octet alone.
    fn is(&self, other: &Self) -> bool {
        if self.kind != other.kind {
            return false;
        }
        let text = |(tag, value)| prepared::text(tag, value);
        self.value == other.value
            || text(self.value)
                .zip(text(other.value))
                .is_some_and(|(one, two)| one == two)
    }
}

fn attributes(part: &[u8]) -> Vec<Attribute<'_>> {
    let read = |place: std::ops::Range<usize>| {
        let (_, kind) = element(part, place.start)?;
        let (tag, value) = element(part, kind.end)?;
        Some(Attribute {
            kind: part.get(kind)?,
            value: (tag, part.get(value)?),
        })
    };
    let all = elements(part, 0..part.len()).into_iter();
    all.filter_map(read).collect()
}

#[cfg(test)]
mod tests;
