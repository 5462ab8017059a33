//! The collector `web/dns`: addresses, TXT and CAA of a domain, asked of the system's name
//! servers or of the one that the target names.
//!
//! NODATA and NXDOMAIN say that there is nothing; SERVFAIL, REFUSED, silence and garbage say
//! that nothing is known, and the field is unknown then.

mod ask;
mod caa;
mod client;
mod climb;
mod dnssec;
mod fact;
pub(crate) mod fuzz;
mod issuance;
mod mail;
mod printable;
mod raw;
mod wildcard;
mod wire;
mod zone;

pub(crate) use ask::Asking;
pub(crate) use client::Client;
pub(crate) use issuance::IssuanceOf;
pub(crate) use mail::Mail;
pub(crate) use printable::printable;
pub(crate) use zone::ZoneOf;

use crate::target::Domain;
use ask::{Ask, Told};
use client::Found;
use fact::DomainFact;
pub(crate) use fact::is_public;
use hickory_proto::rr::{Name, RData, RecordType};
use seaworthy_collect::{BoxFuture, Context, Trouble};
use seaworthy_model::{ReasonCode, Target};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// See the module.
#[derive(Debug)]
pub(crate) struct Dns;

impl Ask for Dns {
    const ID: &'static str = "web/dns";
    const KIND: &'static str = "domain";
    type Fact = DomainFact;

    fn plan(domain: &Domain) -> Vec<String> {
        let (name, server) = (&domain.name, place(domain.nameserver));
        vec![
            format!("DNS: A, AAAA and TXT of {name} at {server}"),
            format!("DNS: CAA of {name} and its ancestors at {server}"),
            format!(
                "DNS: A and AAAA of a label that nobody published, below and beside {name}, at {server}"
            ),
            format!(
                "DNS: SOA, A and AAAA of {name}, and SOA of the root, whether they were validated (DNSSEC), at {server}"
            ),
        ]
    }

    fn ask<'a>(
        _: &'a Target,
        domain: &'a Domain,
        context: &'a Context,
    ) -> BoxFuture<'a, Result<Told<DomainFact>, Trouble>> {
        Box::pin(ask(domain, context))
    }
}

/// # Errors
///
/// When nothing at all was answered.
async fn ask(domain: &Domain, context: &Context) -> Result<Told<DomainFact>, Trouble> {
    let name = absolute(&domain.name)?;
    let client = Client::new(domain.nameserver, context)?;
    let (a, aaaa, txt, caa, dnssec, wildcards) = tokio::join!(
        client.lookup(&name, RecordType::A),
        client.lookup(&name, RecordType::AAAA),
        client.lookup(&name, RecordType::TXT),
        climb::relevant(&client, &name, domain.spec.wildcard),
        dnssec::state(&client, &name),
        wildcard::around(&client, &name),
    );
    let (attempts, transcript) = client.into_log();
    // A validating resolver answers nothing of a name that is signed wrongly, which is told by itself.
    if let (Err(trouble), Err(_), Err(_), Err(_)) = (&a, &aaaa, &txt, &caa)
        && !matches!(&dnssec, Ok(seen) if seen.state == dnssec::Dnssec::Bogus)
    {
        return Err(trouble.clone());
    }
    let mut unknown = BTreeMap::new();
    let mut value = fact_of(domain, [a, aaaa, txt], caa, &mut unknown);
    match dnssec {
        Ok(seen) => {
            value.dnssec = Some(seen.state);
            value.dnssec_error = seen.why.map(str::to_owned);
        }
        Err(trouble) => {
            unknown.insert("dnssec".to_owned(), trouble.detail);
        }
    }
    wildcards.into_fact(&mut value, &mut unknown);
    Ok(Told {
        value,
        unknown,
        attempts: ask::in_order(attempts),
        transcript,
        reproduce: reproduce(domain),
    })
}

