//! From served certificates to the part of the fact that is about them.

use super::certificate::{self, Certificate, Timestamps, names};
use super::fact::{TlsEndpoint, Unknown};
use super::{clients, der, lint, malformed, path};
use crate::connect::{RootSource, Roots, name};
use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, ServerName};
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

type Parsed<'a> = Vec<(usize, X509Certificate<'a>)>;

/// Fills in everything about `chain`, the server's own certificate first. Without `roots`
/// nothing is known about trust. Gives the path: to a root, or as far as the chain leads.
///
/// # Errors
///
/// When the first certificate is no certificate; one that is malformed is told in the fact.
pub(super) fn fill(
    fact: &mut TlsEndpoint,
    unknown: &mut Unknown,
    chain: &[CertificateDer<'_>],
    asked: &ServerName<'_>,
    roots: &Result<std::sync::Arc<Roots>, Trouble>,
    as_of: Timestamp,
) -> Result<Vec<CertificateDer<'static>>, Trouble> {
    let parsed = parse(chain);
    fact.server_name = asked.to_str().into_owned();
    let Some((0, own)) = parsed.first() else {
        if let Some(fault) = chain.first().and_then(|own| der::unreadable(own)) {
            malformed::fill(fact, unknown, &fault);
            return Ok(Vec::new());
        }
        return Err(Trouble::new(
            ReasonCode::Unparsed,
            format!(
                "failed to read the certificate of {}: the first of {} is not an X.509 certificate",
                fact.r#ref,
                chain.len(),
            ),
        ));
    };
    fact.unparsed = (0..chain.len())
        .filter(|index| parsed.iter().all(|(position, _)| position != index))
        .map(count)
        .collect();
    fact.chain = parsed
        .iter()
        .map(|(index, one)| Certificate::new(Some(count(*index)), one, as_of))
        .collect();
    fact.names = names(own);
    fact.must_staple = certificate::must_staple(own);
    let timestamps = Timestamps::of(own, as_of);
    fact.embedded_scts = timestamps.many;
    fact.embedded_sct_logs = timestamps.logs;
    if let (Ok(roots), Some(most)) = (roots, lint::exceeded(own))
        && roots.source == RootSource::File
    {
        fact.notes.push(format!(
            "the certificate is valid for more than the {most} days that a public CA may give (BR \
             §6.3.2), which do not bind a CA from a file"
        ));
    }
    if let Some(own) = fact.chain.first() {
        fact.self_signed = own.self_issued;
        fact.validity_days = own.validity_days;
    }
    match chain.first().map(|own| path::is_for_name(own, asked)) {
        Some(Ok(matches)) => fact.name_matches = Some(matches),
        Some(Err(why)) => {
            unknown.insert("name_matches".to_owned(), why);
        }
        None => {}
    }
    let path = match roots {
        Ok(roots) => trusted(fact, unknown, chain, &parsed, roots, as_of),
        Err(trouble) => {
            for field in [
                "trusted_roots",
                "path_valid",
                "path_error",
                "missing_issuer",
            ] {
                unknown.insert(field.to_owned(), trouble.detail.clone());
            }
            let walked = certificates(chain, &walk(&parsed));
            judged_path(fact, unknown, &walked, None, &trouble.detail, as_of);
            walked
        }
    };
    let mut further = malformed::others(chain, &fact.unparsed);
    if timestamps.from_the_future {
        let subject = fact.chain.first().map_or("", |own| own.subject.as_str());
        further.push(lint::timestamp_from_the_future(subject));
    }
    if !further.is_empty() {
        fact.lints.get_or_insert_default().extend(further);
        unknown.remove("lints");
    }
    notes(fact);
    let owned = |(_, der): (Option<usize>, CertificateDer<'_>)| der.into_owned();
    Ok(path.into_iter().map(owned).collect())
}

fn trusted<'a>(
    fact: &mut TlsEndpoint,
    unknown: &mut Unknown,
    chain: &[CertificateDer<'a>],
    parsed: &Parsed<'_>,
    roots: &Roots,
    as_of: Timestamp,
) -> Vec<(Option<usize>, CertificateDer<'a>)> {
    let judged = path::judge(chain, parsed, roots, as_of);
    fact.trusted_roots = Some(match roots.source {
        RootSource::Platform => "platform".to_owned(),
        RootSource::File => "ca_file".to_owned(),
    });
    if roots.source == RootSource::File && roots.unusable > 0 {
        fact.notes.push(format!(
            "{} certificates of the ca_file are no roots that can be used",
            roots.unusable
        ));
    }
    match &judged.undecided {
        Some(why) => {
            unknown.insert("path_valid".to_owned(), why.clone());
        }
        None => fact.path_valid = Some(judged.error.is_none()),
    }
    fact.path_error = judged.error.clone();
    if let Some(path) = judged.path {
        fact.path_complete = true;
        let positioned: Vec<(Option<usize>, CertificateDer<'_>)> = path
            .into_iter()
            .enumerate()
            .map(|(step, der)| {
                let served = chain.iter().position(|served| *served == der);
                // The first is the server's own even if it were served twice.
                (if step == 0 { Some(0) } else { served }, der)
            })
            .collect();
        let needed = |index: &usize| {
            positioned
                .iter()
                .any(|(position, _)| position == &Some(*index))
        };
        fact.superfluous = (0..chain.len())
            .filter(|index| !needed(index))
            .map(count)
            .collect();
        // Roots in a file are those of a private estate, unless it says otherwise.
        let bound_by = if fact.public_ca {
            RootSource::Platform
        } else {
            roots.source
        };
        judged_path(fact, unknown, &positioned, Some(bound_by), "", as_of);
        return positioned;
    }
    let walked = walk(parsed);
    if judged.unknown_issuer
        && let Some((_, last)) = walked.last()
        && !name::same(last.subject().as_raw(), last.issuer().as_raw())
    {
        match malformed::first(chain, &fact.unparsed) {
            Some(why) => {
                fact.path_error = Some(format!("no trusted root is reached: {why}"));
            }
            None => {
                let issuer = crate::dns::printable(&last.issuer().to_string());
                fact.missing_issuer = Some(issuer);
            }
        }
    }
    let why = format!(
        "the path is not complete: {}",
        fact.path_error
            .clone()
            .or(judged.undecided)
            .as_deref()
            .unwrap_or("no root is reached"),
    );
    let walked = certificates(chain, &walked);
    judged_path(fact, unknown, &walked, None, &why, as_of);
    walked
}

/// Fills in what follows from the path; `complete` says whose rules bind it, if it ends in a root.
fn judged_path(
    fact: &mut TlsEndpoint,
    unknown: &mut Unknown,
    path: &[(Option<usize>, CertificateDer<'_>)],
    complete: Option<RootSource>,
    why_not: &str,
    as_of: Timestamp,
) {
    let parsed: Vec<(Option<usize>, X509Certificate<'_>)> = path
        .iter()
        .filter_map(|(position, der)| Some((*position, X509Certificate::from_der(der).ok()?.1)))
        .collect();
    let read = |position: Option<i64>| {
        let served = &mut fact.chain.iter();
        served.find(|one| position.is_some() && one.position == position)
    };
    fact.path = parsed
        .iter()
        .map(|(position, one)| {
            let position = position.map(count);
            let served = read(position).cloned();
            served.unwrap_or_else(|| Certificate::new(position, one, as_of))
        })
        .collect();
    let mut miss = |field: &str, why: &str| {
        unknown.insert(field.to_owned(), why.to_owned());
    };
    if let Some(first) = fact.path.iter().min_by_key(|one| one.days_left) {
        fact.expires_first.clone_from(&first.subject);
        fact.expires_at.clone_from(&first.not_after);
        match complete {
            Some(_) => fact.min_days_left = Some(first.days_left),
            None => miss("min_days_left", why_not),
        }
    }
    let served = fact.path.iter().filter(|one| one.position.is_some());
    fact.served_min_days_left = served.map(|one| one.days_left).min().unwrap_or_default();

    let keys = fact
        .path
        .iter()
        .map(|one| (one, one.key.strong, one.key.shown()));
    let (strong, weakness, why) = strength(keys, complete, why_not);
    (fact.key_strong, fact.key_weakness) = (strong, weakness);
    if strong.is_none() {
        miss("key_strong", &why);
    }
    // Trust in a root does not come from its signature on itself.
    let roots = usize::from(complete.is_some());
    let signed = fact
        .path
        .iter()
        .take(fact.path.len().saturating_sub(roots).max(1));
    let signatures = signed.map(|one| (one, one.signature.strong, one.signature.algorithm.clone()));
    let (strong, weakness, why) = strength(signatures, complete, why_not);
    (fact.signature_strong, fact.signature_weakness) = (strong, weakness);
    if strong.is_none() {
        miss("signature_strong", &why);
    }

    let subjects: Vec<(String, X509Certificate<'_>)> = fact
        .path
        .iter()
        .map(|one| one.subject.clone())
        .zip(parsed.into_iter().map(|(_, one)| one))
        .collect();
    fact.notes.append(&mut clients::differ(&subjects, complete));
    let broken = lint::path(&subjects, complete);
    let seen = |lints: Vec<lint::Lint>| (complete.is_some() || !lints.is_empty()).then_some(lints);
    fact.lints = seen(broken.everywhere);
    fact.baseline = seen(broken.baseline);
    for (field, lints) in [("lints", &fact.lints), ("baseline", &fact.baseline)] {
        if lints.is_none() {
            miss(field, why_not);
        }
    }
}

/// Whether all are strong, the weak ones for a person, and why it is not known.
fn strength<'a>(
    all: impl Iterator<Item = (&'a Certificate, Option<bool>, String)>,
    complete: Option<RootSource>,
    why_not: &str,
) -> (Option<bool>, Option<String>, String) {
    let mut weak = Vec::new();
    let mut strange = Vec::new();
    for (certificate, strong, shown) in all {
        match strong {
            Some(true) => {}
            Some(false) => weak.push(format!("{shown} ({})", certificate.subject)),
            None => strange.push(shown),
        }
    }
    if !weak.is_empty() {
        return (Some(false), Some(weak.join(", ")), String::new());
    }
    if !strange.is_empty() {
        return (
            None,
            None,
            format!("the strength of {} is not known here", strange.join(", ")),
        );
    }
    (complete.map(|_| true), None, why_not.to_owned())
}

fn parse<'a>(chain: &'a [CertificateDer<'_>]) -> Parsed<'a> {
    let all = chain.iter().enumerate();
    all.filter_map(|(index, der)| Some((index, X509Certificate::from_der(der).ok()?.1)))
        .collect()
}

/// The served certificates that follow each other by issuer and subject, from the server's own.
/// Of several that fit, the one that lasts longest.
fn walk<'p, 'a>(parsed: &'p Parsed<'a>) -> Vec<&'p (usize, X509Certificate<'a>)> {
    let mut steps: Vec<&(usize, X509Certificate<'a>)> = parsed.iter().take(1).collect();
    while let Some((_, last)) = steps.last() {
        let fits = |(position, one): &&(usize, X509Certificate<'a>)| {
            let new = steps.iter().all(|(step, _)| step != position);
            new && name::same(one.subject().as_raw(), last.issuer().as_raw())
        };
        let lasts = |(_, one): &&(usize, X509Certificate<'a>)| one.validity().not_after.timestamp();
        match parsed.iter().filter(fits).max_by_key(lasts) {
            Some(next) => steps.push(next),
            None => break,
        }
    }
    steps
}

fn certificates<'a>(
    chain: &[CertificateDer<'a>],
    steps: &[&(usize, X509Certificate<'_>)],
) -> Vec<(Option<usize>, CertificateDer<'a>)> {
    let at =
        |step: &&(usize, X509Certificate<'_>)| Some((Some(step.0), chain.get(step.0)?.clone()));
    steps.iter().filter_map(at).collect()
}

fn notes(fact: &mut TlsEndpoint) {
    let superfluous = |one: &&Certificate| {
        one.position
            .is_some_and(|at| fact.superfluous.contains(&at))
    };
    let mut notes = Vec::new();
    for one in fact.chain.iter().filter(superfluous) {
        let state = if one.expired { "expired and " } else { "" };
        notes.push(format!(
            "the served certificate {} is {state}not needed",
            one.subject
        ));
    }
    let order: Vec<i64> = fact.path.iter().filter_map(|one| one.position).collect();
    if !order.is_sorted() {
        notes.push(
            "the certificates are not served in the order of the path (RFC 5246 §7.4.2)".to_owned(),
        );
    }
    if fact.path.len() > 1
        && let Some(root) = fact
            .path
            .last()
            .filter(|one| one.self_issued && one.position.is_some())
    {
        notes.push(format!(
            "the root {} is served, which clients do not need",
            root.subject
        ));
    }
    fact.notes.append(&mut notes);
}

fn count(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}
