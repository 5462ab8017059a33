//! Name constraints (RFC 5280 §4.2.1.10): what a CA may issue for, form by form.
//!
//! Of otherName, x400Address, ediPartyName and registeredID nobody has said what lies within what. A
//! certificate with a name of such a form is refused below a CA that limits it, as the RFC wants.

mod host;
mod mailbox;
mod names;
mod range;
mod uri;

use super::{Known, Refused};
use crate::connect::octets::element;
use names::{Form, named};
use std::cell::Cell;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer as _;

/// As many comparisons of names as other clients make.
const MOST_COMPARISONS: usize = 250_000;

/// Which list of subtrees a base is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subtrees {
    Permitted,
    Excluded,
}

/// How many names may still be compared, over all paths that are tried.
#[derive(Debug)]
pub(super) struct Patience(Cell<usize>);

impl Default for Patience {
    fn default() -> Self {
        Self(Cell::new(MOST_COMPARISONS))
    }
}

impl Patience {
    fn spend(&self) -> Result<(), Refused> {
        let left = self.0.get().checked_sub(1);
        self.0.set(left.ok_or(Refused::TooManyWays)?);
        Ok(())
    }
}

/// Whether every name of the certificates `below` a CA, the server's own first, is one that it may issue
/// for, by the value of its nameConstraints.
///
/// # Errors
///
/// Which rule is broken.
pub(super) fn within<'a>(
    constraints: &[u8],
    below: impl IntoIterator<Item = &'a Known>,
    patience: &Patience,
) -> Result<(), Refused> {
    let [permitted, excluded] = subtrees(constraints).ok_or(Refused::Malformed)?;
    let (permitted, excluded) = (bases(&permitted)?, bases(&excluded)?);
    for (place, known) in below.into_iter().enumerate() {
        // A CA that issued itself is passed over, the server's own certificate is not (§6.1.3 (b)).
        if place > 0 && known.itself {
            continue;
        }
        let read = X509Certificate::from_der(&known.der);
        let (_, certificate) = read.map_err(|_| Refused::Malformed)?;
        for name in named(&certificate)? {
            judged(&name, &permitted, &excluded, patience)?;
        }
    }
    Ok(())
}

/// Exclusion goes before permission.
fn judged(
    name: &Form<'_>,
    permitted: &[Form<'_>],
    excluded: &[Form<'_>],
    patience: &Patience,
) -> Result<(), Refused> {
    for base in excluded {
        patience.spend()?;
        if name.is_within(base, Subtrees::Excluded)? == Some(true) {
            return Err(Refused::Names);
        }
    }
    let (mut limited, mut held) = (false, false);
    for base in permitted {
        patience.spend()?;
        let within = name.is_within(base, Subtrees::Permitted)?;
        limited |= within.is_some();
        held |= within == Some(true);
    }
    if limited && !held {
        return Err(Refused::Names);
    }
    Ok(())
}

/// The bases of subtrees, each a GeneralName in DER.
fn bases<'a>(subtrees: &[&'a [u8]]) -> Result<Vec<Form<'a>>, Refused> {
    let read = |base: &&'a [u8]| {
        let (rest, name) = GeneralName::from_der(base).map_err(|_| Refused::Malformed)?;
        if rest.is_empty() {
            Form::of(&name)
        } else {
            Err(Refused::Malformed)
        }
    };
    subtrees.iter().map(read).collect()
}

/// The bases of what is permitted and of what is excluded; nothing where the value is of another form.
/// `minimum` is 0, which DER leaves out, and `maximum` is never there.
fn subtrees(constraints: &[u8]) -> Option<[Vec<&[u8]>; 2]> {
    let mut found = [Vec::new(), Vec::new()];
    let (0x30, content) = element(constraints, 0)? else {
        return None;
    };
    let mut at = content.start;
    let mut next = 0;
    while at < content.end {
        let (tag, list) = element(constraints, at)?;
        let which = usize::from(tag.checked_sub(0xa0)?);
        if which < next || list.end > content.end {
            return None;
        }
        at = list.start;
        while at < list.end {
            let (0x30, subtree) = element(constraints, at)? else {
                return None;
            };
            let (_, base) = element(constraints, subtree.start)?;
            if base.end != subtree.end || subtree.end > list.end {
                return None;
            }
            let whole = constraints.get(subtree.clone())?;
            found.get_mut(which)?.push(whole);
            at = subtree.end;
        }
        next = which + 1;
    }
    (content.end == constraints.len()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::subtrees;
    use proptest::prelude::*;

    #[test]
    fn two_lists_of_bases_and_nothing_else() {
        let host = |octet: u8| [0x30, 3, 0x82, 1, octet];
        let list = |tag: u8, trees: &[u8]| {
            [&[tag, u8::try_from(trees.len()).unwrap()][..], trees].concat()
        };
        let both = [
            list(0xa0, &host(b'a')),
            list(0xa1, &[host(b'b'), host(b'c')].concat()),
        ];
        let value = list(0x30, &both.concat());
        let [permitted, excluded] = subtrees(&value).unwrap();
        assert_eq!(permitted, [&[0x82, 1, b'a']]);
        assert_eq!(excluded, [&[0x82, 1, b'b'], &[0x82, 1, b'c']]);
        let [permitted, excluded] = subtrees(&[0x30, 0]).unwrap();
        assert!(permitted.is_empty() && excluded.is_empty());
        let minimum = [0x30, 6, 0x82, 1, b'a', 0x80, 1, 0];
        for wrong in [
            list(0x30, &[both[1].clone(), both[0].clone()].concat()),
            list(0x30, &[both[0].clone(), both[0].clone()].concat()),
            list(0x30, &list(0xa2, &host(b'a'))),
            list(0x30, &list(0xa0, &minimum)),
            list(0x30, &list(0xa0, &[0x30, 0])),
            list(0x30, &list(0xa0, &[0x82, 1, b'a'])),
            list(0x31, &both[0]),
            [list(0x30, &both[0]), vec![0]].concat(),
            vec![0x30, 4, 0xa0, 3, 0x30, 1],
            vec![],
        ] {
            assert_eq!(subtrees(&wrong), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn no_octets_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = subtrees(&bytes);
        }
    }
}
