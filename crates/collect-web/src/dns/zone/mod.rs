//! The collector `web/zone`: the zone that holds a domain, and what each of its authoritative servers
//! says, asked by itself at each of its addresses.
//!
//! A resolver asks one of them, whichever it likes. A server that no longer serves the zone, or holds
//! another version of it, shows itself to some users alone.

mod fact;
mod look;

use super::client::{Client, plain};
use super::{absolute, dig_server};
use crate::target::{Domain, unassessed};
use fact::Zone;
use futures_util::future::join_all;
use look::Heard;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, Trouble, fact_schema, fact_value};
use seaworthy_model::{Fact, FactSchema, Provenance, SubjectRef, Target};
use std::collections::BTreeMap;
use std::net::SocketAddr;

const ID: &str = "web/zone";
const KIND: &str = "zone";

/// See the module.
#[derive(Debug)]
pub(crate) struct ZoneOf;

impl Collector for ZoneOf {
    fn id(&self) -> &'static str {
        ID
    }

    fn target_kind(&self) -> &'static str {
        "domain"
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<Zone>(KIND)]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        match Domain::of(target) {
            Ok(domain) => {
                let (name, server) = (&domain.name, super::place(domain.nameserver));
                let port = domain.authority_port();
                vec![
                    format!(
                        "DNS: NS of {name} or its ancestors, and the addresses of those servers, at {server}"
                    ),
                    format!(
                        "DNS: SOA and NS of the zone, and A, AAAA, CAA and TXT of {name}, at port {port} of each of them"
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
/// When the zone and its servers could not be learnt.
async fn collect(target: &Target, context: &Context, sink: &Sink) -> Result<(), Trouble> {
    let domain = Domain::of(target)?;
    let name = absolute(&domain.name)?;
    let client = Client::new(domain.nameserver, context)?;
    let (apex, servers) = look::apex(&client, &name).await?;
    let mut zone = Zone {
        name: domain.name.clone(),
        apex: plain(&apex),
        name_servers: servers.iter().map(plain).collect(),
        ..Zone::default()
    };
    let mut dangling = Vec::new();
    let mut missed: Option<String> = None;
    let mut places = Vec::new();
    for server in &servers {
        match look::addresses(&client, server).await {
            Ok(addresses) if addresses.is_empty() => dangling.push(plain(server)),
            Ok(addresses) => {
                let at = |ip| (server, SocketAddr::new(ip, domain.authority_port()));
                places.extend(addresses.into_iter().map(at));
            }
            Err(trouble) => missed = missed.or(Some(trouble.detail)),
        }
    }
    let mut unknown = BTreeMap::new();
    match &missed {
        Some(why) if dangling.is_empty() => {
            unknown.insert("dangling".to_owned(), why.clone());
        }
        _ => zone.dangling = Some(dangling),
    }
    let hearings = places
        .iter()
        .map(|(server, address)| look::hear(server, *address, &apex, &name, context));
    let heard: Vec<Heard> = join_all(hearings)
        .await
        .into_iter()
        .collect::<Result<_, _>>()?;
    let (mut attempts, mut transcript) = client.into_log();
    let unresolved = missed.clone();
    for one in heard {
        zone.servers.push(one.server);
        missed = missed.or(one.missed);
        attempts.extend(one.attempts);
        transcript.push_str(&one.transcript);
    }
    unknown.extend(
        zone.conclude(missed)
            .into_iter()
            .map(|(field, why)| (field.to_owned(), why)),
    );
    // A server whose addresses are not known may be lame.
    if let (Some(why), Some([])) = (unresolved, zone.lame.as_deref()) {
        zone.lame = None;
        unknown.insert("lame".to_owned(), why);
    }
    attempts.sort_by(|one, other| (one.at, &one.address).cmp(&(other.at, &other.address)));
    let form = "text/plain; charset=utf-8";
    let artifact = sink.artifact("DNS answers", form, transcript.into_bytes());
    sink.fact(Fact {
        subject: SubjectRef {
            kind: KIND.to_owned(),
            name: domain.name.clone(),
        },
        value: fact_value(&zone)?,
        unknown,
        location: None,
        places: seaworthy_model::Places::default(),
        provenance: Provenance {
            target: target.name.clone(),
            collector: ID.to_owned(),
            at: context.now(),
            attempts,
            artifacts: vec![artifact],
            reproduce: Some(reproduce(&zone, &places, dig_server(domain.nameserver))),
        },
    });
    Ok(())
}

/// The commands that show the same: the zone's servers, then what each says.
fn reproduce(
    zone: &Zone,
    places: &[(&hickory_proto::rr::Name, SocketAddr)],
    resolver: String,
) -> String {
    let mut commands = vec![format!("dig {resolver}{} NS", zone.apex)];
    for (_, address) in places {
        let server = dig_server(Some(*address));
        commands.push(format!(
            "dig {server}+norecurse {} SOA {name} A {name} AAAA {name} CAA",
            zone.apex,
            name = zone.name
        ));
    }
    commands.join("; ")
}
