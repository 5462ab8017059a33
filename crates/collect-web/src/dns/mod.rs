//! The collector `web/dns`: addresses, TXT and CAA of a domain, asked of the system's name
//! servers or of the one that the target names.
//!
//! NODATA and NXDOMAIN say that there is nothing; SERVFAIL, REFUSED, silence and garbage say
//! that nothing is known, and the field is unknown then.

mod caa;
mod client;
mod climb;
mod dnssec;
mod fact;
pub(crate) mod fuzz;
mod issuance;
mod mail;
mod raw;
mod wildcard;
mod wire;
mod zone;

pub(crate) use client::{Client, printable};
pub(crate) use issuance::IssuanceOf;
pub(crate) use mail::Mail;
pub(crate) use zone::ZoneOf;

use crate::target::{Domain, unassessed};
use client::Found;
use fact::DomainFact;
pub(crate) use fact::is_public;
use hickory_proto::rr::{Name, RData, RecordType};
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, Trouble, fact_schema, fact_value};
use seaworthy_model::{Fact, FactSchema, Provenance, ReasonCode, SubjectRef, Target};
use std::collections::BTreeMap;
use std::net::SocketAddr;

const ID: &str = "web/dns";
const KIND: &str = "domain";

/// See the module.
#[derive(Debug)]
pub(crate) struct Dns;

impl Collector for Dns {
    fn id(&self) -> &'static str {
        ID
    }

    fn target_kind(&self) -> &'static str {
        "domain"
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<DomainFact>(KIND)]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        match Domain::of(target) {
            Ok(domain) => {
                let server = place(domain.nameserver);
                vec![
                    format!("DNS: A, AAAA and TXT of {} at {server}", domain.name),
                    format!("DNS: CAA of {} and its ancestors at {server}", domain.name),
                    format!(
                        "DNS: A and AAAA of a label that nobody published, below and beside {}, at {server}",
                        domain.name
                    ),
                ]
            }
            Err(trouble) => vec![trouble.detail],
        }
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Err(trouble) = collect(target, context, sink).await {
                sink.unassessed(unassessed(ID, KIND, target, trouble));
            }
        })
    }
}

/// # Errors
///
/// When nothing at all was answered.
async fn collect(target: &Target, context: &Context, sink: &Sink) -> Result<(), Trouble> {
    let domain = Domain::of(target)?;
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
    let (mut attempts, transcript) = client.into_log();
    attempts.sort_by(|one, other| (one.at, &one.address).cmp(&(other.at, &other.address)));
    // A validating resolver answers nothing of a name that is signed wrongly, which is told by itself.
    if let (Err(trouble), Err(_), Err(_), Err(_)) = (&a, &aaaa, &txt, &caa)
        && !matches!(dnssec, Ok(dnssec::Dnssec::Bogus))
    {
        return Err(trouble.clone());
    }
    let mut unknown = BTreeMap::new();
    let mut value = fact_of(&domain, [a, aaaa, txt], caa, &mut unknown);
    match dnssec {
        Ok(state) => value.dnssec = Some(state),
        Err(trouble) => {
            unknown.insert("dnssec".to_owned(), trouble.detail);
        }
    }
    wildcards.into_fact(&mut value, &mut unknown);
    let value = fact_value(&value)?;
    let artifact = sink.artifact(
        "DNS answers",
        "text/plain; charset=utf-8",
        transcript.into_bytes(),
    );
    sink.fact(Fact {
        subject: SubjectRef {
            kind: KIND.to_owned(),
            name: domain.name.clone(),
        },
        value,
        unknown,
        location: None,
        places: seaworthy_model::Places::default(),
        provenance: Provenance {
            target: target.name.clone(),
            collector: ID.to_owned(),
            at: context.now(),
            attempts,
            artifacts: vec![artifact],
            reproduce: Some(reproduce(&domain)),
        },
    });
    Ok(())
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
    format!("dig {server}{name} A {name} AAAA {name} TXT {caa}")
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
