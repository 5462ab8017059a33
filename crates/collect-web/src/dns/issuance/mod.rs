//! The collector `web/caa`: the certificates that a domain serves, held against the CAA records that
//! govern their names.
//!
//! Who issued a certificate is told by its issuer's organisation, and only where a trusted path
//! proves it; by which names CAA records mean that CA stands in `identifiers.tsv`.

mod fact;
mod identifiers;
mod look;

use super::ask::{Ask, Told, in_order};
use super::client::Client;
use crate::connect::{Roots, resolve};
use crate::target::Domain;
use fact::{Governed, Issuance, Served};
use futures_util::future::join_all;
use seaworthy_collect::{BoxFuture, Context, Trouble};
use seaworthy_model::Target;
use std::collections::{BTreeMap, BTreeSet};

/// See the module.
#[derive(Debug)]
pub(crate) struct IssuanceOf;

impl Ask for IssuanceOf {
    const ID: &'static str = "web/caa";
    const KIND: &'static str = "issuance";
    type Fact = Issuance;

    fn plan(domain: &Domain) -> Vec<String> {
        let (name, server) = (&domain.name, super::place(domain.nameserver));
        let at = match domain.spec.serves.as_slice() {
            [] => format!("each address of {name}, port 443"),
            places => places.join(", "),
        };
        vec![
            format!("TLS handshake for {name} with {at}; nothing is sent"),
            format!(
                "DNS: CAA of the names of its certificate that are for {name}, and their ancestors, at {server}"
            ),
        ]
    }

    fn ask<'a>(
        target: &'a Target,
        domain: &'a Domain,
        context: &'a Context,
    ) -> BoxFuture<'a, Result<Told<Issuance>, Trouble>> {
        Box::pin(ask(target, domain, context))
    }
}

/// # Errors
///
/// When the entry is none, or there are no roots. What is not served, or not answered, is unknown.
async fn ask(
    target: &Target,
    domain: &Domain,
    context: &Context,
) -> Result<Told<Issuance>, Trouble> {
    let endpoint = domain.endpoint(target)?;
    let roots = Roots::load(domain.spec.ca_file.as_deref())?;
    let resolved = resolve(&endpoint, context).await;
    let mut troubles = resolved.troubles;
    let looks = resolved
        .addresses
        .iter()
        .map(|address| look::served(&endpoint, *address, &roots, context));
    let mut served: Vec<Served> = Vec::new();
    for outcome in join_all(looks).await {
        match outcome {
            Ok(one) => served.push(one),
            Err(trouble) => troubles.push(trouble),
        }
    }
    let client = Client::new(domain.nameserver, context)?;
    let names: BTreeSet<&String> = served.iter().flat_map(|one| &one.names).collect();
    let governed: Vec<Governed> =
        join_all(names.into_iter().map(|name| look::governed(&client, name))).await;
    let (attempts, transcript) = client.into_log();
    let mut attempts = in_order(attempts);
    attempts.splice(
        0..0,
        troubles.iter().flat_map(|trouble| trouble.attempts.clone()),
    );
    let mut fact = Issuance {
        name: domain.name.clone(),
        issuers: domain.issuers(),
        seen: !served.is_empty(),
        ..Issuance::default()
    };
    let mut unknown: BTreeMap<String, String> = BTreeMap::new();
    if fact.seen {
        let fields = fact.conclude(&served, &governed);
        unknown.extend(
            fields
                .into_iter()
                .map(|(field, why)| (field.to_owned(), why)),
        );
    }
    match troubles.first() {
        Some(trouble) => unseen(&mut fact, trouble, &mut unknown),
        None => fact.served = Some(served),
    }
    Ok(Told {
        value: fact,
        unknown,
        attempts,
        transcript,
        reproduce: look::reproduce(domain, resolved.addresses.first()),
    })
}

/// An address that was not seen may serve another CA's certificate: what was found stays, and no more
/// is known.
fn unseen(fact: &mut Issuance, trouble: &Trouble, unknown: &mut BTreeMap<String, String>) {
    let forbidden = fact.forbidden.take().filter(|found| !found.is_empty());
    fact.allowed_besides = None;
    let mut missing = vec!["allowed_besides", "served"];
    if forbidden.is_none() {
        missing.push("forbidden");
    }
    if fact.restricted.is_none() {
        missing.push("restricted");
    }
    fact.forbidden = forbidden;
    for field in missing {
        unknown.insert(field.to_owned(), trouble.detail.clone());
    }
}