fn fact_of(
    domain: &Domain,
    [a, aaaa, txt]: [Result<Found, Trouble>; 3],
    caa: Result<Option<caa::Caa>, Trouble>,
    unknown: &mut BTreeMap<String, String>,
) -> DomainFact {
    let mut miss = |paths: &[&str], trouble: &Trouble| {
        for path in paths {
            unknown.insert((*path).to_owned(), trouble.detail.clone());
        }
    };
    let mut fact = DomainFact {
        name: domain.name.clone(),
        expected_txt: domain.spec.expect_txt.clone(),
        wildcard: domain.spec.wildcard,
        issuers: domain.issuers(),
        ..DomainFact::default()
    };
    let sets = [("A", &a), ("AAAA", &aaaa), ("TXT", &txt)];
    let known = sets
        .iter()
        .filter_map(|(kind, found)| Some(((*kind).to_owned(), found.as_ref().ok()?.ttl()?)));
    fact.ttls = known.collect();
    match caa {
        Ok(caa) => fact.set_caa(caa),
        Err(trouble) => miss(&["caa", "issuers_forbidden", "issuers_unlisted"], &trouble),
    }
    let any = [&a, &aaaa, &txt]
        .into_iter()
        .find_map(|found| found.as_ref().ok());
    match (any, &a) {
        (Some(found), _) => fact.exists = Some(found.exists),
        (None, Err(trouble)) => miss(&["exists"], trouble),
        (None, Ok(_)) => {}
    }
    match &txt {
        Ok(found) => fact.set_txt(texts(found)),
        Err(trouble) => miss(&["txt", "expected_txt_missing"], trouble),
    }
    let mut special = Vec::new();
    for (found, path, field) in [(&a, "a", &mut fact.a), (&aaaa, "aaaa", &mut fact.aaaa)] {
        match found {
            Ok(found) => {
                let addresses = found.addresses();
                special.extend(
                    addresses
                        .iter()
                        .filter(|ip| !is_public(**ip))
                        .map(ToString::to_string),
                );
                *field = Some(addresses.iter().map(ToString::to_string).collect());
            }
            Err(trouble) => miss(&[path], trouble),
        }
    }
    match (&a, &aaaa) {
        (Ok(a), Ok(aaaa)) => {
            let longer = if a.aliases.len() >= aaaa.aliases.len() {
                a
            } else {
                aaaa
            };
            fact.aliases = Some(longer.aliases.clone());
            fact.dangling_alias = longer.dangling.clone();
            fact.private_addresses = Some(special);
        }
        // One that was seen is bad enough; that there is none is not known.
        (Err(trouble), _) | (_, Err(trouble)) if special.is_empty() => {
            miss(&["aliases", "dangling_alias", "private_addresses"], trouble);
        }
        (Err(trouble), _) | (_, Err(trouble)) => {
            miss(&["aliases", "dangling_alias"], trouble);
            fact.private_addresses = Some(special);
        }
    }
    fact
}

fn texts(found: &Found) -> Vec<String> {
    let mut texts: Vec<String> = found
        .records
        .iter()
        .filter_map(|record| {
            let RData::TXT(txt) = &record.data else {
                return None;
            };
            let text = txt.txt_data.concat();
            Some(printable(&String::from_utf8_lossy(&text)))
        })
        .collect();
    texts.sort();
    texts.dedup();
    texts
}

fn place(server: Option<SocketAddr>) -> String {
    server.map_or_else(
        || "the system's name servers".to_owned(),
        |server| server.to_string(),
    )
}

fn reproduce(domain: &Domain) -> String {
    let (name, server) = (&domain.name, dig_server(domain.nameserver));
    let caa = caa_questions(name);
    let nobody = wildcard::labels(name);
    let nobody: Vec<String> = nobody.iter().map(|name| format!("{name} A")).collect();
    format!(
        "dig {server}{name} A {name} AAAA {name} TXT {caa} {} {name} SOA +adflag",
        nobody.join(" ")
    )
}

/// The words of a `dig` that ask `server`.
fn dig_server(server: Option<SocketAddr>) -> String {
    server.map_or_else(String::new, |server| {
        format!("@{} -p {} ", server.ip(), server.port())
    })
}

/// The name for a query.
fn absolute(text: &str) -> Result<Name, Trouble> {
    Name::from_ascii(format!("{}.", text.trim_end_matches('.'))).map_err(|error| {
        Trouble::new(
            ReasonCode::Unparsed,
            format!("failed to ask for {text}: {error}"),
        )
    })
}

/// The words of a `dig` that ask for CAA at `name` and each of its ancestors, as a CA does.
fn caa_questions(name: &str) -> String {
    let ancestors = std::iter::successors(Some(name), |name| {
        name.split_once('.').map(|(_, rest)| rest)
    });
    let questions: Vec<String> = ancestors.map(|name| format!("{name} CAA")).collect();
    questions.join(" ")
}
