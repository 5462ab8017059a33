//! Who issued whom: by name, and by signature.

use super::{Known, Refused, Root};
use crate::connect::name;
use crate::connect::signed::{Signature, algorithm_of, check};
use crate::recent::{Recent, once};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// Signatures that are checked at most.
const MOST_CHECKS: usize = 2000;

thread_local! {
    static LATELY: Recent<Signature> = const { Recent::new() };
}

/// How names are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// Octet by octet, as Go, NSS, GnuTLS and rustls do.
    Octets,
    /// By RFC 5280 §7.1, as Chromium, OpenSSL and Java do.
    Prepared,
}

impl Names {
    fn same(self, one: &[u8], two: &[u8]) -> bool {
        match self {
            Self::Octets => one == two,
            Self::Prepared => name::same(one, two),
        }
    }
}

/// The certificates that a path may be built of, the server's own first, and the roots.
pub(super) struct Links<'a> {
    pub(super) nodes: &'a [Arc<Known>],
    pub(super) roots: &'a [Root],
    names: Names,
    checks: Cell<usize>,
    /// For each certificate those whose name its issuer's is; filled as it is asked for.
    above: RefCell<BTreeMap<usize, Arc<[usize]>>>,
    signed: RefCell<BTreeMap<(usize, usize), Signature>>,
}

impl<'a> Links<'a> {
    pub(super) fn new(nodes: &'a [Arc<Known>], roots: &'a [Root], names: Names) -> Self {
        Self {
            nodes,
            roots,
            names,
            checks: Cell::new(0),
            above: RefCell::default(),
            signed: RefCell::default(),
        }
    }

    /// The certificates that have the name of this one's issuer.
    pub(super) fn issuers_of(&self, below: usize) -> Arc<[usize]> {
        if let Some(known) = self.above.borrow().get(&below) {
            return Arc::clone(known);
        }
        let named = |above: &usize| {
            let pair = self.nodes.get(below).zip(self.nodes.get(*above));
            pair.is_some_and(|(below, above)| self.names.same(&below.issuer, &above.subject))
        };
        let all: Arc<[usize]> = (1..self.nodes.len()).filter(named).collect();
        let mut above = self.above.borrow_mut();
        above.insert(below, Arc::clone(&all));
        all
    }

    /// The roots that have the name of its issuer, the one that lasts longest first.
    pub(super) fn roots_of(&self, below: &Known) -> Vec<&'a Root> {
        let named = |root: &&Root| self.names.same(&below.issuer, &root.subject);
        let mut all: Vec<&Root> = self.roots.iter().filter(named).collect();
        if all.len() > 1 {
            let until = |root: &&Root| root.known().map_or(i64::MIN, |known| known.until);
            all.sort_by_key(|root| std::cmp::Reverse(until(root)));
        }
        all
    }

    /// Whether two certificates are of the same name and key.
    pub(super) fn same_issuer(&self, one: &Known, two: &Known) -> bool {
        one.key == two.key && self.names.same(&one.subject, &two.subject)
    }

    /// Whether the one signed the other.
    ///
    /// # Errors
    ///
    /// Why not, or that too many signatures were checked.
    pub(super) fn signed(&self, below: usize, above: usize) -> Result<(), Refused> {
        let known = self.signed.borrow().get(&(below, above)).copied();
        let outcome = match known {
            Some(outcome) => outcome,
            None => {
                let pair = self.nodes.get(below).zip(self.nodes.get(above));
                let (one, two) = pair.ok_or(Refused::UnknownIssuer)?;
                let outcome = self.check(one, &two.key)?;
                let mut signed = self.signed.borrow_mut();
                signed.insert((below, above), outcome);
                outcome
            }
        };
        told(outcome)
    }

    /// Whether a root signed a certificate.
    ///
    /// # Errors
    ///
    /// Likewise, and where the root cannot be read.
    pub(super) fn signed_by_root(&self, below: &Known, root: &Root) -> Result<(), Refused> {
        told(self.check(below, &root.known()?.key)?)
    }

    fn check(&self, below: &Known, key: &[u8]) -> Result<Signature, Refused> {
        if self.checks.get() >= MOST_CHECKS {
            return Err(Refused::TooManyWays);
        }
        self.checks.set(self.checks.get() + 1);
        // CAs' certificates come again with every server below them, a server's own seldom.
        if below.is_authority {
            let pair = [&*below.der, key].concat();
            return Ok(once(&LATELY, &pair, || signature(below, key)));
        }
        Ok(signature(below, key))
    }

    /// Whether any two names are the same by RFC 5280 §7.1 and not octet by octet.
    pub(super) fn differ_in_octets(nodes: &[Arc<Known>], roots: &[Root]) -> bool {
        let above = nodes.iter().skip(1).map(|one| &one.subject);
        let above = above.chain(roots.iter().map(|root| &root.subject));
        let alike = |issuer: &Vec<u8>, name: &Vec<u8>| issuer != name && name::same(issuer, name);
        nodes
            .iter()
            .any(|one| above.clone().any(|name| alike(&one.issuer, name)))
    }
}

fn signature(below: &Known, key: &[u8]) -> Signature {
    let Ok((_, certificate)) = X509Certificate::from_der(&below.der) else {
        return Signature::Wrong;
    };
    check(
        key,
        algorithm_of(&below.der).unwrap_or_default(),
        certificate.tbs_certificate.as_ref(),
        &certificate.signature_value.data,
    )
}

fn told(outcome: Signature) -> Result<(), Refused> {
    match outcome {
        Signature::Right => Ok(()),
        Signature::Wrong => Err(Refused::WrongSignature),
        Signature::NotTrusted => Err(Refused::UntrustedSignature),
    }
}
