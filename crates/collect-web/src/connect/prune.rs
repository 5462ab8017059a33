//! Bounded time for chains that are made to take long. webpki follows names and checks signatures once it
//! has reached a root: among many certificates of a few names there are more ways than it can walk. Where
//! there are many, only those are shown to it that stand on a way of right signatures to a root.

use super::Roots;
use super::mask::Known;
use super::octets::element;
use super::signed::{Signature, algorithm_of, check};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// So few that all ways among them are walked at once.
const FEW: usize = 6;

/// Signatures that are checked at most; what is beyond is taken for right.
const MOST_CHECKS: usize = 2000;

/// A certificate that can be read.
struct Node<'a> {
    /// Its place among the others; none for the server's own.
    place: Option<usize>,
    certificate: X509Certificate<'a>,
}

/// Those of `others` that can be in a path from `own` to one of the roots.
pub(super) fn of_use<'k, 'a>(
    own: &'a Known<'a>,
    others: Vec<&'k Known<'a>>,
    roots: &Roots,
) -> Vec<&'k Known<'a>> {
    if others.len() <= FEW {
        return others;
    }
    let read = |place: Option<usize>, known: &Known<'a>| {
        let (_, certificate) = X509Certificate::from_der(known.original).ok()?;
        Some(Node { place, certificate })
    };
    let Some(first) = read(None, own) else {
        return others;
    };
    let all = others.iter().enumerate();
    let behind = all.filter_map(|(place, known)| read(Some(place), known));
    let nodes: Vec<Node<'_>> = std::iter::once(first).chain(behind).collect();
    let issuers = issuers(&nodes);
    let reached = closure(nodes.len(), [0], |node| {
        issuers.get(node).into_iter().flatten().copied().collect()
    });
    let at_root = |node: &usize| {
        nodes
            .get(*node)
            .is_some_and(|node| is_below_root(&node.certificate, roots))
    };
    let ends = (0..nodes.len()).filter(at_root);
    let leading = closure(nodes.len(), ends, |node| {
        let below = issuers.iter().enumerate();
        below
            .filter(|(_, above)| above.contains(&node))
            .map(|(below, _)| below)
            .collect()
    });
    let of_use: Vec<usize> = (0..nodes.len())
        .filter(|node| reached.contains(node) && leading.contains(node))
        .filter_map(|node| nodes.get(node)?.place)
        .collect();
    let kept = others.into_iter().enumerate();
    kept.filter(|(place, _)| of_use.contains(place))
        .map(|(_, known)| known)
        .collect()
}

/// For each certificate those whose name and key are its issuer's.
fn issuers(nodes: &[Node<'_>]) -> Vec<Vec<usize>> {
    let mut checks = 0;
    let mut of = |below: &X509Certificate<'_>, above: &X509Certificate<'_>| {
        if below.issuer().as_raw() != above.subject().as_raw() {
            return false;
        }
        checks += 1;
        checks > MOST_CHECKS || signed_by(below, above)
    };
    let all = nodes.iter();
    all.map(|below| {
        let above = nodes.iter().enumerate();
        above
            .filter(|(_, one)| of(&below.certificate, &one.certificate))
            .map(|(place, _)| place)
            .collect()
    })
    .collect()
}

/// A signature of a kind that is not known here is left to webpki, to say so.
fn signed_by(below: &X509Certificate<'_>, above: &X509Certificate<'_>) -> bool {
    let algorithm = algorithm_of(below.as_raw()).unwrap_or_default();
    let outcome = check(
        above.public_key(),
        algorithm,
        below.tbs_certificate.as_ref(),
        &below.signature_value.data,
    );
    outcome != Signature::Wrong
}

fn is_below_root(certificate: &X509Certificate<'_>, roots: &Roots) -> bool {
    let issuer = certificate.issuer().as_raw();
    let content = element(issuer, 0).and_then(|(_, content)| issuer.get(content));
    let anchors = roots.anchors().iter();
    content.is_some_and(|name| {
        anchors
            .clone()
            .any(|anchor| anchor.subject.as_ref() == name)
    })
}

/// All that is reached from `starts` by `next`.
fn closure(
    many: usize,
    starts: impl IntoIterator<Item = usize>,
    next: impl Fn(usize) -> Vec<usize>,
) -> Vec<usize> {
    let mut seen = vec![false; many];
    let mut waiting: Vec<usize> = starts.into_iter().collect();
    let mut all = Vec::new();
    while let Some(node) = waiting.pop() {
        let Some(known) = seen.get_mut(node) else {
            continue;
        };
        if std::mem::replace(known, true) {
            continue;
        }
        all.push(node);
        waiting.extend(next(node));
    }
    all
}
